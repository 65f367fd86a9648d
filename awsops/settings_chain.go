package awsops

// settings_chain.go: the credentials themselves, retrieved when a call needs them, and what it
// means when there are none. No text of a credential provider is shown as it comes: some quote secrets.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// roleTime is how long an assumed role lasts where the profile does not say; the SDK's own
// quarter of an hour would ask for MFA codes all day. No role allows less.
const roleTime = time.Hour

const metadataTimeout = 2 * time.Second // of one answer of the instance metadata service

// session is the credentials of one set of clients: retrieved at the first call, renewed before
// they run out, forgotten with the set.
type session struct {
	from  aws.CredentialsProvider
	cache *aws.CredentialsCache
	held  atomic.Pointer[unsigned] // why nothing is tried any more; nil = something may be
	end   context.CancelFunc       // takes open questions back
}

func newSession(from aws.CredentialsProvider) *session {
	ctx, end := context.WithCancel(context.Background())
	s := &session{from: from, end: end}
	retrieve := func(context.Context) (aws.Credentials, error) {
		// Not the caller's context: a sensor that gives up takes no question from whoever is typing the answer.
		ctx, cancel := context.WithTimeout(ctx, mfaPatience)
		defer cancel()
		return from.Retrieve(ctx)
	}
	s.cache = aws.NewCredentialsCache(aws.CredentialsProviderFunc(retrieve), func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = attemptTimeout })
	return s
}

// Retrieve returns the credentials, cached or new.
func (s *session) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if no := s.held.Load(); no != nil {
		return aws.Credentials{}, no
	}
	c, err := s.cache.Retrieve(ctx)
	if no := (*unsigned)(nil); errors.As(err, &no) && no.hold {
		s.held.Store(no)
	}
	return c, err
}

// Retrieve reads the configuration anew, as it may have changed, and gets credentials by it; or
// those that a code has given already, while they serve.
func (s *Settings) Retrieve(ctx context.Context) (aws.Credentials, error) {
	from, chain, err := s.provider(ctx)
	if err != nil {
		return aws.Credentials{}, &unsigned{kind: reading.Failed, says: s.misread(err).Error(), err: err}
	}
	if have := s.kept.Load(); have != nil && !s.doubted.Swap(false) && have.serves(chain) {
		return have.credentials, nil
	}
	s.kept.Store(nil)
	c, err := from.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, s.unsigned(ctx, err)
	}
	s.wrong.Store(0)
	if chain.coded {
		s.kept.Store(&keptRole{credentials: c, of: chain})
		s.doubted.Store(false)
	}
	return c, nil
}

// provider gives the credentials as the configuration now says, and tells the roles on the way to them.
func (s *Settings) provider(ctx context.Context) (aws.CredentialsProvider, roleChain, error) {
	var chain roleChain
	role := func(o *stscreds.AssumeRoleOptions) {
		chain.add(o)
		s.role(ctx, o)
	}
	options := []func(*config.LoadOptions) error{config.WithLogger(logging.Nop{}), config.WithRegion(s.Region), config.WithRetryMaxAttempts(2),
		config.WithDefaultsMode(aws.DefaultsModeStandard), // "auto" would ask the instance metadata service
		// No connection outlives the few calls of a sign-in.
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(attemptTimeout).WithTransportOptions(func(t *http.Transport) { t.DisableKeepAlives = true })),
		config.WithAssumeRoleCredentialOptions(role),
		config.WithEC2RoleCredentialOptions(func(o *ec2rolecreds.Options) { o.Client = s.machine() }),
		config.WithWebIdentityRoleCredentialOptions(func(o *stscreds.WebIdentityRoleOptions) {
			if c, ok := o.Client.(*sts.Client); ok {
				o.Client = s.sts(c)
			}
		})}
	if s.wish.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(s.wish.Profile))
	}
	if s.origin.kind != ofProcess {
		cfg, err := config.LoadDefaultConfig(ctx, options...)
		return cfg.Credentials, chain, err
	}
	// The SDK would give the command our keyboard and our screen.
	cfg, err := config.LoadDefaultConfig(ctx, append(options, config.WithCredentialsProvider(processcreds.NewProvider(quiet(s.origin.first.CredentialProcess))))...)
	for _, p := range s.origin.roles {
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), p.RoleARN, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName, o.Duration = p.RoleSessionName, aws.ToDuration(p.RoleDurationSeconds)
			if p.ExternalID != "" {
				o.ExternalID = &p.ExternalID
			}
			if p.MFASerial != "" {
				o.SerialNumber = &p.MFASerial
			}
			role(o)
		}))
	}
	return cfg.Credentials, chain, err
}

// role completes how a role is assumed.
func (s *Settings) role(ctx context.Context, o *stscreds.AssumeRoleOptions) {
	if o.Duration == 0 {
		o.Duration = roleTime
	}
	if o.RoleSessionName == "" {
		o.RoleSessionName = "tminus"
	}
	if c, ok := o.Client.(*sts.Client); ok {
		o.Client = s.sts(c)
	}
	role, device := o.RoleARN, aws.ToString(o.SerialNumber)
	o.TokenProvider = func() (string, error) { return s.code(ctx, role, device) }
}

