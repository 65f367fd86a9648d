package engine

// walked_test.go: what random walks found, each by the shortest way there.

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
)

// walkFlight is a flight of the walks' plan, opened.
func walkFlight(t *testing.T) (*hazard, *flight, *Engine, func() error) {
	t.Helper()
	h := &hazard{toy: newToy()}
	f := flightOf(t, h.toy, walkPlan, h.actions())
	f.speed = 60 // G1's deadline is far
	h.plan, h.dir = parsed(t), f.dir
	e, stop := f.open(nil)
	return h, f, e, stop
}

// agreed takes the conn and attests M1.
func agreed(t *testing.T, e *Engine) {
	t.Helper()
	must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"},
		tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"})
}

func TestAttestedTaskWaitsForItsSignOffs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, f, e, stop := walkFlight(t)
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		for _, id := range []string{"M1", "T1", "T2", "T3", "T4"} {
			must(t, e, tasks.Command{Kind: tasks.SkipTask, Task: id, Text: "not today"})
			if id == "T2" {
				must(t, e, tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "BB", Go: true},
					tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true})
			}
		}
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "M2"}, tasks.Command{Kind: tasks.AttestTask, Task: "M2", Text: "sweet"})
		until(t, e, "M2 checked", status("M2", tasks.Checked))
		must(t, e, tasks.Command{Kind: tasks.SignOffTask, Task: "M2", For: "AA", Text: "said so"})
		refused(t, e, tasks.Command{Kind: tasks.SignOffTask, Task: "M2", For: "AA", Text: "twice"}, "missing: BB")
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		e, stop = f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.SignOffTask, Task: "M2", For: "BB", Text: "said so too"})
		s := until(t, e, "released", func(s *tasks.Snapshot) bool { return s.State.Released })
		if note := s.State.Tasks["M2"].Reason; note != "sweet" {
			t.Errorf("the attestation reads %q", note)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestTaskAbortedDuringItsLastCallIsStartedAgain: all of its effects stand then, and
// the last has no check that could be repeated.
func TestTaskAbortedDuringItsLastCallIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, e, stop := walkFlight(t)
		agreed(t, e)
		h.set(func() { h.delay = 3 * time.Second })
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		until(t, e, "the salt on its way", func(s *tasks.Snapshot) bool { return len(s.State.Intents) == 2 })
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		until(t, e, "its answer", func(s *tasks.Snapshot) bool { return s.State.Intents[1].State == tasks.OutcomeOK })
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		s := until(t, e, "T2 at its end", func(s *tasks.Snapshot) bool { return s.State.Tasks["T2"].Status != tasks.Active })
		if ts := s.State.Tasks["T2"]; ts.Status != tasks.Done {
			t.Errorf("T2 is %s: %s", ts.Status, ts.Reason)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestUndoOfWhichNothingIsKnownStaysUnknown: the first call got through and nobody
// heard of it; that the second is refused does not mean that nothing was undone.
func TestUndoOfWhichNothingIsKnownStaysUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, e, stop := walkFlight(t)
		agreed(t, e)
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		until(t, e, "T1 done", status("T1", tasks.Done))
		back := rollBackNow(t, e)
		h.set(func() { h.fault, h.blind = lostAfter, true })
		must(t, e, back)
		until(t, e, "halted", halted)
		h.set(func() { h.blind = false })
		back = rollBackNow(t, e)
		h.set(func() { h.fault, h.blind = refusing, true })
		must(t, e, back)
		s := until(t, e, "halted again", func(s *tasks.Snapshot) bool {
			return halted(s) && s.State.Rollback.Stopped == "pot: the outcome is unknown: not today"
		})
		if s.State.OpenUndo("T1.1.pot") == nil {
			t.Error("the journal says that the pot was certainly not undone")
		}
		h.calm()
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", rolledBack)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestHalfAnAbortIsShown: the disk breaks between the two tasks that an abort stops,
// while a call is still on its way and keeps the engine from its end.
func TestHalfAnAbortIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, f, _, stop := walkFlight(t)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		left := writes(healthy)
		e, stop := f.open(brokenFS{journal.Disk{}, left, clean})
		agreed(t, e)
		h.set(func() { h.delay = 3 * time.Second })
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		until(t, e, "both on their way", func(s *tasks.Snapshot) bool { return len(s.State.Intents) == 2 })
		left.Store(1)
		if err := e.Send(tasks.Command{Kind: tasks.AbortRunning, By: "AA"}); !errors.Is(err, ErrJournal) {
			t.Fatalf("the abort: %v", err)
		}
		s := until(t, e, "the trouble", func(s *tasks.Snapshot) bool { return s.Trouble != "" })
		if got := s.State.Tasks["T1"].Status; got != tasks.Aborted {
			t.Errorf("the abort of T1 is on the disk, and it is shown as %s", got)
		}
		if err := stop(); !errors.Is(err, ErrJournal) {
			t.Fatal(err)
		}
	})
}

// TestANoGoIsNotTheEndAfterAReopening: what was written down before a rollback stands, so
// the no-go cannot be taken back; but the voters can be asked once more.
func TestANoGoIsNotTheEndAfterAReopening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, _, e, stop := walkFlight(t)
		agreed(t, e)
		must(t, e, kitchen("mine"), tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		until(t, e, "both done", func(s *tasks.Snapshot) bool { // what was stated is verified meanwhile
			return s.State.Tasks["T1"].Status == tasks.Done && s.State.Tasks["T2"].Status == tasks.Done
		})
		must(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Text: "it smells"})
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", rolledBack)
		must(t, e, tasks.Command{Kind: tasks.ReopenRun, Text: "it was the bin"})
		refused(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}, "needs 1 of AA, BB to say go")
		must(t, e, tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "BB", Go: true}, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true})
		left(t, stop)
	})
}
