package engine

// review_test.go: nothing is undone before the world was asked about all of it.

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
)

func reviewDone(s *tasks.Snapshot) bool { return s.Review != nil && s.Review.Done }

// TestAReviewAsksTheWorldAboutEveryTarget, in the order in which they would be undone, and shows it as it goes.
func TestAReviewAsksTheWorldAboutEveryTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		var asked []string
		for i := range f.actions[0].Steps {
			step := &f.actions[0].Steps[i]
			if step.Undo == nil {
				continue
			}
			prove := step.Undo.Prove
			step.Undo.Prove = func(ctx context.Context, c tasks.Call) (string, bool, error) {
				asked = append(asked, step.ID)
				time.Sleep(time.Second)
				return prove(ctx, c)
			}
		}
		f.actions[0].Steps[0].Undo.Prove = nil // then Gone answers
		f.actions[0].Steps[3].Undo.Describe = func(tasks.Call) tasks.UndoWords { return tasks.UndoWords{Title: "break the pot", Keep: "it is kept"} }
		e, stop := f.open(nil)
		toT1(t, e)
		s := until(t, e, "T1 done", status("T1", tasks.Done))
		back := tasks.Command{Kind: tasks.RollBack, By: "AA", Confirm: "TOY1", Text: "drill", Head: s.State.ReviewHead()}
		refused(t, e, back, "the world has not been asked yet")
		must(t, e, tasks.Command{Kind: tasks.ReviewRollback})
		refused(t, e, back, "the world is being asked what there is to undo")
		w.mu.Lock()
		delete(w.things, s.State.Facts["cup.id"].Value) // somebody has taken the cup
		w.mu.Unlock()
		s = until(t, e, "the review", reviewDone)
		want := map[string]tasks.Proof{"T1.1.jug": {There: true, Says: "the jug is ours"}, "T1.1.cup": {}}
		for id, p := range want {
			if s.Review.Proofs[id] != p {
				t.Errorf("%s: %+v", id, s.Review.Proofs[id])
			}
		}
		if len(s.Review.Proofs) != len(want) || !slices.Equal(asked, []string{"jug"}) {
			t.Errorf("asked about %v: %+v", asked, s.Review.Proofs)
		}
		other := back
		other.Task = "T1"
		refused(t, e, other, "the world has not been asked yet")
		must(t, e, tasks.Command{Kind: tasks.AddNote, Text: "a note changes nothing"}, back)
		until(t, e, "rolled back", rolledBack)
		left(t, stop)
	})
}

// TestWhatCannotBeToldForbidsTheRollback until somebody can tell.
func TestWhatCannotBeToldForbidsTheRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, e, stop := walkFlight(t)
		agreed(t, e)
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		until(t, e, "T1 done", status("T1", tasks.Done))
		h.set(func() { h.blind = true })
		back := rollBackNow(t, e)
		refused(t, e, back, "T1.1.cup: it cannot be told whether it is still there: the world does not answer")
		h.calm()
		refused(t, e, back, "T1.1.cup")
		must(t, e, rollBackNow(t, e))
		until(t, e, "rolled back", rolledBack)
		left(t, stop)
	})
}

// TestAReviewSettlesWhatNobodyKnew: the call was lost on its way, and the head that the
// rollback is bound to is the one after that was found out.
func TestAReviewSettlesWhatNobodyKnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, e, stop := walkFlight(t)
		agreed(t, e)
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		until(t, e, "the look", func(s *tasks.Snapshot) bool { return s.State.Tasks["T1"].NextStep() == "wait" })
		h.set(func() { h.fault, h.delay = lostAfter, time.Second })
		until(t, e, "the jug on its way", func(s *tasks.Snapshot) bool { return len(s.State.Intents) == 2 })
		h.set(func() { h.blind = true })
		until(t, e, "nobody knows", status("T1", tasks.Unsure))
		synctest.Wait()
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		synctest.Wait()
		back := rollBackNow(t, e)
		refused(t, e, back, "the world does not answer")
		s := until(t, e, "the review", reviewDone)
		if got := s.Review.Proofs["T1.1.jug"].Error; got != "it is not known whether it happened: the world does not answer" {
			t.Errorf("the jug: %q", got)
		}
		h.calm()
		must(t, e, tasks.Command{Kind: tasks.ReviewRollback})
		s = until(t, e, "the review", func(s *tasks.Snapshot) bool { return reviewDone(s) && s.Review.Head != back.Head })
		if jug := s.State.Intent("T1.1.jug"); jug.State != tasks.OutcomeOK || s.Review.Head != s.State.ReviewHead() || s.Review.Head == back.Head {
			t.Errorf("the jug is %q; reviewed at %d, the head is %d", jug.State, s.Review.Head, s.State.ReviewHead())
		}
		back.Head = s.Review.Head
		must(t, e, back)
		until(t, e, "rolled back", rolledBack)
		left(t, stop)
		if got := h.kinds(); len(got) != 0 {
			t.Errorf("left in the world: %v", got)
		}
	})
}

