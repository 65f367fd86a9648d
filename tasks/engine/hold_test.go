package engine

// hold_test.go: what may not be done while an effect of a task is not settled,
// and that nothing waits for ever for one that cannot be.

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
)

func refused(t *testing.T, e *Engine, c tasks.Command, says string) {
	t.Helper()
	c.By = "AA"
	if err := e.Send(c); !errors.As(err, new(tasks.Refusal)) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s %s: %v, want a refusal with %q", c.Kind, c.Task, err, says)
	}
}

func halted(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RollbackHalted }

func rolledBack(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack }

// TestNothingTouchesATaskWhoseEffectIsNotSettled aborts while the call is on its
// way; the answer is lost, so the world is asked.
func TestNothingTouchesATaskWhoseEffectIsNotSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		f.speed = 1
		sent, goOn := make(chan struct{}), make(chan struct{})
		w.refuse = func(call string) error {
			if call == "do cup" {
				w.mu.Lock()
				w.refuse = nil
				w.mu.Unlock()
				close(sent)
				<-goOn
				return tasks.Unknown(errors.New("connection reset"))
			}
			return nil
		}
		e, stop := f.open(nil)
		toT1(t, e)
		<-sent
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		until(t, e, "T1 aborted", status("T1", tasks.Aborted))
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, "already sent")
		refused(t, e, tasks.Command{Kind: tasks.SkipTask, Task: "T1", Text: "no time"}, "it is not known whether T1.1.cup happened")
		refused(t, e, tasks.Command{Kind: tasks.ReviewRollback}, "already sent")
		close(goOn)
		until(t, e, "the outcome", func(s *tasks.Snapshot) bool { return s.State.Intents[0].State == tasks.OutcomeUnknown })
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, "still being asked")
		refused(t, e, tasks.Command{Kind: tasks.SkipTask, Task: "T1", Text: "no time"}, "it is not known whether T1.1.cup happened")
		refused(t, e, tasks.Command{Kind: tasks.ReviewRollback}, "still being asked")
		until(t, e, "the world's answer", func(s *tasks.Snapshot) bool { return s.State.Intents[0].State == tasks.OutcomeFailed })
		flyOnAborted(t, e)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(w.log(), ", "); got != "do cup, find cup, find cup, do cup, do jug, do pot" {
			t.Errorf("calls: %v", got)
		}
	})
}

// flyOnAborted starts the aborted T1 again and waits for its end.
func flyOnAborted(t *testing.T, e *Engine) {
	t.Helper()
	must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
	until(t, e, "T1 done", status("T1", tasks.Done))
}

