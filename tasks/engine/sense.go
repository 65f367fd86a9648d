package engine

// sense.go: sensors. Each runs in a worker of its own when it is due and never
// twice at once; what it reads is shown, not journaled.

import (
	"context"
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
	turn   int                // of the newest reading: a report of an older one is worth nothing
	cancel context.CancelFunc // of the newest reading
	since  time.Duration      // steady time at which it began
	waking bool               // not heard since a gap
}

type sensed struct {
	from   *sensing
	turn   int
	update reading.Update
	err    error
}

// sensorTimeout bounds one reading in real time.
const sensorTimeout = 20 * time.Second

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
		rctx, cancel := context.WithTimeout(ctx, sensorTimeout)
		s.busy, s.next, s.cancel, s.since = true, now.Add(s.Every), cancel, e.cfg.Clock.Steady()
		s.turn++
		facts, at, turn := e.state.Values(), e.cfg.Clock.Now(), s.turn
		go func() {
			defer cancel()
			u, err := s.read(rctx, facts, at)
			select {
			case e.inbox.readings <- sensed{s, turn, u, err}:
			case <-e.done: // left behind
			}
		}()
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

// renew gives up a reading of the world before a gap; the next one is due at once.
func (s *sensing) renew() {
	if s.cancel != nil {
		s.cancel()
	}
	s.busy, s.waking, s.next = false, true, time.Time{}
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
		if s.waking && !e.cfg.Still && e.cfg.Clock.Steady()-s.since < sensorTimeout+lookGrace {
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
