package webops

// client.go: the client, and how it reaches the world.

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"tminus/tasks"
)

// Options is how the client reaches the world. What is nil is the machine's own.
type Options struct {
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	Resolve func(ctx context.Context, host string) ([]string, error) // addresses
	// Emulated says that AWS itself is played on this machine: its public addresses may be
	// loopback ones. On AWS none is, and what stands there is never the application.
	Emulated bool
	// FromHost connects from the instance of the run itself, over SSH; nil = nobody can.
	FromHost func(ctx context.Context, call tasks.Call, network, addr string) (net.Conn, error)
	// Ways tries the three ways to the application, and says whose trouble it is that one is shut.
	Ways   func(context.Context, tasks.Call) (tasks.Result, error)
	Suite  *Suite // nil = nothing is tested, only described
	Getenv func(string) string
	Ask    tasks.Ask // for secrets that the environment lacks; nil = nobody is asked
	Roots  *x509.CertPool
	// Base is where the application is, as somebody says on a command line; nil = as the facts
	// of the run say. What is named so may be anywhere but where no application ever is.
	Base   *url.URL
	RunDir string // where bodies are kept, if the plan asks for that; "" = nowhere
}

// Client talks to the application. It keeps no state between steps but what somebody
// was asked for, and is safe for concurrent use.
type Client struct {
	o Options

	mu    sync.Mutex
	open  map[*http.Transport]struct{}
	asked map[string]string // secrets by the name of their variable
}

// New returns a client. It opens nothing until a step runs.
func New(o Options) *Client {
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Resolve == nil {
		o.Resolve = net.DefaultResolver.LookupHost
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	return &Client{o: o, open: map[*http.Transport]struct{}{}, asked: map[string]string{}}
}

// Wake drops idle connections: call it when the machine slept, for they died meanwhile
// without a word. The next request dials anew; one that is under way ends as it would have,
// and its connection is not used again.
func (c *Client) Wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for t := range c.open {
		t.CloseIdleConnections()
	}
}

// short is a duration as a person reads it.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
