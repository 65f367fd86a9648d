package tasks

// schedule.go: the plan against the clock. Pure: plan, state and now in,
// forecast out. Planned times are the plan's; actual times are the journal's and
// are never edited; forecasts slide with the clock.

import (
	"time"

	"tminus/tasks/plan"
)

// Schedule is what the clock says of a run at one moment. All times are run time.
type Schedule struct {
	Tasks  map[string]Forecast
	Finish time.Time     // forecast end of the last task
	Late   time.Duration // Finish against the planned end; negative is early
	Window plan.Window
	// BackOutEnd is when backing out would be finished if it began now.
	BackOutEnd time.Time
	// DecideBy is the last moment at which backing out still ends inside the window.
	DecideBy time.Time
	Current  string // the task being done, or the next one; "" at the end
	Next     string // the one after it
}

// Forecast is one task's times.
type Forecast struct {
	PlannedStart, PlannedEnd time.Time
	Start, End               time.Time     // actual where there is one, else forecast
	Started, Ended           bool          // Start, End are actual
	Late                     time.Duration // End against PlannedEnd
	Slack                    time.Duration // how much it may slip before Finish moves
	Critical                 bool
}

// warnAt is the share of the window before decide-by in which the gauge warns.
const warnAt = 15 * time.Minute

// Closing reports that decide-by is near or past.
func (s Schedule) Closing(now time.Time) bool { return now.Add(warnAt).After(s.DecideBy) }

// NewSchedule computes the schedule at now.
func NewSchedule(p *plan.Plan, s *State, now time.Time) Schedule {
	sc := Schedule{Tasks: make(map[string]Forecast, len(p.Tasks)), Window: p.Window}
	var planned time.Time
	for _, id := range p.Order() {
		t := p.Task(id)
		f := sc.forecast(t, s.Tasks[id], now, later(now, s.Hold.Until))
		sc.Tasks[id] = f
		sc.Finish, planned = later(sc.Finish, f.End), later(planned, f.PlannedEnd)
	}
	sc.Late = sc.Finish.Sub(planned)
	sc.slack(p)
	back := s.BackOut()
	sc.BackOutEnd = now.Add(back)
	sc.DecideBy = p.Window.End.Add(-max(back, p.Rollback.Budget.Duration))
	sc.Current, sc.Next = upcoming(p, s)
	return sc
}

// forecast is one task's times. free is when something may begin at all: now, or the
// expected end of a hold.
func (sc *Schedule) forecast(t *plan.Task, ts *TaskState, now, free time.Time) Forecast {
	f := Forecast{PlannedStart: t.Start.Time, PlannedEnd: t.End.Time}
	length := t.Duration()
	if ts.Claimed {
		f.Start, f.End, f.Started, f.Ended = f.PlannedStart, f.PlannedEnd, true, true
		return f
	}
	switch ts.Status {
	case Waiting, Undone:
		// Nothing of the window begins before it opens; but for that and what the plan
		// calls earliest, a task may begin as soon as those before it have ended.
		f.Start = free
		if !f.PlannedStart.Before(sc.Window.Start.Time) {
			f.Start = later(f.Start, sc.Window.Start.Time)
		}
		if t.Earliest != nil {
			f.Start = later(f.Start, t.Earliest.Time)
		}
		for _, id := range t.After {
			f.Start = later(f.Start, sc.Tasks[id].End)
		}
		f.End = f.Start.Add(length)
	case Done, Skipped:
		f.Start, f.End, f.Started, f.Ended = ts.StartedAt, ts.EndedAt, true, true
	default: // active, checked, failed, aborted, unknown: begun and not ended
		f.Start, f.Started = ts.StartedAt, true
		f.End = later(f.Start.Add(length), now)
	}
	f.Late = f.End.Sub(f.PlannedEnd)
	return f
}

// slack walks backwards: a task may end as late as the earliest latest-start of those after it.
func (sc *Schedule) slack(p *plan.Plan) {
	order := p.Order()
	latest := map[string]time.Time{}
	for n := len(order) - 1; n >= 0; n-- {
		id := order[n]
		end := sc.Finish
		for _, d := range p.Dependents(id) {
			df := sc.Tasks[d]
			if start := latest[d].Add(-df.End.Sub(df.Start)); start.Before(end) {
				end = start
			}
		}
		latest[id] = end
		f := sc.Tasks[id]
		f.Slack = end.Sub(f.End)
		f.Critical = f.Slack <= 0 && !f.Ended
		sc.Tasks[id] = f
	}
}

// upcoming is the task a person should look at now, and the one after it.
func upcoming(p *plan.Plan, s *State) (current, next string) {
	for _, id := range p.Order() {
		if s.Tasks[id].Status.Finished() || s.Tasks[id].Status == Undone {
			continue
		}
		if current == "" {
			current = id
		} else {
			return current, id
		}
	}
	return current, ""
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
