package awsops

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks/plan"
)

// TestRulesInWords: a planned rule and the same rule as EC2 tells it read alike,
// and what the plan cannot say is never mistaken for it.
func TestRulesInWords(t *testing.T) {
	for _, p := range []plan.Port{{Port: 22, From: "0.0.0.0/0"}, {Port: 443, From: "::/0"}, {Port: 80, From: "10.1.2.3/8"}, {Port: 80, From: "2001:DB8::1/32"}} {
		if got := spoken(permission(p)); len(got) != 1 || got[0] != planned(p) {
			t.Errorf("%q was planned, %q is told", planned(p), got)
		}
	}
	wide := types.IpPermission{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}
	if got := spoken(wide); got[0] != "everything from 0.0.0.0/0" {
		t.Error(got)
	}
	span := types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(80), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: aws.String("sg-1")}}}
	if got := spoken(span); got[0] != "tcp/22-80 from sg-1" {
		t.Error(got)
	}
}

func TestDescribable(t *testing.T) {
	if got := describable("the team’s SSH\n<x>"); got != "the team s SSH x " {
		t.Errorf("%q", got)
	}
}
