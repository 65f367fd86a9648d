package webops

// client.go: the client, and where the application is.

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"syscall"

	"tminus/tasks"
)

// Options is how the client reaches the world. Dial defaults to the machine's
// own network.
type Options struct {
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Emulated says that AWS itself is played on this machine: its public addresses may be
	// loopback ones. On AWS none is, and what stands there is never the application.
	Emulated bool
}

// Client talks to the application. It keeps nothing between steps and is safe
// for concurrent use.
type Client struct {
	dial     func(ctx context.Context, network, addr string) (net.Conn, error)
	emulated bool

	mu   sync.Mutex
	open map[*visit]struct{}
}

// New returns a client. It opens nothing until a step runs.
func New(o Options) *Client {
	c := &Client{dial: o.Dial, emulated: o.Emulated, open: map[*visit]struct{}{}}
	if c.dial == nil {
		c.dial = (&net.Dialer{}).DialContext
	}
	return c
}

// Wake drops the idle connections of visits in progress: call it when the machine
// slept, for they died meanwhile without a word. The next request of a visit dials
// anew; one that is under way ends as it would have, and its connection is not used again.
func (c *Client) Wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for v := range c.open {
		v.client.CloseIdleConnections()
	}
}

// target is the one host:port that a step may talk to, by the fact it came from.
type target struct{ fact, addr string }

// find is the target at the first of the facts that holds a public address. A
// private or local one is never the application's, whoever told it to us.
func (c *Client) find(call tasks.Call, facts ...string) (target, bool) {
	port := call.Plan.Environment.Application.Port
	for _, fact := range facts {
		ip, err := netip.ParseAddr(call.Facts[fact])
		ip = ip.Unmap()
		public := ip.IsGlobalUnicast() && !ip.IsPrivate() || c.emulated && ip.IsLoopback()
		if err == nil && public && port > 0 {
			return target{fact, net.JoinHostPort(ip.String(), strconv.Itoa(port))}, true
		}
	}
	return target{}, false
}

// url of the target's root, without a final slash. Port 80 goes without saying.
func (t target) url() string {
	host, port, _ := net.SplitHostPort(t.addr)
	if port == "80" {
		if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
			host = "[" + host + "]"
		}
		return "http://" + host
	}
	return "http://" + t.addr
}

// lost is an exchange that did not come to an answer.
type lost struct {
	kind string // refused, unreachable, timed out, closed, protocol
	says string
	err  error
}

func (l *lost) Error() string { return l.kind + ": " + l.says }
func (l *lost) Unwrap() error { return l.err }

// passing reports whether a machine still booting, or an address associated a
// moment ago, would explain the failure.
func (l *lost) passing() bool { return l.kind == "refused" || l.kind == "unreachable" }

// explain classifies an error of the wire, with what to do next.
func explain(t target, err error) *lost {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return &lost{"refused", "nothing listens on " + t.addr + "; check over SSH that the web server runs", err}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return &lost{"unreachable", "no route leads to " + t.addr + "; check that the address is associated with the running instance", err}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, syscall.ETIMEDOUT), errors.As(err, &timeout) && timeout.Timeout():
		return &lost{"timed out", t.addr + " did not answer in full within " + limit.String() +
			"; check the security group for this port and the load of the host", err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return &lost{"closed", t.addr + " closed the connection before its answer was complete; read the web server's error log", err}
	}
	return &lost{"protocol", t.addr + " did not answer in HTTP as expected: " + excerpt(err.Error()) +
		"; check what listens on this port", err}
}
