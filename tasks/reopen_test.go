package tasks_test

// reopen_test.go: a way back flown in part or whole, and going forward again after it.

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// rollBack takes back everything from the task's effects on, as the engine would.
func (d *day) rollBack(from string) {
	d.t.Helper()
	list := intents(d.state.UndoListFrom(from))
	d.do(tasks.RollbackStarted{Head: d.state.ReviewHead(), From: from, Reason: "R9", Intents: list})
	for _, id := range list {
		d.undo(id, tasks.OutcomeOK, "")
	}
	d.do(tasks.RollbackDone{Left: d.state.Left()})
}

// statuses are the statuses of T3 to T8, in one line.
func (d *day) statuses() (line string) {
	for _, id := range []string{"T3", "T4", "T5", "T6", "G1", "T7", "T8"} {
		line += id + " " + string(d.task(id).Status) + " "
	}
	return line
}

func TestRollbackFromATask(t *testing.T) {
	d := newDay(t)
	from := func(id string) tasks.Command { return tasks.Command{Kind: tasks.RollBack, Task: id} }
	d.fly("T4", "T5", "T6", "G1", "T7")
	d.do(tasks.TaskChecked{Task: "T8"})
	all, tail := intents(d.state.UndoList()), intents(d.state.UndoListFrom("T7"))
	if len(all) != 4 || !slices.Equal(tail, all[:2]) || !slices.Equal(intents(d.state.UndoListFrom("T4")), all) || len(d.state.UndoListFrom("T6")) != 0 {
		t.Fatalf("from T7 on: %v of %v", tail, all)
	}
	d.allowed("from a task that only looked", from("T6"), "T6 has changed nothing in the world that could be undone")
	d.allowed("from a task nobody has", from("T9"), `the plan has no task "T9"`)
	d.allowed("from T7", from("T7"), ok)
	d.rollBack("T7")
	if got := d.statuses(); got != "T3 done T4 done T5 done T6 done G1 done T7 rolled back T8 rolled back " {
		t.Error(got)
	}
	d.allowed("T7 again", from("T7"), "the run is rolled back: there is nothing left to undo")
	d.allowed("the rest", tasks.Command{Kind: tasks.RollBack, Confirm: d.plan.Change, Text: "R9", Head: d.state.ReviewHead()}, ok)
	d.rollBack("")
	if got := d.statuses(); got != "T3 done T4 rolled back T5 done T6 done G1 done T7 rolled back T8 rolled back " {
		t.Error(got)
	}
	d.allowed("once more", from(""), "the run is rolled back: there is nothing left to undo")
}

// What was made by another task in between goes too: a later effect may rest on an earlier one.
func TestBackwardsIsByTimeAndNotByTask(t *testing.T) {
	d := newDay(t, func(p *plan.Plan) { p.Task("T7").After = nil })
	d.start("T4")
	d.start("T7")
	group := d.effect("T4", "group", nil)
	address := d.effect("T7", "allocate", nil)
	launch := d.effect("T4", "launch", nil)
	open := d.intend("T7", "associate")
	if got := intents(d.state.UndoListFrom("T7")); !slices.Equal(got, []string{launch, address}) {
		t.Errorf("from T7 on: %v", got)
	}
	var back []string
	for _, i := range d.state.Backwards("T7") {
		back = append(back, i.ID)
	}
	if !slices.Equal(back, []string{open, launch, address}) {
		t.Errorf("what may stand from T7 on: %v", back)
	}
	d.undo(address, tasks.OutcomeOK, "")
	d.do(tasks.Outcome{Intent: open, State: tasks.OutcomeFailed})
	if got := d.state.UndoListFrom("T7"); len(got) != 0 {
		t.Errorf("T7 has nothing left, yet %v", intents(got))
	}
	if got := intents(d.state.UndoList()); !slices.Equal(got, []string{launch, group}) {
		t.Errorf("of all: %v", got)
	}
}

func TestReopeningNeedsARollbackAndAReason(t *testing.T) {
	reopen := tasks.Command{Kind: tasks.ReopenRun, Text: "another image"}
	const nothing = "nothing was rolled back to its end: there is nothing to reopen"
	d := newDay(t)
	d.allowed("at first", reopen, nothing)
	d.fly("T4")
	d.do(tasks.RollbackStarted{})
	d.allowed("on the way back", reopen, nothing)
	d.do(tasks.RollbackStopped{})
	d.allowed("halted", reopen, nothing)
	d.do(tasks.RollbackStarted{}, tasks.RollbackDone{})
	d.allowed("without a reason", tasks.Command{Kind: tasks.ReopenRun}, "reopening needs a reason: what is different this time")
	d.allowed("at its end", reopen, ok)
	d.allowed("the plan is locked until then", tasks.Command{Kind: tasks.StartTask, Task: "T7"}, "the plan is locked: this run was rolled back")
}

