package awsops_test

// wake_test.go: the machine slept. Connections are dead, an answer carries the time
// of hours ago, and the credentials may be somebody else's by now.

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// network is a wire to a server whose connections can go dead: open, and swallowing what is sent.
type network struct {
	net.Listener
	server string
	dead   atomic.Int64 // connections up to this number
	opened atomic.Int64
	open   sync.WaitGroup
}

func newNetwork(t *testing.T, server string) *network {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{Listener: l, server: strings.TrimPrefix(server, "http://")}
	n.open.Go(n.serve)
	t.Cleanup(func() {
		l.Close()
		n.open.Wait()
	})
	return n
}

func (n *network) serve() {
	for {
		in, err := n.Accept()
		if err != nil {
			return
		}
		number := n.opened.Add(1)
		out, err := net.Dial("tcp", n.server)
		if err != nil {
			in.Close()
			continue
		}
		n.open.Go(func() { n.carry(in, out, number) })
		n.open.Go(func() { n.carry(out, in, number) })
	}
}

func (n *network) carry(from, to net.Conn, number int64) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		count, err := from.Read(buffer)
		if err != nil {
			return
		}
		if n.dead.Load() >= number {
			continue
		}
		if _, err := to.Write(buffer[:count]); err != nil {
			return
		}
	}
}

// sleep kills every connection without a word, as a night under a closed lid does.
func (n *network) sleep() { n.dead.Store(n.opened.Load()) }

func TestWakeLeavesDeadConnections(t *testing.T) {
	w := pretend(t, newClock(), nil)
	n := newNetwork(t, w.url)
	a := reach(t, "http://"+n.Addr().String(), nil, nil)
	f := newFlight(newClock(), scp())
	step := *a.Launch(scp()).Step("identity")
	kept := false // a connection, for the next call
	trace := &httptrace.ClientTrace{PutIdleConn: func(err error) { kept = err == nil }}
	for tries := 0; !kept; tries++ {
		if _, err := step.Do(httptrace.WithClientTrace(t.Context(), trace), f.call("T4", step)); err != nil || tries == 50 {
			t.Fatalf("no connection is kept after %d calls: %v", tries, err)
		}
	}
	n.sleep()
	a.Wake()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // half of what one attempt down a dead connection takes
	defer cancel()
	if _, err := step.Do(ctx, f.call("T4", step)); err != nil {
		t.Error(err)
	}
}

// TestAnswerOfHoursAgo: an answer that was in flight during a sleep dates nothing but itself.
func TestAnswerOfHoursAgo(t *testing.T) {
	for name, wake := range map[string]func(*awsops.Account){"woken": (*awsops.Account).Wake, "not woken": func(*awsops.Account) {}} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			w := pretend(t, c, nil)
			old, calls := 0, 0
			a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
				return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
					calls++
					signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
					if off := time.Since(signed).Abs(); err != nil || off > time.Minute {
						t.Errorf("%s was signed %s off: %v", op, off, err)
					}
					resp, err := next.RoundTrip(r)
					if err == nil && calls%3 == 1 {
						old++
						resp.Header.Set("Date", time.Now().Add(-3*time.Hour).UTC().Format(http.TimeFormat))
					}
					return resp, err
				}}
			}, nil)
			f := newFlight(c, scp())
			launch := a.Launch(scp())
			for _, id := range []string{"identity", "image", "network", "key", "group", "rules"} {
				if err := f.step(t.Context(), "T4", *launch.Step(id)); err != nil {
					t.Fatal(err)
				}
				wake(a)
			}
			if old < 3 {
				t.Errorf("only %d answers were old", old)
			}
		})
	}
}

