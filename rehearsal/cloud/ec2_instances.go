package cloud

// ec2_instances.go: what an instance is, and how DescribeInstances shows it.

import (
	"slices"
	"strings"
	"time"
)

// instance is one virtual machine. The public key is copied at launch: deleting the key pair changes nothing on a host.
type instance struct {
	ID          string    `json:"id"`
	Reservation string    `json:"reservation"`
	Token       string    `json:"token,omitempty"`
	Parameters  string    `json:"parameters,omitempty"` // digest of the launch request, for the token
	ImageID     string    `json:"image"`
	Type        string    `json:"type"`
	KeyName     string    `json:"key_name,omitempty"`
	PublicKey   string    `json:"public_key,omitempty"`
	HostSeed    []byte    `json:"host_seed"`
	Groups      []string  `json:"groups"`
	LaunchedAt  time.Time `json:"launched_at"`
	Net         network   `json:"net"`
	Life        life      `json:"life"`
	Options     options   `json:"options"`
	Tags        []Tag     `json:"tags,omitempty"`
}

// network is the instance's one network interface. AutoIP is the address given at start, empty while stopped and once
// an Elastic IP has taken its place.
type network struct {
	SubnetID    string `json:"subnet"`
	Zone        string `json:"zone"`
	ENI         string `json:"eni"`
	Attachment  string `json:"attachment"`
	MAC         string `json:"mac"`
	PrivateIP   string `json:"private_ip"`
	AutoIP      string `json:"auto_ip,omitempty"`
	PrivateOnly bool   `json:"private_only,omitempty"`
}

// options are launch options that are only kept and shown.
type options struct {
	HTTPTokens       string `json:"http_tokens"`
	HopLimit         int    `json:"hop_limit"`
	ShutdownBehavior string `json:"shutdown_behavior"`
	Monitored        bool   `json:"monitored,omitempty"`
	EBSOptimized     bool   `json:"ebs_optimized,omitempty"`
	Protected        bool   `json:"protected,omitempty"` // DisableApiTermination
}

// visible reports whether the instance is still shown: for an hour after it terminated.
func (c *call) visible(i *instance) bool {
	until, terminated := i.Life.gone()
	return !terminated || c.now.Before(until)
}

func (c *call) instances() []*instance {
	return slices.DeleteFunc(slices.Clone(c.s.Instances), func(i *instance) bool { return !c.visible(i) })
}

// publicIP is the address the instance answers at from outside, "" if none.
func (s *state) publicIP(i *instance, now time.Time) string {
	switch i.Life.at(now) {
	case pendingState(), shuttingState(), terminatedState():
		return ""
	}
	if e := s.elastic(i.ID); e != nil {
		return e.PublicIP
	}
	return i.Net.AutoIP
}

// instanceByID finds a visible instance and tells a malformed id from an unknown one, as AWS does.
func (c *call) instanceByID(id string) (*instance, error) {
	if !wellFormed(id, "i") {
		return nil, refuse(400, "InvalidInstanceID.Malformed", "Invalid id: \"%s\"", clip(id))
	}
	if i := c.s.instance(id); i != nil && c.visible(i) {
		return i, nil
	}
	return nil, refuse(400, "InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", id)
}