// sts is a client that asks where the settings say. The SDK works out its endpoints after its
// credentials, and would carry the keys of a pretend AWS to the real one.
func (s *Settings) sts(c *sts.Client) *sts.Client {
	opt := c.Options()
	for _, d := range s.doors {
		if d.service == sts.ServiceID && d.url != "" {
			opt.BaseEndpoint = &d.url
		}
	}
	return sts.New(opt)
}

// machine asks the instance metadata service, once: off EC2 there is nobody to wait for.
func (s *Settings) machine() *imds.Client {
	return imds.NewFromConfig(aws.Config{ConfigSources: []any{s.env, s.shared}, Logger: logging.Nop{}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(metadataTimeout).WithTransportOptions(func(t *http.Transport) { t.DisableKeepAlives, t.Proxy = true, nil })})
}

// quiet is a shell command with nothing to read and nowhere to complain.
func quiet(command string) string {
	if runtime.GOOS == "windows" {
		return "(" + command + ") <NUL 2>NUL"
	}
	return "exec </dev/null 2>/dev/null\n" + command
}

// unsigned is why a call could not be signed: there are no credentials. Its text is clean and holds no secret.
type unsigned struct {
	kind reading.FailureKind
	says string
	mend []string
	hold bool // trying again is pointless, or rude, before somebody looks again
	err  error
}

func (u *unsigned) Error() string            { return u.says }
func (u *unsigned) Unwrap() error            { return u.err }
func (u *unsigned) Failure() reading.Failure { return reading.Failure{Kind: u.kind, Mend: u.mend} }

// unsigned gives an error of a credential provider its meaning.
func (s *Settings) unsigned(ctx context.Context, err error) error {
	known, carried := (*unsigned)(nil), (*url.Error)(nil)
	no := &unsigned{kind: reading.Expired, mend: s.origin.mend}
	switch code := stsCode(err); {
	case errors.As(err, &known), ctx.Err() != nil:
		return err
	case code != "":
		return s.unassumed(code, err)
	case s.origin.kind == ofMachine && unreached(err) != sts.ServiceID: // its network error too: there is nothing at that address but on EC2
		no.says = "there are no AWS credentials: " + s.origin.lacks.because() + "no instance metadata answers; " + s.origin.lacks.next()
		return no
	case errors.As(err, &carried):
		return &silence{text: fmt.Sprintf("%s does not answer, which gives the credentials of %s: %s; check the network and the endpoint, then look again",
			orSay(unreached(err), "the service"), s.origin.words, safe.Line(cause(err)))}
	}
	mend := strings.Join(no.mend, " ")
	switch s.origin.kind {
	case ofSSO, ofLogin:
		no.says = "nobody is signed in, or the sign-in has run out (" + s.origin.words + "); " + orSay(mend, "sign in again") + ", then look again"
		if noRole(err) {
			no.kind, no.mend = reading.Denied, nil
			no.says = "the sign-in gives no such role (" + s.origin.words + "); ask whoever manages the access, or name another profile"
		}
	case ofProcess:
		no.says = fmt.Sprintf("credential_process of profile %s gave no credentials; run its command in a terminal and see what it says, then look again", safe.Line(s.origin.first.Profile))
	default:
		no.says = "no credentials could be had from " + s.origin.words + "; see what aws sts get-caller-identity says with the same profile, correct that, then look again"
	}
	return no
}

// unassumed is STS's refusal to give credentials for a role.
func (s *Settings) unassumed(code string, err error) error {
	var api smithy.APIError
	errors.As(err, &api)
	message := api.ErrorMessage()
	switch {
	case code == "AccessDenied" && strings.Contains(message, "MultiFactorAuthentication") && len(s.origin.mfa()) > 0:
		return s.refusedCode()
	case strings.HasPrefix(code, "AccessDenied"):
		return &unsigned{kind: reading.Denied, says: "AWS does not let these credentials assume the role (" + s.origin.words + "); check role_arn, and ask the owner of the role to trust you"}
	case throttled(code):
		return &unsigned{kind: reading.Throttled, says: "AWS gave no credentials; " + nextStep(code)}
	}
	return &unsigned{kind: reading.Expired, mend: s.origin.mend, says: fmt.Sprintf("AWS gave no credentials for %s (%s); %s", s.origin.words, safe.Line(code), orSay(nextStep(code), "sign in again"))}
}

// stsCode is the code with which STS refused, "" if it was not STS.
func stsCode(err error) string {
	var op *smithy.OperationError
	var api smithy.APIError
	if errors.As(err, &op) && op.ServiceID == sts.ServiceID && errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// unreached is the service that was asked for credentials last, by the SDK's id; "" = it was none of
// AWS's. STS is asked by what another one gave.
func unreached(err error) (service string) {
	for op := (*smithy.OperationError)(nil); errors.As(err, &op); err = op.Err {
		service = safe.Line(op.ServiceID)
	}
	return service
}

// noRole reports a sign-in that is good and gives no role.
func noRole(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (api.ErrorCode() == "ForbiddenException" || api.ErrorCode() == "AccessDeniedException")
}
