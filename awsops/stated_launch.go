package awsops

// stated_launch.go: adopting an instance that somebody launched by hand: it has to pass
// the checks that a launch makes, each with what to change where it does not.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

const statedAnother = "launch another as planned and state that one, or amend the plan"

func (a *Account) statedLaunch(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id := c.Facts[tasks.FactInstance]
	i, err := a.booted(ctx, t, c, id)
	if err != nil {
		return tasks.Result{}, err
	}
	r := tasks.Result{Verdict: tasks.Pass, Facts: names(i), Rests: []string{tasks.FactInstance}}
	r.Facts[factSubnet] = safe.Line(aws.ToString(i.SubnetId))
	l := findings{group: "instance", source: "aws ec2 describe-instances"}
	l.adopted(i, c)
	l.asLaunched(i, c)
	for _, look := range []func(context.Context, *trail, tasks.Call, types.Instance, map[string]string) (findings, error){a.adoptImage, a.adoptKey, a.adoptGroup, a.adoptVolume} {
		more, err := look(ctx, t, c, i, r.Facts)
		if err != nil {
			return tasks.Result{}, err
		}
		l.items = append(l.items, more.items...)
	}
	r.Rows = l.rows()
	if says, next := l.bad(); len(says) > 0 && state(i) == types.InstanceStateNamePending && len(says) == 1 {
		r.Verdict, r.Says = tasks.Inconclusive, fmt.Sprintf("instance %s is still pending after %s, planned running; look at it in the console", id, patience)
		return r, nil
	} else if len(says) > 0 {
		for n := range says {
			says[n] += " (" + next[n] + ")"
		}
		return r, contradicts("instance %s is not as planned: %s", id, strings.Join(says, "; "))
	}
	checks, err := a.statusChecks(ctx, t, c)
	r.Rows = append(r.Rows, checks.Rows...)
	switch {
	case checks.Verdict == tasks.Fail:
		return r, contradicts("%s", checks.Says)
	case checks.Verdict == tasks.Inconclusive:
		r.Verdict, r.Says = tasks.Inconclusive, checks.Says
		return r, nil
	case err != nil:
		return r, err
	}
	r.Says = fmt.Sprintf("instance %s is running and as planned%s", id, byHand(c, i.Tags))
	return r, nil
}

// adopted: what a launch would have waited for, and chosen itself.
func (l *findings) adopted(i types.Instance, c tasks.Call) {
	want := c.Plan.Environment.Instance
	l.planned("state", "running", string(state(i)), "start it, or "+statedAnother)
	if want.Subnet != "" {
		l.planned("subnet", want.Subnet, aws.ToString(i.SubnetId), statedAnother)
	}
	if state(i) == types.InstanceStateNameRunning {
		l.judge(aws.ToString(i.PublicIpAddress) != "", "instance.address", "public address", "public address is "+orSay(aws.ToString(i.PublicIpAddress), "missing"), "launch another in a subnet that gives public addresses, and state that one")
	}
}

// adoptImage holds the image against type and volume, as a launch does; of another image than the planned there is nothing to say.
func (a *Account) adoptImage(ctx context.Context, t *trail, c tasks.Call, i types.Instance, _ map[string]string) (findings, error) {
	if aws.ToString(i.ImageId) != c.Plan.Environment.Instance.AMI {
		return findings{}, nil
	}
	l, _, err := a.fitting(ctx, t, c.Plan, c.Now())
	for n := range l.items { // beside rows of the instance's own
		l.items[n].Name = "image: " + l.items[n].Name
	}
	return l, err
}

// adoptKey learns the key pair: the plan's own if it names one, else any whose private key we have.
func (a *Account) adoptKey(ctx context.Context, t *trail, c tasks.Call, i types.Instance, facts map[string]string) (findings, error) {
	want, have := c.Plan.Environment.Instance.KeyPair, safe.Line(aws.ToString(i.KeyName))
	l := findings{group: "key", source: "aws ec2 describe-instances"}
	if have == "" || want != "" && want != have {
		l.judge(false, "instance.key", "key pair", fmt.Sprintf("key pair is %s, planned %s", orSay(have, "none, so that nobody can log in"), orSay(want, "one")), "launch another with the key pair and state that one, or amend the plan")
		return l, nil
	}
	p := *c.Plan
	p.Environment.Instance.KeyPair = have
	if want == "" {
		p.Environment.Instance.KeyFile = ""
	}
	key, l, err := a.ownPair(ctx, t, &p, true)
	if facts[tasks.FactKeyName] = have; err == nil && key.public != nil {
		facts[tasks.FactKeyPrint] = key.sha256()
	}
	return l, err
}

