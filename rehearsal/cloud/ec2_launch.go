package cloud

// ec2_launch.go: RunInstances, from untrusted parameters to instances.

import (
	"crypto/sha256"
	"encoding/base64"
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
	if l.options, err = c.launchOptions(); err != nil {
		return l, err
	}
	if l.tags, err = c.tagSpecifications("instance", "volume", "network-interface"); err != nil {
		return l, err
	}
	l.count, err = c.launchCount()
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
	for _, im := range c.a.opt.Images {
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
	switch {
	case !ok:
		return m, refuse(400, "InvalidParameterValue", "Invalid value '%s' for InstanceType.", clip(name))
	case !slices.Contains(m.archs, im.Arch):
		return m, refuse(400, "InvalidParameterValue", "The architecture '%s' of the specified instance type does not match the architecture '%s' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.", strings.Join(m.archs, ","), im.Arch)
	case im.Virtualization != "hvm":
		return m, refuse(400, "InvalidParameterCombination", "Non-Windows instances with a virtualization type of '%s' are currently not supported for this instance type.", im.Virtualization)
	case !m.boots(im.BootMode):
		return m, refuse(400, "InvalidParameterValue", "The instance type '%s' does not support the boot mode '%s' of the specified AMI.", name, im.BootMode)
	case m.nitro && !im.ENA:
		return m, refuse(400, "InvalidParameterCombination", "Enhanced networking with the Elastic Network Adapter (ENA) is required for the '%s' instance type. Ensure that your AMI is enabled for ENA.", name)
	}
	return m, nil
}

// defaultOptions are those of a launch that says nothing.
func defaultOptions() options {
	return options{HTTPTokens: "optional", HopLimit: 1, ShutdownBehavior: "stop"}
}

// launchOptions reads what is kept with an instance and shown again.
func (c *call) launchOptions() (o options, err error) {
	o = defaultOptions()
	if c.has("MetadataOptions.HttpTokens") {
		o.HTTPTokens = c.text("MetadataOptions.HttpTokens")
	}
	if o.HTTPTokens != "optional" && o.HTTPTokens != "required" {
		return o, refuse(400, "InvalidParameterValue", "Invalid value '%s' for HttpTokens.", clip(o.HTTPTokens))
	}
	if o.HopLimit, err = c.number("MetadataOptions.HttpPutResponseHopLimit", 1); err != nil {
		return o, err
	}
	if e := c.text("MetadataOptions.HttpEndpoint"); e != "" && e != "enabled" {
		return o, refuse(400, "InvalidParameterValue", "The pretend account keeps the metadata endpoint enabled")
	}
	if o.Monitored, err = c.flag("Monitoring.Enabled", false); err != nil {
		return o, err
	}
	if o.EBSOptimized, err = c.flag("EbsOptimized", false); err != nil {
		return o, err
	}
	if o.Protected, err = c.flag("DisableApiTermination", false); err != nil {
		return o, err
	}
	if b := c.text("InstanceInitiatedShutdownBehavior"); b != "" {
		o.ShutdownBehavior = b
	}
	if _, err = base64.StdEncoding.DecodeString(c.text("UserData")); err != nil {
		return o, refuse(400, "InvalidParameterValue", "Invalid BASE64 encoding of user data.")
	}
	return o, nil
}

const maxInstances = 20 // running at once in a fresh account

func (c *call) launchCount() (int, error) {
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
	live := 0
	for _, i := range c.s.Instances {
		if i.Life.Order == orderRun {
			live++
		}
	}
	if live+low > maxInstances {
		return 0, refuse(400, "InstanceLimitExceeded", "Your quota allows for %d more running instance(s). You requested at least %d.", maxInstances-live, low)
	}
	return min(high, maxInstances-live), nil
}

// launch makes one instance with its network interface, host key and volumes.
func (c *call) launch(l launch) (*instance, error) {
	private, err := c.s.privateIP(l.subnet.CIDR)
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
	c.s.Instances = append(c.s.Instances, i)
	for _, d := range l.devices {
		c.s.Volumes = append(c.s.Volumes, &volume{
			ID: c.s.id("vol"), InstanceID: i.ID, Device: d.name, Type: d.volumeType, GiB: d.gib, IOPS: d.iops, Zone: l.subnet.Zone,
			Encrypted: d.encrypted, DeleteWith: d.deleteWith, CreatedAt: c.now.Add(time.Second), Tags: slices.Clone(l.tags["volume"]),
		})
	}
	return i, nil
}
