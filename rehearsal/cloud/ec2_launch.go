package cloud

// ec2_launch.go: RunInstances, from untrusted parameters to instances.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// launch is a checked order for instances.
type launch struct {
	image       Image
	kind        machine
	subnet      Subnet
	keyName     string
	groups      []string
	devices     []device
	options     options
	tags        map[string][]Tag
	count       int
	privateOnly bool
}

func (c *call) runInstances() ([]element, error) {
	token := c.text("ClientToken")
	if len(token) > 64 || strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, refuse(400, "InvalidParameterValue", "The client token must have at most 64 ASCII characters")
	}
	sum := sha256.Sum256([]byte(c.canonical("ClientToken", "DryRun")))
	parameters := hex.EncodeToString(sum[:])
	if made, err := c.launchedBefore(token, parameters); made != nil || err != nil {
		return made, err
	}
	l, err := c.readLaunch()
	if err != nil {
		return nil, err
	}
	if c.freeAddresses(l.subnet) < l.count && !c.dry {
		return nil, refuse(400, "InsufficientFreeAddressesInSubnet", "There are not enough free addresses in subnet '%s' to satisfy the requested number of instances.", l.subnet.ID)
	}
	reservation := c.s.id("r")
	var made []*instance
	for range l.count {
		i, err := c.launch(l)
		if err != nil {
			return nil, err
		}
		i.Reservation, i.Token, i.Parameters = reservation, token, parameters
		made = append(made, i)
	}
	return c.reservation(made), nil
}

