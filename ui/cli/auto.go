package cli

// auto.go: the pilot without a terminal. It plays the people of a rehearsal: it
// starts what is ready at its planned time, says go at gates and gives the
// sign-offs, all as the actor "rehearsal". One line per event goes to stdout.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/ui"
)

// auto flies a session to released, failed or rolled back.
type auto struct {
	session Session
	out     io.Writer
	back    bool // roll back when a task fails
	printed int  // events told so far
}

func (a *auto) fly(ctx context.Context) error {
	for snap, now := a.session.First, a.session.First.Now; ; {
		a.tell(snap)
		if end, err := ended(snap, a.back); end {
			return err
		}
		if c, ok := next(snap, now, a.back); ok {
			if err := a.session.Send(c); err != nil && !errors.As(err, new(tasks.Refusal)) {
				return err
			}
		}
		start, wait := due(snap, now)
		select {
		case snap = <-a.session.Slot.Newest():
			now = snap.Now
		case <-wait:
			now = start // the snapshot is the newest there is; only time has passed
		case <-a.session.Done:
			if err := a.session.Err(); err != nil {
				return err
			}
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// due is the planned start that ready tasks wait for, and a channel that tells
// when it has come; nil when there is none.
func due(s *tasks.Snapshot, now time.Time) (start time.Time, wait <-chan time.Time) {
	for i := range s.Plan.Tasks {
		t := &s.Plan.Tasks[i]
		if s.State.Ready(t) && now.Before(t.Start.Time) && (start.IsZero() || t.Start.Before(start)) {
			start = t.Start.Time
		}
	}
	if start.IsZero() || s.Speed <= 0 {
		return start, nil
	}
	return start, time.After(time.Duration(float64(start.Sub(s.Now)) / s.Speed))
}

func (a *auto) tell(s *tasks.Snapshot) {
	for _, e := range s.State.Events[min(a.printed, len(s.State.Events)):] {
		fmt.Fprintf(a.out, "%s  %-9s  %s\n", e.Run.In(s.Plan.Zone).Format(time.TimeOnly), e.By, ui.Sentence(e))
	}
	a.printed = len(s.State.Events)
}

// ended reports whether there is nothing left to fly, and how it ended.
func ended(s *tasks.Snapshot, back bool) (bool, error) {
	st := s.State
	switch {
	case st.Released:
		return true, nil
	case st.Rollback.Phase == tasks.RolledBack:
		return true, code(TaskFailed, fmt.Errorf("%s; rolled back, %s", failure(s), leftover(st.Rollback.Left)))
	case st.Rollback.Phase == tasks.RollbackHalted:
		return true, code(TaskFailed, fmt.Errorf("%s; the rollback stopped: %s", failure(s), st.Rollback.Stopped))
	case st.Rollback.Locked() || len(st.Busy(s.Plan)) > 0:
		return false, nil
	case failed(s) != nil && (!back || !canRollBack(s)):
		return true, code(TaskFailed, errors.New(failure(s)))
	}
	return false, nil
}

func leftover(left []string) string {
	if len(left) == 0 {
		return "nothing is left behind"
	}
	return fmt.Sprintf("left behind: %s", list(left))
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

func failure(s *tasks.Snapshot) string {
	if t := failed(s); t != nil {
		return fmt.Sprintf("%s failed: %s", t.ID, s.State.Tasks[t.ID].Reason)
	}
	for _, e := range s.State.Events {
		if b, ok := e.Body.(tasks.TaskFailed); ok {
			return fmt.Sprintf("%s failed: %s", b.Task, b.Reason)
		}
	}
	return "the run was rolled back"
}

func canRollBack(s *tasks.Snapshot) bool {
	return s.State.Allowed(s.Plan, tasks.Command{Kind: tasks.RollBack, By: s.State.Conn.Holder}) == nil
}

// next is what a person would do at the moment now, if anything. Pure.
func next(s *tasks.Snapshot, now time.Time, back bool) (tasks.Command, bool) {
	st, by := s.State, tasks.ActorRehearsal
	if st.Conn.Holder != by {
		return tasks.Command{Kind: tasks.TakeConn, By: by}, true
	}
	if st.Rollback.Locked() {
		return tasks.Command{}, false
	}
	if failed(s) != nil {
		return tasks.Command{Kind: tasks.RollBack, By: by, Confirm: st.Change, Text: failure(s), Head: st.ReviewHead()}, back && len(st.Busy(s.Plan)) == 0
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

func forTask(s *tasks.Snapshot, t *plan.Task, now time.Time) (tasks.Command, bool) {
	st := s.State
	switch {
	case st.Tasks[t.ID].Status == tasks.Checked && len(st.Missing(t)) > 0:
		who := st.Missing(t)[0]
		return tasks.Command{Kind: tasks.SignOffTask, For: who, Text: "played by the rehearsal for " + who}, true
	case st.Tasks[t.ID].Status == tasks.Active && t.Action == "":
		return tasks.Command{Kind: tasks.AttestTask, Text: "played by the rehearsal"}, true
	case !st.Ready(t) || now.Before(t.Start.Time):
		return tasks.Command{}, false
	case t.Gate:
		return tasks.Command{Kind: tasks.DecideGate, Go: true, Text: "played by the rehearsal"}, true
	}
	return tasks.Command{Kind: tasks.StartTask}, true
}
