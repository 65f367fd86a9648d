package awsops

// image_fit.go: an image against an instance type and the planned volume, an item for each way to not fit.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
)

const anotherImage = "ask the developers for another image, or amend the plan"

// fit compares an image with an instance type and the plan.
func fit(i types.Image, k types.InstanceTypeInfo, want plan.Instance, now time.Time) findings {
	l := findings{group: "image", source: "aws ec2 describe-images, describe-instance-types"}
	l.judge(i.State == types.ImageStateAvailable, "image.state", "state", fmt.Sprintf("the image is %s", orSay(string(i.State), "in no state that AWS tells")), "wait until it is available, or "+anotherImage)
	l.deprecated(i, now)
	var archs []types.ArchitectureType
	if k.ProcessorInfo != nil {
		archs = k.ProcessorInfo.SupportedArchitectures
	}
	fits(&l, types.ArchitectureType(i.Architecture), archs, [2]string{"for which architecture the image is built", "which architectures " + want.Type + " runs"}, "image.architecture", "architecture",
		fmt.Sprintf("the image is built for %s, %s runs %s", i.Architecture, want.Type, spelled(archs)), "ask the developers for an image built for "+spelled(archs)+", or amend the type")
	fits(&l, types.VirtualizationType(i.VirtualizationType), k.SupportedVirtualizationTypes, [2]string{"how the image is virtualized", "how " + want.Type + " virtualizes"}, "image.virtualization", "virtualization",
		fmt.Sprintf("the image is virtualized as %s", i.VirtualizationType), fmt.Sprintf("%s runs %s only: ask the developers for such an image", want.Type, spelled(k.SupportedVirtualizationTypes)))
	l.judge(i.RootDeviceType == types.DeviceTypeEbs && aws.ToString(i.RootDeviceName) != "", "image.root_device", "root device",
		fmt.Sprintf("the image's root device is %s (%s)", orSay(aws.ToString(i.RootDeviceName), "not named"), orSay(string(i.RootDeviceType), "of no type that AWS tells")), "ask the developers for an image on EBS")
	l.boots(i, k, want)
	l.drivers(i, k, want)
	l.metadata(i, k, want)
	l.disks(i, want)
	return l
}

// fits judges what the image has by what the type takes. What AWS does not tell, and an emulator
// may not, judges nothing: untold names it, of the image and of the type.
func fits[T ~string](l *findings, has T, takes []T, untold [2]string, id, name, says, next string) {
	switch {
	case has == "":
		l.add(tasks.Inconclusive, id, name, "AWS does not say "+untold[0], "try the image on a test instance (ec2.trial)")
	case len(takes) == 0:
		l.add(tasks.Inconclusive, id, name, "AWS does not say "+untold[1], "try the image on a test instance (ec2.trial)")
	default:
		l.judge(slices.Contains(takes, has), id, name, says, next)
	}
}

func spelled[T ~string](all []T) string {
	var words []string
	for _, one := range all {
		words = append(words, string(one))
	}
	return orSay(strings.Join(words, " or "), "what AWS does not tell")
}

// deprecated images still start, until their owner takes them away.
func (l *findings) deprecated(i types.Image, now time.Time) {
	end, err := time.Parse(time.RFC3339, aws.ToString(i.DeprecationTime))
	if err != nil || end.After(now) {
		l.judge(true, "image.deprecated", "kept up", "the image is not deprecated", "")
		return
	}
	l.add(tasks.Inconclusive, "image.deprecated", "kept up", "the image is deprecated since "+end.UTC().Format("2 January 2006")+": it still starts, and may be taken away any day",
		"ask the developers whether a newer one replaces it")
}

// drivers: ENA and NVMe are what Nitro types need and T2 does not. ENA is marked on the image, NVMe nowhere.
func (l *findings) drivers(i types.Image, k types.InstanceTypeInfo, want plan.Instance) {
	has := aws.ToBool(i.EnaSupport)
	says, next := "the image has the ENA network driver", ""
	switch needs := k.NetworkInfo != nil && k.NetworkInfo.EnaSupport == types.EnaSupportRequired; {
	case !has && needs:
		says = fmt.Sprintf("the image has no ENA network driver and %s starts none without", want.Type)
		next = "ask the developers for an image with ENA, or amend the type to one that is not Nitro, such as t2.micro"
		l.judge(false, "image.ena", "network driver", says, next)
	case !has:
		says = fmt.Sprintf("the image has no ENA network driver: %s needs none, but it can never move to a Nitro type such as t3", want.Type)
		fallthrough
	default:
		l.judge(true, "image.ena", "network driver", says, "")
	}
	if k.EbsInfo == nil || k.EbsInfo.NvmeSupport != types.EbsNvmeSupportRequired {
		l.judge(true, "image.nvme", "disk driver", want.Type+" needs no NVMe driver", "")
		return
	}
	l.add(tasks.Inconclusive, "image.nvme", "disk driver", want.Type+" needs an NVMe driver, and no mark on an image tells whether it has one", "try the image on a test instance (ec2.trial)")
}

