package engine

// step.go: what follows what. proceed starts the next phase of a task; settle
// records how a phase ended and proceeds.

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"tminus/tasks"
)

// proceed starts whatever the task needs next, by the state alone: so it is also
// how a task goes on after a crash.
func (e *Engine) proceed(ctx context.Context, id string) {
	t, ts := e.plan.Task(id), e.state.Tasks[id]
	if e.failure != nil || ctx.Err() != nil || e.jobs[id] != nil || (ts.Status != tasks.Active && ts.Status != tasks.Unsure) || t.Action == "" {
		return
	}
	e.forget(id)
	if ts.ByHand() {
		e.verify(ctx, id)
		return
	}
	name := ts.NextStep()
	if name == "" {
		e.finish(id)
		return
	}
	action, ok := e.actions[t.Action]
	step := action.Step(name)
	if !ok || step == nil {
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: id, Step: name, Reason: fmt.Sprintf("this build has no step %s of %s", name, t.Action)})
		return
	}
	if e.broken[id] == name {
		delete(e.broken, id)
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: id, Step: name, Broken: true, Reason: fmt.Sprintf("the program ended while it was to %s, which writes: some of it may have been done, and nothing tells how much; look what it left, then start %s again", step.Title, id)})
		return
	}
	if st := ts.Step(name); st.Status == tasks.StepFailed { // a crash came before the task could be told failed
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: id, Step: name, Reason: st.Error})
		return
	}
	j := &job{key: id, task: id, step: step, call: e.call(id, step)}
	intent := e.state.Effect(id, name)
	switch {
	case !step.Effect:
		j.phase = observing
	case intent != nil && intent.Open():
		e.ask(ctx, j, intent)
		return
	case intent != nil && intent.State == tasks.OutcomeOK:
		j.phase, j.intent = checking, intent.ID
		j.call = e.callOf(intent)
	case e.unmanned(id):
		return
	case step.Look != nil:
		j.phase = looking
	default:
		e.do(ctx, j, nil)
		return
	}
	if missing := e.missing(step); missing != "" {
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: id, Step: name, Reason: missing})
		return
	}
	e.launch(ctx, j)
}

func (e *Engine) missing(step *tasks.Step) string {
	for _, f := range step.Needs {
		if e.state.Facts[f].Value == "" {
			return fmt.Sprintf("%s needs %s, which nobody has learnt yet: run the task that makes it first", step.Title, f)
		}
	}
	return ""
}

// do writes the intent and, once it is on the disk, makes the effect.
func (e *Engine) do(ctx context.Context, j *job, pre map[string]string) {
	if e.unmanned(j.task) { // whoever takes it looks again
		return
	}
	if missing := e.missing(j.step); missing != "" {
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: j.task, Step: j.step.ID, Reason: missing})
		return
	}
	if why := e.unwritable(); why != "" {
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: j.task, Step: j.step.ID, Reason: why})
		return
	}
	j.call.Pre = pre
	intended := tasks.Intended{
		ID: e.intentID(j.task, j.call.Attempt, j.step.ID), Task: j.task, Step: j.step.ID, Action: e.plan.Task(j.task).Action,
		Attempt: j.call.Attempt, Token: j.call.Token, Facts: j.call.Facts, Pre: pre,
	}
	if j.step.Undo != nil {
		words := j.step.Undo.Describe(j.call)
		intended.Undo = &words
	}
	if !e.record(e.state.Tasks[j.task].By, intended) {
		return
	}
	if e.away(ctx) { // while it was being written; it was never sent, and the world is asked all the same
		e.proceed(ctx, j.task)
		return
	}
	j.phase, j.intent = doing, intended.ID
	e.launch(ctx, j)
}

func (e *Engine) intentID(task string, attempt int, step string) string {
	base := fmt.Sprintf("%s.%d.%s", task, attempt, step)
	id := base
	for n := 2; e.state.Intent(id) != nil; n++ {
		id = fmt.Sprintf("%s.%d", base, n)
	}
	return id
}

func (e *Engine) call(id string, step *tasks.Step) tasks.Call {
	ts := e.state.Tasks[id]
	return tasks.Call{Plan: e.plan, Run: e.state.Run, Task: *e.plan.Task(id), Attempt: ts.Attempt, Step: step.ID,
		Token: tasks.Token(e.state.Run, id, ts.Attempt, step.ID), Facts: e.state.Values(), Before: ts.Step(step.ID).Before}
}

// callOf rebuilds the call of an effect from the journal alone.
func (e *Engine) callOf(i *tasks.Intent) tasks.Call {
	facts := e.state.Values()
	for k, v := range i.Facts {
		facts[k] = v
	}
	for k, v := range i.Result.Facts {
		facts[k] = v
	}
	c := tasks.Call{Plan: e.plan, Run: e.state.Run, Attempt: i.Attempt, Step: i.Step, Token: i.Token, Facts: facts, Pre: i.Pre, Made: i.Result.Made, At: i.At}
	if t := e.plan.Task(i.Task); t != nil {
		c.Task = *t
	}
	return c
}

