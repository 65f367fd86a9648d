package cloud_test

// network_test.go: what surrounds an instance: routes, gateway, ACL, interfaces, zones and regions.

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/rehearsal/cloud"
)

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: aws.String(name), Values: values}}
}

// table finds the route table that a subnet follows, as AWS says a client must: its own, or else the main one.
func (b *bench) table(subnet string) types.RouteTable {
	b.Helper()
	own := must(b.ec2.DescribeRouteTables(b.Context(), &ec2.DescribeRouteTablesInput{Filters: filter("association.subnet-id", subnet)}))(b).RouteTables
	if len(own) == 1 {
		return own[0]
	}
	main := must(b.ec2.DescribeRouteTables(b.Context(), &ec2.DescribeRouteTablesInput{Filters: append(filter("vpc-id", vpcID), filter("association.main", "true")...)}))(b).RouteTables
	if len(own) != 0 || len(main) != 1 || !*main[0].Associations[0].Main {
		b.Fatalf("subnet %s is on %d tables, and there are %d main ones", subnet, len(own), len(main))
	}
	return main[0]
}

// leadsOut reports whether a table leads to an internet gateway.
func leadsOut(t types.RouteTable) bool {
	for _, r := range t.Routes {
		if aws.ToString(r.DestinationCidrBlock) == "0.0.0.0/0" && r.State == "active" && aws.ToString(r.GatewayId)[:4] == "igw-" {
			return true
		}
	}
	return false
}

func TestRoutes(t *testing.T) {
	for _, test := range []struct {
		name       string
		change     func(*cloud.Options)
		out, inner bool // the first subnet leads out, and the private one
	}{
		{"public subnets of a VPC", func(*cloud.Options) {}, true, false},
		{"a default VPC", func(o *cloud.Options) { o.VPC.Default = true }, true, false},
		{"no gateway", func(o *cloud.Options) { o.VPC.NoGateway = true }, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := open(t, func(o *cloud.Options) { o.VPC.Subnets[1].Private = true }, test.change)
			if got := leadsOut(b.table(subnetID)); got != test.out {
				t.Errorf("the public subnet leads out: %v", got)
			}
			if leadsOut(b.table("subnet-0b1b1b1b1b1b1b1b1")) {
				t.Error("the private subnet leads out")
			}
			gateways := must(b.ec2.DescribeInternetGateways(t.Context(), &ec2.DescribeInternetGatewaysInput{Filters: filter("attachment.vpc-id", vpcID)}))(t).InternetGateways
			if (len(gateways) == 1) != test.out {
				t.Errorf("%d gateways", len(gateways))
			}
			subnets := must(b.ec2.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{Filters: filter("map-public-ip-on-launch", "false")}))(t).Subnets
			if len(subnets) != 1 || *subnets[0].AvailabilityZoneId != "apse1-az2" {
				t.Errorf("private subnets %+v", subnets)
			}
		})
	}
}

func TestNetworkIsGiven(t *testing.T) {
	b := open(t, func(o *cloud.Options) { o.VPC.NoHostnames = true })
	ctx := t.Context()
	names := must(b.ec2.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: aws.String(vpcID), Attribute: "enableDnsHostnames"}))(t)
	support := must(b.ec2.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: aws.String(vpcID), Attribute: "enableDnsSupport"}))(t)
	if *names.EnableDnsHostnames.Value || !*support.EnableDnsSupport.Value || names.EnableDnsSupport != nil {
		t.Errorf("hostnames %+v, support %+v", names, support)
	}
	id, _ := b.launch()
	if name := aws.ToString(b.instance(id).PublicDnsName); name != "" || b.instance(id).PublicIpAddress == nil {
		t.Errorf("without host names the instance is called %q", name)
	}
	acl := must(b.ec2.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{Filters: filter("association.subnet-id", subnetID)}))(t).NetworkAcls
	if len(acl) != 1 || !*acl[0].IsDefault || len(acl[0].Entries) != 4 || len(acl[0].Associations) != 2 || acl[0].Entries[0].RuleAction != "allow" {
		t.Errorf("network ACLs %+v", acl)
	}
	limits := must(b.ec2.DescribeAccountAttributes(ctx, &ec2.DescribeAccountAttributesInput{AttributeNames: []types.AccountAttributeName{"default-vpc", "supported-platforms"}}))(t).AccountAttributes
	if len(limits) != 2 || *limits[1].AttributeValues[0].AttributeValue != "none" {
		t.Errorf("account attributes %+v", limits)
	}
	for code, err := range map[string]error{
		"InvalidVpcID.Malformed":             second(b.ec2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{"vpc-x"}})),
		"InvalidSubnetID.Malformed":          second(b.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet"}})),
		"InvalidRouteTableId.Malformed":      second(b.ec2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{"rtb"}})),
		"InvalidRouteTableID.NotFound":       second(b.ec2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{"rtb-00000000"}})),
		"InvalidInternetGatewayID.NotFound":  second(b.ec2.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{"igw-00000000"}})),
		"InvalidNetworkAclID.NotFound":       second(b.ec2.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{NetworkAclIds: []string{"acl-00000000"}})),
		"InvalidNetworkInterfaceID.NotFound": second(b.ec2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-00000000"}})),
		"InvalidVolumeID.Malformed":          second(b.ec2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{"v"}})),
		"InvalidVolume.NotFound":             second(b.ec2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{"vol-00000000"}})),
		"InvalidSnapshot.NotFound":           second(b.ec2.DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{SnapshotIds: []string{"snap-00000000"}})),
		"InvalidUserID.Malformed":            second(b.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{Owners: []string{"me"}})),
		"InvalidParameterCombination":        second(b.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}, MaxResults: aws.Int32(5)})),
	} {
		refused(t, err, code)
	}
}

