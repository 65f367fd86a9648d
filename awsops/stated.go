package awsops

// stated.go: what a person says was done by hand, held against the world. It only
// looks. What it finds besides becomes facts, so that later tasks can go on; what a
// person made is in no journal, so a rollback leaves it alone, and that is said.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// maxStated bounds what a person states, in bytes; ids and fingerprints have at most 50.
const maxStated = 128

// contradicts is what the world, or plain sense, says against what was stated. Its text is clean.
func contradicts(format string, args ...any) error { return &ending{fmt.Sprintf(format, args...)} }

// saying is a fact that a person states, and the form that it must have.
type saying struct {
	fact, expected string
	form           func(string) bool
}

func sayInstance() saying {
	return saying{tasks.FactInstance, "i- and 17 hexadecimal digits, like i-0123456789abcdef0",
		regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`).MatchString}
}

func sayHostKey() saying {
	return saying{tasks.FactHostKey, "SHA256: and 43 characters, as the console output shows it between its two marks",
		regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`).MatchString}
}

func sayAddress() saying {
	return saying{tasks.FactElasticIP, "the Elastic IP address, like 203.0.113.7", func(s string) bool {
		addr, err := netip.ParseAddr(s)
		return err == nil && addr.Is4()
	}}
}

// of is what the person stated, without the blanks around it.
func (s saying) of(c tasks.Call) (string, error) {
	v := strings.TrimSpace(c.Facts[s.fact])
	switch {
	case v == "":
		return "", contradicts("%s was not stated; expected %s", s.fact, s.expected)
	case len(v) > maxStated:
		return "", contradicts("the stated %s is longer than %d characters; expected %s", s.fact, maxStated, s.expected)
	case !s.form(v):
		return "", contradicts("%q cannot be %s; expected %s", safe.Line(v), s.fact, s.expected)
	}
	return v, nil
}

// stated makes an action's Stated. The form of what is said is looked at before
// anything else, and AWS only in the plan's account. A contradiction is a fail; an AWS
// that does not answer, or lets nobody look, leaves the person's word standing alone.
func (a *Account) stated(s saying, verify work) func(context.Context, tasks.Call) (tasks.Result, error) {
	return a.step(func(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, err error) {
		said, err := s.of(c)
		if err == nil {
			_, err = a.pinned(ctx, t, c)
		}
		if err == nil {
			c.At = c.Now().Add(-notYet) // a person has seen it: three looks are enough
			c.Facts = maps.Clone(c.Facts)
			c.Facts[s.fact] = said
			r, err = verify(ctx, t, c)
			if moved := a.unmoved(ctx, t); moved != nil {
				err = moved
			}
		}
		var no *ending
		switch {
		case err == nil:
			r.Facts[s.fact] = said
		case errors.As(err, &no):
			r.Verdict, r.Says, r.Facts, err = tasks.Fail, no.text, nil, nil
		case !errors.Is(err, errElsewhere) && ctx.Err() == nil:
			r = tasks.Result{Verdict: tasks.Inconclusive, Says: "AWS could not be asked, so nothing is verified: " + err.Error(), Facts: map[string]string{s.fact: said}}
			err = nil
		}
		return r, err
	})
}

// byHand says what a rollback does with a thing that a person names.
func byHand(c tasks.Call, tags []types.Tag) string {
	if tag(tags, tasks.RunTag) == c.Run {
		return ""
	}
	return "; it was not made by this run, so a rollback leaves it as it is"
}

// known is an instance that a person named, or that was named before.
func (a *Account) known(ctx context.Context, t *trail, c tasks.Call, id string) (i types.Instance, err error) {
	if id == "" {
		return i, contradicts("nobody has learnt yet which instance is meant: start the launch, or state it, first")
	}
	there, err := settled(ctx, c, kindInstance+" "+id, func() (bool, error) {
		i, err = a.instance(ctx, t, id)
		return err == nil, ignoreMissing(err)
	})
	if err == nil && !there {
		err = contradicts("there is no instance %s in account %s, %s; compare the id with the console", id, c.Plan.Environment.Account, a.opt.Region)
	}
	return i, err
}

