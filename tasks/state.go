package tasks

// state.go: where a run stands. State is the fold of plan and events and of
// nothing else: same bytes, same state, for ever. No clock, no I/O, no map
// order reaches it.

import (
	"slices"
	"time"

	"tminus/tasks/plan"
)

// Status is where a task stands.
type Status string

// The statuses of a task. Ready is not one of them: it is derived (see Ready).
const (
	Waiting Status = "waiting"
	Active  Status = "active"
	Checked Status = "checked" // its work passed; it waits for sign-offs
	Done    Status = "done"
	Failed  Status = "failed"
	Aborted Status = "aborted"
	Skipped Status = "skipped"
	Unsure  Status = "unknown" // an effect's outcome is unknown: dependents are blocked
	Undone  Status = "rolled back"
)

// Finished reports whether dependents may go on.
func (s Status) Finished() bool { return s == Done || s == Skipped }

// Stopped reports a task that began, is not done and does not run: somebody has to go on with it.
func (s Status) Stopped() bool { return s == Failed || s == Aborted }

// State is one run as its journal tells it.
type State struct {
	Run     string
	Change  string
	Mode    Mode
	Opened  time.Time // run time
	Shift   time.Duration
	Plan    string // SHA-256 of the plan in force, as amended
	Suite   string // digest of the smoke tests' files in force; "" = none
	Actions map[string][]StepPlan
	States  map[string][]string // by action: the facts to state when it was done by hand
	// Baseline is the times of tasks as planned when the run opened, of those that were amended.
	Baseline map[string]Span

	Conn     Conn
	Hold     Hold
	Tasks    map[string]*TaskState
	Facts    map[string]Fact
	Intents  []*Intent // in the order they were intended
	Rollback RollbackState
	Released bool
	Epoch    int
	// Ledger is the bookkeeping that can be taken back, oldest first.
	Ledger []Entry

	// Events is the whole journal, oldest first. It is only ever appended to.
	Events []Event
}

// Mode is how a run is flown.
type Mode string

// The two ways to fly.
const (
	LiveRun      Mode = "live"
	RehearsalRun Mode = "rehearsal"
)

// Conn is the right to act.
type Conn struct {
	Holder  string // "" = nobody: read-only
	Since   time.Time
	Offered string // to whom the holder offers it
	Lost    string // why nobody has it any more: the machine slept; "" = it was not lost
}

// Fact is a value learnt on the day.
type Fact struct {
	Value string
	Task  string
	Step  string
	At    time.Time // run time
	// Stated: a person said so; whether the world agreed is the evidence of their task.
	Stated bool
}

// Intent is an effect: intended, and what is known of it.
type Intent struct {
	Intended
	State   OutcomeState // "" = open: no outcome recorded
	Error   string
	Result  Result
	At      time.Time // run time of the intent
	Took    time.Duration
	Undone  bool
	UndoErr string // why the last try to undo it failed
	Left    string // why it stays for good, found when undoing it
}

// Open reports an effect of which it is not known whether it happened.
func (i *Intent) Open() bool { return i.State == "" || i.State == OutcomeUnknown }

// RollbackPhase is where a rollback stands.
type RollbackPhase string

// The phases of a rollback.
const (
	RollbackNone    RollbackPhase = ""
	RollbackRunning RollbackPhase = "running"
	RollbackHalted  RollbackPhase = "stopped" // an undo failed; it can be started again
	RolledBack      RollbackPhase = "done"
)

// RollbackState is the way back, as far as it came.
type RollbackState struct {
	Phase     RollbackPhase
	From      string // the task from whose effects on; "" = everything
	Reason    string
	By        string
	StartedAt time.Time
	EndedAt   time.Time
	Intents   []string // to be undone, newest first
	Stopped   string   // why it halted
	Left      []string
}

// Locked reports whether the forward plan is locked.
func (r RollbackState) Locked() bool { return r.Phase != RollbackNone }

// NewState is the state before any event.
func NewState(p *plan.Plan) *State {
	s := &State{Tasks: map[string]*TaskState{}, Facts: map[string]Fact{}}
	for t := range p.All() {
		ts := &TaskState{Status: Waiting, OnDemand: t.OnDemand}
		if t.Done() {
			ts.Status, ts.Claimed = Done, true
		}
		s.Tasks[t.ID] = ts
	}
	return s
}

// Fold is the state after the events.
func Fold(p *plan.Plan, events []Event) *State {
	s := NewState(p)
	s.Events = make([]Event, 0, len(events))
	for _, e := range events {
		s.Apply(p, e)
	}
	return s
}

// Intent returns the intent with the id, or nil.
func (s *State) Intent(id string) *Intent {
	for i := len(s.Intents) - 1; i >= 0; i-- {
		if s.Intents[i].ID == id {
			return s.Intents[i]
		}
	}
	return nil
}

// Values is the facts as plain values, for a Call.
func (s *State) Values() map[string]string {
	m := make(map[string]string, len(s.Facts))
	for k, f := range s.Facts {
		m[k] = f.Value
	}
	return m
}

// Stale reports which facts a piece of evidence rests on have changed since.
func (s *State) Stale(e Evidence) []string {
	var names []string
	for _, name := range sortedKeys(e.On) {
		if s.Facts[name].Value != e.On[name] {
			names = append(names, name)
		}
	}
	return names
}

// Ready reports whether the task may start: it waits and all before it is finished.
func (s *State) Ready(t *plan.Task) bool {
	ts := s.Tasks[t.ID]
	if ts == nil || ts.Status != Waiting || s.Rollback.Locked() || s.heldFor(t) != nil {
		return false
	}
	return len(s.Blockers(t)) == 0
}

// Blockers are the dependencies that are not finished yet.
func (s *State) Blockers(t *plan.Task) []string {
	var ids []string
	for _, id := range t.After {
		if d := s.Tasks[id]; d == nil || !d.Status.Finished() {
			ids = append(ids, id)
		}
	}
	return ids
}

// Busy are the tasks that run, or whose effect the world is asked about, in plan order.
func (s *State) Busy(p *plan.Plan) []string {
	var ids []string
	for t := range p.All() {
		if st := s.Tasks[t.ID].Status; st == Active || st == Unsure {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// Ended reports a run that nothing goes on with: rolled back to its end, or
// released and not being rolled back since.
func (s *State) Ended() bool {
	return s.Rollback.Phase == RolledBack || s.Released && !s.Rollback.Locked()
}

// Missing are the sign-offs that the task still lacks and that nobody waived.
func (s *State) Missing(t *plan.Task) []string {
	var ids []string
	ts := s.Tasks[t.ID]
	for _, want := range t.SignOff {
		signed := slices.ContainsFunc(ts.SignOffs, func(so SignOff) bool { return so.Contact == want })
		waived := slices.ContainsFunc(ts.Waivers, func(w Waiver) bool { return w.Contact == want })
		if !signed && !waived {
			ids = append(ids, want)
		}
	}
	return ids
}

// Effect is the newest intent of a step in the task's present generation that
// was not undone, or nil.
func (s *State) Effect(task, step string) *Intent {
	t := s.Tasks[task]
	if t == nil {
		return nil
	}
	for n := len(s.Intents) - 1; n >= 0; n-- {
		i := s.Intents[n]
		if i.Task == task && i.Step == step && i.Undoes == "" && !i.Undone && i.Attempt == t.Attempt {
			return i
		}
	}
	return nil
}
