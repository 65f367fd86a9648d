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

// people play everybody of the plan.
type people struct {
	back bool // they roll back when a task fails
}

// next is what a person would do at the moment now, if anything.
func (p people) next(s *tasks.Snapshot, now time.Time) (tasks.Command, bool) {
	c, ok := p.wish(s, now)
	c.By = tasks.ActorRehearsal
	return c, ok
}

func (p people) wish(s *tasks.Snapshot, now time.Time) (tasks.Command, bool) {
	st := s.State
	switch {
	case st.Conn.Holder != tasks.ActorRehearsal && len(s.Waking) > 0: // the world is being read again first
		return tasks.Command{}, false
	case st.Conn.Holder != tasks.ActorRehearsal:
		return tasks.Command{Kind: tasks.TakeConn}, true
	case st.Rollback.Locked():
		return tasks.Command{}, false
	case st.Hold.On() && !resumption(st.Hold).After(now):
		return tasks.Command{Kind: tasks.ResumePlan, Text: played}, true
	case failed(s) != nil:
		return p.afterFailure(s, failed(s))
	}
	for i := range s.Plan.Tasks {
		t := &s.Plan.Tasks[i]
		if c, ok := forTask(s, t, now); ok {
			c.Task = t.ID
			return c, true
		}
	}
	return tasks.Command{}, false
}

// resumption is when people let the plan go on: at the expected end of a hold, and at
// once where a gate held it: they are there to decide.
func resumption(h tasks.Hold) time.Time {
	if h.Task != "" {
		return h.Since
	}
	return h.Until
}

// afterFailure ends what people still have in hand, then tries again or turns back.
func (p people) afterFailure(s *tasks.Snapshot, t *plan.Task) (tasks.Command, bool) {
	st := s.State
	for _, id := range st.Busy(s.Plan) {
		if s.Plan.Task(id).Action == "" {
			return tasks.Command{Kind: tasks.AttestTask, Task: id, Text: played}, true
		}
	}
	switch {
	case again(s, t):
		return tasks.Command{Kind: tasks.StartTask, Task: t.ID}, !st.Hold.On()
	case working(s) || !p.back:
		return tasks.Command{}, false
	case st.Tasks[t.ID].Status == tasks.Unsure: // the rollback asks the world first
		return tasks.Command{Kind: tasks.AbortRunning, Task: t.ID, Text: failure(s)}, true
	case !canRollBack(s):
		return tasks.Command{}, false
	case !asked(s, ""):
		return tasks.Command{Kind: tasks.ReviewRollback}, true
	case s.Review.Unproven("", st.ReviewHead()) != "":
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
		return tasks.Command{Kind: tasks.SignOffTask, For: who, How: "played", Text: played + " for " + who}, true
	case st.Tasks[t.ID].Status == tasks.Active && t.Action == "":
		return tasks.Command{Kind: tasks.AttestTask, Text: played}, true
	case !st.Ready(t) || now.Before(t.Start.Time):
		return tasks.Command{}, false
	case t.Gate:
		return atGate(st.Poll(t))
	}
	return tasks.Command{Kind: tasks.StartTask}, true
}

// atGate has every voter say go before the gate is decided. A no-go that somebody
// gave stands: nobody speaks for them a second time.
func atGate(poll tasks.Poll) (tasks.Command, bool) {
	if len(poll.Open) > 0 {
		who := poll.Open[0]
		return tasks.Command{Kind: tasks.PollGate, For: who, Go: true, Text: played + " for " + who}, true
	}
	return tasks.Command{Kind: tasks.DecideGate, Go: true, Text: played}, poll.Quorum()
}

// due is the earliest moment that people wait for: a planned start, or the end of a
// hold; zero when there is none.
func (p people) due(s *tasks.Snapshot, now time.Time) (start time.Time) {
	if h := s.State.Hold; h.On() && now.Before(resumption(h)) {
		return resumption(h)
	}
	for i := range s.Plan.Tasks {
		t := &s.Plan.Tasks[i]
		if s.State.Ready(t) && now.Before(t.Start.Time) && (start.IsZero() || t.Start.Before(start)) {
			start = t.Start.Time
		}
	}
	return start
}

// ended reports whether there is nothing left to fly, and how it ended.
func (p people) ended(s *tasks.Snapshot, now time.Time) (bool, error) {
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
		why, over := p.givenUp(s, t)
		if over && st.Tasks[t.ID].Status == tasks.Aborted {
			return true, code(WasAborted, errors.New(why))
		}
		if over {
			return true, code(TaskFailed, errors.New(why))
		}
		return false, nil
	}
	if _, can := p.next(s, now); !can && p.due(s, now).IsZero() {
		return true, code(TaskFailed, fmt.Errorf("nothing goes on: %s", standing(s)))
	}
	return false, nil
}

// givenUp reports that people neither try a failed task again nor roll back, and why.
func (p people) givenUp(s *tasks.Snapshot, t *plan.Task) (why string, over bool) {
	switch {
	case again(s, t):
		return "", false
	case !p.back || s.State.Tasks[t.ID].Status != tasks.Unsure && !canRollBack(s):
		return failure(s), true
	case asked(s, "") && s.Review.Done && s.Review.Unproven("", s.State.ReviewHead()) != "":
		return failure(s) + "; it cannot be rolled back now: " + s.Review.Unproven("", s.State.ReviewHead()), true
	}
	return "", false
}

// asked reports whether the world was, or is being, asked what a rollback would undo as the run stands now.
func asked(s *tasks.Snapshot, from string) bool {
	return s.Review != nil && s.Review.From == from && s.Review.Head == s.State.ReviewHead()
}

// canRollBack asks on behalf of who will have the conn by then.
func canRollBack(s *tasks.Snapshot) bool {
	return seated(s.State, tasks.ActorRehearsal).Allowed(s.Plan, tasks.Command{Kind: tasks.ReviewRollback, By: tasks.ActorRehearsal}) == nil
}

// seated is the state as it is once somebody has the conn.
func seated(st *tasks.State, by string) *tasks.State {
	with := *st
	with.Conn = tasks.Conn{Holder: by}
	return &with
}

func leftover(left []string) string {
	if len(left) == 0 {
		return "nothing is left behind"
	}
	return fmt.Sprintf("left behind: %s", list(left))
}
