package awsops_test

// stale_test.go: EC2 as it is on a bad day. For up to a hundred seconds after each
// change a read shows now what was before it, now what is; answers get lost, and
// somebody copies our work, tags and all. The day and the way back converge all the same.

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

var long = flag.Bool("long", false, "a thousand days of stale reads instead of some")

// badDay is drawn from its seed.
type badDay struct {
	mu     sync.Mutex // copied, lost
	clock  *clock
	draw   *rand.Rand
	late   time.Duration   // how long reads are late
	pace   time.Duration   // of run time that a call takes, at most
	steps  int             // after so many of the day it is rolled back at once; a whole day has about 15
	lost   map[string]bool // operations whose next answer is lost
	copied bool            // somebody has copied our work, or will not
}

func newBadDay(seed uint64) *badDay {
	d := &badDay{clock: newClock(), draw: rand.New(rand.NewPCG(seed, 13)), lost: map[string]bool{}}
	d.late = time.Duration(5+d.draw.IntN(96)) * time.Second
	d.pace = time.Duration(d.draw.IntN(4)) * time.Second
	for _, op := range []string{"ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "RunInstances", "AllocateAddress", "AssociateAddress",
		"DisassociateAddress", "ReleaseAddress", "TerminateInstances", "DeleteSecurityGroup", "DeleteKeyPair"} {
		d.lost[op] = seed%4 > 1 && d.draw.IntN(2) == 0
	}
	d.copied = d.draw.IntN(2) == 0
	d.steps = 1 + d.draw.IntN(30)
	return d
}

// world is an account that is like this.
func (d *badDay) world(t *testing.T, seed uint64) world {
	t.Helper()
	var w world
	w = pretend(t, d.clock, func(o *cloud.Options) {
		o.Seed, o.Late = int64(seed), func() time.Duration { return d.late }
		o.After = func(r cloud.Request) *cloud.Fault {
			d.mu.Lock() // an answer that was lost leaves its request running beside the next
			defer d.mu.Unlock()
			if r.Operation == "RunInstances" && !d.copied {
				d.copied = true
				if _, err := w.Imitate(cloud.Tag{Key: "owner", Value: "another team"}); err != nil {
					t.Error(err)
				}
			}
			if !d.lost[r.Operation] {
				return nil
			}
			d.lost[r.Operation] = false
			return &cloud.Fault{Drop: true}
		}
	})
	return w
}

// slowly lets run time pass with each call, as it does when a rehearsal is flown fast.
func (d *badDay) slowly(next http.RoundTripper) http.RoundTripper {
	return wires{next, func(_ string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
		d.clock.Wait(context.Background(), time.Duration(d.draw.Int64N(int64(d.pace)+1)))
		return next.RoundTrip(r)
	}}
}

// back takes everything back as the engine does: where an undo fails and the world
// says that the thing is gone all the same, on; otherwise a rollback stops here.
func (f *flight) back(ctx context.Context) error {
	for n := len(f.done) - 1; n >= 0; n-- {
		e := f.done[n]
		if e.step.Undo == nil {
			continue
		}
		r, err := e.step.Undo.Do(ctx, e.call)
		if err != nil {
			if gone, gerr := e.step.Undo.Gone(ctx, e.call); !gone {
				return fmt.Errorf("undo %s: %w; gone %v, %v", e.step.ID, err, gone, gerr)
			}
		}
		if r.Left != "" {
			f.left = append(f.left, r.Left)
		}
		f.learn(r)
	}
	return nil
}

// apart splits what there is into what somebody else copied and the rest.
func apart(now cloud.Inventory) (theirs, rest cloud.Inventory) {
	now = now.WithoutTerminated()
	theirs.Instances, rest.Instances = split(now.Instances, func(i cloud.InstanceItem) string { return i.Tags })
	theirs.KeyPairs, rest.KeyPairs = split(now.KeyPairs, func(i cloud.KeyPairItem) string { return i.Tags })
	theirs.Groups, rest.Groups = split(now.Groups, func(i cloud.GroupItem) string { return i.Tags })
	theirs.Addresses, rest.Addresses = split(now.Addresses, func(i cloud.AddressItem) string { return i.Tags })
	theirs.Volumes, rest.Volumes = split(now.Volumes, func(i cloud.VolumeItem) string { return i.Tags })
	return theirs, rest
}

func split[T any](all []T, tags func(T) string) (theirs, rest []T) {
	for _, one := range all {
		if strings.Contains(tags(one), "owner=another team") {
			theirs = append(theirs, one)
		} else {
			rest = append(rest, one)
		}
	}
	return theirs, rest
}