// instancesByID reads InstanceId.N; one bad id refuses them all.
func (c *call) instancesByID() ([]*instance, error) {
	var out []*instance
	for _, id := range c.texts("InstanceId") {
		i, err := c.instanceByID(id)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out, nil
}

func (c *call) instanceFields() map[string]field[*instance] {
	return map[string]field[*instance]{
		"instance-id":         one(func(i *instance) string { return i.ID }),
		"client-token":        one(func(i *instance) string { return i.Token }),
		"instance-state-name": one(func(i *instance) string { return i.Life.at(c.now).name }),
		"instance-type":       one(func(i *instance) string { return i.Type }),
		"image-id":            one(func(i *instance) string { return i.ImageID }),
		"key-name":            one(func(i *instance) string { return i.KeyName }),
		"ip-address":          one(func(i *instance) string { return c.s.publicIP(i, c.now) }),
		"private-ip-address":  one(func(i *instance) string { return i.Net.PrivateIP }),
		"dns-name":            one(func(i *instance) string { return c.a.publicDNS(c.s.publicIP(i, c.now)) }),
		"subnet-id":           one(func(i *instance) string { return i.Net.SubnetID }),
		"availability-zone":   one(func(i *instance) string { return i.Net.Zone }),
		"reservation-id":      one(func(i *instance) string { return i.Reservation }),
		"instance.group-id":   func(i *instance) []string { return i.Groups },
		"vpc-id":              one(func(*instance) string { return c.a.opt.VPC.ID }),
	}
}

func instanceTags(i *instance) []Tag { return i.Tags }

func (c *call) describeInstances() ([]element, error) {
	all, err := c.instancesByID()
	if err != nil {
		return nil, err
	}
	if len(c.list("InstanceId")) == 0 {
		all = c.instances()
	}
	if all, err = filtered(c, all, c.instanceFields(), instanceTags); err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	if err != nil {
		return nil, err
	}
	var reservations [][]element
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].Reservation == all[0].Reservation {
			n++
		}
		reservations = append(reservations, c.reservation(all[:n]))
		all = all[n:]
	}
	return answer(items("reservationSet", reservations), next), nil
}

func (c *call) reservation(of []*instance) []element {
	var rows [][]element
	for _, i := range of {
		rows = append(rows, c.instanceElements(i))
	}
	return []element{
		txt("reservationId", of[0].Reservation), txt("ownerId", c.a.opt.AccountID), el("groupSet"), items("instancesSet", rows),
	}
}

// instanceElements is an instance as DescribeInstances shows it. The XML names are not those of the API.
func (c *call) instanceElements(i *instance) []element {
	st := i.Life.at(c.now)
	ip := c.s.publicIP(i, c.now)
	im := c.a.image(i.ImageID)
	m, _ := machineNamed(i.Type)
	private := privateDNS(i.Net.PrivateIP, c.a.opt.Region)
	out := []element{
		txt("instanceId", i.ID), txt("imageId", i.ImageID), stateElement("instanceState", st),
		txt("privateDnsName", private), txt("dnsName", c.a.publicDNS(ip)), txt("reason", c.transition(i)),
	}
	out = append(out, some(txt("keyName", i.KeyName))...)
	out = append(out,
		num("amiLaunchIndex", 0), txt("instanceType", i.Type), at("launchTime", i.startedAt()),
		el("placement", txt("availabilityZone", i.Net.Zone), txt("tenancy", "default")),
		el("monitoring", txt("state", i.Options.monitoring())),
	)
	if st != terminatedState() {
		out = append(out, txt("subnetId", i.Net.SubnetID), txt("vpcId", c.a.opt.VPC.ID), txt("privateIpAddress", i.Net.PrivateIP))
		out = append(out, some(txt("ipAddress", ip))...)
		out = append(out, c.groupSet(i.Groups), items("networkInterfaceSet", [][]element{c.interfaceElements(i, ip)}))
	}
	if st == shuttingState() || st == terminatedState() {
		out = append(out, el("stateReason", txt("code", "Client.UserInitiatedShutdown"), txt("message", "Client.UserInitiatedShutdown: User initiated shutdown")))
	}
	out = append(out, some(txt("clientToken", i.Token), txt("bootMode", im.BootMode))...)
	return append(out,
		yes("sourceDestCheck", true), txt("architecture", im.Arch), txt("rootDeviceType", "ebs"), txt("rootDeviceName", im.RootDevice),
		c.deviceSet(i), txt("virtualizationType", im.Virtualization), tagSet(i.Tags), txt("hypervisor", "xen"),
		yes("ebsOptimized", i.Options.EBSOptimized), yes("enaSupport", im.ENA),
		el("cpuOptions", num("coreCount", m.cores), num("threadsPerCore", m.vcpus/m.cores)),
		el("metadataOptions", txt("state", "applied"), txt("httpTokens", i.Options.HTTPTokens),
			num("httpPutResponseHopLimit", i.Options.HopLimit), txt("httpEndpoint", "enabled")),
		txt("currentInstanceBootMode", "legacy-bios"), txt("platformDetails", "Linux/UNIX"),
	)
}

