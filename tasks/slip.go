package tasks

// slip.go: a slip looked at before anybody agrees to it: what moves, and where the day
// then ends. Pure: nothing changes by looking.

import (
	"time"

	"tminus/tasks/plan"
)

// longestSlip bounds what a preview is asked about: beyond it, it is another plan.
const longestSlip = 30 * 24 * time.Hour

// Span is a stretch of run time.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Move is a task that lies elsewhere in time because another one does.
type Move struct {
	Task     string
	From, To Span
}

// By is how much later the task ends; negative is earlier.
func (m Move) By() time.Duration { return m.To.End.Sub(m.From.End) }

// SlipPreview is what a slip of one task would come to. All times are run time.
type SlipPreview struct {
	Task    Move          // the task that slips
	Moved   []Move        // what waits for it, directly or not, and moves; each after what it waits for
	After   Schedule      // the whole schedule with the slip
	Before  time.Time     // forecast end of the last task without it
	Finish  time.Time     // and with it
	Outside time.Duration // how much of that lies after the window; 0 = it ends inside
	// NoWayBack: the task ends after decide-by, so that what it does cannot be backed out inside the window.
	NoWayBack bool
	Options   []Option
}

// Slip previews that a task ends later than its forecast says, or, by being negative,
// earlier. One that has not begun also starts as much later, but never earlier than it can.
// An unknown task, an ended one, and an end before now or before the start are refused.
func Slip(p *plan.Plan, s *State, now time.Time, task string, by time.Duration) (SlipPreview, error) {
	pr := newProjection(p, s, now)
	i, f, err := pr.open(task)
	switch {
	case err != nil:
		return SlipPreview{}, err
	case by.Abs() > longestSlip:
		return SlipPreview{}, refuse("a slip of %s is another plan: amend it", words(by))
	case f.End.Add(by).Before(later(f.Start, now)):
		return SlipPreview{}, refuse("%s cannot end before %s", task, clockIn(p, later(f.Start, now)))
	}
	before := pr.times()
	slipped := pr.slipped(i, by)
	v := SlipPreview{After: slipped.schedule(), Before: finish(before)}
	after := slipped.times()
	v.Task, v.Moved = pr.moves(i, before, after)
	v.Finish, v.Outside = v.After.Finish, v.After.Outside()
	v.NoWayBack = v.Task.To.End.After(v.After.DecideBy)
	v.Options = slipped.options(v)
	return v, nil
}

// SlipTo is Slip with the new end instead of the distance to it.
func SlipTo(p *plan.Plan, s *State, now time.Time, task string, end time.Time) (SlipPreview, error) {
	_, f, err := newProjection(p, s, now).open(task)
	if err != nil {
		return SlipPreview{}, err
	}
	return Slip(p, s, now, task, end.Sub(f.End))
}

// Delays are the tasks that a late one delays and that have not begun: where they would
// lie had it ended as planned, everything else being as it is, and where they lie because
// it did not. None is delayed by a task that is on time.
func Delays(p *plan.Plan, s *State, now time.Time, task string) []Move {
	pr := newProjection(p, s, now)
	i := pr.index(task)
	if i < 0 {
		return nil
	}
	today := pr.times()
	f := today[i]
	if f.Late <= 0 {
		return nil
	}
	// Both are looked at from the moment at which it should have ended: later, those
	// behind it could not have begun any more in either, and nothing would be its fault.
	if f.PlannedEnd.Before(now) {
		pr.now = f.PlannedEnd
	}
	then := pr.times()[i].End
	_, moved := pr.moves(i, pr.slipped(i, f.PlannedEnd.Sub(then)).times(), pr.slipped(i, f.End.Sub(then)).times())
	for n := range moved {
		m := &moved[n]
		lies, by := today[pr.index(m.Task)], m.By()
		m.From, m.To = Span{lies.Start.Add(-by), lies.End.Add(-by)}, Span{lies.Start, lies.End}
	}
	return moved
}

// index is where the task stands in the plan; -1 = it does not.
func (pr *projection) index(task string) int {
	for i := range pr.plan.Tasks {
		if pr.plan.Tasks[i].ID == task {
			return i
		}
	}
	return -1
}

// open is a task that has not ended, with its forecast.
func (pr *projection) open(task string) (int, Forecast, error) {
	i := pr.index(task)
	if i < 0 && pr.plan.Task(task) != nil {
		return -1, Forecast{}, refuse("%s is on demand: it has no time that could slip", task)
	} else if i < 0 {
		return -1, Forecast{}, refuse("the plan has no task %q", task)
	}
	f := pr.times()[i]
	if f.Ended {
		return -1, Forecast{}, refuse("%s ended %s: what happened does not slip", task, clockIn(pr.plan, f.End))
	}
	return i, f, nil
}

// slipped is the same moment, but that the task ends later.
func (pr *projection) slipped(i int, by time.Duration) *projection {
	what := *pr
	what.slip, what.by = i, by
	return &what
}

// moves are the task's own move and those of the tasks behind it, in the graph's order.
func (pr *projection) moves(i int, before, after []Forecast) (own Move, behind []Move) {
	for _, n := range pr.graph.Order {
		from, to := before[n], after[n]
		m := Move{pr.plan.Tasks[n].ID, Span{from.Start, from.End}, Span{to.Start, to.End}}
		switch {
		case n == i:
			own = m
		case !from.End.Equal(to.End) || !from.Start.Equal(to.Start):
			behind = append(behind, m)
		}
	}
	return own, behind
}

func finish(times []Forecast) time.Time {
	var end time.Time
	for _, f := range times {
		end = later(end, f.End)
	}
	return end
}
