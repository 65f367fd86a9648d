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
	// Inject and Faults reach the pretend world; nil in a live run.
	Inject func(name string) error
	Faults func() []string
	FS     journal.FS // nil = real files; tests break it
}

// Engine is one open run.
type Engine struct {
	cfg     Config
	plan    *plan.Plan
	actions map[string]tasks.Action
	journal *journal.Writer

	state    *tasks.State
	head     journal.Head
	readings reading.Readings
	progress map[string]string
	trouble  string
	jobs     map[string]*job // by task; rollbackJob for undoing
	sensing  []*sensing

	slot     *tasks.Slot
	commands chan request
	inbox    inbox
	done     chan struct{}
	failure  error // why the engine stopped; read after done
}

// inbox is what workers report. Nobody but the loop reads it.
type inbox struct {
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
	w, records, tail, err := journal.Open(cfg.Dir, journal.Options{Holder: cfg.Holder, FS: cfg.FS})
	if err != nil {
		return nil, err
	}
	e, err := open(cfg, w, records, tail)
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return e, nil
}

func open(cfg Config, w *journal.Writer, records []journal.Record, tail journal.Tail) (*Engine, error) {
	events, err := run.Events(records)
	if err != nil {
		return nil, err
	}
	p := cfg.Plan
	if p == nil {
		if p, err = run.Plan(cfg.Dir, events); err != nil {
			return nil, err
		}
	}
	e := &Engine{
		cfg: cfg, plan: p, journal: w, state: tasks.Fold(p, events), head: w.Head(),
		actions: map[string]tasks.Action{}, progress: map[string]string{}, jobs: map[string]*job{},
		slot: tasks.NewSlot(), commands: make(chan request), done: make(chan struct{}),
		inbox: inbox{make(chan result), make(chan progress), make(chan sensed)},
	}
	e.readings.Errors = map[string]string{}
	for _, a := range cfg.Actions {
		e.actions[a.Kind] = a
	}
	for _, s := range cfg.Sensors {
		e.sensing = append(e.sensing, &sensing{Sensor: s})
	}
	e.record(tasks.ActorEngine, tasks.WriterOpened{Epoch: e.state.Epoch + 1, PID: os.Getpid(), Torn: tail.Bytes, From: w.Head().Seq})
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
	case e.commands <- r:
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
	e.resume(looks)
	e.publish()
	e.writeLive() // a follower that comes now must not think that nobody flies
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for beat := 0; e.failure == nil && ctx.Err() == nil; {
		select {
		case <-ctx.Done():
		case r := <-e.commands:
			err := e.command(looks, r.command)
			if err == nil || e.failure != nil { // a refusal changes nothing: who sees snapshots need not look again
				e.publish()
			}
			r.reply <- err
		case r := <-e.inbox.results:
			e.settle(looks, r)
			e.publish()
		case p := <-e.inbox.progress:
			if e.jobs[p.job.key] == p.job { // not the echo of one that has reported
				e.progress[p.job.task] = p.text
			}
		case s := <-e.inbox.readings:
			e.take(s)
		case <-ticker.C:
			e.sense(looks)
			if beat++; beat%int(time.Second/tick) == 0 {
				e.publish()
				e.writeLive()
			}
		}
	}
}
