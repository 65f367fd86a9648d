package awsops_test

// faults_kinds_test.go: what can go wrong with a call, in a world that has it.

import (
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// calamity is what goes wrong with the first call of an operation.
type calamity struct {
	name          string
	before, after *cloud.Fault // instead of the call, or of its answer
	late          bool         // the call arrives, and its answer does not in time
	then          bool         // the credentials run out with it
	signedOut     bool         // the credentials run out before it
	stale         bool         // for a while after it, reads may show what was before
	foreign       bool         // a colleague acts on its heels
}

func calamities() []calamity {
	throttle := &cloud.Fault{Status: 503, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}
	broken := &cloud.Fault{Status: 500, Code: "InternalError", Message: "An internal error has occurred"}
	denied := &cloud.Fault{Status: 403, Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation."}
	drop := &cloud.Fault{Drop: true}
	return []calamity{
		{name: "throttle", before: throttle}, {name: "denied", before: denied}, {name: "expired", signedOut: true},
		{name: "5xx before", before: broken}, {name: "5xx after", after: broken},
		{name: "drop before", before: drop}, {name: "drop after", after: drop}, {name: "slow", late: true},
		{name: "drop after, then expired", after: drop, then: true}, {name: "slow, then expired", late: true, then: true},
		{name: "stale reads", stale: true}, {name: "drop after, stale reads", after: drop, stale: true}, {name: "foreign actor", foreign: true},
	}
}

// trouble is a calamity of one operation in one world.
type trouble struct {
	calamity
	op    string
	clock *clock
	world *world

	mu       sync.Mutex
	hits     int
	out      bool // signed out
	newest   string
	stranger string
}

// strike reports whether the calamity comes now; it comes once.
func (b *trouble) strike(op string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if op != b.op || b.hits > 0 {
		return false
	}
	b.hits++
	b.out = b.signedOut || b.then
	return true
}

func (b *trouble) isOut() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out
}

// mend is what an operator does between two tries: wait a minute, sign in again.
func (b *trouble) mend() {
	b.clock.Wait(context.Background(), time.Minute)
	b.mu.Lock()
	b.out = false
	b.mu.Unlock()
}

// open makes the world that has the trouble in it, and the way there.
func (b *trouble) open(t *testing.T) (world, *awsops.Account) {
	w := pretend(t, b.clock, func(o *cloud.Options) {
		o.Late = func() time.Duration {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.stale && b.hits > 0 && b.newest == b.op {
				return 100 * time.Second
			}
			return 0
		}
		o.Before = func(r cloud.Request) *cloud.Fault {
			hit := b.strike(r.Operation)
			switch {
			case b.isOut() && !(hit && b.then):
				return &cloud.Fault{Status: 400, Code: "RequestExpired", Message: "Request has expired."}
			case hit:
				return b.before
			}
			return nil
		}
		o.After = func(r cloud.Request) *cloud.Fault { return b.answered(t, r) }
	})
	b.world = &w
	return w, reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		var lost atomic.Bool
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && b.late && op == b.op && lost.CompareAndSwap(false, true) {
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				return nil, context.DeadlineExceeded
			}
			return resp, err
		}}
	}, nil)
}

// answered is asked once a call's changes are kept.
func (b *trouble) answered(t *testing.T, r cloud.Request) *cloud.Fault {
	if !r.Mutates {
		return nil
	}
	b.mu.Lock()
	b.newest = r.Operation
	first := r.Operation == b.op && b.hits == 1
	if first {
		b.hits++
	}
	b.mu.Unlock()
	if !first {
		return nil
	}
	if b.foreign {
		b.meddle(t)
	}
	return b.after
}

// meddle lets a colleague take the address, copy what there is of our work, or launch something with our tag on it.
func (b *trouble) meddle(t *testing.T) {
	var err error
	switch b.op {
	case "AllocateAddress":
		_, err = b.world.Seize(b.stranger)
	case "AssociateAddress":
		_, err = b.world.Divert(b.stranger)
	case "RunInstances":
		_, err = b.world.Imitate(cloud.Tag{Key: "owner", Value: "another team"})
	default:
		_, err = b.world.Settle(cloud.Tag{Key: tasks.RunTag, Value: "SCP100X0219-1"}, cloud.Tag{Key: "owner", Value: "another team"})
	}
	if err != nil {
		t.Error(err)
	}
}