// adoptGroup learns the security group, and holds its rules against the plan's.
func (a *Account) adoptGroup(ctx context.Context, t *trail, c tasks.Call, i types.Instance, facts map[string]string) (findings, error) {
	l := findings{group: "rules", source: "aws ec2 describe-security-groups"}
	if len(i.SecurityGroups) != 1 {
		l.judge(false, "instance.group", "security group", fmt.Sprintf("it has %d security groups, planned one with exactly the planned rules", len(i.SecurityGroups)), "leave it the one: aws ec2 modify-instance-attribute --groups")
		return l, nil
	}
	id := safe.Line(aws.ToString(i.SecurityGroups[0].GroupId))
	g, err := a.group(ctx, t, id)
	if err != nil {
		return l, err
	}
	if g == nil {
		return l, fmt.Errorf("security group %s of the instance is not found; look again", id)
	}
	facts[tasks.FactGroup] = id
	have, want := inbound(g), plannedRules(c)
	l.judge(slices.Equal(have, want), "instance.rules", "security group", fmt.Sprintf("security group %s lets in %s, planned %s", id, orSay(strings.Join(have, ", "), "nothing"), strings.Join(want, ", ")),
		"correct its rules, or amend the plan")
	return l, nil
}

// adoptVolume holds the root volume against the plan's.
func (a *Account) adoptVolume(ctx context.Context, t *trail, c tasks.Call, i types.Instance, _ map[string]string) (findings, error) {
	id, want := c.Facts[tasks.FactInstance], c.Plan.Environment.Instance.Volume
	l := findings{group: "volume", source: "aws ec2 describe-volumes"}
	out, err := ask(ctx, t, []string{"ec2", "describe-volumes", "--filters", "Name=attachment.instance-id,Values=" + id}, a.read().ec2.DescribeVolumes,
		&ec2.DescribeVolumesInput{Filters: filter("attachment.instance-id", id)})
	if err != nil {
		return l, err
	}
	for _, v := range out.Volumes {
		if !slices.ContainsFunc(v.Attachments, func(at types.VolumeAttachment) bool { return aws.ToString(at.Device) == aws.ToString(i.RootDeviceName) }) {
			continue
		}
		have := fmt.Sprintf("%d GB of %s, %s", aws.ToInt32(v.Size), v.VolumeType, yesNo(aws.ToBool(v.Encrypted), "encrypted", "not encrypted"))
		planned := fmt.Sprintf("%d GB of %s, %s", want.SizeGB, want.Type, yesNo(want.Encrypted, "encrypted", "not encrypted"))
		l.judge(have == planned, "instance.volume", "root volume", fmt.Sprintf("root volume is %s, planned %s", have, planned), "launch another with the planned volume and state that one, or amend the plan")
		return l, nil
	}
	l.judge(false, "instance.volume", "root volume", fmt.Sprintf("root volume is not among its %d volumes", len(out.Volumes)), "look at its volumes in the console; launch another and state that one")
	return l, nil
}

// booted is the instance that a person named, once it is not pending any more or patience has ended.
func (a *Account) booted(ctx context.Context, t *trail, c tasks.Call, id string) (types.Instance, error) {
	i, err := a.known(ctx, t, c, id)
	if err != nil || state(i) != types.InstanceStateNamePending {
		return i, err
	}
	err = poll(ctx, c, patience, func() (bool, error) {
		i, err = a.instance(ctx, t, id)
		progress(c, "instance %s is %s; looking again in %s", id, orSay(string(state(i)), "not visible"), pollEvery)
		return err == nil && state(i) != types.InstanceStateNamePending, err
	})
	if errors.Is(err, errPatience) {
		err = nil
	}
	return i, err
}