// second is the error of a call.
func second[T any](_ T, err error) error { return err }

func TestInterfaces(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, group := b.launch()
	alloc, ip := b.allocate()
	card := *b.instance(id).NetworkInterfaces[0].NetworkInterfaceId
	out := must(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: &alloc, NetworkInterfaceId: &card}))(t)
	found := must(b.ec2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{Filters: filter("association.allocation-id", alloc)}))(t).NetworkInterfaces
	if len(found) != 1 || *found[0].Attachment.InstanceId != id || *found[0].Association.PublicIp != ip || *found[0].Association.AssociationId != *out.AssociationId ||
		*found[0].Groups[0].GroupId != group || *found[0].PrivateIpAddresses[0].PrivateIpAddress != *found[0].PrivateIpAddress {
		t.Errorf("the interface with the address: %+v", found)
	}
	fresh := *must(b.ec2.RunInstances(ctx, launchInput(group, "T4-2")))(t).Instances[0].NetworkInterfaces[0].NetworkInterfaceId
	refused(t, second(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: &alloc, NetworkInterfaceId: &fresh})), "IncorrectInstanceState")
	refused(t, second(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: &alloc, NetworkInterfaceId: &card, InstanceId: &id})), "InvalidParameterCombination")
	refused(t, second(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: &alloc})), "MissingParameter")
	reverse := must(b.ec2.DescribeAddressesAttribute(ctx, &ec2.DescribeAddressesAttributeInput{AllocationIds: []string{alloc}, Attribute: "domain-name"}))(t).Addresses
	if len(reverse) != 1 || *reverse[0].PublicIp != ip || reverse[0].PtrRecord != nil {
		t.Errorf("reverse names %+v", reverse)
	}
	b.clock.pass(time.Minute)
	must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(time.Minute)
	refused(t, second(b.ec2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{card}})), "InvalidNetworkInterfaceID.NotFound")
}

// elsewhere is a client whose requests are signed for another region, on the same endpoint.
func (b *bench) elsewhere(region string) *ec2.Client {
	o := b.ec2.Options()
	o.Region = region
	return ec2.New(o)
}

func TestOtherRegions(t *testing.T) {
	there := cloud.Image{ID: "ami-0dddddddddddddddd", Name: "copy", Region: "us-east-1", Owner: "210987654321", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, Shared: true}
	b := open(t, func(o *cloud.Options) { o.Images = append(o.Images, there) })
	ctx := t.Context()
	b.launch()
	all := must(b.ec2.DescribeRegions(ctx, &ec2.DescribeRegionsInput{}))(t).Regions
	every := must(b.ec2.DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)}))(t).Regions
	if len(all) != 17 || len(every) <= len(all) || *all[0].Endpoint != "ec2.ap-northeast-1.amazonaws.com" {
		t.Errorf("%d regions, %d with those not asked for", len(all), len(every))
	}
	refused(t, second(b.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{there.ID}})), "InvalidAMIID.NotFound")
	us := b.elsewhere("us-east-1")
	images := must(us.DescribeImages(ctx, &ec2.DescribeImagesInput{}))(t).Images
	if len(images) != 1 || *images[0].ImageId != there.ID {
		t.Errorf("images of the other region: %+v", images)
	}
	refused(t, second(us.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{imageID}})), "InvalidAMIID.NotFound")
	if out := must(us.DescribeInstances(ctx, &ec2.DescribeInstancesInput{}))(t); len(out.Reservations) != 0 {
		t.Errorf("the other region has instances: %+v", out)
	}
	if out := must(us.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{}))(t); len(out.Vpcs) != 0 {
		t.Errorf("the other region has a VPC: %+v", out)
	}
	if zones := must(us.DescribeAvailabilityZones(ctx, &ec2.DescribeAvailabilityZonesInput{}))(t).AvailabilityZones; len(zones) != 3 || *zones[0].ZoneName != "us-east-1a" || *zones[0].ZoneId != "use1-az1" {
		t.Errorf("zones of the other region: %+v", zones)
	}
	run := launchInput("sg-00000000", "T4-us")
	run.ImageId, run.SubnetId, run.KeyName, run.SecurityGroupIds = &there.ID, nil, nil, nil
	refused(t, second(us.RunInstances(ctx, run)), "VPCIdNotSpecified")
	before := b.account.Inventory()
	made := must(us.AllocateAddress(ctx, &ec2.AllocateAddressInput{}))(t)
	if found := must(us.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{}))(t).Addresses; len(found) != 1 || *found[0].AllocationId != *made.AllocationId || *found[0].NetworkBorderGroup != "us-east-1" {
		t.Errorf("what was made in the other region: %+v", found)
	}
	if after := b.account.Inventory(); len(after.Addresses) != len(before.Addresses) {
		t.Error("what was made in the other region is in this one")
	}
	if found := must(b.elsewhere("eu-west-1").DescribeAddresses(ctx, &ec2.DescribeAddressesInput{}))(t).Addresses; len(found) != 0 {
		t.Errorf("and in a third: %+v", found)
	}
	opt := options(b.clock)
	opt.Images, opt.State = append(opt.Images, there), b.account.State()
	again := serve(t, b.clock, must(cloud.New(opt))(t))
	if found := must(again.elsewhere("us-east-1").DescribeAddresses(ctx, &ec2.DescribeAddressesInput{}))(t).Addresses; len(found) != 1 {
		t.Error("a reopened account forgot the other region")
	}
}
