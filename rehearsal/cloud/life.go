package cloud

// life.go: the course of an instance, derived from what was asked of it and when.
//
// An order (run, stop, terminate) takes a while; before that the instance is on its way, after that it is there. So
// the state at any time follows from the last order alone, and pretend time needs nobody to push it along.

import (
	"time"
)

// Durations as people see them at AWS, in pretend time.
const (
	pendingLow, pendingHigh   = 15 * time.Second, 30 * time.Second
	checksLow, checksHigh     = 2 * time.Minute, 3 * time.Minute
	consoleLow, consoleHigh   = 60 * time.Second, 90 * time.Second
	stoppingLow, stoppingHigh = 20 * time.Second, 40 * time.Second
	shuttingLow, shuttingHigh = 25 * time.Second, 35 * time.Second
	remembered                = time.Hour // a terminated instance stays visible so long
)

type order string

const (
	orderRun       order = "run"
	orderStop      order = "stop"
	orderTerminate order = "terminate"
)

// life is what was asked of an instance, and how long its next stages take.
type life struct {
	Order     order         `json:"order"`
	OrderedAt time.Time     `json:"ordered_at"`
	Takes     time.Duration `json:"takes"`   // until the order is carried out
	Checks    time.Duration `json:"checks"`  // from running until status checks are ok
	Console   time.Duration `json:"console"` // from first running until console output is posted
	Rebooted  time.Time     `json:"rebooted,omitzero"`
	Up        []span        `json:"up,omitempty"` // when it ran, oldest first
}

// span is a time in which an instance ran; To is zero while it lasts.
type span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// lifeState is an EC2 instance state with its code.
type lifeState struct {
	code int
	name string
}

// The codes are AWS's.
func pendingState() lifeState    { return lifeState{0, "pending"} }
func runningState() lifeState    { return lifeState{16, "running"} }
func shuttingState() lifeState   { return lifeState{32, "shutting-down"} }
func terminatedState() lifeState { return lifeState{48, "terminated"} }
func stoppingState() lifeState   { return lifeState{64, "stopping"} }
func stoppedState() lifeState    { return lifeState{80, "stopped"} }

func (l *life) at(now time.Time) lifeState {
	done := !now.Before(l.OrderedAt.Add(l.Takes))
	switch {
	case l.Order == orderRun && done:
		return runningState()
	case l.Order == orderRun:
		return pendingState()
	case l.Order == orderStop && done:
		return stoppedState()
	case l.Order == orderStop:
		return stoppingState()
	case done:
		return terminatedState()
	default:
		return shuttingState()
	}
}

// give records an order and closes or opens the span of running.
func (l *life) give(o order, now time.Time, takes time.Duration) {
	l.Order, l.OrderedAt, l.Takes = o, now, takes
	if o == orderRun {
		l.Up = append(l.Up, span{From: now.Add(takes)})
		return
	}
	if n := len(l.Up); n > 0 && l.Up[n-1].To.IsZero() {
		if now.After(l.Up[n-1].From) {
			l.Up[n-1].To = now
		} else {
			l.Up = l.Up[:n-1] // it was stopped before it ever ran
		}
	}
}

// booted is when the kernel last started: the zero time unless the instance is running.
func (l *life) booted(now time.Time) time.Time {
	if l.at(now) != runningState() {
		return time.Time{}
	}
	from := l.Up[len(l.Up)-1].From
	if l.Rebooted.After(from) {
		return l.Rebooted
	}
	return from
}

// checksOK is when the status checks of the present boot are, or were, through.
func (l *life) checksOK(now time.Time) time.Time { return l.booted(now).Add(l.Checks) }

// consolePosted is when the console output of the first boot appeared; false if that boot did not last so long.
func (l *life) consolePosted() (time.Time, bool) {
	if len(l.Up) == 0 {
		return time.Time{}, false
	}
	first := l.Up[0]
	posted := first.From.Add(l.Console)
	return posted, first.To.IsZero() || first.To.After(posted)
}

// gone is when a terminated instance stops being shown; false for all others.
func (l *life) gone() (time.Time, bool) {
	return l.OrderedAt.Add(l.Takes + remembered), l.Order == orderTerminate
}
