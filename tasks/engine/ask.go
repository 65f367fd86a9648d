package engine

// ask.go: effects of which nobody knows whether they happened. The world is asked, and
// nothing else happens to the task before it has answered.

import (
	"context"

	"tminus/tasks"
)

// ask settles an open intent with the world.
func (e *Engine) ask(ctx context.Context, j *job, intent *tasks.Intent) {
	j.call, j.intent, j.phase = e.callOf(intent), intent.ID, finding
	if j.step.Find == nil {
		e.record(tasks.ActorEngine, tasks.Reconciled{Intent: intent.ID, State: tasks.OutcomeUnknown,
			Error: "this effect cannot be looked for: a person has to"})
		return
	}
	e.launch(ctx, j)
}

// settleOpen asks the world about effects of a task that no longer runs, so that
// a later rollback knows what there is to undo.
func (e *Engine) settleOpen(ctx context.Context, id string) {
	if e.failure != nil || ctx.Err() != nil {
		return
	}
	for _, intent := range e.state.Unsettled() {
		if intent.Task != id || intent.Undoes != "" || e.jobs[id] != nil {
			continue
		}
		if step := e.stepOf(intent); step != nil {
			e.ask(ctx, &job{key: id, task: id, step: step}, intent)
		}
	}
}

func (e *Engine) settleFind(ctx context.Context, r result, cut bool) {
	if cut && (r.err != nil || r.job.stale) {
		return // still open: it is asked again on resume, retry or rollback
	}
	rec := e.found(r)
	e.record(tasks.ActorEngine, rec)
	if rec.State == tasks.OutcomeUnknown {
		return // the task stays unknown; enter asks again
	}
	e.proceed(ctx, r.job.task)
}

// found is what the world said of an effect of which nobody knew.
func (e *Engine) found(r result) tasks.Reconciled {
	rec := tasks.Reconciled{Intent: r.job.intent, State: tasks.OutcomeFailed, Result: r.result}
	switch {
	case r.err != nil:
		rec.State, rec.Error = tasks.OutcomeUnknown, sentence(r.err)
	case r.found:
		rec.State = tasks.OutcomeOK
	default:
		rec.Error = "it had not happened"
		if i := e.state.Intent(r.job.intent); i != nil && i.Error != "" {
			rec.Error += ": " + i.Error
		}
	}
	return rec
}
