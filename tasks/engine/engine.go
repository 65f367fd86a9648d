package engine

// engine.go: opening a run and the loop that owns it.

import (
	"context"
	"errors"
	"os"
	"time"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/run"
)

// Config is what a run is flown with.
type Config struct {
	Dir     string     // the run's folder
	Plan    *plan.Plan // of the run, as package run reads it; nil = read here
	Actions []tasks.Action
	Sensors []tasks.Sensor
	Clock   *clock.Clock
	Holder  string // named to whoever finds the run locked
	// Inject, Lift and Faults reach the pretend world; nil in a live run.
	Inject func(name string) error
	Lift   func(name string) error
	Faults func() []string
	// Readings are what is known before any sensor has read, where the calls go, say. Without
	// a stamp they are not taken for a reading.
	Readings reading.Readings
	FS       journal.FS // nil = real files; tests break it
	// Wake, when not nil, is called after time went on without the program (the machine
	// slept): connections from before are worth nothing and should be dropped. It must not block.
	Wake func()
	// Desk is where workers ask whoever sits at the cockpit; nil = nobody can be asked.
	Desk *Desk
	// Still opens a run in which nothing goes on by itself: what the journal left open
	// stays open, no sensor reads, no deadline strikes. Commands work.
	Still bool
}

// Engine is one open run.
type Engine struct {
	cfg     Config
	plan    *plan.Plan
	actions map[string]tasks.Action
	journal *journal.Writer

	state   *tasks.State
	head    journal.Head
	shown   shown
	jobs    map[string]*job // by task; rollbackJob for undoing, reviewJob for the look before it
	sensing []*sensing
	watch   clock.Watch
	wants   wants

	broken  map[string]string // by task: the step that writes, and was under way when the process before this one ended
	slot    *tasks.Slot
	inbox   inbox
	done    chan struct{}
	failure error // why the engine stopped; read after done
}

// shown is what a snapshot shows beside the state.
type shown struct {
	readings reading.Readings
	progress map[string]string // by task
	rows     map[string][]tasks.Row
	trouble  string
	review   *tasks.Review // the newest; nil = none, or the run has moved on since
}

// wants is what commands left behind that no event tells.
type wants struct {
	paused bool // the pretend clock: it goes on while a review asks the world
	going  bool // a command of this process began something: it goes on by itself
	leave  bool // the plan was amended: the one in memory is the old one

	looked   bool          // somebody wanted to look again
	lookedAt time.Duration // steady time of that
}

// inbox is what people ask and workers report. Nobody but the loop reads it.
type inbox struct {
	commands chan request
	results  chan result
	progress chan progress
	readings chan sensed
}

type request struct {
	command tasks.Command
	reply   chan error
}

// ErrJournal says that the journal failed: nothing more may happen in this process.
var ErrJournal = errors.New("the journal failed")

// ErrStopped answers a command that came after the engine had stopped.
var ErrStopped = errors.New("the run is closed: tminus resume goes on with it")

// tick is how often, in real time, the engine looks at its clock: it publishes
// once a second and starts sensors that are due.
const tick = 250 * time.Millisecond

// Open takes the lock of the run's folder, reads its journal and says in it that
// a writer is back. A *journal.LockedError names who holds it.
func Open(cfg Config) (*Engine, error) {
	w, events, tail, err := run.Open(cfg.Dir, journal.Options{Holder: cfg.Holder, FS: cfg.FS})
	if err != nil {
		return nil, err
	}
	e, err := open(cfg, w, events, tail)
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return e, nil
}

