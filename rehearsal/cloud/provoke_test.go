package cloud_test

// provoke_test.go: what a check before a launch is to find: images, zones, quotas and permissions that do not do, each
// shown by the calls that can be asked and refused by the launch.

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/rehearsal/cloud"
)

// image adds an image that differs from the build in one thing.
func image(change func(*cloud.Image)) func(*cloud.Options) {
	return func(o *cloud.Options) {
		im := o.Images[0]
		im.ID, im.Name, im.ENA = provoked, "provoked", true
		change(&im)
		o.Images = append(o.Images, im)
	}
}

const provoked = "ami-0cccccccccccccccc"

func TestImagesThatDoNotRun(t *testing.T) {
	for _, test := range []struct {
		name, kind, code, says string
		change                 func(*cloud.Image)
	}{
		{"paravirtual", "t2.micro", "InvalidParameterCombination", "Virtualization type 'hvm' is required for instances of type 't2.micro'", func(im *cloud.Image) { im.Virtualization = "paravirtual" }},
		{"paravirtual where it runs", "m3.medium", "DryRunOperation", "", func(im *cloud.Image) { im.Virtualization = "paravirtual" }},
		{"ENA-less on Nitro", "t3.micro", "InvalidParameterCombination", "(ENA) is required for the 't3.micro' instance type", func(im *cloud.Image) { im.ENA = false }},
		{"UEFI only on Xen", "t2.micro", "InvalidParameterValue", "The t2.micro instance type does not support an AMI with a boot mode of UEFI", func(im *cloud.Image) { im.BootMode = "uefi" }},
		{"UEFI preferred on Xen", "t2.micro", "DryRunOperation", "", func(im *cloud.Image) { im.BootMode = "uefi-preferred" }},
		{"UEFI on Nitro", "m5.large", "DryRunOperation", "", func(im *cloud.Image) { im.BootMode = "uefi" }},
		{"arm64 on Intel", "t2.micro", "InvalidParameterValue", "does not match the architecture 'arm64'", func(im *cloud.Image) { im.Arch = "arm64" }},
		{"arm64 on arm64", "t4g.micro", "DryRunOperation", "", func(im *cloud.Image) { im.Arch, im.BootMode = "arm64", "uefi" }},
		{"larger than the volume", "t2.micro", "InvalidBlockDeviceMapping", "expect size >= 16GB", func(im *cloud.Image) { im.RootGiB = 16 }},
		{"not shared", "t2.micro", "InvalidAMIID.NotFound", "does not exist", func(im *cloud.Image) { im.Shared = false }},
		{"in another region", "t2.micro", "InvalidAMIID.NotFound", "does not exist", func(im *cloud.Image) { im.Region = "us-east-1" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := open(t, image(test.change))
			in := launchInput(b.prepare(), "T4")
			in.ImageId, in.InstanceType, in.DryRun = aws.String(provoked), types.InstanceType(test.kind), aws.Bool(true)
			err := second(b.ec2.RunInstances(t.Context(), in))
			refused(t, err, test.code)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestImagesAreDescribed(t *testing.T) {
	own := cloud.Image{ID: "ami-0abababababababab", Name: "own", Owner: "123456789012", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 20, Encrypted: true, BootMode: "uefi", ENA: true}
	amazon := cloud.Image{ID: "ami-0a0a0a0a0a0a0a0a0", Name: "amzn-ami-hvm", Owner: "137112412989", OwnerAlias: "amazon", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, ENA: true, Public: true}
	old := amazon
	old.ID, old.Deprecated = "ami-00000000000000001", time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	b := open(t, func(o *cloud.Options) { o.Images = append(o.Images, own, amazon, old) })
	ctx := t.Context()
	for _, test := range []struct {
		name string
		in   ec2.DescribeImagesInput
		want []string
	}{
		{"shared with us", ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, []string{imageID}},
		{"public", ec2.DescribeImagesInput{ExecutableUsers: []string{"all"}}, []string{amazon.ID}},
		{"our own", ec2.DescribeImagesInput{Owners: []string{"self"}}, []string{"ami-0ffffffffffffffff", own.ID}},
		{"Amazon's", ec2.DescribeImagesInput{Owners: []string{"amazon"}}, []string{amazon.ID}},
		{"Amazon's, old ones as well", ec2.DescribeImagesInput{Owners: []string{"amazon"}, IncludeDeprecated: aws.Bool(true)}, []string{amazon.ID, old.ID}},
		{"an old one by its id", ec2.DescribeImagesInput{ImageIds: []string{old.ID}}, []string{old.ID}},
		{"of an account", ec2.DescribeImagesInput{Owners: []string{"210987654321"}}, []string{imageID}},
		{"of an account that shares nothing", ec2.DescribeImagesInput{Owners: []string{"999999999999"}}, nil},
		{"ENA and UEFI", ec2.DescribeImagesInput{Filters: append(filter("ena-support", "true"), filter("boot-mode", "uefi")...)}, []string{"ami-0ffffffffffffffff", own.ID}},
		{"encrypted", ec2.DescribeImagesInput{Filters: filter("block-device-mapping.encrypted", "true")}, []string{own.ID}},
		{"by a pattern", ec2.DescribeImagesInput{Filters: filter("name", "scp-build-*")}, []string{imageID}},
	} {
		var got []string
		for _, im := range must(b.ec2.DescribeImages(ctx, &test.in))(t).Images {
			got = append(got, *im.ImageId)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	im := must(b.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{own.ID}}))(t).Images[0]
	root := im.BlockDeviceMappings[0].Ebs
	if im.RootDeviceType != "ebs" || *root.VolumeSize != 20 || !*root.Encrypted || !*im.EnaSupport || im.BootMode != "uefi" {
		t.Errorf("our own image: %+v", im)
	}
	snapshots := must(b.ec2.DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}, SnapshotIds: []string{*root.SnapshotId}}))(t).Snapshots
	if len(snapshots) != 1 || *snapshots[0].VolumeSize != 20 || !*snapshots[0].Encrypted {
		t.Errorf("its snapshot: %+v", snapshots)
	}
	shared := must(b.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{imageID}}))(t).Images[0].BlockDeviceMappings[0].Ebs.SnapshotId
	refused(t, second(b.ec2.DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{SnapshotIds: []string{*shared}})), "InvalidSnapshot.NotFound")
	refused(t, second(b.ec2.DescribeImageAttribute(ctx, &ec2.DescribeImageAttributeInput{ImageId: aws.String(imageID), Attribute: "launchPermission"})), "AuthFailure")
	if out := must(b.ec2.DescribeImageAttribute(ctx, &ec2.DescribeImageAttributeInput{ImageId: &own.ID, Attribute: "launchPermission"}))(t); len(out.LaunchPermissions) != 0 {
		t.Errorf("our own image is shared: %+v", out)
	}
}

