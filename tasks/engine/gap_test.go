package engine

// gap_test.go: the lid is closed at each phase of a task. Nothing is begun before the
// world was read again and somebody has taken the conn once more.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// stall is a place at which a worker waits until the test lets it go on.
type stall struct {
	at      string
	once    sync.Once
	there   chan struct{}
	release chan struct{}
}

func newStall(at string) *stall {
	return &stall{at: at, there: make(chan struct{}), release: make(chan struct{})}
}

// reach stops whoever comes first to the place. A look heeds its context, a call already sent does not.
func (s *stall) reach(ctx context.Context, at string) error {
	if at != s.at {
		return nil
	}
	var err error
	s.once.Do(func() {
		close(s.there)
		if strings.HasPrefix(at, "do") {
			<-s.release
			return
		}
		select {
		case <-s.release:
		case <-ctx.Done():
			err = ctx.Err()
		}
	})
	return err
}

// stallable puts the place into the jug's step and into the look before it.
func stallable(actions []tasks.Action, s *stall) []tasks.Action {
	wait, jug := &actions[0].Steps[1], &actions[0].Steps[2]
	read, look, do, check, undo := wait.Do, jug.Look, jug.Do, jug.Check, jug.Undo.Do
	wait.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		if err := s.reach(ctx, "read"); err != nil {
			return tasks.Result{}, err
		}
		return read(ctx, c)
	}
	jug.Look = func(ctx context.Context, c tasks.Call) (map[string]string, error) {
		if err := s.reach(ctx, "look"); err != nil {
			return nil, err
		}
		return look(ctx, c)
	}
	jug.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		r, err := do(ctx, c)
		return r, s.reachOr(ctx, "do", err)
	}
	jug.Check = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		if err := s.reach(ctx, "check"); err != nil {
			return tasks.Result{}, err
		}
		return check(ctx, c)
	}
	jug.Undo.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		var err error
		if s.at == "undo" {
			s.once.Do(func() {
				close(s.there)
				err = c.Wait(ctx, time.Minute) // over before the next tick
			})
		}
		if err != nil {
			return tasks.Result{}, err
		}
		return undo(ctx, c)
	}
	return actions
}

func (s *stall) reachOr(ctx context.Context, at string, err error) error {
	if stalled := s.reach(ctx, at); stalled != nil {
		return stalled
	}
	return err
}

func TestNothingIsBegunAfterAGapBeforeTheWorldIsReadAgain(t *testing.T) {
	for _, at := range []string{"read", "look", "do", "check", "undo"} {
		for _, asleep := range []time.Duration{time.Second, 5 * time.Second, time.Minute, time.Hour, 12 * time.Hour} {
			t.Run(fmt.Sprintf("%s %v", at, asleep), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { sleepAt(t, at, asleep) })
			})
		}
	}
}

// sleepAt closes the lid while T1 is at a place, and lets it go on first thing after that.
func sleepAt(t *testing.T, at string, asleep time.Duration) {
	w, s := newToy(), newStall(at)
	f := flightOf(t, w, toyPlan, stallable(w.actions(), s))
	eyes := &eyes{shut: make(chan struct{})}
	close(eyes.shut)
	f.sensors = []tasks.Sensor{eyes.sensor()}
	e, stop := f.open(nil)
	toT1(t, e)
	if at == "undo" {
		until(t, e, "T1 done", status("T1", tasks.Done))
		must(t, e, rollBackNow(t, e))
	}
	<-s.there
	synctest.Wait()
	begun := w.log()
	eyes.close()
	f.lid.sleep(asleep)
	close(s.release)
	if asleep < 2*time.Second { // nobody notices that
		goesOn(t, e, at)
		left(t, stop)
		return
	}
	lost := until(t, e, "the gap", func(s *tasks.Snapshot) bool { return len(s.Waking) > 0 })
	if c := lost.State.Conn; c.Holder != "" || !strings.Contains(c.Lost, "while AA had it") {
		t.Errorf("after the gap: %+v", c)
	}
	refused(t, e, tasks.Command{Kind: tasks.TakeConn}, "not heard yet: eyes")
	time.Sleep(5 * time.Second)
	if got := w.log(); !slices.Equal(got, begun) {
		t.Errorf("begun before the world was read again: %v, before: %v", got, begun)
	}
	eyes.open()
	waiting := until(t, e, "the world read again", func(s *tasks.Snapshot) bool { return len(s.Waking) == 0 && s.Progress["T1"] == waitsForConn })
	if waiting.State.Conn.Holder != "" || f.lid.woke.Load() != 1 {
		t.Errorf("the conn is with %q, connections were dropped %d times", waiting.State.Conn.Holder, f.lid.woke.Load())
	}
	time.Sleep(5 * time.Second)
	if got := w.log(); !slices.Equal(got, begun) {
		t.Errorf("begun before anybody took the conn: %v, before: %v", got, begun)
	}
	must(t, e, tasks.Command{Kind: tasks.TakeConn, By: "BB"})
	goesOn(t, e, at)
	left(t, stop)
	for _, call := range w.log() {
		if strings.HasPrefix(call, "TWICE") {
			t.Errorf("calls: %v", w.log())
		}
	}
}

