package clock

// watch.go: was this process away? One face cannot tell; two held against each other can.

import (
	"fmt"
	"math"
	"time"
)

const (
	// drift is how far the wall may leave steady time between two ticks. Slewing
	// (500 ppm) stays below it for an hour between ticks, and ticks are never that
	// far apart; what crosses it is a jump.
	drift = 2 * time.Second
	// stall is how long steady time may go between two ticks, of which there are
	// four in a second. A busy machine stays below it.
	stall = 5 * time.Second
	// longestSleep is what a laptop with a run on it may sleep. When the wall leaps
	// further ahead, somebody set it.
	longestSleep = 31 * 24 * time.Hour
)

// Kind says what a gap was.
type Kind string

// The kinds of gap. Two faces cannot tell a sleep from a clock set ahead, nor a sleep
// with the clock set back by just as much from no gap at all.
const (
	Slept   Kind = "slept"    // the wall went further than steady time
	SetBack Kind = "set back" // the wall went less far than steady time
	Stopped Kind = "stopped"  // both went far: nothing ran for a while
	Closed  Kind = "closed"   // no process flew the run; never found by a Watch
)

// Gap is a stretch in which this process did not watch the world, or lost the time
// of day. What it knew before is old.
type Gap struct {
	Kind Kind
	// Wall and Steady are how far each face went since the tick before.
	Wall, Steady time.Duration
}

// Watch finds gaps. The zero Watch is ready; it is for one goroutine.
type Watch struct {
	wall   time.Time
	steady time.Duration
	begun  bool
}

// Tick tells the watch both faces of one [Source] or [Clock], read one right after the
// other, and reports the gap since the tick before, if there was one. It is meant to
// be called every 250 ms. Nothing comes before the first tick.
func (w *Watch) Tick(wall time.Time, steady time.Duration) (Gap, bool) {
	last := *w
	*w = Watch{wall, steady, true}
	if !last.begun {
		return Gap{}, false
	}
	// Sub ends at 292 years; half of that leaves room to take steady time off.
	g := Gap{Wall: max(wall.Sub(last.wall), math.MinInt64/2), Steady: steady - last.steady}
	switch apart := g.Wall - g.Steady; {
	case apart > drift:
		g.Kind = Slept
	case apart < -drift:
		g.Kind = SetBack
	case g.Steady > stall:
		g.Kind = Stopped
	default:
		return Gap{}, false
	}
	return g, true
}

// Length is how long the sleep or the stop was, or how far the clock was set back.
func (g Gap) Length() time.Duration {
	if g.Kind == Stopped {
		return g.Steady
	}
	return (g.Wall - g.Steady).Abs()
}

// String is the gap as a clause, to stand alone or before "while LX had the conn":
// "the machine slept 3 h 02 min", "the clock was set back 1 h", "the program stood
// still for 12 s".
func (g Gap) String() string {
	length := lasting(g.Length())
	switch {
	case g.Kind == Stopped:
		return "the program stood still for " + length
	case g.Kind == Closed:
		return "the run was closed for " + length
	case g.Kind == SetBack:
		return "the clock was set back " + length
	case g.Length() > longestSleep:
		return "the clock was set ahead " + length
	}
	return "the machine slept " + length
}

// lasting is a length of time in words, to the precision that matters after a gap.
func lasting(d time.Duration) string {
	switch minutes := int(d.Round(time.Minute).Minutes()); {
	case d < 100*time.Second:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0 && minutes < 48*60:
		return fmt.Sprintf("%d h", minutes/60)
	case minutes < 48*60:
		return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
	}
	return fmt.Sprintf("%d days", int(d.Round(24*time.Hour).Hours())/24)
}
