package main

// crashpoint_test.go: a crash at every point there is. The whole run is flown in
// this process, real adapters against the pretend world, and made to fail at every
// write and sync of its disk and at every call that changes the account; then it is
// resumed. Nothing may be there twice, nothing acknowledged be lost, and nothing be stuck.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/rehearsal"
	"tminus/tasks/run"
	"tminus/ui/cli"
)

// every is how many crash points share one that is tried, but for -long, which tries all.
const every = 16

func TestCrashPoints(t *testing.T) {
	t.Parallel()
	there, home := opened(t), released(t)
	var f tally
	tried := map[way]int{}
	seed := crashSeed(t)
	t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { // ends when all in it have
		tried[forwards] = f.crashAt(t, there, forwards, seed)
		tried[turning] = f.crashAt(t, there, turning, seed) // takes back what a flight had done when it died
		tried[backwards] = f.crashAt(t, home, backwards, seed)
	})
	t.Logf("figure: crash points forwards %d, back %d, rollback %d: %s", tried[forwards], tried[turning], tried[backwards], &f)
}

// TestCrashesInALateWorld dies around every call in a world that shows late what was done: what
// a resumed run cannot see yet it must not do again.
func TestCrashesInALateWorld(t *testing.T) {
	t.Parallel()
	f, flights := tally{faults: []string{rehearsal.StaleReads}}, 0
	seed := crashSeed(t)
	t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
		for w, from := range map[way]string{forwards: opened(t), backwards: released(t)} {
			all := moments(append(atCalls(), survived()...), reference(t, from, w))
			for n, m := range all {
				if !*long && uint64(n)%4 != seed%4 {
					continue
				}
				flights++
				t.Run(fmt.Sprintf("%s: %s", w, m), func(t *testing.T) {
					t.Parallel()
					if _, came := f.point(t, from, w, m); came != 1 {
						t.Errorf("the flight never came to %s", m)
					}
				})
			}
		}
	})
	t.Logf("figure: crashes in a world that reads late %d: %s", flights, &f)
}

// TestDoubleCrashes dies, is resumed, and fails again before it comes to its end.
func TestDoubleCrashes(t *testing.T) {
	t.Parallel()
	rounds := 10
	if *long {
		rounds = 1000
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
	var flown atomic.Int32
	var f tally
	t.Run("seed "+fmt.Sprint(seed), func(t *testing.T) {
		for n := range rounds {
			of := flights[luck.IntN(len(flights))]
			first, second := anyOf(luck, deadly(), of.first), anyOf(luck, append(deadly(), survived()...), of.second)
			t.Run(fmt.Sprintf("%d %s: %s, then %s", n, of.way, first, second), func(t *testing.T) {
				t.Parallel()
				for came := 0; came < 2; second = second.sooner() { // the way on may be over before
					_, came = f.point(t, of.from, of.way, first, second)
					flown.Add(1)
					if came < 2 && second == second.sooner() {
						t.Fatalf("%d of two crashes came", came)
					}
				}
			})
		}
	})
	t.Logf("figure: double crashes %d, in %d flights: %s", rounds, flown.Load(), &f)
}

// crashAt fails flights of a run, each at one of the points of its way, and returns how many it tries.
func (f *tally) crashAt(t *testing.T, from string, w way, seed uint64) (tried int) {
	t.Helper()
	size := reference(t, from, w.heading(0))
	hows := deadly()
	if w != turning { // which needs a death to turn at
		hows = append(hows, survived()...)
	}
	all := moments(hows, size)
	t.Logf("%s: %d writes, %d syncs, %d calls that change the account, %d crash points", w, size.writes, size.syncs, size.calls, len(all))
	step, first := every, int(seed%every)
	if *long {
		step, first = 1, 0
	}
	for n := first; n < len(all); n += step {
		tried++
		t.Run(fmt.Sprintf("%s: %s", w, all[n]), func(t *testing.T) {
			t.Parallel()
			if _, came := f.point(t, from, w, all[n]); came != 1 {
				t.Errorf("the flight never came to %s", all[n])
			}
		})
	}
	return tried
}

// moments are all there are in a flight of that size.
func moments(hows []failure, size counts) (all []moment) {
	for _, how := range hows {
		for n := range how.of(size) {
			all = append(all, moment{how, n + 1})
		}
	}
	return all
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

// tally counts flights: those that left the account otherwise than they should, and those
// that did not come to their end; and what the witnesses missed.
type tally struct {
	faults                        []string // of the worlds
	duplicates, lost, rash, stuck atomic.Int32
}

func (f *tally) String() string {
	return fmt.Sprintf("%d duplicates, %d lost acknowledged records, %d stuck, %d calls before their intent",
		f.duplicates.Load(), f.lost.Load(), f.stuck.Load(), f.rash.Load())
}

// point flies a copy of a run, fails it at the moments, one in each stretch, and
// resumes it until it is where it should be. It returns the copy, and how many moments came.
func (f *tally) point(t *testing.T, from string, w way, moments ...moment) (dir string, came int) {
	dir = duplicate(t, from)
	disk, err := newPlatter(dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := &witness{}
	for n, over := 0, false; !over; n++ {
		d := &doom{disk: disk, witness: seen, faults: f.faults}
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
	if !t.Run("in order", func(t *testing.T) { inOrder(t, dir, w) }) {
		f.duplicates.Add(1)
	}
	f.hear(t, dir, seen)
	return dir, came
}

// hear compares what a witness saw with the journal.
func (f *tally) hear(t *testing.T, dir string, seen *witness) {
	t.Helper()
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if lost := seen.missing(r.Events); len(lost) > 0 {
		f.lost.Add(int32(len(lost)))
		t.Errorf("acknowledged and lost: %q", lost)
	}
	if seen.rash > 0 {
		f.rash.Add(int32(seen.rash))
		t.Errorf("%d calls were sent before their intent was on the disk", seen.rash)
	}
}

// inOrder fails unless the account is as it should be at the end of the way.
func inOrder(t *testing.T, dir string, w way) {
	t.Helper()
	if w == forwards || w == wholeDay {
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
	return openedOf(t, "")
}

// openedOf is a run of the plan in a file.
func openedOf(t *testing.T, plan string) string {
	t.Helper()
	root := t.TempDir()
	leave := func(context.Context, cli.Session) error { return nil }
	if err := rehearse(t.Context(), cli.Flight{Plan: plan, Root: root, Speed: crashSpeed, Seed: 1, Err: t.Output()}, leave); err != nil {
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
	disk, err := newPlatter(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := &doom{disk: disk, witness: &witness{}}
	if over, err := stretch(t, dir, w, d); err != nil || !over {
		t.Fatalf("%s without a crash: over %v, %v", w, over, err)
	}
	inOrder(t, dir, w)
	seen, _, _ := d.happened()
	return seen
}
