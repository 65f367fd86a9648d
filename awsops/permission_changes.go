package awsops

// permission_changes.go: what these credentials may change, of what the plan changes, there and back.

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// What is not there yet is named by ids that nobody has: a dry run never points at what exists.
const (
	noInstance    = "i-00000000000000000"
	noGroup       = "sg-00000000000000000"
	noAllocation  = "eipalloc-00000000000000000"
	noAssociation = "eipassoc-00000000000000000"
)

// tryout is the permissions for one plan being tried.
type tryout struct {
	a    *Account
	t    *trail
	c    tasks.Call
	list findings
}

func (a *Account) tryout(t *trail, p *plan.Plan) *tryout {
	return &tryout{a: a, t: t, list: findings{group: "permissions"}, c: tasks.Call{Plan: p, Run: "dry-run", Task: plan.Task{ID: "permissions"}, Attempt: 1,
		Token: "tminus-dry-run", Facts: map[string]string{}}}
}

// permissions tries every change of EC2 that the plan makes, forward and back, as a dry run.
func (a *Account) permissions(ctx context.Context, t *trail, p *plan.Plan) []reading.Item {
	r := a.tryout(t, p)
	if r.wants("ec2.") {
		r.key(ctx)
		r.group(ctx)
		r.launch(ctx)
		r.end(ctx)
	}
	if r.wants(kindAssign) {
		r.address(ctx)
	}
	if r.wants("cloudwatch.") {
		for _, one := range [][2]string{{"cloudwatch:PutMetricAlarm", "put-metric-alarm"}, {"cloudwatch:DeleteAlarms", "delete-alarms"}} {
			r.list.source = "aws cloudwatch " + one[1]
			r.list.add(tasks.Inconclusive, "permission."+one[0], one[0], "not tested: CloudWatch has no dry run", "compare the policy with docs/iam.md")
		}
	}
	return r.list.items
}

// wants reports whether a task of the plan has an action whose name begins so.
func (r *tryout) wants(action string) bool {
	p := r.c.Plan
	return slices.ContainsFunc(slices.Concat(p.Tasks, p.OnDemand), func(t plan.Task) bool { return strings.HasPrefix(t.Action, action) })
}

// key tries the key pair that a launch makes; the plan's own is there already.
func (r *tryout) key(ctx context.Context) {
	if r.c.Plan.Environment.Instance.KeyPair != "" {
		return
	}
	tags, called := tagged(r.c, types.ResourceTypeKeyPair), aws.String(name(r.c))
	public, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize))) // a key of nobody's: it goes into a dry run only
	if err == nil {
		try(ctx, r, "ec2:ImportKeyPair", append([]string{"ec2", "import-key-pair", "--key-name", *called, "--public-key-material", "fileb://key.pub"}, tagLine(tags)...),
			r.a.dry().ImportKeyPair, &ec2.ImportKeyPairInput{KeyName: called, PublicKeyMaterial: ssh.MarshalAuthorizedKey(public), TagSpecifications: tags})
	}
	if r.c.Plan.Rollback.Key != "keep" {
		try(ctx, r, "ec2:DeleteKeyPair", []string{"ec2", "delete-key-pair", "--key-name", *called}, r.a.dry().DeleteKeyPair, &ec2.DeleteKeyPairInput{KeyName: called})
	}
}

func (r *tryout) group(ctx context.Context) {
	tags, called, want := tagged(r.c, types.ResourceTypeSecurityGroup), aws.String(name(r.c)), r.c.Plan.Environment.Instance
	try(ctx, r, "ec2:CreateSecurityGroup", append([]string{"ec2", "create-security-group", "--group-name", *called, "--vpc-id", want.VPC, "--description", "tminus"}, tagLine(tags)...),
		r.a.dry().CreateSecurityGroup, &ec2.CreateSecurityGroupInput{GroupName: called, Description: aws.String("tminus"), VpcId: aws.String(want.VPC), TagSpecifications: tags})
	if len(want.Ports) > 0 {
		one := want.Ports[0]
		try(ctx, r, "ec2:AuthorizeSecurityGroupIngress", []string{"ec2", "authorize-security-group-ingress", "--group-id", noGroup, "--ip-permissions",
			fmt.Sprintf("IpProtocol=tcp,FromPort=%d,ToPort=%d,%s", one.Port, one.Port, shorthand(one))},
			r.a.dry().AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(noGroup), IpPermissions: []types.IpPermission{permission(one)}})
	}
	if r.c.Plan.Rollback.Group != "keep" {
		try(ctx, r, "ec2:DeleteSecurityGroup", []string{"ec2", "delete-security-group", "--group-id", noGroup}, r.a.dry().DeleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: aws.String(noGroup)})
	}
}

// launch tries the launch as planned, but for what does not exist before the day: its group,
// and a key pair that is not the plan's own.
func (r *tryout) launch(ctx context.Context) {
	want := r.c.Plan.Environment.Instance
	line := []string{"ec2", "run-instances", "--count", "1", "--image-id", want.AMI, "--instance-type", want.Type}
	subnet, _, _ := r.a.findSubnet(ctx, r.t, r.c.Plan) // where it is not found, the preflight says so
	image, _, _ := r.a.findImage(ctx, r.t, r.c.Plan)
	if image != nil {
		r.c.Facts[factRootDevice] = aws.ToString(image.RootDeviceName)
	}
	in := launchInput(r.c)
	in.SecurityGroupIds, in.KeyName, in.SubnetId = nil, nil, nil
	if image == nil {
		in.BlockDeviceMappings = nil
	}
	if subnet != nil {
		in.SubnetId, line = subnet.SubnetId, append(line, "--subnet-id", aws.ToString(subnet.SubnetId))
	}
	if want.KeyPair != "" {
		in.KeyName, line = aws.String(want.KeyPair), append(line, "--key-name", want.KeyPair)
	}
	try(ctx, r, "ec2:RunInstances", append(line, tagLine(in.TagSpecifications)...), r.a.dry().RunInstances, in)
}

