package ui

// review_test.go: nobody agrees to a rollback before the world was asked, nor to another
// one than the one they read.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

// reviews counts how often the world was asked.
func (d *desk) reviews() (n int) {
	for _, c := range d.got {
		if c.Kind == tasks.ReviewRollback {
			n++
		}
	}
	return n
}

func TestNobodyAgreesBeforeTheWorldHasAnswered(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	addressed(d)
	fly(t, d, nil, func(s *seat) {
		s.keys("R")
		s.wait(time.Second)
		d.review.Done = false
		s.feed(snapshotMsg{d.snapshot()})
		s.write("SCP100X0219")
		s.keys("tab")
		s.write("why")
		s.keys("tab", "tab", "enter")
		if !strings.Contains(s.dialog().Problem, "the world is being asked") {
			t.Errorf("problem %q", s.dialog().Problem)
		}
		d.prove("", tasks.Proof{Error: "throttled"})
		s.feed(snapshotMsg{d.snapshot()})
		s.keys("enter")
		if !strings.Contains(s.dialog().Problem, "throttled") || !strings.Contains(s.frame(), "? cannot be told: throttled") {
			t.Errorf("problem %q\n%s", s.dialog().Problem, s.frame())
		}
		d.prove("", tasks.Proof{})
		s.feed(snapshotMsg{d.snapshot()})
		if !strings.Contains(s.frame(), "gone already, nothing has to be undone") {
			t.Error(s.frame())
		}
		s.keys("enter")
	})
	if d.last().Kind != tasks.RollBack || d.reviews() != 1 {
		t.Errorf("asked for %v", d.kinds())
	}
}

// TestTheOtherScopeIsAnotherReview: what was typed for everything agrees to nothing else.
func TestTheOtherScopeIsAnotherReview(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	addressed(d)
	fly(t, d, nil, func(s *seat) {
		if s.keys("R"); s.dialog().Alt != "" {
			t.Errorf("a task that is only followed is offered as a scope: %q", s.dialog().Alt)
		}
		s.keys("esc")
		s.calm()
		s.keys("esc")
		s.c.view.Selected = "T7"
		s.keys("R")
		s.wait(time.Second)
		s.write("SCP100X0219")
		if !strings.Contains(s.frame(), "Everything this run made") || !strings.Contains(s.frame(), "only from T7 on") {
			t.Error(s.frame())
		}
		s.keys("shift+tab", "enter")
		if d := s.dialog(); d.Fields[0].Input != "" || !d.Waiting || d.Alt != "everything" {
			t.Errorf("%+v", d)
		}
		s.wait(time.Second)
		if f := s.frame(); !strings.Contains(f, "Only what was made from T7 on") || !strings.Contains(f, "what T4 made stays as it is") || strings.Contains(f, "terminate the instance") {
			t.Error(f)
		}
	})
	if d.reviews() != 3 || d.last().Task != "T7" {
		t.Errorf("asked for %v, the last %+v", d.kinds(), d.last())
	}
}

// TestARunThatMovesOnIsReadAgain: the world is asked again, and the number typed again;
// and a review that is moved again and again does not ask for ever.
func TestARunThatMovesOnIsReadAgain(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	addressed(d)
	fly(t, d, nil, func(s *seat) {
		s.keys("R")
		s.wait(time.Second)
		s.write("SCP100X0219")
		s.keys("tab")
		s.write("why")
		d.happen("LX", tasks.TaskFailed{Task: "T8", Reason: "x"})
		s.feed(snapshotMsg{d.snapshot()})
		if got := s.dialog(); got.Fields[0].Input != "" || got.Fields[1].Input != "why" || !got.Waiting || !strings.Contains(got.Problem, "moved on") {
			t.Errorf("%+v", got)
		}
		s.wait(time.Second)
		if d.reviews() != 2 || d.review.Head != d.state().ReviewHead() {
			t.Errorf("%d reviews", d.reviews())
		}
		for range 20 {
			d.happen("LX", tasks.TaskFailed{Task: "T8", Reason: "x"})
			s.feed(snapshotMsg{d.snapshot()})
			s.wait(time.Second)
		}
		if d.reviews() != mostLooks {
			t.Errorf("%d reviews", d.reviews())
		}
		s.write("SCP100X0219")
		s.keys("tab", "tab", "tab", "enter")
		if d.last().Kind == tasks.RollBack || s.dialog().Problem == "" {
			t.Errorf("a review of another run was agreed to: %+v", d.last())
		}
	})
}
