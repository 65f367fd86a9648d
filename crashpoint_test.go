package main

// crashpoint_test.go: a crash at every point there is. The whole run is flown in
// this process, real adapters against the pretend world, and made to fail at every
// write of its journal and at every call that changes the account; then it is
// resumed. Nothing may be there twice, and nothing may be stuck.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/ui/cli"
)

// every is how many crash points share one that is tried, but for -long, which tries all.
const every = 5

func TestCrashPointsForwards(t *testing.T) {
	t.Parallel()
	crashAt(t, opened(t), forwards)
}

// TestCrashPointsThenBack takes back what a flight had done when it died.
func TestCrashPointsThenBack(t *testing.T) {
	t.Parallel()
	crashAt(t, opened(t), turning)
}

func TestCrashPointsOfTheRollback(t *testing.T) {
	t.Parallel()
	crashAt(t, released(t), backwards)
}

// TestDoubleCrashes dies, is resumed, and fails again before it comes to its end.
func TestDoubleCrashes(t *testing.T) {
	t.Parallel()
	rounds := 10
	if *long {
		rounds = 200
	}
	seed := crashSeed(t)
	luck := rand.New(rand.NewPCG(seed, 2))
	out, home := opened(t), released(t)
	there, back := reference(t, out, forwards), reference(t, home, backwards)
	flights := []struct {
		way
		from          string
		first, second counts
	}{{forwards, out, there, there}, {turning, out, there, back}, {backwards, home, back, back}}
	var twice atomic.Int32
	var f tally
	t.Run("seed "+fmt.Sprint(seed), func(t *testing.T) {
		for n := range rounds {
			of := flights[luck.IntN(len(flights))]
			first, second := anyOf(luck, deadly(), of.first), anyOf(luck, append(deadly(), survived()...), of.second)
			t.Run(fmt.Sprintf("%d %s: %s, then %s", n, of.way, first, second), func(t *testing.T) {
				t.Parallel()
				if f.point(t, of.from, of.way, first, second) == 2 {
					twice.Add(1)
				}
			})
		}
	})
	t.Logf("%d flights that died, %d of them failed again on the way on; %s", rounds, twice.Load(), &f)
}

// crashAt fails flights of a run, each at one of the points of its way.
func crashAt(t *testing.T, from string, w way) {
	seed, size := crashSeed(t), reference(t, from, w.heading(0))
	var all []moment
	hows := deadly()
	if w != turning { // which needs a death to turn at
		hows = append(hows, survived()...)
	}
	for _, how := range hows {
		for n := range how.of(size) {
			all = append(all, moment{how, n + 1})
		}
	}
	t.Logf("%s: %d journal writes, %d calls that change the account, %d crash points", w, size.writes, size.calls, len(all))
	step, first := every, int(seed%every)
	if *long {
		step, first = 1, 0
	}
	var f tally
	t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { // ends when all in it have
		for n := first; n < len(all); n += step {
			t.Run(all[n].String(), func(t *testing.T) {
				t.Parallel()
				if f.point(t, from, w, all[n]) != 1 {
					t.Errorf("the flight never came to %s", all[n])
				}
			})
		}
	})
	t.Logf("%s: %s", w, &f)
}

// crashSeed rotates through the crash points, and is printed in the tests' names.
func crashSeed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if again := os.Getenv("TMINUS_CRASH_SEED"); again != "" {
		if _, err := fmt.Sscan(again, &seed); err != nil {
			t.Fatalf("TMINUS_CRASH_SEED=%s: %v", again, err)
		}
	}
	return seed
}

// anyOf is one of the moments of a flight of that size.
func anyOf(luck *rand.Rand, hows []failure, size counts) moment {
	how := hows[luck.IntN(len(hows))]
	return moment{how, 1 + luck.IntN(how.of(size))}
}

// tally counts flights: all of them, those that left the account otherwise than they
// should, and those that did not come to their end.
type tally struct{ points, duplicates, stuck atomic.Int32 }

func (f *tally) String() string {
	return fmt.Sprintf("%d crash points tried, %d duplicates, %d stuck", f.points.Load(), f.duplicates.Load(), f.stuck.Load())
}

// point flies a copy of a run, fails it at the moments, one in each stretch, and
// resumes it until it is where it should be. It returns how many moments came.
func (f *tally) point(t *testing.T, from string, w way, moments ...moment) (came int) {
	f.points.Add(1)
	dir := duplicate(t, from)
	for n, over := 0, false; !over; n++ {
		d := &doom{}
		if n < len(moments) {
			d.moment = moments[n]
		}
		var err error
		over, err = stretch(t, dir, w.heading(n), d)
		if err != nil {
			f.stuck.Add(1)
			t.Fatalf("stretch %d, with %s: %v", n+1, d.moment, err)
		}
		if _, struck, _ := d.happened(); struck {
			came++
		}
	}
	inOrder(t, dir, w)
	if t.Failed() {
		f.duplicates.Add(1)
	}
	return came
}

// inOrder fails unless the account is as it should be at the end of the way.
func inOrder(t *testing.T, dir string, w way) {
	t.Helper()
	if w == forwards {
		oneOfEach(t, dir)
		return
	}
	a := account(t, dir)
	if len(a.Instances) > 1 { // AWS shows a terminated one for an hour
		t.Errorf("instances after the rollback: %v, want at most the one that was launched", a.Instances)
	}
	if diff := cmp.Diff(untouched(t), a.WithoutTerminated()); diff != "" {
		t.Errorf("the account before T4 (-) and after the rollback (+):\n%s", diff)
	}
	if left := state(t, dir).Left(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// opened is the folder of a run of the SCP plan in which nothing was done yet.
func opened(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	leave := func(context.Context, cli.Session) error { return nil }
	if err := rehearse(t.Context(), cli.Flight{Root: root, Speed: crashSpeed, Seed: 1, Err: t.Output()}, leave); err != nil {
		t.Fatal(err)
	}
	return onlyRun(t, root)
}

// released is the folder of a run that was flown to its end.
func released(t *testing.T) string {
	t.Helper()
	dir := opened(t)
	reach(t, dir, forwards)
	return dir
}

// reference flies a copy of a run without a crash, and counts.
func reference(t *testing.T, from string, w way) counts {
	t.Helper()
	return reach(t, duplicate(t, from), w)
}

// reach flies a run to the end of the way without a crash.
func reach(t *testing.T, dir string, w way) counts {
	t.Helper()
	d := &doom{}
	if over, err := stretch(t, dir, w, d); err != nil || !over {
		t.Fatalf("%s without a crash: over %v, %v", w, over, err)
	}
	inOrder(t, dir, w)
	seen, _, _ := d.happened()
	return seen
}
