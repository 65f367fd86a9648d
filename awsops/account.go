package awsops

// account.go: how AWS is reached. The one place where clients are built.

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
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
}

// Account is one AWS account in one region. It is safe for concurrent use.
type Account struct {
	opt   Options
	http  *http.Client
	read  reads
	write writes
}

// New makes an account. It opens no connection, reads no file and no environment.
func New(opt Options) *Account {
	a := &Account{opt: opt, http: wired(opt)}
	asking := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = readAttempts, readBackoff
	})
	a.read = reads{ec2: a.ec2(asking), caller: a.sts(asking), metrics: a.cloudwatch(asking)}
	a.write = a.ec2(aws.NopRetryer{})
	return a
}

// Close drops idle connections. The account stays usable: call it when the
// machine slept, so that nothing is sent down a connection that died meanwhile.
func (a *Account) Close() { a.http.CloseIdleConnections() }

// Skew correction is off in every client: an answer that was in flight while a
// laptop slept would date the next signature hours back. A wrong clock is
// refused by AWS instead, and refused.go says what to do.

func (a *Account) ec2(r aws.Retryer) *ec2.Client {
	return ec2.New(ec2.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: a.http, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) sts(r aws.Retryer) *sts.Client {
	return sts.New(sts.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: a.http, Retryer: r,
		BaseEndpoint: a.endpoint(), Logger: logging.Nop{}, DisableClockSkewCorrection: true})
}

func (a *Account) cloudwatch(r aws.Retryer) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{Region: a.opt.Region, Credentials: a.credentials(), HTTPClient: a.http, Retryer: r,
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
