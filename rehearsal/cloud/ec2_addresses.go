package cloud

// ec2_addresses.go: Elastic IPs, and what happens to an instance's own address when one comes or goes.

import (
	"slices"
	"time"
)

const addressQuota = 5 // per region in a fresh account

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
	tags, err := c.tagSpecifications("elastic-ip")
	if err != nil {
		return nil, err
	}
	if len(c.s.Addresses) >= addressQuota {
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
		return nil, refuse(400, "InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", clip(id))
	case ip != "":
		if a := find(c.s.Addresses, func(a *address) bool { return a.PublicIP == ip }); a != nil {
			return a, nil
		}
		return nil, refuse(400, "InvalidAddress.NotFound", "Address '%s' not found.", clip(ip))
	default:
		return nil, refuse(400, "MissingParameter", "Either public IP or allocation id must be specified")
	}
}

func (c *call) associateAddress() ([]element, error) {
	a, err := c.addressNamed()
	if err != nil {
		return nil, err
	}
	id, err := c.required("InstanceId")
	if err != nil {
		return nil, err
	}
	i, err := c.instanceByID(id)
	if err != nil {
		return nil, err
	}
	again, err := c.flag("AllowReassociation", true) // left out means: move it
	if err != nil {
		return nil, err
	}
	if st := i.Life.at(c.now); st != runningState() && st != stoppedState() {
		return nil, refuse(400, "InvalidInstanceID", "The instance '%s' is not in a valid state for this operation (it is %s).", id, st.name)
	}
	if a.InstanceID == id {
		return associated(a), nil
	}
	if a.InstanceID != "" && !again {
		return nil, refuse(400, "Resource.AlreadyAssociated", "resource %s is already associated with associate-id %s", a.AllocationID, a.AssociationID)
	}
	c.s.associate(a, i, c.now)
	c.s.readdress()
	return associated(a), nil
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

func (c *call) describeAddresses() ([]element, error) {
	all, err := selected(c, "AllocationId", c.s.Addresses, func(a *address, id string) bool { return a.AllocationID == id }, func(id string) error {
		return refuse(400, "InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	all, err = selected(c, "PublicIp", all, func(a *address, ip string) bool { return a.PublicIP == ip }, func(ip string) error {
		return refuse(400, "InvalidAddress.NotFound", "Address '%s' not found.", clip(ip))
	})
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[*address]{
		"allocation-id":  one(func(a *address) string { return a.AllocationID }),
		"association-id": one(func(a *address) string { return a.AssociationID }),
		"public-ip":      one(func(a *address) string { return a.PublicIP }),
		"instance-id":    one(func(a *address) string { return a.InstanceID }),
		"domain":         one(func(*address) string { return "vpc" }),
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
