package cloud_test

// story_test.go: the day of the SCP plan, from key import to an empty account, with the real SDK.

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/rehearsal/cloud"
)

func runTag(kind types.ResourceType) []types.TagSpecification {
	return []types.TagSpecification{{ResourceType: kind, Tags: []types.Tag{{Key: aws.String("tminus:run"), Value: aws.String("SCP100X0219-1")}}}}
}

func tagFilter() []types.Filter {
	return []types.Filter{{Name: aws.String("tag:tminus:run"), Values: []string{"SCP100X0219-1"}}}
}

// prepare imports the key and makes the security group of T4.
func (b *bench) prepare() (groupID string) {
	b.Helper()
	ctx := b.Context()
	must(b.ec2.ImportKeyPair(ctx, &ec2.ImportKeyPairInput{KeyName: aws.String("scp"), PublicKeyMaterial: []byte(edKey), TagSpecifications: runTag("key-pair")}))(b)
	g := must(b.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("scp-web"), Description: aws.String("SCP build 1.0.0"), VpcId: aws.String(vpcID), TagSpecifications: runTag("security-group"),
	}))(b)
	must(b.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: g.GroupId, IpPermissions: []types.IpPermission{
		{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []types.IpRange{{CidrIp: aws.String("203.0.113.0/24")}}},
		{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(80), ToPort: aws.Int32(80), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0"), Description: aws.String("http")}}},
	}}))(b)
	return *g.GroupId
}

func launchInput(groupID, token string) *ec2.RunInstancesInput {
	tags := append(runTag("instance"), runTag("volume")...)
	return &ec2.RunInstancesInput{
		ImageId: aws.String(imageID), InstanceType: "t2.micro", MinCount: aws.Int32(1), MaxCount: aws.Int32(1), KeyName: aws.String("scp"),
		SubnetId: aws.String(subnetID), SecurityGroupIds: []string{groupID}, ClientToken: aws.String(token), TagSpecifications: tags,
		MetadataOptions: &types.InstanceMetadataOptionsRequest{HttpTokens: "required", HttpPutResponseHopLimit: aws.Int32(2)},
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: aws.String("/dev/xvda"), Ebs: &types.EbsBlockDevice{
			VolumeSize: aws.Int32(10), VolumeType: "gp2", DeleteOnTermination: aws.Bool(true), Encrypted: aws.Bool(false)}}},
	}
}

// launch prepares, launches and waits until the instance runs.
func (b *bench) launch() (instanceID, groupID string) {
	b.Helper()
	groupID = b.prepare()
	out := must(b.ec2.RunInstances(b.Context(), launchInput(groupID, "T4-1")))(b)
	b.clock.pass(31 * time.Second)
	return *out.Instances[0].InstanceId, groupID
}

func (b *bench) instance(id string) types.Instance {
	b.Helper()
	return must(b.ec2.DescribeInstances(b.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}}))(b).Reservations[0].Instances[0]
}

func TestLaunchStory(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	before := b.account.Inventory()
	groupID := b.prepare()

	in := launchInput(groupID, "T4-1")
	in.DryRun = aws.Bool(true)
	_, err := b.ec2.RunInstances(ctx, in)
	refused(t, err, "DryRunOperation")
	if n := len(b.account.Inventory().Instances); n != 0 {
		t.Fatalf("a dry run made %d instances", n)
	}

	made := must(b.ec2.RunInstances(ctx, launchInput(groupID, "T4-1")))(t).Instances[0]
	id := *made.InstanceId
	if made.State.Name != "pending" || made.PublicIpAddress != nil {
		t.Fatalf("fresh instance is %s with address %v, want pending without", made.State.Name, made.PublicIpAddress)
	}
	b.clock.pass(14 * time.Second)
	if s := b.instance(id).State.Name; s != "pending" {
		t.Fatalf("after 14 s: %s", s)
	}
	b.clock.pass(17 * time.Second)
	i := b.instance(id)
	ip := aws.ToString(i.PublicIpAddress)
	if i.State.Name != "running" || *i.State.Code != 16 || !netip.MustParseAddr(ip).Is4() {
		t.Fatalf("after 31 s: %s, %q", i.State.Name, ip)
	}
	if want := "ec2-" + strings.ReplaceAll(ip, ".", "-") + ".ap-southeast-1.compute.amazonaws.com"; *i.PublicDnsName != want {
		t.Fatalf("public DNS %q, want %q", *i.PublicDnsName, want)
	}
	if i.MetadataOptions.HttpTokens != "required" || *i.MetadataOptions.HttpPutResponseHopLimit != 2 || *i.KeyName != "scp" || *i.ClientToken != "T4-1" {
		t.Fatalf("launch options came back as %+v", i.MetadataOptions)
	}
	if *i.SecurityGroups[0].GroupId != groupID || *i.Tags[0].Value != "SCP100X0219-1" || *i.VpcId != vpcID {
		t.Fatal("group, tags or VPC are lost")
	}
	v := must(b.ec2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{Filters: tagFilter()}))(t).Volumes[0]
	if *v.Size != 10 || v.VolumeType != "gp2" || *v.Iops != 100 || *v.Encrypted || v.State != "in-use" || !*v.Attachments[0].DeleteOnTermination {
		t.Fatalf("volume %+v", v)
	}
	b.tearDown(id, groupID)
	if after := b.account.Inventory().WithoutTerminated(); !reflect.DeepEqual(before, after) {
		t.Fatalf("the account is not as before:\n%+v\n%+v", before, after)
	}
}

