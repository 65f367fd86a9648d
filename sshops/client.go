package sshops

// client.go: the client and what it has to know of a host before it dials.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// limit bounds, in real time, each of: connecting and logging in, one command.
const limit = 10 * time.Second

// Options is how the client reaches the world. Dial and Resolve default to the
// machine's own network and resolver.
type Options struct {
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	Resolve func(ctx context.Context, host string) ([]string, error)
	RunDir  string // holds known_hosts and, unless the plan says otherwise, keys/<key name>.pem
}

// Client tests hosts and reads them. It is safe for concurrent use.
type Client struct {
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	resolve func(ctx context.Context, host string) ([]string, error)
	runDir  string
	known   *hostKeys

	mu     sync.Mutex
	watch  *watch // never mended, only replaced as a whole
	closed bool
	gone   sync.WaitGroup // watches from before, hanging up
}

// New returns a client. It opens nothing until something is tested or read.
func New(o Options) *Client {
	c := &Client{dial: o.Dial, resolve: o.Resolve, runDir: o.RunDir}
	if c.dial == nil {
		c.dial = (&net.Dialer{}).DialContext
	}
	if c.resolve == nil {
		c.resolve = net.DefaultResolver.LookupHost
	}
	c.known = &hostKeys{path: filepath.Join(o.RunDir, "known_hosts")}
	c.watch = newWatch(c)
	return c
}

// Wake drops the connection that host readings are taken over, and begins with a new
// one: call it when the machine slept. The old one died meanwhile without a word, and
// whatever failed before is no reason to rest now. A reading in progress is cancelled,
// a test ends as it would have; nobody waits, neither for them nor here.
func (c *Client) Wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	old := c.watch
	c.watch = newWatch(c)
	c.gone.Go(func() { old.close(context.Canceled) })
}

// Close ends the connection that host readings are taken over. Reading
// afterwards is an error.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.watch.close(errClosed)
	c.gone.Wait()
	return nil
}

// readings is the watch to read with.
func (c *Client) readings() *watch {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.watch
}

// target is one host as the facts describe it.
type target struct {
	instance string // its id, under which its host key is known
	addr     string // host:port
	user     string
	hostKey  string // fingerprint from the console, SHA256:…; "" = not known
	key      ssh.Signer
}

// port is the port that the plan expects SSH on.
func (t target) port() string {
	_, port, _ := net.SplitHostPort(t.addr)
	return port
}

// target describes the host at addr from the facts.
func (c *Client) target(p *plan.Plan, facts map[string]string, addr string) (target, *failure) {
	machine := p.Environment.Instance
	key, err := c.key(machine, facts[tasks.FactKeyName], facts[tasks.FactKeyPrint])
	if err != nil {
		next := "put the key of this run back into keys/ of the run folder, or launch with a new one"
		if machine.KeyPair == facts[tasks.FactKeyName] {
			next = "put the private key of " + clean(machine.KeyPair) + " there, or amend key_pair and key_file of the plan"
		}
		return target{}, &failure{rung: rungAuthentication, kind: kindKeyFile, says: clean(err.Error()), err: err, next: next}
	}
	return target{
		instance: facts[tasks.FactInstance],
		addr:     net.JoinHostPort(addr, strconv.Itoa(machine.SSHPort)),
		user:     machine.SSHUser,
		hostKey:  facts[tasks.FactHostKey],
		key:      key,
	}, nil
}

// maxKeyFile is far more than the longest RSA key needs, in bytes.
const maxKeyFile = 64 << 10

// key reads the private key of a key pair and makes sure that it is the one with
// the fingerprint print; an empty print accepts any. Errors never quote the file.
func (c *Client) key(machine plan.Instance, name, print string) (ssh.Signer, error) {
	path, shown, err := machine.KeyFileOf(name, c.runDir)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist", shown)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", shown, errors.Unwrap(err))
	}
	defer f.Close()
	pem, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", shown, err)
	}
	signer, err := ssh.ParsePrivateKey(pem)
	clear(pem)
	if err != nil {
		return nil, fmt.Errorf("%s holds no usable private key: %w", shown, err)
	}
	if got := ssh.FingerprintSHA256(signer.PublicKey()); print != "" && got != print {
		return nil, fmt.Errorf("%s is another key: its fingerprint is %s, the instance was launched with %s", shown, got, print)
	}
	return signer, nil
}