func open(cfg Config, w *journal.Writer, events []tasks.Event, tail journal.Tail) (*Engine, error) {
	p := cfg.Plan
	if p == nil {
		var err error
		if p, err = run.Plan(cfg.Dir, events); err != nil {
			return nil, err
		}
	}
	e := &Engine{
		cfg: cfg, plan: p, journal: w, state: tasks.Fold(p, events), head: w.Head(),
		actions: map[string]tasks.Action{}, shown: shown{progress: map[string]string{}, rows: map[string][]tasks.Row{}}, jobs: map[string]*job{},
		wants: wants{going: !cfg.Still},
		slot:  tasks.NewSlot(), done: make(chan struct{}),
		inbox: inbox{make(chan request), make(chan result), make(chan progress), make(chan sensed)},
	}
	e.shown.readings = cfg.Readings
	e.shown.readings.Failures = map[string]reading.Failure{}
	for _, a := range cfg.Actions {
		e.actions[a.Kind] = a
	}
	e.broken = e.brokenOff()
	for _, s := range cfg.Sensors {
		e.sensing = append(e.sensing, &sensing{Sensor: s})
	}
	away := e.closed()
	e.record(tasks.ActorEngine, tasks.WriterOpened{Epoch: e.state.Epoch + 1, PID: os.Getpid(), Torn: tail.Bytes, From: w.Head().Seq})
	e.comeBack(away)
	if e.failure != nil {
		return nil, e.failure
	}
	return e, nil
}

// Snapshots delivers the newest snapshot. One screen reads it.
func (e *Engine) Snapshots() *tasks.Slot { return e.slot }

// First is the snapshot as opened. It may be called until Run is.
func (e *Engine) First() *tasks.Snapshot { return e.snapshot() }

// Done is closed when the engine has stopped; Err tells then why, nil if it was asked to.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Err is why the engine stopped, once Done is closed.
func (e *Engine) Err() error { return e.failure }

// Send asks for something and returns when it was refused (a tasks.Refusal), or
// allowed, written and begun. It may be called from any goroutine.
func (e *Engine) Send(c tasks.Command) error {
	r := request{c, make(chan error, 1)}
	select {
	case e.inbox.commands <- r:
	case <-e.done:
		return e.stopped()
	}
	select {
	case err := <-r.reply:
		return err
	case <-e.done:
		return e.stopped()
	}
}

func (e *Engine) stopped() error {
	if e.failure != nil {
		return e.failure
	}
	return ErrStopped
}

// Run flies the run until the context ends or the journal fails, and closes the
// journal. Effects that are under way when it ends are waited for and recorded.
func (e *Engine) Run(ctx context.Context) error {
	defer close(e.done)
	looks, cancel := context.WithCancel(ctx)
	defer cancel()
	e.fly(ctx, looks)
	cancel()
	e.leave(looks)
	return e.failure
}

// fly is the loop. looks is the context of whatever may be cut short.
func (e *Engine) fly(ctx, looks context.Context) {
	defer e.owned()
	e.away(looks) // the first look at the clock: nothing comes before it
	e.resume(looks)
	e.deadline() // it may have passed while nobody flew
	e.publish()
	e.writeLive() // a follower that comes now must not think that nobody flies
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for beat := 0; e.failure == nil && ctx.Err() == nil; {
		select {
		case <-ctx.Done():
		case r := <-e.inbox.commands:
			changed := e.passed(looks)
			err := e.command(looks, r.command)
			if err == nil || changed || e.failure != nil { // a refusal changes nothing: who sees snapshots need not look again
				e.publish()
			}
			r.reply <- err
		case r := <-e.inbox.results:
			e.away(looks)
			e.settle(looks, r)
			e.publish()
		case p := <-e.inbox.progress:
			if e.jobs[p.job.key] == p.job { // not the echo of one that has reported
				e.hear(p)
			}
		case s := <-e.inbox.readings:
			e.take(s)
		case <-e.cfg.Desk.changed():
			e.publish()
		case <-ticker.C:
			if e.passed(looks) {
				e.publish()
			}
			e.hurry()
			e.sense(looks)
			if beat++; beat%int(time.Second/tick) == 0 {
				e.publish()
				e.writeLive()
			}
		}
	}
}
