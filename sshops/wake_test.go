package sshops

// wake_test.go: the machine slept. The kept connection is open and answers nothing
// any more; whoever reads next must not find that out by waiting.

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
)

// wire is a network whose connections can die without a word.
type wire struct {
	dial func(context.Context, string, string) (net.Conn, error)
	mu   sync.Mutex
	all  []*wired
}

// wired is one connection, from our side.
type wired struct {
	net.Conn
	dead, closed atomic.Bool
}

// overWire puts a wire between a client and its world.
func overWire(c *Client) *wire {
	n := &wire{dial: c.dial}
	c.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := n.dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		end := &wired{Conn: conn}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.all = append(n.all, end)
		return end, nil
	}
	return n
}

// sleep kills every connection there is, as a night under a closed lid does.
func (n *wire) sleep() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.all {
		c.dead.Store(true)
	}
}

// open is how many connections we have not closed.
func (n *wire) open() (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.all {
		if !c.closed.Load() {
			count++
		}
	}
	return count
}

func (c *wired) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.dead.Load() {
			return n, err
		}
	}
}

func (c *wired) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *wired) Close() error {
	c.closed.Store(true)
	return c.Conn.Close()
}

func TestWakeLeavesTheDeadConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		wake  func(*Client)
		after time.Duration // how long the next reading takes
		fails bool
	}{
		"woken":     {(*Client).Wake, 0, false},
		"not woken": {func(*Client) {}, limit, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
				n := overWire(c)
				read := c.Sensors(planFor("ec2-user"))[0].Read
				if _, err := read(t.Context(), f, time.Time{}); err != nil {
					t.Fatal(err)
				}
				n.sleep()
				tt.wake(c)
				start := time.Now()
				if _, err := read(t.Context(), f, time.Time{}); (err != nil) != tt.fails || time.Since(start) != tt.after {
					t.Errorf("%v after %s", err, time.Since(start))
				}
				if dials := w.dials.Load(); (dials == 1) != tt.fails {
					t.Errorf("%d connections", dials)
				}
			})
		})
	}
}

// TestWakeDropsTheConnection though nobody reads any more.
func TestWakeDropsTheConnection(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, _ *world, c *Client, f map[string]string) {
		n := overWire(c)
		if _, err := c.Sensors(planFor("ec2-user"))[0].Read(t.Context(), f, time.Time{}); err != nil || n.open() != 1 {
			t.Fatalf("%v, %d connections", err, n.open())
		}
		n.sleep()
		c.Wake()
		c.Wake()
		synctest.Wait()
		if n.open() != 0 {
			t.Errorf("%d connections are kept", n.open())
		}
	})
}

// TestWakeEndsTheRest: a host that was in trouble before the sleep is asked at once.
func TestWakeEndsTheRest(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		w.down.Store(true)
		for range 2 {
			if _, err := read(t.Context(), f, time.Time{}); err == nil {
				t.Fatal("a host that is down was read")
			}
		}
		w.down.Store(false)
		c.Wake()
		if _, err := read(t.Context(), f, time.Time{}); err != nil || w.dials.Load() != 2 {
			t.Errorf("%v, %d connections", err, w.dials.Load())
		}
	})
}

// TestWakeCancelsAReading that will never be answered, wherever it has come to; the next one does not wait for it.
func TestWakeCancelsAReading(t *testing.T) {
	for name, reply := range map[string]func(string, io.Writer) bool{
		"in its login":  nil,
		"in its sample": func(string, io.Writer) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, reply, func(t *testing.T, w *world, c *Client, f map[string]string) {
				if reply == nil {
					w.answer = func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
				}
				read := c.Sensors(planFor("ec2-user"))[0].Read
				start := time.Now()
				ended := make(chan error)
				for round := range int32(2) {
					go func() {
						_, err := read(t.Context(), f, time.Time{})
						ended <- err
					}()
					synctest.Wait()
					if w.dials.Load() != round+1 {
						t.Errorf("%d connections in round %d", w.dials.Load(), round)
					}
					c.Wake()
					if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
						t.Errorf("the reading ended with %v after %s", err, time.Since(start))
					}
				}
			})
		})
	}
}

// TestWakeLeavesATestAlone: the ladder has a connection of its own, and an engine that asks for its end.
func TestWakeLeavesATestAlone(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	dir := runDir(t, userPEM)
	synctest.Test(t, func(t *testing.T) {
		w := &world{answer: sshServer(user.PublicKey(), exits(0), host)}
		c := New(Options{Dial: w.dial, Resolve: everything, RunDir: dir})
		defer c.Close()
		waits, dial := 0, c.dial
		c.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c.Wake() // in the middle of it
			return dial(ctx, network, addr)
		}
		if r := do(t, c.Test().Steps[0], call("ec2-user", facts(host.PublicKey(), user.PublicKey()), &waits)); r.Verdict != tasks.Pass {
			t.Errorf("%q %s", r.Verdict, r.Says)
		}
	})
}

func TestWakeAfterClose(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		c.Close()
		c.Wake()
		if _, err := read(t.Context(), f, time.Time{}); !errors.Is(err, errClosed) || w.dials.Load() != 0 {
			t.Errorf("%v, %d connections", err, w.dials.Load())
		}
	})
}

// TestWakeAmongReaders: whatever comes at once, a reading succeeds or was cancelled, and nothing stays open.
func TestWakeAmongReaders(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	w := &world{answer: sshServer(user.PublicKey(), shellServer(scripted(canned())), host)}
	c := New(Options{Dial: w.dial, Resolve: everything, RunDir: runDir(t, userPEM)})
	n := overWire(c)
	f := facts(host.PublicKey(), user.PublicKey())
	read := c.Sensors(planFor("ec2-user"))[0].Read
	var all sync.WaitGroup
	var succeeded, cancelled atomic.Int32
	for range 4 {
		all.Go(func() {
			for range 25 {
				switch _, err := read(t.Context(), f, time.Time{}); {
				case err == nil:
					succeeded.Add(1)
				case errors.Is(err, context.Canceled):
					cancelled.Add(1)
				default:
					t.Error(err)
				}
				if cancelled.Load()%2 == 0 {
					c.Wake()
				}
			}
		})
	}
	all.Wait()
	if err := c.Close(); err != nil || n.open() != 0 {
		t.Errorf("%v, %d connections are left", err, n.open())
	}
	if succeeded.Load() == 0 {
		t.Error("no reading succeeded")
	}
	t.Logf("%d readings, %d cancelled, %d logins", succeeded.Load(), cancelled.Load(), w.dials.Load())
}
