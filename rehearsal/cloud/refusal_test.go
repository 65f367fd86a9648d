package cloud_test

// refusal_test.go: what AWS refuses, the account refuses with the same code.

import (
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestLaunchRefusals(t *testing.T) {
	b := open(t)
	group := b.prepare()
	for _, test := range []struct {
		name, code string
		change     func(*ec2.RunInstancesInput)
	}{
		{"malformed image", "InvalidAMIID.Malformed", func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ami-scp") }},
		{"unknown image", "InvalidAMIID.NotFound", func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ami-00000000000000000") }},
		{"image of others", "InvalidAMIID.NotFound", func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ami-0eeeeeeeeeeeeeeee") }},
		{"unknown type", "InvalidParameterValue", func(in *ec2.RunInstancesInput) { in.InstanceType = "t9.micro" }},
		{"arm image", "InvalidParameterValue", func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ami-0ffffffffffffffff") }},
		{"no ENA on Nitro", "InvalidParameterCombination", func(in *ec2.RunInstancesInput) { in.InstanceType = "t3.micro" }},
		{"unknown key", "InvalidKeyPair.NotFound", func(in *ec2.RunInstancesInput) { in.KeyName = aws.String("nobody") }},
		{"malformed subnet", "InvalidSubnetID.Malformed", func(in *ec2.RunInstancesInput) { in.SubnetId = aws.String("subnet-0") }},
		{"unknown subnet", "InvalidSubnetID.NotFound", func(in *ec2.RunInstancesInput) { in.SubnetId = aws.String("subnet-00000000") }},
		{"no subnet", "VPCIdNotSpecified", func(in *ec2.RunInstancesInput) { in.SubnetId = nil }},
		{"unknown group", "InvalidGroup.NotFound", func(in *ec2.RunInstancesInput) { in.SecurityGroupIds = []string{"sg-00000000000000000"} }},
		{"gp2 with IOPS", "InvalidParameterCombination", func(in *ec2.RunInstancesInput) { in.BlockDeviceMappings[0].Ebs.Iops = aws.Int32(100) }},
		{"small root", "InvalidBlockDeviceMapping", func(in *ec2.RunInstancesInput) { in.BlockDeviceMappings[0].Ebs.VolumeSize = aws.Int32(4) }},
		{"min above max", "InvalidParameterValue", func(in *ec2.RunInstancesInput) { in.MinCount = aws.Int32(2) }},
		{"too many", "VcpuLimitExceeded", func(in *ec2.RunInstancesInput) { in.MinCount, in.MaxCount = aws.Int32(6), aws.Int32(6) }},
		{"reserved tag", "InvalidParameterValue", func(in *ec2.RunInstancesInput) { in.TagSpecifications[0].Tags[0].Key = aws.String("aws:run") }},
		{"parameter it does not know", "UnknownParameter", func(in *ec2.RunInstancesInput) {
			in.HibernationOptions = &types.HibernationOptionsRequest{Configured: aws.Bool(true)}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := launchInput(group, "refused-"+test.name)
			test.change(in)
			_, err := b.ec2.RunInstances(t.Context(), in)
			refused(t, err, test.code)
			if n := len(b.account.Inventory().Instances); n != 0 {
				t.Fatalf("a refused launch left %d instances", n)
			}
		})
	}
}

func TestIdempotency(t *testing.T) {
	b := open(t)
	group := b.prepare()
	ctx := t.Context()
	first := *must(b.ec2.RunInstances(ctx, launchInput(group, "one")))(t).Instances[0].InstanceId
	for _, test := range []struct {
		name, token, code string
		change            func(*ec2.RunInstancesInput)
		same              bool
	}{
		{"same token, same parameters", "one", "", func(*ec2.RunInstancesInput) {}, true},
		{"same token, other type", "one", "IdempotentParameterMismatch", func(in *ec2.RunInstancesInput) { in.InstanceType = "t2.small" }, false},
		{"same token, other tags", "one", "IdempotentParameterMismatch", func(in *ec2.RunInstancesInput) { in.TagSpecifications = nil }, false},
		{"other token", "two", "", func(*ec2.RunInstancesInput) {}, false},
		{"token too long", "0123456789012345678901234567890123456789012345678901234567890123456789", "InvalidParameterValue", func(*ec2.RunInstancesInput) {}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := launchInput(group, test.token)
			test.change(in)
			out, err := b.ec2.RunInstances(t.Context(), in)
			if test.code != "" {
				refused(t, err, test.code)
				return
			}
			if id := *must(out, err)(t).Instances[0].InstanceId; (id == first) != test.same {
				t.Fatalf("got %s after %s", id, first)
			}
		})
	}
	found := must(b.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []types.Filter{{Name: aws.String("client-token"), Values: []string{"one"}}}}))(t)
	if len(found.Reservations) != 1 || *found.Reservations[0].Instances[0].InstanceId != first {
		t.Fatal("the client token does not find its instance")
	}
	// The token holds even when the launch it stands for could no longer be made.
	must(b.ec2.DeleteKeyPair(ctx, &ec2.DeleteKeyPairInput{KeyName: aws.String("scp")}))(t)
	if id := *must(b.ec2.RunInstances(ctx, launchInput(group, "one")))(t).Instances[0].InstanceId; id != first {
		t.Fatal("a repeated token launched again")
	}
}

func TestOneTokenManyCallers(t *testing.T) {
	b := open(t)
	group := b.prepare()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := b.ec2.RunInstances(t.Context(), launchInput(group, "one")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(b.account.Inventory().Instances); n != 1 {
		t.Fatalf("one token launched %d instances", n)
	}
}

func TestKeyAndGroupRefusals(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	group := b.prepare()
	_, err := b.ec2.ImportKeyPair(ctx, &ec2.ImportKeyPairInput{KeyName: aws.String("scp"), PublicKeyMaterial: []byte(edKey)})
	refused(t, err, "InvalidKeyPair.Duplicate")
	for _, junk := range []string{"ssh-ed25519 AAAA", "\xff\xfe", "ssh-dss AAAAB3NzaC1kc3MAAACB", edKey + "\n" + edKey, "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQE="} {
		_, err = b.ec2.ImportKeyPair(ctx, &ec2.ImportKeyPairInput{KeyName: aws.String("junk"), PublicKeyMaterial: []byte(junk)})
		refused(t, err, "InvalidKey.Format")
	}
	key := must(b.ec2.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{Filters: tagFilter(), IncludePublicKey: aws.Bool(true)}))(t).KeyPairs[0]
	if *key.PublicKey != edKey || key.KeyType != "ed25519" || *key.KeyName != "scp" {
		t.Fatalf("key pair %+v", key)
	}
	_, err = b.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("scp-web"), Description: aws.String("again"), VpcId: aws.String(vpcID)})
	refused(t, err, "InvalidGroup.Duplicate")
	ssh := []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []types.IpRange{{CidrIp: aws.String("203.0.113.0/24")}}}}
	_, err = b.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: ssh})
	refused(t, err, "InvalidPermission.Duplicate")
	must(b.ec2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: ssh}))(t)
	_, err = b.ec2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: ssh})
	refused(t, err, "InvalidPermission.NotFound")
	g := must(b.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: tagFilter()}))(t).SecurityGroups[0]
	if len(g.IpPermissions) != 1 || *g.IpPermissions[0].IpRanges[0].Description != "http" || len(g.IpPermissionsEgress) != 1 {
		t.Fatalf("group %+v", g)
	}
}