// end tries what becomes of the instance on the way back. A trial instance is always terminated.
func (r *tryout) end(ctx context.Context) {
	policy := r.c.Plan.Rollback.Instance
	if policy == "stop" {
		try(ctx, r, "ec2:StopInstances", []string{"ec2", "stop-instances", "--instance-ids", noInstance}, r.a.dry().StopInstances, &ec2.StopInstancesInput{InstanceIds: []string{noInstance}})
	}
	if policy != "stop" && policy != "keep" || r.wants("ec2.trial") {
		try(ctx, r, "ec2:TerminateInstances", []string{"ec2", "terminate-instances", "--instance-ids", noInstance}, r.a.dry().TerminateInstances, &ec2.TerminateInstancesInput{InstanceIds: []string{noInstance}})
	}
}

// address tries the assignment. An address that the plan names is neither allocated nor released.
func (r *tryout) address(ctx context.Context) {
	tags, theirs := tagged(r.c, types.ResourceTypeElasticIp), assigning(r.c.Plan).named()
	if !theirs {
		try(ctx, r, "ec2:AllocateAddress", append([]string{"ec2", "allocate-address", "--domain", "vpc"}, tagLine(tags)...),
			r.a.dry().AllocateAddress, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc, TagSpecifications: tags})
	}
	try(ctx, r, "ec2:AssociateAddress", []string{"ec2", "associate-address", "--allocation-id", noAllocation, "--instance-id", noInstance, "--no-allow-reassociation"},
		r.a.dry().AssociateAddress, &ec2.AssociateAddressInput{AllocationId: aws.String(noAllocation), InstanceId: aws.String(noInstance), AllowReassociation: aws.Bool(false)})
	try(ctx, r, "ec2:DisassociateAddress", []string{"ec2", "disassociate-address", "--association-id", noAssociation},
		r.a.dry().DisassociateAddress, &ec2.DisassociateAddressInput{AssociationId: aws.String(noAssociation)})
	if !theirs && r.c.Plan.Rollback.Address != "keep" {
		try(ctx, r, "ec2:ReleaseAddress", []string{"ec2", "release-address", "--allocation-id", noAllocation}, r.a.dry().ReleaseAddress, &ec2.ReleaseAddressInput{AllocationId: aws.String(noAllocation)})
	}
}

// try makes one dry call and judges its answer. After an abort nothing is asked any more.
func try[In, Out, O any](ctx context.Context, r *tryout, action string, line []string, op func(context.Context, *In, ...func(*O)) (*Out, error), in *In) {
	if ctx.Err() != nil {
		return
	}
	line = append(line, "--dry-run")
	_, err := ask(ctx, r.t, line, op, in)
	r.list.source = r.a.command(line)
	switch {
	case ctx.Err() != nil && err != nil:
	case err == nil:
		r.list.add(tasks.Fail, "permission."+action, action, "a dry run was not taken for one: this may not be AWS", "look at the account before anything else, and at the endpoint")
	case hasCode(err, "DryRunOperation"):
		r.list.add(tasks.Pass, "permission."+action, action, "allowed", "")
	default:
		r.refused(action, err)
	}
}

// ofOurs are the changes that a good policy, ours in docs/iam.md, allows only on what carries the
// run's tag. Before the day there is no such thing to try them on.
func ofOurs() []string {
	return []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteKeyPair", "ec2:DeleteSecurityGroup", "ec2:ReleaseAddress", "ec2:StopInstances", "ec2:TerminateInstances"}
}

// refused says what a refusal tells about the permission: only a denial tells of it.
func (r *tryout) refused(action string, err error) {
	id, no := "permission."+action, (*refused)(nil)
	switch {
	case !errors.As(err, &no), throttled(no.code), lapsed(no.code), unwell(no.code):
		r.list.unknown(id, action, err)
	case unpermitted(no.code) && slices.Contains(ofOurs(), action) && !strings.Contains(no.message, "explicit"):
		r.list.add(tasks.Inconclusive, id, action, "not told: "+action+" was denied on something that is not there; a policy that allows it only on what carries our tag says that too",
			"compare the policy with docs/iam.md; if it has no "+action+" at all, ask the owner of the account for "+action)
	case unpermitted(no.code):
		lacks := orSay(no.action, action)
		r.list.add(tasks.Fail, id, action, "not allowed: "+lacks+" is missing", "ask the owner of the account for "+lacks+"; docs/iam.md has the whole policy")
	case missing(err), strings.Contains(no.code, "Malformed"):
		r.list.add(tasks.Inconclusive, id, action, "not told: it is for something that is not there yet, and AWS looked for that first ("+no.code+")", "compare the policy with docs/iam.md")
	default:
		r.list.add(tasks.Inconclusive, id, action, "not told: AWS refused the request before it looked at the permission ("+no.code+")", nextStep(no.code))
	}
}