func TestReopenedTasksWaitAgain(t *testing.T) {
	d := newDay(t, manual)
	d.fly("T3", "T4", "T5", "T6", "G1")
	d.start("T7")
	d.effect("T7", "allocate", map[string]string{tasks.FactElasticIP: "198.51.100.7"})
	d.do(tasks.StepDone{Task: "T4", Step: "running", Result: tasks.Result{Facts: map[string]string{tasks.FactInstance: "i-1"}}},
		tasks.StepDone{Task: "T3", Step: "", Result: tasks.Result{Facts: map[string]string{"ami": "ami-1"}}},
		tasks.TaskFailed{Task: "T7", Step: "associate", Reason: "denied"})
	d.rollBack("")
	d.do(tasks.Reopened{Reason: "another image"})
	if got := d.statuses(); got != "T3 done T4 waiting T5 waiting T6 waiting G1 waiting T7 waiting T8 waiting " {
		t.Error(got)
	}
	for id, attempt := range map[string]int{"T3": 1, "T4": 2, "T5": 2, "T6": 2, "G1": 0, "T7": 2, "T8": 0} {
		if ts := d.task(id); ts.Attempt != attempt || len(ts.Evidence) != 0 && id != "T3" {
			t.Errorf("%s is at attempt %d, its evidence %v", id, ts.Attempt, ts.Evidence)
		}
	}
	if st := d.task("T4").Steps; len(st) != 4 || st[1].Status != tasks.StepTodo || st[1].Undo == "" {
		t.Errorf("T4's steps are %+v", st)
	}
	if diff := cmp.Diff(map[string]string{"ami": "ami-1"}, d.state.Values()); diff != "" {
		t.Errorf("the facts: %s", diff)
	}
	if d.state.Rollback.Locked() || d.state.Ended() || d.state.Effect("T4", "launch") != nil || len(d.state.UndoList()) != 0 {
		t.Error("the run is not open, or goes on with what was undone")
	}
	d.allowed("T4", tasks.Command{Kind: tasks.StartTask, Task: "T4"}, ok)
	d.allowed("T5", tasks.Command{Kind: tasks.StartTask, Task: "T5"}, "T5 waits for T4")

	d.fly("T4") // and all of it once more
	d.rollBack("")
	d.do(tasks.Reopened{Reason: "a third try"})
	if ts := d.task("T4"); ts.Status != tasks.Waiting || ts.Attempt != 3 {
		t.Errorf("reopened twice T4 is %s at attempt %d", ts.Status, ts.Attempt)
	}
	if tasks.Token("r", "T4", 2, "launch") == tasks.Token("r", "T4", 3, "launch") {
		t.Error("two attempts share a token")
	}
}

// A skipped task stays skipped, but what came after it rested on what is no longer there.
func TestReopeningReachesBehindASkippedTask(t *testing.T) {
	d := newDay(t)
	d.fly("T4")
	d.do(tasks.TaskSkipped{Task: "T5", Reason: "known already"})
	d.fly("T6")
	d.rollBack("")
	d.do(tasks.Reopened{Reason: "again"})
	if got := d.statuses(); got != "T3 done T4 waiting T5 skipped T6 waiting G1 waiting T7 waiting T8 waiting " {
		t.Error(got)
	}
}

func TestReopenedAfterPartOfTheWayBack(t *testing.T) {
	d := newDay(t)
	d.fly("T4", "T5", "T6", "G1", "T7", "T8")
	d.do(tasks.Released{})
	d.rollBack("T7")
	d.do(tasks.Reopened{Reason: "the other address"})
	if got := d.statuses(); got != "T3 done T4 done T5 done T6 done G1 done T7 waiting T8 waiting " {
		t.Error(got)
	}
	if d.state.Released || len(d.task("T8").SignOffs) != 0 {
		t.Error("the run is still released, or T8 still signed off")
	}
	if got := len(d.state.UndoList()); got != 2 {
		t.Errorf("of T4 %d effects stand", got)
	}
}
