package cloud

// ec2_attributes.go: single attributes of an instance, shown and changed one at a time, as AWS does it.

import (
	"encoding/base64"
	"slices"
	"strings"
)

func (c *call) describeInstanceAttribute() ([]element, error) {
	id, err := c.required("InstanceId")
	if err != nil {
		return nil, err
	}
	attribute, err := c.required("Attribute")
	if err != nil {
		return nil, err
	}
	i, err := c.instanceByID(id)
	if err != nil {
		return nil, err
	}
	text := func(v string) []element { return some(txt("value", v)) }
	flag := func(v bool) []element { return []element{yes("value", v)} }
	o, im := i.Options, c.a.image(i.ImageID)
	var shown element
	switch attribute {
	case "instanceType":
		shown = el(attribute, text(i.Type)...)
	case "userData":
		shown = el(attribute, text(o.UserData)...)
	case "disableApiTermination":
		shown = el(attribute, flag(o.Protected)...)
	case "disableApiStop":
		shown = el(attribute, flag(o.Unstoppable)...)
	case "instanceInitiatedShutdownBehavior":
		shown = el(attribute, text(o.ShutdownBehavior)...)
	case "rootDeviceName":
		shown = el(attribute, text(im.RootDevice)...)
	case "blockDeviceMapping":
		shown = c.deviceSet(i)
	case "sourceDestCheck":
		shown = el(attribute, flag(!o.AnySource)...)
	case "groupSet":
		shown = c.groupSet(i.Groups)
	case "ebsOptimized":
		shown = el(attribute, flag(o.EBSOptimized)...)
	case "enaSupport":
		shown = el(attribute, flag(im.ENA)...)
	case "kernel", "ramdisk", "sriovNetSupport", "productCodes":
		shown = el(attribute) // none of the pretend instances has one
	default:
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", clip(attribute))
	}
	return []element{txt("instanceId", id), shown}, nil
}

// change is one attribute to be changed. Where the instance must be stopped for it, stopped says so.
type change struct {
	name    string
	stopped bool
	make    func(i *instance, value string) error
}

func (c *call) instanceChanges() []change {
	flag := func(set func(*options, bool)) func(*instance, string) error {
		return func(i *instance, v string) error {
			if v != "true" && v != "false" {
				return refuse(400, "InvalidParameterValue", "Value (%s) for parameter value is invalid. It must be true or false.", clip(v))
			}
			set(&i.Options, v == "true")
			return nil
		}
	}
	return []change{
		{"InstanceType", true, c.changeType},
		{"UserData", true, changeUserData},
		{"EbsOptimized", true, flag(func(o *options, on bool) { o.EBSOptimized = on })},
		{"DisableApiTermination", false, flag(func(o *options, on bool) { o.Protected = on })},
		{"DisableApiStop", false, flag(func(o *options, on bool) { o.Unstoppable = on })},
		{"SourceDestCheck", false, flag(func(o *options, on bool) { o.AnySource = !on })},
		{"InstanceInitiatedShutdownBehavior", false, changeShutdown},
	}
}

// modifyInstanceAttribute takes an attribute by its own parameter, or by Attribute and Value; never two.
func (c *call) modifyInstanceAttribute() ([]element, error) {
	i, err := c.modifiable()
	if err != nil {
		return nil, err
	}
	done := 0
	named := c.text("Attribute")
	for _, to := range c.instanceChanges() {
		value, given := c.text("Value"), named != "" && strings.EqualFold(named, to.name)
		if !given {
			if given = c.has(to.name+".Value") || c.has(to.name); given {
				value = c.text(to.name+".Value") + c.text(to.name)
			}
		}
		if !given {
			continue
		}
		if done++; to.stopped && i.Life.at(c.now) != stoppedState() {
			return nil, refuse(400, "IncorrectInstanceState", "The instance '%s' is not in the 'stopped' state.", i.ID)
		}
		if err := to.make(i, value); err != nil {
			return nil, err
		}
	}
	if groups := c.texts("GroupId"); len(groups) > 0 {
		done++
		if err := c.changeGroups(i, groups); err != nil {
			return nil, err
		}
	}
	switch done {
	case 0:
		return nil, refuse(400, "InvalidParameterCombination", "No attributes specified.")
	case 1:
		return []element{yes("return", true)}, nil
	default:
		return nil, refuse(400, "InvalidParameterCombination", "Fields for multiple attribute types specified")
	}
}

// changeType gives a stopped instance another type, if its image runs on it and its zone offers it.
func (c *call) changeType(i *instance, name string) error {
	m, ok := machineNamed(name)
	if !ok {
		return refuse(400, "InvalidInstanceAttributeValue", "Invalid value '%s' for InstanceType.", clip(name))
	}
	if err := m.suits(c.a.image(i.ImageID)); err != nil {
		return err
	}
	if at := slices.IndexFunc(c.a.opt.VPC.Subnets, func(s Subnet) bool { return s.ID == i.Net.SubnetID }); at >= 0 {
		if err := c.a.offered(name, c.a.opt.VPC.Subnets[at]); err != nil {
			return err
		}
	}
	i.Type = name
	return nil
}

func (c *call) changeGroups(i *instance, ids []string) error {
	for _, id := range ids {
		if _, err := c.groupByID(id); err != nil {
			return err
		}
	}
	i.Groups = slices.Clone(ids)
	return nil
}

func changeUserData(i *instance, v string) error { return i.Options.setUserData(v) }

const maxUserData = 16 << 10 // bytes, before they are encoded

func (o *options) setUserData(v string) error {
	switch raw, err := base64.StdEncoding.DecodeString(v); {
	case err != nil:
		return refuse(400, "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
	case len(raw) > maxUserData:
		return refuse(400, "InvalidUserData.Malformed", "User data is limited to %d bytes", maxUserData)
	}
	o.UserData = v
	return nil
}

func changeShutdown(i *instance, v string) error { return i.Options.setShutdown(v) }

func (o *options) setShutdown(v string) error {
	if v != "stop" && v != "terminate" {
		return refuse(400, "InvalidParameterValue", "Value (%s) for parameter instanceInitiatedShutdownBehavior is invalid.", clip(v))
	}
	o.ShutdownBehavior = v
	return nil
}
