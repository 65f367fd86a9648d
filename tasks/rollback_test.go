package tasks_test

// rollback_test.go: the way back, as the journal alone tells it.

import (
	"slices"
	"testing"
	"time"

	"tminus/tasks"
)

func intents(items []tasks.UndoItem) (ids []string) {
	for _, u := range items {
		ids = append(ids, u.Intent)
	}
	return ids
}

func TestUndoListIsNewestFirst(t *testing.T) {
	d := newDay(t)
	if len(d.state.UndoList()) != 0 || len(d.state.Left()) != 0 {
		t.Error("nothing was made, yet there is something to undo")
	}
	d.start("T4")
	group := d.effect("T4", "group", nil)
	launch := d.effect("T4", "launch", nil)
	d.do(tasks.TaskDone{Task: "T4"})
	d.start("T7")
	allocate := d.effect("T7", "allocate", nil)
	if got := intents(d.state.UndoList()); !slices.Equal(got, []string{allocate, launch, group}) {
		t.Errorf("the way back is %v", got)
	}
	if got, want := d.state.BackOut(), 3*time.Minute; got != want {
		t.Errorf("backing out takes %s, want %s", got, want)
	}
	u := d.state.UndoList()[1]
	if u.Task != "T4" || u.Step != "launch" || u.Took != 2*time.Second || u.Status != tasks.StepTodo || u.Words.Title != "undo launch" || u.Made[0].ID != "launch-1" {
		t.Errorf("the launch is shown as %+v", u)
	}
}

func TestUndoListLeavesOutWhatIsNotThere(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	made := tasks.Result{Made: []tasks.Resource{{Kind: "k", ID: "1"}}}
	open := d.intend("T4", "group")
	unknown := d.intend("T4", "group")
	d.do(tasks.Outcome{Intent: unknown, State: tasks.OutcomeUnknown, Result: made})
	failed := d.intend("T4", "group")
	d.do(tasks.Outcome{Intent: failed, State: tasks.OutcomeFailed, Result: made})
	nothing := d.intend("T4", "group")
	d.do(tasks.Outcome{Intent: nothing, State: tasks.OutcomeOK})
	d.do(tasks.Intended{ID: "no way back", Task: "T4", Step: "group", Attempt: 1}, tasks.Outcome{Intent: "no way back", State: tasks.OutcomeOK, Result: made})
	if got := intents(d.state.UndoList()); len(got) != 0 {
		t.Errorf("to be undone: %v", got)
	}
	var unsettled []string
	for _, i := range d.state.Unsettled() {
		unsettled = append(unsettled, i.ID)
	}
	if !slices.Equal(unsettled, []string{open, unknown}) {
		t.Errorf("to be asked of the world: %v", unsettled)
	}
	d.do(tasks.Reconciled{Intent: unknown, State: tasks.OutcomeOK, Result: made}, tasks.Reconciled{Intent: open, State: tasks.OutcomeFailed})
	if got := intents(d.state.UndoList()); !slices.Equal(got, []string{unknown}) || len(d.state.Unsettled()) != 0 {
		t.Errorf("once the world has answered: %v, %d unsettled", got, len(d.state.Unsettled()))
	}
}

func TestUndoneOneByOne(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	group, launch := d.effect("T4", "group", nil), d.effect("T4", "launch", map[string]string{tasks.FactInstance: "i-1"})
	d.do(tasks.RollbackStarted{Head: d.state.ReviewHead(), Reason: "R9", Intents: []string{launch, group}})
	status := func() (all []tasks.StepStatus) {
		for _, u := range d.state.UndoProgress() {
			all = append(all, u.Status)
		}
		return all
	}
	want := func(when string, first, second tasks.StepStatus) {
		t.Helper()
		if got := status(); !slices.Equal(got, []tasks.StepStatus{first, second}) {
			t.Errorf("%s: %v", when, got)
		}
	}
	want("at first", tasks.StepTodo, tasks.StepTodo)
	d.do(tasks.Intended{ID: "u1", Task: "T4", Step: "launch", Undoes: launch})
	want("begun", tasks.StepDoing, tasks.StepTodo)
	d.do(tasks.Outcome{Intent: "u1", State: tasks.OutcomeFailed, Error: "denied"}, tasks.RollbackStopped{Reason: "denied"})
	want("refused", tasks.StepFailed, tasks.StepTodo)
	if left := d.state.Left(); !slices.Equal(left, []string{"launch launch-1: not undone: denied", "group group-1: not undone"}) {
		t.Errorf("left: %q", left)
	}
	d.do(tasks.RollbackStarted{Intents: []string{launch, group}})
	d.do(tasks.Intended{ID: "u2", Task: "T4", Step: "launch", Undoes: launch},
		tasks.Outcome{Intent: "u2", State: tasks.OutcomeOK, Result: tasks.Result{Drop: []string{tasks.FactInstance}}})
	want("taken back", tasks.StepOK, tasks.StepTodo)
	if _, known := d.state.Facts[tasks.FactInstance]; known || d.task("T4").Status != tasks.Undone || d.task("T4").Step("launch").Status != tasks.StepUndone {
		t.Errorf("T4 is %s, its launch %s, the instance still a fact: %v", d.task("T4").Status, d.task("T4").Step("launch").Status, known)
	}
	d.undo(group, tasks.OutcomeOK, "")
	want("all", tasks.StepOK, tasks.StepOK)
	if len(d.state.UndoList()) != 0 || len(d.state.Left()) != 0 || d.state.BackOut() != 0 {
		t.Errorf("left: %q", d.state.Left())
	}
	d.do(tasks.RollbackDone{})
	if !d.state.Ended() || d.state.Rollback.Phase != tasks.RolledBack {
		t.Errorf("the rollback is %q", d.state.Rollback.Phase)
	}
}

