package watch

// follow_test.go: following a run that somebody else writes.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/engine"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const hands = `release: Toy 1.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts: [{id: AA, name: Anna}]
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
`

// newRun makes the folder of a run that nobody flies yet.
func newRun(t *testing.T) string {
	t.Helper()
	p, err := plan.Load("hands.yaml", []byte(hands))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := run.Create(t.TempDir(), p.Change, []byte(hands), nil, func(id string) tasks.Event {
		return tasks.Event{Wall: time.Now(), Run: p.Window.Start.Time, By: tasks.ActorEngine, Body: tasks.RunOpened{Run: id, Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun}}
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// fly has an engine fly the run until the returned function is called.
func fly(t *testing.T, dir string) (*engine.Engine, func()) {
	t.Helper()
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(engine.Config{Dir: dir, Clock: clock.New(run.LastTime(r), 60), Holder: "the test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go e.Run(ctx)
	return e, func() {
		cancel()
		if <-e.Done(); e.Err() != nil {
			t.Error(e.Err())
		}
	}
}

func send(t *testing.T, e *engine.Engine, cs ...tasks.Command) {
	t.Helper()
	for _, c := range cs {
		c.By = "AA"
		if err := e.Send(c); err != nil {
			t.Fatal(err)
		}
	}
}

// follow follows the run until the returned function is called, which tells how it ended.
func follow(t *testing.T, dir string) (*Follower, func() error) {
	t.Helper()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	return f, func() error { cancel(); return <-ended }
}

// see waits for a snapshot that satisfies ok.
func see(t *testing.T, f *Follower, what string, ok func(*tasks.Snapshot) bool) *tasks.Snapshot {
	t.Helper()
	var s *tasks.Snapshot
	for deadline := time.After(time.Minute); ; {
		select {
		case s = <-f.Slot().Newest():
			if ok(s) {
				return s
			}
		case <-deadline:
			t.Fatalf("never saw %s; last: %d events, trouble %q", what, len(s.State.Events), s.Trouble)
		}
	}
}

func TestFollowsAFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newRun(t)
		e, land := fly(t, dir)
		f, stop := follow(t, dir)
		send(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"})
		s := see(t, f, "M1 active", func(s *tasks.Snapshot) bool { return s.State.Tasks["M1"].Status == tasks.Active })
		if s.Speed != 60 || s.State.Conn.Holder != "AA" || s.Trouble != "" {
			t.Errorf("speed %g, conn %q, trouble %q", s.Speed, s.State.Conn.Holder, s.Trouble)
		}
		land()
		see(t, f, "silence", func(s *tasks.Snapshot) bool {
			return strings.HasPrefix(s.Trouble, "nobody flies this run now: last heard of ")
		})
		e, land = fly(t, dir) // the next writer of the same journal
		see(t, f, "the flight going on", func(s *tasks.Snapshot) bool { return s.Trouble == "" && s.State.Epoch == 2 })
		send(t, e, tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"})
		s = see(t, f, "the release", func(s *tasks.Snapshot) bool { return s.State.Released })
		land()
		r, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.Events, s.State.Events); diff != "" {
			t.Errorf("the journal (-) and what was shown (+):\n%s", diff)
		}
		time.Sleep(2 * silence)
		if s := see(t, f, "the end", func(*tasks.Snapshot) bool { return true }); s.Trouble != "" {
			t.Errorf("a released run is in trouble: %s", s.Trouble)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// announce writes live.json as a cockpit would.
func announce(t *testing.T, dir string, seq uint64) {
	t.Helper()
	if err := run.WriteLive(dir, tasks.Live{Now: time.Now(), Wall: time.Now(), Speed: 1, Seq: seq}); err != nil {
		t.Fatal(err)
	}
}

// appendTo writes events into the journal of a run that nobody flies.
func appendTo(t *testing.T, dir string, bodies ...tasks.Body) {
	t.Helper()
	if err := write(t, dir, bodies...).Close(); err != nil {
		t.Fatal(err)
	}
}

// notes are remarks, as many as asked for.
func notes(n int) (bodies []tasks.Body) {
	for i := range n {
		bodies = append(bodies, tasks.Noted{Text: fmt.Sprint("note ", i)})
	}
	return bodies
}

// write adds to the journal and leaves it open.
func write(t *testing.T, dir string, bodies ...tasks.Body) *journal.Writer {
	t.Helper()
	w, _, _, err := journal.Open(dir, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	for _, b := range bodies {
		payload, err := tasks.Encode(tasks.Event{Wall: time.Now(), Run: time.Now(), By: "AA", Body: b})
		if err == nil {
			_, err = w.Append(payload)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestShowsNothingBeyondWhatIsAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newRun(t)
		write(t, dir, notes(5)...)
		f, stop := follow(t, dir)
		s := see(t, f, "nothing yet", func(*tasks.Snapshot) bool { return true })
		if len(s.State.Events) != 0 || s.Trouble != "nobody has flown this run yet; 6 newer records are not confirmed and not shown" {
			t.Errorf("before live.json: %d events, trouble %q", len(s.State.Events), s.Trouble)
		}
		announce(t, dir, 3)
		s = see(t, f, "3 events", func(s *tasks.Snapshot) bool { return len(s.State.Events) > 0 })
		if len(s.State.Events) != 3 || s.Trouble != "" {
			t.Errorf("announced 3: %d events, trouble %q", len(s.State.Events), s.Trouble)
		}
		// A writer that is stuck in a sync says nothing either: its record is not on the disk.
		s = see(t, f, "silence", func(s *tasks.Snapshot) bool { return s.Trouble != "" })
		if len(s.State.Events) != 3 || !strings.HasSuffix(s.Trouble, "; 3 newer records are not confirmed and not shown") {
			t.Errorf("after a silence: %d events, trouble %q", len(s.State.Events), s.Trouble)
		}
		announce(t, dir, 99) // more than there is
		s = see(t, f, "all", func(s *tasks.Snapshot) bool { return len(s.State.Events) > 3 })
		if len(s.State.Events) != 6 {
			t.Errorf("announced 99: %d events", len(s.State.Events))
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestABrokenLiveIsToldAndEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newRun(t)
		announce(t, dir, 1)
		f, stop := follow(t, dir)
		if err := os.WriteFile(filepath.Join(dir, "live.json"), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		s := see(t, f, "trouble", func(s *tasks.Snapshot) bool { return strings.Contains(s.Trouble, "live.json") })
		if len(s.State.Events) != 1 {
			t.Errorf("%d events, want the one known", len(s.State.Events))
		}
		announce(t, dir, 1)
		see(t, f, "no trouble", func(s *tasks.Snapshot) bool { return s.Trouble == "" })
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestAJournalThatShrinksEndsTheView(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"cut":      func(path string) error { return os.Truncate(path, 200) },
		"replaced": func(path string) error { return journal.WriteFileAtomic(path, nil, false) },
		"gone":     os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			dir := newRun(t)
			appendTo(t, dir, notes(3)...)
			announce(t, dir, 4)
			f, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := spoil(filepath.Join(dir, "journal.jsonl")); err != nil {
				t.Fatal(err)
			}
			if err := f.Run(t.Context()); !errors.Is(err, journal.ErrForked) || !strings.Contains(err.Error(), dir) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// TestWatchingLeavesNoTrace compares the folder, and takes the lock while it is watched.
func TestWatchingLeavesNoTrace(t *testing.T) {
	dir := newRun(t)
	appendTo(t, dir, notes(3)...)
	announce(t, dir, 4)
	before := listing(t, dir)
	f, stop := follow(t, dir)
	see(t, f, "the run", func(*tasks.Snapshot) bool { return true })
	if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
		t.Errorf("before (-) and while watched (+):\n%s", diff)
	}
	if err := write(t, dir).Close(); err != nil {
		t.Errorf("a watched run cannot be flown: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			files[path] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
