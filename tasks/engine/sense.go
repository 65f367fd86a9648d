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
	busy bool
	next time.Time
}

type sensed struct {
	from   *sensing
	update reading.Update
	err    error
}

// sensorTimeout bounds one reading in real time.
const sensorTimeout = 20 * time.Second

func (e *Engine) sense(ctx context.Context) {
	if ctx.Err() != nil {
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
		s.busy, s.next = true, now.Add(s.Every)
		facts, at := e.state.Values(), e.cfg.Clock.Now()
		go func() {
			rctx, cancel := context.WithTimeout(ctx, sensorTimeout)
			defer cancel()
			u, err := s.read(rctx, facts, at)
			select {
			case e.inbox.readings <- sensed{s, u, err}:
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

func (e *Engine) anySensing() bool {
	for _, s := range e.sensing {
		if s.busy {
			return true
		}
	}
	return false
}

func (e *Engine) take(s sensed) {
	s.from.busy = false
	if s.err != nil {
		e.readings.Errors[s.from.Name] = sentence(s.err)
		return
	}
	delete(e.readings.Errors, s.from.Name)
	if s.update != nil {
		s.update(&e.readings)
	}
}
