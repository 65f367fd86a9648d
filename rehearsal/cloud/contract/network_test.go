package contract

// network_test.go: the network around an instance, and how much of it an account may have.

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
)

func networks() []scenario {
	return []scenario{
		{name: "names in the VPC", says: "a default VPC has DNS support and DNS hostnames", source: "VPC User Guide: DNS attributes", run: vpcNames},
		{name: "a VPC that is not there", says: "it is refused with InvalidVpcID.NotFound", source: codes, run: vpcNotFound},
		{name: "subnets of a VPC", says: "DescribeSubnets filters by vpc-id; a default subnet gives public addresses", source: "DescribeSubnets", run: subnets},
		{name: "free addresses of a subnet", says: "AvailableIpAddressCount falls with each instance", source: "DescribeSubnets", run: subnetFills},
		{name: "the way out", says: "the main route table of a default VPC leads to an internet gateway", source: "VPC User Guide: Default VPCs", run: wayOut,
			moto: lack{"has a default VPC without a gateway", "route to a gateway: false, want true"}},
		{name: "the network's filter", says: "the default network ACL lets everything through, both ways", source: "VPC User Guide: Network ACLs", run: aclOpen},
		{name: "the instance's card", says: "an instance has one primary network interface, in its subnet, with its addresses", source: "DescribeNetworkInterfaces", run: card},
		{name: "zones", says: "DescribeAvailabilityZones lists the zones of the region, available", source: "DescribeAvailabilityZones", run: zones},
	}
}

func (p *place) vpcAttribute(name types.VpcAttributeName) *ec2.DescribeVpcAttributeOutput {
	return got(p.ec2.DescribeVpcAttribute(p.ctx, &ec2.DescribeVpcAttributeInput{VpcId: str(p.ground.vpc), Attribute: name}))
}

func vpcNames(p *place) {
	same("hostnames", *p.vpcAttribute(types.VpcAttributeNameEnableDnsHostnames).EnableDnsHostnames.Value, true)
	same("support", *p.vpcAttribute(types.VpcAttributeNameEnableDnsSupport).EnableDnsSupport.Value, true)
}

func vpcNotFound(p *place) {
	in := &ec2.DescribeVpcsInput{VpcIds: []string{"vpc-00000000000000000"}}
	same("code", code(p.ec2.DescribeVpcs(p.ctx, in)), "InvalidVpcID.NotFound")
}

func subnets(p *place) {
	all := got(p.ec2.DescribeSubnets(p.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("vpc-id", p.ground.vpc)}})).Subnets
	same("more than one", len(all) > 1, true)
	same("public addresses", *all[0].MapPublicIpOnLaunch, true)
	none := got(p.ec2.DescribeSubnets(p.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("vpc-id", "vpc-00000000000000000")}})).Subnets
	same("of another VPC", len(none), 0)
}

func (p *place) free() int32 {
	return *got(p.ec2.DescribeSubnets(p.ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{p.ground.subnet}})).Subnets[0].AvailableIpAddressCount
}

func subnetFills(p *place) {
	before := p.free()
	p.launch()
	same("free addresses", p.free(), before-1)
}

func wayOut(p *place) {
	all := got(p.ec2.DescribeRouteTables(p.ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{filter("vpc-id", p.ground.vpc), filter("association.main", "true")}})).RouteTables
	same("main tables", len(all), 1)
	out := false
	for _, r := range all[0].Routes {
		out = out || r.DestinationCidrBlock != nil && *r.DestinationCidrBlock == "0.0.0.0/0" && r.GatewayId != nil && len(*r.GatewayId) > 4 && (*r.GatewayId)[:4] == "igw-"
	}
	same("route to a gateway", out, true)
}

func aclOpen(p *place) {
	all := got(p.ec2.DescribeNetworkAcls(p.ctx, &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{filter("vpc-id", p.ground.vpc)}})).NetworkAcls
	same("lists", len(all), 1)
	open := map[bool]bool{}
	for _, e := range all[0].Entries {
		if *e.RuleNumber == 100 && e.RuleAction == types.RuleActionAllow && *e.CidrBlock == "0.0.0.0/0" {
			open[*e.Egress] = true
		}
	}
	same("both ways", open, map[bool]bool{true: true, false: true})
}