func TestEncryption(t *testing.T) {
	for _, test := range []struct {
		name           string
		change         func(*cloud.Options)
		byDefault, got bool
	}{
		{"plain", image(func(*cloud.Image) {}), false, false},
		{"from an encrypted snapshot", image(func(im *cloud.Image) { im.Encrypted = true }), false, true},
		{"by the account's default", func(o *cloud.Options) { image(func(*cloud.Image) {})(o); o.Encrypted = true }, true, true},
	} {
		b := open(t, test.change)
		if out := must(b.ec2.GetEbsEncryptionByDefault(t.Context(), &ec2.GetEbsEncryptionByDefaultInput{}))(t); *out.EbsEncryptionByDefault != test.byDefault {
			t.Errorf("%s: by default %v", test.name, *out.EbsEncryptionByDefault)
		}
		in := launchInput(b.prepare(), "T4") // which says Encrypted=false
		in.ImageId = aws.String(provoked)
		must(b.ec2.RunInstances(t.Context(), in))(t)
		if v := must(b.ec2.DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{}))(t).Volumes[0]; *v.Encrypted != test.got {
			t.Errorf("%s: the volume's encryption is %v", test.name, *v.Encrypted)
		}
	}
}

func TestZoneWithoutTheType(t *testing.T) {
	b := open(t, func(o *cloud.Options) { o.VPC.Subnets[0].Lacks = []string{"t2.micro"} })
	ctx := t.Context()
	out := must(b.ec2.DescribeInstanceTypeOfferings(ctx, &ec2.DescribeInstanceTypeOfferingsInput{LocationType: "availability-zone", Filters: filter("instance-type", "t2.micro")}))(t).InstanceTypeOfferings
	if len(out) != 1 || *out[0].Location != "ap-southeast-1b" {
		t.Errorf("t2.micro is offered in %+v", out)
	}
	in := launchInput(b.prepare(), "T4")
	err := second(b.ec2.RunInstances(ctx, in))
	refused(t, err, "Unsupported")
	if !strings.Contains(err.Error(), "not supported in your requested Availability Zone (ap-southeast-1a). Please retry your request by not specifying an Availability Zone or choosing ap-southeast-1b.") {
		t.Errorf("it says %v", err)
	}
	in.SubnetId = aws.String("subnet-0b1b1b1b1b1b1b1b1")
	must(b.ec2.RunInstances(ctx, in))(t)
}