// TestBadDays: the day, or the beginning of one, and all of the way back. One stop is a
// failure: a person would stand before it with nothing to go by.
func TestBadDays(t *testing.T) {
	days := 24
	if *long {
		days = 1000
	}
	good := 0
	for seed := range uint64(days) {
		d := newBadDay(seed)
		w := d.world(t, seed)
		if err := d.fly(t, w); err != nil {
			t.Errorf("seed %d, reads late for %s: %v", seed, d.late, err)
			continue
		}
		good++
	}
	t.Logf("figure: bad days (reads late for up to 100 s, answers lost, work copied) flown and rolled back without a stop, each thing made once, nothing left, %d of %d", good, days)
}

// some flies so many steps of the day.
func (f *flight) some(ctx context.Context, a *awsops.Account, steps int) error {
	for _, leg := range []struct {
		task   string
		action tasks.Action
	}{{"T4", a.Launch(scp())}, {"T5", a.Credentials()}, {"T7", a.Assign(scp())}} {
		for _, s := range leg.action.Steps {
			if steps--; steps < 0 {
				return nil
			}
			if err := f.step(ctx, leg.task, s); err != nil {
				return fmt.Errorf("%s %s: %w", leg.task, s.ID, err)
			}
		}
	}
	return nil
}

// fly flies the day, or a part of it, and the way back.
func (d *badDay) fly(t *testing.T, w world) error {
	a := reach(t, w.url, d.slowly, nil)
	defer a.Close()
	before := w.Inventory()
	f := newFlight(d.clock, scp())
	if err := f.some(t.Context(), a, d.steps); err != nil {
		return err
	}
	theirs, now := apart(w.Inventory())
	made := len(now.Instances) + len(now.KeyPairs) + len(now.Groups) - len(before.Groups) + len(now.Addresses)
	things := f.made()
	delete(things, "associate") // is none of its own
	if made != len(things) {
		return fmt.Errorf("not exactly one of each of %v: %+v", things, now)
	}
	if err := f.proven(t.Context()); err != nil {
		return err
	}
	if err := f.back(t.Context()); err != nil {
		return err
	}
	untouched, now := apart(w.Inventory())
	if diff := cmp.Diff(before, now); diff != "" || len(f.left) > 0 {
		return fmt.Errorf("left behind: %q, %s", f.left, diff)
	}
	if diff := cmp.Diff(theirs, untouched); diff != "" {
		return fmt.Errorf("somebody else's was touched: %s", diff)
	}
	return nil
}

// proven asks as a rollback does before it is offered: what is there is never called gone.
func (f *flight) proven(ctx context.Context) error {
	for _, e := range f.done {
		if e.step.Undo == nil {
			continue
		}
		if says, there, err := e.step.Undo.Prove(ctx, e.call); err == nil && !there {
			return fmt.Errorf("%s is there, and the proof says that it is gone: %q", e.step.ID, says)
		}
	}
	return nil
}

// TestReleaseRightAfter: that the address still serves our instance contradicts what was
// answered a moment ago. It is told, and looked at again.
func TestReleaseRightAfter(t *testing.T) {
	d := newBadDay(0)
	w := d.world(t, 0)
	f := newFlight(d.clock, scp())
	must(t, f.day(t.Context(), reach(t, w.url, nil, nil)))
	for _, id := range []string{"associate", "allocate"} {
		e := f.effect(t, id)
		f.told = nil
		if r, err := e.step.Undo.Do(t.Context(), e.call); err != nil || r.Left != "" {
			t.Fatalf("%s: %+v, %v", id, r, err)
		}
	}
	if told := strings.Join(f.told, "\n"); !strings.Contains(told, "still serves instance "+f.facts[tasks.FactInstance]+"; looking again in ") {
		t.Errorf("the wait was not told: %q", f.told)
	}
}

// TestBackWhereItWas: the address goes back to another instance, whatever is late or lost on its way.
func TestBackWhereItWas(t *testing.T) {
	const days = 12
	good := 0
	for seed := range uint64(days) {
		d := newBadDay(seed)
		d.copied = true
		w := d.world(t, seed)
		a := reach(t, w.url, d.slowly, nil)
		f := newFlight(d.clock, scp())
		must(t, f.day(t.Context(), a))
		earlier, err := w.Settle()
		must(t, err)
		must(t, d.clock.Wait(t.Context(), time.Minute))
		e := f.effect(t, "associate")
		e.call.Pre = map[string]string{"address.instance": earlier}
		d.lost["DisassociateAddress"], d.lost["AssociateAddress"] = seed%2 == 0, seed%3 == 0
		back := true
		for n := range 2 { // the second time a crash came before the journal heard of the first
			r, err := e.step.Undo.Do(t.Context(), e.call)
			gone, gerr := e.step.Undo.Gone(t.Context(), e.call)
			if on := w.Inventory().Addresses[0].InstanceID; err != nil || r.Left != "" || !gone || gerr != nil || on != earlier {
				t.Errorf("seed %d, time %d: %+v, %v; gone %v, %v; serves %q", seed, n+1, r, err, gone, gerr, on)
				back = false
			}
		}
		if back {
			good++
		}
	}
	t.Logf("figure: addresses put back to where they were, reads late and answers lost, %d of %d", good, days)
}
