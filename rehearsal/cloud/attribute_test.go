package cloud_test

// attribute_test.go: what of an instance, a group and an address can be changed, when, and what AWS says otherwise.

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/rehearsal/cloud"
)

// stop stops an instance and waits until it is.
func (b *bench) stop(id string) {
	b.Helper()
	must(b.ec2.StopInstances(b.Context(), &ec2.StopInstancesInput{InstanceIds: []string{id}}))(b)
	b.clock.pass(time.Minute)
}

func TestTypeIsChangedWhileStopped(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	become := func(kind string) error {
		return second(b.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &id, InstanceType: &types.AttributeValue{Value: &kind}}))
	}
	refused(t, become("t2.small"), "IncorrectInstanceState")
	b.stop(id)
	refused(t, become("t9.micro"), "InvalidInstanceAttributeValue")
	refused(t, become("t3.micro"), "InvalidParameterCombination") // the image has no ENA
	if err := become("t2.small"); err != nil {
		t.Fatal(err)
	}
	out := must(b.ec2.DescribeInstanceAttribute(ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: "instanceType"}))(t)
	if *out.InstanceType.Value != "t2.small" || b.instance(id).InstanceType != "t2.small" {
		t.Errorf("it is a %s", *out.InstanceType.Value)
	}
}

func TestProtection(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	protect := func(on bool) {
		t.Helper()
		must(b.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &id, DisableApiTermination: &types.AttributeBooleanValue{Value: &on}}))(t)
		out := must(b.ec2.DescribeInstanceAttribute(ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: "disableApiTermination"}))(t)
		if *out.DisableApiTermination.Value != on {
			t.Errorf("protection is %v, want %v", *out.DisableApiTermination.Value, on)
		}
	}
	protect(true)
	refused(t, second(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}})), "OperationNotPermitted")
	protect(false)
	must(b.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &id, Attribute: "disableApiStop", Value: aws.String("true")}))(t)
	refused(t, second(b.ec2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}})), "OperationNotPermitted")
	must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(t)
	refused(t, second(b.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &id, Attribute: "disableApiStop", Value: aws.String("false")})), "IncorrectInstanceState")
	b.clock.pass(time.Minute)
	refused(t, second(b.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}})), "IncorrectInstanceState")
}

func TestOneAttributeAtATime(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, group := b.launch()
	other := *must(b.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("other"), Description: aws.String("other"), VpcId: aws.String(vpcID)}))(t).GroupId
	must(b.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &id, Groups: []string{other}}))(t)
	if g := b.instance(id).SecurityGroups; len(g) != 1 || *g[0].GroupId != other {
		t.Errorf("groups %+v", g)
	}
	refused(t, second(b.ec2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &other})), "DependencyViolation")
	must(b.ec2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &group}))(t)
	for code, in := range map[string]*ec2.ModifyInstanceAttributeInput{
		"InvalidGroup.NotFound":       {InstanceId: &id, Groups: []string{group}},
		"InvalidGroupId.Malformed":    {InstanceId: &id, Groups: []string{"web"}},
		"InvalidInstanceID.Malformed": {InstanceId: aws.String("i-1"), Groups: []string{other}},
		"InvalidInstanceID.NotFound":  {InstanceId: aws.String("i-00000000"), Groups: []string{other}},
		"InvalidParameterCombination": {InstanceId: &id, Groups: []string{other}, SourceDestCheck: &types.AttributeBooleanValue{Value: aws.Bool(false)}},
	} {
		refused(t, second(b.ec2.ModifyInstanceAttribute(ctx, in)), code)
	}
	refused(t, second(b.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &id})), "InvalidParameterCombination")
	if b.instance(id).SourceDestCheck == nil || !*b.instance(id).SourceDestCheck {
		t.Error("a refused change was made in part")
	}
}

