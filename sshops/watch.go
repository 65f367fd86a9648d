package sshops

// watch.go: the host sensor. One shell is kept open on the connection that everybody
// shares (pool.go); a sample is one line written and one bounded answer read (sample.go), and what
// answers stays on the host between samples (sampler.go). We ask, and it is not
// sent unasked: so nothing piles up when the network stalls, and nothing runs on
// at the host when we are gone.
//
// The connection is not ours to close. When a sample fails we leave the shell, rest,
// and open another one on whatever connection is kept then.

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const (
	every = 2 * time.Second // between samples, real time
	// rest is the least time between a shell that failed and the next, real time:
	// a host in trouble is not helped by more of them.
	rest = 10 * time.Second
)

var errClosed = errors.New("host readings are closed")

// Sensors are the sensors of this package: "host", htop's view of the instance, and "guest", its audit.
func (c *Client) Sensors(p *plan.Plan) []tasks.Sensor {
	return []tasks.Sensor{{
		Name:  "host",
		Every: every,
		Real:  true,
		Read: func(ctx context.Context, facts map[string]string, _ time.Time) (reading.Update, error) {
			return c.readings().read(ctx, p, facts)
		},
	}, c.auditSensor(p)}
}

// watch is the open shell and what the last sample said. Reads come one at
// a time; the mutex makes it so, and guards all fields.
type watch struct {
	client *Client
	life   context.Context // ends with close, and with it a read in progress
	end    context.CancelCauseFunc

	runs sync.WaitGroup // everything that runs for its shells

	mu      sync.Mutex
	whose   string // what the shell depends on
	shell   *shell
	before  *sample
	failed  error     // why there is no shell
	resting time.Time // no shell before this, unless the machine slept: Wake has another watch
}

func newWatch(c *Client) *watch {
	life, end := context.WithCancelCause(context.Background())
	return &watch{client: c, life: life, end: end}
}

// read takes one sample. Without an address or a fingerprint to trust there is
// nothing to read, yet or any more: nothing is shown, and that is no error.
func (w *watch) read(ctx context.Context, p *plan.Plan, facts map[string]string) (reading.Update, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.life.Err() != nil {
		return nil, context.Cause(w.life)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.life, cancel)()
	addr := address(facts)
	if addr == "" || facts[tasks.FactInstance] == "" || printed(facts) == "" || facts[tasks.FactKeyName] == "" {
		w.hangUp()
		return func(r *reading.Readings) { r.Host = reading.Host{} }, nil
	}
	if now := whose(p, facts, addr); w.whose != now {
		w.hangUp()
		w.whose, w.resting, w.failed = now, time.Time{}, nil
	}
	if w.shell == nil {
		if err := w.open(ctx, p, facts, addr); err != nil {
			return nil, err
		}
	}
	host, err := w.sample(ctx)
	if err != nil {
		w.hangUp()
		if errors.Is(err, context.Canceled) || w.life.Err() != nil { // the connection was cut, or we were
			return nil, context.Canceled
		}
		return nil, w.fail(fmt.Errorf("no reading from %s: %w; trying again in %s", addr, err, rest))
	}
	host.Address = addr
	return func(r *reading.Readings) { r.Host = host }, nil
}

// address is where the host is read: the Elastic IP once it is associated. One
// that is only allocated leads nowhere yet.
func address(facts map[string]string) string {
	if elastic := facts[tasks.FactElasticIP]; elastic != "" && facts[tasks.FactAssociation] != "" {
		return elastic
	}
	return facts[tasks.FactPublicIP]
}

// open opens the shell, unless the last failure was a moment ago.
func (w *watch) open(ctx context.Context, p *plan.Plan, facts map[string]string, addr string) error {
	if time.Now().Before(w.resting) {
		return w.failed
	}
	link, f := w.client.kept(ctx, p, facts)
	switch {
	case f != nil && (errors.Is(ctx.Err(), context.Canceled) || w.life.Err() != nil):
		return context.Canceled
	case f != nil:
		return f // the pool rests by itself
	}
	shell, err := openShell(ctx, link, &w.runs)
	if errors.Is(err, context.Canceled) || err != nil && w.life.Err() != nil {
		return context.Canceled
	}
	if err != nil {
		return w.fail(noShell(link, addr, err))
	}
	w.shell, w.before, w.failed = shell, nil, nil
	return nil
}

// sample takes one sample and turns it, with the one before, into a reading.
func (w *watch) sample(ctx context.Context) (reading.Host, error) {
	sections, err := w.shell.ask(ctx, due(w.shell.count, w.before))
	if err != nil {
		if wireKind(err) == kindTimedOut {
			err = fmt.Errorf("no answer within %s", limit)
		}
		return reading.Host{}, err
	}
	now, err := parse(sections)
	if err != nil {
		return reading.Host{}, err
	}
	host := now.since(w.before)
	host.Stamp = reading.Stamp{At: time.Now(), Every: every}
	w.before = &now // with what it took over from the one before
	return host, nil
}

func (w *watch) fail(err error) error {
	w.failed, w.resting = err, time.Now().Add(rest)
	return err
}

func (w *watch) hangUp() {
	if w.shell != nil {
		w.shell.leave()
	}
	w.shell, w.before = nil, nil
}

// close ends the watch: who reads with it from now on is told why. It waits for
// what ran for it, which ends with the connection: that must be closed before.
func (w *watch) close(why error) {
	w.end(why)
	w.mu.Lock()
	w.hangUp()
	w.mu.Unlock()
	w.runs.Wait()
}
