package cloud

// ec2_network.go: the VPC, its subnets and the zones. They are given and never change. Routes are in ec2_routes.go.

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// zones are those of the VPC's subnets; a region without a VPC has the three that most have.
func (a *Account) zones() []string {
	if len(a.vpcs()) == 0 {
		return []string{a.opt.Region + "a", a.opt.Region + "b", a.opt.Region + "c"}
	}
	var out []string
	for _, s := range a.opt.VPC.Subnets {
		out = append(out, s.Zone)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func noVPC(id string) error {
	return refuse(400, "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", clip(id))
}

func (c *call) describeVPCs() ([]element, error) {
	if err := c.ids("VpcId", "vpc", "InvalidVpcID.Malformed"); err != nil {
		return nil, err
	}
	all, err := selected(c, "VpcId", c.a.vpcs(), func(v VPC, id string) bool { return v.ID == id }, noVPC)
	if err != nil {
		return nil, err
	}
	isDefault := one(func(v VPC) string { return strconv.FormatBool(v.Default) })
	all, err = filtered(c, all, map[string]field[VPC]{
		"vpc-id":     one(func(v VPC) string { return v.ID }),
		"cidr":       one(func(v VPC) string { return v.CIDR }),
		"state":      one(func(VPC) string { return "available" }),
		"owner-id":   one(func(VPC) string { return c.a.opt.AccountID }),
		"is-default": isDefault, "isDefault": isDefault,
	}, func(VPC) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, v := range all {
		rows = append(rows, []element{txt("vpcId", v.ID), txt("ownerId", c.a.opt.AccountID), txt("state", "available"),
			txt("cidrBlock", v.CIDR), txt("dhcpOptionsId", v.idOf("dopt", "default")), txt("instanceTenancy", "default"), yes("isDefault", v.Default),
			items("cidrBlockAssociationSet", [][]element{{txt("associationId", v.idOf("vpc-cidr-assoc", v.CIDR)), txt("cidrBlock", v.CIDR),
				el("cidrBlockState", txt("state", "associated"))}}), el("tagSet")})
	}
	return answer(items("vpcSet", rows), next), err
}

// describeVPCAttribute answers for one attribute, which is all AWS lets a request ask for.
func (c *call) describeVPCAttribute() ([]element, error) {
	id, err := c.required("VpcId")
	if err != nil {
		return nil, err
	}
	attribute, err := c.required("Attribute")
	if err != nil {
		return nil, err
	}
	if !wellFormed(id, "vpc") {
		return nil, refuse(400, "InvalidVpcID.Malformed", "Invalid id: \"%s\" (expecting \"vpc-...\")", clip(id))
	}
	v := c.a.opt.VPC
	if id != v.ID {
		return nil, noVPC(id)
	}
	value, known := map[string]bool{"enableDnsHostnames": !v.NoHostnames, "enableDnsSupport": !v.NoNameService,
		"enableNetworkAddressUsageMetrics": false}[attribute]
	if !known {
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", clip(attribute))
	}
	return []element{txt("vpcId", id), el(attribute, yes("value", value))}, nil
}

func (c *call) describeSubnets() ([]element, error) {
	if err := c.ids("SubnetId", "subnet", "InvalidSubnetID.Malformed"); err != nil {
		return nil, err
	}
	vpc := c.a.opt.VPC
	all, err := selected(c, "SubnetId", vpc.Subnets, func(s Subnet, id string) bool { return s.ID == id }, noSubnet)
	if err != nil {
		return nil, err
	}
	zone, cidr := one(func(s Subnet) string { return s.Zone }), one(func(s Subnet) string { return s.CIDR })
	byDefault := one(func(Subnet) string { return strconv.FormatBool(vpc.Default) })
	all, err = filtered(c, all, map[string]field[Subnet]{
		"subnet-id":                  one(func(s Subnet) string { return s.ID }),
		"vpc-id":                     one(func(Subnet) string { return vpc.ID }),
		"availability-zone":          zone,
		"availabilityZone":           zone,
		"availability-zone-id":       one(func(s Subnet) string { return zoneID(s.Zone) }),
		"available-ip-address-count": one(func(s Subnet) string { return strconv.Itoa(c.freeAddresses(s)) }),
		"cidr":                       cidr, "cidr-block": cidr, "cidrBlock": cidr,
		"state":                   one(func(Subnet) string { return "available" }),
		"owner-id":                one(func(Subnet) string { return c.a.opt.AccountID }),
		"map-public-ip-on-launch": one(func(s Subnet) string { return strconv.FormatBool(!s.Private) }),
		"default-for-az":          byDefault, "defaultForAz": byDefault,
	}, func(Subnet) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, s := range all {
		rows = append(rows, []element{txt("subnetId", s.ID),
			txt("subnetArn", "arn:aws:ec2:"+c.a.opt.Region+":"+c.a.opt.AccountID+":subnet/"+s.ID), txt("vpcId", vpc.ID),
			txt("ownerId", c.a.opt.AccountID), txt("state", "available"), txt("cidrBlock", s.CIDR), txt("availabilityZone", s.Zone),
			txt("availabilityZoneId", zoneID(s.Zone)), num("availableIpAddressCount", c.freeAddresses(s)),
			yes("defaultForAz", vpc.Default), yes("mapPublicIpOnLaunch", !s.Private), yes("assignIpv6AddressOnCreation", false), el("tagSet")})
	}
	return answer(items("subnetSet", rows), next), err
}

func noSubnet(id string) error {
	return refuse(400, "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", clip(id))
}

// freeAddresses counts what is left of a subnet: Amazon keeps five addresses of each.
func (c *call) freeAddresses(s Subnet) int {
	free := 1<<(32-netip.MustParsePrefix(s.CIDR).Bits()) - 5 - s.Taken // checked when the account was opened
	for _, i := range c.s.Instances {
		if i.Net.SubnetID == s.ID && i.Life.at(c.now) != terminatedState() {
			free--
		}
	}
	return max(0, free)
}

// zoneID is the id that a zone has in every account, such as apse1-az1. Here a is always the first.
func zoneID(zone string) string {
	region, letter := zone[:len(zone)-1], zone[len(zone)-1]
	short := strings.NewReplacer("northeast", "ne", "southeast", "se", "central", "c", "north", "n", "south", "s", "east", "e", "west", "w", "-", "")
	return short.Replace(region) + "-az" + strconv.Itoa(int(letter-'a')+1)
}

func (c *call) describeZones() ([]element, error) {
	all, err := selected(c, "ZoneName", c.a.zones(), func(z, name string) bool { return z == name }, func(name string) error {
		return refuse(400, "InvalidParameterValue", "Invalid availability zone: [%s]", clip(name))
	})
	if err != nil {
		return nil, err
	}
	if _, err = c.flag("AllAvailabilityZones", false); err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[string]{
		"zone-name":     one(func(z string) string { return z }),
		"zone-id":       one(zoneID),
		"state":         one(func(string) string { return "available" }),
		"region-name":   one(func(string) string { return c.a.opt.Region }),
		"zone-type":     one(func(string) string { return "availability-zone" }),
		"opt-in-status": one(func(string) string { return "opt-in-not-required" }),
	}, nil)
	var rows [][]element
	for _, z := range all {
		rows = append(rows, []element{txt("zoneName", z), txt("zoneId", zoneID(z)), txt("zoneState", "available"), txt("regionName", c.a.opt.Region),
			txt("optInStatus", "opt-in-not-required"), txt("zoneType", "availability-zone"), txt("groupName", c.a.opt.Region),
			txt("networkBorderGroup", c.a.opt.Region)})
	}
	return []element{items("availabilityZoneInfo", rows)}, err
}
