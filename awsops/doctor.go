package awsops

// doctor.go: the settings, who AWS says we are by them, and what that one may do for a plan.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// anyRegion is where AWS is asked who we are when no region is named: that nobody is signed in is
// learnt at once, not after the region.
const anyRegion = "us-east-1"

const skewed = time.Minute // a clock that is further off is told; AWS refuses what is 5 minutes off

// Doctor resolves the wish, asks AWS who we are and, with a plan, tries what the plan will do as
// dry runs. It changes nothing. An error beside the items says that we are nobody, or not where the plan is flown.
func Doctor(ctx context.Context, w Wish) ([]reading.Item, error) {
	s, err := Resolve(ctx, w)
	if err != nil {
		return nil, err
	}
	items := s.Items()
	nowhere := s.Region == ""
	s.Region = cmp.Or(s.Region, anyRegion)
	a := New(s.Options(Options{}))
	defer a.Close()
	t := &trail{a: a}
	who, err := a.introduce(ctx, t, w)
	items = append(items, who...)
	if nowhere && err == nil {
		err = errors.New("no region is named; --region names one")
	}
	if err != nil || w.Plan == nil {
		return items, err
	}
	return append(append(items, a.permissions(ctx, t, w.Plan)...), a.looks(ctx, t, w.Plan)...), ctx.Err()
}

// introduce says who we are.
func (a *Account) introduce(ctx context.Context, t *trail, w Wish) ([]reading.Item, error) {
	l := &findings{group: "identity", source: a.command([]string{"sts", "get-caller-identity"})}
	out, err := a.caller(ctx, t)
	if err != nil {
		l.unanswered("identity.account", "account", err)
		return l.items, err
	}
	now := time.Now() // after the call: an MFA code may have been asked for
	who := a.identity(ctx, t, out, now)
	account := who.Account
	if who.Alias != "" {
		account += " (" + who.Alias + ")"
	}
	if w.Plan != nil && who.Account != w.Plan.Environment.Account {
		err = fmt.Errorf("%w: the credentials are of account %s and the plan is for %s; sign in to %s", errElsewhere, account, w.Plan.Environment.Account, w.Plan.Environment.Account)
		says, next := parted(err)
		l.add(tasks.Fail, "identity.account", "account", says, next)
	} else {
		l.add(tasks.Pass, "identity.account", "account", account, "")
	}
	if w.Plan != nil && w.Plan.Environment.Region != a.opt.Region && err == nil {
		err = fmt.Errorf("%w: the plan is for region %s and this session for %s; --region %s", errElsewhere, w.Plan.Environment.Region, a.opt.Region, w.Plan.Environment.Region)
	}
	l.source = "" // the same call
	l.add("", "identity.who", "who", who.ARN, "")
	if who.Role != "" {
		l.add("", "identity.role", "role", who.Role, "")
	}
	if skew, told := skewOf(out.ResultMetadata, now); told {
		v, next := tasks.Pass, ""
		if skew.Abs() > skewed {
			v, next = warning, "set this machine's clock: AWS refuses what is signed 5 minutes off"
		}
		l.add(v, "identity.clock", "clock", fmt.Sprintf("%s from AWS's", skew.Abs().Round(time.Second)), next)
	}
	a.credentialRows(ctx, l, who, now)
	return l.items, err
}

// unanswered adds that AWS did not say who we are: a no of AWS, or of those who have no credentials,
// is a failure; that nobody answered is not known.
func (l *findings) unanswered(id, name string, err error) {
	var f tasks.Failing
	if errors.As(err, &f) && !slices.Contains([]reading.FailureKind{reading.Expired, reading.Denied}, f.Failure().Kind) {
		l.unknown(id, name, err)
		return
	}
	says, next := parted(err)
	l.add(tasks.Fail, id, name, says, next)
}

// credentialRows tell of the key and how long it is good for.
func (a *Account) credentialRows(ctx context.Context, l *findings, who reading.Identity, now time.Time) {
	if id := a.live.Load().keyID(ctx); id != "" {
		l.row("", "identity.key", "key", keyID(id), "", "")
	}
	switch left := who.Expires.Sub(now); {
	case who.Expires.IsZero():
		l.row("", "identity.expires", "good for", "they do not run out by themselves", "", who.Source)
	case left < soon:
		l.row(warning, "identity.expires", "good for", fmt.Sprintf("%s, until %s", left.Round(time.Second), who.Expires.UTC().Format("15:04 MST")), "sign in again before the flight", who.Source)
	default:
		l.row(tasks.Pass, "identity.expires", "good for", fmt.Sprintf("%s, until %s", left.Round(time.Minute), who.Expires.UTC().Format("2006-01-02 15:04 MST")), "", who.Source)
	}
}

// skewOf is how far this machine's clock is from that of whoever answered, to the second.
func skewOf(answer middleware.Metadata, now time.Time) (time.Duration, bool) {
	raw, ok := awsmiddleware.GetRawResponse(answer).(*smithyhttp.Response)
	if !ok {
		return 0, false
	}
	at, err := http.ParseTime(raw.Header.Get("Date"))
	return now.Sub(at).Round(time.Second), err == nil
}
