package cloud

// ec2_interfaces.go: network interfaces. There are those of the instances, one each.

import (
	"slices"
	"strconv"
)

// interfaceByID finds the instance whose interface it is.
func (c *call) interfaceByID(id string) (*instance, error) {
	if !wellFormed(id, "eni") {
		return nil, refuse(400, "InvalidNetworkInterfaceId.Malformed", "Invalid id: \"%s\" (expecting \"eni-...\")", clip(id))
	}
	if i := find(c.withInterface(), func(i *instance) bool { return i.Net.ENI == id }); i != nil {
		return i, nil
	}
	return nil, noInterface(id)
}

func noInterface(id string) error {
	return refuse(400, "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist", clip(id))
}

// withInterface are the instances that have one: it goes when they are terminated.
func (c *call) withInterface() []*instance {
	return slices.DeleteFunc(slices.Clone(c.s.Instances), func(i *instance) bool { return i.Life.at(c.now) == terminatedState() })
}

func (c *call) describeNetworkInterfaces() ([]element, error) {
	if err := c.ids("NetworkInterfaceId", "eni", "InvalidNetworkInterfaceId.Malformed"); err != nil {
		return nil, err
	}
	all, err := selected(c, "NetworkInterfaceId", c.withInterface(), func(i *instance, id string) bool { return i.Net.ENI == id }, noInterface)
	if err != nil {
		return nil, err
	}
	ip := one(func(i *instance) string { return i.Net.PrivateIP })
	elastic := func(get func(*address) string) field[*instance] {
		return func(i *instance) []string {
			if e := c.s.elastic(i.ID); e != nil {
				return []string{get(e)}
			}
			return nil
		}
	}
	all, err = filtered(c, all, map[string]field[*instance]{
		"network-interface-id":         one(func(i *instance) string { return i.Net.ENI }),
		"attachment.instance-id":       one(func(i *instance) string { return i.ID }),
		"attachment.attachment-id":     one(func(i *instance) string { return i.Net.Attachment }),
		"attachment.device-index":      one(func(*instance) string { return "0" }),
		"attachment.status":            one(func(*instance) string { return "attached" }),
		"status":                       one(func(*instance) string { return "in-use" }),
		"subnet-id":                    one(func(i *instance) string { return i.Net.SubnetID }),
		"vpc-id":                       one(func(*instance) string { return c.a.opt.VPC.ID }),
		"availability-zone":            one(func(i *instance) string { return i.Net.Zone }),
		"group-id":                     func(i *instance) []string { return i.Groups },
		"mac-address":                  one(func(i *instance) string { return i.Net.MAC }),
		"owner-id":                     one(func(*instance) string { return c.a.opt.AccountID }),
		"private-ip-address":           ip,
		"addresses.private-ip-address": ip,
		"association.public-ip":        one(func(i *instance) string { return c.s.publicIP(i, c.now) }),
		"association.allocation-id":    elastic(func(e *address) string { return e.AllocationID }),
		"association.association-id":   elastic(func(e *address) string { return e.AssociationID }),
		"source-dest-check":            one(func(i *instance) string { return strconv.FormatBool(!i.Options.AnySource) }),
	}, func(*instance) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, i := range all {
		own := []element{txt("availabilityZone", i.Net.Zone), yes("requesterManaged", false), el("tagSet")}
		rows = append(rows, append(own, c.interfaceElements(i, c.s.publicIP(i, c.now), true)...))
	}
	return answer(items("networkInterfaceSet", rows), next), err
}

// interfaceElements is the interface as its instance shows it, or, with alone, as it is shown by itself.
func (c *call) interfaceElements(i *instance, ip string, alone bool) []element {
	private := privateDNS(i.Net.PrivateIP, c.a.opt.Region)
	attachment := []element{txt("attachmentId", i.Net.Attachment), num("deviceIndex", 0), num("networkCardIndex", 0), txt("status", "attached"),
		at("attachTime", i.LaunchedAt), yes("deleteOnTermination", true)}
	if alone {
		attachment = append(attachment, txt("instanceId", i.ID), txt("instanceOwnerId", c.a.opt.AccountID))
	}
	out := []element{
		txt("networkInterfaceId", i.Net.ENI), txt("subnetId", i.Net.SubnetID), txt("vpcId", c.a.opt.VPC.ID), txt("description", ""),
		txt("ownerId", c.a.opt.AccountID), txt("status", "in-use"), txt("macAddress", i.Net.MAC), txt("interfaceType", "interface"),
		txt("privateIpAddress", i.Net.PrivateIP), txt("privateDnsName", private), yes("sourceDestCheck", !i.Options.AnySource),
		c.groupSet(i.Groups), el("attachment", attachment...),
	}
	address := []element{txt("privateIpAddress", i.Net.PrivateIP), txt("privateDnsName", private), yes("primary", true)}
	if ip != "" {
		owner, elastic := "amazon", []element(nil)
		if e := c.s.elastic(i.ID); e != nil {
			owner = c.a.opt.AccountID
			if alone {
				elastic = []element{txt("allocationId", e.AllocationID), txt("associationId", e.AssociationID)}
			}
		}
		association := el("association", append(elastic, txt("publicIp", ip), txt("publicDnsName", c.a.publicDNS(ip)), txt("ipOwnerId", owner))...)
		out, address = append(out, association), append(address, association)
	}
	return append(out, items("privateIpAddressesSet", [][]element{address}))
}
