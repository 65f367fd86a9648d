package contract

// dryrun_test.go: DryRun of every call that changes something and is asked for one: it says whether it would be allowed,
// and changes nothing.

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// dry is a call made with DryRun. It is given a running instance, one that is stopped, a group and an allocation.
type dry struct {
	op   string
	call func(*place, things) string // gives the code of the refusal
	moto lack
}

type things struct{ running, stopped, group, allocation, association string }

func dryRuns() (all []scenario) {
	for _, d := range dries() {
		all = append(all, scenario{name: "a dry " + d.op, says: "it is refused with DryRunOperation where it would have been done, and is not done", source: d.op, run: d.run, moto: d.moto})
	}
	return all
}

func (d dry) run(p *place) {
	t := p.things()
	before := p.inventory()
	same("code", d.call(p, t), "DryRunOperation")
	p.wait(settled)
	same("the account", p.inventory(), before)
}

func (p *place) things() (t things) {
	t.running, t.stopped = p.two()
	p.stop(t.stopped)
	p.importKey("scp")
	t.group = p.group("web")
	got(p.allow(t.group, port(80, "0.0.0.0/0")))
	t.allocation, _ = p.allocate()
	t.association = *got(p.put(t.allocation, t.running, new(false))).AssociationId
	return t
}

// inventory is all that a dry run might have changed.
func (p *place) inventory() (all []string) {
	for _, i := range p.found() {
		all = append(all, *i.InstanceId, string(i.State.Name), string(i.InstanceType), string(i.MetadataOptions.HttpTokens))
		for _, t := range i.Tags {
			all = append(all, *t.Key)
		}
	}
	for _, k := range got(p.ec2.DescribeKeyPairs(p.ctx, &ec2.DescribeKeyPairsInput{})).KeyPairs {
		all = append(all, *k.KeyName)
	}
	for _, g := range got(p.ec2.DescribeSecurityGroups(p.ctx, &ec2.DescribeSecurityGroupsInput{})).SecurityGroups {
		all = append(all, *g.GroupId)
		for _, r := range g.IpPermissions {
			all = append(all, *r.IpProtocol)
		}
	}
	for _, a := range got(p.ec2.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{})).Addresses {
		all = append(all, *a.AllocationId, *a.InstanceId)
	}
	return all
}

func dries() []dry {
	yes := new(true)
	ignored := lack{"does it: it ignores DryRun", "done, want DryRunOperation"}
	return append(dryRules(), []dry{
		{op: "RunInstances", call: func(p *place, t things) string {
			in := p.order("dry")
			in.DryRun = yes
			return code(p.ec2.RunInstances(p.ctx, in))
		}},
		{op: "StartInstances", call: func(p *place, t things) string {
			return code(p.ec2.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: []string{t.stopped}, DryRun: yes}))
		}},
		{op: "StopInstances", call: func(p *place, t things) string {
			return code(p.ec2.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: []string{t.running}, DryRun: yes}))
		}},
		{op: "RebootInstances", call: func(p *place, t things) string {
			return code(p.ec2.RebootInstances(p.ctx, &ec2.RebootInstancesInput{InstanceIds: []string{t.running}, DryRun: yes}))
		}},
		{op: "TerminateInstances", call: func(p *place, t things) string {
			return code(p.ec2.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{t.running}, DryRun: yes}))
		}},
		{op: "ModifyInstanceAttribute", call: func(p *place, t things) string {
			return code(p.ec2.ModifyInstanceAttribute(p.ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: str(t.stopped), InstanceType: &types.AttributeValue{Value: str("t2.small")}, DryRun: yes}))
		}},
		{op: "ModifyInstanceMetadataOptions", moto: ignored, call: func(p *place, t things) string {
			return code(p.ec2.ModifyInstanceMetadataOptions(p.ctx, &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: str(t.running), HttpTokens: types.HttpTokensStateRequired, DryRun: yes}))
		}},
		{op: "MonitorInstances", call: func(p *place, t things) string {
			return code(p.ec2.MonitorInstances(p.ctx, &ec2.MonitorInstancesInput{InstanceIds: []string{t.running}, DryRun: yes}))
		}},
		{op: "CreateTags", call: func(p *place, t things) string {
			return code(p.ec2.CreateTags(p.ctx, &ec2.CreateTagsInput{Resources: []string{t.running}, Tags: []types.Tag{tag("run", "7")}, DryRun: yes}))
		}},
		{op: "CreateKeyPair", call: func(p *place, t things) string {
			return code(p.ec2.CreateKeyPair(p.ctx, &ec2.CreateKeyPairInput{KeyName: str("other"), KeyType: types.KeyTypeEd25519, DryRun: yes}))
		}},
		{op: "ImportKeyPair", call: func(p *place, t things) string {
			return code(p.ec2.ImportKeyPair(p.ctx, &ec2.ImportKeyPairInput{KeyName: str("other"), PublicKeyMaterial: []byte(edKey), DryRun: yes}))
		}},
		{op: "DeleteKeyPair", call: func(p *place, t things) string {
			return code(p.ec2.DeleteKeyPair(p.ctx, &ec2.DeleteKeyPairInput{KeyName: str("scp"), DryRun: yes}))
		}},
		{op: "AllocateAddress", call: func(p *place, t things) string {
			return code(p.ec2.AllocateAddress(p.ctx, &ec2.AllocateAddressInput{DryRun: yes}))
		}},
		{op: "AssociateAddress", call: func(p *place, t things) string {
			return code(p.ec2.AssociateAddress(p.ctx, &ec2.AssociateAddressInput{AllocationId: str(t.allocation), InstanceId: str(t.stopped), AllowReassociation: yes, DryRun: yes}))
		}},
		{op: "DisassociateAddress", call: func(p *place, t things) string {
			return code(p.ec2.DisassociateAddress(p.ctx, &ec2.DisassociateAddressInput{AssociationId: str(t.association), DryRun: yes}))
		}},
		{op: "ReleaseAddress", call: func(p *place, t things) string {
			return code(p.ec2.ReleaseAddress(p.ctx, &ec2.ReleaseAddressInput{AllocationId: str(t.allocation), DryRun: yes}))
		}},
	}...)
}

func dryRules() []dry {
	yes := new(true)
	return []dry{
		{op: "CreateSecurityGroup", call: func(p *place, t things) string {
			return code(p.ec2.CreateSecurityGroup(p.ctx, &ec2.CreateSecurityGroupInput{GroupName: str("lb"), Description: str("contract"), VpcId: str(p.ground.vpc), DryRun: yes}))
		}},
		{op: "AuthorizeSecurityGroupIngress", call: func(p *place, t things) string {
			return code(p.ec2.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: str(t.group), IpPermissions: []types.IpPermission{port(22, "10.0.0.0/8")}, DryRun: yes}))
		}},
		{op: "RevokeSecurityGroupIngress", call: func(p *place, t things) string {
			return code(p.ec2.RevokeSecurityGroupIngress(p.ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: str(t.group), IpPermissions: []types.IpPermission{port(80, "0.0.0.0/0")}, DryRun: yes}))
		}},
		{op: "DeleteSecurityGroup", call: func(p *place, t things) string {
			return code(p.ec2.DeleteSecurityGroup(p.ctx, &ec2.DeleteSecurityGroupInput{GroupId: str(t.group), DryRun: yes}))
		}},
	}
}