func (a *Account) statedCredentials(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id, said := c.Facts[tasks.FactInstance], c.Facts[tasks.FactHostKey]
	i, err := a.known(ctx, t, c, id)
	if err != nil {
		return tasks.Result{}, err
	}
	r := tasks.Result{Verdict: tasks.Pass, Facts: names(i), Rests: []string{tasks.FactInstance, tasks.FactHostKey}}
	if err := a.learnPrint(ctx, t, c, r.Facts); err != nil {
		return tasks.Result{}, err
	}
	prints, _, err := a.console(ctx, t, id)
	if errors.Is(err, errNoBlock) {
		r.Verdict = tasks.Inconclusive
		r.Says = fmt.Sprintf("the console of %s shows no host keys, so nothing can be held against %s", id, said)
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if preferred(prints).sha256 == "" {
		r.Verdict = tasks.Inconclusive
		r.Says = fmt.Sprintf("the console of %s shows %s, which cannot be held against %s", id, preferred(prints), said)
		return r, nil
	}
	at := slices.IndexFunc(prints, func(p print) bool { return p.sha256 == said })
	if at < 0 {
		var shown []string
		for _, p := range prints {
			shown = append(shown, p.String())
		}
		return r, contradicts("the console of %s shows %s and not the stated %s; do not log in before it is clear which host that is",
			id, strings.Join(shown, ", "), said)
	}
	r.Facts[factHostKeyType], r.Facts[tasks.FactHostPrints] = prints[at].kind, allOf(prints)
	r.Says = fmt.Sprintf("the console of %s shows the stated host key (%s)", id, prints[at].kind)
	return r, nil
}

// learnPrint learns the fingerprint of an ed25519 key pair from EC2, unless it is
// known. Of other types EC2 keeps one that OpenSSH does not show.
func (a *Account) learnPrint(ctx context.Context, t *trail, c tasks.Call, facts map[string]string) error {
	name := c.Facts[tasks.FactKeyName]
	if name == "" || c.Facts[tasks.FactKeyPrint] != "" {
		return nil
	}
	k, err := a.keyPair(ctx, t, name)
	if err == nil && k != nil && k.KeyType == types.KeyTypeEd25519 {
		facts[tasks.FactKeyPrint] = "SHA256:" + strings.Trim(strings.TrimPrefix(safe.Line(aws.ToString(k.KeyFingerprint)), "SHA256:"), "=")
	}
	return err
}

func (a *Account) statedAddress(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id, ip := c.Facts[tasks.FactInstance], c.Facts[tasks.FactElasticIP]
	i, err := a.known(ctx, t, c, id)
	if err != nil {
		return tasks.Result{}, err
	}
	var one types.Address
	there, err := settled(ctx, c, kindAddress+" "+ip, func() (bool, error) {
		out, err := ask(ctx, t, []string{"ec2", "describe-addresses", "--filters", "Name=public-ip,Values=" + ip},
			a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{Filters: filter("public-ip", ip)})
		if err != nil || len(out.Addresses) == 0 {
			return false, err
		}
		one = out.Addresses[0]
		return aws.ToString(one.InstanceId) == id, nil
	})
	switch {
	case err != nil:
		return tasks.Result{}, err
	case !there && one.AllocationId != nil:
		return tasks.Result{}, contradicts("address %s serves %s, expected instance %s", ip, holder(one), id)
	case !there && aws.ToString(i.PublicIpAddress) == ip:
		return tasks.Result{}, contradicts("%s is the automatic address of instance %s, expected an Elastic IP: an automatic one is lost when the instance stops", ip, id)
	case !there:
		return tasks.Result{}, contradicts("%s is no Elastic IP of account %s in %s; compare it with the console", ip, c.Plan.Environment.Account, a.opt.Region)
	}
	r := associated(c, aws.ToString(one.AssociationId))
	r.Verdict, r.Made, r.Rests = tasks.Pass, nil, []string{tasks.FactElasticIP, tasks.FactAssociation}
	r.Facts[tasks.FactAllocation] = safe.Line(aws.ToString(one.AllocationId))
	r.Says = fmt.Sprintf("address %s points at instance %s%s", ip, id, byHand(c, one.Tags))
	if i, err = a.instance(ctx, t, id); err == nil && aws.ToString(i.PublicIpAddress) == ip { // else the instance has not got its new names yet
		maps.Copy(r.Facts, names(i))
	}
	return r, nil
}
