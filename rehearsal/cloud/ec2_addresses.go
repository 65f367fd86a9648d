package cloud

// ec2_addresses.go: Elastic IPs, and what happens to an instance's own address when one comes or goes.

import (
	"slices"
	"time"
)

type address struct {
	AllocationID  string `json:"allocation"`
	PublicIP      string `json:"public_ip"`
	AssociationID string `json:"association,omitempty"`
	InstanceID    string `json:"instance,omitempty"`
	Tags          []Tag  `json:"tags,omitempty"`

	// Routed is when traffic follows the association: some seconds after the API says it is done.
	Routed time.Time `json:"routed,omitzero"`
}

const routingLow, routingHigh = 3 * time.Second, 6 * time.Second

func (a *address) free() { a.AssociationID, a.InstanceID, a.Routed = "", "", time.Time{} }

func (c *call) allocateAddress() ([]element, error) {
	if d := c.text("Domain"); d != "" && d != "vpc" {
		return nil, refuse(400, "InvalidParameterValue", "Invalid value '%s' for domain.", clip(d))
	}
	if b := c.text("NetworkBorderGroup"); b != "" && b != c.a.opt.Region {
		return nil, refuse(400, "InvalidParameterValue", "Invalid value '%s' for networkBorderGroup.", clip(b))
	}
	if p := c.text("PublicIpv4Pool"); p != "" && p != "amazon" {
		return nil, refuse(400, "InvalidParameterValue", "Invalid value '%s' for publicIpv4Pool.", clip(p))
	}
	tags, err := c.tagSpecifications("elastic-ip")
	if err != nil {
		return nil, err
	}
	if len(c.s.Addresses) >= c.a.opt.Quotas.orDefault().Addresses && !c.dry {
		return nil, refuse(400, "AddressLimitExceeded", "The maximum number of addresses has been reached.")
	}
	a := &address{AllocationID: c.s.id("eipalloc"), PublicIP: c.s.freePublicIP(), Tags: tags["elastic-ip"]}
	c.s.Addresses = append(c.s.Addresses, a)
	return []element{txt("publicIp", a.PublicIP), txt("domain", "vpc"), txt("allocationId", a.AllocationID),
		txt("publicIpv4Pool", "amazon"), txt("networkBorderGroup", c.a.opt.Region)}, nil
}

// addressNamed finds the address of AllocationId or PublicIp.
func (c *call) addressNamed() (*address, error) {
	id, ip := c.text("AllocationId"), c.text("PublicIp")
	switch {
	case id != "":
		if a := find(c.s.Addresses, func(a *address) bool { return a.AllocationID == id }); a != nil {
			return a, nil
		}
		return nil, noAllocation(id)
	case ip != "":
		if a := find(c.s.Addresses, func(a *address) bool { return a.PublicIP == ip }); a != nil {
			return a, nil
		}
		return nil, noAddress(ip)
	default:
		return nil, refuse(400, "MissingParameter", "Either public IP or allocation id must be specified")
	}
}

func (c *call) associateAddress() ([]element, error) {
	a, err := c.addressNamed()
	if err != nil {
		return nil, err
	}
	i, err := c.associated()
	if err != nil {
		return nil, err
	}
	again, err := c.flag("AllowReassociation", true) // left out means: move it
	if err != nil {
		return nil, err
	}
	if a.InstanceID == i.ID {
		return associated(a), nil
	}
	if a.InstanceID != "" && !again {
		return nil, refuse(400, "Resource.AlreadyAssociated", "resource %s is already associated with associate-id %s", a.AllocationID, a.AssociationID)
	}
	c.s.associate(a, i, c.now)
	c.s.readdress()
	return associated(a), nil
}

// associated is the instance that an address is to be put on, named by itself or by its network interface.
func (c *call) associated() (*instance, error) {
	id, card := c.text("InstanceId"), c.text("NetworkInterfaceId")
	var i *instance
	var err error
	switch {
	case id != "" && card != "":
		return nil, refuse(400, "InvalidParameterCombination", "You may specify either instance id or network interface id, but not both")
	case id != "":
		i, err = c.instanceByID(id)
	case card != "":
		i, err = c.interfaceByID(card)
	default:
		return nil, refuse(400, "MissingParameter", "Either instance ID or network interface id must be specified")
	}
	if err != nil {
		return nil, err
	}
	if ip := c.text("PrivateIpAddress"); ip != "" && ip != i.Net.PrivateIP {
		return nil, refuse(400, "InvalidParameterValue", "The private IP address '%s' is not assigned to interface '%s'.", clip(ip), i.Net.ENI)
	}
	switch st := i.Life.at(c.now); {
	case st == runningState(), st == stoppedState(), st == stoppingState() && card != "":
	case card != "":
		return nil, refuse(400, "IncorrectInstanceState", "The %s-instance-state of instance '%s' is not valid for this operation.", st.name, i.ID)
	default:
		return nil, refuse(400, "InvalidInstanceID", "The %s instance '%s' is not in a valid state for this operation.", st.name, i.ID)
	}
	if c.a.opt.VPC.NoGateway {
		return nil, refuse(400, "Gateway.NotAttached", "Network %s is not attached to any internet gateway", c.a.opt.VPC.ID)
	}
	return i, nil
}

