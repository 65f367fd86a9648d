package awsops

// image.go: does the planned machine image fit the planned instance type (risk 3
// of the first plan: the developers' AMI does not run on this infrastructure).

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

func (a *Account) image(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	env := c.Plan.Environment
	want := env.Instance
	images, err := ask(ctx, t, []string{"ec2", "describe-images", "--image-ids", want.AMI}, a.read().ec2.DescribeImages,
		&ec2.DescribeImagesInput{ImageIds: []string{want.AMI}})
	if missing(err) || err == nil && len(images.Images) == 0 {
		return no(fmt.Sprintf("image %s is not visible to account %s in %s; ask its owner to share it with this account and region, or amend the plan", want.AMI, env.Account, a.opt.Region))
	}
	if err != nil {
		return tasks.Result{}, err
	}
	kinds, err := ask(ctx, t, []string{"ec2", "describe-instance-types", "--instance-types", want.Type}, a.read().ec2.DescribeInstanceTypes,
		&ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{types.InstanceType(want.Type)}})
	if hasCode(err, "InvalidInstanceType") || err == nil && len(kinds.InstanceTypes) == 0 {
		return no(fmt.Sprintf("AWS has no instance type %s in %s; amend the plan", want.Type, a.opt.Region))
	}
	if err != nil {
		return tasks.Result{}, err
	}
	image := images.Images[0]
	rows := fit(image, kinds.InstanceTypes[0], want)
	var bad []string
	for _, r := range rows {
		if r.Verdict == tasks.Fail {
			bad = append(bad, r.Says)
		}
	}
	if len(bad) > 0 {
		r, err := no(fmt.Sprintf("image %s does not fit %s: %s; ask the developers for another image, or amend the plan", want.AMI, want.Type, strings.Join(bad, "; ")))
		r.Rows = rows
		return r, err
	}
	root := safe.Line(aws.ToString(image.RootDeviceName))
	return tasks.Result{Verdict: tasks.Pass, Rows: rows, Facts: map[string]string{factRootDevice: root},
		Says: safe.Line(fmt.Sprintf("%s is available and fits %s: %s, %s, root device %s", want.AMI, want.Type, image.Architecture, image.VirtualizationType, root))}, nil
}

// fit compares an image with an instance type, one row for each way to not fit.
func fit(i types.Image, k types.InstanceTypeInfo, want plan.Instance) []tasks.Row {
	var rows []tasks.Row
	row := func(name string, ok bool, says string, args ...any) {
		r := tasks.Row{Name: name, Verdict: tasks.Fail, Says: safe.Line(fmt.Sprintf(says, args...))}
		if ok {
			r.Verdict = tasks.Pass
		}
		rows = append(rows, r)
	}
	row("state", i.State == types.ImageStateAvailable, "the image is %s", i.State)
	arch := k.ProcessorInfo != nil && slices.Contains(k.ProcessorInfo.SupportedArchitectures, types.ArchitectureType(i.Architecture))
	row("architecture", arch, "the image is built for %s", i.Architecture)
	row("virtualization", slices.Contains(k.SupportedVirtualizationTypes, types.VirtualizationType(i.VirtualizationType)),
		"the image is virtualized as %s", i.VirtualizationType)
	row("root device", i.RootDeviceType == types.DeviceTypeEbs && aws.ToString(i.RootDeviceName) != "",
		"the image's root device is %s (%s)", aws.ToString(i.RootDeviceName), i.RootDeviceType)
	row("boot mode", boots(i, k), "the image boots by %s", orSay(string(i.BootMode), "the type's default"))
	if k.NetworkInfo != nil && k.NetworkInfo.EnaSupport == types.EnaSupportRequired {
		row("network driver", aws.ToBool(i.EnaSupport), "the image's ENA driver: %v", aws.ToBool(i.EnaSupport))
	}
	size := rootSize(i)
	row("root volume", size <= int32(want.Volume.SizeGB), "the image needs %d GB and the plan gives %d GB", size, want.Volume.SizeGB)
	return rows
}

// boots: uefi-preferred starts either way, and an image that says nothing boots as the type does by default.
func boots(i types.Image, k types.InstanceTypeInfo) bool {
	switch i.BootMode {
	case "", types.BootModeValuesUefiPreferred:
		return true
	}
	return slices.Contains(k.SupportedBootModes, types.BootModeType(i.BootMode))
}

// rootSize is the size of the root snapshot in GiB, 0 if AWS does not say.
func rootSize(i types.Image) int32 {
	for _, m := range i.BlockDeviceMappings {
		if aws.ToString(m.DeviceName) == aws.ToString(i.RootDeviceName) && m.Ebs != nil {
			return aws.ToInt32(m.Ebs.VolumeSize)
		}
	}
	return 0
}

func orSay(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
