package tasks

// schedule_clock.go: the two countdowns. The plan's clock stands still while the plan is
// held, the wall's does not: the distance between them is what the holds have cost.

import "time"

// Clock is the countdown of a run.
type Clock struct {
	// T is the plan's clock: how far it is to To as planned, with all held time taken out;
	// negative is past due. It stands still during a hold and jumps only when To changes.
	T time.Duration
	// L is the wall's clock: how far it is to the planned end of the last task; negative is
	// past it. Holds do not stop it.
	L time.Duration
	// To is the task to whose planned start T counts, or to its planned end when Ends; ""
	// when nothing is left: T then counts to the planned end of the last task.
	To   string
	Ends bool
	// Held is how long the plan has been held so far, the present hold included.
	Held time.Duration
}

// clock sets the countdown at now; end is the planned end of the last task.
func (sc Schedule) clock(s *State, now, end time.Time) Clock {
	current := s.Tasks[sc.Current]
	c := Clock{L: end.Sub(now), Held: s.HeldFor(now)}
	target := end
	switch f := sc.Tasks[sc.Current]; {
	case sc.Current == "":
	case current != nil && current.Status.Stopped(): // nothing is next before somebody has gone on with it
		c.To, c.Ends, target = sc.Current, true, f.PlannedEnd
	case !f.Started:
		c.To, target = sc.Current, f.PlannedStart
	case sc.Next != "" && !sc.Tasks[sc.Next].Started:
		c.To, target = sc.Next, sc.Tasks[sc.Next].PlannedStart
	default:
		c.To, c.Ends, target = sc.Current, true, f.PlannedEnd
	}
	c.T = target.Sub(now) + c.Held
	return c
}

// HeldFor is how long the plan has been held until now: ended holds and the present one.
func (s *State) HeldFor(now time.Time) time.Duration {
	var sum time.Duration
	var since time.Time
	for i := range s.Events {
		switch s.Events[i].Body.(type) {
		case HoldStarted:
			since = s.Events[i].Run
		case HoldEnded:
			if !since.IsZero() {
				sum += s.Events[i].Run.Sub(since)
			}
			since = time.Time{}
		}
	}
	if !since.IsZero() {
		sum += max(now.Sub(since), 0)
	}
	return sum
}
