package cloud

// ec2_network.go: the VPC, its subnets, the zones and the region. They are given and never change.

import (
	"net/netip"
	"slices"
	"strconv"
)

func (a *Account) zones() []string {
	var out []string
	for _, s := range a.opt.VPC.Subnets {
		out = append(out, s.Zone)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *call) describeVPCs() ([]element, error) {
	v := c.a.opt.VPC
	all, err := selected(c, "VpcId", []VPC{v}, func(v VPC, id string) bool { return v.ID == id }, func(id string) error {
		return refuse(400, "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	isDefault := one(func(v VPC) string { return strconv.FormatBool(v.Default) })
	all, err = filtered(c, all, map[string]field[VPC]{
		"vpc-id":     one(func(v VPC) string { return v.ID }),
		"cidr":       one(func(v VPC) string { return v.CIDR }),
		"state":      one(func(VPC) string { return "available" }),
		"is-default": isDefault, "isDefault": isDefault,
	}, func(VPC) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, v := range all {
		rows = append(rows, []element{txt("vpcId", v.ID), txt("ownerId", c.a.opt.AccountID), txt("state", "available"),
			txt("cidrBlock", v.CIDR), txt("instanceTenancy", "default"), yes("isDefault", v.Default)})
	}
	return answer(items("vpcSet", rows), next), err
}

func (c *call) describeSubnets() ([]element, error) {
	vpc := c.a.opt.VPC
	all, err := selected(c, "SubnetId", vpc.Subnets, func(s Subnet, id string) bool { return s.ID == id }, func(id string) error {
		return refuse(400, "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[Subnet]{
		"subnet-id":         one(func(s Subnet) string { return s.ID }),
		"vpc-id":            one(func(Subnet) string { return vpc.ID }),
		"availability-zone": one(func(s Subnet) string { return s.Zone }),
		"state":             one(func(Subnet) string { return "available" }),
		"default-for-az":    one(func(Subnet) string { return strconv.FormatBool(vpc.Default) }),
	}, func(Subnet) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, s := range all {
		rows = append(rows, []element{txt("subnetId", s.ID), txt("vpcId", vpc.ID), txt("ownerId", c.a.opt.AccountID), txt("state", "available"),
			txt("cidrBlock", s.CIDR), txt("availabilityZone", s.Zone), num("availableIpAddressCount", c.freeAddresses(s)),
			yes("defaultForAz", vpc.Default), yes("mapPublicIpOnLaunch", true)})
	}
	return answer(items("subnetSet", rows), next), err
}

func (c *call) freeAddresses(s Subnet) int {
	free := 1<<(32-netip.MustParsePrefix(s.CIDR).Bits()) - 5 // checked when the account was opened
	for _, i := range c.s.Instances {
		if i.Net.SubnetID == s.ID && i.Life.at(c.now) != terminatedState() {
			free--
		}
	}
	return free
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
		"state":         one(func(string) string { return "available" }),
		"region-name":   one(func(string) string { return c.a.opt.Region }),
		"zone-type":     one(func(string) string { return "availability-zone" }),
		"opt-in-status": one(func(string) string { return "opt-in-not-required" }),
	}, nil)
	var rows [][]element
	for _, z := range all {
		rows = append(rows, []element{txt("zoneName", z), txt("zoneState", "available"), txt("regionName", c.a.opt.Region),
			txt("optInStatus", "opt-in-not-required"), txt("zoneType", "availability-zone")})
	}
	return []element{items("availabilityZoneInfo", rows)}, err
}

func (c *call) describeRegions() ([]element, error) {
	all, err := selected(c, "RegionName", []string{c.a.opt.Region}, func(r, name string) bool { return r == name }, func(name string) error {
		return refuse(400, "InvalidParameterValue", "Invalid region provided: [%s]", clip(name))
	})
	if err != nil {
		return nil, err
	}
	if _, err = c.flag("AllRegions", false); err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[string]{"region-name": one(func(r string) string { return r })}, nil)
	var rows [][]element
	for _, r := range all {
		rows = append(rows, []element{txt("regionName", r), txt("regionEndpoint", "ec2."+r+".amazonaws.com"), txt("optInStatus", "opt-in-not-required")})
	}
	return []element{items("regionInfo", rows)}, err
}
