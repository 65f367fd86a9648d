package main

// crashpoint_doom_test.go: how a flight is made to fail at a chosen moment: at a write or a
// sync of its disk, or at a call that changes the account.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"syscall"

	"tminus/rehearsal/cloud"
)

// failure is how a flight is made to fail.
type failure string

const (
	unwritten    failure = "death before write"
	torn         failure = "death within write"
	unsynced     failure = "death before sync"     // what was written stays
	powerCut     failure = "power cut before sync" // what was written is gone
	powerCutTorn failure = "power cut within sync" // but for half of it
	untold       failure = "death after sync"      // nobody heard of it
	unsent       failure = "death before call"
	unheard      failure = "death after call" // it was carried out, its answer lost
	answered     failure = "death after answer"
	lostCall     failure = "connection lost before call"
	lostAnswer   failure = "connection lost after call"
)

func atWrites() []failure { return []failure{unwritten, torn} }
func atSyncs() []failure  { return []failure{unsynced, powerCut, powerCutTorn, untold} }
func atCalls() []failure  { return []failure{unsent, unheard, answered} }

// deadly failures end the process; survived ones only a connection.
func deadly() []failure   { return slices.Concat(atWrites(), atSyncs(), atCalls()) }
func survived() []failure { return []failure{lostCall, lostAnswer} }

// of is how many moments there are for it in a flight of that size.
func (f failure) of(c counts) int {
	switch {
	case slices.Contains(atWrites(), f):
		return c.writes
	case slices.Contains(atSyncs(), f):
		return c.syncs
	}
	return c.calls
}

// moment is the n-th write, sync or call, from 1, at which a flight fails.
type moment struct {
	failure
	n int
}

func (m moment) String() string { return fmt.Sprintf("%s %d", m.failure, m.n) }

// sooner is a moment that comes in more flights; the first write comes in all of them.
func (m moment) sooner() moment {
	if m.n == 1 {
		return moment{unwritten, 1}
	}
	return moment{m.failure, m.n / 2}
}

// counts are the writes and syncs of a flight's disk, and its calls that change the account.
type counts struct{ writes, syncs, calls int }

// doom awaits its moment. From a deadly one on nothing is written and nothing sent any more.
type doom struct {
	moment  moment
	disk    *platter // outlives it, as the witness does
	witness *witness
	faults  []string // of the world

	mu     sync.Mutex
	land   func() // ends what a dead process would not go on with
	seen   counts
	struck bool
	dead   bool
}

var errDead = errors.New("the process is dead")

// strikes reports whether the moment of one of the failures has come. The caller holds mu.
func (d *doom) strikes(at int, hows ...failure) bool {
	if d.dead || at != d.moment.n || !slices.Contains(hows, d.moment.failure) {
		return false
	}
	d.struck, d.dead = true, !slices.Contains(survived(), d.moment.failure)
	if d.moment.failure == unsent || d.moment.failure == unheard { // else the engine sees for itself that its journal failed
		d.land()
	}
	return true
}

// happened is what came of the flight.
func (d *doom) happened() (seen counts, struck, dead bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen, d.struck, d.dead
}

// doomedWire is the connection of a doomed flight to AWS.
type doomedWire struct {
	*http.Transport
	*doom
}

func (w doomedWire) RoundTrip(r *http.Request) (*http.Response, error) {
	changes, err := mutates(r)
	if err != nil {
		return nil, err
	}
	n, cut := w.cut(changes)
	if cut {
		return nil, &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.ECONNRESET)}
	}
	resp, err := w.Transport.RoundTrip(r)
	if err != nil || !changes {
		return resp, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.strikes(n, unheard, lostAnswer) {
		return nil, errors.Join(io.ErrUnexpectedEOF, resp.Body.Close())
	}
	w.strikes(n, answered) // heard, and never written down
	return resp, nil
}

// cut numbers a call that changes the account, and reports one that is not sent.
func (d *doom) cut(changes bool) (n int, cut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead || !changes {
		return 0, d.dead
	}
	d.seen.calls++
	if d.strikes(d.seen.calls, unsent, lostCall) {
		return 0, true
	}
	d.witness.sends(d.disk.kept)
	return d.seen.calls, false
}

// mutates reports whether a request to AWS would change the account.
func mutates(r *http.Request) (bool, error) {
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return false, err
	}
	form, err := url.ParseQuery(string(body))
	action := form.Get("Action")
	_, changes := cloud.Operation(action)
	return changes && form.Get("DryRun") != "true", err
}