// launchedBefore answers a repeated client token: the same parameters get the same instances, others are refused, and
// a token whose instances are terminated stays burnt.
func (c *call) launchedBefore(token, parameters string) ([]element, error) {
	var made []*instance
	for _, i := range c.s.Instances {
		if token != "" && i.Token == token {
			made = append(made, i)
		}
	}
	if len(made) == 0 {
		return nil, nil
	}
	if made[0].Parameters != parameters {
		return nil, refuse(400, "IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
	}
	if slices.ContainsFunc(made, func(i *instance) bool { return i.Life.Order == orderTerminate }) {
		return nil, refuse(400, "IdempotentInstanceTerminated", "The client token you have provided is associated with a resource that has been terminated. Use a different client token.")
	}
	c.form.accept() // they are the parameters of a launch that was accepted
	return c.reservation(made), nil
}

func (c *call) readLaunch() (l launch, err error) {
	if l.image, err = c.launchImage(); err != nil {
		return l, err
	}
	if l.kind, err = c.launchType(l.image); err != nil {
		return l, err
	}
	if l.keyName = c.text("KeyName"); l.keyName != "" && c.s.keyPair(l.keyName) == nil {
		return l, refuse(400, "InvalidKeyPair.NotFound", "The key pair '%s' does not exist", clip(l.keyName))
	}
	if err = c.launchNetwork(&l); err != nil {
		return l, err
	}
	if l.devices, err = c.launchDevices(l.image); err != nil {
		return l, err
	}
	if l.options, err = c.launchOptions(l.image, l.kind); err != nil {
		return l, err
	}
	if l.tags, err = c.tagSpecifications("instance", "volume", "network-interface"); err != nil {
		return l, err
	}
	l.count, err = c.launchCount(l.kind)
	return l, err
}

func (c *call) launchImage() (Image, error) {
	id, err := c.required("ImageId")
	if err != nil {
		return Image{}, err
	}
	if !wellFormed(id, "ami") {
		return Image{}, refuse(400, "InvalidAMIID.Malformed", "Invalid id: \"%s\" (expecting \"ami-...\")", clip(id))
	}
	for _, im := range c.a.images() {
		if im.ID == id && c.a.sees(im) {
			return im, nil
		}
	}
	return Image{}, refuse(400, "InvalidAMIID.NotFound", "The image id '[%s]' does not exist", id)
}

func (c *call) launchType(im Image) (machine, error) {
	name := c.text("InstanceType")
	if name == "" {
		name = "m1.small" // AWS's old default, which no image of today runs on
	}
	m, ok := machineNamed(name)
	if !ok {
		return m, refuse(400, "InvalidParameterValue", "Invalid value '%s' for InstanceType.", clip(name))
	}
	return m, m.suits(im)
}

// defaultOptions are those of a launch that says nothing.
func defaultOptions() options {
	return options{HTTPTokens: "optional", HopLimit: 1, ShutdownBehavior: "stop"}
}

// launchOptions reads what is kept with an instance and shown again.
func (c *call) launchOptions(im Image, m machine) (o options, err error) {
	o = defaultOptions()
	if im.IMDSv2 {
		o.HTTPTokens, o.HopLimit = "required", 2
	}
	if err = c.readMetadata("MetadataOptions.", &o); err != nil {
		return o, err
	}
	for path, to := range map[string]*bool{"Monitoring.Enabled": &o.Monitored, "EbsOptimized": &o.EBSOptimized,
		"DisableApiTermination": &o.Protected, "DisableApiStop": &o.Unstoppable} {
		if *to, err = c.flag(path, false); err != nil {
			return o, err
		}
	}
	if b := c.text("InstanceInitiatedShutdownBehavior"); b != "" {
		if err = o.setShutdown(b); err != nil {
			return o, err
		}
	}
	switch o.Credits = c.text("CreditSpecification.CpuCredits"); {
	case o.Credits != "" && !m.burstable():
		return o, refuse(400, "InvalidParameterCombination", "The CpuCredits parameter is not supported for the instance type '%s'.", m.name)
	case o.Credits != "" && o.Credits != "standard" && o.Credits != "unlimited":
		return o, refuse(400, "InvalidCpuCredits.Malformed", "The value '%s' for CpuCredits is not valid; it is standard or unlimited.", clip(o.Credits))
	}
	err = o.setUserData(c.text("UserData"))
	return o, err
}

func (c *call) launchCount(m machine) (int, error) {
	low, err := c.number("MinCount", 0)
	if err != nil {
		return 0, err
	}
	high, err := c.number("MaxCount", 0)
	if err != nil {
		return 0, err
	}
	if low < 1 || high < low {
		return 0, refuse(400, "InvalidParameterValue", "Invalid value for instance count: MinCount %d, MaxCount %d", low, high)
	}
	room, err := c.fits(m, low)
	return min(high, room), err
}

// launch makes one instance with its network interface, host key and volumes.
func (c *call) launch(l launch) (*instance, error) {
	private, err := c.s.privateIP(l.subnet.CIDR, c.now)
	if err != nil {
		return nil, refuse(400, "InsufficientFreeAddressesInSubnet", "%v", err)
	}
	mac, hostKey := c.s.draw("mac"), c.s.draw("host-key")
	i := &instance{
		ID: c.s.id("i"), ImageID: l.image.ID, Type: l.kind.name, KeyName: l.keyName, Groups: l.groups,
		HostSeed: hostKey[:], LaunchedAt: c.now, Options: l.options, Tags: l.tags["instance"],
		Net: network{
			SubnetID: l.subnet.ID, Zone: l.subnet.Zone, PrivateIP: private, ENI: c.s.id("eni"), Attachment: c.s.id("eni-attach"),
			MAC: fmt.Sprintf("06:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4]), PrivateOnly: l.privateOnly,
		},
		Life: life{Checks: c.s.between(checksLow, checksHigh, "checks"), Console: c.s.between(consoleLow, consoleHigh, "console")},
	}
	if !l.privateOnly {
		i.Net.AutoIP = c.s.freePublicIP()
	}
	if k := c.s.keyPair(l.keyName); k != nil {
		i.PublicKey = k.PublicKey
	}
	i.Life.give(orderRun, c.now, c.s.between(pendingLow, pendingHigh, "pending"))
	i.monitor(l.options.Monitored, c.now)
	c.s.Instances = append(c.s.Instances, i)
	for _, d := range l.devices {
		c.s.Volumes = append(c.s.Volumes, &volume{
			ID: c.s.id("vol"), InstanceID: i.ID, Device: d.name, Type: d.volumeType, GiB: d.gib, IOPS: d.iops, Zone: l.subnet.Zone,
			Encrypted: d.encrypted, DeleteWith: d.deleteWith, CreatedAt: c.now.Add(time.Second), Tags: slices.Clone(l.tags["volume"]),
		})
	}
	return i, nil
}