func TestSubnetFull(t *testing.T) {
	b := open(t, func(o *cloud.Options) { o.VPC.Subnets[0].CIDR, o.VPC.Subnets[0].Taken = "172.31.0.0/28", 10 })
	ctx := t.Context()
	left := func() int32 {
		return *must(b.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{subnetID}}))(t).Subnets[0].AvailableIpAddressCount
	}
	group := b.prepare()
	if left() != 1 {
		t.Fatalf("%d addresses are left, want 1", left())
	}
	id := *must(b.ec2.RunInstances(ctx, launchInput(group, "T4-1")))(t).Instances[0].InstanceId
	refused(t, second(b.ec2.RunInstances(ctx, launchInput(group, "T4-2"))), "InsufficientFreeAddressesInSubnet")
	dry := launchInput(group, "T4-2")
	dry.DryRun = aws.Bool(true) // a dry run looks at permission and parameters, not at what is left
	refused(t, second(b.ec2.RunInstances(ctx, dry)), "DryRunOperation")
	must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(time.Minute)
	must(b.ec2.RunInstances(ctx, launchInput(group, "T4-3")))(t)
}

func TestQuotas(t *testing.T) {
	b := open(t, func(o *cloud.Options) { o.Quotas = cloud.Quotas{VCPU: 2, Addresses: 1} })
	ctx := t.Context()
	id, group := b.launch()
	big := launchInput(group, "T4-2")
	big.InstanceType = "t2.medium"
	err := second(b.ec2.RunInstances(ctx, big))
	refused(t, err, "VcpuLimitExceeded")
	if !strings.Contains(err.Error(), "your current vCPU limit of 2 allows for the instance bucket") {
		t.Errorf("it says %v", err)
	}
	many := launchInput(group, "T4-3")
	many.MaxCount = aws.Int32(4)
	if n := len(must(b.ec2.RunInstances(ctx, many))(t).Instances); n != 1 {
		t.Errorf("room for one launched %d", n)
	}
	must(b.ec2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(time.Minute)
	must(b.ec2.RunInstances(ctx, launchInput(group, "T4-4")))(t) // a stopped instance does not count
	refused(t, second(b.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}})), "VcpuLimitExceeded")
	b.allocate()
	refused(t, second(b.ec2.AllocateAddress(ctx, &ec2.AllocateAddressInput{})), "AddressLimitExceeded")
}

func TestDeniedPermissions(t *testing.T) {
	b := open(t, func(o *cloud.Options) {
		o.Denied = []string{"ec2:RunInstances", "ec2:DescribeImages", "sts:GetCallerIdentity"}
	})
	ctx := t.Context()
	in := launchInput(b.prepare(), "T4")
	for _, dry := range []bool{true, false} {
		in.DryRun = aws.Bool(dry)
		err := second(b.ec2.RunInstances(ctx, in))
		refused(t, err, "UnauthorizedOperation")
		if says := err.Error(); !strings.Contains(says, "is not authorized to perform: ec2:RunInstances") || !strings.Contains(says, "Encoded authorization failure message: ") {
			t.Errorf("dry %v: it says %v", dry, says)
		}
	}
	refused(t, second(b.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{})), "UnauthorizedOperation")
	must(b.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{}))(t)
	must(b.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t) // nobody can be denied it
}

func TestInstanceTypes(t *testing.T) {
	b := open(t)
	machines := must(b.ec2.DescribeInstanceTypes(t.Context(), &ec2.DescribeInstanceTypesInput{}))(t).InstanceTypes
	words := map[string]string{}
	for _, m := range machines {
		words[string(m.InstanceType)] = strings.Join([]string{string(m.Hypervisor), string(m.NetworkInfo.EnaSupport), string(m.EbsInfo.NvmeSupport), string(m.SupportedBootModes[0]),
			string(m.ProcessorInfo.SupportedArchitectures[0])}, " ")
	}
	for name, want := range map[string]string{
		"t2.micro": "xen unsupported unsupported legacy-bios i386", "t3.micro": "nitro required required legacy-bios x86_64",
		"t4g.micro": "nitro required required uefi arm64", "m5.large": "nitro required required legacy-bios x86_64",
	} {
		if words[name] != want {
			t.Errorf("%s is %q, want %q", name, words[name], want)
		}
	}
	refused(t, second(b.ec2.DescribeInstanceTypes(t.Context(), &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{"t9.micro"}})), "InvalidInstanceType")
}
