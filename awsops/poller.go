package awsops

// poller.go: one poller for everything the sensors ask: when each of them is due, how long it
// stays away when AWS says that it is too much, and how many calls all of them may make.

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// How long a sensor stays away after it was throttled: the first time, and at most. Run time.
const (
	firstAway   = 20 * time.Second
	longestAway = 2 * time.Minute
)

// poller is what the sensors of one run share.
type poller struct {
	a    *Account
	real func() time.Time

	mu    sync.Mutex
	spent allowance
	waits map[*turn]bool // those that wanted to read and had no room: it is kept for them
	seen  reading.Cloud  // the newest
	asks  []gauge        // the series that CloudWatch is asked for at present
}

func newPoller(a *Account, real func() time.Time) *poller {
	return &poller{a: a, real: real, spent: newAllowance(), waits: map[*turn]bool{}}
}

// turn is one sensor of the poller.
type turn struct {
	tasks.Sensor
	poll  *poller
	calls int                                               // about as many it makes at once
	due   func(facts map[string]string, now time.Time) bool // nil = whenever it is asked

	busy    chan struct{} // the engine may give a reading up and begin another
	asked   time.Time     // when the engine last gave it the chance to read
	clients *clients      // with which it last read
	err     error         // of the last reading
	away    time.Duration // how long it stays away
	until   time.Time
}

// paced makes a sensor one of the poller's: it gets its chance to read whenever the engine
// gives it, and calls AWS only when it is due and the allowance has room. Between two readings
// it says again what the last one came to: a failure lasts until something was read.
func (p *poller) paced(s tasks.Sensor, calls int, due func(map[string]string, time.Time) bool) tasks.Sensor {
	t := &turn{Sensor: s, poll: p, calls: calls, due: due, busy: make(chan struct{}, 1)}
	s.Read = t.read
	return s
}

func (t *turn) read(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	select {
	case t.busy <- struct{}{}:
		defer func() { <-t.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	wanted := t.wanted(now)
	t.asked = now
	switch {
	case now.Before(t.until):
		return nil, fmt.Errorf("%w; not asked again for %s", t.err, t.until.Sub(now).Round(time.Second))
	case !wanted && t.err == nil && t.due != nil && !t.due(facts, now):
		t.poll.yield(t)
		return nil, nil
	case !t.poll.room(now, t):
		return nil, t.err
	}
	t.clients = t.poll.a.live.Load()
	counting := counted(ctx, t.poll, now)
	if t.Every <= time.Minute {
		counting = context.WithValue(counting, onceKey{}, true) // its next turn comes soon and is the repetition
	}
	update, err := t.Read(counting, facts, now)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil, err // given up, and so says nothing of AWS
	}
	t.err = err
	if !isThrottled(err) {
		t.away, t.until = 0, time.Time{}
		return update, err
	}
	t.away = min(max(2*t.away, firstAway), longestAway)
	t.until = now.Add(t.away)
	return nil, fmt.Errorf("%w; not asked again for %s", err, t.away)
}

// wanted reports a chance to read that is more than the next in the row: the first, one out of
// turn (somebody asked to look again), or one after the machine slept.
func (t *turn) wanted(now time.Time) bool {
	return t.asked.IsZero() || now.Sub(t.asked) < t.Every/2 || t.clients != t.poll.a.live.Load()
}

// sparing makes a sensor that gets more chances than it needs read once in so long, unless its last reading failed.
func sparing(s tasks.Sensor, every time.Duration) (tasks.Sensor, func(map[string]string, time.Time) bool) {
	var did time.Time
	read := s.Read
	s.Read = func(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
		update, err := read(ctx, facts, now)
		if err == nil {
			did = now
		}
		return update, err
	}
	return s, func(_ map[string]string, now time.Time) bool { return now.Sub(did) >= every-s.Every/2 }
}

func isThrottled(err error) bool {
	var f tasks.Failing
	return errors.As(err, &f) && f.Failure().Kind == reading.Throttled
}

// room reports whether a sensor may make its calls now. What others wait for is not for it to
// use up: under a fast clock everybody is always due, and those that need little would starve those that need much.
func (p *poller) room(now time.Time, t *turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waits, t)
	calls := t.calls
	for other := range p.waits {
		calls += other.calls
	}
	if p.spent.room(now, p.real(), min(calls, callsAtOnce)) {
		return true
	}
	p.waits[t] = true
	return false
}

// yield says that a sensor waits for nothing any more.
func (p *poller) yield(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waits, t)
}

// usage is what the sensors cost, as of now.
func (p *poller) usage(now time.Time) reading.Usage {
	p.mu.Lock()
	defer p.mu.Unlock()
	return reading.Usage{Stamp: reading.Stamp{At: now, Every: everyCalm}, PerMinute: p.spent.perMinute(now), Bound: callsBound, PerHour: costPerHour(p.asks)}
}

// cloud is what the cloud sensor saw last.
func (p *poller) cloud() reading.Cloud {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func (p *poller) saw(c reading.Cloud) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = c
}

func (p *poller) measures(all []gauge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = all
}

type onceKey struct{}

// repeats lets the SDK repeat what only looks, but not what is polled: a call that failed because
// there are too many must not be made three times at once.
type repeats struct{ aws.RetryerV2 }

// GetRetryToken refuses the second attempt of a polled call.
func (r repeats) GetRetryToken(ctx context.Context, err error) (release func(error) error, _ error) {
	if ctx.Value(onceKey{}) != nil {
		return nil, errors.New("it is asked again on its next turn")
	}
	return r.RetryerV2.GetRetryToken(ctx, err)
}
