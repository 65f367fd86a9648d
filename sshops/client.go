package sshops

// client.go: the client, what it is told of the world, and how its life ends.

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"time"

	"tminus/sshops/keys"
	"tminus/tasks"
)

// limit bounds, in real time, each of: connecting and logging in, one command.
const limit = 10 * time.Second

// Options is how the client reaches the world. Dial and Resolve default to the
// machine's own network and resolver.
type Options struct {
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	Resolve func(ctx context.Context, host string) ([]string, error)
	RunDir  string    // holds known_hosts and, unless the plan says otherwise, keys/<key name>.pem
	Ask     tasks.Ask // asks for passphrases; nil = nobody can be asked
	Config  string    // path of the ssh config; "" = ~/.ssh/config, "none" = it is not read
	Agent   bool      // the keys of the SSH agent are offered too

	// Moved says in one line what the run knows of an address that leads elsewhere
	// now ("the address moved from i-0a to i-0b at 17:16 by LX"), or "". May be nil.
	Moved func(address string) string
	// Reference is a host:port that answers whenever this machine's network works,
	// such as EC2's endpoint; "" = there is nothing to compare with.
	Reference string
}

// Client tests hosts and reads them. It is safe for concurrent use.
type Client struct {
	dial      func(ctx context.Context, network, addr string) (net.Conn, error)
	resolve   func(ctx context.Context, host string) ([]string, error)
	runDir    string
	known     *hostKeys
	reference string
	ask       tasks.Ask
	config    string
	agent     bool
	ring      keys.Ring // keys that were opened with a passphrase
	pool      *pool

	mu       sync.Mutex
	declined map[string]bool // key files that somebody did not want to open
	watch    *watch          // never mended, only replaced as a whole
	closed   bool
	gone     sync.WaitGroup // watches from before, hanging up
}

// New returns a client. It opens nothing until something is tested or read.
func New(o Options) *Client {
	c := &Client{
		dial: o.Dial, resolve: o.Resolve, runDir: o.RunDir, ask: o.Ask, config: o.Config, agent: o.Agent, reference: o.Reference,
		declined: map[string]bool{},
	}
	if c.dial == nil {
		// A peer that is gone is noticed even where nobody asks it anything.
		alive := net.KeepAliveConfig{Enable: true, Idle: aliveEvery, Interval: 5 * time.Second, Count: 3}
		c.dial = (&net.Dialer{KeepAliveConfig: alive}).DialContext
	}
	if c.resolve == nil {
		c.resolve = net.DefaultResolver.LookupHost
	}
	c.known = &hostKeys{path: filepath.Join(o.RunDir, "known_hosts"), moved: o.Moved}
	c.pool = newPool(c)
	c.watch = newWatch(c)
	return c
}

// Wake drops the connections that are kept, and begins with new ones: call it when the
// machine slept. The old ones died meanwhile without a word, and whatever failed before is
// no reason to rest now. A reading in progress is cancelled, a test ends as it would have;
// nobody waits, neither for them nor here.
func (c *Client) Wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.watch.end(context.Canceled) // first: what reads with it is cancelled, not broken
	c.pool.wake()
	old := c.watch
	c.watch = newWatch(c)
	c.gone.Go(func() { old.close(context.Canceled) })
}

// Close ends the connections that are kept, and forgets every opened key. Reading
// afterwards is an error.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.watch.end(errClosed)
	c.pool.close()
	c.watch.close(errClosed)
	c.gone.Wait()
	c.ring.Forget()
	return nil
}

// readings is the watch to read with.
func (c *Client) readings() *watch {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.watch
}
