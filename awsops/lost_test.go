package awsops_test

// lost_test.go: answers and requests that never arrive. Whatever is lost, in the
// end each thing exists once, and after the way back not at all.

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// lose breaks the first call of an operation: after it reached the world, or before.
func lose(op string, arrives bool, hit *int) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(got string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if got != op || *hit > 0 {
				return next.RoundTrip(r)
			}
			*hit++
			if arrives {
				resp, err := next.RoundTrip(r)
				if err != nil {
					return nil, err
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			return nil, errors.New("connection reset by peer")
		}}
	}
}

func TestLost(t *testing.T) {
	for _, op := range []string{"ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "RunInstances", "AllocateAddress", "AssociateAddress",
		"DisassociateAddress", "ReleaseAddress", "TerminateInstances", "DeleteSecurityGroup", "DeleteKeyPair"} {
		for what, arrives := range map[string]bool{"answer": true, "request": false} {
			t.Run(op+"/"+what, func(t *testing.T) {
				c, hit := newClock(), 0
				w := pretend(t, c, nil)
				a := reach(t, w.url, lose(op, arrives, &hit), nil)
				before := w.Inventory()
				f := newFlight(c, scp())
				if err := f.day(t.Context(), a); err != nil {
					t.Fatal(err)
				}
				now := w.Inventory()
				if len(now.Instances) != 1 || len(now.KeyPairs) != 1 || len(now.Groups) != 2 || len(now.Addresses) != 1 || len(now.Volumes) != 1 {
					t.Fatalf("not exactly one of each: %+v", now)
				}
				if err := f.undo(t.Context()); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(before.WithoutTerminated(), w.Inventory().WithoutTerminated()); d != "" {
					t.Errorf("left behind:\n%s", d)
				}
				for _, name := range []string{tasks.FactInstance, tasks.FactKeyName, tasks.FactGroup, tasks.FactAllocation, tasks.FactAssociation} {
					if f.facts[name] != "" {
						t.Errorf("fact %s outlived the undo", name)
					}
				}
				if hit != 1 {
					t.Errorf("%s was never lost", op)
				}
			})
		}
	}
}

// TestLostIsUnknown holds what the engine builds on: a lost answer is unknown, is
// found without a second effect, and an abort does not cut a call that was sent.
func TestLostIsUnknown(t *testing.T) {
	c, hit := newClock(), 0
	w := pretend(t, c, nil)
	ctx, abort := context.WithCancel(t.Context())
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{lose("AllocateAddress", true, &hit)(next), func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if op == "AllocateAddress" {
				abort()
			}
			return next.RoundTrip(r)
		}}
	}, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	step := *a.Assign(scp()).Step("allocate")
	call := f.call("T7", step)
	if _, err := step.Do(ctx, call); !errors.Is(err, tasks.ErrUnknown) {
		t.Fatalf("a lost answer under an abort: %v", err)
	}
	if n := len(w.Inventory().Addresses); n != 1 {
		t.Fatalf("%d addresses", n)
	}
	if _, err := step.Do(ctx, call); !errors.Is(err, context.Canceled) || errors.Is(err, tasks.ErrUnknown) {
		t.Errorf("after an abort nothing is begun: %v", err)
	}
	r, found, err := step.Find(t.Context(), call)
	if err != nil || !found || len(r.Made) != 1 {
		t.Errorf("found %v, %v, %+v", found, err, r)
	}
	call.Token = "another"
	if _, found, err := step.Find(t.Context(), call); err != nil || found {
		t.Errorf("another token's effect was found: %v, %v", found, err)
	}
}

func TestServerErrors(t *testing.T) {
	for _, tt := range []struct {
		fault   cloud.Fault
		unknown bool
	}{
		{cloud.Fault{Status: 500, Code: "InternalError", Message: "An internal error has occurred"}, true},
		{cloud.Fault{Status: 503, Code: "Unavailable", Message: "The server is overloaded"}, true},
		{cloud.Fault{Drop: true}, true},
		{cloud.Fault{Status: 503, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}, false},
		{cloud.Fault{Status: 500, Code: "InsufficientInstanceCapacity", Message: "no capacity"}, false},
		{cloud.Fault{Status: 403, Code: "UnauthorizedOperation", Message: "You are not authorized"}, false},
	} {
		t.Run(tt.fault.Code, func(t *testing.T) {
			c := newClock()
			var calls atomic.Int32
			w := pretend(t, c, func(o *cloud.Options) {
				o.Before = func(r cloud.Request) *cloud.Fault {
					if r.Operation != "RunInstances" {
						return nil
					}
					calls.Add(1)
					return &tt.fault
				}
			})
			a := reach(t, w.url, nil, nil)
			f := newFlight(c, scp())
			launch := a.Launch(scp())
			for _, s := range launch.Steps {
				if s.ID == "instance" {
					_, err := s.Do(t.Context(), f.call("T4", s))
					if err == nil || errors.Is(err, tasks.ErrUnknown) != tt.unknown {
						t.Errorf("unknown should be %v: %v", tt.unknown, err)
					}
					t.Log(err)
					break
				}
				if err := f.step(t.Context(), "T4", s); err != nil {
					t.Fatal(err)
				}
			}
			if n := calls.Load(); n != 1 {
				t.Errorf("the change was sent %d times", n)
			}
		})
	}
}

func TestUnreachableIsNotUnknown(t *testing.T) {
	a := reach(t, "http://127.0.0.1:1", nil, nil)
	step := *a.Assign(scp()).Step("allocate")
	_, err := step.Do(t.Context(), newFlight(newClock(), scp()).call("T7", step))
	if err == nil || errors.Is(err, tasks.ErrUnknown) {
		t.Errorf("a call that was never connected: %v", err)
	}
	t.Log(err)
	bare := reach(t, "http://127.0.0.1:1", nil, func(o *awsops.Options) { o.Credentials = nil })
	_, err = bare.Assign(scp()).Step("allocate").Do(t.Context(), newFlight(newClock(), scp()).call("T7", step))
	if err == nil || errors.Is(err, tasks.ErrUnknown) {
		t.Errorf("no credentials: %v", err)
	}
	t.Log(err)
}

// TestTwoAddresses: should an allocation ever have happened twice, both are in the journal and both go.
func TestTwoAddresses(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	step := *a.Assign(scp()).Step("allocate")
	call := f.call("T7", step)
	for range 2 {
		if _, err := step.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	r, found, err := step.Find(t.Context(), call)
	if err != nil || !found || len(r.Made) != 2 || !slices.Contains([]string{r.Made[0].ID}, r.Facts[tasks.FactAllocation]) {
		t.Fatalf("found %v, %v: %+v", found, err, r)
	}
	call.Made = r.Made
	if _, err := step.Undo.Do(t.Context(), call); err != nil || len(w.Inventory().Addresses) != 0 {
		t.Errorf("%v; left %+v", err, w.Inventory().Addresses)
	}
}