func (e *Engine) stepOf(i *tasks.Intent) *tasks.Step { return e.actions[i.Action].Step(i.Step) }

// settle records a worker's report.
func (e *Engine) settle(ctx context.Context, r result) {
	j := r.job
	if e.jobs[j.key] != j { // nobody waits for it any more
		return
	}
	delete(e.jobs, j.key)
	e.forget(j.task)
	cut := j.stopped || ctx.Err() != nil // aborted, or the cockpit is being left
	switch {
	case j.key == reviewJob:
		e.settleReview(ctx, r)
	case j.stale && !cut && (j.phase != undoing || unknown(r.err)):
		e.again(ctx, j)
	case j.key == rollbackJob:
		e.settleUndo(ctx, r)
	default:
		e.settleStep(ctx, r, cut)
	}
	e.keepReview()
}

// settleStep records how a phase of a task ended.
func (e *Engine) settleStep(ctx context.Context, r result, cut bool) {
	j := r.job
	switch j.phase {
	case looking:
		if cut {
			return
		}
		if r.err != nil {
			e.failTask(j, fmt.Errorf("before anything was done: %w", r.err))
			return
		}
		e.do(ctx, j, r.pre)
	case doing:
		e.settleEffect(ctx, r)
	case finding:
		e.settleFind(ctx, r, cut)
	case verifying:
		if !cut {
			e.settleStated(r)
		}
	case observing, checking:
		if cut {
			e.keepBroken(r)
			return
		}
		if r.err == nil && !r.result.Verdict.Holds() { // unknown is never a tick
			r.err = errors.New(cmp.Or(r.result.Says, j.step.Title+": nothing proved it"))
		}
		done := tasks.StepDone{Task: j.task, Step: j.step.ID, Took: r.took, Result: r.result}
		if r.err != nil {
			done.Error = sentence(r.err)
		}
		e.record(tasks.ActorEngine, done)
		if r.err != nil {
			e.failTask(j, r.err)
			return
		}
		e.proceed(ctx, j.task)
	}
}

// brokenOff are the steps that write and were under way when the process before this one ended.
func (e *Engine) brokenOff() map[string]string {
	broken := map[string]string{}
	for t := range e.plan.All() {
		ts := e.state.Tasks[t.ID]
		name := ts.NextStep()
		if ts.Status != tasks.Active || ts.Step(name).Status != tasks.StepDoing {
			continue
		}
		if step := e.actions[t.Action].Step(name); step != nil && step.Writes {
			broken[t.ID] = name
		}
	}
	return broken
}

// keepBroken keeps what a look had found when it was aborted: its tests may have written, and what
// passed need not be tested again.
func (e *Engine) keepBroken(r result) {
	j := r.job
	if !j.stopped || j.phase != observing || len(r.result.Rows) == 0 || e.state.Tasks[j.task].Status != tasks.Aborted {
		return
	}
	r.result.Verdict = tasks.Inconclusive
	e.record(tasks.ActorEngine, tasks.StepDone{Task: j.task, Step: j.step.ID, Took: r.took, Result: r.result, Error: "broken off: " + cmp.Or(r.result.Says, "it was aborted")})
}

func (e *Engine) settleEffect(ctx context.Context, r result) {
	out := tasks.Outcome{Intent: r.job.intent, State: tasks.OutcomeOK, Took: r.took, Result: r.result}
	switch {
	case r.err == nil:
	case unknown(r.err):
		out.State, out.Error = tasks.OutcomeUnknown, sentence(r.err)
	default:
		out.State, out.Error = tasks.OutcomeFailed, sentence(r.err)
	}
	e.record(tasks.ActorEngine, out)
	if out.State == tasks.OutcomeFailed {
		e.failTask(r.job, r.err)
		return
	}
	if e.state.Tasks[r.job.task].Status == tasks.Aborted {
		e.settleOpen(ctx, r.job.task)
		return
	}
	e.proceed(ctx, r.job.task) // unknown: asks the world first
}

// unknown reports an error after which nobody knows whether the effect happened.
func unknown(err error) bool {
	return errors.Is(err, tasks.ErrUnknown) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// failTask stops a task that is still active.
func (e *Engine) failTask(j *job, err error) {
	if st := e.state.Tasks[j.task].Status; st == tasks.Active || st == tasks.Unsure {
		e.record(tasks.ActorEngine, tasks.TaskFailed{Task: j.task, Step: j.step.ID, Reason: sentence(err)})
	}
}

// finish ends a task whose steps are done, or the work by hand in their place.
func (e *Engine) finish(id string) {
	t, ts := e.plan.Task(id), e.state.Tasks[id]
	note := ""
	if ts.ByHand() {
		note = ts.Reason
	}
	if len(e.state.Missing(t)) > 0 {
		e.record(tasks.ActorEngine, tasks.TaskChecked{Task: id, Note: note})
		return
	}
	e.record(ts.By, tasks.TaskDone{Task: id, Note: note})
	e.release()
}
