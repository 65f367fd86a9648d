package engine

// world_test.go: a small world of things that can be made and unmade, and a plan
// whose one action makes three of them, for the tests of the engine.

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const toyPlan = `release: Toy 1.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts:
  - {id: AA, name: Anna}
  - {id: BB, name: Ben}
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
  - {id: T1, title: "make", start: 2019-02-07 16:10, end: 2019-02-07 16:30, in_charge: AA, after: [M1], action: toy.make}
  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [T1], gate: true}
  - {id: T2, title: "look", start: 2019-02-07 16:30, end: 2019-02-07 16:40, in_charge: AA, after: [G1], action: toy.look, signoff: [BB]}
`

// toy is the world. Its things are kept under the token of the effect that made them.
type toy struct {
	mu     sync.Mutex
	things map[string]string // token → kind
	made   map[string]bool   // by token, for ever: it is not made again even when it was undone
	calls  []string          // "do cup", "undo cup", … as they were asked for
	// answer is asked after each do and undo has happened; its error is what the caller sees.
	answer func(call string) error
	// refuse is asked before; with an error nothing happens.
	refuse func(call string) error
	block  chan struct{} // while not nil, looks wait for it
	// stated is what the world says of work done by hand; nil = a pass that learns the jug.
	stated func(context.Context, tasks.Call) (tasks.Result, error)
}

func newToy() *toy { return &toy{things: map[string]string{}, made: map[string]bool{}} }

func (w *toy) kinds() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var k []string
	for _, kind := range w.things {
		k = append(k, kind)
	}
	slices.Sort(k)
	return k
}

func (w *toy) log() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

func (w *toy) do(kind string, c tasks.Call) (tasks.Result, error) {
	w.mu.Lock()
	w.calls = append(w.calls, "do "+kind)
	refuse, answer := w.refuse, w.answer
	w.mu.Unlock()
	if refuse != nil {
		if err := refuse("do " + kind); err != nil {
			return tasks.Result{}, err
		}
	}
	w.mu.Lock()
	if w.made[c.Token] {
		w.calls = append(w.calls, "TWICE "+kind)
	}
	w.things[c.Token], w.made[c.Token] = kind, true
	w.mu.Unlock()
	if answer != nil {
		if err := answer("do " + kind); err != nil {
			return tasks.Result{}, err
		}
	}
	return made(kind, c), nil
}

func (w *toy) find(kind, token string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, "find "+kind)
	_, ok := w.things[token]
	return ok
}

func (w *toy) there(c tasks.Call) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, there := w.things[c.Made[0].ID]
	return there
}

// byHand is what the world says of a toy.make that somebody did in their own kitchen.
func (w *toy) byHand(ctx context.Context, c tasks.Call) (tasks.Result, error) {
	w.mu.Lock()
	stated := w.stated
	w.mu.Unlock()
	if stated != nil {
		return stated(ctx, c)
	}
	return tasks.Result{Verdict: tasks.Pass, Says: "seen", Facts: map[string]string{"jug.id": "jug of " + c.Facts["cup.id"]}}, nil
}

func made(kind string, c tasks.Call) tasks.Result {
	return tasks.Result{Says: "made a " + kind, Made: []tasks.Resource{{Kind: kind, ID: c.Token}}, Facts: map[string]string{kind + ".id": c.Token}}
}

