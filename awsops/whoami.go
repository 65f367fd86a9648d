package awsops

// whoami.go: who AWS says we are, again and again, for the header.

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

const (
	everyAlias = time.Hour       // an account's alias is asked for no more often
	soon       = 5 * time.Minute // credentials that run out within are worth a warning
)

// named is an account's alias, as it was asked for.
type named struct {
	account, alias string
	at             time.Time
}

// identity reads who AWS says we are.
func (s sensor) identity(ctx context.Context, _ map[string]string, now time.Time) (reading.Update, error) {
	who, err := s.a.whoami(ctx, &trail{a: s.a}, now)
	if err != nil {
		return nil, err
	}
	who.Stamp = reading.Stamp{At: now, Every: everyIdentity}
	return func(r *reading.Readings) { r.Identity = who }, nil
}

// whoami asks STS, and rarely IAM. Its Stamp is the caller's to set.
func (a *Account) whoami(ctx context.Context, t *trail, now time.Time) (reading.Identity, error) {
	out, err := a.caller(ctx, t)
	if err != nil {
		return reading.Identity{}, err
	}
	return a.identity(ctx, t, out, now), nil
}

// caller asks AWS who we are.
func (a *Account) caller(ctx context.Context, t *trail) (*sts.GetCallerIdentityOutput, error) {
	return ask(ctx, t, []string{"sts", "get-caller-identity"}, a.read().caller.GetCallerIdentity, &sts.GetCallerIdentityInput{})
}

func (a *Account) identity(ctx context.Context, t *trail, out *sts.GetCallerIdentityOutput, now time.Time) reading.Identity {
	arn, account := aws.ToString(out.Arn), aws.ToString(out.Account)
	return reading.Identity{Account: safe.Line(account), Alias: a.alias(ctx, t, account, now), ARN: safe.Line(arn), Role: assumed(arn), Region: a.opt.Region,
		Profile: a.opt.Profile, Source: a.opt.Source, Expires: a.expires(ctx), Endpoint: a.elsewhere()}
}

// alias is the account's own name for itself, "" if it has none or we may not ask.
func (a *Account) alias(ctx context.Context, t *trail, account string, now time.Time) string {
	if last := a.called.Load(); last != nil && last.account == account && now.Sub(last.at) < everyAlias {
		return last.alias
	}
	out, err := ask(ctx, t, []string{"iam", "list-account-aliases"}, a.read().names.ListAccountAliases, &iam.ListAccountAliasesInput{})
	if err != nil && !hasCode(err, "AccessDenied", "AccessDeniedException") {
		return "" // not told today; the next look asks again
	}
	one := named{account: account, at: now}
	if err == nil && len(out.AccountAliases) > 0 {
		one.alias = safe.Line(out.AccountAliases[0])
	}
	a.called.Store(&one)
	return one.alias
}

// expires is when the credentials of the last call run out, zero if they do not.
func (a *Account) expires(ctx context.Context) time.Time {
	session := a.live.Load().session
	if session == nil {
		return time.Time{}
	}
	c, err := session.Retrieve(ctx)
	if err != nil || !c.CanExpire {
		return time.Time{}
	}
	return c.Expires.Add(attemptTimeout) // which the session takes off, to renew them before that
}

// assumed is the name of the role in arn:aws:sts::610000000042:assumed-role/deployer/LX, "" if it is none.
func assumed(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	if len(part) < 6 {
		return ""
	}
	name, isRole := strings.CutPrefix(part[5], "assumed-role/")
	if !isRole {
		return ""
	}
	name, _, _ = strings.Cut(name, "/")
	return safe.Line(name)
}

// Known is what can be said of the session before AWS has answered anything: where its calls go.
func (a *Account) Known() reading.Readings {
	return reading.Readings{Identity: reading.Identity{Region: a.opt.Region, Profile: a.opt.Profile, Source: a.opt.Source, Endpoint: a.elsewhere()}}
}
