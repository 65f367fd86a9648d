package tasks

// hold.go: stopping the plan on purpose. While a hold lasts, what runs goes on to
// its end and nothing else begins; the wall clock runs on, and forecasts slide.

import (
	"fmt"
	"time"

	"tminus/tasks/plan"
)

// Hold is a stop of the plan.
type Hold struct {
	By     string
	Reason string
	Since  time.Time // run time; zero = the plan is not held
	Until  time.Time // its expected end, run time; zero = nobody knows (a gate's deadline)
	Task   string    // the gate whose deadline passed undecided, "" = a person held it
}

// On reports whether the plan is held.
func (h Hold) On() bool { return !h.Since.IsZero() }

// Over is how long the hold lasts beyond its expected end; not positive while it does not.
func (h Hold) Over(now time.Time) time.Duration {
	if h.Until.IsZero() {
		return 0
	}
	return now.Sub(h.Until)
}

// hold stops the plan. A gate is overdue by its deadline as it is now: one that an amendment has moved to later passes again.
func (s *State) hold(p *plan.Plan, b HoldStarted, e Event) {
	s.Hold = Hold{By: e.By, Reason: b.Reason, Since: e.Run, Task: b.Task}
	if b.Until != nil {
		s.Hold.Until = *b.Until
	}
	if t := s.Tasks[b.Task]; t != nil {
		gate := p.Task(b.Task)
		t.Overdue = gate.Deadline == nil || !e.Run.Before(gate.Deadline.Time)
	}
}

// Deadline is the hold that a gate demands because its deadline passed undecided;
// ok false when none does. A gate demands it once: resuming is a decision too.
func (s *State) Deadline(p *plan.Plan, now time.Time) (h HoldStarted, ok bool) {
	if s.Hold.On() || s.Rollback.Locked() || s.Released {
		return HoldStarted{}, false
	}
	for _, t := range p.Tasks {
		ts := s.Tasks[t.ID]
		if !t.Gate || t.Deadline == nil || ts.Status != Waiting || ts.Overdue || now.Before(t.Deadline.Time) {
			continue
		}
		return HoldStarted{Task: t.ID, Reason: fmt.Sprintf("%s was not decided by %s", t.ID, t.Deadline.In(p.Zone).Format("15:04 MST"))}, true
	}
	return HoldStarted{}, false
}

func (s *State) mayHold(c Command) error {
	switch {
	case s.Released:
		return refuse("the run is released: there is nothing left to hold")
	case s.Rollback.Locked():
		return refuse("the plan is locked by the rollback: nothing begins anyway")
	case s.Hold.On():
		return refuse("the plan is held already, by %s: H resumes it", s.Hold.By)
	case c.Until.IsZero():
		return refuse("a hold needs its expected end")
	}
	return need(c.Text, "a hold needs a reason")
}

func (s *State) mayResume() error {
	if !s.Hold.On() {
		return refuse("the plan is not held")
	}
	return nil
}

// heldFor refuses to begin a task while the plan is held; an on-demand one is no part of
// what is held: a hold is when somebody may want a test instance, or one more look.
func (s *State) heldFor(t *plan.Task) error {
	if t.OnDemand {
		return nil
	}
	return s.held()
}

// held refuses to begin something while the plan is held.
func (s *State) held() error {
	if !s.Hold.On() {
		return nil
	}
	return refuse("the plan is held by %s (%s): H resumes it", s.Hold.By, s.Hold.Reason)
}
