package engine

// byhand.go: an action's work that was done in a console. The world is asked whether it
// agrees; where it cannot tell, the person's word stands, and is seen to be that.

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"tminus/tasks"
)

const nobodyCanVerify = "nobody can verify this from here: attested only"

func (e *Engine) attestByHand(ctx context.Context, c tasks.Command) error {
	if j := e.jobs[c.Task]; j != nil {
		return j.hold()
	}
	e.wants.going = true
	if e.record(c.By, tasks.ByHand{Task: c.Task, Note: c.Text, Facts: c.Facts}) {
		e.proceed(ctx, c.Task)
	}
	return nil
}

// verify asks the world about what was stated. It only reads: after a crash it is done again.
func (e *Engine) verify(ctx context.Context, id string) {
	stated := e.actions[e.plan.Task(id).Action].Stated
	if stated == nil {
		stated = func(context.Context, tasks.Call) (tasks.Result, error) {
			return tasks.Result{Verdict: tasks.Inconclusive, Says: nobodyCanVerify}, nil
		}
	}
	step := &tasks.Step{ID: tasks.StatedStep, Title: "verify what was done by hand", Do: stated}
	j := &job{key: id, task: id, phase: verifying, step: step, call: e.call(id, step)}
	maps.Copy(j.call.Facts, e.state.Tasks[id].Stated)
	e.launch(ctx, j)
}

// settleStated records what the world said. What a person states is learnt unless the
// world contradicts them.
func (e *Engine) settleStated(r result) {
	ts := e.state.Tasks[r.job.task]
	done := tasks.StepDone{Task: r.job.task, Step: tasks.StatedStep, Took: r.took, Result: r.result}
	done.Result.Made, done.Result.Left = nil, "" // this run made nothing
	if r.err != nil && unknown(r.err) {
		done.Result.Verdict, done.Result.Says = tasks.Inconclusive, "the world could not be asked, attested only: "+sentence(r.err)
		r.err = nil
	}
	if r.err == nil && r.result.Verdict == tasks.Fail {
		r.err = errors.New(cmp.Or(r.result.Says, "the world says otherwise"))
	}
	if r.err != nil {
		done.Error, done.Result.Facts, done.Result.Drop = sentence(r.err), nil, nil
		if e.record(tasks.ActorEngine, done) {
			e.failTask(r.job, r.err)
		}
		return
	}
	learnt := maps.Clone(ts.Stated)
	maps.Copy(learnt, done.Result.Facts)
	done.Result.Facts = learnt
	if done.Result.Verdict != tasks.Pass {
		done.Result.Verdict = tasks.Inconclusive
	} else if done.Result.Rests == nil {
		done.Result.Rests = slices.Sorted(maps.Keys(ts.Stated))
	}
	if e.record(tasks.ActorEngine, done) {
		e.finish(r.job.task)
	}
}
