package contract

// group_test.go: security groups and their rules.

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/rehearsal/cloud"
)

func groups() []scenario {
	const allow = "AuthorizeSecurityGroupIngress"
	const revoke = "RevokeSecurityGroupIngress"
	return []scenario{
		{name: "a group's name taken", says: "it is refused with InvalidGroup.Duplicate", source: codes, run: groupTwice},
		{name: "a group's name reserved", says: "no group may be called default", source: "EC2 User Guide: Security groups", run: groupReserved,
			moto: lack{"says InvalidGroup.Duplicate, for there is one", "InvalidGroup.Duplicate, want InvalidParameterValue"}},
		{name: "a new group", says: "lets everything out and nothing in", source: "EC2 User Guide: Security groups", run: groupNew},
		{name: "a rule twice", says: "it is refused with InvalidPermission.Duplicate", source: codes, run: ruleTwice},
		{name: "rules all or none", says: "a request of which one rule is refused adds none", source: allow, run: rulesAllOrNone,
			moto: lack{"adds those before it", "rules: 2, want 1"}},
		{name: "rules told when added", says: "the answer names each rule that was added, with its id", source: allow, run: rulesTold,
			moto: lack{"names one", "rules: 1, want 2"}},
		{name: "ports that are none", says: "it is refused with InvalidParameterValue", source: codes, run: rulePorts,
			moto: lack{"takes them", "done, want InvalidParameterValue"}},
		{name: "a rule revoked", says: "the rule is gone, and the answer tells which it was", source: revoke, run: ruleRevoked,
			moto: lack{"does not tell", "told: 0, want 1"}},
		{name: "a rule revoked by id", says: "SecurityGroupRuleIds name rules by their ids", source: revoke, run: ruleRevokedByID},
		{name: "a rule revoked that is not there", says: "in a default VPC no error: the answer describes what was not revoked", source: revoke, run: ruleNotThere,
			moto: lack{"refuses it there too", "InvalidPermission.NotFound"}},
		{name: "a rule revoked that is not there, elsewhere", says: "in a VPC that is not the default: InvalidPermission.NotFound, and nothing is revoked", source: revoke, run: ruleNotThereElsewhere,
			given: func(o *cloud.Options) { o.VPC.Default = false }, moto: lack{"revokes the others", "rules left: 0, want 1"}},
		{name: "a group in use", says: "a group of an instance is not deleted: DependencyViolation", source: "DeleteSecurityGroup", run: groupInUse,
			moto: lack{"deletes it", "done, want DependencyViolation"}},
		{name: "a group named by another", says: "a group that a rule of another names is not deleted: DependencyViolation", source: "DeleteSecurityGroup", run: groupNamed,
			moto: lack{"deletes it", "done, want DependencyViolation"}},
		{name: "a group free again", says: "once its instance is terminated it can be deleted", source: "DeleteSecurityGroup", run: groupFree},
		{name: "the default group", says: "it cannot be deleted: CannotDelete", source: codes, run: groupDefault,
			moto: lack{"deletes it", "done, want CannotDelete"}},
		{name: "a malformed group id", says: "it is refused with InvalidGroupId.Malformed", source: codes, run: groupMalformed,
			moto: lack{"says that it is not found", "InvalidGroup.NotFound, want InvalidGroupId.Malformed"}},
		{name: "a group deleted twice", says: "it is refused with InvalidGroup.NotFound", source: codes, run: groupGone},
		{name: "rules as things", says: "DescribeSecurityGroupRules lists each with id, direction and source", source: "DescribeSecurityGroupRules", run: rulesListed},
	}
}

func (p *place) group(name string) string {
	return *got(p.ec2.CreateSecurityGroup(p.ctx, &ec2.CreateSecurityGroupInput{GroupName: str(name), Description: str("contract"), VpcId: str(p.ground.vpc)})).GroupId
}

func (p *place) groupShown(id string) types.SecurityGroup {
	return got(p.ec2.DescribeSecurityGroups(p.ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}})).SecurityGroups[0]
}

// port is a rule for one port from the given networks.
func port(n int32, from ...string) types.IpPermission {
	r := types.IpPermission{IpProtocol: str("tcp"), FromPort: num(n), ToPort: num(n)}
	for _, cidr := range from {
		r.IpRanges = append(r.IpRanges, types.IpRange{CidrIp: str(cidr)})
	}
	return r
}

func (p *place) allow(id string, rules ...types.IpPermission) (*ec2.AuthorizeSecurityGroupIngressOutput, error) {
	return p.ec2.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: str(id), IpPermissions: rules})
}

func (p *place) revoke(id string, rules ...types.IpPermission) (*ec2.RevokeSecurityGroupIngressOutput, error) {
	return p.ec2.RevokeSecurityGroupIngress(p.ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: str(id), IpPermissions: rules})
}

func (p *place) deleteGroup(id string) string {
	return code(p.ec2.DeleteSecurityGroup(p.ctx, &ec2.DeleteSecurityGroupInput{GroupId: str(id)}))
}

func groupTwice(p *place) {
	p.group("web")
	in := &ec2.CreateSecurityGroupInput{GroupName: str("web"), Description: str("contract"), VpcId: str(p.ground.vpc)}
	same("code", code(p.ec2.CreateSecurityGroup(p.ctx, in)), "InvalidGroup.Duplicate")
}