func (c *call) interfaceElements(i *instance, ip string) []element {
	private := privateDNS(i.Net.PrivateIP, c.a.opt.Region)
	out := []element{
		txt("networkInterfaceId", i.Net.ENI), txt("subnetId", i.Net.SubnetID), txt("vpcId", c.a.opt.VPC.ID),
		txt("ownerId", c.a.opt.AccountID), txt("status", "in-use"), txt("macAddress", i.Net.MAC),
		txt("privateIpAddress", i.Net.PrivateIP), txt("privateDnsName", private), yes("sourceDestCheck", true), c.groupSet(i.Groups),
		el("attachment", txt("attachmentId", i.Net.Attachment), num("deviceIndex", 0), txt("status", "attached"),
			at("attachTime", i.LaunchedAt), yes("deleteOnTermination", true)),
	}
	if ip != "" {
		owner := "amazon"
		if c.s.elastic(i.ID) != nil {
			owner = c.a.opt.AccountID
		}
		out = append(out, el("association", txt("publicIp", ip), txt("publicDnsName", c.a.publicDNS(ip)), txt("ipOwnerId", owner)))
	}
	return out
}

func (c *call) groupSet(ids []string) element {
	var rows [][]element
	for _, id := range ids {
		if g := c.s.group(id); g != nil {
			rows = append(rows, []element{txt("groupId", g.ID), txt("groupName", g.Name)})
		}
	}
	return items("groupSet", rows)
}

func (c *call) deviceSet(i *instance) element {
	var rows [][]element
	for _, v := range c.s.Volumes {
		if v.InstanceID == i.ID && c.exists(v) && c.attached(v) {
			rows = append(rows, []element{txt("deviceName", v.Device), el("ebs", txt("volumeId", v.ID), txt("status", "attached"),
				at("attachTime", v.CreatedAt), yes("deleteOnTermination", v.DeleteWith))})
		}
	}
	return items("blockDeviceMapping", rows)
}

func stateElement(name string, s lifeState) element {
	return el(name, num("code", s.code), txt("name", s.name))
}

// transition is AWS's sentence on why an instance is not running.
func (c *call) transition(i *instance) string {
	if i.Life.Order == orderRun {
		return ""
	}
	return "User initiated (" + i.Life.OrderedAt.UTC().Format("2006-01-02 15:04:05") + " GMT)"
}

// startedAt is AWS's launch time: that of the last start.
func (i *instance) startedAt() time.Time {
	if i.Life.Order == orderRun {
		return i.Life.OrderedAt.Truncate(time.Second)
	}
	return i.LaunchedAt.Truncate(time.Second)
}

func (o options) monitoring() string {
	if o.Monitored {
		return "enabled"
	}
	return "disabled"
}

func (a *Account) publicDNS(ip string) string {
	if ip == "" {
		return ""
	}
	zone := a.opt.Region + ".compute"
	if a.opt.Region == "us-east-1" {
		zone = "compute-1"
	}
	return "ec2-" + strings.ReplaceAll(ip, ".", "-") + "." + zone + ".amazonaws.com"
}

func privateDNS(ip, region string) string {
	if region == "us-east-1" {
		return hostname(ip) + ".ec2.internal"
	}
	return hostname(ip) + "." + region + ".compute.internal"
}

// hostname is what a machine calls itself.
func hostname(privateIP string) string { return "ip-" + strings.ReplaceAll(privateIP, ".", "-") }
