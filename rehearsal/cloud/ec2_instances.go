package cloud

// ec2_instances.go: what an instance is, and how DescribeInstances shows it.

import (
	"slices"
	"strconv"
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
	Detail      []span    `json:"detail,omitempty"` // when it was asked to be monitored in detail, oldest first
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
	Monitored        bool   `json:"monitored,omitempty"` // in detail, now; instance.Detail has since when
	EBSOptimized     bool   `json:"ebs_optimized,omitempty"`
	Protected        bool   `json:"protected,omitempty"`     // DisableApiTermination
	Unstoppable      bool   `json:"unstoppable,omitempty"`   // DisableApiStop
	NoMetadata       bool   `json:"no_metadata,omitempty"`   // HttpEndpoint disabled
	MetadataTags     bool   `json:"metadata_tags,omitempty"` // InstanceMetadataTags enabled
	AnySource        bool   `json:"any_source,omitempty"`    // SourceDestCheck is off
	Credits          string `json:"credits,omitempty"`       // standard or unlimited; "" is the type's default
	UserData         string `json:"user_data,omitempty"`     // base64, as it came
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

// oneInstance is the instance that InstanceId names.
func (c *call) oneInstance() (*instance, error) {
	id, err := c.required("InstanceId")
	if err != nil {
		return nil, err
	}
	return c.instanceByID(id)
}

// modifiable is the instance that InstanceId names, unless it is being terminated.
func (c *call) modifiable() (*instance, error) {
	i, err := c.oneInstance()
	if err == nil && i.Life.Order == orderTerminate {
		return nil, c.wrongState(i, "be modified")
	}
	return i, err
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
		"instance-id":                            one(func(i *instance) string { return i.ID }),
		"client-token":                           one(func(i *instance) string { return i.Token }),
		"instance-state-name":                    one(func(i *instance) string { return i.Life.at(c.now).name }),
		"instance-type":                          one(func(i *instance) string { return i.Type }),
		"image-id":                               one(func(i *instance) string { return i.ImageID }),
		"key-name":                               one(func(i *instance) string { return i.KeyName }),
		"ip-address":                             one(func(i *instance) string { return c.s.publicIP(i, c.now) }),
		"private-ip-address":                     one(func(i *instance) string { return i.Net.PrivateIP }),
		"dns-name":                               one(func(i *instance) string { return c.a.publicDNS(c.s.publicIP(i, c.now)) }),
		"subnet-id":                              one(func(i *instance) string { return i.Net.SubnetID }),
		"availability-zone":                      one(func(i *instance) string { return i.Net.Zone }),
		"reservation-id":                         one(func(i *instance) string { return i.Reservation }),
		"instance.group-id":                      func(i *instance) []string { return i.Groups },
		"instance.group-name":                    c.groupNames,
		"instance-state-code":                    one(func(i *instance) string { return strconv.Itoa(i.Life.at(c.now).code) }),
		"monitoring-state":                       one(func(i *instance) string { return i.monitoring(c.now) }),
		"owner-id":                               one(func(*instance) string { return c.a.opt.AccountID }),
		"architecture":                           one(func(i *instance) string { return c.a.image(i.ImageID).Arch }),
		"private-dns-name":                       one(func(i *instance) string { return privateDNS(i.Net.PrivateIP, c.a.opt.Region) }),
		"root-device-name":                       one(func(i *instance) string { return c.a.image(i.ImageID).RootDevice }),
		"root-device-type":                       one(func(*instance) string { return "ebs" }),
		"tenancy":                                one(func(*instance) string { return "default" }),
		"network-interface.network-interface-id": one(func(i *instance) string { return i.Net.ENI }),
		"network-interface.addresses.association.public-ip": one(func(i *instance) string { return c.s.publicIP(i, c.now) }),
		"metadata-options.http-tokens":                      one(func(i *instance) string { return i.Options.HTTPTokens }),
		"block-device-mapping.volume-id":                    c.volumeIDs,
		"vpc-id":                                            one(func(*instance) string { return c.a.opt.VPC.ID }),
	}
}

func instanceTags(i *instance) []Tag { return i.Tags }

func (c *call) groupNames(i *instance) (names []string) {
	for _, id := range i.Groups {
		if g := c.s.group(id); g != nil {
			names = append(names, g.Name)
		}
	}
	return names
}

func (c *call) volumeIDs(i *instance) (ids []string) {
	for _, v := range c.s.Volumes {
		if v.InstanceID == i.ID && c.attached(v) {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

func (c *call) describeInstances() ([]element, error) {
	if err := c.whole("InstanceId", "instancesSet"); err != nil {
		return nil, err
	}
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
		el("placement", txt("availabilityZone", i.Net.Zone), txt("availabilityZoneId", zoneID(i.Net.Zone)), el("groupName"), txt("tenancy", "default")),
		el("monitoring", txt("state", i.monitoring(c.now))),
	)
	if st != terminatedState() {
		out = append(out, txt("subnetId", i.Net.SubnetID), txt("vpcId", c.a.opt.VPC.ID), txt("privateIpAddress", i.Net.PrivateIP))
		out = append(out, some(txt("ipAddress", ip))...)
		out = append(out, c.groupSet(i.Groups), items("networkInterfaceSet", [][]element{c.interfaceElements(i, ip, false)}))
	}
	if st == shuttingState() || st == terminatedState() {
		out = append(out, el("stateReason", txt("code", "Client.UserInitiatedShutdown"), txt("message", "Client.UserInitiatedShutdown: User initiated shutdown")))
	}
	out = append(out, some(txt("clientToken", i.Token), txt("bootMode", im.BootMode))...)
	return append(out,
		yes("sourceDestCheck", !i.Options.AnySource), txt("architecture", im.Arch), txt("rootDeviceType", "ebs"), txt("rootDeviceName", im.RootDevice),
		c.deviceSet(i), txt("virtualizationType", im.Virtualization), tagSet(i.Tags), txt("hypervisor", "xen"),
		yes("ebsOptimized", i.Options.EBSOptimized), yes("enaSupport", im.ENA),
		el("cpuOptions", num("coreCount", m.cores), num("threadsPerCore", m.vcpus/m.cores)),
		el("metadataOptions", i.Options.metadata("applied")...),
		txt("currentInstanceBootMode", m.bootMode(im)), txt("platformDetails", "Linux/UNIX"), txt("usageOperation", "RunInstances"),
		el("productCodes"), el("hibernationOptions", yes("configured", false)), el("enclaveOptions", yes("enabled", false)),
		el("maintenanceOptions", txt("autoRecovery", "default"), txt("rebootMigration", "default")),
		el("capacityReservationSpecification", txt("capacityReservationPreference", "open")),
		el("privateDnsNameOptions", txt("hostnameType", "ip-name"), yes("enableResourceNameDnsARecord", false), yes("enableResourceNameDnsAAAARecord", false)),
	)
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
