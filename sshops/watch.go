package sshops

// watch.go: the host sensor. One connection and one shell in it are kept open;
// a sample is one line written and one bounded answer read. A fresh command per
// sample would read the login shell's start-up files each time. Nothing is
// installed on the host.
//
// A sample every two seconds with a deadline is also the keepalive: a peer that
// died is noticed by the next sample, and its connection closed.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const (
	every = 2 * time.Second // between samples, real time
	// rest is the least time between a failure and the next login, real time: a
	// host in trouble is not helped by logins, and sshd drops who comes too often.
	rest = 10 * time.Second
)

var errClosed = errors.New("host readings are closed")

// Sensors are the sensors of this package: "host", htop's view of the instance.
func (c *Client) Sensors(p *plan.Plan) []tasks.Sensor {
	return []tasks.Sensor{{
		Name:  "host",
		Every: every,
		Real:  true,
		Read: func(ctx context.Context, facts map[string]string, _ time.Time) (reading.Update, error) {
			return c.readings().read(ctx, p, facts)
		},
	}}
}

// watch is the kept connection and what the last sample said. Reads come one at
// a time; the mutex makes it so, and guards all fields.
type watch struct {
	client *Client
	life   context.Context // ends with close, and with it a read in progress
	end    context.CancelCauseFunc

	mu      sync.Mutex
	whose   string // host, instance and fingerprint the shell is open to
	link    *link
	shell   *shell
	before  *sample
	failed  error     // why there is no shell
	resting time.Time // no login before this, unless the machine slept: Wake has another watch
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
	if addr == "" || facts[tasks.FactInstance] == "" || facts[tasks.FactHostKey] == "" || facts[tasks.FactKeyName] == "" {
		w.hangUp()
		return func(r *reading.Readings) { r.Host = reading.Host{} }, nil
	}
	whose := addr + " " + facts[tasks.FactInstance] + " " + facts[tasks.FactHostKey]
	if w.whose != whose {
		w.hangUp()
		w.whose, w.resting, w.failed = whose, time.Time{}, nil
	}
	if w.shell == nil {
		if err := w.connect(ctx, p, facts, addr); err != nil {
			return nil, err
		}
	}
	host, err := w.sample(ctx)
	if err != nil {
		w.hangUp()
		if errors.Is(err, context.Canceled) {
			return nil, err
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

// connect logs in and opens the shell, unless the last failure was a moment ago.
func (w *watch) connect(ctx context.Context, p *plan.Plan, facts map[string]string, addr string) error {
	if time.Now().Before(w.resting) {
		return w.failed
	}
	t, f := w.client.target(p, facts, addr)
	if f != nil {
		return w.fail(f)
	}
	link, f := w.client.login(ctx, t, nowhere)
	if errors.Is(ctx.Err(), context.Canceled) && f != nil {
		return ctx.Err()
	}
	if f != nil {
		return w.fail(f)
	}
	shell, err := openShell(ctx, link)
	if err != nil {
		link.Close()
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		return w.fail(shellFailure(ctx, t, "login shell", err, ""))
	}
	w.link, w.shell, w.before, w.failed = link, shell, nil, nil
	return nil
}

// sample takes one sample and turns it, with the one before, into a reading.
func (w *watch) sample(ctx context.Context) (reading.Host, error) {
	ctx, done := w.link.bounded(ctx)
	defer done()
	sections, err := w.shell.ask()
	if err = cause(ctx, err); err != nil {
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
	w.before = &now
	return host, nil
}

func (w *watch) fail(err error) error {
	w.failed, w.resting = err, time.Now().Add(rest)
	return err
}

func (w *watch) hangUp() {
	if w.link != nil {
		w.link.Close()
		_ = w.link.Wait() // its goroutines end with it
	}
	w.link, w.shell, w.before = nil, nil, nil
}

// close ends the watch: who reads with it from now on is told why.
func (w *watch) close(why error) {
	w.end(why)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hangUp()
}

// shell is a login shell without a terminal, fed line by line.
type shell struct {
	in    io.Writer
	out   *bufio.Reader
	mark  string // begins every marker; random, so that no output can forge one
	count int
}

// openShell starts the shell. It ends with its link.
func openShell(ctx context.Context, l *link) (*shell, error) {
	ctx, done := l.bounded(ctx)
	defer done()
	session, err := l.NewSession()
	if err != nil {
		return nil, cause(ctx, err)
	}
	in, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, cause(ctx, err)
	}
	_, err = io.WriteString(in, "export LC_ALL=C\n") // numbers with points, in every locale
	return &shell{in: in, out: bufio.NewReader(out), mark: newMark()}, err
}
