package engine

// review.go: before a rollback is offered the world is asked about everything it would
// undo: is it there, is it ours. One look after the other, shown as it goes. What the
// looks say is not journaled, but an effect of which nobody knew is settled on the way.

import (
	"context"
	"fmt"
	"maps"

	"tminus/tasks"
)

// reviewJob is the key of the job that asks; no task can have this id.
const reviewJob = "\x00review"

func (e *Engine) reviewRollback(ctx context.Context, c tasks.Command) error {
	e.dropReview()
	if err := e.quiet(); err != nil {
		return err
	}
	e.shown.review = &tasks.Review{From: c.Task, Head: e.state.ReviewHead(), Proofs: map[string]tasks.Proof{}}
	e.proveNext(ctx)
	e.pause()
	return nil
}

// proveNext asks about the next target, or ends the review. Those of which nobody knows
// whether they happened come first: what there is to undo depends on it.
func (e *Engine) proveNext(ctx context.Context) {
	for _, open := range []bool{true, false} {
		for _, i := range e.state.Backwards(e.shown.review.From) {
			if _, asked := e.shown.review.Proofs[i.ID]; asked || i.Open() != open || !open && stays(i) {
				continue
			}
			if e.prove(ctx, i) {
				return
			}
		}
	}
	e.shown.review.Done = true
}

// stays reports an effect that a rollback leaves in place, by policy or for good.
func stays(i *tasks.Intent) bool { return i.Undo.Keep != "" || i.Left != "" }

// prove starts the look at one target; false = it is answered already.
func (e *Engine) prove(ctx context.Context, i *tasks.Intent) bool {
	j := &job{key: reviewJob, task: i.Task, step: e.stepOf(i), intent: i.ID, call: e.callOf(i), phase: proving}
	if i.Open() {
		j.phase = finding
	}
	var p tasks.Proof
	switch {
	case j.step == nil:
		p.Error = "this build cannot undo it: use the one that made it"
	case i.Open() && j.step.Find == nil:
		p.Error = "it is not known whether it happened, and it cannot be looked for: a person has to"
	case i.Open():
		e.launch(ctx, j)
		return true
	case j.step.Undo == nil:
		p.Error = "this build cannot undo it: use the one that made it"
	case j.step.Undo.Prove == nil && j.step.Undo.Gone == nil:
		p = tasks.Proof{There: true, Says: "it cannot be looked for; undoing it looks first"}
	default:
		e.launch(ctx, j)
		return true
	}
	e.shown.review.Proofs[i.ID] = p
	return false
}

// proof looks whether what an undo would take back is there.
func (j *job) proof(ctx context.Context) (says string, there bool, err error) {
	if j.step.Undo.Prove != nil {
		return j.step.Undo.Prove(ctx, j.call)
	}
	gone, err := j.step.Undo.Gone(ctx, j.call)
	return "", !gone, err
}

// settleReview keeps an answer and asks on.
func (e *Engine) settleReview(ctx context.Context, r result) {
	if ctx.Err() != nil {
		return
	}
	id := r.job.intent
	switch {
	case r.job.phase == proving && r.err == nil:
		e.shown.review.Proofs[id] = tasks.Proof{There: r.found, Says: r.result.Says}
	case r.job.phase == proving:
		e.shown.review.Proofs[id] = tasks.Proof{Error: "it cannot be told whether it is still there: " + sentence(r.err)}
	case r.err != nil:
		e.shown.review.Proofs[id] = tasks.Proof{Error: "it is not known whether it happened: " + sentence(r.err)}
	case e.record(tasks.ActorEngine, e.found(r)):
		e.shown.review.Head = e.state.ReviewHead()
	}
	if e.failure == nil {
		e.proveNext(ctx)
	}
	e.pause()
}

// keepReview drops a review that the run has moved on from.
func (e *Engine) keepReview() {
	if e.shown.review != nil && e.shown.review.Head != e.state.ReviewHead() {
		e.dropReview()
	}
}

func (e *Engine) dropReview() {
	if j := e.jobs[reviewJob]; j != nil {
		j.cancel()
		delete(e.jobs, reviewJob) // nobody reads its report any more
	}
	e.shown.review = nil
	e.pause()
}

// pause stops the pretend clock if somebody wants it stopped, but not while a review
// asks the world: a look may wait in run time.
func (e *Engine) pause() {
	e.cfg.Clock.Pause(e.wants.paused && e.jobs[reviewJob] == nil)
}

// reviewed is the review as it is shown.
func (e *Engine) reviewed() *tasks.Review {
	if e.shown.review == nil {
		return nil
	}
	r := *e.shown.review
	r.Proofs = maps.Clone(r.Proofs)
	return &r
}

// mayRollBack refuses a rollback whose targets nobody has looked at.
func (e *Engine) mayRollBack(c tasks.Command) error {
	if c.Confirm == "" {
		return tasks.Refusal{Sentence: fmt.Sprintf("type the change number %s to confirm", e.state.Change)}
	}
	if err := e.quiet(); err != nil {
		return err
	}
	if why := e.shown.review.Unproven(c.Task, e.state.ReviewHead()); why != "" {
		return tasks.Refusal{Sentence: why}
	}
	return nil
}