func TestMetadataOptions(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	out := must(b.ec2.ModifyInstanceMetadataOptions(ctx, &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: &id, HttpTokens: "optional", HttpEndpoint: "disabled", HttpPutResponseHopLimit: aws.Int32(1)}))(t)
	if out.InstanceMetadataOptions.State != "pending" || out.InstanceMetadataOptions.HttpTokens != "optional" {
		t.Errorf("it answers %+v", out.InstanceMetadataOptions)
	}
	if o := b.instance(id).MetadataOptions; o.HttpTokens != "optional" || o.HttpEndpoint != "disabled" || *o.HttpPutResponseHopLimit != 1 || o.State != "applied" {
		t.Errorf("the instance shows %+v", o)
	}
	refused(t, second(b.ec2.ModifyInstanceMetadataOptions(ctx, &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: &id, HttpPutResponseHopLimit: aws.Int32(65)})), "InvalidParameterValue")
	refused(t, second(b.ec2.ModifyInstanceMetadataOptions(ctx, &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: &id})), "InvalidParameterCombination")
}

func TestMonitoring(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	state := func() types.MonitoringState { return b.instance(id).Monitoring.State }
	if state() != "disabled" {
		t.Errorf("monitoring is %s from the start", state())
	}
	on := must(b.ec2.MonitorInstances(ctx, &ec2.MonitorInstancesInput{InstanceIds: []string{id}}))(t).InstanceMonitorings
	if len(on) != 1 || on[0].Monitoring.State != "pending" || state() != "pending" {
		t.Errorf("switching on answers %+v", on)
	}
	b.clock.pass(time.Minute)
	if again := must(b.ec2.MonitorInstances(ctx, &ec2.MonitorInstancesInput{InstanceIds: []string{id}}))(t).InstanceMonitorings; again[0].Monitoring.State != "enabled" {
		t.Errorf("switching on again answers %+v", again)
	}
	off := must(b.ec2.UnmonitorInstances(ctx, &ec2.UnmonitorInstancesInput{InstanceIds: []string{id}}))(t).InstanceMonitorings
	b.clock.pass(time.Minute)
	if off[0].Monitoring.State != "disabling" || state() != "disabled" {
		t.Errorf("switching off answers %+v, and then it is %s", off, state())
	}
	must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(t)
	refused(t, second(b.ec2.MonitorInstances(ctx, &ec2.MonitorInstancesInput{InstanceIds: []string{id}})), "InvalidState")
}

func TestCreditSpecifications(t *testing.T) {
	b := open(t, image(func(*cloud.Image) {}), func(o *cloud.Options) { o.Quotas.VCPU = 9 })
	ctx := t.Context()
	t2, group := b.launch()
	run := func(token, kind, credits string) string {
		t.Helper()
		in := launchInput(group, token)
		in.ImageId, in.InstanceType = aws.String(provoked), types.InstanceType(kind)
		in.BlockDeviceMappings = nil
		in.MetadataOptions = nil
		if credits != "" {
			in.CreditSpecification = &types.CreditSpecificationRequest{CpuCredits: &credits}
		}
		b.clock.pass(time.Second)
		return *must(b.ec2.RunInstances(ctx, in))(t).Instances[0].InstanceId
	}
	t3, spare, m5 := run("a", "t2.small", "unlimited"), run("b", "t2.small", ""), run("c", "m4.large", "")
	credits := map[string]string{}
	for _, s := range must(b.ec2.DescribeInstanceCreditSpecifications(ctx, &ec2.DescribeInstanceCreditSpecificationsInput{InstanceIds: []string{t2, t3, spare}}))(t).InstanceCreditSpecifications {
		credits[*s.InstanceId] = *s.CpuCredits
	}
	if credits[t2] != "standard" || credits[t3] != "unlimited" || credits[spare] != "standard" {
		t.Errorf("credits %v", credits)
	}
	if all := must(b.ec2.DescribeInstanceCreditSpecifications(ctx, &ec2.DescribeInstanceCreditSpecificationsInput{}))(t).InstanceCreditSpecifications; len(all) != 1 || *all[0].InstanceId != t3 {
		t.Errorf("without ids: %+v", all)
	}
	refused(t, second(b.ec2.DescribeInstanceCreditSpecifications(ctx, &ec2.DescribeInstanceCreditSpecificationsInput{InstanceIds: []string{m5}})), "UnsupportedOperation")
}

