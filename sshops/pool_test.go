package sshops

// pool_test.go: the kept connection: one for everybody, and no trouble of the host becomes a
// storm or a wait. In synctest's time over the pretend wire; what sshd counts, against sshd.

import (
	"context"
	"errors"
	"maps"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
)

func TestOneConnectionForEverybody(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		var all sync.WaitGroup
		var links sync.Map
		for range 20 {
			all.Go(func() {
				l, failed := c.kept(t.Context(), planFor("ec2-user"), f)
				if failed != nil {
					t.Error(failed)
				}
				links.Store(l, true)
			})
		}
		all.Wait()
		count := 0
		links.Range(func(any, any) bool { count++; return true })
		if n := w.dials.Load(); n != 1 || count != 1 {
			t.Errorf("%d logins, %d connections", n, count)
		}
		time.Sleep(time.Hour) // the keepalive's questions are answered
		if _, failed := c.kept(t.Context(), planFor("ec2-user"), f); failed != nil || w.dials.Load() != 1 {
			t.Errorf("after an hour: %v, %d logins", failed, w.dials.Load())
		}
	})
}

// TestNoLoginStorm: whoever asks how often, a host in trouble sees few logins.
func TestNoLoginStorm(t *testing.T) {
	for name, tt := range map[string]struct {
		trouble func(*world)
		after   map[time.Duration]int32 // logins after so long
	}{
		"refused": {func(w *world) { w.down.Store(true) }, map[time.Duration]int32{0: 1, time.Second: 2, 3 * time.Second: 3, 7 * time.Second: 4, time.Minute: 6, 10 * time.Minute: 24}},
		"dies after the login": {func(w *world) {
			answer := w.answer
			w.answer = func(conn net.Conn) {
				ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
				defer cancel()
				defer context.AfterFunc(ctx, func() { conn.Close() })()
				answer(conn)
			}
		}, map[time.Duration]int32{10 * time.Minute: 24}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
				tt.trouble(w)
				start := time.Now()
				for time.Since(start) <= 10*time.Minute {
					_, failed := c.kept(t.Context(), planFor("ec2-user"), f)
					if want, timed := tt.after[time.Since(start)]; timed && (w.dials.Load() > want+1 || w.dials.Load() < want-1) {
						t.Errorf("%d logins after %s, %d expected; %v", w.dials.Load(), time.Since(start), want, failed)
					}
					time.Sleep(200 * time.Millisecond)
				}
				w.down.Store(false)
				time.Sleep(maxPause)
				if _, failed := c.kept(t.Context(), planFor("ec2-user"), f); name == "refused" && failed != nil {
					t.Errorf("the host is back: %v", failed)
				}
			})
		})
	}
}

// TestDeadPeerIsCut: the wire swallows everything. The next question ends the connection,
// whoever waits on it is let go, and the next connection is another.
func TestDeadPeerIsCut(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		n := overWire(c)
		l, failed := c.kept(t.Context(), planFor("ec2-user"), f)
		if failed != nil {
			t.Fatal(failed)
		}
		n.sleep()
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, failed := l.run(ctx, target{}, "true"); failed == nil || time.Since(start) != 3*time.Second {
			t.Errorf("a command waited %s for a dead peer: %v", time.Since(start), failed)
		}
		if _, err := l.roundTrip(t.Context()); err == nil || time.Since(start) > 3*time.Second+limit {
			t.Errorf("a round trip of %s: %v", time.Since(start), err)
		}
		_ = l.Wait()
		if took := time.Since(start); took > aliveEvery+alivePatience || n.open() != 0 {
			t.Errorf("cut after %s, %d connections are open", took, n.open())
		}
		synctest.Wait()
		time.Sleep(maxPause)
		if again, failed := c.kept(t.Context(), planFor("ec2-user"), f); failed != nil || again == l || w.dials.Load() != 2 {
			t.Errorf("%v, %d logins", failed, w.dials.Load())
		}
	})
}

