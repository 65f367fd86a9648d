package engine

// command.go: what becomes of a command once the rules allow it.

import (
	"cmp"
	"context"
	"fmt"

	"tminus/tasks"
)

func (e *Engine) command(ctx context.Context, c tasks.Command) error {
	if e.wants.leave && c.Kind != tasks.ReleaseConn {
		return tasks.Refusal{Sentence: "the plan was amended: leave, then go on with the new one (tminus resume)"}
	}
	if err := e.state.Allowed(e.plan, c); err != nil {
		return err
	}
	if err := told(c); err != nil {
		return err
	}
	if err := e.obey(ctx, c); err != nil {
		return err
	}
	e.keepReview()
	e.release()
	return e.failure
}

// obey does what is asked of the run as a whole.
func (e *Engine) obey(ctx context.Context, c tasks.Command) error {
	switch c.Kind {
	case tasks.PauseClock:
		e.wants.paused = c.On
		e.pause()
	case tasks.InjectFault:
		return e.pretend(c, e.cfg.Inject, "injected")
	case tasks.LiftFault:
		return e.pretend(c, e.cfg.Lift, "lifted")
	case tasks.LookAgain:
		return e.lookAgain(ctx)
	case tasks.TakeConn:
		return e.takeConn(ctx, c)
	case tasks.OfferConn:
		e.record(c.By, tasks.ConnOffered{To: c.For})
	case tasks.ReleaseConn:
		e.record(c.By, tasks.ConnReleased{})
	case tasks.HoldPlan:
		return e.hold(c)
	case tasks.ResumePlan:
		e.record(c.By, tasks.HoldEnded{Note: c.Text})
	case tasks.AddNote:
		e.record(c.By, tasks.Noted{Task: c.Task, Text: c.Text})
	case tasks.TakeBack:
		e.takeBack(c)
	case tasks.AbortRunning:
		e.abort(c)
	case tasks.ReviewRollback:
		return e.reviewRollback(ctx, c)
	case tasks.RollBack:
		return e.rollBack(ctx, c)
	case tasks.ReopenRun:
		e.record(c.By, tasks.Reopened{Reason: c.Text})
	case tasks.AmendPlan:
		return e.amend(c)
	default:
		return e.obeyFor(ctx, c)
	}
	return nil
}

// obeyFor does what is asked of one task.
func (e *Engine) obeyFor(ctx context.Context, c tasks.Command) error {
	switch c.Kind {
	case tasks.StartTask:
		return e.start(ctx, c)
	case tasks.AttestTask:
		return e.attest(ctx, c)
	case tasks.FailTask:
		e.record(c.By, tasks.TaskFailed{Task: c.Task, Reason: c.Text})
	case tasks.SkipTask:
		if j := e.jobs[c.Task]; j != nil { // aborted, but its effect is not settled
			return j.hold()
		}
		e.record(c.By, tasks.TaskSkipped{Task: c.Task, Reason: c.Text})
	case tasks.PollGate:
		e.record(c.By, tasks.Polled{Task: c.Task, Contact: c.For, Go: c.Go, Note: c.Text})
	case tasks.DecideGate:
		e.decide(c)
	case tasks.Waive:
		e.waive(c)
	case tasks.SignOffTask:
		signed := tasks.SignedOff{Task: c.Task, Contact: c.For, Evidence: c.Text, How: c.How,
			Head: fmt.Sprintf("%d:%s", e.head.Seq, e.head.Sum), Results: e.state.Results(c.Task)}
		if e.record(c.By, signed) {
			e.accept(c.By, c.Task)
		}
	default:
		return tasks.Refusal{Sentence: fmt.Sprintf("there is no command %q", c.Kind)}
	}
	return nil
}

