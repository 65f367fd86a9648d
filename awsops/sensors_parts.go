package awsops

// sensors_parts.go: the parts of a round of the cloud sensor, each one call.

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// clean is a text of AWS for the screen.
func clean(p *string) string { return safe.Line(aws.ToString(p)) }

// instance is one as described, before its parts are known.
func (c *census) instance(i types.Instance, facts map[string]string) reading.Instance {
	one := reading.Instance{ID: clean(i.InstanceId), Name: safe.Line(tag(i.Tags, "Name")), Role: "other", State: safe.Line(string(state(i))),
		Type: safe.Line(string(i.InstanceType)), AMI: clean(i.ImageId), VPC: clean(i.VpcId), Subnet: clean(i.SubnetId),
		PublicIP: clean(i.PublicIpAddress), PublicDNS: clean(i.PublicDnsName), PrivateIP: clean(i.PrivateIpAddress),
		LaunchedAt: aws.ToTime(i.LaunchTime), Ours: tag(i.Tags, tasks.RunTag) == c.run, KeyName: clean(i.KeyName), Arch: safe.Line(string(i.Architecture))}
	switch {
	case one.ID != "" && one.ID == facts[tasks.FactInstance]:
		one.Role = "primary"
	case one.ID != "" && one.ID == facts[trialFact+tasks.FactInstance]:
		one.Role = "testing"
	case one.ID != "" && one.ID == c.standby:
		one.Role = "standby"
	}
	if i.Placement != nil {
		one.Zone = clean(i.Placement.AvailabilityZone)
	}
	if o := i.CpuOptions; o != nil {
		one.VCPU = int(aws.ToInt32(o.CoreCount) * max(1, aws.ToInt32(o.ThreadsPerCore)))
	}
	if m := i.Monitoring; m != nil {
		one.Monitoring, one.Detailed = safe.Line(string(m.State)), m.State == types.MonitoringStateEnabled
	}
	if m := i.MetadataOptions; m != nil {
		one.HTTPTokens, one.HopLimit = safe.Line(string(m.HttpTokens)), int(aws.ToInt32(m.HttpPutResponseHopLimit))
	}
	for _, g := range i.SecurityGroups {
		one.Groups = append(one.Groups, clean(g.GroupId))
	}
	return one
}

// alive are the ids of the instances that still have anything.
func alive(seen *reading.Cloud) []string {
	var ids []string
	for _, in := range seen.Instances {
		if in.State != "terminated" && in.State != "shutting-down" {
			ids = append(ids, in.ID)
		}
	}
	return ids
}

// checks are the status checks. A stopped instance has none: that is not known, not a word of its own.
func (c *census) checks(ctx context.Context, t *trail, seen *reading.Cloud) error {
	ids := alive(seen)
	if len(ids) == 0 {
		return nil
	}
	out, err := ask(ctx, t, append([]string{"ec2", "describe-instance-status", "--include-all-instances", "--instance-ids"}, ids...),
		c.a.read().ec2.DescribeInstanceStatus, &ec2.DescribeInstanceStatusInput{InstanceIds: ids, IncludeAllInstances: aws.Bool(true)})
	if missing(err) { // a new instance is known here some seconds later than there
		return nil
	}
	if err != nil {
		return err
	}
	told := func(s string) string {
		if s == "not-applicable" {
			return ""
		}
		return s
	}
	for _, s := range out.InstanceStatuses {
		for n := range seen.Instances {
			if in := &seen.Instances[n]; in.ID == clean(s.InstanceId) {
				in.SystemCheck, in.InstanceCheck = told(summary(s.SystemStatus)), told(summary(s.InstanceStatus))
				if s.AttachedEbsStatus != nil {
					in.EBSCheck = told(safe.Line(string(s.AttachedEbsStatus.Status)))
				}
			}
		}
	}
	return nil
}

// volumes are those of the instances, the root's first.
func (c *census) volumes(ctx context.Context, t *trail, seen *reading.Cloud, roots map[string]string) error {
	ids := alive(seen)
	if len(ids) == 0 {
		return nil
	}
	out, err := ask(ctx, t, []string{"ec2", "describe-volumes", "--filters", "Name=attachment.instance-id,Values=" + strings.Join(ids, ",")},
		c.a.read().ec2.DescribeVolumes, &ec2.DescribeVolumesInput{Filters: filter("attachment.instance-id", ids...)})
	if err != nil {
		return err
	}
	for _, v := range out.Volumes {
		one := reading.Volume{ID: clean(v.VolumeId), Type: safe.Line(string(v.VolumeType)), SizeGB: int(aws.ToInt32(v.Size)), IOPS: int(aws.ToInt32(v.Iops)), Encrypted: aws.ToBool(v.Encrypted)}
		for _, at := range v.Attachments {
			for n := range seen.Instances {
				in := &seen.Instances[n]
				if in.ID != clean(at.InstanceId) {
					continue
				}
				if aws.ToString(at.Device) == roots[in.ID] {
					in.Volumes = slices.Insert(in.Volumes, 0, one)
				} else {
					in.Volumes = append(in.Volumes, one)
				}
			}
		}
	}
	return nil
}

