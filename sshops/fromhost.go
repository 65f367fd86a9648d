package sshops

// fromhost.go: a connection from the host itself, over the connection that everybody shares
// (pool.go): the view from inside, where no security group and no address stand between.
// sshd connects for us, and the bytes come in a channel of SSH, which knows no deadlines; so
// they go through a pipe that does.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

// maxWays is how many connections we have opened from one host at once. Whoever wants one
// more waits; sshd itself does not count them.
const maxWays = 16

// FromHost connects to addr from the instance of the run: to its own loopback or private
// address, and nowhere else, for the instance reaches what is none of our business, such as
// the credentials of its role. It is [net.Dialer.DialContext] for one call; bounded in time.
// What was written and not sent when it is closed is lost. A host that connects nobody is
// [fs.ErrPermission], a port where nothing listens [syscall.ECONNREFUSED].
func (c *Client) FromHost(ctx context.Context, call tasks.Call, network, addr string) (net.Conn, error) {
	to, err := inside(call.Facts, network, addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	l, f := c.kept(ctx, call.Plan, call.Facts)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case f != nil:
		return nil, f
	}
	select {
	case l.ways <- struct{}{}:
	case <-ctx.Done():
		return nil, noWay(ctx, l, to, ctx.Err())
	}
	w, err := c.open(ctx, l, to)
	if err != nil {
		return nil, noWay(ctx, l, to, err)
	}
	return w, nil
}

// open has the host connect, and gives the bytes somebody to carry them, for as long as there
// are any. It holds one of the ways, and gives it back when all is over.
func (c *Client) open(ctx context.Context, l *link, to netip.AddrPort) (net.Conn, error) {
	opened := make(chan *way)
	failed := make(chan error, 1)
	if !c.pool.serves(func() {
		defer func() { <-l.ways }()
		channel, err := l.Dial("tcp", to.String())
		if err != nil {
			failed <- err
			return
		}
		defer channel.Close()
		ours, theirs := net.Pipe()
		w := &way{Conn: ours, to: net.TCPAddrFromAddrPort(to), over: make(chan struct{})}
		select {
		case opened <- w:
			w.carry(l, theirs, channel)
		case <-ctx.Done():
		}
	}) {
		<-l.ways
		return nil, errClosed
	}
	select {
	case w := <-opened:
		return w, nil
	case err := <-failed:
		return nil, forwarded(err)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inside is addr when it is the instance's own.
func inside(facts map[string]string, network, addr string) (netip.AddrPort, error) {
	to, err := netip.ParseAddrPort(addr)
	private, _ := netip.ParseAddr(facts[tasks.FactPrivateIP])
	if err != nil || !strings.HasPrefix(network, "tcp") || !to.Addr().IsLoopback() && to.Addr().Unmap() != private {
		return to, fmt.Errorf("%s %s is not asked from the host: only what listens on the host itself is; look at 127.0.0.1 or at its private address", clean(network), clean(addr))
	}
	return to, nil
}

// noWay is why the host did not connect.
func noWay(ctx context.Context, l *link, to netip.AddrPort, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	f := &failure{rung: rungTCP, kind: wireKind(err), err: err}
	var refused *ssh.OpenChannelError
	switch {
	case errors.As(err, &refused) && refused.Reason == ssh.Prohibited:
		f.kind, f.err = kindForward, fmt.Errorf("%w: %w", fs.ErrPermission, err)
		f.says = "sshd connects nobody to " + to.String() + " of the host: " + clean(refused.Message)
		f.next = "set `AllowTcpForwarding yes` for user " + clean(l.User()) + " in sshd_config of the host, and look for PermitOpen there and for restrict or permitopen= of the key; " +
			"or look from the operator's side only"
	case f.kind == kindRefused:
		f.says, f.next = "nothing listens on "+to.String()+" of the host", "check over SSH that the web server runs there, and on which port"
	case f.kind == kindTimedOut:
		f.says = "no connection to " + to.String() + " from the host within " + limit.String()
		f.next = "the host is overloaded or drops its own packets: read its load and its firewall over SSH"
	case errors.As(err, &refused):
		f.says, f.next = "sshd does not connect to "+to.String()+" of the host: "+clean(refused.Error()), "read the sshd log of the host"
	default:
		f.says, f.next = "the SSH connection ended before the host had connected to "+to.String()+": "+clean(err.Error()), "try again: another one is made"
	}
	return f
}

// way is our end of a connection from the host.
type way struct {
	net.Conn // of the pipe
	to       net.Addr
	over     chan struct{} // closed when either side has closed
	ending   sync.Once
	lost     bool // the host did not close, the SSH connection broke; written before the pipe is closed
}

// carry moves the bytes until one side has closed, or the connection below is cut.
func (w *way) carry(l *link, theirs, channel net.Conn) {
	var both sync.WaitGroup
	both.Go(func() {
		_, err := io.Copy(theirs, channel)
		select {
		case <-w.over: // by us: nobody reads on
		default:
			w.lost = err != nil || !l.lives()
		}
		w.end()
		theirs.Close()
	})
	both.Go(func() { _, _ = io.Copy(channel, theirs) }) // a host that takes no more closes as well
	<-w.over
	channel.Close()
	both.Wait()
}

func (w *way) end() { w.ending.Do(func() { close(w.over) }) }

// lives asks the peer. A channel ends with the same words whether the host has closed it
// or the connection broke.
func (l *link) lives() bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := l.roundTrip(ctx)
	return err == nil
}

// Read ends with io.EOF only when the host has closed: an answer that is cut off is not whole.
func (w *way) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if errors.Is(err, io.EOF) && w.lost {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Close ends the connection at once, also for a Read or a Write that waits.
func (w *way) Close() error {
	w.end()
	return w.Conn.Close()
}

func (w *way) RemoteAddr() net.Addr { return w.to }
