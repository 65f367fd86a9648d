package awsops

// account.go: how AWS is reached. The one place where clients are built.

import (
	"context"
	"errors"
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

	Profile string   // of the shared configuration, for the screen; "" = none
	Source  string   // where the credentials come from, in words
	Mend    []string // the command that signs in again when the credentials have run out; nil = there is none
}

// Account is one AWS account in one region. It is safe for concurrent use.
type Account struct {
	opt  Options
	live atomic.Pointer[clients]
}

// clients is everything that has a connection or a memory. A set is never
// changed, only replaced as a whole, so whoever is in the middle of a call ends it with the one it began with.
type clients struct {
	http  *http.Client
	read  reads
	write writes
}

// New makes an account. It opens no connection, reads no file and no environment.
func New(opt Options) *Account {
	a := &Account{opt: opt}
	a.live.Store(a.clients())
	return a
}

// Wake forgets every client and connection and begins with new ones: call it
// when the machine slept. Connections died meanwhile, and what a client worked out
// before may be hours old. Calls in flight end as they would have: with an answer or
// at their timeout. Who we are is asked again before the next effect, as before every one.
func (a *Account) Wake() { a.live.Swap(a.clients()).http.CloseIdleConnections() }

// Close drops idle connections.
func (a *Account) Close() { a.live.Load().http.CloseIdleConnections() }

func (a *Account) read() reads   { return a.live.Load().read }
func (a *Account) write() writes { return a.live.Load().write }

// clients are new ones. Only those that look may repeat a call by themselves.
func (a *Account) clients() *clients {
	over := wired(a.opt)
	asking := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = readAttempts, readBackoff
	})
	return &clients{
		http:  over,
		read: reads{ec2: a.ec2(over, asking), caller: a.sts(over, asking), metrics: a.cloudwatch(over, asking),
			names: a.iam(over, asking), quotas: a.serviceQuotas(over, asking)},
		write: writes{builds: a.ec2(over, aws.NopRetryer{}), alarms: a.cloudwatch(over, aws.NopRetryer{})},
	}
}

// Skew correction is off in every client: an answer that was in flight while a
// laptop slept would date the next signature hours back. A wrong clock is
// refused by AWS instead, and refused.go says what to do.

func (a *Account) ec2(over *http.Client, r aws.Retryer) *ec2.Client {
	return ec2.New(ec2.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: over, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) sts(over *http.Client, r aws.Retryer) *sts.Client {
	return sts.New(sts.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: over, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) cloudwatch(over *http.Client, r aws.Retryer) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: over, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) iam(over *http.Client, r aws.Retryer) *iam.Client {
	return iam.New(iam.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: over, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) serviceQuotas(over *http.Client, r aws.Retryer) *servicequotas.Client {
	return servicequotas.New(servicequotas.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: over, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) endpoint() *string {
	if a.opt.Endpoint == "" {
		return nil
	}
	return &a.opt.Endpoint
}

// Static are credentials that stand in the program, as a pretend world's do.
func Static(id, secret string) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(id, secret, "")
}

func (a *Account) credentials() aws.CredentialsProvider {
	if a.opt.Credentials != nil {
		return a.opt.Credentials
	}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("no AWS credentials were given")
	})
}
