package engine

// gap.go: time that went on without this process: the machine slept, the clock was set,
// the process stood still. What was known before is old, and so is whoever was in charge:
// the conn is lost, connections are dropped, every look begins again, and nobody takes
// the conn before all that looks at the world has looked once more.

import (
	"context"
	"fmt"
	"time"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/run"
)

// away looks at both faces of the clock and reports whether time went on without us.
// It is asked before anything that comes to the loop is acted on, and once more between
// an intent and its effect.
func (e *Engine) away(ctx context.Context) bool {
	gap, away := e.watch.Tick(e.cfg.Clock.Wall(), e.cfg.Clock.Steady())
	if !away {
		return false
	}
	if !e.record(tasks.ActorEngine, tasks.Woke{Says: gap.String(), Wall: gap.Wall, Steady: gap.Steady}) {
		return true
	}
	e.dropReview()
	for _, j := range e.jobs {
		j.renew()
	}
	for _, s := range e.sensing {
		s.renew()
		s.waking = true
	}
	e.wake(ctx)
	return true
}

// wake drops connections from before, and reads whatever is due over new ones.
func (e *Engine) wake(ctx context.Context) {
	if e.cfg.Wake != nil {
		e.cfg.Wake()
	}
	e.sense(ctx)
}

// lookAgain reads the world anew with fresh connections and credentials, as somebody asks
// who has just signed in, say. Asked for twice in a breath it is done once.
func (e *Engine) lookAgain(ctx context.Context) error {
	if e.cfg.Still {
		return tasks.Refusal{Sentence: "nothing reads the world here: tminus resume does"}
	}
	now := e.cfg.Clock.Steady()
	if e.wants.looked && now-e.wants.lookedAt < lookBreath {
		return nil
	}
	e.wants.looked, e.wants.lookedAt = true, now
	for _, s := range e.sensing {
		s.renew()
	}
	e.wake(ctx)
	return nil
}

// lookBreath is how soon after another, in real time, a wish to look again is the same one.
const lookBreath = 2 * time.Second

// closedFor is how long nobody may fly a run, in real time, until coming back to it is a
// gap like any other. Before that whoever leaves or dies comes back to what they know.
const closedFor = 5 * time.Minute

// closed is how long nobody flew the run before it was opened now, in real time.
func (e *Engine) closed() time.Duration {
	last := e.state.Events[len(e.state.Events)-1].Wall
	if live, err := run.Live(e.cfg.Dir); err == nil && live.Wall.After(last) {
		last = live.Wall
	}
	return e.cfg.Clock.Wall().Sub(last)
}

// comeBack takes the conn from who had it long ago, before anything goes on by itself.
func (e *Engine) comeBack(away time.Duration) {
	if away <= closedFor || e.state.Conn.Holder == "" {
		return
	}
	e.record(tasks.ActorEngine, tasks.Woke{Says: clock.Gap{Kind: clock.Closed, Wall: away}.String(), Wall: away})
	for _, s := range e.sensing {
		s.waking = true
	}
}

// passed looks at what time alone has done, before a command or with a tick: a gap, a
// deadline. It reports whether either changed the run.
func (e *Engine) passed(ctx context.Context) bool {
	woke := e.away(ctx)
	return e.deadline() || woke
}

// again begins anew what was cut short because it had begun before the gap.
func (e *Engine) again(ctx context.Context, j *job) {
	if j.key == rollbackJob {
		e.undoNext(ctx)
		return
	}
	switch e.state.Tasks[j.task].Status {
	case tasks.Active, tasks.Unsure:
		e.proceed(ctx, j.task)
	default:
		e.settleOpen(ctx, j.task)
	}
}

// waitAwake waits in run time. An undo looks, waits and acts in one go: when the lid was
// closed while it waited, it must not act on what it saw before, even if it wakes first.
func (e *Engine) waitAwake(ctx context.Context, d time.Duration) error {
	var watch clock.Watch
	c := e.cfg.Clock
	watch.Tick(c.Wall(), c.Steady())
	if err := c.Wait(ctx, d); err != nil {
		return err
	}
	if gap, away := watch.Tick(c.Wall(), c.Steady()); away && gap.Kind != clock.Stopped { // any long wait looks like that
		return fmt.Errorf("%s: %w", gap, context.Canceled)
	}
	return nil
}
