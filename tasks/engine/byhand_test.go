package engine

// byhand_test.go: work done in a console, what the world says of it, and what becomes of the person's word.

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
)

// kitchen attests that T1 was done by hand.
func kitchen(cup string) tasks.Command {
	return tasks.Command{Kind: tasks.AttestTask, Task: "T1", Text: "done in the kitchen", Facts: map[string]string{"cup.id": cup}}
}

func TestWhatTheWorldSaysOfWorkDoneByHand(t *testing.T) {
	says := func(v tasks.Verdict, err error) func(context.Context, tasks.Call) (tasks.Result, error) {
		return func(_ context.Context, c tasks.Call) (tasks.Result, error) {
			return tasks.Result{Verdict: v, Says: "looked at " + c.Facts["cup.id"], Facts: map[string]string{"jug.id": "big"}, Made: []tasks.Resource{{Kind: "cup", ID: "x"}}}, err
		}
	}
	for _, tt := range []struct {
		name     string
		stated   func(context.Context, tasks.Call) (tasks.Result, error)
		want     tasks.Status
		verified bool
		learnt   string // the jug
		reason   string
		said     string
	}{
		{"agrees", says(tasks.Pass, nil), tasks.Done, true, "big", "done in the kitchen", "looked at mine"},
		{"cannot tell", says(tasks.Inconclusive, nil), tasks.Done, false, "big", "done in the kitchen", "looked at mine"},
		{"says nothing", says(tasks.NotTested, nil), tasks.Done, false, "big", "done in the kitchen", "looked at mine"},
		{"could not be asked", says("", tasks.Unknown(errors.New("no route"))), tasks.Done, false, "big", "done in the kitchen", "the world could not be asked, attested only: the outcome is unknown: no route"},
		{"contradicts", says(tasks.Fail, nil), tasks.Failed, false, "", "looked at mine", "looked at mine"},
		{"the look broke off", says(tasks.Pass, errors.New("half a page")), tasks.Failed, false, "", "half a page", "looked at mine"},
		{"nobody can ask", nil, tasks.Done, false, "", "done in the kitchen", nobodyCanVerify},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newToy()
				f := newFlight(t, w)
				f.actions[0].Stated = tt.stated
				e, stop := f.open(nil)
				agreed(t, e)
				must(t, e, kitchen("mine"))
				s := until(t, e, "the verdict", func(s *tasks.Snapshot) bool { return s.State.Tasks["T1"].Status != tasks.Active })
				ts := s.State.Tasks["T1"]
				if ts.Status != tt.want || ts.Verified() != tt.verified || ts.Reason != tt.reason || !ts.ByHand() {
					t.Errorf("T1 is %s (%s), verified %v", ts.Status, ts.Reason, ts.Verified())
				}
				if got := s.State.Facts["jug.id"].Value; got != tt.learnt {
					t.Errorf("the jug is %q", got)
				}
				if cup := s.State.Facts["cup.id"]; (cup.Value == "mine") != (tt.want == tasks.Done) || cup.Stated != (tt.want == tasks.Done) {
					t.Errorf("the cup is %+v", cup)
				}
				if done := lastStep(s); done.Step != tasks.StatedStep || done.Result.Says != tt.said || done.Result.Made != nil {
					t.Errorf("journaled: %+v", done)
				}
				if len(s.State.UndoList()) != 0 || len(w.log()) != 0 {
					t.Errorf("nothing was made by this run, and %v would be undone; calls %v", s.State.UndoList(), w.log())
				}
				left(t, stop)
			})
		})
	}
}

func lastStep(s *tasks.Snapshot) (done tasks.StepDone) {
	for _, e := range s.State.Events {
		if b, ok := e.Body.(tasks.StepDone); ok {
			done = b
		}
	}
	return done
}

// TestHalfOfATaskByHand fails after the cup, and somebody makes the rest: the cup is still this run's to undo.
func TestHalfOfATaskByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		w.refuse = func(call string) error {
			if call == "do jug" {
				return errors.New("no clay left")
			}
			return nil
		}
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 failed", status("T1", tasks.Failed))
		must(t, e, kitchen("mine"))
		s := until(t, e, "T1 done", status("T1", tasks.Done))
		if list := s.State.UndoList(); len(list) != 1 || list[0].Step != "cup" {
			t.Errorf("to be undone: %+v", list)
		}
		if got := strings.Join(w.log(), ", "); got != "do cup, do jug" {
			t.Errorf("calls: %s", got)
		}
		left(t, stop)
	})
}

