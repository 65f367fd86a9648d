package tasks_test

// ondemand_test.go: tasks without a time: what they are part of, what they are not, and their own way back.

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// wayBack flies the way back of one task as far as the outcome of its first undoing says.
func (d *day) wayBack(task string, state tasks.OutcomeState) {
	d.t.Helper()
	d.allowed("R on "+task, tasks.Command{Kind: tasks.RollBack, Task: task, Confirm: d.plan.Change, Text: "no longer wanted", Head: d.state.ReviewHead()}, ok)
	list := intents(d.state.UndoListFrom(task))
	d.do(tasks.RollbackStarted{Head: d.state.ReviewHead(), From: task, Reason: "no longer wanted", Intents: list})
	for _, id := range list {
		d.undo(id, state, "denied")
		if state != tasks.OutcomeOK {
			d.do(tasks.RollbackStopped{Reason: "denied"})
			return
		}
	}
	d.do(tasks.RollbackDone{Left: d.state.Left()})
}

// TestRestartIsDoneOnceMore: what leaves nothing that could be taken back is no reason for R first.
func TestRestartIsDoneOnceMore(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4")
	d.start("A1")
	d.do(tasks.Intended{ID: "A1.1.restart", Task: "A1", Step: "restart", Action: "cloudwatch.alarms", Attempt: 1, Undo: &tasks.UndoWords{Keep: "a restart cannot be taken back"}},
		tasks.Outcome{Intent: "A1.1.restart", State: tasks.OutcomeOK}, tasks.TaskDone{Task: "A1"})
	if !d.state.LeftNothing(d.plan.Task("A1")) || d.state.LeftNothing(d.plan.Task("T4")) {
		t.Error("a restart left nothing, a launch did")
	}
	d.allowed("once more", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, ok)
	d.do(tasks.TaskStarted{Task: "A1", Attempt: 2})
	if e := d.state.Effect("A1", "restart"); e != nil {
		t.Errorf("the second attempt has made %s already", e.ID)
	}
}

func TestOnDemandIsNoPartOfThePlan(t *testing.T) {
	with, without := newDay(t, aside), newDay(t)
	for _, d := range []*day{with, without} {
		d.fly("T4")
	}
	if diff := cmp.Diff(without.schedule(), with.schedule()); diff != "" {
		t.Errorf("the schedule: %s", diff)
	}
	with.start("A2")
	with.do(ladder(tasks.Fail, "no"), tasks.TaskFailed{Task: "A2", Step: "ladder", Reason: "no"})
	if diff := cmp.Diff(without.schedule(), with.schedule()); diff != "" {
		t.Errorf("the schedule, when one failed: %s", diff)
	}
	if _, err := tasks.Slip(with.plan, with.state, with.now, "A1", 0); err == nil || err.Error() != "A1 is on demand: it has no time that could slip" {
		t.Errorf("slip: %v", err)
	}
	if got := with.state.Busy(with.plan); len(got) != 0 {
		t.Errorf("busy: %v", got)
	}
	with.start("A1")
	if got := with.state.Busy(with.plan); !slices.Equal(got, []string{"A1"}) {
		t.Errorf("busy: %v", got)
	}
}

func TestOnDemandStart(t *testing.T) {
	start := func(id string) tasks.Command { return tasks.Command{Kind: tasks.StartTask, Task: id} }
	d := newDay(t, manual, aside)
	d.allowed("before T4", start("A1"), "A1 waits for T4")
	d.allowed("a look, at once", start("A2"), ok)
	d.fly("T4")
	d.hold("18:00")
	d.allowed("held, the plan", start("T3"), "the plan is held by LX (the bank calls): H resumes it")
	d.allowed("held, on demand", start("A1"), ok)
	if !d.state.Ready(d.plan.Task("A1")) || d.state.Ready(d.plan.Task("T3")) {
		t.Error("what is ready in a hold is not what may start")
	}
	d.allowed("held, by hand", tasks.Command{Kind: tasks.AttestTask, Task: "A1", Text: "in the console"}, ok)
	d.allowed("before A1", start("A3"), "A3 waits for A1")
	d.fly("A1", "A2", "A3")
	d.allowed("once more, an effect", start("A1"), "A1 is done: R on it takes back what it made, then it can be started again")
	d.allowed("once more, a look", start("A2"), ok)
	d.allowed("once more, by hand", start("A3"), ok)
	d.fly("A3")
	if a := d.task("A3"); a.Attempt != 2 || a.Status != tasks.Done {
		t.Errorf("A3 is %s at attempt %d", a.Status, a.Attempt)
	}
	d.do(tasks.HoldEnded{})
	d.fly("T3", "T5", "T6", "G1", "T7", "T8")
	d.do(tasks.Released{})
	d.allowed("after the release", start("A2"), ok)
	d.do(tasks.ConnReleased{})
	d.allowed("without the conn", start("A2"), "nobody has the conn: press c to take it first")
}

