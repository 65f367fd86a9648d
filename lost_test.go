package main

// lost_test.go: every call that changes the account, on the way out and on the way
// back, and all that can become of it on the wire. Whatever it is, the thing is made
// once, and taken back.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"tminus/awsops"
	"tminus/rehearsal"
	"tminus/sshops"
	"tminus/tasks"
	"tminus/tasks/engine"
	"tminus/tasks/run"
	"tminus/ui/cli"
	"tminus/webops"
)

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	fates := []string{rehearsal.LostAnswer, rehearsal.LostRequest, rehearsal.Throttle, rehearsal.Slow}
	worlds := [][]string{nil}
	if *long {
		worlds = append(worlds, []string{rehearsal.StaleReads})
	}
	var cases, duplicates atomic.Int32
	t.Run("every call", func(t *testing.T) { // ends when all in it have
		for w, from := range map[way]string{forwards: opened(t), backwards: released(t)} {
			for _, op := range changing(t, from, w) {
				for _, fate := range fates {
					for _, also := range worlds {
						cases.Add(1)
						t.Run(fmt.Sprintf("%s %s:%s %s", w, fate, op, also), func(t *testing.T) {
							t.Parallel()
							if !madeOnce(t, duplicate(t, from), w, fate, op, also...) {
								duplicates.Add(1)
							}
						})
					}
				}
			}
		}
	})
	t.Logf("figure: lost answers %d cases, %d duplicates", cases.Load(), duplicates.Load())
}

// changing is the operations that change the account on the way.
func changing(t *testing.T, from string, w way) []string {
	t.Helper()
	calls := &lossyWire{calls: map[string]int{}}
	if err := calls.fly(t, duplicate(t, from), w); err != nil {
		t.Fatal(err)
	}
	for op, n := range calls.calls {
		if n != 1 { // of a second call nothing would be lost below
			t.Errorf("%s: %d calls of %s, want one", w, n, op)
		}
	}
	if len(calls.calls) < 5 {
		t.Fatalf("%s the account is changed by %v only", w, calls.calls)
	}
	return slices.Sorted(maps.Keys(calls.calls))
}

// madeOnce flies a run with one call lost, in a world with other faults also, and back, and reports whether the account
// was as it should be at both ends.
func madeOnce(t *testing.T, dir string, w way, fate, op string, also ...string) bool {
	t.Helper()
	wire := &lossyWire{calls: map[string]int{}}
	if fate == rehearsal.Slow {
		wire.impatient = op
	}
	if err := wire.fly(t, dir, w, append(also, fate+":"+op)...); err != nil {
		t.Errorf("%s: %v", w, err)
	}
	world, err := os.ReadFile(filepath.Join(dir, "world.json"))
	if err != nil || !bytes.Contains(world, fmt.Appendf(nil, "%q:true", fate+" "+op)) {
		t.Errorf("%s did not strike %s: %v", fate, op, err)
	}
	inOrder(t, dir, w)
	if w == forwards {
		if err := wire.fly(t, dir, backwards); err != nil {
			t.Errorf("and back: %v", err)
		}
		inOrder(t, dir, backwards)
	}
	return !t.Failed()
}

// lossyWire is a connection to AWS that counts the calls that change the account. Once,
// of one operation, it gives up as if ten seconds had passed: as soon as the call is
// carried out.
type lossyWire struct {
	http.Transport
	world *world

	mu        sync.Mutex
	impatient string         // the operation, "" from then on
	calls     map[string]int // by operation
}

// fly flies a run to the end of the way, wired as main wires it.
func (l *lossyWire) fly(t *testing.T, dir string, w way, faults ...string) error {
	t.Helper()
	door, err := rehearsal.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	r, err := run.Load(dir)
	if err != nil {
		return errors.Join(err, door.Close())
	}
	l.world, err = openWorld(cli.Flight{Run: dir, Speed: crashSpeed, Seed: 1, Faults: faults}, door, r)
	if err != nil {
		return errors.Join(err, door.Close())
	}
	defer l.world.Close()
	ssh := sshops.New(sshops.Options{Dial: l.world.Dial, Resolve: l.world.Resolve, RunDir: dir})
	defer ssh.Close()
	id, secret := l.world.Credentials()
	aws := awsops.New(awsops.Options{Endpoint: l.world.url, Credentials: awsops.Static(id, secret), Region: r.Plan.Environment.Region, RunDir: dir,
		HTTP: &http.Client{Transport: l}})
	defer aws.Close()
	tests, err := frozen(r)
	if err != nil {
		return err
	}
	web := webops.New(webops.Options{Dial: l.world.Dial, Suite: tests, Getenv: func(string) string { return rehearsal.Password }})
	e, err := engine.Open(engine.Config{
		Dir: dir, Plan: r.Plan, Actions: actions(r.Plan, aws, ssh, web), Clock: l.world.clock, Holder: t.Name(),
		Sensors: append(aws.Sensors(r.Plan, r.Events[0].Body.(tasks.RunOpened).Run), ssh.Sensors(r.Plan)...),
	})
	if err != nil {
		return err
	}
	ctx, land := context.WithCancel(t.Context())
	go e.Run(ctx) //nolint:errcheck // its error is e.Err, read below
	seen := &witness{}
	seen.boards()
	over, err := play(e, w, seen)
	land()
	<-e.Done()
	if err = errors.Join(err, e.Err()); err == nil && !over {
		err = errors.New("the engine stopped for no reason")
	}
	return err
}

func (l *lossyWire) RoundTrip(r *http.Request) (*http.Response, error) {
	op, err := operation(r)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	if op != "" {
		l.calls[op]++
	}
	giveUp := op != "" && op == l.impatient
	if giveUp {
		l.impatient = ""
	}
	l.mu.Unlock()
	if giveUp {
		return l.giveUp(r)
	}
	return l.Transport.RoundTrip(r)
}

// giveUp sends a call and hangs up once the world has changed.
func (l *lossyWire) giveUp(r *http.Request) (*http.Response, error) {
	before := l.world.Saved()
	ctx, hangUp := context.WithCancel(r.Context())
	defer hangUp()
	go func() {
		defer hangUp()
		within(patience, func() bool { return ctx.Err() != nil || l.world.Saved() != before })
	}()
	resp, err := l.Transport.RoundTrip(r.WithContext(ctx))
	if err == nil {
		return nil, errors.Join(errors.New("the world was to be slow and answered"), resp.Body.Close())
	}
	return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
}

// operation is what a request to EC2 would change the account with, "" if nothing.
func operation(r *http.Request) (string, error) {
	changes, err := mutates(r)
	if err != nil || !changes {
		return "", err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, err := url.ParseQuery(string(body))
	return form.Get("Action"), err
}
