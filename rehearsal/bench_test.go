package rehearsal_test

// bench_test.go: the world as the tests drive it: real AWS, SSH and HTTP clients, on a clock of ours.

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"tminus/rehearsal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is pretend time that moves only when told, or when somebody sleeps.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.pass(d)
	return ctx.Err()
}

// bench is a world with clients in it.
type bench struct {
	*testing.T
	*rehearsal.World
	clock   *clock
	ec2     *ec2.Client
	private ed25519.PrivateKey
	signer  ssh.Signer
}

func open(t *testing.T, path string, faults ...string) *bench {
	t.Helper()
	c := &clock{t: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)}
	return reopen(t, c, path, faults...)
}

func reopen(t *testing.T, c *clock, path string, faults ...string) *bench {
	t.Helper()
	return enter(t, c, rehearsal.Options{Seed: 3, Path: path, Faults: faults})
}

// enter opens a world and goes in with clients.
func enter(t *testing.T, c *clock, opt rehearsal.Options) *bench {
	t.Helper()
	opt.Now, opt.Sleep = c.now, c.sleep
	w, err := rehearsal.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	l, err := rehearsal.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- w.ServeAWS(l) }()
	transport := &http.Transport{DisableKeepAlives: true} // under the race detector a reused one was now and then closed just then
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		w.Close()
		<-served
	})
	id, secret := w.Credentials()
	cfg := aws.Config{
		Region: rehearsal.Region, BaseEndpoint: aws.String("http://" + l.Addr().String()), HTTPClient: &http.Client{Transport: readOnly{transport}},
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{T: t, World: w, clock: c, ec2: ec2.NewFromConfig(cfg), private: private, signer: signer}
}

// readOnly hides that smithy-go's body can write itself: closed early, its WriteTo fails with io.EOF, and
// net/http then closes the connection below the answer. awsops does the same (wire.go).
type readOnly struct{ http.RoundTripper }

func (t readOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r = r.WithContext(r.Context())
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return t.RoundTripper.RoundTrip(r)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func refused(t testing.TB, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Fatalf("got %v, want a refusal with %s", err, code)
	}
}

// prepare imports the key and makes a group that lets SSH and HTTP in.
func (b *bench) prepare() (groupID string) {
	b.Helper()
	ctx := b.Context()
	must(b.ec2.ImportKeyPair(ctx, &ec2.ImportKeyPairInput{KeyName: aws.String("scp"), PublicKeyMaterial: ssh.MarshalAuthorizedKey(b.signer.PublicKey())}))(b)
	groupID = *must(b.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("scp"), Description: aws.String("scp"), VpcId: aws.String(rehearsal.VPCID)}))(b).GroupId
	for _, port := range []int32{22, 80, 443} {
		must(b.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &groupID, IpPermissions: []types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}}))(b)
	}
	return groupID
}

func (b *bench) run(groupID, token string) (*ec2.RunInstancesOutput, error) {
	subnet := must(b.ec2.DescribeSubnets(b.Context(), &ec2.DescribeSubnetsInput{}))(b).Subnets[0]
	return b.ec2.RunInstances(b.Context(), &ec2.RunInstancesInput{
		ImageId: aws.String(rehearsal.ImageID), InstanceType: "t2.micro", MinCount: aws.Int32(1), MaxCount: aws.Int32(1), KeyName: aws.String("scp"),
		SubnetId: subnet.SubnetId, SecurityGroupIds: []string{groupID}, ClientToken: &token,
	})
}

// launch brings up an instance, with its services, and returns its id and automatic address.
func (b *bench) launch() (id, ip string) {
	b.Helper()
	id = *must(b.run(b.prepare(), "T4-1"))(b).Instances[0].InstanceId
	b.clock.pass(90 * time.Second)
	return id, b.address(id)
}

func (b *bench) address(id string) string {
	b.Helper()
	i := must(b.ec2.DescribeInstances(b.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}}))(b).Reservations[0].Instances[0]
	return aws.ToString(i.PublicIpAddress)
}

// get fetches a page over a connection of its own.
func (b *bench) get(url string) (status int, body string, err error) {
	transport := &http.Transport{DialContext: b.Dial, DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Get(url)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// shell runs a command over SSH and returns what it printed and the host key's fingerprint.
func (b *bench) shell(addr, command string) (out, hostKey string, err error) {
	c, err := b.Dial(b.Context(), "tcp", addr)
	if err != nil {
		return "", "", err
	}
	conn, chans, reqs, err := ssh.NewClientConn(c, addr, &ssh.ClientConfig{User: "ec2-user", Auth: []ssh.AuthMethod{ssh.PublicKeys(b.signer)},
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error { hostKey = ssh.FingerprintSHA256(key); return nil }})
	if err != nil {
		c.Close()
		return "", "", err
	}
	client := ssh.NewClient(conn, chans, reqs)
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return "", "", err
	}
	text, err := session.Output(command)
	return string(text), hostKey, err
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