// TestOneCallerLeaves, and the others keep the connection.
func TestOneCallerLeaves(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		answer := w.answer
		w.answer = func(conn net.Conn) { time.Sleep(5 * time.Second); answer(conn) }
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, failed := c.kept(ctx, planFor("ec2-user"), f); failed == nil || time.Since(start) != time.Second {
			t.Errorf("%v after %s", failed, time.Since(start))
		}
		l, failed := c.kept(t.Context(), planFor("ec2-user"), f)
		if failed != nil || w.dials.Load() != 1 || time.Since(start) != 5*time.Second {
			t.Fatalf("%v, %d logins, %s", failed, w.dials.Load(), time.Since(start))
		}
		for range maxSessions {
			if _, err := l.session(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		leaving, leave := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, leave)
		if _, failed := l.run(leaving, target{}, "true"); !errors.Is(failed, context.Canceled) {
			t.Errorf("a session too many: %v", failed)
		}
		if again, failed := c.kept(t.Context(), planFor("ec2-user"), f); failed != nil || again != l {
			t.Errorf("the connection did not survive: %v", failed)
		}
	})
}

// TestTheAddressMoves, and the connection with it; the old one is closed.
func TestTheAddressMoves(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		n := overWire(c)
		old, failed := c.kept(t.Context(), planFor("ec2-user"), f)
		if failed != nil {
			t.Fatal(failed)
		}
		moved := maps.Clone(f)
		moved[tasks.FactAssociation] = "eipassoc-1"
		l, failed := c.kept(t.Context(), planFor("ec2-user"), moved)
		if failed != nil || l == old || w.last.Load() != "198.51.100.4:22" {
			t.Errorf("%v, dialled %v", failed, w.last.Load())
		}
		_ = old.Wait()
		if n.open() != 1 {
			t.Errorf("%d connections are open", n.open())
		}
		c.Wake()
		_ = l.Wait()
		if again, failed := c.kept(t.Context(), planFor("ec2-user"), moved); failed != nil || again == l || w.dials.Load() != 3 {
			t.Errorf("after a sleep: %v, %d logins", failed, w.dials.Load())
		}
		c.Close()
		if _, failed := c.kept(t.Context(), planFor("ec2-user"), moved); !errors.Is(failed, errClosed) {
			t.Errorf("after the end: %v", failed)
		}
	})
}

// TestNobodyLogsInWithoutAnInstance: there is nothing to dial.
func TestNobodyLogsInWithoutAnInstance(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		for _, missing := range []string{tasks.FactInstance, tasks.FactPublicIP} {
			less := maps.Clone(f)
			delete(less, missing)
			if _, failed := c.kept(t.Context(), planFor("ec2-user"), less); failed == nil || w.dials.Load() != 0 {
				t.Errorf("without %s: %v, %d logins", missing, failed, w.dials.Load())
			}
		}
	})
}

// TestMoreSessionsThanSSHDAllows: of 16 at once over one connection none is refused.
func TestMoreSessionsThanSSHDAllows(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()), "MaxSessions 10")
	c := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
	defer c.Close()
	f := facts(host.host, user.PublicKey())
	l, failed := c.kept(t.Context(), planFor(host.user), f)
	if failed != nil {
		t.Fatal(failed)
	}
	var all sync.WaitGroup
	var good atomic.Int32
	for range 16 {
		all.Go(func() {
			out, failed := l.run(t.Context(), target{}, "cat /proc/uptime")
			if failed != nil || strings.Count(out, " ") != 1 {
				t.Errorf("%q %v", out, failed)
				return
			}
			good.Add(1)
		})
	}
	all.Wait()
	if good.Load() != 16 {
		t.Errorf("%d of 16 commands", good.Load())
	}
	// What one command writes is bounded as well, though all of it was read.
	if out, failed := l.run(t.Context(), target{}, "head -c 3000000 /dev/zero"); failed != nil || len(out) != maxOutput {
		t.Errorf("%d bytes, %v", len(out), failed)
	}
}
