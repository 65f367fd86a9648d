package export

// source.go: what is exported, and which times of a task are what.

import (
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// Source is what is exported: a plan, and where a run of it stands.
type Source struct {
	written  *plan.Plan // times as the plan file has them
	plan     *plan.Plan // times as the run is flown
	state    *tasks.State
	schedule tasks.Schedule
	now      time.Time
	flown    bool // there is a run
}

// OfRun is a run at a moment of its own time: its plan in force as the file has it, and as
// it is flown, which may be on another day.
func OfRun(written, flown *plan.Plan, s *tasks.State, now time.Time) Source {
	return Source{written: written, plan: flown, state: s, schedule: tasks.NewSchedule(flown, s, now), now: now, flown: true}
}

// OfPlan is a plan that nobody has flown; now is when it is exported.
func OfPlan(p *plan.Plan, now time.Time) Source {
	return Source{written: p, plan: p, state: tasks.NewState(p), now: now}
}

// Rehearsed reports a run in the pretend world: its times, and what it learnt, are pretend too.
func (s Source) Rehearsed() bool { return s.flown && s.state.Mode == tasks.RehearsalRun }

// Contact reports whether the plan has a contact with the id.
func (s Source) Contact(id string) bool { return s.plan.Contact(id) != nil }

// status is where a task stands.
func (s Source) status(id string) tasks.Status {
	if t := s.state.Tasks[id]; t != nil {
		return t.Status
	}
	return tasks.Waiting
}

// actual is when a task began and ended, in run time; zero where it did not. What the
// document calls completed has no actual times: nobody saw it. A rolled back task ended when
// it was taken back.
func (s Source) actual(id string) (start, end time.Time) {
	t := s.state.Tasks[id]
	if t == nil || t.Claimed || t.Status == tasks.Waiting || t.Status == tasks.Skipped && t.Attempt == 0 {
		return
	}
	switch t.Status {
	case tasks.Done, tasks.Skipped, tasks.Failed, tasks.Aborted, tasks.Undone:
		return t.StartedAt, t.EndedAt
	}
	return t.StartedAt, time.Time{}
}

// filed is an instant of a task in the dates of the plan file. A rehearsal plays the day of
// the plan on another day; what happened live happened when it did.
func (s Source) filed(id string, at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	if written, flown := s.written.Task(id), s.plan.Task(id); s.Rehearsed() && written != nil && flown != nil {
		at = at.Add(written.Start.Sub(flown.Start.Time))
	}
	return at.In(s.zone())
}

func (s Source) zone() *time.Location {
	if s.plan.Zone == nil {
		return time.UTC
	}
	return s.plan.Zone
}
