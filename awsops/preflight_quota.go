package awsops

// preflight_quota.go: is there room in the account for one more instance and one more address;
// an address that the plan names has to be there instead.

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"tminus/tasks"
)

const mostTypes = 100 // that DescribeInstanceTypes tells of at once

// The quotas of EC2, by the codes under which AWS keeps them.
const (
	quotaVCPU    = "L-1216C47A" // vCPUs of running on-demand standard instances (families A, C, D, H, I, M, R, T, Z)
	quotaAddress = "L-0263D0A3" // Elastic IPs
)

// quotaName is what the console calls a quota.
func quotaName(code string) string {
	if code == quotaAddress {
		return "EC2-VPC Elastic IPs"
	}
	return "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"
}

func (s *survey) quotas(ctx context.Context) {
	s.vcpus(ctx)
	s.addresses(ctx)
}

// quota is how much of something the account may have here.
func (s *survey) quota(ctx context.Context, code string) (float64, error) {
	out, err := ask(ctx, s.t, []string{"service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", code}, s.a.read().quotas.GetServiceQuota,
		&servicequotas.GetServiceQuotaInput{ServiceCode: aws.String("ec2"), QuotaCode: aws.String(code)})
	if err != nil {
		return 0, err
	}
	if out.Quota == nil || out.Quota.Value == nil {
		return 0, fmt.Errorf("AWS names no quota %s; look it up in the console", code)
	}
	return *out.Quota.Value, nil
}

// room adds the item: is there room for so many more.
func (s *survey) room(ctx context.Context, l *findings, id, name, code, what string, used, more int) {
	limit, err := s.quota(ctx, code)
	if errors.Is(err, context.Canceled) {
		return
	}
	if err != nil {
		says, next := parted(err)
		if hasCode(err, "NoSuchResourceException") {
			next = fmt.Sprintf("look for %q (%s) in the console under Service Quotas, AWS services, Amazon EC2; if it is not there, ask AWS support", quotaName(code), code)
		}
		l.add(tasks.Inconclusive, id, name, fmt.Sprintf("%d %s are in use, and the quota is not known: %s", used, what, says), next)
		return
	}
	limit = math.Floor(limit)
	l.judge(float64(used+more) <= limit, id, name, fmt.Sprintf("%d of %.0f %s are in use, the plan wants %d more", used, limit, what, more),
		fmt.Sprintf("release what nobody needs, or ask AWS for more (aws service-quotas request-service-quota-increase --service-code ec2 --quota-code %s --desired-value %d --region %s); that can take days", code, used+more, s.a.opt.Region))
}

func (s *survey) vcpus(ctx context.Context) {
	l := findings{group: "quota", source: "aws service-quotas get-service-quota, ec2 describe-instances"}
	defer func() { s.add(l) }()
	if s.kind == nil {
		return
	}
	if !standard(s.kind.InstanceType) {
		l.add(tasks.Inconclusive, "quota.vcpu", "one more instance", fmt.Sprintf("%s has a quota of its own, which is not looked at", s.kind.InstanceType), "look it up in the console")
		return
	}
	count, err := s.running(ctx)
	if err != nil {
		l.unknown("quota.vcpu", "one more instance", err)
		return
	}
	cores, err := s.cores(ctx, count)
	if err != nil {
		l.unknown("quota.vcpu", "one more instance", err)
		return
	}
	used := 0
	for kind, n := range count {
		used += n * cores[kind]
	}
	s.room(ctx, &l, "quota.vcpu", "one more instance", quotaVCPU, "vCPUs", used, cores[s.kind.InstanceType])
}

// standard reports whether a type counts under the quota of standard instances: t2, im4gn; not g5, inf1.
func standard(kind types.InstanceType) bool {
	return regexp.MustCompile(`^(a|c|d|h|i|im|is|m|r|t|z)\d`).MatchString(string(kind))
}

// running counts what uses the quota: on-demand instances of standard types, by type.
func (s *survey) running(ctx context.Context) (map[types.InstanceType]int, error) {
	all, err := s.a.instances(ctx, s.t, []string{"ec2", "describe-instances", "--filters", "Name=instance-state-name,Values=pending,running"},
		&ec2.DescribeInstancesInput{Filters: filter("instance-state-name", "pending", "running")})
	if len(all) >= mostInstances {
		return nil, fmt.Errorf("more than %d instances run here, and no more are counted; look at the quota's use in the Service Quotas console", mostInstances)
	}
	count := map[types.InstanceType]int{}
	for _, i := range all {
		if i.InstanceLifecycle == "" && standard(i.InstanceType) {
			count[i.InstanceType]++
		}
	}
	return count, err
}

// cores are the vCPUs of each type counted, and of the plan's.
func (s *survey) cores(ctx context.Context, count map[types.InstanceType]int) (map[types.InstanceType]int, error) {
	known := []types.InstanceTypeInfo{*s.kind}
	var others []types.InstanceType
	for kind := range count {
		if kind != s.kind.InstanceType {
			others = append(others, kind)
		}
	}
	if len(others) > mostTypes {
		return nil, fmt.Errorf("instances of more than %d types run here, and no more are counted; look at the quota's use in the Service Quotas console", mostTypes)
	}
	if slices.Sort(others); len(others) > 0 {
		line := []string{"ec2", "describe-instance-types", "--instance-types"}
		for _, kind := range others {
			line = append(line, string(kind))
		}
		out, err := ask(ctx, s.t, line, s.a.read().ec2.DescribeInstanceTypes, &ec2.DescribeInstanceTypesInput{InstanceTypes: others})
		if err != nil {
			return nil, err
		}
		known = append(known, out.InstanceTypes...)
	}
	cores := map[types.InstanceType]int{}
	for _, k := range known {
		if k.VCpuInfo == nil {
			return nil, fmt.Errorf("AWS does not tell how many vCPUs %s has; look it up in the console", k.InstanceType)
		}
		cores[k.InstanceType] = int(aws.ToInt32(k.VCpuInfo.DefaultVCpus))
	}
	for _, kind := range others {
		if cores[kind] == 0 {
			return nil, fmt.Errorf("AWS does not tell how many vCPUs %s has, and instances of it run here; look it up in the console", kind)
		}
	}
	return cores, nil
}

// addresses: is there room for one more, or is the one that the plan names there and free to take.
func (s *survey) addresses(ctx context.Context) {
	task := assigner(s.p)
	if task == nil {
		return
	}
	want := plannedBy(*task)
	l := findings{group: "quota", source: "aws service-quotas get-service-quota, ec2 describe-addresses"}
	id, name := "quota.address", "one more address"
	if want.named() {
		l.group, l.source, id, name = "network", "aws ec2 describe-addresses", "network.address", "planned address"
	}
	defer func() { s.add(l) }()
	out, err := ask(ctx, s.t, []string{"ec2", "describe-addresses"}, s.a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{})
	if err != nil {
		l.unknown(id, name, err)
		return
	}
	if want.named() {
		c := tasks.Call{Plan: s.p, Task: *task}
		says, next := s.a.absent(c, want), "compare it with the console, or amend the plan"
		if n := slices.IndexFunc(out.Addresses, want.is); n >= 0 {
			says, next = want.serves(out.Addresses[n], c)
		}
		if wrong := unclearAddress(c, want); wrong != "" {
			says, next = parted(errors.New(wrong))
		}
		l.judge(next == "", id, name, says, next)
		return
	}
	s.room(ctx, &l, "quota.address", "one more address", quotaAddress, "Elastic IPs", len(out.Addresses), 1)
}
