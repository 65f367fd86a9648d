package awsops

// usage.go: the calls the sensors make, counted on the wire, and how many they may make.
//
// The allowance is kept in both kinds of time. In a live run they are one. In a rehearsal at 600×
// a minute of run time is over in a tenth of a second, and the bound of real time is the one that holds.

import (
	"context"
	"slices"
	"time"
)

// A bucket holds callsAtOnce calls and is filled again by so many a minute. What has begun is
// counted to its end, so a look may overdraw it by what it makes at once, and the next one waits.
const (
	callsAtOnce    = 40
	refillRun      = 40  // a minute of run time: a restless cloud reading each 10 s takes 36
	refillReal     = 480 // a minute of real time: EC2 refills its own bucket of describes 2.5 times as fast
	callsBound     = callsAtOnce + refillRun + callsAtOnce
	callsBoundReal = callsAtOnce + refillReal + callsAtOnce
	measuredOver   = 5 * time.Minute // run time
)

// allowance is how many calls may be made, and which were.
type allowance struct {
	run, real bucket
	began     time.Time   // run time of the first call
	calls     []time.Time // run times of the newest
}

func newAllowance() allowance {
	return allowance{run: bucket{tokens: callsAtOnce, refill: refillRun}, real: bucket{tokens: callsAtOnce, refill: refillReal}}
}

func (w *allowance) room(run, real time.Time, calls int) bool {
	a, b := w.run.at(run), w.real.at(real)
	return a >= float64(calls) && b >= float64(calls)
}

// spend counts one call.
func (w *allowance) spend(run, real time.Time) {
	w.run.at(run)
	w.real.at(real)
	w.run.tokens--
	w.real.tokens--
	if w.began.IsZero() {
		w.began = run
	}
	w.forget(run)
	w.calls = append(w.calls, run)
}

// perMinute is how many calls a minute were made of late.
func (w *allowance) perMinute(now time.Time) float64 {
	w.forget(now)
	return float64(len(w.calls)) / min(max(now.Sub(w.began), time.Minute), measuredOver).Minutes()
}

// forget drops the calls that are too old to count.
func (w *allowance) forget(now time.Time) {
	w.calls = slices.DeleteFunc(w.calls, func(at time.Time) bool { return now.Sub(at) >= measuredOver })
}

// bucket holds calls that may be made.
type bucket struct {
	tokens float64
	refill float64 // a minute
	filled time.Time
}

// at is what it holds at a moment. A clock that goes back fills nothing.
func (b *bucket) at(now time.Time) float64 {
	if !b.filled.IsZero() && now.After(b.filled) {
		b.tokens = min(b.tokens+now.Sub(b.filled).Minutes()*b.refill, callsAtOnce)
	}
	b.filled = now
	return b.tokens
}

type countKey struct{}

// counted is a context whose calls the poller counts, each attempt of them.
func counted(ctx context.Context, p *poller, now time.Time) context.Context {
	return context.WithValue(ctx, countKey{}, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.spent.spend(now, p.real())
	})
}

// countCall counts a request that is about to leave, if somebody counts.
func countCall(ctx context.Context) {
	if count, ok := ctx.Value(countKey{}).(func()); ok {
		count()
	}
}
