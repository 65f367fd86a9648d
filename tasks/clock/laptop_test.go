package clock

// laptop_test.go: a machine for the tests, whose lid they close and whose clock they set.

import (
	"sync/atomic"
	"time"
)

// laptop tells the bubble's time on both faces, the wall ahead (or behind) by what it
// slept and by how it was set. The bubble's timers stand still in its sleep, as real
// ones do.
type laptop struct {
	started time.Time
	ahead   atomic.Int64 // the wall against steady time, in nanoseconds
}

func newLaptop() *laptop { return &laptop{started: time.Now()} }

// sleep closes the lid for d; the bubble's time does not pass.
func (l *laptop) sleep(d time.Duration) { l.ahead.Add(int64(d)) }

// set sets the clock ahead by d, or back. To the two faces it is a sleep of any sign.
func (l *laptop) set(d time.Duration) { l.ahead.Add(int64(d)) }

func (l *laptop) source() Source {
	return Source{
		Wall:   func() time.Time { return time.Now().Round(0).Add(time.Duration(l.ahead.Load())) },
		Steady: func() time.Duration { return time.Since(l.started) },
	}
}
