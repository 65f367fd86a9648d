package cloud

// ec2_machines.go: instance types, as AWS describes them.

import "slices"

// machine is an instance type. Credits are CPU credits earned in an hour; launch credits come on top on T2.
type machine struct {
	name          string
	vcpus, cores  int
	mib           int
	ghz           string
	archs         []string
	bootModes     []string
	nitro         bool
	freeTier      bool
	credits       float64
	launchCredits float64
	network       string
}

func machines() []machine {
	x86, arm := []string{"x86_64"}, []string{"arm64"}
	both := []string{"i386", "x86_64"}
	legacy, uefi := []string{"legacy-bios"}, []string{"legacy-bios", "uefi"}
	return []machine{
		{"t2.micro", 1, 1, 1024, "2.5", both, legacy, false, true, 6, 30, "Low to Moderate"},
		{"t2.small", 1, 1, 2048, "2.5", both, legacy, false, false, 12, 30, "Low to Moderate"},
		{"t3.micro", 2, 1, 1024, "2.5", x86, uefi, true, true, 12, 0, "Up to 5 Gigabit"},
		{"t3.small", 2, 1, 2048, "2.5", x86, uefi, true, false, 24, 0, "Up to 5 Gigabit"},
		{"t4g.micro", 2, 2, 1024, "2.5", arm, []string{"uefi"}, true, true, 12, 0, "Up to 5 Gigabit"},
	}
}

func machineNamed(name string) (machine, bool) {
	for _, m := range machines() {
		if m.name == name {
			return m, true
		}
	}
	return machine{name: name, cores: 1, vcpus: 1}, false
}

// boots reports whether the type starts an image of the boot mode; an image without one starts in the type's default.
func (m machine) boots(mode string) bool {
	return mode == "" || mode == "uefi-preferred" || slices.Contains(m.bootModes, mode)
}

func (m machine) hypervisor() string {
	if m.nitro {
		return "nitro"
	}
	return "xen"
}

func (c *call) describeInstanceTypes() ([]element, error) {
	all, err := selected(c, "InstanceType", machines(), func(m machine, name string) bool { return m.name == name }, func(name string) error {
		return refuse(400, "InvalidInstanceType", "The following supplied instance types do not exist: [%s]", clip(name))
	})
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[machine]{
		"instance-type":                         one(func(m machine) string { return m.name }),
		"hypervisor":                            one(machine.hypervisor),
		"processor-info.supported-architecture": func(m machine) []string { return m.archs },
	}, nil)
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, m := range all {
		rows = append(rows, m.elements())
	}
	return answer(items("instanceTypeSet", rows), next), err
}

func (m machine) elements() []element {
	ena, nvme := "unsupported", "unsupported"
	if m.nitro {
		ena, nvme = "required", "required"
	}
	return []element{
		txt("instanceType", m.name), yes("currentGeneration", true), yes("freeTierEligible", m.freeTier),
		words("supportedUsageClasses", "item", "on-demand"), words("supportedRootDeviceTypes", "item", "ebs"),
		words("supportedVirtualizationTypes", "item", "hvm"), yes("bareMetal", false), txt("hypervisor", m.hypervisor()),
		el("processorInfo", words("supportedArchitectures", "item", m.archs...), txt("sustainedClockSpeedInGhz", m.ghz)),
		el("vCpuInfo", num("defaultVCpus", m.vcpus), num("defaultCores", m.cores), num("defaultThreadsPerCore", m.vcpus/m.cores)),
		el("memoryInfo", num("sizeInMiB", m.mib)), yes("instanceStorageSupported", false),
		el("ebsInfo", txt("ebsOptimizedSupport", "unsupported"), txt("encryptionSupport", "supported"), txt("nvmeSupport", nvme)),
		el("networkInfo", txt("networkPerformance", m.network), num("maximumNetworkInterfaces", 2), num("ipv4AddressesPerInterface", 2),
			yes("ipv6Supported", true), txt("enaSupport", ena)),
		yes("burstablePerformanceSupported", true), yes("dedicatedHostsSupported", false), yes("autoRecoverySupported", true),
		words("supportedBootModes", "item", m.bootModes...),
	}
}

func (c *call) describeInstanceTypeOfferings() ([]element, error) {
	kind := c.text("LocationType")
	locations := []string{c.a.opt.Region}
	switch kind {
	case "", "region":
		kind = "region"
	case "availability-zone":
		locations = c.a.zones()
	default:
		return nil, refuse(400, "InvalidParameterValue", "Invalid value '%s' for LocationType.", clip(kind))
	}
	type offering struct{ machine, location string }
	var all []offering
	for _, m := range machines() {
		for _, l := range locations {
			all = append(all, offering{m.name, l})
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
