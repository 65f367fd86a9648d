package cloud

// hostile_test.go: whatever a request carries, an operation answers it or refuses it; it never breaks.

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// hostileWords are values that no parameter is meant to have, and some that many have.
func hostileWords() []string {
	return []string{"", "0", "-1", "99999999999999999999", "true", "\x00", "i-00000000", "sg-00000000", "vpc-9fcee6f8", "self", "eni-00000000", "ami-05c100a0219f00d00",
		"subnet-0a1a1a1a1a1a1a1a1", "t2.micro", "::/0", "300.0.0.0/8", "tcp", strings.Repeat("x", 4000), "*", "é\u202e"}
}

func TestNoRequestBreaksAnOperation(t *testing.T) {
	singles := strings.Fields(`InstanceId NetworkInterfaceId AllocationId AssociationId PublicIp PrivateIpAddress GroupId GroupName GroupDescription VpcId
		SubnetId ImageId InstanceType MinCount MaxCount KeyName KeyPairId KeyType KeyFormat PublicKeyMaterial Attribute Value LocationType Domain ClientToken
		NextToken MaxResults HttpTokens HttpEndpoint HttpPutResponseHopLimit IpProtocol FromPort ToPort CidrIp AllRegions IncludeDeprecated UserData
		CreditSpecification.CpuCredits InstanceType.Value SourceDestCheck.Value`)
	lists := strings.Fields(`InstanceId VolumeId SnapshotId ImageId GroupId GroupName SubnetId VpcId RouteTableId InternetGatewayId NetworkAclId NetworkInterfaceId
		Owner ExecutableBy RestorableBy InstanceType RegionName ZoneName AttributeName ResourceId SecurityGroupId SecurityGroupRuleId AllocationId KeyName
		Filter.1.Value Tag.1.Key`)
	fixed := []string{"Filter.1.Name=tag:a", "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=1&IpPermissions.1.ToPort=2&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0",
		"SecurityGroupRule.1.SecurityGroupRuleId=sgr-1", "NetworkInterface.1.DeviceIndex=0", "BlockDeviceMapping.1.DeviceName=/dev/xvda&BlockDeviceMapping.1.Ebs.VolumeSize=-5"}
	a, err := New(Options{Now: func() time.Time { return time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC) }, Seed: 7, AccountID: "123456789012", Region: "ap-southeast-1",
		VPC:    VPC{ID: "vpc-9fcee6f8", CIDR: "172.31.0.0/16", Subnets: []Subnet{{ID: "subnet-0a1a1a1a1a1a1a1a1", CIDR: "172.31.0.0/28", Zone: "ap-southeast-1a"}}},
		Images: []Image{{ID: "ami-05c100a0219f00d00", Owner: "123456789012", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8}}})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	ask := func(op, region, query string) {
		t.Helper()
		f, err := parseForm([]byte("Action=" + op + "&Version=2016-11-15&" + query))
		if err != nil {
			return
		}
		asked++
		f.text("Action")
		f.text("Version")
		_, err = a.ec2(&incoming{Request: Request{Service: "ec2", Operation: op, Region: region}, form: f}, a.opt.Now())
		var refused *apiError
		if err != nil && !errors.As(err, &refused) {
			t.Errorf("%s in %q with %.200q: %v", op, region, query, err)
		}
	}
	words, turn := hostileWords(), 0
	next := func() string { // each parameter of each operation gets a few of the words, and all are used over and over
		turn++
		return url.QueryEscape(words[turn%len(words)])
	}
	for op := range ec2Operations() {
		for _, region := range []string{"", "us-east-1"} {
			ask(op, region, "")
			for _, rest := range fixed {
				ask(op, region, fmt.Sprintf("InstanceId=i-00000000&GroupId=%s&%s", url.QueryEscape(a.state.Groups[0].ID), rest))
			}
			for _, name := range singles {
				ask(op, region, name+"="+next())
			}
			for _, name := range lists {
				ask(op, region, name+".1="+next())
			}
		}
	}
	if asked < 5_000 {
		t.Errorf("only %d requests were asked", asked)
	}
}
