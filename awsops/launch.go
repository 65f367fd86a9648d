package awsops

// launch.go: ec2.launch, and its look at the plan's network.

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// Facts of a launch that only its own later steps need.
const (
	factRootDevice = "image.root_device"
	factSubnet     = "network.subnet"
)

// Launch is ec2.launch: a key pair, a security group with exactly the planned
// rules, the instance, and the wait until both its status checks are ok. Where the
// plan names a key pair of its own, that one is checked and none is made.
func (a *Account) Launch(p *plan.Plan) tasks.Action {
	key := a.keyStep()
	if p.Environment.Instance.KeyPair != "" {
		key = a.ownKeyStep()
	}
	return tasks.Action{Kind: "ec2.launch", States: []string{tasks.FactInstance}, Stated: a.stated(sayInstance(), a.statedLaunch), Steps: a.launchSteps(key)}
}

// launchSteps are the way to an instance that is up, with this way to its key pair.
func (a *Account) launchSteps(key tasks.Step) []tasks.Step {
	return []tasks.Step{
		a.identityStep(),
		{ID: "image", Title: "check that the image exists and fits the instance type", Binding: true, Do: a.step(a.image)},
		{ID: "network", Title: "find the network and its public subnet", Binding: true, Do: a.step(a.network)},
		key,
		a.groupStep(),
		a.rulesStep(),
		a.instanceStep(),
		{ID: "running", Title: "wait until the instance is running", Needs: []string{tasks.FactInstance}, Do: a.step(a.running)},
		{ID: "checks", Title: "wait until both status checks are ok", Needs: []string{tasks.FactInstance}, Do: a.step(a.statusChecks)},
	}
}

// network finds the subnet to launch in: the plan's, or the VPC's first public one.
func (a *Account) network(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	subnet, l, err := a.findSubnet(ctx, t, c.Plan)
	if err != nil {
		return tasks.Result{}, err
	}
	if subnet == nil {
		return l.refusal()
	}
	id, zone := safe.Line(aws.ToString(subnet.SubnetId)), safe.Line(aws.ToString(subnet.AvailabilityZone))
	return tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{factSubnet: id},
		Says: fmt.Sprintf("%s exists; subnet %s in %s gives public addresses", c.Plan.Environment.Instance.VPC, id, zone)}, nil
}

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: aws.String(name), Values: values}}
}

func tagFilter(key, value string) []types.Filter { return filter("tag:"+key, value) }

// tagArgs are the arguments of the aws command for tagFilter.
func tagArgs(key, value string) []string {
	return []string{"--filters", "Name=tag:" + key + ",Values=" + value}
}
