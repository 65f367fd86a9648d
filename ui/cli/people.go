package cli

// people.go: what the people of a rehearsal would do, and when they would go
// home. Pure functions of a snapshot and a moment.

import (
	"errors"
	"fmt"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// tries is how often an effect is begun again that certainly had not happened,
// and how often the world is asked again about one it would not tell of.
const tries = 3

// next is what a person would do at the moment now, if anything.
func next(s *tasks.Snapshot, now time.Time, back bool) (tasks.Command, bool) {
	st, by := s.State, tasks.ActorRehearsal
	if st.Conn.Holder != by {
		return tasks.Command{Kind: tasks.TakeConn, By: by}, true
	}
	if st.Rollback.Locked() {
		return tasks.Command{}, false
	}
	if t := failed(s); t != nil {
		c, ok := afterFailure(s, t, back)
		c.By = by
		return c, ok
	}
	for i := range s.Plan.Tasks {
		t := &s.Plan.Tasks[i]
		if c, ok := forTask(s, t, now); ok {
			c.By, c.Task = by, t.ID
			return c, true
		}
	}
	return tasks.Command{}, false
}

// afterFailure ends what people still have in hand, then tries again or turns back.
func afterFailure(s *tasks.Snapshot, t *plan.Task, back bool) (tasks.Command, bool) {
	st := s.State
	for _, id := range st.Busy(s.Plan) {
		if s.Plan.Task(id).Action == "" {
			return tasks.Command{Kind: tasks.AttestTask, Task: id, Text: played}, true
		}
	}
	switch {
	case again(s, t):
		return tasks.Command{Kind: tasks.StartTask, Task: t.ID}, true
	case working(s) || !back:
		return tasks.Command{}, false
	case st.Tasks[t.ID].Status == tasks.Unsure: // the rollback asks the world first
		return tasks.Command{Kind: tasks.AbortRunning, Task: t.ID, Text: failure(s)}, true
	case !canRollBack(s):
		return tasks.Command{}, false
	}
	return tasks.Command{Kind: tasks.RollBack, Confirm: st.Change, Text: failure(s), Head: st.ReviewHead()}, true
}

const played = "played by the rehearsal"

func forTask(s *tasks.Snapshot, t *plan.Task, now time.Time) (tasks.Command, bool) {
	st := s.State
	switch {
	case st.Tasks[t.ID].Status == tasks.Checked && len(st.Missing(t)) > 0:
		who := st.Missing(t)[0]
		return tasks.Command{Kind: tasks.SignOffTask, For: who, Text: played + " for " + who}, true
	case st.Tasks[t.ID].Status == tasks.Active && t.Action == "":
		return tasks.Command{Kind: tasks.AttestTask, Text: played}, true
	case !st.Ready(t) || now.Before(t.Start.Time):
		return tasks.Command{}, false
	case t.Gate:
		return tasks.Command{Kind: tasks.DecideGate, Go: true, Text: played}, true
	}
	return tasks.Command{Kind: tasks.StartTask}, true
}

// due is the earliest planned start that a ready task waits for; zero when there is none.
func due(s *tasks.Snapshot, now time.Time) (start time.Time) {
	for i := range s.Plan.Tasks {
		t := &s.Plan.Tasks[i]
		if s.State.Ready(t) && now.Before(t.Start.Time) && (start.IsZero() || t.Start.Before(start)) {
			start = t.Start.Time
		}
	}
	return start
}

// ended reports whether there is nothing left to fly, and how it ended.
func ended(s *tasks.Snapshot, now time.Time, back bool) (bool, error) {
	st := s.State
	switch st.Rollback.Phase {
	case tasks.RolledBack:
		return true, code(TaskFailed, fmt.Errorf("%s; rolled back, %s", failure(s), leftover(st.Rollback.Left)))
	case tasks.RollbackHalted:
		return true, code(TaskFailed, fmt.Errorf("%s; the rollback stopped: %s", failure(s), st.Rollback.Stopped))
	case tasks.RollbackRunning:
		return false, nil
	}
	if st.Released {
		return true, nil
	}
	if working(s) {
		return false, nil
	}
	if t := failed(s); t != nil {
		if again(s, t) || back && (st.Tasks[t.ID].Status == tasks.Unsure || canRollBack(s)) {
			return false, nil
		}
		if st.Tasks[t.ID].Status == tasks.Aborted {
			return true, code(WasAborted, errors.New(failure(s)))
		}
		return true, code(TaskFailed, errors.New(failure(s)))
	}
	if _, can := next(s, now, back); !can && due(s, now).IsZero() {
		return true, code(TaskFailed, fmt.Errorf("nothing goes on: %s", standing(s)))
	}
	return false, nil
}

func leftover(left []string) string {
	if len(left) == 0 {
		return "nothing is left behind"
	}
	return fmt.Sprintf("left behind: %s", list(left))
}

// working reports whether something is under way that will report by itself, or
// that people have in hand.
func working(s *tasks.Snapshot) bool {
	for _, id := range s.State.Busy(s.Plan) {
		if _, told := askedInVain(s, id); s.State.Tasks[id].Status == tasks.Active || !told {
			return true
		}
	}
	return false
}

// failed is the first task, in plan order, that stands in the way.
func failed(s *tasks.Snapshot) *plan.Task {
	for i, t := range s.Plan.Tasks {
		switch s.State.Tasks[t.ID].Status {
		case tasks.Failed, tasks.Aborted, tasks.Unsure:
			return &s.Plan.Tasks[i]
		}
	}
	return nil
}

// again reports whether a person would press enter once more: the last news of
// the task is that its effect had not happened (the call was lost, or the
// cockpit died before it), or that the world could not be asked.
func again(s *tasks.Snapshot, t *plan.Task) bool {
	if s.State.Tasks[t.ID].Status == tasks.Aborted {
		return false
	}
	times, told := askedInVain(s, t.ID)
	return told && times <= tries
}

// askedInVain is how often the world was asked about effects of the task and did
// not tell of one; told, whether that is the last news of the task.
func askedInVain(s *tasks.Snapshot, id string) (times int, told bool) {
	for _, e := range s.State.Events {
		switch b := e.Body.(type) {
		case tasks.TaskStarted:
			told = told && b.Task != id
		case tasks.StepDone:
			told = told && b.Task != id
		case tasks.Outcome:
			told = told && !about(s, b.Intent, id)
		case tasks.Reconciled:
			if !about(s, b.Intent, id) {
				continue
			}
			if told = b.State != tasks.OutcomeOK; told {
				times++
			}
		}
	}
	return times, told
}

func about(s *tasks.Snapshot, intent, task string) bool {
	i := s.State.Intent(intent)
	return i != nil && i.Task == task
}

// failure says what stands in the way, or after a rollback what stood there last.
func failure(s *tasks.Snapshot) string {
	if t := failed(s); t != nil {
		switch ts := s.State.Tasks[t.ID]; ts.Status {
		case tasks.Unsure:
			return fmt.Sprintf("%s: nobody knows whether its last effect happened, and the world does not tell: tminus resume asks again", t.ID)
		case tasks.Aborted:
			return fmt.Sprintf("%s was aborted%s", t.ID, because(ts.Reason))
		default:
			return fmt.Sprintf("%s failed%s", t.ID, because(ts.Reason))
		}
	}
	for n := len(s.State.Events) - 1; n >= 0; n-- {
		if b, ok := s.State.Events[n].Body.(tasks.TaskFailed); ok {
			return fmt.Sprintf("%s failed%s", b.Task, because(b.Reason))
		}
	}
	return "the run was rolled back"
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// standing is the first task that is not finished, and where it stands.
func standing(s *tasks.Snapshot) string {
	for _, t := range s.Plan.Tasks {
		if st := s.State.Tasks[t.ID].Status; !st.Finished() {
			return fmt.Sprintf("%s is %s", t.ID, st)
		}
	}
	return "every task is finished, but the run was not released"
}

// canRollBack asks on behalf of who will have the conn by then.
func canRollBack(s *tasks.Snapshot) bool {
	st := *s.State
	st.Conn = tasks.Conn{Holder: tasks.ActorRehearsal}
	return st.Allowed(s.Plan, tasks.Command{Kind: tasks.RollBack, By: tasks.ActorRehearsal}) == nil
}
