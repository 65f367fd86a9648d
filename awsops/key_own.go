package awsops

// key_own.go: the plan's own key pair, which is there before the day: nothing is made of
// it, and a rollback leaves it alone.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

func (a *Account) ownKeyStep() tasks.Step {
	return tasks.Step{ID: "key", Title: "check the plan's key pair and its key file", Do: a.step(a.ownKey)}
}

func (a *Account) ownKey(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	pair := c.Plan.Environment.Instance.KeyPair
	key, l, err := a.ownPair(ctx, t, c.Plan, true)
	if err != nil {
		return tasks.Result{}, err
	}
	if bad, _ := l.bad(); len(bad) > 0 {
		return l.refusal()
	}
	if key.public == nil {
		return no(fmt.Sprintf("the private key of %s is not there: %s; put it there, mode 0600", pair, l.items[len(l.items)-1].Says))
	}
	return tasks.Result{Verdict: tasks.Pass, Rows: l.rows(), Facts: map[string]string{tasks.FactKeyName: pair, tasks.FactKeyPrint: key.sha256()},
		Says: fmt.Sprintf("key pair %s is at EC2, its private key is %s, %s", pair, key.shown, key.sha256())}, nil
}

// ownPair holds the plan's key pair against its key file. Without a key file its public half is nil.
// Before the day nobody is asked to open it.
func (a *Account) ownPair(ctx context.Context, t *trail, p *plan.Plan, onTheDay bool) (keyFile, findings, error) {
	in := p.Environment.Instance
	l := findings{group: "key", source: "aws ec2 describe-key-pairs"}
	pair, err := a.keyPair(ctx, t, in.KeyPair)
	if err != nil {
		return keyFile{}, l, err
	}
	if pair == nil {
		l.judge(false, "key.pair", "key pair", fmt.Sprintf("there is no key pair %s in account %s, %s", in.KeyPair, p.Environment.Account, a.opt.Region),
			"import it there (aws ec2 import-key-pair), or have one made on the day: a plan without key_pair")
		return keyFile{}, l, nil
	}
	l.judge(true, "key.pair", "key pair", fmt.Sprintf("key pair %s is at EC2, of type %s", in.KeyPair, orSay(string(pair.KeyType), "not told")), "")
	l.source = "the key file"
	key, err := keyFile{}, error(fs.ErrNotExist)
	if a.opt.RunDir != "" || in.KeyFile != "" { // before the run there is no run folder
		if key, err = readKey(in, a.opt.RunDir, in.KeyPair); onTheDay {
			key, err = a.openedKey(ctx, in, in.KeyPair)
		}
	}
	closed := (*sealed)(nil)
	switch {
	case !onTheDay && errors.As(err, &closed):
		l.add(tasks.Inconclusive, "key.file", "key file", safe.Line(err.Error()), "compare it there: ec2.launch and ec2.credentials hold it against the pair")
		return keyFile{}, l, nil
	case errors.Is(err, fs.ErrNotExist) && in.KeyFile == "":
		l.add(tasks.Inconclusive, "key.file", "key file", fmt.Sprintf("keys/%s.pem is not in the run folder", in.KeyPair), "put it there once the run is opened, or name key_file in the plan")
		return keyFile{}, l, nil
	case errors.Is(err, fs.ErrNotExist):
		l.judge(false, "key.file", "key file", fmt.Sprintf("the private key of %s is not at %s", in.KeyPair, in.KeyFile), "put it there, mode 0600, or amend key_file of the plan")
		return keyFile{}, l, nil
	case err != nil:
		says, next := parted(err)
		l.judge(false, "key.file", "key file", says, next)
		return keyFile{}, l, nil
	}
	l.judge(key.is(*pair), "key.file", "key file", fmt.Sprintf("%s is %s; key pair %s has %s", key.shown, key.prints[0], in.KeyPair, safe.Line(aws.ToString(pair.KeyFingerprint))),
		"find out which of the two is right before anything is launched with it")
	return key, l, nil
}

// keyPair looks at the plan's own pair; one made on the day cannot be looked at yet.
func (s *survey) keyPair(ctx context.Context) {
	l := findings{group: "key", source: "the plan"}
	if s.p.Environment.Instance.KeyPair == "" {
		l.judge(true, "key.pair", "key pair", "a key is made on the day, its public half imported", "")
		s.add(l)
		return
	}
	_, l, err := s.a.ownPair(ctx, s.t, s.p, false)
	if err != nil {
		l.unknown("key.pair", "key pair", err)
	}
	s.add(l)
}
