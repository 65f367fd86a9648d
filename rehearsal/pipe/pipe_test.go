package pipe_test

// pipe_test.go: the promises of TCP that SSH and HTTP lean on, one test each.

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tminus/rehearsal/pipe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func addr(s string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(s), Port: 22} }

func pair(t *testing.T) (net.Conn, net.Conn) {
	t.Helper()
	a, b := pipe.New(addr("10.0.0.1"), addr("10.0.0.2"))
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

func TestAddresses(t *testing.T) {
	a, b := pair(t)
	if a.LocalAddr().String() != "10.0.0.1:22" || a.RemoteAddr().String() != "10.0.0.2:22" {
		t.Errorf("client end: %v → %v", a.LocalAddr(), a.RemoteAddr())
	}
	if b.LocalAddr() != a.RemoteAddr() || b.RemoteAddr() != a.LocalAddr() {
		t.Errorf("server end: %v → %v", b.LocalAddr(), b.RemoteAddr())
	}
}

func TestBothEndsMayTalkFirst(t *testing.T) {
	a, b := pair(t)
	for _, c := range []net.Conn{a, b} {
		if n, err := c.Write([]byte("SSH-2.0-x\r\n")); n != 11 || err != nil {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
	for _, c := range []net.Conn{a, b} {
		buf := make([]byte, 64)
		if n, err := c.Read(buf); string(buf[:n]) != "SSH-2.0-x\r\n" || err != nil {
			t.Fatalf("Read = %q, %v", buf[:n], err)
		}
	}
}

func TestManyBytesInOrder(t *testing.T) {
	a, b := pair(t)
	want := make([]byte, 5*pipe.Capacity+17)
	rand.Read(want)
	go func() { io.Copy(a, bytes.NewReader(want)); a.Close() }()
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read %d bytes of %d, equal %v, %v", len(got), len(want), bytes.Equal(got, want), err)
	}
}

func TestCloseDrainsThenEOF(t *testing.T) {
	a, b := pair(t)
	a.Write([]byte("last words"))
	a.Close()
	got, err := io.ReadAll(b)
	if string(got) != "last words" || err != nil {
		t.Errorf("ReadAll = %q, %v", got, err)
	}
	if _, err := b.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write to a closed peer: %v, want EPIPE", err)
	}
	for name, call := range map[string]func() error{
		"read":     func() error { _, err := a.Read(make([]byte, 1)); return err },
		"write":    func() error { _, err := a.Write([]byte("x")); return err },
		"close":    a.Close,
		"deadline": func() error { return a.SetDeadline(time.Now()) },
	} {
		if err := call(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s on a closed end: %v, want net.ErrClosed", name, err)
		}
	}
}

func TestHalfClose(t *testing.T) {
	a, b := pair(t)
	if err := a.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("peer reads %v, want io.EOF itself", err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write after CloseWrite: %v, want EPIPE", err)
	}
	b.Write([]byte("still here"))
	b.Close()
	if got, err := io.ReadAll(a); string(got) != "still here" || err != nil {
		t.Errorf("the other direction: %q, %v", got, err)
	}
}

func TestWriteBlocksWhenFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		done := false
		go func() { a.Write(make([]byte, pipe.Capacity+1)); done = true }()
		synctest.Wait()
		if done {
			t.Fatal("a write past the capacity returned")
		}
		b.Read(make([]byte, 1))
		synctest.Wait()
		if !done {
			t.Fatal("a write with room again still waits")
		}
	})
}

func TestCloseWakesWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		var own, peer, full error
		b.Write(make([]byte, pipe.Capacity))
		go func() { _, full = b.Write([]byte("x")) }()
		go func() { _, own = b.Read(make([]byte, 1)) }()
		synctest.Wait()
		a.Close()
		synctest.Wait()
		if own != io.EOF || !errors.Is(full, syscall.EPIPE) {
			t.Errorf("after the peer's Close: read %v, write %v", own, full)
		}
		c, d := pair(t)
		go func() { _, peer = c.Read(make([]byte, 1)) }()
		synctest.Wait()
		c.Close()
		synctest.Wait()
		d.Close()
		if !errors.Is(peer, net.ErrClosed) {
			t.Errorf("after our own Close: read %v", peer)
		}
	})
}

