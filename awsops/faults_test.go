package awsops_test

// faults_test.go: every call that changes the account, met by everything that can go wrong
// with a call. An operator goes on as the engine lets them: after a definite error the step
// is tried again, after a lost answer the world is asked first. In the end there is exactly
// one of each thing, and after the way back none, or an unknown that names the thing.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// tries is how often a step is tried: more often than anything goes wrong.
const tries = 6

// insist flies a step as an operator would who does not give up.
func (f *flight) insist(ctx context.Context, task string, s tasks.Step, mend func()) (err error) {
	c, open := f.call(task, s), false
	var r tasks.Result
	for n := 0; n < tries; n++ {
		if n > 0 {
			mend()
		}
		if s.Look != nil && c.At.IsZero() {
			if c.Pre, err = s.Look(ctx, c); err != nil {
				continue
			}
		}
		began, found := f.clock.Now(), false
		if open {
			r, found, err = s.Find(ctx, c)
		}
		if err == nil && !found || !open {
			r, err = s.Do(ctx, c)
			c.At = began
		}
		if open = s.Effect && (open || errors.Is(err, tasks.ErrUnknown)); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	f.results[task+"/"+s.ID] = r
	f.learn(r)
	if c.Made = r.Made; s.Effect && len(c.Made) > 0 {
		f.done = append(f.done, effect{s, c})
	}
	if s.Check != nil {
		c.Facts = f.call(task, s).Facts
		for n := 0; n < tries; n++ {
			if _, err = s.Check(ctx, c); err == nil {
				break
			}
			mend()
		}
	}
	return err
}

// retreat undoes everything, newest first, and asks whether it is gone when that failed.
func (f *flight) retreat(ctx context.Context, mend func()) (err error) {
	for _, e := range slices.Backward(f.done) {
		if e.step.Undo == nil || e.step.Undo.Describe(e.call).Keep != "" {
			continue
		}
		var r tasks.Result
		for n := 0; n < tries; n++ {
			if n > 0 {
				mend()
			}
			if r, err = e.step.Undo.Do(ctx, e.call); err == nil {
				break
			}
			if gone, lost := e.step.Undo.Gone(ctx, e.call); lost == nil && gone {
				err = nil
				break
			}
		}
		if err != nil {
			return fmt.Errorf("undo %s: %w", e.step.ID, err)
		}
		if r.Left != "" {
			f.left = append(f.left, r.Left)
		}
		f.learn(r)
	}
	return nil
}

// ours is what there is of this run's, by kind.
func ours(now cloud.Inventory) map[string]int {
	n := map[string]int{}
	mine := func(kind, tags string) {
		if strings.Contains(tags, tasks.RunTag+"=SCP100X0219-1") && !strings.Contains(tags, "owner=another team") {
			n[kind]++
		}
	}
	for _, i := range now.WithoutTerminated().Instances {
		mine("instance", i.Tags)
	}
	for _, k := range now.KeyPairs {
		mine("key pair", k.Tags)
	}
	for _, g := range now.Groups {
		mine("group", g.Tags)
	}
	for _, a := range now.Addresses {
		mine("address", a.Tags)
	}
	for _, v := range now.Volumes {
		mine("volume", v.Tags)
	}
	for _, a := range now.Alarms {
		mine("alarm", a.Tags)
	}
	return n
}

// parts are the actions that come to the operation; with -long it is always the whole day.
func (b *trouble) parts(a *awsops.Account, f *flight) []tasks.Action {
	launch, assign, alarms := a.Launch(f.plan), a.Assign(f.plan), a.Alarms(f.plan)
	switch {
	case *long:
		return []tasks.Action{launch, a.Credentials(), assign, alarms}
	case strings.Contains(b.op, "Alarm"):
		f.facts[tasks.FactInstance] = "i-0123456789abcdef0"
		return []tasks.Action{alarms}
	case strings.Contains(b.op, "Address"):
		return []tasks.Action{launch, assign}
	}
	return []tasks.Action{launch}
}

// thingsOf are the kinds of what a step makes one of.
func thingsOf(step string) []string {
	switch kind, _, _ := strings.Cut(step, "-"); kind {
	case "key":
		return []string{"key pair"}
	case "group", "alarm":
		return []string{kind}
	case "instance":
		return []string{"instance", "volume"}
	case "allocate":
		return []string{"address"}
	}
	return nil
}

// outcomes counts how the cases ended.
type outcomes struct{ cases, one, unknown, taken atomic.Int32 }

func TestEveryChangeMeetsEveryFault(t *testing.T) {
	var sum outcomes
	t.Run("cases", func(t *testing.T) {
		for _, op := range awsops.Changes() {
			for _, bad := range calamities() {
				t.Run(op+"/"+bad.name, func(t *testing.T) {
					t.Parallel()
					endure(t, &trouble{calamity: bad, op: op, clock: newClock()}, &sum)
				})
			}
		}
	})
	t.Logf("figure: %d cases (%d calls × %d faults): %d exactly once and gone again, %d named unknowns, %d taken by somebody who is named",
		sum.cases.Load(), len(awsops.Changes()), len(calamities()), sum.one.Load(), sum.unknown.Load(), sum.taken.Load())
}

// endure flies a day and its way back through one trouble.
func endure(t *testing.T, b *trouble, sum *outcomes) {
	sum.cases.Add(1)
	w, a := b.open(t)
	if b.foreign {
		var err error
		b.stranger, err = w.Settle(cloud.Tag{Key: "owner", Value: "another team"})
		must(t, err)
	}
	p := scp()
	kept := map[string]int{}
	if b.op == "StopInstances" { // what it stops keeps its group and key
		p.Rollback = plan.Rollback{Instance: "stop", Address: "release", Group: "keep", Key: "keep"}
		kept = map[string]int{"instance": 1, "volume": 1, "group": 1, "key pair": 1}
	}
	f := newFlight(b.clock, p)
	var err error
	one := map[string]int{}
	for n, part := range b.parts(a, f) {
		for _, s := range part.Steps {
			if s.Effect && s.Undo != nil {
				for _, kind := range thingsOf(s.ID) {
					one[kind]++
				}
			}
			if err == nil {
				err = f.insist(t.Context(), fmt.Sprint("T", n), s, b.mend)
			}
		}
	}
	switch {
	case errors.Is(err, tasks.ErrUnknown):
		wantSentence(t, err, cmp.Or(f.facts[tasks.FactInstance], p.Change))
		sum.unknown.Add(1)
		return
	case err != nil && b.foreign && strings.Contains(err.Error(), b.stranger):
		sum.taken.Add(1)
	case err != nil:
		t.Fatal(err)
	default:
		if d := gocmp.Diff(one, ours(w.Inventory())); d != "" {
			t.Fatalf("not exactly one of each:\n%s", d)
		}
	}
	if err := f.retreat(t.Context(), b.mend); err != nil {
		t.Fatal(err)
	}
	if b.hits == 0 {
		t.Errorf("%s was never called", b.op)
	}
	left := ours(w.Inventory())
	if len(f.left) > 0 {
		if !b.foreign || !strings.Contains(strings.Join(f.left, "\n"), b.stranger) {
			t.Errorf("left without a reason: %v", f.left)
		}
		delete(left, "address")
	}
	if d := gocmp.Diff(kept, left); d != "" {
		t.Errorf("left behind:\n%s", d)
	}
	if err == nil {
		sum.one.Add(1)
	}
}
