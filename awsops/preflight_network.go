package awsops

// preflight_network.go: the network the plan lands in: subnet, way in and out, public
// names, and whether the type is to be had in the subnet's zone. A launch looks for its
// subnet here too.

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks/plan"
)

// findSubnet is the subnet to launch in: the plan's, or the VPC's first public one with
// room; nil if there is none.
func (a *Account) findSubnet(ctx context.Context, t *trail, p *plan.Plan) (*types.Subnet, findings, error) {
	want := p.Environment.Instance
	l := findings{group: "network", source: "aws ec2 describe-vpcs"}
	vpcs, err := ask(ctx, t, []string{"ec2", "describe-vpcs", "--vpc-ids", want.VPC}, a.read().ec2.DescribeVpcs,
		&ec2.DescribeVpcsInput{VpcIds: []string{want.VPC}})
	if missing(err) || err == nil && len(vpcs.Vpcs) == 0 {
		l.judge(false, "network.vpc", "network", fmt.Sprintf("there is no network %s in account %s, %s", want.VPC, p.Environment.Account, a.opt.Region), "amend the plan with the network to use")
		return nil, l, nil
	}
	if err != nil {
		return nil, l, err
	}
	l.judge(true, "network.vpc", "network", want.VPC+" exists", "")
	out, err := ask(ctx, t, []string{"ec2", "describe-subnets", "--filters", "Name=vpc-id,Values=" + want.VPC}, a.read().ec2.DescribeSubnets,
		&ec2.DescribeSubnetsInput{Filters: filter("vpc-id", want.VPC)})
	if err != nil {
		l.source = "aws ec2 describe-subnets"
		return nil, l, err
	}
	chosen, why := pick(out.Subnets, want.Subnet)
	if l.items = append(l.items, why.items...); chosen.SubnetId == nil {
		return nil, l, nil
	}
	return &chosen, l, nil
}

// pick chooses the subnet to launch in: the one wanted, else the first public one with room.
// Where there is none, the finding says why.
func pick(all []types.Subnet, want string) (chosen types.Subnet, l findings) {
	l.group, l.source = "network", "aws ec2 describe-subnets"
	slices.SortFunc(all, func(x, y types.Subnet) int {
		return strings.Compare(aws.ToString(x.AvailabilityZone)+aws.ToString(x.SubnetId), aws.ToString(y.AvailabilityZone)+aws.ToString(y.SubnetId))
	})
	var full []string
	for _, s := range all {
		id, named := aws.ToString(s.SubnetId), want != ""
		public, free := aws.ToBool(s.MapPublicIpOnLaunch), aws.ToInt32(s.AvailableIpAddressCount)
		switch {
		case named && id != want:
		case named && !public:
			l.judge(false, "network.public", "public addresses", fmt.Sprintf("subnet %s gives no public addresses, so nobody could reach the instance", id), "amend the plan with a public subnet")
			return chosen, l
		case s.State != types.SubnetStateAvailable, !public:
		case free <= 0:
			full = append(full, id)
		default:
			l.judge(true, "network.subnet", "subnet", fmt.Sprintf("subnet %s in %s gives public addresses and has %d free", id, aws.ToString(s.AvailabilityZone), free), "")
			return s, l
		}
	}
	switch {
	case len(full) > 0:
		l.judge(false, "network.free", "free addresses", fmt.Sprintf("subnet %s has no free address", strings.Join(full, ", ")), "end what is not needed there, or amend the plan with another subnet")
	case want != "":
		l.judge(false, "network.subnet", "subnet", fmt.Sprintf("the network has no available subnet %s", want), "amend the plan")
	default:
		l.judge(false, "network.subnet", "subnet", "the network has no available subnet that gives public addresses", "have one made, or amend the plan with another network")
	}
	return chosen, l
}

func (s *survey) network(ctx context.Context) {
	subnet, l, err := s.a.findSubnet(ctx, s.t, s.p)
	if err != nil {
		l.unknown("network.subnet", "subnet", err)
	}
	s.subnet = subnet
	s.add(l)
	if subnet != nil {
		s.route(ctx)
		s.hostnames(ctx)
	}
}