func TestReads(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	im := must(b.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}))(t).Images
	if len(im) != 1 || *im[0].OwnerId != "210987654321" || im[0].BootMode != "legacy-bios" || *im[0].BlockDeviceMappings[0].Ebs.VolumeSize != 8 {
		t.Fatalf("images shared with us: %+v", im)
	}
	m := must(b.ec2.DescribeInstanceTypes(ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{"t2.micro"}}))(t).InstanceTypes[0]
	if *m.VCpuInfo.DefaultVCpus != 1 || *m.MemoryInfo.SizeInMiB != 1024 || m.Hypervisor != "xen" || m.SupportedBootModes[0] != "legacy-bios" || len(m.ProcessorInfo.SupportedArchitectures) != 2 {
		t.Fatalf("t2.micro %+v", m)
	}
	if n := len(must(b.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{vpcID}}}}))(t).Subnets); n != 2 {
		t.Fatalf("%d subnets", n)
	}
	if n := len(must(b.ec2.DescribeAvailabilityZones(ctx, &ec2.DescribeAvailabilityZonesInput{}))(t).AvailabilityZones); n != 2 {
		t.Fatalf("%d zones", n)
	}
	if n := len(must(b.ec2.DescribeTags(ctx, &ec2.DescribeTagsInput{}))(t).Tags); n != 4 {
		t.Fatalf("%d tags, want those of instance, volume, key and group", n)
	}
	must(b.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("")}}}))(t)
	if n := len(b.instance(id).Tags); n != 2 {
		t.Fatalf("%d tags on the instance", n)
	}
	_, err := b.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []types.Filter{{Name: aws.String("colour"), Values: []string{"red"}}}})
	refused(t, err, "InvalidParameterValue")
	_, err = b.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{"i-1"}})
	refused(t, err, "InvalidInstanceID.Malformed")
	_, err = b.ec2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{"vpc-00000000"}})
	refused(t, err, "InvalidVpcID.NotFound")
	_, err = b.ec2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	refused(t, err, "InvalidAction")
}

func TestPages(t *testing.T) {
	b := open(t)
	b.clock.pass(time.Second)
	pages := ec2.NewDescribeInstanceTypesPaginator(b.ec2, &ec2.DescribeInstanceTypesInput{MaxResults: aws.Int32(5)})
	seen := map[types.InstanceType]bool{}
	for pages.HasMorePages() {
		for _, m := range must(pages.NextPage(t.Context()))(t).InstanceTypes {
			seen[m.InstanceType] = true
		}
	}
	if len(seen) != 18 {
		t.Fatalf("pages showed %d types of 18", len(seen))
	}
}
