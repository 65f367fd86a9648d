package webops

// wake_test.go: the machine slept in the middle of a visit. Its connection is open
// and answers nothing any more; the next request must not wait on it.

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/rehearsal/host"
	"tminus/tasks"
	"tminus/webops/hurl"
)

// wired is a connection that can die without a word.
type wired struct {
	net.Conn
	dead atomic.Bool
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

func TestWakeLeavesTheDeadConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		wake  func(*Client)
		after time.Duration // how long the next request takes
		dials int
	}{
		"woken":     {(*Client).Wake, 0, 2},
		"not woken": {func(*Client) {}, limit, 1},
	} {
		t.Run(name, func(t *testing.T) {
			onHost(t, host.Options{Build: "1.0.0"}, func(t *testing.T, c *Client, call tasks.Call) {
				time.Sleep(host.WebAfter)
				var all []*wired
				dial := c.o.Dial
				c.o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := dial(ctx, network, addr)
					if err != nil {
						return nil, err
					}
					all = append(all, &wired{Conn: conn})
					return all[len(all)-1], nil
				}
				at, _ := c.find(call, tasks.FactElasticIP)
				x := c.exchanges(c.fence(call, at))
				defer x.leave()
				ask := func() error {
					f := &hurl.File{Entries: []*hurl.Entry{identity(call, "/healthz")}}
					results, err := x.runner(call, nil, nil, true).Run(t.Context(), f, hurl.NewSession(map[string]hurl.Value{"base": at.url()}, nil))
					if err != nil {
						return err
					}
					return results[0].Tries[0].Err
				}
				for range 2 { // over one connection
					if err := ask(); err != nil || len(all) != 1 {
						t.Fatalf("%v over %d connections", err, len(all))
					}
					synctest.Wait()
				}
				all[0].dead.Store(true)
				tt.wake(c)
				start := time.Now()
				err := ask()
				if took := time.Since(start); took != tt.after || len(all) != tt.dials || (err != nil) != (tt.dials == 1) {
					t.Errorf("%v after %s over %d connections", err, took, len(all))
				}
				all[0].Close() // else it would take what the host says to its end
			})
		})
	}
}

// TestWakeKnowsOnlyVisitsInProgress: what is over is not remembered.
func TestWakeKnowsOnlyVisitsInProgress(t *testing.T) {
	c := New(server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1.0.0 "+instance) }))
	step := c.Through(tasks.FactElasticIP)
	for range 3 {
		if r := do(t, &step, call()); r.Verdict != tasks.Pass {
			t.Fatalf("%q %s", r.Verdict, r.Says)
		}
	}
	c.Wake()
	if len(c.open) != 0 {
		t.Errorf("%d visits are remembered", len(c.open))
	}
}

// TestWakeInFlight: whoever is in the middle of a request while the client wakes ends it.
func TestWakeInFlight(t *testing.T) {
	c := New(server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1.0.0 "+instance) }))
	step := c.Through(tasks.FactElasticIP)
	over, stop := context.WithCancel(t.Context())
	var waking, asking sync.WaitGroup
	waking.Go(func() {
		for over.Err() == nil {
			c.Wake()
		}
	})
	for range 4 {
		asking.Go(func() {
			for range 25 {
				if r, err := step.Do(t.Context(), call()); err != nil || r.Verdict != tasks.Pass {
					t.Errorf("%+v, %v", r, err)
				}
			}
		})
	}
	asking.Wait()
	stop()
	waking.Wait()
}
