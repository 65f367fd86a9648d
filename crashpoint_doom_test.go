package main

// crashpoint_doom_test.go: how a flight is made to fail at a chosen moment: a disk and
// a connection that break there.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"

	"tminus/tasks/journal"
)

// failure is how a flight is made to fail.
type failure string

const (
	unwritten  failure = "death before journal write"
	torn       failure = "death within journal write"
	unsent     failure = "death before call"
	unheard    failure = "death after call"
	lostCall   failure = "connection lost before call"
	lostAnswer failure = "connection lost after call"
)

// deadly failures end the process; survived ones only a connection.
func deadly() []failure   { return []failure{unwritten, torn, unsent, unheard} }
func survived() []failure { return []failure{lostCall, lostAnswer} }

// of is how many moments there are for it in a flight that made so many writes and calls.
func (f failure) of(c counts) int {
	if f == unwritten || f == torn {
		return c.writes
	}
	return c.calls
}

// moment is the n-th write or call, from 1, at which a flight fails.
type moment struct {
	failure
	n int
}

func (m moment) String() string { return fmt.Sprintf("%s %d", m.failure, m.n) }

// counts are the journal writes of a flight, and its calls that change the account.
type counts struct{ writes, calls int }

// doom awaits its moment. From a deadly one on nothing is written and nothing sent any more.
type doom struct {
	moment moment

	mu     sync.Mutex
	land   func() // ends what a dead process would not go on with
	seen   counts
	struck bool
	dead   bool
}

var errDead = errors.New("the process is dead")

// strikes reports whether the moment of one of the failures has come. The caller holds mu.
func (d *doom) strikes(at int, hows ...failure) bool {
	if d.dead || at != d.moment.n {
		return false
	}
	for _, how := range hows {
		if d.moment.failure == how {
			d.struck, d.dead = true, how != lostCall && how != lostAnswer
			if how == unsent || how == unheard { // the engine sees for itself that its journal failed
				d.land()
			}
			return true
		}
	}
	return false
}

// happened is what came of the flight.
func (d *doom) happened() (seen counts, struck, dead bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen, d.struck, d.dead
}

// doomedFS, doomedDir and doomedFile are the disk of a doomed flight. Only its journal matters.
type doomedFS struct {
	journal.FS
	*doom
}

type doomedDir struct {
	journal.Dir
	*doom
}

type doomedFile struct {
	journal.File
	*doom
}

func (f doomedFS) OpenDir(path string) (journal.Dir, error) {
	d, err := f.FS.OpenDir(path)
	return doomedDir{d, f.doom}, err
}

func (d doomedDir) OpenFile(name string, flag int, perm fs.FileMode) (journal.File, error) {
	f, err := d.Dir.OpenFile(name, flag, perm)
	if err != nil || name != "journal.jsonl" || flag&os.O_APPEND == 0 {
		return f, err
	}
	return doomedFile{f, d.doom}, nil
}

func (f doomedFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return 0, errDead
	}
	f.seen.writes++
	if f.strikes(f.seen.writes, unwritten) {
		return 0, errDead
	}
	if f.strikes(f.seen.writes, torn) {
		n, err := f.File.Write(p[:len(p)/2])
		return n, errors.Join(errDead, err)
	}
	return f.File.Write(p)
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
	return d.seen.calls, d.strikes(d.seen.calls, unsent, lostCall)
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
	return action != "" && !strings.HasPrefix(action, "Describe") && !strings.HasPrefix(action, "Get"), err
}