func goesOn(t *testing.T, e *Engine, at string) {
	t.Helper()
	if at == "undo" {
		until(t, e, "rolled back", rolledBack)
		return
	}
	until(t, e, "T1 done", status("T1", tasks.Done))
}

// TestASensorThatNeverAnswersDoesNotKeepTheConnForEver heeds nothing, not even the end of its time.
func TestASensorThatNeverAnswersDoesNotKeepTheConnForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deaf := make(chan struct{})
		f := newFlight(t, newToy())
		f.sensors = []tasks.Sensor{{Name: "deaf", Every: time.Second, Real: true, Read: func(context.Context, map[string]string, time.Time) (reading.Update, error) {
			<-deaf
			return nil, nil
		}}}
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		f.lid.sleep(time.Hour)
		until(t, e, "the gap", func(s *tasks.Snapshot) bool { return slices.Equal(s.Waking, []string{"deaf"}) })
		refused(t, e, tasks.Command{Kind: tasks.TakeConn}, "the machine slept 1 h while AA had it: the world is read again first")
		time.Sleep(sensorTimeout + 2*lookGrace)
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		left(t, stop)
		close(deaf)
	})
}

// TestAReviewFromBeforeTheGapIsWorthNothing, finished or not.
func TestAReviewFromBeforeTheGapIsWorthNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		back := rollBackNow(t, e)
		f.lid.sleep(time.Hour)
		until(t, e, "the gap", func(s *tasks.Snapshot) bool { return s.State.Conn.Lost != "" && s.Review == nil })
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		refused(t, e, back, "the world has not been asked yet")
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", rolledBack)
		left(t, stop)
	})
}

// TestAnOldReadingIsNoAnswer: it was begun before the gap, and its sensor heeds nothing.
func TestAnOldReadingIsNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		first, second := make(chan struct{}), make(chan struct{})
		var turn atomic.Int64
		f.sensors = []tasks.Sensor{{Name: "eyes", Every: time.Hour, Real: true, Read: func(context.Context, map[string]string, time.Time) (reading.Update, error) {
			wait := first
			if turn.Add(1) > 1 {
				wait = second
			}
			<-wait
			return nil, nil
		}}}
		e, stop := f.open(nil)
		time.Sleep(2 * tick)
		f.lid.sleep(time.Hour)
		time.Sleep(2 * tick)
		close(first)
		synctest.Wait()
		refused(t, e, tasks.Command{Kind: tasks.TakeConn}, "not heard yet: eyes")
		close(second)
		synctest.Wait()
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		left(t, stop)
	})
}

// TestACommandNoticesTheGap comes before the tick does.
func TestACommandNoticesTheGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"},
			tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"})
		f.lid.sleep(time.Minute)
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, "nobody has the conn: the machine slept 60 s while AA had it")
		left(t, stop)
		if got := w.log(); len(got) != 0 {
			t.Errorf("calls: %v", got)
		}
	})
}

// TestTheLidIsClosedWhileTheIntentIsWritten: it is on the disk, and was never sent.
func TestTheLidIsClosedWhileTheIntentIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		fs := &nappingFS{lid: newLid(), on: `"t":"intent"`}
		f.lid = fs.lid
		e, stop := f.open(fs)
		toT1(t, e)
		until(t, e, "the wait", func(s *tasks.Snapshot) bool { return s.Progress["T1"] == waitsForConn })
		if got := strings.Join(w.log(), ", "); got != "find cup, find cup" {
			t.Errorf("calls: %s", got)
		}
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		until(t, e, "T1 done", status("T1", tasks.Done))
		left(t, stop)
		if got := strings.Join(w.log(), ", "); got != "find cup, find cup, do cup, do jug, do pot" {
			t.Errorf("calls: %s", got)
		}
	})
}

// TestARunThatWasClosedForLong: who comes back hours after a crash has to look first, like
// after any other gap; who comes back at once goes on.
func TestARunThatWasClosedForLong(t *testing.T) {
	for _, away := range []time.Duration{time.Minute, 3 * time.Hour} {
		t.Run(away.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, s := newToy(), newStall("look")
				f := flightOf(t, w, toyPlan, stallable(w.actions(), s))
				eyes := &eyes{shut: make(chan struct{})}
				close(eyes.shut)
				f.sensors = []tasks.Sensor{eyes.sensor()}
				e, stop := f.open(nil)
				toT1(t, e)
				<-s.there
				left(t, stop)
				begun := w.log()
				f.lid.sleep(away)
				e, stop = f.open(nil)
				if away > closedFor {
					lost := until(t, e, "the conn lost", func(s *tasks.Snapshot) bool { return s.Progress["T1"] == waitsForConn })
					if got := lost.State.Conn.Lost; got != "the run was closed for 3 h while AA had it" {
						t.Errorf("it says %q", got)
					}
					time.Sleep(5 * time.Second)
					if got := w.log(); !slices.Equal(got, begun) {
						t.Errorf("begun before anybody took the conn: %v, before: %v", got, begun)
					}
					must(t, e, tasks.Command{Kind: tasks.TakeConn, By: "BB"})
				}
				until(t, e, "T1 done", status("T1", tasks.Done))
				left(t, stop)
			})
		})
	}
}
