package sshops

// pool.go: the connections that are kept, one for each instance, for everybody who wants
// something of it. A connection is made when somebody needs it, by one login at a time;
// it is asked now and then whether it lives, and made again when it died, ever more slowly
// while that fails. Who waits for it waits no longer than they want.

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// All in real time.
const (
	aliveEvery    = 15 * time.Second // between two questions whether the peer is there
	alivePatience = 10 * time.Second // for the answer
	firstPause    = time.Second      // between a failed login and the next; doubled each time
	maxPause      = 30 * time.Second
)

// pool is the kept connections. It outlives each of them.
type pool struct {
	client *Client

	mu     sync.Mutex
	kept   map[string]*keeper // by instance id
	closed bool
	gone   sync.WaitGroup // everything that runs for a keeper
}

func newPool(c *Client) *pool { return &pool{client: c, kept: map[string]*keeper{}} }

// keeper keeps the connection to one instance at one address. pool.mu guards what changes.
type keeper struct {
	whose string // what the connection depends on; when it changes, another keeper comes
	life  context.Context
	end   context.CancelCauseFunc

	link   *link         // nil while there is none
	trying chan struct{} // closed when the login in progress has ended; nil = none
	failed *failure      // why the last login, or the connection, ended
	pause  time.Duration // before the login after the next failure
	until  time.Time     // no login before this
}

// kept is the one connection to the primary instance, made when needed and shared: open
// sessions on it, and never close it. It returns when ctx ends at the latest; while a
// host is in trouble, at once, with what happened last.
func (c *Client) kept(ctx context.Context, p *plan.Plan, facts map[string]string) (*link, *failure) {
	addr := address(facts)
	if addr == "" || facts[tasks.FactInstance] == "" {
		return nil, &failure{
			rung: rungResolve, kind: kindName, says: "there is no instance with an address to log in to",
			next: "launch it, or wait until it has its address",
		}
	}
	for {
		k, ended, f := c.pool.keeper(p, facts, addr)
		if f != nil {
			return nil, f
		}
		if ended == nil {
			return k, nil
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return nil, broken(ctx, rungTCP, target{addr: addr}, ctx.Err())
		}
	}
}

// keeper is the connection, or the end of the login that is to bring it, or why there is none.
func (o *pool) keeper(p *plan.Plan, facts map[string]string, addr string) (*link, <-chan struct{}, *failure) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, nil, &failure{rung: rungTCP, kind: kindClosed, says: "no connection is kept any more", next: "open the run again", err: errClosed}
	}
	instance, whose := facts[tasks.FactInstance], whose(p, facts, addr)
	k := o.kept[instance]
	if k == nil || k.whose != whose {
		if k != nil {
			k.cut(context.Canceled)
		}
		k = &keeper{whose: whose, pause: firstPause}
		k.life, k.end = context.WithCancelCause(context.Background())
		o.kept[instance] = k
	}
	switch {
	case k.link != nil:
		return k.link, nil, nil
	case k.trying != nil:
		return nil, k.trying, nil
	case time.Now().Before(k.until):
		f := *k.failed
		f.says += "; trying again in " + cmp.Or(time.Until(k.until).Round(time.Second), time.Second).String()
		return nil, nil, &f
	}
	t, f := o.client.target(p, facts, addr)
	if f != nil {
		k.rest(f)
		return nil, nil, f
	}
	t.asks = false
	ended := make(chan struct{})
	k.trying = ended
	o.gone.Go(func() { o.login(k, t, ended) })
	return nil, ended, nil
}

// whose is what a connection depends on: which machine it is, where, and how we log in.
func whose(p *plan.Plan, facts map[string]string, addr string) string {
	in := p.Environment.Instance
	return strings.Join([]string{
		addr, facts[tasks.FactInstance], printed(facts), facts[tasks.FactKeyName], facts[tasks.FactKeyPrint],
		in.SSHUser, in.KeyPair, in.KeyFile,
	}, "\x00")
}

// login makes the connection and stays with it until it ends.
func (o *pool) login(k *keeper, t target, ended chan struct{}) {
	l, f := o.client.login(k.life, t, nowhere)
	began := time.Now()
	o.mu.Lock()
	k.trying = nil
	switch {
	case f != nil:
		k.rest(f)
	case k.life.Err() != nil:
		l.Close()
	default:
		k.link = l
	}
	o.mu.Unlock()
	close(ended)
	if f != nil {
		return
	}
	alive, stop := context.WithCancel(k.life)
	every, patience := t.alive()
	o.gone.Go(func() { l.alive(alive, every, patience) })
	err := l.Wait()
	stop()
	o.mu.Lock()
	defer o.mu.Unlock()
	k.link = nil
	if time.Since(began) > maxPause {
		k.pause = firstPause // it was a good connection; the next is made at once
		return
	}
	k.rest(broken(context.Background(), rungCommand, t, cmp.Or(err, errClosed)))
}

// alive is how often the peer is asked, and how long it may take to answer.
func (t target) alive() (every, patience time.Duration) {
	every, patience = cmp.Or(t.settings.aliveEvery, aliveEvery), alivePatience
	if n := t.settings.aliveCount; n != 0 {
		patience = min(every*time.Duration(n), maxTimeout)
	}
	return every, patience
}

// rest lets no login come before the pause is over. A host that knows us and does not let us
// in, or is not the right one, gets better by what people do, so the pause is the longest.
func (k *keeper) rest(f *failure) {
	if slices.Contains([]kind{kindHostKey, kindAuthentication, kindKey, kindUser, kindAccount, kindBarred}, f.kind) {
		k.pause = maxPause
	}
	k.failed, k.until = f, time.Now().Add(k.pause)
	k.pause = min(2*k.pause, maxPause)
}

// cut ends the keeper and its connection.
func (k *keeper) cut(why error) {
	k.end(why)
	if k.link != nil {
		k.link.Close()
	}
}

// serves runs something over a kept connection, which must end with it; false: the pool is closed.
func (o *pool) serves(run func()) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.gone.Go(run)
	}
	return !o.closed
}

// wake leaves every connection: the next who needs one gets a new one at once.
func (o *pool) wake() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for instance, k := range o.kept {
		k.cut(context.Canceled)
		delete(o.kept, instance)
	}
}

// close ends everything and waits for it.
func (o *pool) close() {
	o.mu.Lock()
	o.closed = true
	for _, k := range o.kept {
		k.cut(errClosed)
	}
	o.mu.Unlock()
	o.gone.Wait()
}
