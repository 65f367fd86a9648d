package awsops

// sensors.go: who we are and what EC2 shows, again and again, for the screen.
// A reading is built anew each time; nothing published is changed.

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// How often each sensor reads, in run time.
const (
	everyIdentity = 5 * time.Minute
	everyCloud    = 10 * time.Second
	everyMetrics  = time.Minute
)

// Sensors are identity, cloud and metrics for one run of a plan.
func (a *Account) Sensors(p *plan.Plan, run string) []tasks.Sensor {
	s := sensor{a, p, run}
	return []tasks.Sensor{
		{Name: "identity", Every: everyIdentity, Read: s.identity},
		{Name: "cloud", Every: everyCloud, Read: s.cloud},
		{Name: "metrics", Every: everyMetrics, Read: s.metrics},
	}
}

// sensor is what all readings of one run share.
type sensor struct {
	a   *Account
	p   *plan.Plan
	run string
}

// identity reads who AWS says we are. The alias is the plan's name for its own
// account: no other account is ever shown under it.
func (s sensor) identity(ctx context.Context, _ map[string]string, now time.Time) (reading.Update, error) {
	out, err := ask(ctx, &trail{a: s.a}, []string{"sts", "get-caller-identity"}, s.a.read().caller.GetCallerIdentity, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, err
	}
	who := reading.Identity{Stamp: reading.Stamp{At: now, Every: everyIdentity}, Account: safe.Line(aws.ToString(out.Account)),
		ARN: safe.Line(aws.ToString(out.Arn)), Region: s.a.opt.Region}
	if who.Account == s.p.Environment.Account {
		who.Alias = s.p.Environment.Alias
	}
	return func(r *reading.Readings) { r.Identity = who }, nil
}

// cloud reads the run's instances, the plan's standby and every address of the account.
func (s sensor) cloud(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	t := &trail{a: s.a}
	instances, err := s.instances(ctx, t)
	if err != nil {
		return nil, err
	}
	checks, volumes, err := s.details(ctx, t, instances)
	if err != nil {
		return nil, err
	}
	addresses, err := ask(ctx, t, []string{"ec2", "describe-addresses"}, s.a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{})
	if err != nil {
		return nil, err
	}
	c := reading.Cloud{Stamp: reading.Stamp{At: now, Every: everyCloud}}
	for _, i := range instances {
		one := s.instance(i, facts)
		one.SystemCheck, one.InstanceCheck = checks[one.ID][0], checks[one.ID][1]
		one.Volumes = volumes[one.ID]
		c.Instances = append(c.Instances, one)
	}
	slices.SortFunc(c.Instances, func(x, y reading.Instance) int {
		return strings.Compare(x.LaunchedAt.UTC().Format(time.RFC3339)+x.ID, y.LaunchedAt.UTC().Format(time.RFC3339)+y.ID)
	})
	for _, one := range addresses.Addresses {
		c.Addresses = append(c.Addresses, reading.Address{AllocationID: safe.Line(aws.ToString(one.AllocationId)),
			PublicIP: safe.Line(aws.ToString(one.PublicIp)), AssociationID: safe.Line(aws.ToString(one.AssociationId)),
			InstanceID: safe.Line(aws.ToString(one.InstanceId)), Ours: tag(one.Tags, tasks.RunTag) == s.run})
	}
	return func(r *reading.Readings) { r.Cloud = c }, nil
}

// instances are the run's own and, if the plan names one by id, the standby.
func (s sensor) instances(ctx context.Context, t *trail) ([]types.Instance, error) {
	line := append([]string{"ec2", "describe-instances"}, tagArgs(tasks.RunTag, s.run)...)
	all, err := s.a.instances(ctx, t, line, &ec2.DescribeInstancesInput{Filters: tagFilter(tasks.RunTag, s.run)})
	if err != nil {
		return nil, err
	}
	standby := s.p.Environment.Standby
	same := func(i types.Instance) bool { return aws.ToString(i.InstanceId) == standby }
	if !strings.HasPrefix(standby, "i-") || slices.ContainsFunc(all, same) {
		return all, nil
	}
	other, err := s.a.instance(ctx, t, standby)
	if missing(err) {
		return all, nil
	}
	return append(all, other), err
}

