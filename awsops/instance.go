package awsops

// instance.go: the instance itself: launched once by its token, ended and waited for.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

const kindInstance = "instance"

// hopLimit 2 lets a container on the instance reach the metadata service; more lets strangers.
const hopLimit = 2

func (a *Account) instanceStep() tasks.Step {
	return a.effect(tasks.Step{
		ID: "instance", Title: "launch the instance", Call: "aws ec2 run-instances",
		Needs: []string{tasks.FactKeyName, tasks.FactGroup, factRootDevice, factSubnet},
		Do:    a.step(a.runInstance), Check: a.step(a.checkInstance), Find: a.find(a.findInstance),
		Undo: &tasks.Undo{Describe: a.describeInstanceUndo, Do: a.step(a.endInstance), Gone: a.instanceGone, Prove: a.proveInstance},
	})
}

func (a *Account) runInstance(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	out, err := tell(ctx, t, launchLine(c), a.write().RunInstances, launchInput(c))
	if err != nil {
		return tasks.Result{}, err
	}
	if len(out.Instances) == 0 {
		return tasks.Result{}, tasks.Unknown(errors.New("AWS accepted the launch and named no instance"))
	}
	return launched(out.Instances[0]), nil
}

// launchInput follows from the call alone: the same call gives the same parameters, as its token demands.
func launchInput(c tasks.Call) *ec2.RunInstancesInput {
	want, v := c.Plan.Environment.Instance, c.Plan.Environment.Instance.Volume
	disk := &types.EbsBlockDevice{DeleteOnTermination: aws.Bool(true), VolumeSize: aws.Int32(int32(v.SizeGB)), VolumeType: types.VolumeType(v.Type)}
	if v.Encrypted { // "no" is never sent: AWS refuses it for an image whose snapshot is encrypted
		disk.Encrypted = aws.Bool(true)
	}
	return &ec2.RunInstancesInput{
		ClientToken: aws.String(c.Token), MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		ImageId: aws.String(want.AMI), InstanceType: types.InstanceType(want.Type), KeyName: aws.String(c.Facts[tasks.FactKeyName]),
		SubnetId: aws.String(c.Facts[factSubnet]), SecurityGroupIds: []string{c.Facts[tasks.FactGroup]},
		MetadataOptions: &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired,
			HttpEndpoint: types.InstanceMetadataEndpointStateEnabled, HttpPutResponseHopLimit: aws.Int32(hopLimit)},
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: aws.String(c.Facts[factRootDevice]), Ebs: disk}},
		TagSpecifications:   tagged(c, types.ResourceTypeInstance, types.ResourceTypeVolume),
	}
}

func launchLine(c tasks.Call) []string {
	want, v := c.Plan.Environment.Instance, c.Plan.Environment.Instance.Volume
	disk := fmt.Sprintf("VolumeSize=%d,VolumeType=%s,DeleteOnTermination=true", v.SizeGB, v.Type)
	if v.Encrypted {
		disk += ",Encrypted=true"
	}
	line := []string{"ec2", "run-instances", "--client-token", c.Token, "--count", "1", "--image-id", want.AMI, "--instance-type", want.Type,
		"--key-name", c.Facts[tasks.FactKeyName], "--subnet-id", c.Facts[factSubnet], "--security-group-ids", c.Facts[tasks.FactGroup],
		"--metadata-options", "HttpTokens=required,HttpEndpoint=enabled,HttpPutResponseHopLimit=" + strconv.Itoa(hopLimit),
		"--block-device-mappings", "DeviceName=" + c.Facts[factRootDevice] + ",Ebs={" + disk + "}"}
	return append(line, tagLine(tagged(c, types.ResourceTypeInstance, types.ResourceTypeVolume))...)
}

func launched(i types.Instance) tasks.Result {
	id := safe.Line(aws.ToString(i.InstanceId))
	r := tasks.Result{Says: fmt.Sprintf("instance %s launched", id), Facts: map[string]string{tasks.FactInstance: id},
		Made: []tasks.Resource{{Kind: kindInstance, ID: id}}}
	if ip := aws.ToString(i.PrivateIpAddress); ip != "" {
		r.Facts[tasks.FactPrivateIP] = safe.Line(ip)
	}
	return r
}

// findInstance asks by the client token, which AWS itself keeps, and then by our tag.
func (a *Account) findInstance(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, found bool, err error) {
	found, err = settled(ctx, c, "an instance of this intent", func() (bool, error) {
		for _, f := range [][]types.Filter{filter("client-token", c.Token), tagFilter(tasks.IntentTag, c.Token)} {
			line := []string{"ec2", "describe-instances", "--filters", "Name=" + aws.ToString(f[0].Name) + ",Values=" + c.Token}
			all, err := a.instances(ctx, t, line, &ec2.DescribeInstancesInput{Filters: f})
			if err != nil {
				return false, err
			}
			// Launching "more like this" in the console copies our tags, and never the token.
			all = slices.DeleteFunc(all, func(i types.Instance) bool {
				return aws.ToString(i.ClientToken) != c.Token
			})
			if len(all) > 0 {
				r = launched(all[0])
				for _, other := range all[1:] {
					r.Made = append(r.Made, tasks.Resource{Kind: kindInstance, ID: safe.Line(aws.ToString(other.InstanceId))})
				}
				return true, nil
			}
		}
		return false, nil
	})
	return r, found, err
}

