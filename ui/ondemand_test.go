package ui

// ondemand_test.go: a task without a time is chosen, started, done once more and taken back by the same keys.

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// alarmDesk is a desk whose plan has two tasks on demand, one with an effect and one by hand.
func alarmDesk(t *testing.T) *desk {
	d := newDesk(t, tasks.RehearsalRun)
	d.plan.OnDemand = []plan.Task{{ID: "A1", Title: "create the alarms", Action: "alarms.create", OnDemand: true}, {ID: "A2", Title: "call the support", OnDemand: true}}
	open := d.events[0].Body.(tasks.RunOpened)
	open.Actions["alarms.create"] = []tasks.StepPlan{{ID: "put-alarms", Title: "put the alarms", Effect: true, Undo: "delete them"}}
	d.happen("LX", tasks.ConnTaken{})
	return d
}

func TestOnDemandTaskIsStartedFromItsRow(t *testing.T) {
	d := alarmDesk(t)
	fly(t, d, nil, func(s *seat) {
		s.keys("end", "up")
		if s.c.view.Selected != "A1" || !strings.Contains(s.frame(), "on demand") {
			t.Fatalf("selected %q\n%s", s.c.view.Selected, s.frame())
		}
		if why := findKey("slip").Dead(s.c.snap, s.c.view); !strings.Contains(why, "on demand") {
			t.Errorf("p says %q", why)
		}
		s.keys("enter")
		s.calm()
		if !strings.Contains(s.frame(), "put the alarms") || !strings.Contains(s.frame(), "delete them") {
			t.Errorf("the confirmation does not name what it does:\n%s", s.frame())
		}
		s.keys("tab", "enter")
		if got := d.last(); got.Kind != tasks.StartTask || got.Task != "A1" {
			t.Errorf("asked for %+v", got)
		}
	})
}

func TestOnDemandTaskByHandIsDoneOnceMore(t *testing.T) {
	d := alarmDesk(t)
	d.happen("LX", tasks.TaskStarted{Task: "A2", Attempt: 1}, tasks.TaskDone{Task: "A2"})
	fly(t, d, nil, func(s *seat) {
		s.keys("end", "2")
		if !strings.Contains(s.frame(), "enter does it once more") || !strings.Contains(s.frame(), "once more") {
			t.Errorf("\n%s", s.frame())
		}
		s.keys("enter")
		if got := d.last(); got.Kind != tasks.StartTask || got.Task != "A2" {
			t.Errorf("asked for %+v", got)
		}
	})
}

func TestOnDemandTaskIsTakenBackAlone(t *testing.T) {
	d := alarmDesk(t)
	d.launched()
	d.happen("LX", tasks.TaskStarted{Task: "A1", Attempt: 1},
		tasks.Intended{ID: "a1", Task: "A1", Step: "put-alarms", Action: "alarms.create", Attempt: 1, Undo: &tasks.UndoWords{Title: "delete the alarms"}},
		tasks.Outcome{Intent: "a1", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "alarm", ID: "credits"}}}}, tasks.TaskDone{Task: "A1"})
	fly(t, d, nil, func(s *seat) {
		s.c.view.Selected = "A1"
		s.keys("R")
		s.calm()
		if s.dialog().From != "A1" || !strings.Contains(s.frame(), "Take back A1") || !strings.Contains(s.frame(), "delete the alarms") ||
			strings.Contains(s.frame(), "terminate the instance") {
			t.Errorf("from %q\n%s", s.dialog().From, s.frame())
		}
	})
}

func TestFailedOnDemandTaskIsRaised(t *testing.T) {
	frame := ansi.Strip(Render(onDemand(t).snapshot(), View{Width: 80, Height: 24, Focus: Risks, Actor: "LX"}))
	if head, _, _ := strings.Cut(frame, "\n"); !strings.Contains(head, "▲ A2 failed") {
		t.Error(head)
	}
}

// TestOnDemandTaskAfterTheRelease: it goes on, so it is told of, and leaving asks.
func TestOnDemandTaskAfterTheRelease(t *testing.T) {
	d := alarmDesk(t)
	d.happen("LX", tasks.TaskStarted{Task: "A1", Attempt: 1}, tasks.Released{})
	fly(t, d, nil, func(s *seat) {
		s.keys("q")
		if !strings.Contains(s.frame(), "Leave while A1 is running?") {
			t.Errorf("\n%s", s.frame())
		}
	})
	d.happen("LX", tasks.Intended{ID: "a1", Task: "A1", Step: "put-alarms", Action: "alarms.create", Attempt: 1, Undo: &tasks.UndoWords{Title: "delete the alarms"}},
		tasks.Outcome{Intent: "a1", State: tasks.OutcomeUnknown, Error: "no answer"})
	if frame := ansi.Strip(Render(d.snapshot(), View{Width: 120, Height: 36, Focus: Risks, Actor: "LX"})); !strings.Contains(frame, "A1 outcome unknown") {
		t.Errorf("\n%s", frame)
	}
}

// TestOnDemandTaskInAHold: the plan is held, and what is no part of it is not.
func TestOnDemandTaskInAHold(t *testing.T) {
	d := alarmDesk(t)
	d.happen("LX", tasks.HoldStarted{Reason: "the bank calls"})
	frame := ansi.Strip(Render(d.snapshot(), View{Width: 120, Height: 36, Focus: Task, Selected: "A1", Actor: "LX"}))
	if !strings.Contains(frame, "→ enter starts it") || strings.Contains(frame, "then it can begin") {
		t.Errorf("\n%s", frame)
	}
}

// TestOnDemandWayBackThatStopped: it cannot be tried again, and nobody reopened the run.
func TestOnDemandWayBackThatStopped(t *testing.T) {
	d := alarmDesk(t)
	d.happen("LX", tasks.TaskStarted{Task: "A1", Attempt: 2},
		tasks.Intended{ID: "a1", Task: "A1", Step: "put-alarms", Action: "alarms.create", Attempt: 2, Undo: &tasks.UndoWords{Title: "delete the alarms"}},
		tasks.Outcome{Intent: "a1", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "alarm", ID: "credits"}}}}, tasks.TaskDone{Task: "A1"},
		tasks.RollbackStarted{From: "A1", Intents: []string{"a1"}}, tasks.RollbackStopped{Reason: "denied"})
	frame := ansi.Strip(Render(d.snapshot(), View{Width: 120, Height: 36, Focus: Task, Selected: "A1", Actor: "LX"}))
	for text, want := range map[string]bool{"R goes on with taking it back": true, "enter tries again": false, "attempt 2": true, "reopened": false} {
		if strings.Contains(frame, text) != want {
			t.Errorf("%q: %v\n%s", text, !want, frame)
		}
	}
}