func TestRulesBothWays(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	group := b.prepare()
	https := []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}
	made := must(b.ec2.AuthorizeSecurityGroupEgress(ctx, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: &group, IpPermissions: https}))(t).SecurityGroupRules
	if len(made) != 1 || !*made[0].IsEgress || *made[0].ToPort != 443 {
		t.Fatalf("the rule: %+v", made)
	}
	refused(t, second(b.ec2.AuthorizeSecurityGroupEgress(ctx, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: &group, IpPermissions: https})), "InvalidPermission.Duplicate")
	id := made[0].SecurityGroupRuleId
	modify := func(port int32) error {
		return second(b.ec2.ModifySecurityGroupRules(ctx, &ec2.ModifySecurityGroupRulesInput{GroupId: &group, SecurityGroupRules: []types.SecurityGroupRuleUpdate{{
			SecurityGroupRuleId: id, SecurityGroupRule: &types.SecurityGroupRuleRequest{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, CidrIpv4: aws.String("10.0.0.0/8"), Description: aws.String("moved")}}}}))
	}
	if err := modify(8443); err != nil {
		t.Fatal(err)
	}
	rules := must(b.ec2.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{*id}}))(t).SecurityGroupRules
	if len(rules) != 1 || *rules[0].FromPort != 8443 || *rules[0].CidrIpv4 != "10.0.0.0/8" || *rules[0].Description != "moved" || !*rules[0].IsEgress {
		t.Errorf("modified: %+v", rules)
	}
	refused(t, second(b.ec2.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: &group, IpPermissions: https})), "InvalidPermission.NotFound")
	must(b.ec2.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: &group, SecurityGroupRuleIds: []string{*id}}))(t)
	refused(t, modify(80), "InvalidSecurityGroupRuleId.NotFound")
	six := []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(80), ToPort: aws.Int32(80), Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: aws.String("::/0")}}}}
	made = must(b.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: six}))(t).SecurityGroupRules
	refused(t, second(b.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: six})), "InvalidPermission.Duplicate")
	if len(made) != 1 || *made[0].CidrIpv6 != "::/0" || made[0].CidrIpv4 != nil {
		t.Errorf("the IPv6 rule: %+v", made)
	}
	g := must(b.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}}))(t).SecurityGroups[0]
	if web := g.IpPermissions[1]; len(web.IpRanges) != 1 || len(web.Ipv6Ranges) != 1 || *web.Ipv6Ranges[0].CidrIpv6 != "::/0" {
		t.Errorf("port 80: %+v", web)
	}
	if len(g.IpPermissions) != 2 || len(g.IpPermissionsEgress) != 1 {
		t.Errorf("the group: %+v", g)
	}
}

// TestAddressStays: an Elastic IP outlives a stop and goes free with the instance; in a default VPC it can be released
// while it is in use.
func TestAddressStays(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	alloc, ip := b.allocate()
	must(b.associate(alloc, id, aws.Bool(false)))(t)
	b.stop(id)
	if i := b.instance(id); i.State.Name != "stopped" || aws.ToString(i.PublicIpAddress) != ip {
		t.Errorf("stopped, it is %s at %q", i.State.Name, aws.ToString(i.PublicIpAddress))
	}
	must(b.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(time.Minute)
	if got := aws.ToString(b.instance(id).PublicIpAddress); got != ip {
		t.Errorf("started again it is at %q, and was at %s", got, ip)
	}
	refused(t, second(b.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &alloc})), "InvalidIPAddress.InUse")
	must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(t)
	must(b.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &alloc}))(t)
	refused(t, second(b.ec2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{PublicIps: []string{ip}})), "InvalidAddress.NotFound")
	easy := open(t, func(o *cloud.Options) { o.VPC.Default = true })
	id, _ = easy.launch()
	alloc, _ = easy.allocate()
	must(easy.associate(alloc, id, nil))(t)
	must(easy.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &alloc}))(t)
	if ip := easy.instance(id).PublicIpAddress; ip == nil {
		t.Error("after the release the instance has no address")
	}
	shut := open(t, func(o *cloud.Options) { o.VPC.NoGateway = true })
	id, _ = shut.launch()
	alloc, _ = shut.allocate()
	refused(t, second(shut.associate(alloc, id, nil)), "Gateway.NotAttached")
}

func TestTagsOfNothing(t *testing.T) {
	b := open(t)
	for id, code := range map[string]string{"i-00000000": "InvalidInstanceID.NotFound", "vol-00000000": "InvalidVolume.NotFound", "nothing": "InvalidID", "i-x": "InvalidID"} {
		refused(t, second(b.ec2.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}})), code)
	}
}
