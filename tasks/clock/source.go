package clock

// source.go: where time comes from. Real in the program; in tests, a laptop whose
// lid the test closes and whose clock it sets.

import "time"

// Source is the two faces of real time. Both are safe for concurrent use.
type Source struct {
	// Wall is civil time, without a monotonic part: it jumps when the clock is set,
	// and is later after a sleep.
	Wall func() time.Time
	// Steady is the time since some moment of this process. It never jumps and never
	// goes back. It stands still while the machine sleeps (on Linux and macOS; where a
	// system counts sleep, a [Watch] sees the process stopped instead).
	Steady func() time.Duration
}

// Real is the machine's own time.
func Real() Source {
	start := time.Now()
	return Source{
		// Without Round, one Wall less another would be steady time.
		Wall:   func() time.Time { return time.Now().Round(0) },
		Steady: func() time.Duration { return time.Since(start) },
	}
}