// TestAReviewEndsWhenTheRunMovesOn, when a newer one takes its place, and with the cockpit.
func TestAReviewEndsWhenTheRunMovesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		var began, ended atomic.Int64
		for i := range f.actions[0].Steps {
			if undo := f.actions[0].Steps[i].Undo; undo != nil {
				undo.Prove = func(ctx context.Context, c tasks.Call) (string, bool, error) {
					began.Add(1)
					<-ctx.Done()
					ended.Add(1)
					return "", false, ctx.Err()
				}
			}
		}
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		must(t, e, tasks.Command{Kind: tasks.ReviewRollback}, tasks.Command{Kind: tasks.ReviewRollback, Task: "T1"})
		synctest.Wait()
		s := until(t, e, "the newer one", func(s *tasks.Snapshot) bool { return s.Review != nil })
		if s.Review.From != "T1" || began.Load() != 2 || ended.Load() != 1 {
			t.Errorf("%+v; %d looks began, %d ended", s.Review, began.Load(), ended.Load())
		}
		must(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true})
		s = until(t, e, "the gate", status("G1", tasks.Done))
		synctest.Wait()
		if s.Review != nil || ended.Load() != 2 {
			t.Errorf("the run has moved on: %+v, %d looks ended", s.Review, ended.Load())
		}
		must(t, e, tasks.Command{Kind: tasks.ReviewRollback})
		synctest.Wait()
		if took := left(t, stop); took > time.Second || began.Load() != 3 || ended.Load() != 3 {
			t.Errorf("leaving took %v; %d looks began, %d ended", took, began.Load(), ended.Load())
		}
	})
}

// TestAStoppedClockGoesOnWhileAReviewAsks: whoever asks may wait in run time.
func TestAStoppedClockGoesOnWhileAReviewAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		prove := f.actions[0].Steps[0].Undo.Prove
		f.actions[0].Steps[0].Undo.Prove = func(ctx context.Context, c tasks.Call) (string, bool, error) {
			if err := c.Wait(ctx, time.Minute); err != nil {
				return "", false, err
			}
			return prove(ctx, c)
		}
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		must(t, e, tasks.Command{Kind: tasks.PauseClock, On: true}, tasks.Command{Kind: tasks.ReviewRollback})
		s := until(t, e, "the review", reviewDone)
		if !s.Paused || !s.Review.Proofs["T1.1.cup"].There {
			t.Errorf("paused %v; %+v", s.Paused, s.Review)
		}
		must(t, e, tasks.Command{Kind: tasks.PauseClock})
		left(t, stop)
	})
}

// TestAPartialRollbackLeavesWhatCameBefore, and the whole one after it takes the rest.
func TestAPartialRollbackLeavesWhatCameBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, f, e, stop := walkFlight(t)
		tell(t, e, covered)
		must(t, e, rollBackFrom(t, e, "T4"))
		s := until(t, e, "rolled back", rolledBack)
		if got := strings.Join(h.kinds(), " "); got != "bowl cup jug pot salt" || s.State.Rollback.From != "T4" || s.State.Tasks["T1"].Status != tasks.Done {
			t.Errorf("from %q; the world holds %s; T1 is %s", s.State.Rollback.From, got, s.State.Tasks["T1"].Status)
		}
		left(t, stop)
		e, stop = f.open(nil)
		must(t, e, rollBackNow(t, e))
		s = until(t, e, "all of it rolled back", func(s *tasks.Snapshot) bool { return rolledBack(s) && s.State.Rollback.From == "" })
		if got := strings.Join(h.kinds(), " "); got != "bowl salt" || len(s.State.Rollback.Left) != 1 {
			t.Errorf("the world holds %s; told: %v", got, s.State.Rollback.Left)
		}
		must(t, e, tasks.Command{Kind: tasks.ReopenRun, Text: "once more"})
		s = until(t, e, "reopened", status("T1", tasks.Waiting))
		if s.State.Tasks["T1"].Attempt != 2 || s.State.Tasks["T2"].Status != tasks.Done {
			t.Errorf("T1 at attempt %d, T2 is %s", s.State.Tasks["T1"].Attempt, s.State.Tasks["T2"].Status)
		}
		tell(t, e, covered)
		left(t, stop)
		if got := strings.Join(h.kinds(), " "); got != "bowl cup jug lid pot salt" || slices.ContainsFunc(h.log(), func(c string) bool { return strings.HasPrefix(c, "TWICE") }) {
			t.Errorf("the world holds %s; calls %v", got, h.log())
		}
	})
}

var errTaken = errors.New("taken by AKIAIOSFODNN7EXAMPLE")

// TestSecretsOfAdaptersAreBlackedOut wherever they stand in what is written.
func TestSecretsOfAdaptersAreBlackedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		f.actions[0].Steps[1].Do = func(context.Context, tasks.Call) (tasks.Result, error) {
			text := errTaken.Error()
			return tasks.Result{Verdict: tasks.Fail, Says: text, Rows: []tasks.Row{{Name: text, Says: text}}, Trace: []tasks.Trace{{Line: text, Error: text}}}, errTaken
		}
		e, stop := f.open(nil)
		toT1(t, e)
		s := until(t, e, "T1 failed", status("T1", tasks.Failed))
		left(t, stop)
		for _, ev := range s.State.Events {
			if payload, err := tasks.Encode(ev); err != nil || strings.Contains(string(payload), "AKIA") {
				t.Errorf("%v: %s", err, payload)
			}
		}
		if why := s.State.Tasks["T1"].Reason; why != "taken by [an AWS access key]" {
			t.Errorf("it failed with %q", why)
		}
	})
}
