package awsops_test

// adopt_test.go: an instance launched by hand passes the checks of a launch, or is
// refused with what to change.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestAdoptionIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		launch func(*ec2.RunInstancesInput)
		after  func(*testing.T, *byHand)
		plan   func(*plan.Plan)
		words  []string // what is wrong, and what to change
	}{
		"metadata service": {launch: func(in *ec2.RunInstancesInput) { in.MetadataOptions.HttpTokens = types.HttpTokensStateOptional },
			words: []string{"metadata service is optional, planned required", "modify-instance-metadata-options"}},
		"no key pair":      {launch: func(in *ec2.RunInstancesInput) { in.KeyName = nil }, words: []string{"key pair is none", "launch another with the key pair"}},
		"another key pair": {plan: instance(func(in *plan.Instance) { in.KeyPair = "scp" }), words: []string{"key pair is team, planned scp"}},
		"smaller volume": {launch: func(in *ec2.RunInstancesInput) { in.BlockDeviceMappings = nil },
			words: []string{"root volume is 8 GB of gp2, not encrypted, planned 10 GB of gp2, not encrypted", "planned volume"}},
		"encrypted":     {launch: func(in *ec2.RunInstancesInput) { in.BlockDeviceMappings[0].Ebs.Encrypted = aws.Bool(true) }, words: []string{"root volume is 10 GB of gp2, encrypted"}},
		"another group": {launch: func(in *ec2.RunInstancesInput) { in.SecurityGroupIds = nil }, words: []string{"lets in", "planned tcp/22", "correct its rules"}},
		"another rule": {after: func(t *testing.T, b *byHand) {
			out, err := b.hand.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{{Name: aws.String("group-name"), Values: []string{"by-hand"}}}})
			must(t, err)
			_, err = b.hand.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: out.SecurityGroups[0].GroupId, IpPermissions: []types.IpPermission{{IpProtocol: aws.String("tcp"),
				FromPort: aws.Int32(3306), ToPort: aws.Int32(3306), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
			must(t, err)
		}, words: []string{"tcp/3306", "correct its rules"}},
		"key file that others read": {after: func(t *testing.T, b *byHand) {
			must(t, os.Chmod(filepath.Join(b.dir, "keys", "team.pem"), 0o640))
		}, words: []string{"keys/team.pem has mode", "0600"}},
		"image that does not fit": {plan: instance(func(in *plan.Instance) { in.Volume.SizeGB = 7 }), words: []string{"image needs 8 GB and the plan gives 7 GB", "root volume is 10 GB"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newByHand(t, tt.launch)
			if tt.after != nil {
				tt.after(t, b)
			}
			if tt.plan != nil {
				tt.plan(b.flight.plan)
			}
			b.clock.Wait(t.Context(), 6*time.Minute)
			wantSays(t, b.state(t, b.account.Launch(scp()), b.instance), tasks.Fail, append(tt.words, b.instance)...)
		})
	}
}

// TestAdoptionWaits: the status checks are waited for, and what was launched by hand stays in a rollback.
func TestAdoptionWaits(t *testing.T) {
	b := newByHand(t, nil)
	began := b.clock.Now()
	r := b.state(t, b.account.Launch(scp()), b.instance)
	wantSays(t, r, tasks.Pass, "a rollback leaves it as it is")
	if waited := b.clock.Now().Sub(began); waited < time.Minute || !strings.Contains(strings.Join(b.flight.told, "\n"), "instance check initializing") {
		t.Errorf("waited %s, told %q", waited, b.flight.told)
	}
	must(t, os.Remove(filepath.Join(b.dir, "keys", "team.pem")))
	r = b.state(t, b.account.Launch(scp()), b.instance)
	wantSays(t, r, tasks.Pass)
	open := ""
	for _, row := range r.Rows {
		if row.Name == "key file" && row.Verdict == tasks.Inconclusive {
			open = row.Says
		}
	}
	if !strings.Contains(open, "keys/team.pem is not in the run folder") {
		t.Errorf("%+v", r.Rows)
	}
}
