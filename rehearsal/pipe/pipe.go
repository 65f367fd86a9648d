package pipe

// pipe.go: the connection: two streams, one for each direction.

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Capacity is how many bytes one direction holds before Write blocks.
const Capacity = 256 << 10

// New returns the two ends of a connection. The first end lives at client and
// sees server as its remote address; the second the other way round.
func New(client, server net.Addr) (net.Conn, net.Conn) {
	out, in := newStream(), newStream()
	return &conn{local: client, remote: server, out: out, in: in},
		&conn{local: server, remote: client, out: in, in: out}
}

// conn is one end. It writes to out and reads from in; its peer has them swapped.
type conn struct {
	local, remote net.Addr
	out, in       *stream
	closing       sync.Once
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// Read takes what is buffered, waiting for the first byte. After the peer has
// closed and the buffer is empty it returns io.EOF itself, unwrapped, as a socket does.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.explain("read", err)
}

// Write blocks while the peer's buffer is full. On an error n bytes have been
// taken and will still be read by the peer.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.explain("write", err)
}

// CloseWrite says that nothing more will be sent; reading goes on.
func (c *conn) CloseWrite() error {
	return c.explain("close", c.out.finish())
}

// Close ends both directions for this end and wakes everybody who waits.
// A second Close returns net.ErrClosed, as a socket's does.
func (c *conn) Close() error {
	err := net.ErrClosed
	c.closing.Do(func() {
		c.out.closeSender()
		c.in.closeReceiver()
		err = nil
	})
	return c.explain("close", err)
}

// SetDeadline bounds every Read and Write, waiting ones included; zero lifts it.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *conn) SetReadDeadline(t time.Time) error {
	return c.explain("set", c.in.setDeadline(&c.in.receiver, t))
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.explain("set", c.out.setDeadline(&c.out.sender, t))
}

// explain dresses an error the way package net does, so that callers who look
// for *net.OpError, net.Error or a system error find what they know.
func (c *conn) explain(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

var (
	errBroken  = os.NewSyscallError("write", syscall.EPIPE)
	errTimeout = os.ErrDeadlineExceeded
)
