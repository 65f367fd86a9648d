package cloud

// ec2_placement.go: where a launch goes: its subnet, and the security groups around it.

// launchNetwork reads subnet and groups, given for the instance or for its one network interface.
func (c *call) launchNetwork(l *launch) error {
	subnetID, ids, names := c.text("SubnetId"), c.texts("SecurityGroupId"), c.texts("SecurityGroup")
	cards := c.list("NetworkInterface")
	if len(cards) > 1 || len(cards) == 1 && cards[0].text("DeviceIndex") != "0" {
		return refuse(400, "InvalidParameterValue", "The pretend account gives an instance one network interface, with device index 0")
	}
	if len(cards) == 1 {
		if subnetID != "" || len(ids)+len(names) > 0 {
			return refuse(400, "InvalidParameterCombination", "Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request")
		}
		subnetID, ids = cards[0].text("SubnetId"), cards[0].texts("SecurityGroupId")
	}
	var err error
	if l.subnet, err = c.launchSubnet(subnetID, c.text("Placement.AvailabilityZone"), l.kind.name); err != nil {
		return err
	}
	l.privateOnly = l.subnet.Private
	if len(cards) == 1 {
		public, err := cards[0].flag("AssociatePublicIpAddress", !l.subnet.Private)
		if err != nil {
			return err
		}
		l.privateOnly = !public
		if _, err = cards[0].flag("DeleteOnTermination", true); err != nil {
			return err
		}
	}
	for _, name := range names {
		g := find(c.s.Groups, func(g *group) bool { return g.Name == name })
		if g == nil {
			return refuse(400, "InvalidGroup.NotFound", "The security group '%s' does not exist", clip(name))
		}
		ids = append(ids, g.ID)
	}
	if len(ids) == 0 {
		ids = []string{c.s.Groups[0].ID} // the default group is made first and cannot be deleted
	}
	for _, id := range ids {
		if _, err := c.groupByID(id); err != nil {
			return err
		}
	}
	l.groups = ids
	return nil
}

// launchSubnet finds the subnet named, or one of a default VPC whose zone offers the type.
func (c *call) launchSubnet(id, zone, kind string) (Subnet, error) {
	vpc := c.a.opt.VPC
	if id == "" {
		if !vpc.Default {
			return Subnet{}, refuse(400, "VPCIdNotSpecified", "No default VPC for this user. Specify a subnet.")
		}
		for _, s := range vpc.Subnets {
			if zone == "" && !c.a.lacking(kind, s.Zone) {
				return s, nil
			}
			if s.Zone == zone {
				return s, c.a.offered(kind, s)
			}
		}
		return Subnet{}, refuse(400, "InvalidParameterValue", "Invalid availability zone: [%s]", clip(zone))
	}
	if !wellFormed(id, "subnet") {
		return Subnet{}, refuse(400, "InvalidSubnetID.Malformed", "Invalid id: \"%s\" (expecting \"subnet-...\")", clip(id))
	}
	for _, s := range vpc.Subnets {
		if s.ID != id {
			continue
		}
		if zone != "" && zone != s.Zone {
			return s, refuse(400, "InvalidParameterCombination", "The availability zone '%s' does not match that of subnet '%s'", clip(zone), id)
		}
		return s, c.a.offered(kind, s)
	}
	return Subnet{}, noSubnet(id)
}