// tearDown removes what launch made, meeting AWS's order of things on the way.
func (b *bench) tearDown(id, groupID string) {
	b.Helper()
	ctx := b.Context()
	out := must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(b).TerminatingInstances[0]
	if out.CurrentState.Name != "shutting-down" || out.PreviousState.Name != "running" {
		b.Fatalf("terminate: %s → %s", out.PreviousState.Name, out.CurrentState.Name)
	}
	_, err := b.ec2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: aws.String(groupID)})
	refused(b, err, "DependencyViolation")
	b.clock.pass(36 * time.Second)
	if s := b.instance(id).State.Name; s != "terminated" {
		b.Fatalf("after 36 s: %s", s)
	}
	must(b.ec2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: aws.String(groupID)}))(b)
	must(b.ec2.DeleteKeyPair(ctx, &ec2.DeleteKeyPairInput{KeyName: aws.String("scp")}))(b)
	must(b.ec2.DeleteKeyPair(ctx, &ec2.DeleteKeyPairInput{KeyName: aws.String("scp")}))(b)
	_, err = b.ec2.RunInstances(ctx, launchInput(groupID, "T4-1"))
	refused(b, err, "IdempotentInstanceTerminated")
}

func TestTerminatedIsForgottenAfterAnHour(t *testing.T) {
	b := open(t)
	id, group := b.launch()
	b.tearDown(id, group)
	b.clock.pass(time.Hour)
	_, err := b.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	refused(t, err, "InvalidInstanceID.NotFound")
}

func TestChecksAndConsole(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	ctx := t.Context()
	status := func() types.SummaryStatus {
		return must(b.ec2.DescribeInstanceStatus(ctx, &ec2.DescribeInstanceStatusInput{InstanceIds: []string{id}}))(t).InstanceStatuses[0].InstanceStatus.Status
	}
	console := func() string {
		out := must(b.ec2.GetConsoleOutput(ctx, &ec2.GetConsoleOutputInput{InstanceId: aws.String(id)}))(t)
		text, err := base64.StdEncoding.DecodeString(aws.ToString(out.Output))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if s, c := status(), console(); s != "initializing" || c != "" {
		t.Fatalf("just running: checks %s, console %q", s, c)
	}
	b.clock.pass(91 * time.Second)
	e, ok := b.account.At(*b.instance(id).PublicIpAddress)
	if !ok || e.InstanceID != id || !e.Running() {
		t.Fatalf("the address leads to %+v", e)
	}
	line := "ssh-ed25519 " + base64.StdEncoding.EncodeToString(append([]byte("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"), e.HostKey.Public().(ed25519.PublicKey)...))
	if c := console(); !strings.Contains(c, "-----BEGIN SSH HOST KEY FINGERPRINTS-----") || !strings.Contains(c, line) || !strings.Contains(c, "256 SHA256:") {
		t.Fatalf("console:\n%s", c)
	}
	if s := status(); s != "initializing" {
		t.Fatalf("after 91 s: %s", s)
	}
	b.clock.pass(90 * time.Second)
	if s := status(); s != "ok" {
		t.Fatalf("after 3 min: %s", s)
	}
	_, err := b.ec2.GetConsoleOutput(ctx, &ec2.GetConsoleOutputInput{InstanceId: aws.String(id), Latest: aws.Bool(true)})
	refused(t, err, "UnsupportedOperation")
}

func TestStopAndStart(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	ctx := t.Context()
	first, host := *b.instance(id).PublicIpAddress, b.instance(id).PrivateIpAddress
	must(b.ec2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}}))(t)
	_, err := b.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}})
	refused(t, err, "IncorrectInstanceState")
	b.clock.pass(41 * time.Second)
	if i := b.instance(id); i.State.Name != "stopped" || i.PublicIpAddress != nil {
		t.Fatalf("stopped instance: %s %v", i.State.Name, i.PublicIpAddress)
	}
	must(b.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(31 * time.Second)
	if i := b.instance(id); i.State.Name != "running" || *i.PublicIpAddress == first || *i.PrivateIpAddress != *host {
		t.Fatalf("started again: %s %s", i.State.Name, *i.PublicIpAddress)
	}
	all := must(b.ec2.DescribeInstanceStatus(ctx, &ec2.DescribeInstanceStatusInput{}))(t)
	if len(all.InstanceStatuses) != 1 {
		t.Fatalf("%d statuses", len(all.InstanceStatuses))
	}
}

func TestIdentity(t *testing.T) {
	b := open(t)
	out := must(b.sts.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	if *out.Account != "123456789012" || *out.Arn != b.account.ARN() {
		t.Fatalf("%s %s", *out.Account, *out.Arn)
	}
	strict := open(t, func(o *cloud.Options) { o.AccessKey = "AKIDOTHER" })
	_, err := strict.sts.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	refused(t, err, "InvalidClientTokenId")
	_, err = strict.ec2.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	refused(t, err, "AuthFailure")
}
