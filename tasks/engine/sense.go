package engine

// sense.go: sensors. Each runs in a worker of its own when it is due and never
// twice at once; what it reads is shown, not journaled.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// sensing is a sensor and when it is due.
type sensing struct {
	tasks.Sensor
	busy   bool
	next   time.Time
	turn   int                     // of the newest reading: a report of an older one is worth nothing
	cancel context.CancelCauseFunc // of the newest reading
	since  time.Duration           // steady time at which it began
	spared time.Duration           // of its time: somebody was being asked
	waking bool                    // not heard since a gap
}

type sensed struct {
	from   *sensing
	turn   int
	update reading.Update
	err    error
}

// sensorTimeout bounds one reading in real time, but for the time that a person needs to
// answer a question: the reading may need the answer.
const sensorTimeout = 20 * time.Second

// late is a reading that took longer.
type late struct{}

func (late) Error() string { return fmt.Sprintf("no answer within %s", sensorTimeout) }

// Failure makes it what it looks like from here.
func (late) Failure() reading.Failure { return reading.Failure{Kind: reading.Unreachable} }

// sense starts the sensors that are due.
func (e *Engine) sense(ctx context.Context) {
	if ctx.Err() != nil || e.cfg.Still {
		return
	}
	for _, s := range e.sensing {
		now := e.cfg.Clock.Now()
		if s.Real {
			now = e.cfg.Clock.Wall()
		}
		if s.busy || now.Before(s.next) {
			continue
		}
		rctx, cancel := context.WithCancelCause(ctx)
		s.busy, s.next, s.cancel, s.since, s.spared = true, now.Add(s.Every), cancel, e.cfg.Clock.Steady(), 0
		s.turn++
		facts, at, turn := e.state.Values(), e.cfg.Clock.Now(), s.turn
		go func() {
			defer cancel(nil)
			u, err := s.read(rctx, facts, at)
			if err != nil && errors.Is(context.Cause(rctx), late{}) {
				err = late{}
			}
			select {
			case e.inbox.readings <- sensed{s, turn, u, err}:
			case <-e.done: // left behind
			}
		}()
	}
}

// hurry ends the readings that take too long. It is called with each tick.
func (e *Engine) hurry() {
	asking, now := e.cfg.Desk.oldest() != nil, e.cfg.Clock.Steady()
	for _, s := range e.sensing {
		switch {
		case !s.busy:
		case asking && s.spared < longestAnswer:
			s.spared += tick
		case now-s.since-s.spared > sensorTimeout:
			s.cancel(late{})
		}
	}
}

// read takes one reading. What a sensor makes of hostile input must not end the run.
func (s *sensing) read(ctx context.Context, facts map[string]string, now time.Time) (u reading.Update, err error) {
	defer func() {
		if p := recover(); p != nil {
			u, err = nil, fmt.Errorf("%s: the program made a mistake here: %v", s.Name, p)
		}
	}()
	return s.Read(ctx, facts, now)
}

// renew gives up a reading of the world as it was; the next one is due at once.
func (s *sensing) renew() {
	if s.cancel != nil {
		s.cancel(nil)
	}
	s.busy, s.next = false, time.Time{}
}

// heard reports whether this is what the sensor was last asked for.
func (s *sensing) heard(r sensed) bool {
	if r.turn != s.turn {
		return false
	}
	s.busy, s.waking = false, false
	return true
}

// waking names the sensors that were not heard since a gap. One that does not even heed
// the end of its time is not waited for.
func (e *Engine) waking() []string {
	var names []string
	for _, s := range e.sensing {
		if s.waking && !e.cfg.Still && e.cfg.Clock.Steady()-s.since-s.spared < sensorTimeout+lookGrace {
			names = append(names, s.Name)
		}
	}
	return names
}

func (e *Engine) anySensing() bool {
	for _, s := range e.sensing {
		if s.busy {
			return true
		}
	}
	return false
}

func (e *Engine) take(s sensed) {
	if !s.from.heard(s) {
		return
	}
	if s.err != nil {
		e.shown.readings.Failures[s.from.Name] = tasks.FailureOf(s.err, sentence(s.err), e.shown.readings.Failures[s.from.Name], e.cfg.Clock.Now())
		return
	}
	delete(e.shown.readings.Failures, s.from.Name)
	if s.update != nil {
		s.update(&e.shown.readings)
	}
}
