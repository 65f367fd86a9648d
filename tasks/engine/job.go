package engine

// job.go: workers. A worker runs one phase of one step, reports once and ends.
// It knows nothing of the state; the loop decides what its report means.

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

type phase int

const (
	looking   phase = iota // before an effect: reading the state it will change
	doing                  // the effect: never cut short by us but by its timeout
	observing              // a step that only reads
	verifying              // what a person says was done by hand
	checking               // after an effect
	finding                // asking the world whether an effect happened
	undoing
	proving // whether what an undo would take back is there
)

// effectTimeout bounds one call that changes the world, in real time. Adapters
// stay below it; when it strikes, the outcome is unknown.
const effectTimeout = 15 * time.Second

// rollbackJob is the key of the job that undoes; no task can have this id.
const rollbackJob = "\x00rollback"

type job struct {
	key     string
	task    string
	phase   phase
	step    *tasks.Step
	call    tasks.Call
	intent  string // doing, checking, finding, undoing
	cancel  context.CancelFunc
	stopped bool // aborted: a look's report is dropped
	stale   bool // begun before a gap: a look's report is dropped, and it begins anew
	again   bool // undoing what an earlier call, of which nobody heard, may have undone
}

// hold says why nothing else may touch the task while the job runs.
func (j *job) hold() error {
	if j.phase == doing || j.phase == undoing {
		return tasks.Refusal{Sentence: fmt.Sprintf("%s: a call already sent is still running to its answer: wait for it", j.task)}
	}
	return tasks.Refusal{Sentence: fmt.Sprintf("%s: the world is still being asked (%s): wait for its answer", j.task, j.step.Title)}
}

// quiet refuses what must not be done while a worker is out, but for a review's.
func (e *Engine) quiet() error {
	for _, key := range slices.Sorted(maps.Keys(e.jobs)) {
		if key != reviewJob {
			return e.jobs[key].hold()
		}
	}
	return nil
}

// stop ends the worker's waits and looks. A call already sent is heard out; an
// undo, which looks and waits around its call, has to see to that itself.
func (j *job) stop() {
	if j.stopped = true; j.phase != doing {
		j.cancel()
	}
}

// renew ends what may know only the world before a gap. A call already sent is heard out.
func (j *job) renew() {
	if j.phase != doing && (j.step == nil || !j.step.Writes) { // which fails by itself, if its connections died
		j.stale = true
		j.cancel()
	}
}

type result struct {
	job    *job
	result tasks.Result
	pre    map[string]string
	found  bool
	err    error
	took   time.Duration
}

type progress struct {
	job  *job
	text string
	rows []tasks.Row // bounded; nil = a text
}

// hear keeps what a worker tells on its way.
func (e *Engine) hear(p progress) {
	if p.rows != nil {
		e.shown.rows[p.job.task] = p.rows
		return
	}
	e.shown.progress[p.job.task] = safe.Redact(p.text)
}

// forget drops what a worker told on its way.
func (e *Engine) forget(task string) {
	delete(e.shown.progress, task)
	delete(e.shown.rows, task)
}

// launch starts the worker of a job.
func (e *Engine) launch(ctx context.Context, j *job) {
	jctx, cancel := context.WithCancel(ctx)
	if j.phase == doing {
		cancel()
		jctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), effectTimeout)
	}
	j.cancel = cancel
	j.call.Now, j.call.Wait = e.cfg.Clock.Now, e.cfg.Clock.Wait
	if j.phase == undoing {
		j.call.Wait = e.waitAwake
	}
	tell := func(p progress) {
		select {
		case e.inbox.progress <- p:
		case <-jctx.Done():
		case <-e.done:
		}
	}
	j.call.Progress = func(text string) { tell(progress{job: j, text: text}) }
	j.call.Show = func(rows []tasks.Row) { tell(progress{job: j, rows: bounded(tasks.Result{Rows: rows}).Rows}) }
	e.jobs[j.key] = j
	go func() {
		defer cancel()
		began := e.cfg.Clock.Steady()
		r := j.work(jctx)
		if r.result = bounded(r.result); overfull(r.result) != "" {
			r.result, r.err = tasks.Result{}, tasks.Unknown(fmt.Errorf("%s: %s", j.step.Title, overfull(r.result)))
		}
		r.job, r.took = j, e.cfg.Clock.Steady()-began
		select {
		case e.inbox.results <- r:
		case <-e.done: // given up on
		}
	}()
}

func (j *job) work(ctx context.Context) (r result) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("%s: the program made a mistake here: %v", j.step.Title, p)
			if j.phase == doing || j.phase == undoing {
				r.err = tasks.Unknown(r.err)
			}
		}
	}()
	switch j.phase {
	case looking:
		r.pre, r.err = j.step.Look(ctx, j.call)
	case doing, observing, verifying:
		r.result, r.err = j.step.Do(ctx, j.call)
	case checking:
		r.result, r.err = j.step.Check(ctx, j.call)
	case finding:
		r.result, r.found, r.err = j.step.Find(ctx, j.call)
	case undoing:
		r.result, r.err = j.undo(ctx)
	case proving:
		r.result.Says, r.found, r.err = j.proof(ctx)
	}
	return r
}

// undo takes an effect back; one that is no longer there counts as taken back.
func (j *job) undo(ctx context.Context) (tasks.Result, error) {
	r, err := j.step.Undo.Do(ctx, j.call)
	if err == nil {
		return r, nil
	}
	gone, known := false, false
	if j.step.Undo.Gone != nil {
		var lookErr error
		gone, lookErr = j.step.Undo.Gone(ctx, j.call)
		known = lookErr == nil
	}
	switch {
	case known && gone:
		r.Says = "no longer there"
		return r, nil
	case !known && j.again:
		return r, tasks.Unknown(err) // this call certainly failed, but not the one before
	}
	return r, err
}
