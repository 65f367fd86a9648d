package tasks

// schedule_window.go: the window as a gauge. It warns before the moment to decide, and
// once that has passed it asks: going on means that no way back ends inside any more.

import (
	"fmt"
	"time"

	"tminus/tasks/plan"
)

// Band is the part of the window in which a moment lies.
type Band string

// The bands, in their order. The window opens, warns, has to be decided, and is over.
const (
	BandBefore  Band = "before the window"
	BandOpen    Band = "open"
	BandWarning Band = "decide soon"
	BandDecide  Band = "past decide-by"
	BandOver    Band = "over"
)

// warnAhead is how long before decide-by the gauge warns: an eighth of the window, a
// quarter of an hour in one of two hours.
func warnAhead(w plan.Window) time.Duration { return max(w.End.Sub(w.Start.Time), 0) / 8 }

// Closing reports that decide-by is near or past.
func (sc Schedule) Closing(now time.Time) bool { return now.After(sc.WarnFrom) }

// Band says in which part of the window a moment lies. A way back that takes longer than
// the window leaves no open band: it was to be decided before.
func (sc Schedule) Band(at time.Time) Band {
	switch {
	case !at.Before(sc.Window.End.Time):
		return BandOver
	case !at.Before(sc.DecideBy):
		return BandDecide
	case sc.Closing(at):
		return BandWarning
	case at.Before(sc.Window.Start.Time):
		return BandBefore
	}
	return BandOpen
}

// Share is where a moment stands on the gauge: 0 where the window begins, 1 where it
// ends, less or more outside it. WarnFrom and DecideBy are the marks between.
func (sc Schedule) Share(at time.Time) float64 {
	length := sc.Window.End.Sub(sc.Window.Start.Time)
	if length <= 0 {
		return 0
	}
	return float64(at.Sub(sc.Window.Start.Time)) / float64(length)
}

// Outside is how much of the forecast lies after the window; 0 when it ends inside.
func (sc Schedule) Outside() time.Duration { return max(sc.Finish.Sub(sc.Window.End.Time), 0) }

// demand is the go/no-go that is asked for at now; "" = none is.
func (sc Schedule) demand(p *plan.Plan, s *State, now time.Time) string {
	if now.Before(sc.DecideBy) || sc.Current == "" || s.Ended() || s.Rollback.Locked() || s.goneOn(sc.DecideBy) {
		return ""
	}
	end := "after the window"
	if over := sc.BackOutEnd.Sub(p.Window.End.Time); over <= 0 {
		end = "inside the window only if all goes well" // what was made is quickly undone; the planned budget says otherwise
	} else if over >= time.Minute {
		end = words(over) + " after the window"
	}
	return fmt.Sprintf("decide by %s has passed: a back-out begun now ends %s, %s. Go on, or back out?",
		clockIn(p, sc.DecideBy), clockIn(p, sc.BackOutEnd), end)
}

// goneOn reports whether somebody said go at a moment or later, and did not take it back.
func (s *State) goneOn(since time.Time) bool {
	for n := len(s.Events) - 1; n >= 0 && !s.Events[n].Run.Before(since); n-- {
		if b, ok := s.Events[n].Body.(Decided); ok && b.Go && !s.Retracted(s.Events[n].Seq) {
			return true
		}
	}
	return false
}

// clockIn is a moment as the plan's walls show it.
func clockIn(p *plan.Plan, at time.Time) string {
	if p.Zone == nil {
		return at.UTC().Format("15:04 MST")
	}
	return at.In(p.Zone).Format("15:04 MST")
}

// words is a length of time in minutes: "45 min", "1 h 05 min".
func words(d time.Duration) string {
	switch minutes := int64(d.Abs().Round(time.Minute) / time.Minute); {
	case d.Abs() < time.Minute:
		return fmt.Sprintf("%d s", int64(d.Abs()/time.Second))
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	default:
		return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
	}
}