// route: a public address is worth nothing without a way to the internet.
func (s *survey) route(ctx context.Context) {
	vpc, subnet := s.p.Environment.Instance.VPC, aws.ToString(s.subnet.SubnetId)
	l := findings{group: "network", source: "aws ec2 describe-route-tables"}
	defer func() { s.add(l) }()
	out, err := ask(ctx, s.t, []string{"ec2", "describe-route-tables", "--filters", "Name=vpc-id,Values=" + vpc}, s.a.read().ec2.DescribeRouteTables,
		&ec2.DescribeRouteTablesInput{Filters: filter("vpc-id", vpc)})
	if err != nil {
		l.unknown("network.route", "way to the internet", err)
		return
	}
	gateway := ""
	for _, r := range routes(out.RouteTables, subnet) {
		if to := aws.ToString(r.GatewayId); aws.ToString(r.DestinationCidrBlock) == "0.0.0.0/0" && strings.HasPrefix(to, "igw-") && r.State == types.RouteStateActive {
			gateway = to
		}
	}
	says := fmt.Sprintf("subnet %s reaches the internet through %s", subnet, gateway)
	if gateway == "" {
		says = fmt.Sprintf("subnet %s has no route to an internet gateway: neither the smoke tests nor the clients would reach the instance", subnet)
	}
	l.judge(gateway != "", "network.route", "way to the internet", says, "have a route 0.0.0.0/0 to an internet gateway added to its route table, or amend the plan with another subnet")
}

// routes are those of a subnet: of its own table, or of the network's main one.
func routes(tables []types.RouteTable, subnet string) []types.Route {
	var main []types.Route
	for _, t := range tables {
		for _, at := range t.Associations {
			if aws.ToString(at.SubnetId) == subnet {
				return t.Routes
			}
			if aws.ToBool(at.Main) {
				main = t.Routes
			}
		}
	}
	return main
}

// hostnames: without both of these attributes an instance gets no public name, which T5 wants.
func (s *survey) hostnames(ctx context.Context) {
	vpc := s.p.Environment.Instance.VPC
	l := findings{group: "network", source: "aws ec2 describe-vpc-attribute"}
	defer func() { s.add(l) }()
	for _, name := range []types.VpcAttributeName{types.VpcAttributeNameEnableDnsHostnames, types.VpcAttributeNameEnableDnsSupport} {
		out, err := ask(ctx, s.t, []string{"ec2", "describe-vpc-attribute", "--vpc-id", vpc, "--attribute", string(name)}, s.a.read().ec2.DescribeVpcAttribute,
			&ec2.DescribeVpcAttributeInput{VpcId: aws.String(vpc), Attribute: name})
		if err != nil {
			l.unknown("network.names", "public names", err)
			return
		}
		for _, is := range []*types.AttributeBooleanValue{out.EnableDnsHostnames, out.EnableDnsSupport} {
			if is != nil && !aws.ToBool(is.Value) {
				l.judge(false, "network.names", "public names", fmt.Sprintf("network %s has %s off: the instance would get no public name", vpc, name), fmt.Sprintf("have %s turned on for it, or amend the plan with another network", name))
				return
			}
		}
	}
	l.judge(true, "network.names", "public names", "network "+vpc+" gives public names", "")
}

// offers: not every zone has every type.
func (s *survey) offers(ctx context.Context) {
	if s.subnet == nil || s.kind == nil {
		return
	}
	want, zone, region := s.p.Environment.Instance.Type, aws.ToString(s.subnet.AvailabilityZone), s.a.opt.Region
	l := findings{group: "instance type", source: "aws ec2 describe-instance-type-offerings"}
	defer func() { s.add(l) }()
	out, err := ask(ctx, s.t, []string{"ec2", "describe-instance-type-offerings", "--location-type", "availability-zone", "--filters", "Name=instance-type,Values=" + want},
		s.a.read().ec2.DescribeInstanceTypeOfferings, &ec2.DescribeInstanceTypeOfferingsInput{LocationType: types.LocationTypeAvailabilityZone, Filters: filter("instance-type", want)})
	if err != nil {
		l.unknown("type.offered", "offered in the zone", err)
		return
	}
	var zones []string
	for _, o := range out.InstanceTypeOfferings {
		zones = append(zones, aws.ToString(o.Location))
	}
	slices.Sort(zones)
	if slices.Contains(zones, zone) {
		l.judge(true, "type.offered", "offered in the zone", want+" is offered in "+zone, "")
		return
	}
	next := "amend the plan with a subnet in " + strings.Join(zones, " or ")
	if len(zones) == 0 {
		next = "no zone of " + region + " has it: amend the type"
	}
	l.judge(false, "type.offered", "offered in the zone", fmt.Sprintf("%s is not offered in %s, the zone of subnet %s", want, zone, aws.ToString(s.subnet.SubnetId)), next)
}
