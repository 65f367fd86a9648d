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
	// WarnFrom is when the window's warning band begins; it ends at DecideBy.
	WarnFrom time.Time
	// Demand is the go/no-go that passing DecideBy asks for, as a sentence. It is ""
	// before, once somebody said go after that moment, and when nothing goes on any more.
	Demand  string
	Clock   Clock
	Current string // the task being done, or the next one; "" at the end
	Next    string // the one after it
}

// Forecast is one task's times.
type Forecast struct {
	BaselineStart, BaselineEnd time.Time     // as planned when the run opened
	PlannedStart, PlannedEnd   time.Time     // as amended since
	Start, End                 time.Time     // actual where there is one, else forecast
	Started, Ended             bool          // Start, End are actual
	Late                       time.Duration // End against PlannedEnd
	Slack                      time.Duration // how much it may slip before Finish moves
	Critical                   bool          // it has no slack, and has not ended
}

// NewSchedule computes the schedule at now. It answers for any state: a task that the
// state does not tell of waits, a dependency that the plan does not hold delays nobody.
func NewSchedule(p *plan.Plan, s *State, now time.Time) Schedule {
	return newProjection(p, s, now).schedule()
}

// schedule bundles what the projection comes to.
func (pr *projection) schedule() Schedule {
	times := pr.times()
	p, s := pr.plan, pr.state
	sc := Schedule{Tasks: make(map[string]Forecast, len(p.Tasks)), Window: p.Window}
	var planned time.Time
	for _, f := range times {
		sc.Finish, planned = later(sc.Finish, f.End), later(planned, f.PlannedEnd)
	}
	sc.Late = sc.Finish.Sub(planned)
	pr.slack(times, sc.Finish)
	for i, f := range times {
		sc.Tasks[p.Tasks[i].ID] = f
	}
	back := s.BackOut()
	sc.BackOutEnd = pr.now.Add(back)
	sc.DecideBy = p.Window.End.Add(-max(back, p.Rollback.Budget.Duration))
	sc.WarnFrom = sc.DecideBy.Add(-warnAhead(p.Window))
	sc.Current, sc.Next = pr.upcoming()
	sc.Demand = sc.demand(p, s, pr.now)
	sc.Clock = sc.clock(s, pr.now, planned)
	return sc
}

// upcoming is the task a person should look at now, and the one after it.
func (pr *projection) upcoming() (current, next string) {
	for _, i := range pr.graph.Order {
		if st := pr.task(i).Status; st.Finished() || st == Undone {
			continue
		}
		if current != "" {
			return current, pr.plan.Tasks[i].ID
		}
		current = pr.plan.Tasks[i].ID
	}
	return current, ""
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
