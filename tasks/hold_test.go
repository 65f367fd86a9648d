package tasks_test

// hold_test.go: while a hold lasts nothing begins, and the forecasts slide to its end.

import (
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// hold holds the plan until a time of the day.
func (d *day) hold(until string) {
	end := d.clock(until)
	d.do(tasks.HoldStarted{Reason: "the bank calls", Until: &end})
}

func TestNothingBeginsWhileThePlanIsHeld(t *testing.T) {
	const held = "the plan is held by LX (the bank calls): H resumes it"
	start := func(id string) tasks.Command { return tasks.Command{Kind: tasks.StartTask, Task: id} }
	d := newDay(t, manual, voted)
	d.start("T3")
	d.hold("16:30")
	if d.state.Ready(d.plan.Task("T4")) {
		t.Error("T4 is ready while the plan is held")
	}
	d.allowed("what runs goes on to its end", tasks.Command{Kind: tasks.AttestTask, Task: "T3", Text: "seen"}, ok)
	d.do(tasks.TaskDone{Task: "T3"})
	d.allowed("a start", start("T4"), held)
	d.allowed("by hand", tasks.Command{Kind: tasks.AttestTask, Task: "T4", Text: "x", Facts: map[string]string{tasks.FactInstance: "i"}}, held)
	d.allowed("skipping begins nothing", tasks.Command{Kind: tasks.SkipTask, Task: "T4", Text: "x"}, ok)
	d.allowed("a second hold", tasks.Command{Kind: tasks.HoldPlan, Text: "x", Until: d.clock("17:00")}, "the plan is held already, by LX: H resumes it")
	d.allowed("going on", tasks.Command{Kind: tasks.ResumePlan}, ok)
	d.do(tasks.HoldEnded{})
	d.allowed("a start after it", start("T4"), ok)
	d.allowed("going on twice", tasks.Command{Kind: tasks.ResumePlan}, "the plan is not held")

	d.fly("T4", "T5", "T6")
	d.hold("17:00")
	d.allowed("another look", start("T6"), ok)
	d.allowed("the answer of a voter", tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "JC", Go: true}, ok)
	d.allowed("a no-go", tasks.Command{Kind: tasks.DecideGate, Task: "G1", Text: "not today"}, ok)
	d.do(tasks.Polled{Task: "G1", Contact: "JC", Go: true}, tasks.Polled{Task: "G1", Contact: "PR", Go: true})
	d.allowed("a go", tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}, held)
}

// Nobody begins anything by asking the world what became of a call that was sent before.
func TestUnknownEffectIsAskedAboutWhileThePlanIsHeld(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.Outcome{Intent: d.intend("T4", "group"), State: tasks.OutcomeUnknown})
	d.hold("16:30")
	d.allowed("asking again", tasks.Command{Kind: tasks.StartTask, Task: "T4"}, ok)
}

func TestWhenAHoldMayBegin(t *testing.T) {
	d := newDay(t)
	hold := tasks.Command{Kind: tasks.HoldPlan, Text: "lunch", Until: d.clock("17:00")}
	d.allowed("with reason and end", hold, ok)
	d.allowed("without an end", tasks.Command{Kind: tasks.HoldPlan, Text: "lunch"}, "a hold needs its expected end")
	d.allowed("without a reason", tasks.Command{Kind: tasks.HoldPlan, Until: d.clock("17:00")}, "a hold needs a reason")
	d.do(tasks.RollbackStarted{})
	d.allowed("in a rollback", hold, "the plan is locked by the rollback: nothing begins anyway")
	d = newDay(t)
	d.do(tasks.Released{})
	d.allowed("at the end", hold, "the run is released: there is nothing left to hold")
}

