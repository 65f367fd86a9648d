package clock

// wait.go: waiting in run time. Go's timers count steady time only, so a live clock
// looks at the wall in between.

import (
	"context"
	"time"
)

// look is how often a live wait looks at the wall, in real time: it ends that much
// after a wake at the latest.
const look = time.Second

// Wait returns after d of run time, or with the context's error.
//
// In a live clock it is the pause before asking the world again, so it lasts d by
// either face, whichever is over first: after a sleep there is nothing to wait for,
// and a clock that was set back an hour does not hold a poll up for an hour.
func (c *Clock) Wait(ctx context.Context, d time.Duration) error {
	until, began := c.Now().Add(d), c.Steady()
	for {
		c.mu.Lock()
		left, paused, moved := until.Sub(c.now()), c.paused, c.moved
		c.mu.Unlock()
		if c.live {
			left = min(left, d-(c.Steady()-began))
		}
		if left <= 0 {
			return ctx.Err()
		}
		var due <-chan time.Time
		switch {
		case c.live:
			due = time.After(min(left, look))
		case !paused:
			// A nanosecond more, so that scaling never wakes just before the moment.
			due = time.After(time.Duration(float64(left)/c.speed) + time.Nanosecond)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-due:
		case <-moved:
		}
	}
}