// TestAbortDoesNotCutASentCall has the call heed its context, as an HTTP client does.
func TestAbortDoesNotCutASentCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		sent, cup := make(chan struct{}), &f.actions[0].Steps[0]
		do := cup.Do
		cup.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
			close(sent)
			select {
			case <-ctx.Done():
				return tasks.Result{}, ctx.Err()
			case <-time.After(5 * time.Second):
				return do(ctx, c)
			}
		}
		e, stop := f.open(nil)
		toT1(t, e)
		<-sent
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		s := until(t, e, "the answer", func(s *tasks.Snapshot) bool { return s.State.Intents[0].State != "" })
		if got := s.State.Intents[0].State; got != tasks.OutcomeOK {
			t.Errorf("a call that was sent and answered is %q", got)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnEffectThatCannotBeLookedForForbidsTheRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		f.actions[0].Steps[2].Find = nil
		w.answer = func(call string) error {
			if call == "do jug" {
				return tasks.Unknown(errors.New("connection reset"))
			}
			return nil
		}
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 unknown", status("T1", tasks.Unsure))
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		until(t, e, "T1 aborted", status("T1", tasks.Aborted))
		back := rollBackNow(t, e)
		refused(t, e, back, "T1.1.jug: it is not known whether it happened, and it cannot be looked for: a person has to")
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAbortHaltsTheRollbackWhichCanBeStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		sent, goOn := make(chan struct{}), make(chan struct{})
		w.mu.Lock()
		w.answer = func(call string) error {
			if call == "undo jug" {
				close(sent)
				<-goOn
			}
			return nil
		}
		w.mu.Unlock()
		must(t, e, rollBackNow(t, e))
		<-sent
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		until(t, e, "halted", halted)
		refused(t, e, tasks.Command{Kind: tasks.ReviewRollback}, "already sent")
		close(goOn)
		until(t, e, "the answer", func(s *tasks.Snapshot) bool { return len(s.State.UndoList()) == 1 })
		if got := strings.Join(w.log(), ", "); got != "do cup, do jug, do pot, undo pot, undo jug" {
			t.Errorf("something started after the abort: %v", got)
		}
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", rolledBack)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNoEffectIsBegunOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(fullFS{journal.Disk{}})
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		if err := os.Remove(filepath.Join(f.dir, "reserve")); err != nil {
			t.Fatal(err)
		}
		must(t, e, rollBackNow(t, e))
		s := until(t, e, "halted", halted)
		if why := s.State.Rollback.Stopped; !strings.Contains(why, "disk is full") {
			t.Errorf("it halted with %q", why)
		}
		if got := strings.Join(w.log(), ", "); got != "do cup, do jug, do pot" {
			t.Errorf("calls: %v", got)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		e, stop = f.open(nil)
		until(t, e, "halted", halted)
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", rolledBack)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestNothingIsBegunOnAHopelesslySlowDisk: what an effect did would be on the disk long after it.
func TestNothingIsBegunOnAHopelesslySlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		f.actions[0].Steps[0].Look = nil // so that the effect comes right after the start
		takes := new(atomic.Int64)
		e, stop := f.open(slowFS{takes: takes})
		agreed(t, e)
		synctest.Wait()
		takes.Store(int64(1300 * time.Millisecond))
		must(t, e, tasks.Command{Kind: tasks.AddNote, Text: "it clicks"})
		until(t, e, "the trouble", func(s *tasks.Snapshot) bool { return s.Trouble == "journal slow: the last write took 1.3 s" })
		synctest.Wait()
		takes.Store(int64(11 * time.Second))
		must(t, e, tasks.Command{Kind: tasks.AddNote, Text: "it clicks and clicks"})
		takes.Store(0)
		until(t, e, "the stall", func(s *tasks.Snapshot) bool {
			return strings.Contains(s.State.Conn.Lost, "the program stood still for 11 s")
		})
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		synctest.Wait()
		takes.Store(int64(11 * time.Second))
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		takes.Store(0)
		s := until(t, e, "T1 failed", status("T1", tasks.Failed))
		if why := s.State.Tasks["T1"].Reason; !strings.HasPrefix(why, "journal slow: the last write took 11.0 s: an effect is not begun") {
			t.Errorf("it failed with %q", why)
		}
		until(t, e, "another stall", func(s *tasks.Snapshot) bool { return s.State.Conn.Holder == "" })
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		until(t, e, "T1 done", status("T1", tasks.Done))
		left(t, stop)
	})
}

// TestTroubleWithLiveIsToldAsLongAsItLasts puts a folder in live.json's place.
func TestTroubleWithLiveIsToldAsLongAsItLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		live := filepath.Join(f.dir, "live.json")
		if err := os.MkdirAll(filepath.Join(live, "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		e, stop := f.open(nil)
		until(t, e, "trouble", func(s *tasks.Snapshot) bool { return strings.Contains(s.Trouble, "live.json") })
		if err := os.RemoveAll(live); err != nil {
			t.Fatal(err)
		}
		until(t, e, "no trouble", func(s *tasks.Snapshot) bool { return s.Trouble == "" })
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAPanickingSensorIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		f.sensors = []tasks.Sensor{{Name: "wild", Every: time.Second, Real: true}} // no Read: a nil call
		e, stop := f.open(nil)
		until(t, e, "the error", func(s *tasks.Snapshot) bool { return strings.Contains(s.Readings.Failures["wild"].Says, "mistake") })
		flyOn(t, e)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}
