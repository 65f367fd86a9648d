package engine

// walk_test.go: random walks. People do whatever comes to mind, the world and the disk
// fail as they like, the program dies and is resumed; after each step what the journal
// tells has to be what there is, and from wherever a walk ends there is a way home.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

var long = flag.Bool("long", false, "ten thousand random walks instead of a few hundred")

func TestRandomWalks(t *testing.T) {
	walks := 200
	if *long {
		walks = 10_000
	}
	setFlag(t, "rapid.checks", strconv.Itoa(walks/abreast))
	sums, p, fresh := make([]tally, abreast), parsed(t), flightOf(t, nil, walkPlan, (&hazard{toy: newToy()}).actions())
	t.Run("abreast", func(t *testing.T) {
		for n := range sums {
			sums[n] = tally{}
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(rt *rapid.T) {
					isolated(t, rt, func(t *testing.T) { walkHome(setOut(t, rt, p, fresh.dir, sums[n])) })
				})
			})
		}
	})
	sum := tally{}
	for _, part := range sums {
		for kind, n := range part {
			sum[kind] += n
		}
	}
	t.Log(sum)
	if !t.Failed() {
		t.Logf("figure: random walks %d sequences, 0 differences", sum["walks"])
	}
	for _, kind := range []string{"walks", "steps", "refusals", "crashes", "left", "answers lost", "released", "rolled back", "task.abort", "stale reviews",
		"rollback.start from T4", "rollback.start from T2", "run.reopen", "clock.gap", "hold.start", "hold.start at G1", "task.byhand", "retract", "waive", "handed over", "task.skip", "gate.poll",
		"rollback.start from O1", "taken back on demand", "task.start of O1", "task.start of O2"} {
		if sum[kind] == 0 && sum["walks"] >= 200 { // fewer only when somebody asked for fewer
			t.Errorf("no %s in any walk: %v", kind, sum)
		}
	}
}

// abreast is how many walks go on at once.
const abreast = 2

// tally counts what the walks met.
type tally map[string]int

func (c tally) String() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, "%d %s, ", c[k], k)
	}
	return strings.TrimSuffix(b.String(), ", ")
}

// setFlag sets a flag of rapid's for one test, unless the command line did.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	old := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(name, old) })
}

// isolated runs a walk in a bubble of its own and hands its end to rapid outside of it.
func isolated(t *testing.T, rt *rapid.T, walk func(*testing.T)) {
	var ended any
	synctest.Test(t, func(t *testing.T) {
		defer func() { ended = recover() }()
		walk(t)
	})
	switch ended := ended.(type) {
	case nil:
	case wrong:
		rt.Fatal(string(ended))
	default: // rapid's own way to say that it has no more draws
		panic(ended)
	}
}

// wrong is what a walk found; it ends the walk.
type wrong string

func (w *walker) fail(format string, args ...any) { panic(wrong(fmt.Sprintf(format, args...))) }

func walkHome(w *walker) {
	w.open()
	defer func() { _ = w.stop() }()
	for range rapid.SampledFrom([]int{0, 3, 3, 14}).Draw(w.rt, "onward to begin with") { // agreed, or covered already
		if !w.onward() {
			w.wait(stride)
		}
	}
	w.rt.Repeat(w.steps())
	w.goHome(rapid.Bool().Draw(w.rt, "home is rolled back"))
	for _, e := range w.load().Events {
		w.sum[e.Body.Kind()]++
		switch b := e.Body.(type) {
		case tasks.TaskStarted:
			w.sum["task.start of "+b.Task]++
		case tasks.HoldStarted:
			w.sum["hold.start at "+b.Task]++
		case tasks.RollbackStarted:
			w.sum["rollback.start from "+b.From]++
		}
	}
}

