package engine

// hold.go: stopping the plan, by a person or because a gate was not decided in time.

import (
	"fmt"
	"time"

	"tminus/tasks"
)

// longestHold is how far ahead, in run time, a hold may be expected to end: a longer one is a typo.
const longestHold = 24 * time.Hour

func (e *Engine) hold(c tasks.Command) error {
	now, zone := e.cfg.Clock.Now(), e.plan.Zone
	switch {
	case !c.Until.After(now):
		return tasks.Refusal{Sentence: fmt.Sprintf("a hold ends later than now: it is %s, %s has passed", now.In(zone).Format("15:04 MST"), c.Until.In(zone).Format("2 Jan 15:04"))}
	case c.Until.Sub(now) > longestHold:
		return tasks.Refusal{Sentence: fmt.Sprintf("%s is more than %d h ahead: say when the hold is looked at again", c.Until.In(zone).Format("2 Jan 2006 15:04"), int(longestHold.Hours()))}
	}
	until := c.Until
	e.record(c.By, tasks.HoldStarted{Reason: c.Text, Until: &until})
	return nil
}

// deadline holds the plan for a gate that nobody decided in time; it reports whether it did.
func (e *Engine) deadline() bool {
	if e.cfg.Still || e.failure != nil {
		return false
	}
	h, due := e.state.Deadline(e.plan, e.cfg.Clock.Now())
	return due && e.record(tasks.ActorEngine, h)
}

// decide records the answer at a gate. A go where the plan was held for want of one ends the hold.
func (e *Engine) decide(c tasks.Command) {
	if e.record(c.By, tasks.Decided{Task: c.Task, Go: c.Go, Note: c.Text}) {
		e.endHold(c.By)
	}
}

// endHold ends the hold of a gate that is decided by now.
func (e *Engine) endHold(by string) {
	h := e.state.Hold
	if gate := e.state.Tasks[h.Task]; h.On() && gate != nil && gate.Status == tasks.Done { // an amendment may have taken it out
		e.record(by, tasks.HoldEnded{Note: "go at " + h.Task})
	}
}