func (w *toy) step(kind string) tasks.Step {
	return tasks.Step{
		ID: kind, Title: "make a " + kind, Effect: true,
		Look: func(context.Context, tasks.Call) (map[string]string, error) {
			return map[string]string{"before": "none"}, nil
		},
		Do: func(_ context.Context, c tasks.Call) (tasks.Result, error) { return w.do(kind, c) },
		Check: func(_ context.Context, c tasks.Call) (tasks.Result, error) {
			return tasks.Result{Verdict: tasks.Pass, Rests: []string{kind + ".id"}}, nil
		},
		Find: func(ctx context.Context, c tasks.Call) (tasks.Result, bool, error) {
			if w.find(kind, c.Token) {
				return made(kind, c), true, nil
			}
			if err := c.Wait(ctx, 10*time.Second); err != nil { // not seen once is not gone
				return tasks.Result{}, false, err
			}
			return made(kind, c), w.find(kind, c.Token), nil
		},
		Undo: &tasks.Undo{
			Describe: func(tasks.Call) tasks.UndoWords {
				return tasks.UndoWords{Title: "break the " + kind, Expect: time.Minute}
			},
			Do: func(_ context.Context, c tasks.Call) (tasks.Result, error) {
				w.mu.Lock()
				w.calls = append(w.calls, "undo "+kind)
				refuse, answer := w.refuse, w.answer
				w.mu.Unlock()
				if refuse != nil {
					if err := refuse("undo " + kind); err != nil {
						return tasks.Result{}, err
					}
				}
				w.mu.Lock()
				delete(w.things, c.Made[0].ID)
				w.mu.Unlock()
				if answer != nil {
					return tasks.Result{}, answer("undo " + kind)
				}
				return tasks.Result{Drop: []string{kind + ".id"}}, nil
			},
			Gone: func(_ context.Context, c tasks.Call) (bool, error) { return !w.there(c), nil },
			Prove: func(_ context.Context, c tasks.Call) (string, bool, error) {
				return "the " + kind + " is ours", w.there(c), nil
			},
		},
	}
}

func (w *toy) actions() []tasks.Action {
	look := func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		w.mu.Lock()
		block := w.block
		w.mu.Unlock()
		if block != nil {
			select {
			case <-block:
			case <-ctx.Done():
				return tasks.Result{}, ctx.Err()
			}
		}
		if err := c.Wait(ctx, 30*time.Second); err != nil {
			return tasks.Result{}, err
		}
		return tasks.Result{Verdict: tasks.Pass, Says: "looks well", Rests: []string{"cup.id"}}, nil
	}
	return []tasks.Action{
		{Kind: "toy.make", Steps: []tasks.Step{w.step("cup"), {ID: "wait", Title: "look at the cup", Needs: []string{"cup.id"}, Do: look}, w.step("jug"), w.step("pot")},
			States: []string{"cup.id"}, Stated: w.byHand},
		{Kind: "toy.look", Steps: []tasks.Step{{ID: "look", Title: "look", Do: look}}},
	}
}

// flight is a run of the toy plan on disk.
type flight struct {
	t     *testing.T
	dir   string
	world *toy
	speed float64

	actions []tasks.Action
	sensors []tasks.Sensor
	lid     *lid
	still   bool
	desk    *Desk
	config  func(*Config) // what else the run is flown with; nil = nothing
}

func newFlight(t *testing.T, w *toy) *flight {
	t.Helper()
	return flightOf(t, w, toyPlan, w.actions())
}

func flightOf(t *testing.T, w *toy, src string, actions []tasks.Action) *flight {
	t.Helper()
	p, err := plan.Load("toy.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	promised, states := map[string][]tasks.StepPlan{}, map[string][]string{}
	for _, a := range actions {
		promised[a.Kind], states[a.Kind] = a.Plan(tasks.Call{Plan: p}), a.States
	}
	dir, err := run.Create(filepath.Join(t.TempDir(), "runs"), p.Change, []byte(src), nil, func(id string) tasks.Event {
		return tasks.Event{Wall: time.Now(), Run: p.Window.Start.Time, By: tasks.ActorEngine,
			Body: tasks.RunOpened{Run: id, Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun, Actions: promised, States: states}}
	})
	if err != nil {
		t.Fatal(err)
	}
	return &flight{t: t, dir: dir, world: w, speed: 600, actions: actions}
}

// open opens the engine and runs it until the returned stop is called.
func (f *flight) open(fs journal.FS) (*Engine, func() error) {
	f.t.Helper()
	r, err := run.Load(f.dir)
	if err != nil {
		f.t.Fatal(err)
	}
	if f.lid == nil {
		f.lid = newLid()
	}
	if fs == nil { // no test pulls the machine's plug
		fs = hastyFS{journal.Disk{}}
	}
	cfg := Config{Dir: f.dir, Actions: f.actions, Sensors: f.sensors, Clock: clock.NewFrom(f.lid.source(), run.LastTime(r), f.speed), Holder: "the test",
		FS: fs, Wake: func() { f.lid.woke.Add(1) }, Still: f.still, Desk: f.desk}
	if f.config != nil {
		f.config(&cfg)
	}
	e, err := Open(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go e.Run(ctx)
	return e, func() error { cancel(); <-e.Done(); return e.Err() }
}