func card(p *place) {
	i := p.instance(p.launch())
	all := got(p.ec2.DescribeNetworkInterfaces(p.ctx, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("attachment.instance-id", *i.InstanceId)}})).NetworkInterfaces
	same("cards", len(all), 1)
	same("private address", *all[0].PrivateIpAddress, *i.PrivateIpAddress)
	same("subnet", *all[0].SubnetId, p.ground.subnet)
	same("the instance's own", *i.NetworkInterfaces[0].NetworkInterfaceId, *all[0].NetworkInterfaceId)
}

func zones(p *place) {
	all := got(p.ec2.DescribeAvailabilityZones(p.ctx, &ec2.DescribeAvailabilityZonesInput{ZoneNames: []string{p.ground.zone}})).AvailabilityZones
	same("zones", len(all), 1)
	same("state", all[0].State, types.AvailabilityZoneStateAvailable)
	same("region", *all[0].RegionName, region)
}

const (
	vcpuQuota    = "L-1216C47A"
	addressQuota = "L-0263D0A3"
)

func quotas() []scenario {
	const page = "Service Quotas: GetServiceQuota"
	none := lack{"knows the quotas of VPC only", "NoSuchResourceException"}
	return []scenario{
		{name: "the quota of addresses", says: "5 Elastic IPs in a region (" + addressQuota + ")", source: "EC2 User Guide: Elastic IP addresses", run: quotaOfAddresses, moto: none},
		{name: "the quota of vCPUs", says: "running on-demand standard instances are counted in vCPUs (" + vcpuQuota + ")", source: page, run: quotaOfVCPUs, moto: none},
		{name: "a quota that is not there", says: "it is refused with NoSuchResourceException", source: page, run: quotaNotFound},
		{name: "more vCPUs than the quota", says: "they are refused with VcpuLimitExceeded, and none is launched", source: codes, run: quotaExceeded,
			moto: lack{"has no quota", "done, want VcpuLimitExceeded"}},
		{name: "as many as fit", says: "of MinCount to MaxCount instances as many are launched as the account may have", source: "RunInstances", run: quotaFits,
			moto: lack{"launches MinCount and no more", "launched: 1, want 8"}},
		{name: "what is stopped counts not", says: "the quota is on running instances", source: "EC2 User Guide: Instance type quotas", run: quotaStopped},
		{name: "the account's own limits", says: "DescribeAccountAttributes tells max-elastic-ips", source: "DescribeAccountAttributes", run: accountLimits,
			moto: lack{"tells all, whatever is asked for", "told: 6, want 1"}},
	}
}

func (p *place) quota(code string) (*servicequotas.GetServiceQuotaOutput, error) {
	return p.quotas.GetServiceQuota(p.ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: str("ec2"), QuotaCode: str(code)})
}

func quotaOfAddresses(p *place) {
	q := got(p.quota(addressQuota)).Quota
	same("value", *q.Value, 5)
	same("service", *q.ServiceCode, "ec2")
}

func quotaOfVCPUs(p *place) {
	q := got(p.quota(vcpuQuota)).Quota
	same("told", *q.Value > 0 && q.Adjustable, true)
}

func quotaNotFound(p *place) { same("code", code(p.quota("L-00000000")), "NoSuchResourceException") }

func quotaExceeded(p *place) {
	in := p.order("one")
	in.MinCount, in.MaxCount = num(9), num(9)
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "VcpuLimitExceeded")
	same("instances", len(p.found()), 0)
}

func quotaFits(p *place) {
	in := p.order("one")
	in.MaxCount = num(12)
	same("launched", len(got(p.ec2.RunInstances(p.ctx, in)).Instances), 8)
}

func quotaStopped(p *place) {
	one, two := p.two()
	p.stop(one)
	p.terminate(two)
	in := p.order("more")
	in.MinCount, in.MaxCount = num(8), num(8)
	same("launched", len(got(p.ec2.RunInstances(p.ctx, in)).Instances), 8)
}

func accountLimits(p *place) {
	in := &ec2.DescribeAccountAttributesInput{AttributeNames: []types.AccountAttributeName{"max-elastic-ips"}}
	all := got(p.ec2.DescribeAccountAttributes(p.ctx, in)).AccountAttributes
	same("told", len(all), 1)
	same("value", *all[0].AttributeValues[0].AttributeValue, "5")
}
