package tasks

// schedule_project.go: where every task lies in time, forwards through the dependencies,
// and how much of it may slip, backwards. A projection may be asked "what if": one task
// ends later, or is dropped.

import (
	"time"

	"tminus/tasks/plan"
)

// projection is a plan and a state at one moment. All times are run time.
type projection struct {
	plan  *plan.Plan
	state *State
	graph *plan.Graph
	now   time.Time
	slip  int           // what if: the task that ends later, by its index; -1 = none does
	by    time.Duration // how much later; negative is earlier
	drop  int           // what if: the task that is skipped; -1 = none is
}

func newProjection(p *plan.Plan, s *State, now time.Time) *projection {
	return &projection{plan: p, state: s, graph: p.Graph(), now: now, slip: -1, drop: -1}
}

// task is what the state tells of a task; one it does not tell of waits.
func (pr *projection) task(i int) TaskState {
	if ts := pr.state.Tasks[pr.plan.Tasks[i].ID]; ts != nil {
		return *ts
	}
	return TaskState{Status: Waiting}
}

// times is each task's forecast, by index; its slack is not known yet.
func (pr *projection) times() []Forecast {
	times := make([]Forecast, len(pr.plan.Tasks))
	free := later(pr.now, pr.state.Hold.Until) // nothing begins before a hold is expected to end
	for _, i := range pr.graph.Order {
		f := pr.forecast(i, times, free)
		if i == pr.slip {
			if !f.Started {
				f.Start = f.Start.Add(max(pr.by, 0))
			}
			f.End = f.End.Add(pr.by)
		}
		f.Late = f.End.Sub(f.PlannedEnd)
		times[i] = f
	}
	return times
}

// forecast is one task's times, once those before it have theirs.
func (pr *projection) forecast(i int, times []Forecast, free time.Time) Forecast {
	t, ts := &pr.plan.Tasks[i], pr.task(i)
	f := Forecast{BaselineStart: t.Start.Time, BaselineEnd: t.End.Time, PlannedStart: t.Start.Time, PlannedEnd: t.End.Time}
	if was, amended := pr.state.Baseline[t.ID]; amended {
		f.BaselineStart, f.BaselineEnd = was.Start, was.End
	}
	length := t.Duration()
	if i == pr.drop {
		length = 0
	}
	switch {
	case ts.Claimed:
		f.Start, f.End, f.Started, f.Ended = f.PlannedStart, f.PlannedEnd, true, true
	case ts.Status == Done, ts.Status == Skipped:
		f.Start, f.End, f.Started, f.Ended = ts.StartedAt, ts.EndedAt, true, true
	case ts.Status == Waiting, ts.Status == Undone:
		// Nothing of the window begins before it opens; but for that and what the plan
		// calls earliest, a task may begin as soon as those before it have ended.
		f.Start = free
		if opens := pr.plan.Window.Start.Time; !f.PlannedStart.Before(opens) {
			f.Start = later(f.Start, opens)
		}
		if t.Earliest != nil {
			f.Start = later(f.Start, t.Earliest.Time)
		}
		for _, before := range pr.graph.After[i] {
			f.Start = later(f.Start, times[before].End)
		}
		f.End = f.Start.Add(length)
	default: // active, checked, failed, aborted, unknown: begun and not ended
		f.Start, f.Started = ts.StartedAt, true
		f.End = later(f.Start.Add(length+ts.idle(pr.now)), pr.now)
	}
	return f
}

// slack walks backwards: a task may end as late as the earliest latest-start of those
// that wait for it. What has started waits for nobody any more.
func (pr *projection) slack(times []Forecast, finish time.Time) {
	latest := make([]time.Time, len(times)) // by task: when it may end
	for n := len(pr.graph.Order) - 1; n >= 0; n-- {
		i := pr.graph.Order[n]
		end := finish
		for _, next := range pr.graph.Next[i] {
			f := times[next]
			if start := latest[next].Add(-f.End.Sub(f.Start)); !f.Started && start.Before(end) {
				end = start
			}
		}
		latest[i] = end
		f := &times[i]
		f.Slack = end.Sub(f.End)
		f.Critical = f.Slack <= 0 && !f.Ended
	}
}
