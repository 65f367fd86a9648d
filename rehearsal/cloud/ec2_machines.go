package cloud

// ec2_machines.go: instance types, as AWS describes them, and which image runs on which.

import (
	"slices"
	"strconv"
	"strings"
)

// machine is an instance type. Credits are CPU credits earned in an hour; launch credits come on top on T2. Types on the
// Nitro System need ENA and see volumes as NVMe; the others here know neither.
type machine struct {
	name            string
	vcpus, cores    int
	mib             int
	ghz             string
	archs           []string
	bootModes       []string // the first is what an image without one starts in
	nitro           bool
	freeTier        bool
	credits         float64
	launchCredits   float64
	network         string
	cards, perCard  int // network interfaces, and IPv4 addresses on each
	paravirtual     bool
	ebsOptimized    string
	current, stores bool // of the current generation; with instance storage
}

func machines() []machine {
	x86, arm, both := []string{"x86_64"}, []string{"arm64"}, []string{"i386", "x86_64"}
	legacy, either, uefi := []string{"legacy-bios"}, []string{"legacy-bios", "uefi"}, []string{"uefi"}
	const low, five, ten = "Low to Moderate", "Up to 5 Gigabit", "Up to 10 Gigabit"
	const no, always = "unsupported", "default"
	return []machine{
		{"t1.micro", 1, 1, 627, "", both, legacy, false, false, 0, 0, "Very Low", 2, 2, true, no, false, false},
		{"t2.nano", 1, 1, 512, "2.4", both, legacy, false, false, 3, 30, low, 2, 2, false, no, true, false},
		{"t2.micro", 1, 1, 1024, "2.5", both, legacy, false, true, 6, 30, low, 2, 2, false, no, true, false},
		{"t2.small", 1, 1, 2048, "2.5", both, legacy, false, false, 12, 30, low, 3, 4, false, no, true, false},
		{"t2.medium", 2, 2, 4096, "2.3", both, legacy, false, false, 24, 60, low, 3, 6, false, no, true, false},
		{"t3.nano", 2, 1, 512, "2.5", x86, either, true, false, 6, 0, five, 2, 2, false, always, true, false},
		{"t3.micro", 2, 1, 1024, "2.5", x86, either, true, true, 12, 0, five, 2, 2, false, always, true, false},
		{"t3.small", 2, 1, 2048, "2.5", x86, either, true, false, 24, 0, five, 3, 4, false, always, true, false},
		{"t3.medium", 2, 1, 4096, "2.5", x86, either, true, false, 24, 0, five, 3, 6, false, always, true, false},
		{"t4g.nano", 2, 2, 512, "2.5", arm, uefi, true, false, 6, 0, five, 2, 2, false, always, true, false},
		{"t4g.micro", 2, 2, 1024, "2.5", arm, uefi, true, true, 12, 0, five, 2, 2, false, always, true, false},
		{"t4g.small", 2, 2, 2048, "2.5", arm, uefi, true, false, 24, 0, five, 3, 4, false, always, true, false},
		{"m3.medium", 1, 1, 3840, "2.5", x86, legacy, false, false, 0, 0, "Moderate", 2, 6, true, no, false, true},
		{"m4.large", 2, 1, 8192, "2.4", x86, legacy, false, false, 0, 0, "Moderate", 2, 10, false, always, false, false},
		{"m5.large", 2, 1, 8192, "3.1", x86, either, true, false, 0, 0, ten, 3, 10, false, always, false, false},
		{"m5.xlarge", 4, 2, 16384, "3.1", x86, either, true, false, 0, 0, ten, 4, 15, false, always, false, false},
		{"c5.large", 2, 1, 4096, "3.4", x86, either, true, false, 0, 0, ten, 3, 10, false, always, false, false},
		{"m6g.medium", 1, 1, 4096, "2.5", arm, uefi, true, false, 0, 0, ten, 2, 4, false, always, true, false},
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

func (m machine) burstable() bool { return m.credits > 0 }

// boots reports whether the type starts an image of the boot mode; an image without one starts in the type's default.
func (m machine) boots(mode string) bool {
	return mode == "" || mode == "uefi-preferred" || slices.Contains(m.bootModes, mode)
}

// bootMode is what an image starts in on this type.
func (m machine) bootMode(im Image) string {
	switch {
	case im.BootMode == "uefi-preferred" && slices.Contains(m.bootModes, "uefi"):
		return "uefi"
	case im.BootMode != "" && im.BootMode != "uefi-preferred":
		return im.BootMode
	case len(m.bootModes) > 0:
		return m.bootModes[0]
	default:
		return "legacy-bios"
	}
}

// suits refuses an image that does not run on the type, in AWS's words.
func (m machine) suits(im Image) error {
	virtual := "hvm"
	if m.paravirtual {
		virtual = im.Virtualization
	}
	switch {
	case !slices.Contains(m.archs, im.Arch):
		return refuse(400, "InvalidParameterValue", "The architecture '%s' of the specified instance type does not match the architecture '%s' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.", strings.Join(m.archs, ","), im.Arch)
	case im.Virtualization != virtual:
		return refuse(400, "InvalidParameterCombination", "Virtualization type 'hvm' is required for instances of type '%s'. Ensure that you are using an AMI with virtualization type 'hvm'. For more information, see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/virtualization_types.html", m.name)
	case !m.boots(im.BootMode) && im.BootMode == "uefi":
		return refuse(400, "InvalidParameterValue", "The %s instance type does not support an AMI with a boot mode of UEFI. Only instance types built on the Nitro System support UEFI. Specify an instance type that supports UEFI, and try again.", m.name)
	case !m.boots(im.BootMode):
		return refuse(400, "InvalidParameterValue", "The %s instance type does not support an AMI with a boot mode of %s. Specify an instance type that supports it, and try again.", m.name, im.BootMode)
	case im.TPM && !m.nitro:
		return refuse(400, "InvalidParameterValue", "The %s instance type does not support an AMI with NitroTPM. Specify an instance type that supports it, and try again.", m.name)
	case m.nitro && !im.ENA:
		return refuse(400, "InvalidParameterCombination", "Enhanced networking with the Elastic Network Adapter (ENA) is required for the '%s' instance type. Ensure that you are using an AMI that is enabled for ENA.", m.name)
	}
	return nil
}

func (m machine) hypervisor() string {
	if m.nitro {
		return "nitro"
	}
	return "xen"
}

// nitroOnly is the word for what the Nitro System demands and the others do not have.
func (m machine) nitroOnly() string {
	if m.nitro {
		return "required"
	}
	return "unsupported"
}

func (m machine) tpm() string {
	if m.nitro {
		return "supported"
	}
	return "unsupported"
}

// dedicated reports whether the type runs on dedicated hosts: of the burstable ones T3 does.
func (m machine) dedicated() bool {
	if m.burstable() {
		return m.nitro && slices.Contains(m.archs, "x86_64")
	}
	return m.name != "t1.micro"
}

func (m machine) virtual() []string {
	if m.paravirtual {
		return []string{"hvm", "paravirtual"}
	}
	return []string{"hvm"}
}

func (c *call) describeInstanceTypes() ([]element, error) {
	all, err := selected(c, "InstanceType", machines(), func(m machine, name string) bool { return m.name == name }, func(name string) error {
		return refuse(400, "InvalidInstanceType", "The following supplied instance types do not exist: [%s]", clip(name))
	})
	if err != nil {
		return nil, err
	}
	flag := func(get func(machine) bool) field[machine] {
		return one(func(m machine) string { return strconv.FormatBool(get(m)) })
	}
	all, err = filtered(c, all, map[string]field[machine]{
		"instance-type":                         one(func(m machine) string { return m.name }),
		"hypervisor":                            one(machine.hypervisor),
		"processor-info.supported-architecture": func(m machine) []string { return m.archs },
		"supported-boot-mode":                   func(m machine) []string { return m.bootModes },
		"supported-virtualization-type":         machine.virtual,
		"supported-root-device-type":            one(func(machine) string { return "ebs" }),
		"supported-usage-class":                 one(func(machine) string { return "on-demand" }),
		"network-info.ena-support":              one(machine.nitroOnly),
		"ebs-info.nvme-support":                 one(machine.nitroOnly),
		"ebs-info.ebs-optimized-support":        one(func(m machine) string { return m.ebsOptimized }),
		"vcpu-info.default-vcpus":               one(func(m machine) string { return strconv.Itoa(m.vcpus) }),
		"memory-info.size-in-mib":               one(func(m machine) string { return strconv.Itoa(m.mib) }),
		"current-generation":                    flag(func(m machine) bool { return m.current }),
		"free-tier-eligible":                    flag(func(m machine) bool { return m.freeTier }),
		"burstable-performance-supported":       flag(machine.burstable),
		"instance-storage-supported":            flag(func(m machine) bool { return m.stores }),
		"bare-metal":                            flag(func(machine) bool { return false }),
	}, nil)
	if err != nil {
		return nil, err
	}
	all, next, err := pageOf(c, all, 5, 100)
	var rows [][]element
	for _, m := range all {
		rows = append(rows, m.elements())
	}
	return answer(items("instanceTypeSet", rows), next), err
}

func (m machine) elements() []element {
	processor := []element{words("supportedArchitectures", "item", m.archs...)}
	return []element{
		txt("instanceType", m.name), yes("currentGeneration", m.current), yes("freeTierEligible", m.freeTier),
		words("supportedUsageClasses", "item", "on-demand"), words("supportedRootDeviceTypes", "item", "ebs"), txt("nitroTpmSupport", m.tpm()),
		words("supportedVirtualizationTypes", "item", m.virtual()...), yes("bareMetal", false), txt("hypervisor", m.hypervisor()),
		el("processorInfo", append(processor, some(txt("sustainedClockSpeedInGhz", m.ghz))...)...),
		el("vCpuInfo", num("defaultVCpus", m.vcpus), num("defaultCores", m.cores), num("defaultThreadsPerCore", m.vcpus/m.cores)),
		el("memoryInfo", num("sizeInMiB", m.mib)), yes("instanceStorageSupported", m.stores),
		el("ebsInfo", txt("ebsOptimizedSupport", m.ebsOptimized), txt("encryptionSupport", "supported"), txt("nvmeSupport", m.nitroOnly())),
		el("networkInfo", txt("networkPerformance", m.network), num("maximumNetworkInterfaces", m.cards), num("maximumNetworkCards", 1),
			num("defaultNetworkCardIndex", 0), num("ipv4AddressesPerInterface", m.perCard),
			yes("ipv6Supported", m.name != "t1.micro"), txt("enaSupport", m.nitroOnly()), yes("efaSupported", false)),
		yes("hibernationSupported", false), yes("burstablePerformanceSupported", m.burstable()), yes("dedicatedHostsSupported", m.dedicated()),
		yes("autoRecoverySupported", true), words("supportedBootModes", "item", m.bootModes...),
	}
}