// TestTakingBackAnAttestationEndsItsVerification, and its late answer changes nothing.
func TestTakingBackAnAttestationEndsItsVerification(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		goOn := make(chan struct{})
		w.stated = func(context.Context, tasks.Call) (tasks.Result, error) {
			<-goOn // heeds nothing
			return tasks.Result{Verdict: tasks.Pass}, nil
		}
		f := newFlight(t, w)
		e, stop := f.open(nil)
		agreed(t, e)
		must(t, e, kitchen("mine"))
		s := until(t, e, "the look", status("T1", tasks.Active))
		entry, _ := s.State.Entry("T1")
		must(t, e, tasks.Command{Kind: tasks.TakeBack, Event: entry.Seq, Text: "it was another cup"})
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, "still being asked")
		close(goOn)
		synctest.Wait()
		must(t, e, kitchen("the other"))
		s = until(t, e, "T1 done", status("T1", tasks.Done))
		if got := s.State.Facts["cup.id"].Value; got != "the other" {
			t.Errorf("the cup is %q", got)
		}
		left(t, stop)
	})
}

// TestTakingBackAnAttestationForgetsWhatCameOfIt: also what the world added to it.
func TestTakingBackAnAttestationForgetsWhatCameOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		e, stop := f.open(nil)
		agreed(t, e)
		must(t, e, kitchen("mine"))
		s := until(t, e, "T1 done", status("T1", tasks.Done))
		entry, _ := s.State.Entry("T1")
		must(t, e, tasks.Command{Kind: tasks.TakeBack, Event: entry.Seq, Text: "it was another cup"})
		s = until(t, e, "T1 waiting", status("T1", tasks.Waiting))
		if len(s.State.Facts) != 0 {
			t.Errorf("still known: %+v", s.State.Facts)
		}
		left(t, stop)
	})
}

// TestAWaivedLookIsNotRepeated: what could not be proven is waived, and the task goes on after it.
func TestAWaivedLookIsNotRepeated(t *testing.T) {
	for _, last := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newToy()
			f := newFlight(t, w)
			looks := 0
			steps := f.actions[0].Steps
			steps[1].Do = func(context.Context, tasks.Call) (tasks.Result, error) {
				looks++
				return tasks.Result{Verdict: tasks.Fail, Says: "it is cracked"}, nil
			}
			if last {
				f = flightOf(t, w, toyPlan, []tasks.Action{{Kind: "toy.make", Steps: steps[:2]}, f.actions[1]})
			}
			e, stop := f.open(nil)
			toT1(t, e)
			until(t, e, "T1 failed", status("T1", tasks.Failed))
			must(t, e, tasks.Command{Kind: tasks.Waive, Task: "T1", Text: "a crack does no harm"}, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
			s := until(t, e, "T1 done", status("T1", tasks.Done))
			if ts := s.State.Tasks["T1"]; looks != 1 || ts.Step("wait").Status != tasks.StepWaived || len(ts.Evidence) == 0 || ts.Evidence[0].Step != "cup" {
				t.Errorf("%d looks; %+v; evidence %+v", looks, ts.Step("wait"), ts.Evidence)
			}
			left(t, stop)
		})
	}
}

func TestSecretsOfPeopleAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		e, stop := f.open(nil)
		agreed(t, e)
		refused(t, e, tasks.Command{Kind: tasks.AddNote, Text: "the key is AKIAIOSFODNN7EXAMPLE"}, "an AWS access key")
		refused(t, e, tasks.Command{Kind: tasks.HoldPlan, Text: "call anna@example.org first", Until: time.Now().Add(24 * 365 * time.Hour)}, "an e-mail address")
		c := kitchen("AKIAIOSFODNN7EXAMPLE")
		refused(t, e, c, "cup.id holds an AWS access key")
		left(t, stop)
	})
}
