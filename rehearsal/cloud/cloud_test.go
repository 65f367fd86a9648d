package cloud_test

// cloud_test.go: the account as the tests drive it: real AWS clients against a loopback server, on a clock of ours.

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"go.uber.org/goleak"

	"tminus/rehearsal/cloud"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	imageID  = "ami-05c100a0219f00d00"
	subnetID = "subnet-0a1a1a1a1a1a1a1a1"
	vpcID    = "vpc-9fcee6f8"
	edKey    = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtwGcWB2gCgPhk scp@rehearsal"
)

// clock is pretend time that moves only when told.
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

// bench is an account with clients on it.
type bench struct {
	*testing.T
	clock   *clock
	account *cloud.Account
	url     string
	ec2     *ec2.Client
	sts     *sts.Client
	cw      *cloudwatch.Client
}

func options(c *clock) cloud.Options {
	return cloud.Options{
		Now: c.now, Seed: 7, AccountID: "123456789012", Region: "ap-southeast-1", Alias: "scp-rehearsal", AccessKey: "AKIDPRETEND",
		VPC: cloud.VPC{ID: vpcID, CIDR: "172.31.0.0/16", Subnets: []cloud.Subnet{
			{ID: subnetID, CIDR: "172.31.0.0/20", Zone: "ap-southeast-1a"},
			{ID: "subnet-0b1b1b1b1b1b1b1b1", CIDR: "172.31.16.0/20", Zone: "ap-southeast-1b"},
		}},
		Images: []cloud.Image{
			{ID: imageID, Name: "scp-build-1.0.0", Owner: "210987654321", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, BootMode: "legacy-bios", Shared: true},
			{ID: "ami-0ffffffffffffffff", Name: "arm", Owner: "123456789012", Arch: "arm64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, BootMode: "uefi", ENA: true},
			{ID: "ami-0eeeeeeeeeeeeeeee", Name: "secret", Owner: "999999999999", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8},
		},
	}
}

func newClock() *clock { return &clock{t: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)} }

func open(t *testing.T, change ...func(*cloud.Options)) *bench {
	t.Helper()
	c := newClock()
	opt := options(c)
	for _, f := range change {
		f(&opt)
	}
	a, err := cloud.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, c, a)
}

func serve(t *testing.T, c *clock, a *cloud.Account) *bench {
	srv := httptest.NewServer(a.Handler())
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(func() { transport.CloseIdleConnections(); srv.Close() })
	cfg := aws.Config{
		Region: "ap-southeast-1", BaseEndpoint: aws.String(srv.URL), HTTPClient: &http.Client{Transport: readOnly{transport}},
		Credentials: credentials.NewStaticCredentialsProvider("AKIDPRETEND", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
	return &bench{T: t, clock: c, account: a, url: srv.URL, ec2: ec2.NewFromConfig(cfg), sts: sts.NewFromConfig(cfg), cw: cloudwatch.NewFromConfig(cfg)}
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

// must returns a client's answer or ends the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused checks that err is AWS's refusal with the code.
func refused(t testing.TB, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Fatalf("got %v, want a refusal with %s", err, code)
	}
}
