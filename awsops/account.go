package awsops

// account.go: how AWS is reached. The one place where clients are built.

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

const (
	attemptTimeout = 10 * time.Second // real time, of one attempt of one call
	readAttempts   = 3
	readBackoff    = 2 * time.Second // at most, between attempts of a read
)

// Options say which account is flown and how it is reached.
type Options struct {
	Endpoint    string                  // base URL of every service; "" = AWS
	Credentials aws.CredentialsProvider // nil: every call fails and says so; no chain is walked, no metadata service asked
	Region      string
	HTTP        *http.Client      // its Transport is used; nil = an own one
	RunDir      string            // keys/ lives there
	Log         func(tasks.Trace) // hears of every call made, also the sensors'; may be nil

	// OpenKey opens a key file of the plan's that is PuTTY's or has a passphrase: its public half, and
	// the fingerprints that EC2 may keep of it. It may ask a person. nil = such a file is refused.
	OpenKey func(ctx context.Context, path, shown string) (public ssh.PublicKey, prints []string, err error)
	// PuTTY writes a key that was made here in PuTTY's format too; nil = it is not wanted.
	PuTTY func(w io.Writer, private crypto.PrivateKey, comment string) error

	Profile string   // of the shared configuration, for the screen; "" = none
	Source  string   // where the credentials come from, in words
	Mend    []string // the command that signs in again when the credentials have run out; nil = there is none

	Endpoints map[string]string // base URL by the SDK's id of a service; before Endpoint
	FIPS      bool              // AWS's addresses are the ones of FIPS 140, or those that know IPv6 too
	DualStack bool
	Roots     *x509.CertPool // whom to trust; nil = the system's
	Proxied   bool           // the environment's proxy is used, also towards a given endpoint
}

// Account is one AWS account in one region. It is safe for concurrent use.
type Account struct {
	opt  Options
	live atomic.Pointer[clients]

	called atomic.Pointer[named] // the account's alias, when it was asked for last
	proved atomic.Pointer[proof] // whose credentials were last seen to be the plan account's
}

// clients is everything that has a connection or a memory. A set is never
// changed, only replaced as a whole, so whoever is in the middle of a call ends it with the one it began with.
type clients struct {
	http    *http.Client
	session *session // nil: no credentials were given
	read    reads
	write   writes
}

// New makes an account. It opens no connection, reads no file and no environment.
func New(opt Options) *Account {
	a := &Account{opt: opt}
	a.live.Store(a.clients())
	return a
}

// Wake forgets every client and connection, and the credentials, and begins with new ones; only
// what an MFA code has given is kept by the settings while it is good. Call it when the machine slept, or somebody signed in again. Connections died meanwhile, and
// what a client worked out before may be hours old. Calls in flight end as they would have:
// with an answer or at their timeout; a question still open is taken back and asked anew. Who
// we are is asked again before the next effect, as before every one.
func (a *Account) Wake() { a.live.Swap(a.clients()).close() }

// Close drops idle connections and takes open questions back.
func (a *Account) Close() { a.live.Load().close() }

func (c *clients) close() {
	c.http.CloseIdleConnections()
	if c.session != nil {
		c.session.end()
	}
}

func (a *Account) read() reads   { return a.live.Load().read }
func (a *Account) write() writes { return a.live.Load().write }

// clients are new ones. Only those that look may repeat a call by themselves.
func (a *Account) clients() *clients {
	c := &clients{http: wired(a.opt)}
	if a.opt.Credentials != nil {
		c.session = newSession(a.opt.Credentials)
	}
	asking := repeats{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = readAttempts, readBackoff
	})}
	c.read = reads{ec2: a.ec2(c, asking), caller: a.sts(c, asking), metrics: a.cloudwatch(c, asking),
		names: a.iam(c, asking), quotas: a.serviceQuotas(c, asking)}
	c.write = writes{builds: a.ec2(c, aws.NopRetryer{}), alarms: a.cloudwatch(c, aws.NopRetryer{})}
	return c
}

// Skew correction is off in every client: an answer that was in flight while a
// laptop slept would date the next signature hours back. A wrong clock is
// refused by AWS instead, and refused.go says what to do.

func (a *Account) ec2(c *clients, r aws.Retryer) *ec2.Client {
	return ec2.New(ec2.Options{Region: a.opt.Region, Credentials: c.credentials(), HTTPClient: c.http, Retryer: r,
		BaseEndpoint: a.endpoint(ec2.ServiceID), EndpointOptions: ec2.EndpointResolverOptions{UseFIPSEndpoint: a.fips(), UseDualStackEndpoint: a.dualStack()},
		Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) sts(c *clients, r aws.Retryer) *sts.Client {
	return sts.New(sts.Options{Region: a.opt.Region, Credentials: c.credentials(), HTTPClient: c.http, Retryer: r,
		BaseEndpoint: a.endpoint(sts.ServiceID), EndpointOptions: sts.EndpointResolverOptions{UseFIPSEndpoint: a.fips(), UseDualStackEndpoint: a.dualStack()},
		Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) cloudwatch(c *clients, r aws.Retryer) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{Region: a.opt.Region, Credentials: c.credentials(), HTTPClient: c.http, Retryer: r,
		BaseEndpoint: a.endpoint(cloudwatch.ServiceID), EndpointOptions: cloudwatch.EndpointResolverOptions{UseFIPSEndpoint: a.fips(), UseDualStackEndpoint: a.dualStack()},
		Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) iam(c *clients, r aws.Retryer) *iam.Client {
	return iam.New(iam.Options{Region: a.opt.Region, Credentials: c.credentials(), HTTPClient: c.http, Retryer: r,
		BaseEndpoint: a.endpoint(iam.ServiceID), EndpointOptions: iam.EndpointResolverOptions{UseFIPSEndpoint: a.fips(), UseDualStackEndpoint: a.dualStack()},
		Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) serviceQuotas(c *clients, r aws.Retryer) *servicequotas.Client {
	return servicequotas.New(servicequotas.Options{Region: a.opt.Region, Credentials: c.credentials(), HTTPClient: c.http, Retryer: r,
		BaseEndpoint: a.endpoint(servicequotas.ServiceID), EndpointOptions: servicequotas.EndpointResolverOptions{UseFIPSEndpoint: a.fips(), UseDualStackEndpoint: a.dualStack()},
		Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

// keyID is the id of the access key that signs now, "" where nothing can be signed.
func (c *clients) keyID(ctx context.Context) string {
	if c.session == nil {
		return ""
	}
	have, _ := c.session.Retrieve(ctx) // the call itself tells why there are none
	return have.AccessKeyID
}

// Static are credentials that stand in the program, as a pretend world's do.
func Static(id, secret string) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(id, secret, "")
}

func (c *clients) credentials() aws.CredentialsProvider {
	if c.session != nil {
		return c.session
	}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("no AWS credentials were given")
	})
}