func groupReserved(p *place) {
	in := &ec2.CreateSecurityGroupInput{GroupName: str("default"), Description: str("contract"), VpcId: str(p.ground.vpc)}
	same("code", code(p.ec2.CreateSecurityGroup(p.ctx, in)), "InvalidParameterValue")
}

func groupNew(p *place) {
	g := p.groupShown(p.group("web"))
	same("rules in", len(g.IpPermissions), 0)
	same("rules out", len(g.IpPermissionsEgress), 1)
	same("out", *g.IpPermissionsEgress[0].IpProtocol+" "+*g.IpPermissionsEgress[0].IpRanges[0].CidrIp, "-1 0.0.0.0/0")
}

func ruleTwice(p *place) {
	id := p.group("web")
	got(p.allow(id, port(80, "0.0.0.0/0")))
	same("code", code(p.allow(id, port(80, "0.0.0.0/0"))), "InvalidPermission.Duplicate")
}

func rulesAllOrNone(p *place) {
	id := p.group("web")
	got(p.allow(id, port(80, "0.0.0.0/0")))
	same("code", code(p.allow(id, port(22, "10.0.0.0/8"), port(80, "0.0.0.0/0"))), "InvalidPermission.Duplicate")
	same("rules", len(p.groupShown(id).IpPermissions), 1)
}

func rulesTold(p *place) {
	out := got(p.allow(p.group("web"), port(80, "0.0.0.0/0"), port(22, "10.0.0.0/8")))
	same("rules", len(out.SecurityGroupRules), 2)
	same("an id", out.SecurityGroupRules[1].SecurityGroupRuleId != nil, true)
}

func rulePorts(p *place) {
	same("code", code(p.allow(p.group("web"), port(70000, "0.0.0.0/0"))), "InvalidParameterValue")
}

func ruleRevoked(p *place) {
	id := p.group("web")
	got(p.allow(id, port(80, "0.0.0.0/0")))
	out := got(p.revoke(id, port(80, "0.0.0.0/0")))
	same("rules", len(p.groupShown(id).IpPermissions), 0)
	same("told", len(out.RevokedSecurityGroupRules), 1)
	r := out.RevokedSecurityGroupRules[0]
	same("which", *r.IpProtocol+" "+*r.CidrIpv4, "tcp 0.0.0.0/0")
	same("its port", *r.FromPort, 80)
	same("its group", *r.GroupId, id)
	same("out", *r.IsEgress, false)
}

func ruleRevokedByID(p *place) {
	id := p.group("web")
	rule := *got(p.allow(id, port(80, "0.0.0.0/0"))).SecurityGroupRules[0].SecurityGroupRuleId
	got(p.ec2.RevokeSecurityGroupIngress(p.ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: str(id), SecurityGroupRuleIds: []string{rule}}))
	same("rules", len(p.groupShown(id).IpPermissions), 0)
}

func ruleNotThere(p *place) {
	id := p.group("web")
	got(p.allow(id, port(80, "0.0.0.0/0")))
	out := got(p.revoke(id, port(443, "0.0.0.0/0"), port(80, "0.0.0.0/0")))
	same("unknown", len(out.UnknownIpPermissions), 1)
	same("its port", *out.UnknownIpPermissions[0].FromPort, 443)
	same("rules left", len(p.groupShown(id).IpPermissions), 0)
}

func ruleNotThereElsewhere(p *place) {
	id := p.group("web")
	got(p.allow(id, port(80, "0.0.0.0/0")))
	same("code", code(p.revoke(id, port(80, "0.0.0.0/0"), port(443, "0.0.0.0/0"))), "InvalidPermission.NotFound")
	same("rules left", len(p.groupShown(id).IpPermissions), 1)
}

// behind launches an instance with a group and waits until it runs.
func (p *place) behind(group string) string {
	in := p.order("one")
	in.SecurityGroupIds = []string{group}
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	p.wait(settled)
	return id
}

func groupInUse(p *place) {
	id := p.group("web")
	p.behind(id)
	same("code", p.deleteGroup(id), "DependencyViolation")
}

func groupNamed(p *place) {
	web, lb := p.group("web"), p.group("lb")
	r := port(80)
	r.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: str(lb)}}
	got(p.allow(web, r))
	same("code", p.deleteGroup(lb), "DependencyViolation")
}

func groupFree(p *place) {
	id := p.group("web")
	p.terminate(p.behind(id))
	same("code", p.deleteGroup(id), "done")
}

func groupDefault(p *place) {
	all := got(p.ec2.DescribeSecurityGroups(p.ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-name", "default"), filter("vpc-id", p.ground.vpc)}}))
	same("code", p.deleteGroup(*all.SecurityGroups[0].GroupId), "CannotDelete")
}

func groupMalformed(p *place) {
	in := &ec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-web"}}
	same("code", code(p.ec2.DescribeSecurityGroups(p.ctx, in)), "InvalidGroupId.Malformed")
}

func groupGone(p *place) {
	id := p.group("web")
	same("first", p.deleteGroup(id), "done")
	same("second", p.deleteGroup(id), "InvalidGroup.NotFound")
}

func rulesListed(p *place) {
	id := p.group("web")
	got(p.allow(id, port(80, "0.0.0.0/0")))
	out := 0
	all := got(p.ec2.DescribeSecurityGroupRules(p.ctx, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", id)}})).SecurityGroupRules
	for _, r := range all {
		if *r.IsEgress {
			out++
		} else {
			same("source", *r.CidrIpv4, "0.0.0.0/0")
		}
	}
	same("rules", len(all), 2)
	same("out", out, 1)
}