func TestOnDemandByHandIsTakenBackFirst(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4")
	d.do(tasks.ByHand{Task: "A1", Note: "in the console"}, tasks.StepDone{Task: "A1", Step: tasks.StatedStep, Result: tasks.Result{Verdict: tasks.Inconclusive}}, tasks.TaskDone{Task: "A1"})
	d.allowed("once more", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, "A1 was done by hand: u takes that back, then it can be started again")
	d.fly("T5", "T6", "G1", "T7", "T8")
	d.do(tasks.Released{})
	d.allowed("u, after the release", tasks.Command{Kind: tasks.TakeBack, Event: d.last("A1").Seq}, ok)
	d.allowed("u of what was released", tasks.Command{Kind: tasks.TakeBack, Event: d.last("G1").Seq}, "the run is released: what was written down stands")
	d.do(tasks.Retracted{Event: d.last("A1").Seq})
	d.allowed("taken back", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, ok)
}

// TestOnDemandWayBack: what A1 made goes, the plan goes on, and A1 may be done again with other tokens.
func TestOnDemandWayBack(t *testing.T) {
	d := newDay(t, manual, aside)
	d.fly("T4", "A1", "T5")
	d.start("T3")
	d.do(tasks.TaskDone{Task: "T3", Note: "shared"})
	if got := strings.Join(intents(d.state.UndoListFrom("A1")), " "); !strings.HasPrefix(got, "A1.") || strings.Contains(got, " ") {
		t.Fatalf("R on A1 would undo %s", got)
	}
	if all := d.state.UndoList(); len(all) != 3 || all[0].Task != "A1" {
		t.Errorf("R on everything would undo %+v", all)
	}
	if got := d.state.UndoListFrom("T4"); len(got) != 3 || got[0].Task != "A1" {
		t.Errorf("R on T4 would undo %+v", got)
	}
	was := d.task("A1").Attempt
	d.wayBack("A1", tasks.OutcomeOK)
	switch a := d.task("A1"); {
	case a.Status != tasks.Waiting || a.Attempt != was+1 || a.Back.Phase != tasks.RolledBack || len(a.Back.Left) > 0 || a.Steps[0].Status != tasks.StepTodo:
		t.Errorf("A1 is %+v", a)
	case d.state.Rollback.Locked() || d.state.WayBack("A1").By != "LX" || d.state.WayBack("T4").Phase != tasks.RollbackNone:
		t.Errorf("the rollback is %+v", d.state.Rollback)
	}
	d.allowed("the plan goes on", tasks.Command{Kind: tasks.StartTask, Task: "T6"}, ok)
	d.allowed("bookkeeping of others", tasks.Command{Kind: tasks.TakeBack, Event: d.last("T3").Seq}, ok)
	d.allowed("nothing left", tasks.Command{Kind: tasks.ReviewRollback, Task: "A1"}, "A1 has changed nothing in the world that could be undone")
	d.fly("A1")
	if again := d.state.UndoListFrom("A1"); len(again) != 1 || d.state.Intent(again[0].Intent).Attempt != was+1 {
		t.Errorf("done again: %+v", again)
	}
}

func TestOnDemandWayBackAfterTheRelease(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4", "A1", "T5", "T6", "G1", "T7", "T8")
	d.do(tasks.Released{})
	d.wayBack("A1", tasks.OutcomeOK)
	if !d.state.Released || !d.state.Ended() || d.state.Rollback.Locked() {
		t.Errorf("released %v, ended %v, rollback %+v", d.state.Released, d.state.Ended(), d.state.Rollback)
	}
}

func TestOnDemandWayBackStops(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4", "A1")
	d.wayBack("A1", tasks.OutcomeFailed)
	if a := d.task("A1"); a.Status != tasks.Failed || a.Reason != "taking it back stopped: denied" || d.state.WayBack("A1").Phase != tasks.RollbackHalted {
		t.Errorf("A1 is %s: %s", a.Status, a.Reason)
	}
	d.allowed("the plan goes on", tasks.Command{Kind: tasks.StartTask, Task: "T5"}, ok)
	d.allowed("not again before", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, "taking A1 back has stopped: R goes on with that, then it can be started again")
	d.wayBack("A1", tasks.OutcomeOK)
	d.allowed("again", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, ok)
}

// TestOnDemandUndoneAfterAnAbort: the last undoing is answered when its way back had been stopped already.
func TestOnDemandUndoneAfterAnAbort(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4", "A1")
	id := d.state.UndoListFrom("A1")[0].Intent
	d.do(tasks.RollbackStarted{From: "A1", Intents: []string{id}}, tasks.Intended{ID: "u", Task: "A1", Step: "alarms", Undoes: id},
		tasks.RollbackStopped{Reason: "aborted by LX"})
	d.allowed("not known yet", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, "taking A1 back has stopped: R goes on with that, then it can be started again")
	d.do(tasks.Outcome{Intent: "u", State: tasks.OutcomeOK})
	if a := d.task("A1"); a.Status != tasks.Waiting || a.Attempt != 2 || a.Back.Phase != tasks.RolledBack {
		t.Errorf("A1 is %+v", a)
	}
}

