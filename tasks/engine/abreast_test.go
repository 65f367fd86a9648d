package engine

// abreast_test.go: tasks side by side, and plans without any action.

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
)

const handsOnly = `release: Toy 1.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts: [{id: AA, name: Anna}]
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
  - {id: M2, title: "tell", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
`

const sideBySide = `release: Toy 1.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts: [{id: AA, name: Anna}]
tasks:
  - {id: T1, title: "make", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA, action: toy.make}
  - {id: T2, title: "look", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA, action: toy.look}
`

func TestAPlanOfHandsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := flightOf(t, newToy(), handsOnly, nil)
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"}, tasks.Command{Kind: tasks.StartTask, Task: "M2"})
		left(t, stop)
		e, stop = f.open(nil) // two open manual tasks: nothing of ours is under way
		must(t, e, tasks.Command{Kind: tasks.AttestTask, Task: "M2", Text: "told"},
			tasks.Command{Kind: tasks.FailTask, Task: "M1", Text: "they disagree"}, tasks.Command{Kind: tasks.SkipTask, Task: "M1", Text: "no need"})
		until(t, e, "released", func(s *tasks.Snapshot) bool { return s.State.Released })
		left(t, stop)
	})
}

func TestTasksAbreastAreLeftAndResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		w.block = make(chan struct{})
		f := flightOf(t, w, sideBySide, w.actions())
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		until(t, e, "both looking", func(s *tasks.Snapshot) bool {
			return s.State.Tasks["T1"].NextStep() == "wait" && s.State.Tasks["T2"].Status == tasks.Active
		})
		must(t, e, tasks.Command{Kind: tasks.AbortRunning, Task: "T2"})
		left(t, stop)
		close(w.block)
		e, stop = f.open(nil)
		until(t, e, "T1 done, T2 left alone", func(s *tasks.Snapshot) bool {
			return s.State.Tasks["T1"].Status == tasks.Done && s.State.Tasks["T2"].Status == tasks.Aborted
		})
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		until(t, e, "released", func(s *tasks.Snapshot) bool { return s.State.Released })
		left(t, stop)
	})
}

// TestAFactLostBetweenLookAndEffect has the fact taken away while the effect that needs it is being prepared.
func TestAFactLostBetweenLookAndEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		actions := w.actions()
		jug := &actions[0].Steps[2]
		jug.Needs = []string{"cup.id"}
		jug.Look = func(ctx context.Context, c tasks.Call) (map[string]string, error) { return nil, c.Wait(ctx, time.Hour) }
		actions[1].Steps[0].Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
			return tasks.Result{Verdict: tasks.Pass, Drop: []string{"cup.id"}}, c.Wait(ctx, 30*time.Minute)
		}
		f := flightOf(t, w, sideBySide, actions)
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		s := until(t, e, "T1 failed", status("T1", tasks.Failed))
		if why := s.State.Tasks["T1"].Reason; !strings.Contains(why, "needs cup.id") {
			t.Errorf("it failed with %q", why)
		}
		left(t, stop)
		if got := strings.Join(w.log(), ", "); got != "do cup" {
			t.Errorf("calls: %v", got)
		}
	})
}

// TestALateLineIsNotShown reports progress from beyond the end of a step.
func TestALateLineIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		actions := w.actions()
		late := make(chan struct{})
		actions[1].Steps[0].Do = func(_ context.Context, c tasks.Call) (tasks.Result, error) {
			go func() {
				<-late
				c.Progress("still looking")
			}()
			return tasks.Result{Verdict: tasks.Pass}, nil
		}
		f := flightOf(t, w, sideBySide, actions)
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		until(t, e, "T2 done", status("T2", tasks.Done))
		close(late)
		synctest.Wait()
		s := until(t, e, "a beat", func(*tasks.Snapshot) bool { return true })
		if s.Progress["T2"] != "" {
			t.Errorf("a finished task says %q", s.Progress["T2"])
		}
		left(t, stop)
	})
}