func TestKeptItemStaysAndIsTold(t *testing.T) {
	d := newDay(t)
	d.start("T7")
	d.do(tasks.Intended{ID: "a", Task: "T7", Step: "allocate", Attempt: 1, Undo: &tasks.UndoWords{Title: "release", Keep: "kept by the plan, 3.60 USD a month", Expect: time.Hour}},
		tasks.Outcome{Intent: "a", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "address", ID: "eipalloc-1"}}}})
	if list := d.state.UndoList(); len(list) != 1 || !list[0].Kept() || d.state.BackOut() != 0 {
		t.Errorf("%+v, %s", list, d.state.BackOut())
	}
	if left := d.state.Left(); !slices.Equal(left, []string{"address eipalloc-1: kept by the plan, 3.60 USD a month"}) {
		t.Errorf("left: %q", left)
	}
}

func TestWhenARollbackMayStart(t *testing.T) {
	d := newDay(t)
	review := tasks.Command{Kind: tasks.RollBack, By: "LX"}
	confirmed := func() tasks.Command {
		return tasks.Command{Kind: tasks.RollBack, By: "LX", Confirm: d.plan.Change, Text: "R9", Head: d.state.ReviewHead()}
	}
	allowed := func(when string, c tasks.Command, want string) {
		t.Helper()
		wantRefusal(t, when, d.state.Allowed(d.plan, c), want)
	}
	const nothing = "this run has changed nothing in the world that could be undone"
	allowed("at first", review, nothing)
	d.start("T4")
	allowed("in the middle", review, "T4 is still running: abort it first (a)")
	open := d.intend("T4", "group")
	d.do(tasks.TaskAborted{Task: "T4"})
	allowed("with an open effect", confirmed(), ok)
	d.do(tasks.Reconciled{Intent: open, State: tasks.OutcomeFailed})
	allowed("it had not happened", review, nothing)
	d.start("T4")
	group := d.effect("T4", "group", nil)
	d.do(tasks.TaskAborted{Task: "T4"})
	c := confirmed()
	d.do(tasks.Noted{Text: "a note moves nothing"}, tasks.ConnTaken{From: "LX"}, tasks.WriterOpened{Epoch: 2})
	allowed("the review", review, ok)
	allowed("confirmed, after a note", c, ok)
	wrong := c
	wrong.Confirm = "scp100x0219"
	allowed("another change", wrong, `the change number typed is "scp100x0219", this change is SCP100X0219`)
	wrong = c
	wrong.Text = " "
	allowed("no reason", wrong, "a rollback needs a reason")
	d.start("T4")
	d.do(tasks.TaskAborted{Task: "T4"})
	allowed("an old review", c, "the run has moved on since this review was made: look at it again")
	d.do(tasks.RollbackStarted{Intents: []string{group}})
	allowed("twice", confirmed(), "the rollback is running already")
	d.do(tasks.RollbackStopped{Reason: "aborted"})
	allowed("stopped", confirmed(), ok)
	// The call that was under way at the abort takes the last effect back after all.
	d.undo(group, tasks.OutcomeOK, "")
	allowed("stopped, and nothing left to undo: it must come to its end", confirmed(), ok)
	d.do(tasks.RollbackStarted{}, tasks.RollbackDone{})
	allowed("done", review, "the run is rolled back: there is nothing left to undo")
}
