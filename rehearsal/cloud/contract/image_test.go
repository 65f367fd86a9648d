package contract

// image_test.go: images, who sees them, and on which types they start.

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/rehearsal/cloud"
)

func images() []scenario {
	const guide = "EC2 User Guide: Compatibility for changing the instance type"
	launched := func(code string) lack { return lack{"launches it: it compares nothing", "done, want " + code} }
	return []scenario{
		{name: "an arm64 image on t2.micro", says: "the image's architecture must be one of the type's: InvalidParameterValue", source: guide,
			run:  refusedOn(types.InstanceTypeT2Micro, func(g ground) string { return g.arm }, "InvalidParameterValue"),
			moto: launched("InvalidParameterValue")},
		{name: "a paravirtual image on t2.micro", says: "current types start hvm images only: InvalidParameterCombination", source: guide,
			run:  refusedOn(types.InstanceTypeT2Micro, func(g ground) string { return g.pv }, "InvalidParameterCombination"),
			moto: launched("InvalidParameterCombination")},
		{name: "an image without ENA on t3.micro", says: "types on the Nitro System demand the ENA driver: InvalidParameterCombination", source: guide,
			run:  refusedOn(types.InstanceTypeT3Micro, func(g ground) string { return g.plain }, "InvalidParameterCombination"),
			moto: launched("InvalidParameterCombination")},
		{name: "a UEFI image on t2.micro", says: "an image with boot mode uefi starts on types that support UEFI only, which T2 does not", source: "EC2 User Guide: Boot modes",
			run:  refusedOn(types.InstanceTypeT2Micro, func(g ground) string { return g.uefi }, "InvalidParameterValue"),
			moto: launched("InvalidParameterValue")},
		{name: "an image that is not shared", says: "the image of another account that is neither public nor shared does not exist: InvalidAMIID.NotFound", source: codes,
			run:  refusedOn(types.InstanceTypeT2Micro, func(g ground) string { return g.closed }, "InvalidAMIID.NotFound"),
			moto: lack{"launches any id unless told otherwise by a variable", "done, want InvalidAMIID.NotFound"}},
		{name: "a malformed image id", says: "it is refused with InvalidAMIID.Malformed", source: codes,
			run:  refusedOn(types.InstanceTypeT2Micro, func(ground) string { return "ami-scp" }, "InvalidAMIID.Malformed"),
			moto: launched("InvalidAMIID.Malformed")},
		{name: "an image that is not there", says: "it is refused with InvalidAMIID.NotFound", source: codes, run: imageNotFound},
		{name: "an image in another region", says: "an image is in one region and not found in the others", source: "EC2 User Guide: AMI",
			run: imageElsewhere, moto: lack{"has the images that it is given in every region", "elsewhere: done, want InvalidAMIID.NotFound"}},
		{name: "images of one's own", says: "Owners self lists the account's own images and no shared ones", source: "DescribeImages", run: ownImages},
		{name: "images shared with one", says: "ExecutableUsers self lists what was shared with the account explicitly, not what is public", source: "DescribeImages",
			run: sharedImages, given: func(o *cloud.Options) { o.Images[1].Shared, o.Images[1].Public = false, true },
			moto: lack{"ignores it and lists all", "public ones among them: true, want false"}},
		{name: "what an image is", says: "DescribeImages tells owner, architecture, virtualization, root device and its snapshot", source: "DescribeImages", run: imageTold,
			moto: lack{"says 15 GiB of every root", "root GiB: 15, want 8"}},
		{name: "a type that is not there", says: "DescribeInstanceTypes refuses it with InvalidInstanceType", source: codes, run: typeNotFound},
		{name: "what t2.micro is", says: "1 vCPU, 1 GiB, xen, legacy-bios, i386 and x86_64, no ENA, burstable", source: "DescribeInstanceTypes", run: t2Micro},
		{name: "what t3.micro demands", says: "nitro; ENA required; NVMe required; legacy-bios and uefi", source: "DescribeInstanceTypes", run: t3Micro},
		{name: "types by zone", says: "DescribeInstanceTypeOfferings lists the zones that offer a type", source: "DescribeInstanceTypeOfferings", run: typesByZone},
		{name: "a type that a zone lacks", says: "it is refused with Unsupported: the type is not offered in the requested zone", source: "EC2 User Guide: Troubleshoot launch",
			run: typeLacking, given: func(o *cloud.Options) { o.VPC.Subnets[0].Lacks = []string{"t3.micro"} }, moto: lack{"launches it: its zones offer everything", "done, want Unsupported"}},
	}
}

