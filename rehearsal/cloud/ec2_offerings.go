package cloud

// ec2_offerings.go: which instance types are offered where, and how many vCPUs and addresses an account may have.

import (
	"slices"
	"strconv"
	"strings"
)

// lacking reports whether a zone does not offer a type.
func (a *Account) lacking(kind, zone string) bool {
	return slices.ContainsFunc(a.opt.VPC.Subnets, func(s Subnet) bool { return s.Zone == zone && slices.Contains(s.Lacks, kind) })
}

// offering is the zones that offer a type.
func (a *Account) offering(kind string) []string {
	return slices.DeleteFunc(a.zones(), func(zone string) bool { return a.lacking(kind, zone) })
}

// offered refuses a type in a zone that does not offer it.
func (a *Account) offered(kind string, in Subnet) error {
	if !a.lacking(kind, in.Zone) {
		return nil
	}
	return refuse(400, "Unsupported", "Your requested instance type (%s) is not supported in your requested Availability Zone (%s). Please retry your request by not specifying an Availability Zone or choosing %s.",
		kind, in.Zone, strings.Join(a.offering(kind), ", "))
}

func (c *call) describeInstanceTypeOfferings() ([]element, error) {
	kind := c.text("LocationType")
	if kind == "" {
		kind = "region"
	}
	if !slices.Contains([]string{"region", "availability-zone", "availability-zone-id"}, kind) {
		return nil, refuse(400, "InvalidParameterValue", "Invalid value '%s' for LocationType.", clip(kind))
	}
	type offering struct{ machine, location string }
	var all []offering
	for _, m := range machines() {
		zones := c.a.offering(m.name)
		if kind == "region" && len(zones) > 0 {
			zones = []string{c.a.opt.Region}
		}
		for _, z := range zones {
			if kind == "availability-zone-id" {
				z = zoneID(z)
			}
			all = append(all, offering{m.name, z})
		}
	}
	all, err := filtered(c, all, map[string]field[offering]{
		"instance-type": one(func(o offering) string { return o.machine }),
		"location":      one(func(o offering) string { return o.location }),
	}, nil)
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, o := range all {
		rows = append(rows, []element{txt("instanceType", o.machine), txt("locationType", kind), txt("location", o.location)})
	}
	return answer(items("instanceTypeOfferingSet", rows), next), err
}

// vcpus counts those of the instances that run or are about to, which is what the quota is on.
func (c *call) vcpus() int {
	n := 0
	for _, i := range c.s.Instances {
		if i.Life.Order == orderRun {
			m, _ := machineNamed(i.Type)
			n += m.vcpus
		}
	}
	return n
}

// fits is how many more instances of a type the quota allows, or a refusal if that is not enough. A dry run does not ask.
func (c *call) fits(m machine, atLeast int) (int, error) {
	quota := c.a.opt.Quotas.orDefault().VCPU
	room := (quota - c.vcpus()) / m.vcpus
	if room < atLeast && !c.dry {
		return 0, refuse(400, "VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit of %d allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.", quota)
	}
	return max(room, atLeast), nil
}

// describeAccountAttributes shows the account's limits of old: those on instances have no meaning since vCPUs are counted.
func (c *call) describeAccountAttributes() ([]element, error) {
	vpc := "none"
	if c.a.opt.VPC.Default {
		vpc = c.a.opt.VPC.ID
	}
	addresses := strconv.Itoa(c.a.opt.Quotas.orDefault().Addresses)
	type attribute struct{ name, value string }
	all := []attribute{{"vpc-max-security-groups-per-interface", "5"}, {"max-instances", "20"}, {"supported-platforms", "VPC"},
		{"default-vpc", vpc}, {"max-elastic-ips", addresses}, {"vpc-max-elastic-ips", addresses}}
	all, err := selected(c, "AttributeName", all, func(a attribute, name string) bool { return a.name == name }, func(name string) error {
		return refuse(400, "InvalidParameterValue", "Value (%s) for parameter attributeName is invalid. Unknown attribute.", clip(name))
	})
	var rows [][]element
	for _, a := range all {
		rows = append(rows, []element{txt("attributeName", a.name), items("attributeValueSet", [][]element{{txt("attributeValue", a.value)}})})
	}
	return []element{items("accountAttributeSet", rows)}, err
}

// describeInstanceCreditSpecifications lists burstable instances; without ids those whose credits are unlimited.
func (c *call) describeInstanceCreditSpecifications() ([]element, error) {
	if err := c.whole("InstanceId", "instancesSet"); err != nil {
		return nil, err
	}
	all, err := c.instancesByID()
	if err != nil {
		return nil, err
	}
	named := len(all) > 0
	for _, i := range all {
		if m, _ := machineNamed(i.Type); !m.burstable() {
			return nil, refuse(400, "UnsupportedOperation", "The instance '%s' is of type %s, which is not a burstable performance instance type.", i.ID, i.Type)
		}
	}
	if !named {
		all = slices.DeleteFunc(c.instances(), func(i *instance) bool { return i.credits() != "unlimited" })
	}
	all, err = filtered(c, all, map[string]field[*instance]{"instance-id": one(func(i *instance) string { return i.ID })}, nil)
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, i := range all {
		rows = append(rows, []element{txt("instanceId", i.ID), txt("cpuCredits", i.credits())})
	}
	return answer(items("instanceCreditSpecificationSet", rows), next), err
}

// credits is standard or unlimited, "" for a type that earns none: T2 is standard unless asked otherwise, T3 and T4g unlimited.
func (i *instance) credits() string {
	m, _ := machineNamed(i.Type)
	switch {
	case !m.burstable():
		return ""
	case i.Options.Credits != "":
		return i.Options.Credits
	case m.nitro:
		return "unlimited"
	default:
		return "standard"
	}
}