func TestDeadlines(t *testing.T) {
	read := func(c net.Conn) error { _, err := c.Read(make([]byte, 1)); return err }
	write := func(c net.Conn) error { _, err := c.Write(make([]byte, pipe.Capacity+1)); return err }
	for name, tc := range map[string]struct {
		set  func(net.Conn, time.Time) error
		call func(net.Conn) error
	}{
		"read":        {net.Conn.SetReadDeadline, read},
		"read, both":  {net.Conn.SetDeadline, read},
		"write":       {net.Conn.SetWriteDeadline, write},
		"write, both": {net.Conn.SetDeadline, write},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, _ := pair(t)
				start := time.Now()
				tc.set(a, start.Add(3*time.Second))
				timedOut(t, tc.call(a))
				if waited := time.Since(start); waited != 3*time.Second {
					t.Errorf("waited %v, want 3s", waited)
				}
				timedOut(t, tc.call(a)) // it stays passed
				tc.set(a, time.Now().Add(-time.Second))
				timedOut(t, tc.call(a))
			})
		})
	}
}

func timedOut(t *testing.T, err error) {
	t.Helper()
	var ne net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &ne) || !ne.Timeout() {
		t.Errorf("error %v, want a net.Error with Timeout", err)
	}
}

func TestDeadlineMovesWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		start := time.Now()
		a.SetReadDeadline(start.Add(time.Second))
		var err error
		var after time.Duration
		go func() { _, err = a.Read(make([]byte, 1)); after = time.Since(start) }()
		synctest.Wait()
		a.SetReadDeadline(start.Add(time.Minute))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		timedOut(t, err)
		if after != time.Minute {
			t.Errorf("timed out after %v, want the later deadline", after)
		}
		a.SetReadDeadline(time.Time{})
		b.Write([]byte("x"))
		if n, err := a.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("after lifting the deadline: %d, %v", n, err)
		}
	})
}

func TestPartialWriteIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t)
		a.SetWriteDeadline(time.Now().Add(time.Second))
		n, err := a.Write(make([]byte, pipe.Capacity+100))
		timedOut(t, err)
		if n != pipe.Capacity {
			t.Errorf("n = %d, want %d", n, pipe.Capacity)
		}
		a.Close()
		if got, _ := io.ReadAll(b); len(got) != n {
			t.Errorf("peer read %d, writer was told %d", len(got), n)
		}
	})
}

// TestTogether has everybody use both ends at once; the race detector judges it.
func TestTogether(t *testing.T) {
	a, b := pair(t)
	var all sync.WaitGroup
	for _, c := range []net.Conn{a, b} {
		for range 4 {
			all.Go(func() {
				for range 200 {
					c.SetDeadline(time.Now().Add(time.Minute))
					c.Write(make([]byte, 512))
				}
			})
			all.Go(func() {
				for range 200 {
					io.ReadFull(c, make([]byte, 512))
				}
			})
		}
	}
	all.Wait()
}

// TestHTTPInABubble runs net/http over the pipe in pretend time: what real sockets cannot do.
func TestHTTPInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Hour)
			io.Copy(w, r.Body)
		})}
		here, there := pair(t)
		conns := make(oneConn, 1)
		conns <- there
		go srv.Serve(conns)
		tr := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return here, nil }}
		resp, err := (&http.Client{Transport: tr}).Post("http://x/", "text/plain", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if got, _ := io.ReadAll(resp.Body); string(got) != "hello" {
			t.Errorf("body %q", got)
		}
		tr.CloseIdleConnections()
		close(conns)
		srv.Close()
	})
}

// oneConn is a listener that gives the connections put into it.
type oneConn chan net.Conn

func (l oneConn) Accept() (net.Conn, error) {
	if c, ok := <-l; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l oneConn) Close() error   { return nil }
func (l oneConn) Addr() net.Addr { return addr("10.0.0.2") }
