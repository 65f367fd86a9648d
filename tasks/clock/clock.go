package clock

// clock.go: the clock itself.

import (
	"context"
	"sync"
	"time"
)

// Clock tells run time and waits in it. It is safe for concurrent use.
type Clock struct {
	speed float64
	start time.Time // real time of opening; its monotonic part is the steady face

	mu     sync.Mutex
	base   time.Time     // run time when since was taken
	since  time.Duration // steady time of base
	paused bool
	moved  chan struct{} // closed when the clock is stopped or set going
}

// New starts a clock at run time from, speed times as fast as real time.
func New(from time.Time, speed float64) *Clock {
	return &Clock{speed: speed, start: time.Now(), base: from.Round(0), moved: make(chan struct{})}
}

// Speed is how many seconds of run time pass in a real one.
func (c *Clock) Speed() float64 { return c.speed }

// Wall is real time.
func (c *Clock) Wall() time.Time { return time.Now() }

// Steady is real time since the clock was made, by the face that never jumps.
func (c *Clock) Steady() time.Duration { return time.Since(c.start) }

// Now is run time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.paused {
		return c.base
	}
	return c.base.Add(time.Duration(float64(c.Steady()-c.since) * c.speed))
}

// Paused reports a stopped clock.
func (c *Clock) Paused() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.paused
}

// Pause stops run time, or lets it go on.
func (c *Clock) Pause(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on == c.paused {
		return
	}
	c.base, c.since, c.paused = c.now(), c.Steady(), on
	close(c.moved)
	c.moved = make(chan struct{})
}

// Wait returns after d of run time, or with the context's error.
func (c *Clock) Wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	until := c.now().Add(d)
	c.mu.Unlock()
	for {
		c.mu.Lock()
		left, paused, moved := until.Sub(c.now()), c.paused, c.moved
		c.mu.Unlock()
		if left <= 0 {
			return ctx.Err()
		}
		var due <-chan time.Time
		if !paused {
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