const mostInstances = 1000 // that are read of one question

// instances asks for instances, all pages up to mostInstances.
func (a *Account) instances(ctx context.Context, t *trail, line []string, in *ec2.DescribeInstancesInput) ([]types.Instance, error) {
	var all []types.Instance
	for {
		out, err := ask(ctx, t, line, a.read().ec2.DescribeInstances, in)
		if err != nil {
			return nil, err
		}
		for _, r := range out.Reservations {
			all = append(all, r.Instances...)
		}
		if aws.ToString(out.NextToken) == "" || len(all) >= mostInstances {
			return all, nil
		}
		in.NextToken = out.NextToken
	}
}

// instance returns the instance with the id. Not found is AWS's refusal.
func (a *Account) instance(ctx context.Context, t *trail, id string) (types.Instance, error) {
	all, err := a.instances(ctx, t, []string{"ec2", "describe-instances", "--instance-ids", id}, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err == nil && len(all) == 0 {
		err = &refused{op: "DescribeInstances", code: "InvalidInstanceID.NotFound", message: "there is no instance " + id}
	}
	if err != nil {
		return types.Instance{}, err
	}
	return all[0], nil
}

func state(i types.Instance) types.InstanceStateName {
	if i.State == nil {
		return ""
	}
	return i.State.Name
}

// checkInstance compares what was launched with what was planned.
func (a *Account) checkInstance(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	var i types.Instance
	err := poll(ctx, c, patience, fresh(c, func() (ok bool, err error) {
		i, err = a.instance(ctx, t, c.Facts[tasks.FactInstance])
		return err == nil, err
	}))
	if err != nil {
		return tasks.Result{}, err
	}
	l := findings{group: "instance", source: "aws ec2 describe-instances"}
	l.asLaunched(i, c)
	l.planned("subnet", c.Facts[factSubnet], aws.ToString(i.SubnetId), statedAnother)
	l.planned("key pair", c.Facts[tasks.FactKeyName], aws.ToString(i.KeyName), statedAnother)
	var groups []string
	for _, g := range i.SecurityGroups {
		groups = append(groups, aws.ToString(g.GroupId))
	}
	l.planned("security group", c.Facts[tasks.FactGroup], strings.Join(groups, ","), statedAnother)
	id := c.Facts[tasks.FactInstance]
	r := tasks.Result{Verdict: tasks.Pass, Rows: l.rows(), Says: "instance " + id + " is as planned"}
	if bad, _ := l.bad(); len(bad) > 0 {
		r.Verdict, r.Says = tasks.Fail, "instance "+id+" is not as planned; see its rows, roll back and start again"
		return r, errors.New(r.Says)
	}
	return r, nil
}

// asLaunched holds what EC2 says of an instance against what a launch asks for.
func (l *findings) asLaunched(i types.Instance, c tasks.Call) {
	want := c.Plan.Environment.Instance
	l.planned("type", want.Type, string(i.InstanceType), statedAnother)
	l.planned("image", want.AMI, aws.ToString(i.ImageId), statedAnother)
	l.planned("network", want.VPC, aws.ToString(i.VpcId), statedAnother)
	tokens := ""
	if i.MetadataOptions != nil {
		tokens = string(i.MetadataOptions.HttpTokens)
	}
	l.planned("metadata service", string(types.HttpTokensStateRequired), tokens, "aws ec2 modify-instance-metadata-options --http-tokens required --instance-id "+c.Facts[tasks.FactInstance])
}

// planned adds whether something is as it was planned.
func (l *findings) planned(name, want, have, next string) {
	l.judge(want == have, "instance."+strings.ReplaceAll(name, " ", "_"), name, fmt.Sprintf("%s is %s, planned %s", name, orSay(have, "not told"), want), next)
}

func (a *Account) describeInstanceUndo(c tasks.Call) tasks.UndoWords {
	disk := c.Plan.Environment.Instance.Volume
	switch c.Plan.Rollback.Instance {
	case "keep":
		return tasks.UndoWords{Title: "leave the instance", Keep: "the instance stays and is billed by the second"}
	case "stop":
		return tasks.UndoWords{Title: "stop the instance", Call: "aws ec2 stop-instances",
			Lost: fmt.Sprintf("its automatic public address; its %d GB volume stays and is billed", disk.SizeGB), Expect: time.Minute}
	}
	return tasks.UndoWords{Title: "terminate the instance", Call: "aws ec2 terminate-instances",
		Lost: "the instance, its volume, its automatic public address and its host keys cannot be brought back", Expect: time.Minute}
}