func noAllocation(id string) error {
	return refuse(400, "InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", clip(id))
}

func noAddress(ip string) error {
	return refuse(400, "InvalidAddress.NotFound", "Address '%s' not found.", clip(ip))
}

func associated(a *address) []element {
	return []element{yes("return", true), txt("associationId", a.AssociationID)}
}

// associate puts the address on the instance, whose automatic address goes back to Amazon for good. An Elastic IP that
// was there before loses its association and stays allocated.
func (s *state) associate(a *address, i *instance, now time.Time) {
	if old := s.elastic(i.ID); old != nil {
		old.free()
	}
	a.InstanceID, a.AssociationID = i.ID, s.id("eipassoc")
	a.Routed = now.Add(s.between(routingLow, routingHigh, "routing"))
	i.Net.AutoIP = ""
}

// readdress gives a new automatic address to every instance that is up, or coming up, and was left without any.
func (s *state) readdress() {
	for _, i := range s.Instances {
		if i.Life.Order == orderRun && !i.Net.PrivateOnly && i.Net.AutoIP == "" && s.elastic(i.ID) == nil {
			i.Net.AutoIP = s.freePublicIP()
		}
	}
}

func (c *call) disassociateAddress() ([]element, error) {
	id, ip := c.text("AssociationId"), c.text("PublicIp")
	if id == "" && ip == "" {
		return nil, refuse(400, "MissingParameter", "Either public IP or association id must be specified")
	}
	a := find(c.s.Addresses, func(a *address) bool {
		return a.AssociationID != "" && (id == "" || a.AssociationID == id) && (ip == "" || a.PublicIP == ip)
	})
	if a == nil {
		return nil, refuse(400, "InvalidAssociationID.NotFound", "The association ID '%s' does not exist", clip(id))
	}
	a.free()
	c.s.readdress()
	return []element{yes("return", true)}, nil
}

func (c *call) releaseAddress() ([]element, error) {
	a, err := c.addressNamed()
	if err != nil {
		return nil, err
	}
	if a.AssociationID != "" && !c.a.opt.VPC.Default {
		return nil, refuse(400, "InvalidIPAddress.InUse", "Address %s is in use.", a.PublicIP)
	}
	c.s.Addresses = slices.DeleteFunc(c.s.Addresses, func(o *address) bool { return o == a })
	c.s.readdress()
	return []element{yes("return", true)}, nil
}

func (c *call) allocations() ([]*address, error) {
	return selected(c, "AllocationId", c.s.Addresses, func(a *address, id string) bool { return a.AllocationID == id }, noAllocation)
}

// host gives a filter a value of the instance that an address is on.
func (c *call) host(get func(*instance) string) field[*address] {
	return func(a *address) []string {
		if i := c.s.instance(a.InstanceID); i != nil {
			return []string{get(i)}
		}
		return nil
	}
}

func (c *call) describeAddresses() ([]element, error) {
	all, err := c.allocations()
	if err != nil {
		return nil, err
	}
	all, err = selected(c, "PublicIp", all, func(a *address, ip string) bool { return a.PublicIP == ip }, noAddress)
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[*address]{
		"allocation-id":              one(func(a *address) string { return a.AllocationID }),
		"association-id":             one(func(a *address) string { return a.AssociationID }),
		"public-ip":                  one(func(a *address) string { return a.PublicIP }),
		"instance-id":                one(func(a *address) string { return a.InstanceID }),
		"domain":                     one(func(*address) string { return "vpc" }),
		"network-border-group":       one(func(*address) string { return c.a.opt.Region }),
		"network-interface-id":       c.host(func(i *instance) string { return i.Net.ENI }),
		"network-interface-owner-id": c.host(func(*instance) string { return c.a.opt.AccountID }),
		"private-ip-address":         c.host(func(i *instance) string { return i.Net.PrivateIP }),
	}, func(a *address) []Tag { return a.Tags })
	var rows [][]element
	for _, a := range all {
		row := []element{txt("allocationId", a.AllocationID), txt("publicIp", a.PublicIP), txt("domain", "vpc"),
			txt("publicIpv4Pool", "amazon"), txt("networkBorderGroup", c.a.opt.Region), tagSet(a.Tags)}
		if i := c.s.instance(a.InstanceID); i != nil {
			row = append(row, txt("associationId", a.AssociationID), txt("instanceId", i.ID), txt("networkInterfaceId", i.Net.ENI),
				txt("networkInterfaceOwnerId", c.a.opt.AccountID), txt("privateIpAddress", i.Net.PrivateIP))
		}
		rows = append(rows, row)
	}
	return []element{items("addressesSet", rows)}, err
}

// describeAddressesAttribute shows the addresses' reverse names, of which nobody has given them any.
func (c *call) describeAddressesAttribute() ([]element, error) {
	if attribute := c.text("Attribute"); attribute != "" && attribute != "domain-name" {
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter attribute is invalid. The only attribute is domain-name.", clip(attribute))
	}
	all, err := c.allocations()
	if err != nil {
		return nil, err
	}
	all, next, err := pageOf(c, all, 1, 1000)
	var rows [][]element
	for _, a := range all {
		rows = append(rows, []element{txt("publicIp", a.PublicIP), txt("allocationId", a.AllocationID)})
	}
	return answer(items("addressSet", rows), next), err
}