// TestOnDemandKept: what the policy keeps is told, and the task stays done.
func TestOnDemandKept(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4", "A1")
	d.state.Intent(d.state.UndoListFrom("A1")[0].Intent).Undo.Keep = "kept: policy"
	d.do(tasks.RollbackStarted{From: "A1"})
	if left := d.state.Left(); !slices.Equal(left, []string{"alarms alarms-1: kept: policy"}) {
		t.Errorf("left: %q", left)
	}
	d.do(tasks.RollbackDone{Left: d.state.Left()})
	if a := d.task("A1"); a.Status != tasks.Done || a.Back.Phase != tasks.RolledBack || len(a.Back.Left) != 1 {
		t.Errorf("A1 is %+v", a)
	}
}

// TestOnDemandInAWholeRollback: its effects go with all others, and reopening returns it to not started.
func TestOnDemandInAWholeRollback(t *testing.T) {
	d := newDay(t, aside)
	d.fly("T4", "A1", "A2", "A3")
	d.rollBack("")
	if d.task("A1").Status != tasks.Undone || d.state.Rollback.Phase != tasks.RolledBack {
		t.Fatalf("A1 is %s, the rollback %s", d.task("A1").Status, d.state.Rollback.Phase)
	}
	d.allowed("R on it", tasks.Command{Kind: tasks.ReviewRollback, Task: "A1"}, "a way back is begun already: go on with that one first (R without a task, or O once it has ended)")
	d.allowed("locked", tasks.Command{Kind: tasks.StartTask, Task: "A2"}, "the plan is locked: this run was rolled back")
	d.do(tasks.Reopened{Reason: "once more"})
	for id, want := range map[string]tasks.Status{"A1": tasks.Waiting, "A3": tasks.Waiting, "A2": tasks.Done} { // A3 came after A1, A2 after nothing
		if got := d.task(id).Status; got != want {
			t.Errorf("%s is %s", id, got)
		}
	}
	d.allowed("after T4 again", tasks.Command{Kind: tasks.StartTask, Task: "A1"}, "A1 waits for T4")
}

// TestOnDemandRestsOnBookkeeping: what it began upon is not taken back under it.
func TestOnDemandRestsOnBookkeeping(t *testing.T) {
	d := newDay(t, manual, aside, func(p *plan.Plan) { p.Task("A2").After = []string{"T3"} })
	d.start("T3")
	d.do(tasks.TaskDone{Task: "T3", Note: "shared"})
	d.start("A2")
	d.allowed("taken back", tasks.Command{Kind: tasks.TakeBack, Event: d.last("T3").Seq}, "the attestation of T3: A2 rests on it already, so it stands")
}

func TestOnDemandIsAmended(t *testing.T) {
	d := newDay(t, aside)
	amend := func(change func(*plan.Plan)) tasks.Command {
		return tasks.Command{Kind: tasks.AmendPlan, Text: "wanted", Amend: d.amended(change)}
	}
	d.allowed("one more", amend(func(p *plan.Plan) {
		p.OnDemand = append(p.OnDemand, plan.Task{ID: "A4", Title: "more", OnDemand: true})
	}), ok)
	d.allowed("one less", amend(func(p *plan.Plan) { p.OnDemand = p.OnDemand[:2] }), ok)
	was := d.amended(func(p *plan.Plan) {
		moved := p.Tasks[len(p.Tasks)-1]
		p.Tasks, moved.OnDemand = p.Tasks[:len(p.Tasks)-1], true
		p.OnDemand = append(p.OnDemand, moved)
	}).Was(d.plan)
	if len(was) > 0 {
		t.Errorf("a task that lost its time was at %v", was)
	}
	d.fly("T4", "A1")
	d.allowed("one that is done", amend(func(p *plan.Plan) { p.Task("A1").Title = "Other alarms" }), "the plan cannot change so any more:\n  on_demand.A1.title: Alarms → Other alarms: A1 is done")
}

// TestOnDemandSignOffRestsOnWhatWasTakenBack: what waited for its sign-off waits to be begun again.
func TestOnDemandSignOffRestsOnWhatWasTakenBack(t *testing.T) {
	d := newDay(t, aside, func(p *plan.Plan) { p.Task("A3").SignOff = []string{"LX"} })
	d.fly("T4", "A1")
	d.start("A3")
	d.do(tasks.TaskChecked{Task: "A3", Note: "called"})
	d.wayBack("A1", tasks.OutcomeOK)
	d.allowed("before A1", tasks.Command{Kind: tasks.StartTask, Task: "A3"}, "A3 waits for A1")
	d.fly("A1")
	d.allowed("once more", tasks.Command{Kind: tasks.StartTask, Task: "A3"}, ok)
}