// groups are the security groups of the instances, with their inbound rules.
func (c *census) groups(ctx context.Context, t *trail, seen *reading.Cloud) error {
	var ids []string
	for _, in := range seen.Instances {
		ids = append(ids, in.Groups...)
	}
	if slices.Sort(ids); len(ids) == 0 {
		return nil
	}
	ids = slices.Compact(ids)
	out, err := ask(ctx, t, []string{"ec2", "describe-security-groups", "--filters", "Name=group-id,Values=" + strings.Join(ids, ",")},
		c.a.read().ec2.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: filter("group-id", ids...)})
	if err != nil {
		return err
	}
	for _, g := range out.SecurityGroups {
		one := reading.Group{ID: clean(g.GroupId), Name: clean(g.GroupName), Ours: tag(g.Tags, tasks.RunTag) == c.run}
		for _, p := range g.IpPermissions {
			one.Rules = append(one.Rules, rulesOf(p)...)
		}
		seen.Groups = append(seen.Groups, one)
	}
	return nil
}

// rulesOf is a permission as rules, one for each source.
func rulesOf(p types.IpPermission) []reading.Rule {
	r := reading.Rule{Protocol: clean(p.IpProtocol), From: int(aws.ToInt32(p.FromPort)), To: int(aws.ToInt32(p.ToPort))}
	if r.Protocol == "-1" {
		r.Protocol, r.From, r.To = "all", 0, 0
	}
	var rules []reading.Rule
	for _, source := range permitted(p) {
		r.Source = safe.Line(source)
		rules = append(rules, r)
	}
	return rules
}

// addresses are all of the account: one that points to nothing costs as much as one that is used.
func (c *census) addresses(ctx context.Context, t *trail, seen *reading.Cloud) error {
	out, err := ask(ctx, t, []string{"ec2", "describe-addresses"}, c.a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{})
	if err != nil {
		return err
	}
	for _, one := range out.Addresses {
		seen.Addresses = append(seen.Addresses, reading.Address{AllocationID: clean(one.AllocationId), PublicIP: clean(one.PublicIp), AssociationID: clean(one.AssociationId),
			InstanceID: clean(one.InstanceId), Ours: tag(one.Tags, tasks.RunTag) == c.run, PerDay: addressPerDay})
	}
	return nil
}

// machines are what the instances' types are made of. A type never changes: each is asked for once.
func (c *census) machines(ctx context.Context, t *trail, seen *reading.Cloud) error {
	var unknown []types.InstanceType
	var names []string
	for _, in := range seen.Instances {
		if kind := types.InstanceType(in.Type); kind != "" && c.kinds[kind].InstanceType == "" && !slices.Contains(unknown, kind) {
			unknown, names = append(unknown, kind), append(names, in.Type)
		}
	}
	if len(unknown) > 0 {
		out, err := ask(ctx, t, append([]string{"ec2", "describe-instance-types", "--instance-types"}, names...),
			c.a.read().ec2.DescribeInstanceTypes, &ec2.DescribeInstanceTypesInput{InstanceTypes: unknown})
		if err != nil {
			return err
		}
		for _, kind := range out.InstanceTypes {
			c.kinds[kind.InstanceType] = kind
		}
	}
	for n := range seen.Instances {
		in := &seen.Instances[n]
		kind := c.kinds[types.InstanceType(in.Type)]
		if kind.MemoryInfo != nil {
			in.MemoryGiB = float64(aws.ToInt64(kind.MemoryInfo.SizeInMiB)) / 1024
		}
		in.VCPU = cmp.Or(in.VCPU, vcpus(kind))
		in.Storage = storage(kind)
	}
	return nil
}

func vcpus(kind types.InstanceTypeInfo) int {
	if kind.VCpuInfo == nil {
		return 0
	}
	return int(aws.ToInt32(kind.VCpuInfo.DefaultVCpus))
}

// storage is what a machine brings of its own, in the words of EC2's price list.
func storage(kind types.InstanceTypeInfo) string {
	switch has := kind.InstanceStorageSupported; {
	case has == nil:
		return ""
	case !*has:
		return "EBS only"
	case kind.InstanceStorageInfo == nil:
		return "its own"
	}
	return fmt.Sprintf("%d GB", aws.ToInt64(kind.InstanceStorageInfo.TotalSizeInGB))
}