func TestForecastsSlideToTheEndOfAHold(t *testing.T) {
	d := newDay(t)
	d.at("16:10").hold("16:45")
	d.wantTimes("T4", "16:45–17:15")
	d.wantTimes("T5", "17:15–17:45")
	if over := d.state.Hold.Over(d.now); over != -35*time.Minute {
		t.Errorf("35 minutes before its end it is over by %s", over)
	}
	d.at("16:50").wantTimes("T4", "16:50–17:20") // longer than expected: now at the earliest
	if over := d.state.Hold.Over(d.now); over != 5*time.Minute {
		t.Errorf("it is over by %s", over)
	}
	d.do(tasks.HoldEnded{})
	d.at("16:55").wantTimes("T4", "16:55–17:25")
	d.at("17:00").start("T4")
	d.hold("18:00")
	d.wantTimes("T4", "17:00–17:30") // what runs is not held
	d.wantTimes("T5", "18:00–18:30")
}

func TestDeadlineOfAGateHoldsThePlanOnce(t *testing.T) {
	d := newDay(t, voted)
	demanded := func() bool { _, demanded := d.state.Deadline(d.plan, d.now); return demanded }
	d.fly("T4", "T5", "T6")
	d.do(tasks.Polled{Task: "G1", Contact: "JC", Go: true})
	if d.at("17:29"); demanded() {
		t.Error("a minute before the deadline a hold is demanded")
	}
	h, _ := d.at("17:30").state.Deadline(d.plan, d.now)
	if h != (tasks.HoldStarted{Task: "G1", Reason: "G1 was not decided by 17:30 +08"}) {
		t.Fatalf("the hold demanded is %+v", h)
	}
	d.do(h)
	if demanded() || d.state.Hold.Task != "G1" || d.state.Hold.Over(d.now) != 0 {
		t.Errorf("held: %+v, demanded again: %v", d.state.Hold, demanded())
	}
	d.do(tasks.HoldEnded{})
	if demanded() {
		t.Error("somebody resumed: that was a decision, and it is demanded again")
	}
	d.do(tasks.Retracted{Event: d.last("G1").Seq})
	if demanded() {
		t.Error("an answer was taken back, and the deadline that had passed passed again")
	}
}

func TestDeadlineIsForWhoDoesNotDecide(t *testing.T) {
	for name, given := range map[string]func(*day){
		"a go":           func(d *day) { d.do(tasks.Decided{Task: "G1", Go: true}) },
		"a no-go":        func(d *day) { d.do(tasks.Decided{Task: "G1", Note: "no"}) },
		"a hold already": func(d *day) { d.hold("18:00") },
		"a rollback":     func(d *day) { d.do(tasks.RollbackStarted{}) },
		"a release":      func(d *day) { d.do(tasks.Released{}) },
	} {
		d := newDay(t, voted)
		d.fly("T4", "T5", "T6")
		d.at("17:40")
		given(d)
		if h, demanded := d.state.Deadline(d.plan, d.now); demanded {
			t.Errorf("after %s: %+v", name, h)
		}
	}
}

func TestGateThatHoldsThePlanCanBeDecided(t *testing.T) {
	d := newDay(t, voted)
	d.fly("T4", "T5", "T6")
	d.at("17:30").do(tasks.HoldStarted{Task: "G1", Reason: "late"}, tasks.Polled{Task: "G1", Contact: "JC", Go: true}, tasks.Polled{Task: "G1", Contact: "PR", Go: true})
	d.allowed("go", tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}, ok)
}

// A deadline that an amendment moves to later is another one, and strikes again.
func TestDeadlineMovedToLaterStrikesAgain(t *testing.T) {
	d := newDay(t, voted)
	d.fly("T4", "T5", "T6")
	h, _ := d.at("17:30").state.Deadline(d.plan, d.now)
	d.do(h, tasks.HoldEnded{})
	p := d.amended(func(p *plan.Plan) { p.Task("G1").Deadline.Time = d.clock("18:00") }).Plan
	s := tasks.Fold(p, d.events)
	if h, early := s.Deadline(p, d.clock("17:59")); early {
		t.Errorf("before it: %+v", h)
	}
	if h, struck := s.Deadline(p, d.clock("18:00")); !struck || h.Reason != "G1 was not decided by 18:00 +08" {
		t.Errorf("the new deadline passed undecided, and the plan is not held: %v, %+v", struck, h)
	}
}