// boots: uefi-preferred starts either way, and an image that says nothing boots as the type does by default.
func (l *findings) boots(i types.Image, k types.InstanceTypeInfo, want plan.Instance) {
	const id, name = "image.boot_mode", "boot mode"
	says := fmt.Sprintf("the image boots by %s, %s by %s", orSay(string(i.BootMode), "the type's default"), want.Type, spelled(k.SupportedBootModes))
	if i.BootMode == "" || i.BootMode == types.BootModeValuesUefiPreferred {
		l.judge(true, id, name, says, "")
		return
	}
	fits(l, types.BootModeType(i.BootMode), k.SupportedBootModes, [2]string{"", "how " + want.Type + " boots"}, id, name, says, "ask the developers for an image that boots by "+spelled(k.SupportedBootModes))
}

// metadata: a launch allows version 2 of the metadata service only, which old libraries do not speak.
func (l *findings) metadata(i types.Image, k types.InstanceTypeInfo, want plan.Instance) {
	l.judge(i.TpmSupport == "" || k.NitroTpmSupport == types.NitroTpmSupportSupported, "image.tpm", "TPM",
		"the image wants "+orSay(string(i.TpmSupport), "no")+" TPM", want.Type+" has none: ask the developers for an image without")
	if i.ImdsSupport == types.ImdsSupportValuesV20 {
		l.judge(true, "image.imds", "metadata service", "the image is marked for version 2 of the metadata service, which the launch requires", "")
		return
	}
	l.add(tasks.Inconclusive, "image.imds", "metadata service", "the launch allows version 2 of the metadata service only, and the image does not say that its software speaks it: old boto and aws-cli do not",
		"try the image on a test instance (ec2.trial), or have the developers mark it: imds-support v2.0")
}

// disks: the root snapshot has to go into the planned volume, and nothing may come besides.
func (l *findings) disks(i types.Image, want plan.Instance) {
	var root types.EbsBlockDevice
	var more []string
	for _, m := range i.BlockDeviceMappings {
		switch name := aws.ToString(m.DeviceName); {
		case m.Ebs == nil: // a store of the machine itself, of which EBS-only types have none
		case name == aws.ToString(i.RootDeviceName):
			root = *m.Ebs
		default:
			more = append(more, fmt.Sprintf("%s of %d GB", name, aws.ToInt32(m.Ebs.VolumeSize)))
		}
	}
	size, room := int(aws.ToInt32(root.VolumeSize)), want.Volume.SizeGB
	if size == 0 {
		l.add(tasks.Inconclusive, "image.root_size", "root volume", "AWS does not tell how large the image's root snapshot is", "ask the developers")
	} else {
		l.judge(size <= room, "image.root_size", "root volume", fmt.Sprintf("the image needs %d GB and the plan gives %d GB", size, room),
			fmt.Sprintf("ask the developers for a smaller image, or amend size_gb to %d", size))
	}
	says := "the root snapshot is not encrypted"
	if aws.ToBool(root.Encrypted) {
		says = "the root snapshot is encrypted, and so will be the volume"
		if !want.Volume.Encrypted {
			says += "; the plan says not encrypted"
		}
	}
	l.judge(want.Volume.Encrypted || !aws.ToBool(root.Encrypted), "image.encryption", "encryption", says, "amend the plan to encrypted: true, which costs nothing, or "+anotherImage)
	if len(more) == 0 {
		l.judge(true, "image.disks", "other disks", "the image brings no second disk", "")
		return
	}
	l.add(tasks.Inconclusive, "image.disks", "other disks", "the image brings another disk, which the plan does not list: "+strings.Join(more, ", "),
		"ask the developers what it holds; it is made and billed with the instance")
}
