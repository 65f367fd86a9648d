package engine

// crash_test.go: the machine dies at every single write of the journal, forwards
// and on the way back; a resumed run makes nothing twice and loses nothing.

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"tminus/tasks"
	"tminus/tasks/journal"
)

// rollBackNow reviews the rollback of everything, and is the command for it.
func rollBackNow(t *testing.T, e *Engine) tasks.Command {
	t.Helper()
	return rollBackFrom(t, e, "")
}

// rollBackFrom is rollBackNow from the effects of a task on.
func rollBackFrom(t *testing.T, e *Engine, task string) tasks.Command {
	t.Helper()
	must(t, e, tasks.Command{Kind: tasks.ReviewRollback, Task: task})
	s := until(t, e, "the review", func(s *tasks.Snapshot) bool { return s.Review != nil && s.Review.Done })
	return tasks.Command{Kind: tasks.RollBack, By: "AA", Task: task, Confirm: "TOY1", Text: "drill", Head: s.State.ReviewHead()}
}

func TestCrashAtEveryWriteForwards(t *testing.T) {
	points := 0
	for _, ends := range []breaking{clean, torn, unsynced} {
		for n := 1; ; n++ {
			fired := false
			t.Run(fmt.Sprintf("write %d leaves %s", n, ends), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { fired = crashForwards(t, n, ends) })
			})
			if !fired {
				break
			}
			points++
		}
	}
	if points < 30 {
		t.Errorf("only %d crash points", points)
	}
	t.Logf("%d crash points, each resumed to released", points)
}

// crashForwards reports whether the flight was long enough to crash at its n-th write.
func crashForwards(t *testing.T, n int, ends breaking) (fired bool) {
	w := newToy()
	f := newFlight(t, w)
	left := writes(int64(n))
	e, stop := f.open(brokenFS{hastyFS{journal.Disk{}}, left, ends})
	ended := make(chan struct{})
	go func() { defer close(ended); playUntilDead(e) }()
	<-ended
	if err := stop(); err == nil {
		return false
	} else if !errors.Is(err, ErrJournal) {
		t.Fatalf("stopped with %v", err)
	}
	e, stop = f.open(nil)
	flyOn(t, e)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if got := w.kinds(); !slices.Equal(got, []string{"cup", "jug", "pot"}) {
		t.Errorf("the world holds %v; calls %v", got, w.log())
	}
	for _, call := range w.log() {
		if call == "TWICE cup" || call == "TWICE jug" || call == "TWICE pot" {
			t.Errorf("calls: %v", w.log())
		}
	}
	return true
}

// playUntilDead plays the people and takes no offence at errors.
func playUntilDead(e *Engine) {
	for {
		select {
		case <-e.Done():
			return
		case s := <-e.Snapshots().Newest():
			if s.State.Released {
				return
			}
			for _, c := range []tasks.Command{
				{Kind: tasks.TakeConn}, {Kind: tasks.StartTask, Task: "M1"}, {Kind: tasks.AttestTask, Task: "M1", Text: "agreed"},
				{Kind: tasks.StartTask, Task: "T1"}, {Kind: tasks.DecideGate, Task: "G1", Go: true},
				{Kind: tasks.StartTask, Task: "T2"}, {Kind: tasks.SignOffTask, Task: "T2", For: "BB", Text: "mail"},
			} {
				if st := s.State.Tasks[c.Task]; c.Kind == tasks.StartTask && st.Status != tasks.Waiting {
					continue
				}
				if c.By = "AA"; s.State.Allowed(s.Plan, c) == nil {
					_ = e.Send(c)
				}
			}
		}
	}
}

func TestCrashAtEveryWriteOfTheRollback(t *testing.T) {
	points := 0
	for _, ends := range []breaking{clean, torn, unsynced} {
		for n := 0; ; n++ {
			fired := false
			t.Run(fmt.Sprintf("write %d leaves %s", n, ends), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { fired = crashRollback(t, n, ends) })
			})
			if !fired {
				break
			}
			points++
		}
	}
	if points < 18 {
		t.Errorf("only %d crash points", points)
	}
	t.Logf("%d crash points, each resumed to rolled back", points)
}

func crashRollback(t *testing.T, n int, ends breaking) (fired bool) {
	w := newToy()
	f := newFlight(t, w)
	left := writes(1 << 30)
	e, stop := f.open(brokenFS{hastyFS{journal.Disk{}}, left, ends})
	toT1(t, e)
	until(t, e, "T1 done", status("T1", tasks.Done))
	back := rollBackNow(t, e)
	left.Store(int64(n)) // nothing is being written now: the engine waits for a command
	var s *tasks.Snapshot
	err := e.Send(back)
	for err == nil {
		select {
		case s = <-e.Snapshots().Newest():
			if s.State.Rollback.Phase == tasks.RolledBack {
				return errors.Is(stop(), ErrJournal)
			}
			continue
		case <-e.Done():
		}
		break
	}
	if err := stop(); !errors.Is(err, ErrJournal) {
		t.Fatalf("stopped with %v", err)
	}
	e, stop = f.open(nil)
	s = until(t, e, "the first snapshot", func(*tasks.Snapshot) bool { return true })
	if s.State.Rollback.Phase == tasks.RollbackNone {
		must(t, e, rollBackNow(t, e))
	}
	s = until(t, e, "rolled back", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack })
	if got := w.kinds(); len(got) != 0 || len(s.State.Rollback.Left) != 0 {
		t.Errorf("left in the world: %v, told: %v", got, s.State.Rollback.Left)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	return true
}

func TestRollbackIsBoundToItsReview(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		good := rollBackNow(t, e)
		for _, change := range []func(*tasks.Command){
			func(c *tasks.Command) { c.Confirm = "TOY2" },
			func(c *tasks.Command) { c.Confirm, c.Head = "", 0 },
			func(c *tasks.Command) { c.Text = " " },
			func(c *tasks.Command) { c.Head-- },
		} {
			bad := good
			change(&bad)
			if err := e.Send(bad); !errors.As(err, new(tasks.Refusal)) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		must(t, e, tasks.Command{Kind: tasks.AddNote, Text: "a note does not make the review stale"}, good)
		until(t, e, "rolled back", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack })
		if got := w.log(); !slices.Equal(got, []string{"do cup", "do jug", "do pot", "undo pot", "undo jug", "undo cup"}) {
			t.Errorf("calls: %v", got)
		}
		if err := e.Send(tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true, By: "AA"}); err == nil {
			t.Error("the plan is not locked after the rollback")
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFailedUndoStopsAndCanBeStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		stuck := true
		w.mu.Lock()
		w.refuse = func(call string) error {
			if call == "undo jug" && stuck {
				stuck = false
				return errors.New("the jug is in use")
			}
			return nil
		}
		w.mu.Unlock()
		must(t, e, rollBackNow(t, e))
		s := until(t, e, "halted", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RollbackHalted })
		if got := s.State.Left(); len(got) != 2 {
			t.Errorf("left: %v", got)
		}
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack })
		if got := w.kinds(); len(got) != 0 {
			t.Errorf("left in the world: %v", got)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}
