package engine

// command.go: what becomes of a command once the rules allow it.

import (
	"context"
	"fmt"

	"tminus/tasks"
)

func (e *Engine) command(ctx context.Context, c tasks.Command) error {
	if err := e.state.Allowed(e.plan, c); err != nil {
		return err
	}
	switch c.Kind {
	case tasks.PauseClock:
		e.cfg.Clock.Pause(c.On)
	case tasks.InjectFault:
		return e.inject(c)
	case tasks.TakeConn:
		e.record(c.By, tasks.ConnTaken{From: e.state.Conn.Holder})
	case tasks.ReleaseConn:
		e.record(c.By, tasks.ConnReleased{})
	case tasks.StartTask:
		return e.start(ctx, c)
	case tasks.AttestTask:
		e.attest(c)
	case tasks.FailTask:
		e.record(c.By, tasks.TaskFailed{Task: c.Task, Reason: c.Text})
	case tasks.SkipTask:
		if j := e.jobs[c.Task]; j != nil { // aborted, but its effect is not settled
			return j.hold()
		}
		e.record(c.By, tasks.TaskSkipped{Task: c.Task, Reason: c.Text})
	case tasks.DecideGate:
		e.record(c.By, tasks.Decided{Task: c.Task, Go: c.Go, Note: c.Text})
	case tasks.SignOffTask:
		if e.record(c.By, tasks.SignedOff{Task: c.Task, Contact: c.For, Evidence: c.Text}) {
			e.accept(c.By, c.Task)
		}
	case tasks.AddNote:
		e.record(c.By, tasks.Noted{Task: c.Task, Text: c.Text})
	case tasks.AbortRunning:
		e.abort(c)
	case tasks.RollBack:
		return e.rollBack(ctx, c)
	default:
		return tasks.Refusal{Sentence: fmt.Sprintf("there is no command %q", c.Kind)}
	}
	e.release()
	return e.failure
}

func (e *Engine) inject(c tasks.Command) error {
	if e.cfg.Inject == nil {
		return tasks.Refusal{Sentence: "this run has no pretend world to break"}
	}
	if err := e.cfg.Inject(c.Text); err != nil {
		return tasks.Refusal{Sentence: err.Error()}
	}
	e.record(c.By, tasks.Noted{Text: "fault injected: " + c.Text})
	return e.failure
}

func (e *Engine) start(ctx context.Context, c tasks.Command) error {
	t, ts := e.plan.Task(c.Task), e.state.Tasks[c.Task]
	if _, ok := e.actions[t.Action]; t.Action != "" && !ok {
		return tasks.Refusal{Sentence: fmt.Sprintf("%s wants the action %s, which this build does not have", t.ID, t.Action)}
	}
	if j := e.jobs[t.ID]; j != nil {
		return j.hold()
	}
	started := tasks.TaskStarted{Task: t.ID, Attempt: max(1, ts.Attempt), Again: ts.Status == tasks.Done}
	if next := ts.NextStep(); next != "" && next != ts.Steps[0].ID {
		started.From = next
	}
	if e.record(c.By, started) && t.Action != "" {
		e.proceed(ctx, t.ID)
	}
	return e.failure
}

// attest ends the work of a manual task: it is done, or waits for its sign-offs.
func (e *Engine) attest(c tasks.Command) {
	if len(e.state.Missing(e.plan.Task(c.Task))) > 0 {
		e.record(c.By, tasks.TaskChecked{Task: c.Task, Note: c.Text})
		return
	}
	e.record(c.By, tasks.TaskDone{Task: c.Task, Note: c.Text})
}

// accept completes a checked task once nobody's sign-off is missing any more.
func (e *Engine) accept(by, id string) {
	if len(e.state.Missing(e.plan.Task(id))) == 0 {
		e.record(by, tasks.TaskDone{Task: id, Note: e.state.Tasks[id].Reason})
	}
}

// abort always wins: it needs no confirmation and nothing it stops starts again by itself.
func (e *Engine) abort(c tasks.Command) {
	for _, id := range e.state.Busy(e.plan) {
		if c.Task != "" && c.Task != id {
			continue
		}
		if j := e.jobs[id]; j != nil {
			j.stop()
			if j.phase == doing {
				e.progress[id] = "the call already sent runs to its answer"
			}
		}
		e.record(c.By, tasks.TaskAborted{Task: id, Reason: c.Text})
	}
	if e.state.Rollback.Phase == tasks.RollbackRunning {
		if j := e.jobs[rollbackJob]; j != nil {
			j.stop()
		}
		e.record(c.By, tasks.RollbackStopped{Reason: "aborted by " + c.By})
	}
}

// release ends the run when every task is finished.
func (e *Engine) release() {
	if e.state.Ended() || e.state.Rollback.Locked() {
		return
	}
	for _, t := range e.plan.Tasks {
		if !e.state.Tasks[t.ID].Status.Finished() {
			return
		}
	}
	e.record(tasks.ActorEngine, tasks.Released{})
}
