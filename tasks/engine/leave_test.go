package engine

// leave_test.go: leaving at every phase, and what a resumed run makes of it.

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/run"
)

// left stops the engine and says how long that took.
func left(t *testing.T, stop func() error) time.Duration {
	t.Helper()
	began := time.Now()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

func TestLeavingWaitsForNoSensor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deaf := make(chan struct{})
		f := newFlight(t, newToy())
		f.sensors = []tasks.Sensor{{Name: "deaf", Every: time.Second, Real: true, Read: func(context.Context, map[string]string, time.Time) (reading.Update, error) {
			<-deaf
			return nil, nil
		}}}
		e, stop := f.open(nil)
		until(t, e, "a beat", func(s *tasks.Snapshot) bool { return s.Now.Sub(s.State.Opened) > 10*time.Minute })
		if took := left(t, stop); took > 2*time.Second {
			t.Errorf("leaving took %v because of a sensor", took)
		}
		close(deaf)
	})
}

func TestACutReadingIsNoTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		f.sensors = []tasks.Sensor{{Name: "slow", Every: time.Second, Real: true, Read: func(ctx context.Context, _ map[string]string, _ time.Time) (reading.Update, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}}
		e, stop := f.open(nil)
		until(t, e, "a beat", func(s *tasks.Snapshot) bool { return s.Now.Sub(s.State.Opened) > 10*time.Minute })
		left(t, stop)
		live, err := run.Live(f.dir)
		if err != nil || len(live.Readings.Failures) != 0 {
			t.Errorf("followers are told of %v, %v", live.Readings.Failures, err)
		}
	})
}

func TestLeavingIsQuickWhileALookWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		w.block = make(chan struct{})
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "the look", func(s *tasks.Snapshot) bool { return s.State.Tasks["T1"].Steps[1].Status == tasks.StepDoing })
		synctest.Wait()
		if took := left(t, stop); took > 100*time.Millisecond {
			t.Errorf("leaving took %v", took)
		}
		close(w.block)
		e, stop = f.open(nil)
		flyOn(t, e)
		left(t, stop)
	})
}

func TestLeavingHearsOutACallAlreadySent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		sent := make(chan struct{})
		w.answer = func(call string) error {
			if call == "do cup" {
				close(sent)
				time.Sleep(10 * time.Second)
			}
			return nil
		}
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		<-sent
		if took := left(t, stop); took < 9*time.Second || took > 11*time.Second {
			t.Errorf("a call of 10 s, and leaving took %v", took)
		}
		w.answer = nil
		e, stop = f.open(nil)
		flyOn(t, e)
		left(t, stop)
		if got := w.log(); !slices.Equal(got, []string{"do cup", "do jug", "do pot"}) {
			t.Errorf("calls: %v", got)
		}
	})
}

func TestLeavingGivesUpOnACallThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		sent, never := make(chan struct{}), make(chan struct{})
		w.answer = func(call string) error {
			if call == "do cup" {
				close(sent)
				<-never
			}
			return nil
		}
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		<-sent
		if took := left(t, stop); took > effectTimeout+2*time.Second {
			t.Errorf("leaving took %v", took)
		}
		w.mu.Lock()
		w.answer = nil
		w.mu.Unlock()
		close(never)
		e, stop = f.open(nil)
		flyOn(t, e)
		left(t, stop)
		if got := w.log(); !slices.Equal(got, []string{"do cup", "find cup", "do jug", "do pot"}) {
			t.Errorf("calls: %v", got)
		}
	})
}

func TestLeavingInTheMiddleOfTheRollback(t *testing.T) {
	for _, fails := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newToy()
			f := newFlight(t, w)
			e, stop := f.open(nil)
			toT1(t, e)
			until(t, e, "T1 done", status("T1", tasks.Done))
			sent, once := make(chan struct{}), true
			w.mu.Lock()
			w.answer = func(call string) error {
				if call != "undo jug" || !once {
					return nil
				}
				once = false
				close(sent)
				time.Sleep(5 * time.Second)
				if fails {
					return context.Canceled
				}
				return nil
			}
			w.mu.Unlock()
			must(t, e, rollBackNow(t, e))
			<-sent
			left(t, stop)
			e, stop = f.open(nil)
			until(t, e, "rolled back", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack })
			left(t, stop)
			if got := w.kinds(); len(got) != 0 {
				t.Errorf("left in the world: %v", got)
			}
		})
	}
}

func TestAnEndedRunCanBeOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		flyOn(t, e)
		left(t, stop)
		e, stop = f.open(nil)
		until(t, e, "released", func(s *tasks.Snapshot) bool { return s.State.Released })
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack })
		left(t, stop)
		e, stop = f.open(nil)
		until(t, e, "rolled back", func(s *tasks.Snapshot) bool { return s.State.Rollback.Phase == tasks.RolledBack })
		if err := e.Send(tasks.Command{Kind: tasks.ReviewRollback, By: "AA"}); err == nil || !strings.Contains(err.Error(), "nothing left to undo") {
			t.Errorf("rolled back once more: %v", err)
		}
		left(t, stop)
		if got := w.kinds(); len(got) != 0 {
			t.Errorf("left in the world: %v", got)
		}
	})
}

func TestTimeNeverGoesBackOnResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		var last time.Time
		for _, speed := range []float64{600, 1, 3600, 10} {
			f.speed = speed
			e, stop := f.open(nil)
			if s := until(t, e, "the first snapshot", func(*tasks.Snapshot) bool { return true }); s.Now.Before(last) {
				t.Errorf("at %g×: opened at %v, left at %v", speed, s.Now, last)
			}
			time.Sleep(3 * time.Second)
			until(t, e, "a beat", func(s *tasks.Snapshot) bool { last = s.Now; return true })
			left(t, stop)
		}
		r, err := run.Load(f.dir)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(r.Events, func(a, b tasks.Event) int { return a.Run.Compare(b.Run) }) {
			t.Error("events go back in run time")
		}
	})
}

func TestAMistakeOfTheLoopEndsTheRunWithASentence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		f.actions[0].Steps[0].Undo.Describe = func(tasks.Call) tasks.UndoWords { panic("no words") }
		e, stop := f.open(nil)
		toT1(t, e)
		<-e.Done()
		if err := stop(); err == nil || errors.Is(err, ErrJournal) || !strings.Contains(err.Error(), "no words") || !strings.Contains(err.Error(), "tminus resume") {
			t.Errorf("it ended with %v", err)
		}
		if told, err := os.ReadFile(filepath.Join(f.dir, "panic.txt")); err != nil || !strings.Contains(string(told), "step.go") {
			t.Errorf("details: %v\n%s", err, told)
		}
		f.actions = w.actions()
		e, stop = f.open(nil)
		flyOn(t, e)
		left(t, stop)
	})
}