// TestWakeAsksWhoWeAre: after a sleep the credentials lead to another account; nothing is done or called gone there.
func TestWakeAsksWhoWeAre(t *testing.T) {
	c := newClock()
	w, other := pretend(t, c, nil), pretend(t, c, func(o *cloud.Options) { o.AccountID = "610000000099" })
	host, err := url.Parse(other.url)
	if err != nil {
		t.Fatal(err)
	}
	slept := false
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if slept {
				r.URL.Host, r.Host = host.Host, host.Host
			}
			return next.RoundTrip(r)
		}}
	}, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	before := other.Inventory()
	slept = true
	a.Wake()
	wantSentence(t, f.step(t.Context(), "T7", *a.Assign(scp()).Step("allocate")), "610000000099", "nothing was touched")
	e := f.effect(t, "instance")
	if _, there, err := e.step.Undo.Prove(t.Context(), e.call); there || err == nil {
		t.Errorf("proved %v, %v", there, err)
	}
	if d := len(other.Inventory().Addresses) - len(before.Addresses); d != 0 {
		t.Errorf("%d addresses were made in another account", d)
	}
}

// TestWakeBetweenLookAndChange: the account was right when the step looked, or its undo began, and the
// machine slept right after that. What leads to another account now changes nothing there.
func TestWakeBetweenLookAndChange(t *testing.T) {
	c := newClock()
	w, other := pretend(t, c, nil), pretend(t, c, func(o *cloud.Options) { o.AccountID = "610000000099" })
	host, err := url.Parse(other.url)
	must(t, err)
	var slept bool
	var sent []string // to the other account
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if slept {
				r.URL.Host, r.Host = host.Host, host.Host
				sent = append(sent, op)
			}
			return next.RoundTrip(r)
		}}
	}, nil)
	f := newFlight(c, scp())
	must(t, f.fly(t.Context(), "T4", a.Launch(scp())))
	allocate := *a.Assign(scp()).Step("allocate")
	do := allocate.Do
	allocate.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		slept = true
		a.Wake()
		return do(ctx, c)
	}
	wantSentence(t, f.step(t.Context(), "T7", allocate), "610000000099", "nothing was touched")
	slept = false
	a.Wake()
	e := f.effect(t, "group")
	e.call.Facts, e.call.At = f.facts, c.Now() // young enough to be looked for more than once
	e.call.Wait = func(ctx context.Context, d time.Duration) error {
		slept = true
		a.Wake()
		return c.Wait(ctx, d)
	}
	absent := e.call // what is looked for more than once, because it is not there
	absent.Token, absent.Made, absent.At = "of another intent", []tasks.Resource{{Kind: e.call.Made[0].Kind, ID: "sg-0123456789abcdef0"}}, c.Now().Add(-time.Hour)
	for name, look := range map[string]func() (bool, error){
		"undo":  func() (bool, error) { _, err := e.step.Undo.Do(t.Context(), e.call); return false, err },
		"gone":  func() (bool, error) { return e.step.Undo.Gone(t.Context(), e.call) },
		"find":  func() (bool, error) { _, found, err := e.step.Find(t.Context(), absent); return !found, err },
		"prove": func() (bool, error) { _, there, err := e.step.Undo.Prove(t.Context(), absent); return !there, err },
	} {
		slept = false
		a.Wake()
		if gone, err := look(); !slept || err == nil {
			t.Errorf("%s: slept %v, gone %v: %v", name, slept, gone, err)
		}
	}
	for _, op := range sent {
		if !strings.HasPrefix(op, "Describe") && op != "GetCallerIdentity" {
			t.Errorf("%s was sent to another account", op)
		}
	}
}

// TestWakeInFlight: whoever is in the middle of something while the account wakes ends it.
func TestWakeInFlight(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, func(o *awsops.Options) {
		o.HTTP = &http.Client{Transport: closing{http.DefaultTransport.(*http.Transport).Clone()}}
	})
	step := *a.Launch(scp()).Step("identity")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			f := newFlight(c, scp())
			for range 25 {
				if r, err := step.Do(t.Context(), f.call("T4", step)); err != nil || r.Verdict != tasks.Pass {
					t.Errorf("%+v, %v", r, err)
				}
			}
		})
	}
	for range 200 {
		a.Wake()
	}
	all.Wait()
}

// closing is a transport whose connections serve one request, so that none is idle at the end.
type closing struct{ *http.Transport }

func (c closing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Close = true
	return c.Transport.RoundTrip(r)
}
