package contract

// pretend_test.go: the pretend account, each scenario's its own, on a clock that the scenario moves.

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"tminus/rehearsal/cloud"
)

const (
	region    = "ap-southeast-1"
	accessKey = "AKIDCONTRACT"
	developer = "210987654321" // owns the images that are shared with the account
	account   = "123456789012"
	mfa       = "arn:aws:iam::" + account + ":mfa/operator"
	edKey     = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtwGcWB2gCgPhk scp@rehearsal"
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

func (c *clock) options() cloud.Options {
	im := func(id, owner string, as func(*cloud.Image)) cloud.Image {
		image := cloud.Image{ID: id, Name: "build " + id, Owner: owner, Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, ENA: true, Shared: true}
		as(&image)
		return image
	}
	return cloud.Options{
		Now: c.now, Seed: 9, AccountID: account, Region: region, Alias: "contract", AccessKey: accessKey,
		VPC: cloud.VPC{ID: "vpc-9fcee6f8", CIDR: "172.31.0.0/16", Default: true, Subnets: []cloud.Subnet{
			{ID: "subnet-0a1a1a1a1a1a1a1a1", CIDR: "172.31.0.0/20", Zone: "ap-southeast-1a"},
			{ID: "subnet-0b1b1b1b1b1b1b1b1", CIDR: "172.31.16.0/20", Zone: "ap-southeast-1b"},
		}},
		Images: []cloud.Image{
			im("ami-0a000000000000000", developer, func(*cloud.Image) {}),
			im("ami-0b000000000000000", developer, func(im *cloud.Image) { im.Arch = "arm64" }),
			im("ami-0c000000000000000", developer, func(im *cloud.Image) { im.Virtualization = "paravirtual" }),
			im("ami-0d000000000000000", developer, func(im *cloud.Image) { im.ENA = false }),
			im("ami-0e000000000000000", developer, func(im *cloud.Image) { im.BootMode = "uefi" }),
			im("ami-0f000000000000000", "999999999999", func(im *cloud.Image) { im.Shared = false }),
			im("ami-0aa00000000000000", account, func(im *cloud.Image) { im.IMDSv2, im.Shared = true, false }),
			im("ami-0bb00000000000000", developer, func(im *cloud.Image) { im.Region = "us-east-1" }),
		},
		Roles:  []cloud.Role{{Name: "deployer"}, {Name: "guarded", MFASerial: mfa}},
		Quotas: cloud.Quotas{VCPU: 8},
	}
}

// pretend opens an account for a scenario.
func pretend(t *testing.T, s scenario, json bool) *place {
	t.Helper()
	c := &clock{t: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)}
	opt := c.options()
	if s.given != nil {
		s.given(&opt)
	}
	a, err := cloud.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	transport := &http.Transport{DisableKeepAlives: true} // a connection that is reused may be closed just then
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	p := enter(t, server.URL, transport, json)
	p.now, p.wait = c.now, c.pass
	p.ground = home()
	return p
}

// home is the ground of the pretend account.
func home() ground {
	return ground{
		account: account, vpc: "vpc-9fcee6f8", subnet: "subnet-0a1a1a1a1a1a1a1a1", zone: "ap-southeast-1a", image: "ami-0a000000000000000",
		arm: "ami-0b000000000000000", pv: "ami-0c000000000000000", plain: "ami-0d000000000000000", uefi: "ami-0e000000000000000",
		closed: "ami-0f000000000000000", tokens: "ami-0aa00000000000000",
	}
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

// enter makes the clients of a place. What is refused is not tried again.
func enter(t *testing.T, url string, wire http.RoundTripper, json bool) *place {
	cfg := aws.Config{
		Region: region, BaseEndpoint: aws.String(url), HTTPClient: &http.Client{Transport: readOnly{wire}, Timeout: 30 * time.Second},
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
	return &place{
		ctx: t.Context(), url: url, http: &http.Client{Transport: wire, Timeout: 30 * time.Second},
		ec2: ec2.NewFromConfig(cfg), sts: sts.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg), quotas: servicequotas.NewFromConfig(cfg),
		cw: cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) {
			if json {
				o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801)
			}
		}),
	}
}
