package awsops

// preflight_standby.go: the instance that the plan names to take over: is it fit to.

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
)

func (s *survey) standby(ctx context.Context) {
	name, want := s.p.Environment.Standby, s.p.Environment.Instance
	if name == "" {
		return
	}
	l := findings{group: "standby", source: "aws ec2 describe-instances"}
	defer func() { s.add(l) }()
	all, err := s.named(ctx, name)
	if err != nil {
		l.unknown("standby.found", "there", err)
		return
	}
	if len(all) != 1 {
		l.judge(false, "standby.found", "there", fmt.Sprintf("%d instances are called %s, and one is to stand by", len(all), name), "launch one, or amend standby of the plan with its id")
		return
	}
	i := all[0]
	id := aws.ToString(i.InstanceId)
	same := func(key, what, want, have string) {
		l.judge(want == have, "standby."+key, what, fmt.Sprintf("standby %s: %s is %s, planned %s", id, what, orSay(have, "not told"), want), "replace it with one like the primary, or amend standby of the plan")
	}
	l.judge(state(i) == types.InstanceStateNameRunning, "standby.state", "state", fmt.Sprintf("standby %s is %s", id, orSay(string(state(i)), "in no known state")), "start it: an address moves to it in seconds, a boot takes minutes")
	same("type", "type", want.Type, string(i.InstanceType))
	same("image", "image", want.AMI, aws.ToString(i.ImageId))
	same("network", "network", want.VPC, aws.ToString(i.VpcId))
	if state(i) == types.InstanceStateNameRunning {
		s.standbyChecks(ctx, &l, id)
	}
}

// named are the instances with the id or the name, but for those that have ended.
func (s *survey) named(ctx context.Context, name string) ([]types.Instance, error) {
	line, in := []string{"ec2", "describe-instances", "--instance-ids", name}, &ec2.DescribeInstancesInput{InstanceIds: []string{name}}
	if !strings.HasPrefix(name, "i-") {
		alive := []string{"pending", "running", "stopping", "stopped"}
		line = append([]string{"ec2", "describe-instances"}, append(tagArgs("Name", name), "Name=instance-state-name,Values="+strings.Join(alive, ","))...)
		in = &ec2.DescribeInstancesInput{Filters: append(tagFilter("Name", name), filter("instance-state-name", alive...)...)}
	}
	all, err := s.a.instances(ctx, s.t, line, in)
	return all, ignoreMissing(err)
}

func (s *survey) standbyChecks(ctx context.Context, l *findings, id string) {
	const key, what = "standby.checks", "status checks"
	system, instance, err := s.a.statusOf(ctx, s.t, id)
	says := fmt.Sprintf("standby %s: system %s, instance %s", id, orSay(system, "not told"), orSay(instance, "not told"))
	switch l.source = "aws ec2 describe-instance-status"; {
	case err != nil:
		l.unknown(key, what, err)
	case system == "ok" && instance == "ok", system == "impaired", instance == "impaired":
		l.judge(system == "ok" && instance == "ok", key, what, says, "look at its console output; reboot or replace it")
	default:
		l.add(tasks.Inconclusive, key, what, says, "wait some minutes, then look again")
	}
}
