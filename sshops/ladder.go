package sshops

// ladder.go: the SSH test (T6): the way to a host, one rung at a time, each with
// a verdict of its own. What comes after a rung that failed is not tested.

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"tminus/tasks"
)

// A host that is booting refuses connections for a while. It is given this many
// more tries, this far apart in run time.
const (
	retries    = 6
	retryPause = 10 * time.Second
)

// Test is the action "ssh.test": can the key of this run log in to the instance?
func (c *Client) Test() tasks.Action {
	return tasks.Action{Kind: "ssh.test", Steps: []tasks.Step{{
		ID:    "ladder",
		Title: "log in over SSH, rung by rung",
		Needs: []string{tasks.FactInstance, tasks.FactPublicDNS, tasks.FactKeyName},
		Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
			return c.climb(ctx, call, tasks.FactPublicDNS, []string{
				rungResolve, rungTCP, rungBanner, rungKeyExchange, rungHostKey, rungAuthentication, rungCommand, rungLatency,
			})
		},
	}}}
}

// Through is a step that climbs the same ladder over the address that a fact
// holds: passing means that the very instance of this run answers there.
func (c *Client) Through(fact string) tasks.Step {
	return tasks.Step{
		ID:    "reach-ssh",
		Title: "reach SSH through the address",
		Needs: []string{fact, tasks.FactInstance, tasks.FactKeyName},
		Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
			return c.climb(ctx, call, fact, []string{
				rungTCP, rungBanner, rungKeyExchange, rungHostKey, rungAuthentication, rungCommand, rungLatency,
			})
		},
	}
}

// climb tries the ladder to the host that the fact names until it passes, fails
// for good, or patience ends.
func (c *Client) climb(ctx context.Context, call tasks.Call, fact string, rungs []string) (tasks.Result, error) {
	host := call.Facts[fact]
	for try := 1; ; try++ {
		start := time.Now()
		l := &ladder{last: start, rows: map[string]tasks.Row{}}
		f := c.once(ctx, call, host, rungs, l)
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
			Rests:   []string{fact, tasks.FactHostKey, tasks.FactKeyPrint},
			Rows:    l.inOrder(rungs),
			Trace:   traces(call, host, f, time.Since(start)),
		}, nil
	}
}

// once climbs the ladder one time. nil means that every rung was reached.
func (c *Client) once(ctx context.Context, call tasks.Call, host string, rungs []string, l *ladder) *failure {
	addr := host
	if slices.Contains(rungs, rungResolve) {
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
	if f != nil {
		return l.fail(f)
	}
	defer link.Close()
	if _, f := link.run(ctx, t, "true"); f != nil {
		return l.fail(f)
	}
	l.reached(rungCommand, "`true` ended with status 0")
	return c.latency(ctx, t, link, l)
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