// refusedOn demands that an image does not launch on a type.
func refusedOn(kind types.InstanceType, image func(ground) string, with string) func(*place) {
	return func(p *place) {
		in := p.order("one")
		in.InstanceType, in.ImageId = kind, str(image(p.ground))
		same("code", code(p.ec2.RunInstances(p.ctx, in)), with)
		same("instances", len(p.found()), 0)
	}
}

func imageNotFound(p *place) {
	in := &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000000000000000"}}
	same("code", code(p.ec2.DescribeImages(p.ctx, in)), "InvalidAMIID.NotFound")
}

func imageElsewhere(p *place) {
	in := &ec2.DescribeImagesInput{ImageIds: []string{p.ground.image}}
	same("at home", len(got(p.ec2.DescribeImages(p.ctx, in)).Images), 1)
	same("elsewhere", code(p.ec2.DescribeImages(p.ctx, in, func(o *ec2.Options) { o.Region = "sa-east-1" })), "InvalidAMIID.NotFound")
}

func ownImages(p *place) {
	all := got(p.ec2.DescribeImages(p.ctx, &ec2.DescribeImagesInput{Owners: []string{"self"}})).Images
	same("own images", len(all), 1)
	same("their owner", *all[0].OwnerId, p.ground.account)
}

func sharedImages(p *place) {
	all := got(p.ec2.DescribeImages(p.ctx, &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}})).Images
	public := false
	for _, im := range all {
		public = public || *im.Public
	}
	same("public ones among them", public, false)
	same("the shared one", len(all) > 0, true)
}

func imageTold(p *place) {
	im := got(p.ec2.DescribeImages(p.ctx, &ec2.DescribeImagesInput{ImageIds: []string{p.ground.image}})).Images[0]
	same("architecture", im.Architecture, types.ArchitectureValuesX8664)
	same("virtualization", im.VirtualizationType, types.VirtualizationTypeHvm)
	same("state", im.State, types.ImageStateAvailable)
	same("owner", len(*im.OwnerId), 12)
	root := im.BlockDeviceMappings[0]
	same("root device", *root.DeviceName, *im.RootDeviceName)
	same("root snapshot", strings.HasPrefix(*root.Ebs.SnapshotId, "snap-"), true)
	same("root GiB", *root.Ebs.VolumeSize, 8)
}

func typeNotFound(p *place) {
	in := &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{"t9.micro"}}
	same("code", code(p.ec2.DescribeInstanceTypes(p.ctx, in)), "InvalidInstanceType")
}

func (p *place) kind(name types.InstanceType) types.InstanceTypeInfo {
	return got(p.ec2.DescribeInstanceTypes(p.ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{name}})).InstanceTypes[0]
}

func t2Micro(p *place) {
	k := p.kind(types.InstanceTypeT2Micro)
	same("vCPUs", *k.VCpuInfo.DefaultVCpus, 1)
	same("MiB", *k.MemoryInfo.SizeInMiB, 1024)
	same("hypervisor", k.Hypervisor, types.InstanceTypeHypervisorXen)
	same("boot modes", k.SupportedBootModes, []types.BootModeType{types.BootModeTypeLegacyBios})
	same("architectures", k.ProcessorInfo.SupportedArchitectures, []types.ArchitectureType{types.ArchitectureTypeI386, types.ArchitectureTypeX8664})
	same("ENA", k.NetworkInfo.EnaSupport, types.EnaSupportUnsupported)
	same("burstable", *k.BurstablePerformanceSupported, true)
}

func t3Micro(p *place) {
	k := p.kind(types.InstanceTypeT3Micro)
	same("hypervisor", k.Hypervisor, types.InstanceTypeHypervisorNitro)
	same("ENA", k.NetworkInfo.EnaSupport, types.EnaSupportRequired)
	same("NVMe", k.EbsInfo.NvmeSupport, types.EbsNvmeSupportRequired)
	same("boot modes", len(k.SupportedBootModes), 2)
}

func typesByZone(p *place) {
	out := got(p.ec2.DescribeInstanceTypeOfferings(p.ctx, &ec2.DescribeInstanceTypeOfferingsInput{LocationType: types.LocationTypeAvailabilityZone,
		Filters: []types.Filter{filter("instance-type", "t2.micro"), filter("location", p.ground.zone)}}))
	same("offerings", len(out.InstanceTypeOfferings), 1)
	same("zone", *out.InstanceTypeOfferings[0].Location, p.ground.zone)
}

func typeLacking(p *place) {
	in := p.order("one")
	in.InstanceType = types.InstanceTypeT3Micro
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "Unsupported")
}