// walker is one walk: the people, the disk and the world around an engine.
type walker struct {
	rt    *rapid.T
	dir   string
	plan  *plan.Plan
	world *hazard
	sum   tally

	e    *Engine
	stop func() error
	left *atomic.Int64 // writes until the disk breaks
	ends breaking

	seen    *tasks.Snapshot
	checked mark
	reviews []uint64 // heads at which somebody looked at the rollback
	lid     *lid
}

const (
	healthy = 1 << 30
	stride  = 60 * time.Millisecond // real time in which a look, or asking the world, comes to its end
)

// setOut begins a walk with a copy of a fresh run.
func setOut(t *testing.T, rt *rapid.T, p *plan.Plan, fresh string, sum tally) *walker {
	dir := filepath.Join(t.TempDir(), "TOY1-1")
	if err := os.CopyFS(dir, os.DirFS(fresh)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	sum["walks"]++
	return &walker{rt: rt, sum: sum, dir: dir, plan: p, lid: newLid(), world: &hazard{toy: newToy(), dir: dir, plan: p, says: tasks.Pass}}
}

// parsed is the plan of the walks.
func parsed(t *testing.T) *plan.Plan {
	t.Helper()
	p, err := plan.Load("walk.yaml", []byte(walkPlan))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *walker) open() {
	w.left = writes(healthy)
	fs := brokenFS{hastyFS{journal.Disk{}}, w.left, w.ends}
	r := w.load()
	w.world.set(func() { w.world.naps, w.world.unread = naps(r.Events), false }) // what a process slept through before it began is no gap
	e, err := Open(Config{Dir: w.dir, Plan: w.plan, Actions: w.world.actions(), Sensors: []tasks.Sensor{w.world.eye()},
		Clock: clock.NewFrom(w.lid.source(), run.LastTime(r), 600), Holder: "the walker", FS: fs})
	if err != nil {
		w.fail("resuming: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.e, w.stop = e, func() error { cancel(); <-e.Done(); return e.Err() }
	go e.Run(ctx)
	w.settle()
}

// settle waits until nothing moves but time, resumes what has died, and looks.
func (w *walker) settle() {
	synctest.Wait()
	select {
	case <-w.e.Done():
		if err := w.e.Err(); !errors.Is(err, ErrJournal) {
			w.fail("the engine stopped by itself: %v", err)
		}
		w.sum["crashes"]++
		w.rt.Log("crashed; resumed")
		w.open()
		return
	default:
	}
	select {
	case w.seen = <-w.e.Snapshots().Newest():
	default:
	}
	w.check()
}

// send asks for something as a person at the keyboard would.
func (w *walker) send(c tasks.Command) error {
	if c.By == "" {
		c.By = w.seen.State.Conn.Holder
	}
	allowed := w.seen.State.Allowed(w.plan, c)
	before, calls, napping := len(w.seen.State.Events), len(w.world.log()), w.napping()
	_, struck := w.seen.State.Deadline(w.plan, w.e.cfg.Clock.Now()) // and it comes first, whatever is asked for
	err := w.e.Send(c)
	w.rt.Logf("%s %s by %s: %v", c.Kind, c.Task, c.By, err)
	w.settle()
	w.sum["steps"]++
	switch {
	case errors.As(err, new(tasks.Refusal)):
		w.sum["refusals"]++
		if after := len(w.seen.State.Events); !napping && !struck && (after != before || len(w.world.log()) != calls) {
			w.fail("%s %s was refused (%v) and yet something happened: %d → %d events, calls %v", c.Kind, c.Task, err, before, after, w.world.log())
		}
	case err == nil && c.Kind == tasks.TakeBack && len(w.world.log()) != calls:
		w.fail("taking back bookkeeping touched the world: %v", w.world.log()[calls:])
	case err == nil && allowed != nil:
		w.fail("%s %s was done although the screen says: %v", c.Kind, c.Task, allowed)
	case err == nil:
	case !errors.Is(err, ErrJournal) && !errors.Is(err, ErrStopped):
		w.fail("%s %s: %v", c.Kind, c.Task, err)
	}
	return err
}
