package cli

// auto.go: the pilot without a terminal. It plays the people of a rehearsal: it
// starts what is ready at its planned time, says go at gates and gives the
// sign-offs, all as the actor "rehearsal". One line per event goes to stdout.

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

// auto flies a session to released, failed or rolled back.
type auto struct {
	session Session
	out     io.Writer
	back    bool // roll back when a task fails
	printed int  // events told so far

	refusedAt    int       // number of events when a command was first refused
	refusedSince time.Time // real time of that
}

// patience is how long, in real time, a refusal is asked again while nothing happens.
const patience = 30 * time.Second

func (a *auto) fly(ctx context.Context) error {
	for snap, now := a.session.First, a.session.First.Now; ; {
		a.tell(snap)
		if end, err := ended(snap, now, a.back); end {
			return err
		}
		if c, ok := next(snap, now, a.back); ok {
			if err := a.ask(snap, c); err != nil {
				return cmp.Or(ctx.Err(), err)
			}
		}
		start := due(snap, now)
		select {
		case snap = <-a.session.Slot.Newest():
			now = snap.Now
		case <-until(snap, start):
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

// until is a channel that tells when the planned start has come; nil when there is none.
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