// pretend breaks or mends the pretend world, and notes that it was done.
func (e *Engine) pretend(c tasks.Command, do func(name string) error, done string) error {
	if do == nil {
		return tasks.Refusal{Sentence: "this run has no pretend world in which a fault could be " + done}
	}
	if err := do(c.Text); err != nil {
		return tasks.Refusal{Sentence: err.Error()}
	}
	by := ""
	if c.By != "" {
		by = " by " + c.By
	}
	e.record(tasks.ActorEngine, tasks.Noted{Text: "fault " + done + by + ": " + c.Text}) // the program's note: nobody takes it back
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
	started := tasks.TaskStarted{Task: t.ID, Attempt: max(1, ts.Attempt), Again: ts.Status == tasks.Done, From: from(ts)}
	if started.Again && (t.Action == "" || !e.state.ReadsOnly(t) && e.state.LeftNothing(t)) { // on demand, and once more: nothing of the first time is verified
		started.Again, started.Attempt = false, started.Attempt+1
	}
	e.wants.going = true
	if e.record(c.By, started) && t.Action != "" {
		e.proceed(ctx, t.ID)
	}
	return e.failure
}

// from is the step at which a task goes on; "" = its first.
func from(ts *tasks.TaskState) string {
	next := ts.NextStep()
	switch last := len(ts.Steps) - 1; {
	case last < 0 || next == ts.Steps[0].ID:
		return ""
	case next == "" && ts.Steps[last].Status == tasks.StepWaived: // all that was left to do
		return ts.Steps[last].ID
	}
	return next
}

// attest ends the work of a manual task: it is done, or waits for its sign-offs. What
// an action should have done was done by hand.
func (e *Engine) attest(ctx context.Context, c tasks.Command) error {
	switch t := e.plan.Task(c.Task); {
	case t.Action != "":
		return e.attestByHand(ctx, c)
	case len(e.state.Missing(t)) > 0:
		e.record(c.By, tasks.TaskChecked{Task: c.Task, Note: c.Text})
	default:
		e.record(c.By, tasks.TaskDone{Task: c.Task, Note: c.Text})
	}
	return nil
}

// waive goes on without a sign-off, or without what a look could not prove: then the
// task can be started again at the step after it.
func (e *Engine) waive(c tasks.Command) {
	w := tasks.Waived{Task: c.Task, Contact: c.For, Reason: c.Text}
	if c.For == "" {
		w.Step, _ = e.state.Waivable(e.plan.Task(c.Task))
	}
	if e.record(c.By, w) && c.For != "" {
		e.accept(c.By, c.Task)
	}
}

// takeBack strikes out a piece of bookkeeping. What is being looked at because of it
// need not be looked at any more.
func (e *Engine) takeBack(c tasks.Command) {
	for _, entry := range e.state.Ledger {
		if j := e.jobs[entry.Task]; entry.Seq == c.Event && entry.Before != nil && j != nil && j.phase == verifying {
			j.stop()
		}
	}
	e.record(c.By, tasks.Retracted{Event: c.Event, Reason: c.Text})
}

// accept completes a checked task once nobody's sign-off is missing any more.
func (e *Engine) accept(by, id string) {
	if len(e.state.Missing(e.plan.Task(id))) == 0 {
		e.record(by, tasks.TaskDone{Task: id, Note: e.state.Tasks[id].Reason})
	}
}

// abort always wins: it needs no confirmation and nothing it stops starts again by itself.
func (e *Engine) abort(c tasks.Command) {
	e.dropReview()
	if c.Task == "" {
		e.cfg.Desk.dismiss(errAborted, false)
	}
	by := cmp.Or(c.By, tasks.ActorEngine) // nobody may have the conn, and nobody have said who they are
	for _, id := range e.state.Busy(e.plan) {
		if c.Task != "" && c.Task != id {
			continue
		}
		e.forget(id)
		if j := e.jobs[id]; j != nil {
			j.stop()
			if j.phase == doing {
				e.shown.progress[id] = "the call already sent runs to its answer"
			}
		}
		e.record(by, tasks.TaskAborted{Task: id, Reason: c.Text})
	}
	if e.state.Rollback.Phase == tasks.RollbackRunning {
		if j := e.jobs[rollbackJob]; j != nil {
			j.stop()
		}
		e.record(by, tasks.RollbackStopped{Reason: "aborted by " + by})
	}
}

// release ends the run when every task that has a time is finished.
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
