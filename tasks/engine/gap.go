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
	}
	if e.cfg.Wake != nil {
		e.cfg.Wake()
	}
	e.sense(ctx)
	return true
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
