package cli

// auto.go: flying without a terminal: whoever decides is a crew, asked at each
// snapshot. One line per event goes to stdout.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tminus/tasks"
	"tminus/ui"
)

// crew decides. Its methods are pure functions of a snapshot and a moment in run time.
type crew interface {
	// next is what to ask of the engine now, if anything.
	next(s *tasks.Snapshot, now time.Time) (tasks.Command, bool)
	// due is the moment at which next may answer otherwise though nothing has happened; zero = none.
	due(s *tasks.Snapshot, now time.Time) time.Time
	// ended reports whether the crew is done, and how it ended.
	ended(s *tasks.Snapshot, now time.Time) (bool, error)
}

// auto flies a session for a crew.
type auto struct {
	session Session
	out     io.Writer
	seen    *tasks.Snapshot // the newest one
	printed int             // events told so far

	refusedAt    int       // number of events when a command was first refused
	refusedSince time.Time // real time of that
}

// patience is how long, in real time, a refusal is asked again while nothing happens.
const patience = 30 * time.Second

// fly goes on until the crew is done. Nobody plays the people of a live run.
func (a *auto) fly(ctx context.Context, crew crew) error {
	if _, plays := crew.(people); plays && a.seen.State.Mode == tasks.LiveRun {
		return code(Usage, errors.New("--auto plays the people of a rehearsal, and this run is live: without --auto it opens in the cockpit"))
	}
	for now := a.seen.Now; ; {
		a.tell(a.seen)
		if end, err := crew.ended(a.seen, now); end {
			return err
		}
		if c, ok := crew.next(a.seen, now); ok {
			if err := a.ask(a.seen, c); err != nil {
				return cmp.Or(ctx.Err(), err)
			}
		}
		start := crew.due(a.seen, now)
		select {
		case a.seen = <-a.session.Slot.Newest():
			now = a.seen.Now
		case <-until(a.seen, start):
			now = start // the snapshot is the newest there is; only time has passed
		case <-a.session.Done:
			return cmp.Or(a.session.Err(), ctx.Err())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ask sends a command. A refusal may come of a snapshot that is a moment old; one
// that stands while nothing happens is the end.
func (a *auto) ask(s *tasks.Snapshot, c tasks.Command) error {
	err := a.session.Send(c)
	if !errors.As(err, new(tasks.Refusal)) {
		return err
	}
	if events := len(s.State.Events); a.refusedAt != events {
		a.refusedAt, a.refusedSince = events, s.Wall
	}
	if s.Wall.Sub(a.refusedSince) < patience {
		return nil
	}
	return code(TaskFailed, fmt.Errorf("nothing goes on: %w", err))
}

// until is a channel that tells when a moment has come; nil when there is none.
func until(s *tasks.Snapshot, start time.Time) <-chan time.Time {
	if start.IsZero() || s.Speed <= 0 || s.Paused {
		return nil
	}
	return time.After(time.Duration(float64(start.Sub(s.Now)) / s.Speed))
}

func (a *auto) tell(s *tasks.Snapshot) {
	for _, e := range s.State.Events[min(a.printed, len(s.State.Events)):] {
		fmt.Fprintln(a.out, ui.Told(s, e))
	}
	a.printed = len(s.State.Events)
}
