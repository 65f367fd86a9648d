package awsops

// launch.go: ec2.launch, and its two looks at the plan's surroundings.

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// Facts of a launch that only its own later steps need.
const (
	factRootDevice = "image.root_device"
	factSubnet     = "network.subnet"
)

// Launch is ec2.launch: a key pair, a security group with exactly the planned
// rules, the instance, and the wait until both its status checks are ok.
func (a *Account) Launch() tasks.Action {
	return tasks.Action{Kind: "ec2.launch", States: []string{tasks.FactInstance}, Stated: a.stated(sayInstance(), a.statedLaunch), Steps: []tasks.Step{
		a.identityStep(),
		{ID: "image", Title: "check that the image exists and fits the instance type", Do: a.step(a.image)},
		{ID: "network", Title: "find the network and its public subnet", Do: a.step(a.network)},
		a.keyStep(),
		a.groupStep(),
		a.rulesStep(),
		a.instanceStep(),
		{ID: "running", Title: "wait until the instance is running", Needs: []string{tasks.FactInstance}, Do: a.step(a.running)},
		{ID: "checks", Title: "wait until both status checks are ok", Needs: []string{tasks.FactInstance}, Do: a.step(a.statusChecks)},
	}}
}

// network finds the subnet to launch in: the plan's, or the VPC's first public one.
func (a *Account) network(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	want := c.Plan.Environment.Instance
	vpcs, err := ask(ctx, t, []string{"ec2", "describe-vpcs", "--vpc-ids", want.VPC}, a.read().ec2.DescribeVpcs,
		&ec2.DescribeVpcsInput{VpcIds: []string{want.VPC}})
	if missing(err) || err == nil && len(vpcs.Vpcs) == 0 {
		return no(fmt.Sprintf("there is no network %s in account %s, %s; amend the plan with the network to use", want.VPC, c.Plan.Environment.Account, a.opt.Region))
	}
	if err != nil {
		return tasks.Result{}, err
	}
	out, err := ask(ctx, t, []string{"ec2", "describe-subnets", "--filters", "Name=vpc-id,Values=" + want.VPC}, a.read().ec2.DescribeSubnets,
		&ec2.DescribeSubnetsInput{Filters: filter("vpc-id", want.VPC)})
	if err != nil {
		return tasks.Result{}, err
	}
	subnet, why := pick(out.Subnets, want.Subnet)
	if why != "" {
		return no(fmt.Sprintf("network %s: %s", want.VPC, why))
	}
	id, zone := safe.Line(aws.ToString(subnet.SubnetId)), safe.Line(aws.ToString(subnet.AvailabilityZone))
	return tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{factSubnet: id},
		Says: fmt.Sprintf("%s exists; subnet %s in %s gives public addresses", want.VPC, id, zone)}, nil
}

// pick chooses the subnet; why says why there is none.
func pick(all []types.Subnet, want string) (chosen types.Subnet, why string) {
	slices.SortFunc(all, func(x, y types.Subnet) int {
		return strings.Compare(aws.ToString(x.AvailabilityZone)+aws.ToString(x.SubnetId), aws.ToString(y.AvailabilityZone)+aws.ToString(y.SubnetId))
	})
	for _, s := range all {
		public := aws.ToBool(s.MapPublicIpOnLaunch)
		free := aws.ToInt32(s.AvailableIpAddressCount) > 0
		switch {
		case want != "" && aws.ToString(s.SubnetId) != want:
		case want != "" && !public:
			return s, fmt.Sprintf("subnet %s gives no public addresses, so nobody could reach the instance; amend the plan", want)
		case want != "" && !free:
			return s, fmt.Sprintf("subnet %s has no free address; amend the plan", want)
		case public && free && s.State == types.SubnetStateAvailable:
			return s, ""
		}
	}
	if want != "" {
		return chosen, fmt.Sprintf("it has no available subnet %s; amend the plan", want)
	}
	return chosen, "it has no available subnet that gives public addresses and has one free; amend the plan"
}

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: aws.String(name), Values: values}}
}

func tagFilter(key, value string) []types.Filter { return filter("tag:"+key, value) }

// tagArgs are the arguments of the aws command for tagFilter.
func tagArgs(key, value string) []string {
	return []string{"--filters", "Name=tag:" + key + ",Values=" + value}
}
