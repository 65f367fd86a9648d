package engine

// undo.go: flying the way back. Each undo is an intent of its own, so a crash in
// the middle goes on where it was. One failure stops the rollback and is told;
// nothing is skipped in silence.

import (
	"context"
	"fmt"
	"strings"

	"tminus/tasks"
	"tminus/tasks/safe"
)

func (e *Engine) rollBack(ctx context.Context, c tasks.Command) error {
	if err := e.mayRollBack(c); err != nil {
		return err
	}
	var ids []string
	for _, i := range e.state.Backwards(c.Task) {
		ids = append(ids, i.ID)
	}
	e.wants.going = true
	if e.record(c.By, tasks.RollbackStarted{Head: c.Head, From: c.Task, Reason: c.Text, Intents: ids}) {
		e.undoNext(ctx)
	}
	return e.failure
}

// undoNext starts the undoing of the newest effect that is left, or ends the rollback.
func (e *Engine) undoNext(ctx context.Context) {
	if e.failure != nil || ctx.Err() != nil || e.jobs[rollbackJob] != nil || e.state.Rollback.Phase != tasks.RollbackRunning {
		return
	}
	for _, id := range e.state.Rollback.Intents {
		i := e.state.Intent(id)
		if i == nil || i.Undone || (!i.Open() && (!i.Undoable() || stays(i))) {
			continue
		}
		step := e.stepOf(i)
		if step == nil {
			e.record(tasks.ActorEngine, tasks.RollbackStopped{Reason: fmt.Sprintf("this build cannot undo %s: use the one that made it", id)})
			return
		}
		j := &job{key: rollbackJob, task: i.Task, step: step, intent: id}
		switch {
		case i.Open() && step.Find == nil:
			e.record(tasks.ActorEngine, tasks.RollbackStopped{Reason: fmt.Sprintf("it is not known whether %s happened, and it cannot be looked for: a person has to", id)})
		case i.Open():
			e.ask(ctx, j, i)
		case !e.unmanned(i.Task):
			e.undo(ctx, j, i)
		}
		return
	}
	e.record(tasks.ActorEngine, tasks.RollbackDone{Left: fitting(e.state.Left())})
}

func (e *Engine) undo(ctx context.Context, j *job, i *tasks.Intent) {
	j.call, j.phase = e.callOf(i), undoing
	if open := e.state.OpenUndo(i.ID); open != nil { // begun before a crash or an abort: Undo looks before it acts
		j.intent, j.again = open.ID, true
		e.launch(ctx, j)
		return
	}
	if why := e.unwritable(); why != "" {
		e.record(tasks.ActorEngine, tasks.RollbackStopped{Reason: why})
		return
	}
	intended := tasks.Intended{ID: e.intentID("undo."+i.Task, i.Attempt, i.Step), Task: i.Task, Step: i.Step, Action: i.Action,
		Attempt: i.Attempt, Token: i.Token, Undoes: i.ID}
	if !e.record(e.state.Rollback.By, intended) {
		return
	}
	if e.away(ctx) { // it was never sent; whoever takes the conn goes on with it
		e.undoNext(ctx)
		return
	}
	j.intent = intended.ID
	e.launch(ctx, j)
}

func (e *Engine) settleUndo(ctx context.Context, r result) {
	running := e.state.Rollback.Phase == tasks.RollbackRunning
	if r.job.phase == finding {
		e.settleUndoFind(ctx, r, running)
		return
	}
	out := tasks.Outcome{Intent: r.job.intent, State: tasks.OutcomeOK, Took: r.took, Result: r.result}
	if r.err != nil {
		if ctx.Err() != nil {
			return // left in the middle: the open undo is asked about on resume
		}
		out.State, out.Error = tasks.OutcomeFailed, sentence(r.err)
		if unknown(r.err) {
			out.State = tasks.OutcomeUnknown
		}
	}
	e.record(tasks.ActorEngine, out)
	if r.err != nil {
		if running {
			e.record(tasks.ActorEngine, tasks.RollbackStopped{Reason: fmt.Sprintf("%s: %s", r.job.step.ID, out.Error)})
		}
		return
	}
	e.undoNext(ctx)
}

func (e *Engine) settleUndoFind(ctx context.Context, r result, running bool) {
	if r.err != nil {
		if ctx.Err() == nil && running {
			e.record(tasks.ActorEngine, tasks.RollbackStopped{Reason: fmt.Sprintf("it is not known whether %s happened: %s", r.job.intent, sentence(r.err))})
		}
		return
	}
	e.record(tasks.ActorEngine, e.found(r))
	e.undoNext(ctx)
}

// sentence is an error as a person reads it: one clean line, with nothing secret in it.
func sentence(err error) string {
	return cut(safe.Line(safe.Redact(strings.ReplaceAll(err.Error(), "\n", "; "))), mostWords)
}
