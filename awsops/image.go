package awsops

// image.go: the planned machine image: is it there, whose is it, and does it fit the
// planned instance type (risk 3 of the first plan: the developers' AMI does not run on
// this infrastructure).

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// image is the step of a launch.
func (a *Account) image(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	rows, image, err := a.fitting(ctx, t, c.Plan, c.Now())
	if err != nil {
		return tasks.Result{}, err
	}
	want := c.Plan.Environment.Instance
	if bad, _ := rows.bad(); image == nil && len(bad) > 0 {
		return rows.refusal()
	} else if len(bad) > 0 {
		r, err := no(fmt.Sprintf("image %s does not fit %s: %s; ask the developers for another image, or amend the plan", want.AMI, want.Type, strings.Join(bad, "; ")))
		r.Rows = rows.rows()
		return r, err
	}
	root := safe.Line(aws.ToString(image.RootDeviceName))
	return tasks.Result{Verdict: tasks.Pass, Rows: rows.rows(), Facts: map[string]string{factRootDevice: root},
		Says: safe.Line(fmt.Sprintf("%s is available and fits %s: %s, %s, root device %s", want.AMI, want.Type, image.Architecture, image.VirtualizationType, root))}, nil
}

// fitting looks at image and type together. No image: one of them is not there, and the findings say which.
func (a *Account) fitting(ctx context.Context, t *trail, p *plan.Plan, now time.Time) (findings, *types.Image, error) {
	image, rows, err := a.findImage(ctx, t, p)
	if err != nil || image == nil {
		return rows, nil, err
	}
	kind, typed, err := a.findType(ctx, t, p)
	if err != nil || kind == nil {
		return typed, nil, err
	}
	fits := fit(*image, *kind, p.Environment.Instance, now)
	rows.items = append(rows.items, fits.items...)
	return rows, image, nil
}

// findImage is the planned image, nil if it cannot be had.
func (a *Account) findImage(ctx context.Context, t *trail, p *plan.Plan) (*types.Image, findings, error) {
	env, id := p.Environment, p.Environment.Instance.AMI
	l := findings{group: "image", source: "aws ec2 describe-images"}
	out, err := ask(ctx, t, []string{"ec2", "describe-images", "--image-ids", id, "--include-deprecated"}, a.read().ec2.DescribeImages,
		&ec2.DescribeImagesInput{ImageIds: []string{id}, IncludeDeprecated: aws.Bool(true)})
	switch {
	case notShared(err, id), err == nil && len(out.Images) == 0: // an id that does not exist at all is refused as not found
		l.judge(false, "image.shared", "shared with us", fmt.Sprintf("image %s exists in %s and is not shared with account %s", id, a.opt.Region, env.Account),
			"ask its owner for: "+a.sharing(id, env.Account))
	case hasCode(err, "InvalidAMIID.Malformed"):
		l.judge(false, "image.found", "there", fmt.Sprintf("%q is no image id", id), "amend the plan: ami- and 8 or 17 hexadecimal digits")
	case hasCode(err, "InvalidAMIID.Unavailable"):
		l.judge(false, "image.found", "there", fmt.Sprintf("image %s was withdrawn by its owner", id), "ask the developers for the image that replaces it, and amend the plan")
	case missing(err):
		l.judge(false, "image.found", "there", fmt.Sprintf("image %s is not visible to account %s in %s", id, env.Account, a.opt.Region),
			"ask its owner to share it with this account and region, or amend the plan")
	case err != nil:
		return nil, l, err
	default:
		l.whose(out.Images[0], env)
		return &out.Images[0], l, nil
	}
	return nil, l, nil
}

// sharing is the command by which the owner of an image shares it with an account, as a shell takes it.
func (a *Account) sharing(id, account string) string {
	return safe.Command([]string{"aws", "ec2", "modify-image-attribute", "--image-id", id, "--launch-permission", "Add=[{UserId=" + account + "}]", "--region", a.opt.Region})
}

// notShared reports AWS's "Not authorized for images: [ami-…]": it exists, and is somebody else's.
func notShared(err error, id string) bool {
	return hasCode(err, "AuthFailure") && strings.Contains(err.Error(), id)
}

// whose says by what right the image may be launched, and that it is the developers'. A name proves nothing: anybody can give one.
func (l *findings) whose(i types.Image, env plan.Environment) {
	owner, id := aws.ToString(i.OwnerId), env.Instance.AMI
	how := "shared with us by account " + owner
	switch {
	case owner == env.Account:
		how = "our own"
	case aws.ToBool(i.Public):
		how = "public, of account " + owner
	}
	l.judge(env.AMIOwner == "" || env.AMIOwner == owner, "image.shared", "shared with us", fmt.Sprintf("image %s is %s%s", id, how, otherOwner(env.AMIOwner, owner)),
		"do not launch it before the developers say that it is theirs; then amend ami or ami_owner of the plan")
}

func otherOwner(want, have string) string {
	if want == "" || want == have {
		return ""
	}
	return "; the plan says of account " + want
}

// findType is the planned instance type, nil if AWS has none of that name here.
func (a *Account) findType(ctx context.Context, t *trail, p *plan.Plan) (*types.InstanceTypeInfo, findings, error) {
	want := p.Environment.Instance.Type
	l := findings{group: "instance type", source: "aws ec2 describe-instance-types"}
	out, err := ask(ctx, t, []string{"ec2", "describe-instance-types", "--instance-types", want}, a.read().ec2.DescribeInstanceTypes,
		&ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{types.InstanceType(want)}})
	if hasCode(err, "InvalidInstanceType") || err == nil && len(out.InstanceTypes) == 0 {
		l.judge(false, "type.known", "known", fmt.Sprintf("AWS has no instance type %s in %s", want, a.opt.Region), "amend the plan")
		return nil, l, nil
	}
	if err != nil {
		return nil, l, err
	}
	return &out.InstanceTypes[0], l, nil
}

func orSay(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
