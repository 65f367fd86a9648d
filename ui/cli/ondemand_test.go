package cli

// ondemand_test.go: a task on demand in a flight without a cockpit: nobody plays it, and its way back has an end of its own.

import (
	"strings"
	"testing"

	"tminus/tasks"
)

// aside is the day with a task X1 on demand.
const aside = day + "on_demand:\n  - {id: X1, title: try, in_charge: AA, action: toy.make}\n"

func TestNobodyPlaysATaskOnDemand(t *testing.T) {
	s := foldPlan(t, aside, four, all(conn, m1, t1)...)
	c, ok := people{}.next(s, four)
	bare, same := people{}.next(fold(t, four, all(conn, m1, t1)...), four)
	if ok != same || c.Kind != bare.Kind || c.Task != bare.Task {
		t.Errorf("with X1 they %s %s, without it they %s %s", c.Kind, c.Task, bare.Kind, bare.Task)
	}
	failed := foldPlan(t, aside, four, all(conn, m1, t1, tasks.TaskStarted{Task: "X1", Attempt: 1}, tasks.TaskFailed{Task: "X1", Reason: "no clay"})...)
	if c, _ := (people{back: true}).next(failed, four); c.Kind != bare.Kind || c.Task != bare.Task {
		t.Errorf("when X1 has failed they %s %s", c.Kind, c.Task)
	}
}

func TestTheWayBackOfATaskOnDemand(t *testing.T) {
	made := []tasks.Body{tasks.TaskStarted{Task: "X1", Attempt: 1},
		tasks.Intended{ID: "X1.1.cup", Task: "X1", Step: "cup", Action: "toy.make", Attempt: 1, Undo: &tasks.UndoWords{Title: "break it"}},
		tasks.Outcome{Intent: "X1.1.cup", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "cup", ID: "c2"}}}}, tasks.TaskDone{Task: "X1"}}
	begun := tasks.RollbackStarted{From: "X1", Intents: []string{"X1.1.cup"}}
	undone := []tasks.Body{tasks.Intended{ID: "undo", Task: "X1", Step: "cup", Undoes: "X1.1.cup"}, tasks.Outcome{Intent: "undo", State: tasks.OutcomeOK}, tasks.RollbackDone{}}
	crew := wayBack{seat: seat{as: "AA"}, task: "X1", confirm: "TOY1", reason: "tried", agreed: true}
	for name, c := range map[string]struct {
		since []tasks.Body // in this process
		ends  bool
		code  int
		says  string
	}{
		"it runs":    {all(begun), false, 0, ""},
		"it is done": {all(begun, undone), true, OK, ""},
		"it stopped": {all(begun, tasks.RollbackStopped{Reason: "denied"}), true, TaskFailed, "the rollback stopped: denied"},
	} {
		before := all(m1, t1, made)
		s := foldPlan(t, aside, four, all(before, c.since)...)
		s.State.Conn = tasks.Conn{Holder: "AA", Since: four}
		crew.opened = len(before) + 1
		end, err := crew.ended(s, four)
		if end != c.ends || end && exitCode(t.Context(), err) != c.code || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: ended %v, %v", name, end, err)
		}
	}
	if s := foldPlan(t, aside, four, all(m1, t1, made, begun, undone)...); !over(s.State, "X1") || over(s.State, "") {
		t.Error("another process does not see what is over")
	}
}
