package clock

// clock.go: the clock itself, for a rehearsal (scaled, driven by steady time) and for a
// live run (the wall).

import (
	"sync"
	"time"
)

// Clock tells run time and waits in it. It is safe for concurrent use.
type Clock struct {
	src   Source
	start time.Duration // steady time of opening
	live  bool          // run time is the wall; speed, base, since and paused say nothing
	speed float64

	mu     sync.Mutex
	base   time.Time     // run time when since was taken
	since  time.Duration // steady time of base
	paused bool
	moved  chan struct{} // closed when the clock is stopped or set going
}

// New starts a clock at run time from, speed times as fast as real time.
func New(from time.Time, speed float64) *Clock { return NewFrom(Real(), from, speed) }

// NewFrom is [New] with the time of src. Only its steady face drives run time, so
// neither sleep nor a set clock moves it.
func NewFrom(src Source, from time.Time, speed float64) *Clock {
	return &Clock{src: src, start: src.Steady(), speed: speed, base: from.Round(0), moved: make(chan struct{})}
}

// Live is the clock of a live run: run time is src's wall, whatever is done to it. It
// goes at speed 1 and cannot be stopped.
func Live(src Source) *Clock {
	return &Clock{src: src, start: src.Steady(), live: true, speed: 1, moved: make(chan struct{})}
}

// Speed is how many seconds of run time pass in a real one.
func (c *Clock) Speed() float64 { return c.speed }

// Wall is real time.
func (c *Clock) Wall() time.Time { return c.src.Wall() }

// Steady is real time since the clock was made, by the face that never jumps.
func (c *Clock) Steady() time.Duration { return c.src.Steady() - c.start }

// Now is run time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	switch {
	case c.live:
		return c.Wall()
	case c.paused:
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

// Pause stops run time, or lets it go on. A live clock goes on regardless.
func (c *Clock) Pause(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on == c.paused || c.live {
		return
	}
	c.base, c.since, c.paused = c.now(), c.Steady(), on
	close(c.moved)
	c.moved = make(chan struct{})
}
