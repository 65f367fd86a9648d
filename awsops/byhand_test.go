package awsops_test

// byhand_test.go: an account in which a person did the launch in the console, and
// what the engine makes of their saying so.

import (
	"crypto/ed25519"
	"encoding/pem"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/ssh"

	"tminus/awsops"
	"tminus/tasks"
)

// byHand is an account in which somebody launched the planned instance in the console.
type byHand struct {
	world
	clock    *clock
	account  *awsops.Account
	hand     *ec2.Client
	flight   *flight
	instance string
	dir      string // the run folder
}

func newByHand(t *testing.T, change func(*ec2.RunInstancesInput)) *byHand {
	t.Helper()
	b := &byHand{clock: newClock()}
	b.world = pretend(t, b.clock, nil)
	dir := t.TempDir()
	b.dir = dir
	b.account = reach(t, b.url, onlyLooks(t), func(o *awsops.Options) { o.RunDir = dir })
	b.hand = console(t, b.world)
	b.flight = newFlight(b.clock, scp())
	ctx := t.Context()
	public, private, err := ed25519.GenerateKey(nil)
	must(t, err)
	key, err := ssh.NewPublicKey(public)
	must(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	must(t, err)
	must(t, os.Mkdir(filepath.Join(dir, "keys"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "keys", "team.pem"), pem.EncodeToMemory(block), 0o600))
	_, err = b.hand.ImportKeyPair(ctx, &ec2.ImportKeyPairInput{KeyName: aws.String("team"), PublicKeyMaterial: ssh.MarshalAuthorizedKey(key)})
	must(t, err)
	group, err := b.hand.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("by-hand"), Description: aws.String("by hand"), VpcId: aws.String("vpc-9fcee6f8")})
	must(t, err)
	for _, port := range []int32{22, 80, 443} {
		_, err = b.hand.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group.GroupId, IpPermissions: []types.IpPermission{{IpProtocol: aws.String("tcp"),
			FromPort: aws.Int32(port), ToPort: aws.Int32(port), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
		must(t, err)
	}
	in := &ec2.RunInstancesInput{ImageId: aws.String("ami-04681a1dbd79675a5"), InstanceType: "t2.micro", MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		KeyName: aws.String("team"), SecurityGroupIds: []string{aws.ToString(group.GroupId)}, SubnetId: aws.String("subnet-0a000000000000001"),
		MetadataOptions:     &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired},
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: aws.String("/dev/sda1"), Ebs: &types.EbsBlockDevice{VolumeSize: aws.Int32(10), VolumeType: types.VolumeTypeGp2}}}}
	if change != nil {
		change(in)
	}
	out, err := b.hand.RunInstances(ctx, in)
	must(t, err)
	b.instance = aws.ToString(out.Instances[0].InstanceId)
	return b
}

// onlyLooks lets nothing through that could change the account.
func onlyLooks(t *testing.T) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if !strings.HasPrefix(op, "Describe") && !strings.HasPrefix(op, "Get") {
				t.Errorf("%s changes the account", op)
			}
			return next.RoundTrip(r)
		}}
	}
}

// state holds what a person says against the world, as the engine would, and learns from a pass.
func (b *byHand) state(t *testing.T, a tasks.Action, said string) tasks.Result {
	t.Helper()
	c := b.flight.call("T4", tasks.Step{})
	c.Facts[a.States[0]] = said
	given := maps.Clone(c.Facts)
	r, err := a.Stated(t.Context(), c)
	must(t, err)
	if r.Verdict == tasks.Pass {
		b.flight.learn(r)
	} else if r.Verdict == tasks.Fail && len(r.Facts) > 0 {
		t.Errorf("something was learnt from what was refused: %v", r.Facts)
	}
	if len(r.Made) > 0 || r.Says == "" {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff(given, c.Facts); d != "" {
		t.Errorf("the call's facts were changed: %s", d)
	}
	return r
}

func wantSays(t *testing.T, r tasks.Result, verdict tasks.Verdict, words ...string) {
	t.Helper()
	if r.Verdict != verdict {
		t.Errorf("%q instead of %q: %s", r.Verdict, verdict, r.Says)
	}
	for _, w := range words {
		if !strings.Contains(r.Says, w) {
			t.Errorf("%q lacks %q", r.Says, w)
		}
	}
}
