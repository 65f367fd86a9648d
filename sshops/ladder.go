package sshops

// ladder.go: the SSH test (T6): the way to a host, one rung at a time, each with
// a verdict of its own. What comes after a rung that failed is not tested.

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"tminus/tasks"
)

// A host that is booting refuses connections for a while. It is given this many
// more tries, this far apart in run time.
const (
	retries    = 6
	retryPause = 10 * time.Second
)

// climb is one way to try a host: where to, over which rungs, and whether other users
// than the planned one may be tried.
type climb struct {
	fact  string // holds the address or the name
	rungs []string
	users bool
}

// Test is the action "ssh.test": can the key of this run log in to the instance?
func (c *Client) Test() tasks.Action {
	way := climb{fact: tasks.FactPublicDNS, users: true, rungs: []string{rungResolve, rungTCP, rungBanner, rungKeyExchange, rungHostKey,
		rungAuthentication, rungSession, rungCommand, rungLatency}}
	return tasks.Action{Kind: "ssh.test", Steps: []tasks.Step{{
		ID:    "ladder",
		Title: "log in over SSH, rung by rung",
		Needs: []string{tasks.FactInstance, tasks.FactPublicDNS, tasks.FactKeyName},
		Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
			return c.climb(ctx, call, way)
		},
	}}}
}

// Through is a step that climbs the same ladder over the address that a fact
// holds: passing means that the very instance of this run answers there.
func (c *Client) Through(fact string) tasks.Step {
	way := climb{fact: fact, rungs: []string{rungTCP, rungBanner, rungKeyExchange, rungHostKey, rungAuthentication, rungSession, rungCommand, rungLatency}}
	return tasks.Step{
		ID:    "reach-ssh",
		Title: "reach SSH through the address",
		Needs: []string{fact, tasks.FactInstance, tasks.FactKeyName},
		Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
			return c.climb(ctx, call, way)
		},
	}
}

// climb tries the ladder to the host that the fact names until it passes, fails
// for good, or patience ends.
func (c *Client) climb(ctx context.Context, call tasks.Call, way climb) (tasks.Result, error) {
	host := call.Facts[way.fact]
	for try := 1; ; try++ {
		start := time.Now()
		l := &ladder{last: start, rows: map[string]tasks.Row{}}
		f := c.once(ctx, call, host, way, l)
		if errors.Is(ctx.Err(), context.Canceled) {
			return tasks.Result{}, fmt.Errorf("SSH test of %s: %w", clean(host), ctx.Err())
		}
		if f != nil && f.passing() && try <= retries {
			call.Progress(fmt.Sprintf("%s; try %d of %d in %s", f.says, try+1, retries+1, retryPause))
			if err := call.Wait(ctx, retryPause); err != nil {
				return tasks.Result{}, fmt.Errorf("waiting for %s: %w", clean(host), err)
			}
			continue
		}
		return tasks.Result{
			Verdict: l.verdict(f),
			Says:    l.summary(call, host, f, try, time.Since(start)),
			Rests:   []string{way.fact, tasks.FactHostKey, tasks.FactHostPrints, tasks.FactKeyPrint},
			Rows:    l.inOrder(way.rungs),
			Trace:   c.traces(call, host, f, time.Since(start)),
		}, nil
	}
}

// once climbs the ladder one time. nil means that every rung was reached.
func (c *Client) once(ctx context.Context, call tasks.Call, host string, way climb, l *ladder) *failure {
	addr := host
	if slices.Contains(way.rungs, rungResolve) {
		var f *failure
		if addr, f = c.lookup(ctx, host); f != nil {
			return l.fail(f)
		}
		l.reached(rungResolve, clean(host)+" is "+addr)
	}
	t, f := c.target(call.Plan, call.Facts, addr)
	if f != nil {
		return l.fail(f)
	}
	link, f := c.login(ctx, t, l.reached)
	if f != nil && way.users {
		f = c.anotherUser(ctx, t, call.Plan.Environment.Guest.OS, l, f)
	}
	if f != nil {
		return l.fail(f)
	}
	defer link.Close()
	l.agreed(link)
	if f := c.shell(ctx, t, link, l); f != nil {
		return l.fail(f)
	}
	return c.latency(ctx, t, link, l)
}

// hello is a command whose answer shows that it was this one that ran.
const hello, answer = "echo tminus", "tminus"

// spoken is what a command has said so far, of both its streams.
type spoken struct {
	mu   sync.Mutex
	text capped
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// shell opens a session and runs a command in it.
func (c *Client) shell(ctx context.Context, t target, link *link, l *ladder) *failure {
	within, done := link.bounded(ctx)
	defer done()
	s, err := link.session(within)
	if err != nil {
		f := shellFailure(within, t, hello, err, "")
		f.rung, f.says = rungSession, t.addr+" let us in and opens no session: "+clean(cause(within, err).Error())
		f.next = "sshd's MaxSessions is used up or 0, or the host is out of processes or memory: log in over another connection, or read its console"
		return f
	}
	defer s.Close()
	l.reached(rungSession, "a session opens")
	var said spoken
	s.Stdout, s.Stderr = &said, &said
	ended := make(chan error, 1)
	go func() { ended <- s.Run(hello) }()
	select {
	case err = <-ended:
	case <-within.Done(): // what it said until then may be the reason
		err = within.Err()
	}
	out := said.String()
	switch {
	case err != nil:
		return shellFailure(within, t, hello, err, out)
	case strings.TrimSpace(out) == answer:
		l.reached(rungCommand, "`"+hello+"` ended with status 0")
		return nil
	case slices.Contains(strings.Fields(out), answer):
		l.reached(rungCommand, fmt.Sprintf("`%s` ended with status 0; its start-up files write %d bytes beside it: %s", hello, len(out)-len(answer), clean(out)))
		return nil
	}
	f := &failure{
		rung: rungCommand, kind: kindForced,
		says: "another command than ours ran on " + t.addr,
		next: "look for command= in authorized_keys of user " + clean(t.user) + " and for ForceCommand in sshd_config",
	}
	return f.heard(out)
}

// latency is the median of five round trips over the open connection.
func (c *Client) latency(ctx context.Context, t target, link *link, l *ladder) *failure {
	var trips []time.Duration
	for range 5 {
		trip, err := link.roundTrip(ctx)
		if err != nil {
			return l.fail(broken(ctx, rungLatency, t, err))
		}
		trips = append(trips, trip)
	}
	slices.Sort(trips)
	l.median = trips[len(trips)/2]
	l.reached(rungLatency, short(l.median)+" a round trip, median of 5")
	return nil
}

// lookup finds the address of a host name; the first IPv4 one, as EC2 names have.
func (c *Client) lookup(ctx context.Context, host string) (string, *failure) {
	if _, err := netip.ParseAddr(host); err == nil {
		return host, nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	f := &failure{
		rung: rungResolve, kind: kindName,
		next: "compare the name with the public DNS name of the instance; a new name may need a minute",
	}
	found, err := c.resolve(ctx, host)
	if err != nil {
		f.err, f.says = err, "the name "+clean(host)+" cannot be resolved: "+clean(err.Error())
		return "", f
	}
	for _, text := range found {
		if a, err := netip.ParseAddr(text); err == nil && a.Unmap().Is4() {
			return a.Unmap().String(), nil
		}
	}
	f.says = "the name " + clean(host) + " has no IPv4 address"
	return "", f
}