// details are the two status checks and the volumes, by instance id.
func (s sensor) details(ctx context.Context, t *trail, all []types.Instance) (map[string][2]string, map[string][]reading.Volume, error) {
	var ids []string
	for _, i := range all {
		if st := state(i); st != types.InstanceStateNameTerminated && st != types.InstanceStateNameShuttingDown {
			ids = append(ids, aws.ToString(i.InstanceId))
		}
	}
	checks, volumes := map[string][2]string{}, map[string][]reading.Volume{}
	if len(ids) == 0 {
		return checks, volumes, nil
	}
	status, err := ask(ctx, t, append([]string{"ec2", "describe-instance-status", "--instance-ids"}, ids...),
		s.a.read().ec2.DescribeInstanceStatus, &ec2.DescribeInstanceStatusInput{InstanceIds: ids})
	if err != nil && !missing(err) { // a new instance is known here some seconds later than there
		return nil, nil, err
	}
	if err == nil {
		for _, one := range status.InstanceStatuses {
			checks[aws.ToString(one.InstanceId)] = [2]string{summary(one.SystemStatus), summary(one.InstanceStatus)}
		}
	}
	disks, err := ask(ctx, t, []string{"ec2", "describe-volumes", "--filters", "Name=attachment.instance-id,Values=" + strings.Join(ids, ",")},
		s.a.read().ec2.DescribeVolumes, &ec2.DescribeVolumesInput{Filters: filter("attachment.instance-id", ids...)})
	if err != nil {
		return nil, nil, err
	}
	for _, v := range disks.Volumes {
		for _, at := range v.Attachments {
			id := aws.ToString(at.InstanceId)
			volumes[id] = append(volumes[id], reading.Volume{ID: safe.Line(aws.ToString(v.VolumeId)), Type: safe.Line(string(v.VolumeType)),
				SizeGB: int(aws.ToInt32(v.Size)), IOPS: int(aws.ToInt32(v.Iops)), Encrypted: aws.ToBool(v.Encrypted)})
		}
	}
	return checks, volumes, nil
}

func (s sensor) instance(i types.Instance, facts map[string]string) reading.Instance {
	text := func(p *string) string { return safe.Line(aws.ToString(p)) }
	one := reading.Instance{ID: text(i.InstanceId), Name: safe.Line(tag(i.Tags, "Name")), Role: "other", State: safe.Line(string(state(i))),
		Type: safe.Line(string(i.InstanceType)), AMI: text(i.ImageId), VPC: text(i.VpcId), Subnet: text(i.SubnetId),
		PublicIP: text(i.PublicIpAddress), PublicDNS: text(i.PublicDnsName), PrivateIP: text(i.PrivateIpAddress),
		LaunchedAt: aws.ToTime(i.LaunchTime), Ours: tag(i.Tags, tasks.RunTag) == s.run}
	switch {
	case one.ID == facts[tasks.FactInstance]:
		one.Role = "primary"
	case s.p.Environment.Standby != "" && (one.ID == s.p.Environment.Standby || one.Name == s.p.Environment.Standby):
		one.Role = "standby"
	}
	if i.Placement != nil {
		one.Zone = text(i.Placement.AvailabilityZone)
	}
	if c := i.CpuOptions; c != nil {
		one.VCPU = int(aws.ToInt32(c.CoreCount) * max(1, aws.ToInt32(c.ThreadsPerCore)))
	}
	for _, g := range i.SecurityGroups {
		one.Groups = append(one.Groups, text(g.GroupId))
	}
	return one
}
