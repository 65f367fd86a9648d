package tasks

// event.go: what can happen in a run. Events are the only input of the fold; the
// journal keeps them for ever, so a field is never renamed and never reused.

import "time"

// Event is one thing that happened. Order is Seq only; times are for people.
type Event struct {
	Seq    uint64
	Wall   time.Time     // real time, UTC
	Run    time.Time     // run time, UTC: scaled in a rehearsal
	Steady time.Duration // since the writer opened, by a clock that never jumps
	By     string        // contact id, "rehearsal" for the pretend people, "tminus" for the engine
	Body   Body
}

// Body is what happened; Kind is its stable name in the journal.
type Body interface{ Kind() string }

// RunOpened is the first event of every run.
type RunOpened struct {
	Run     string                `json:"run"`
	Change  string                `json:"change"`
	Plan    string                `json:"plan_sha256"`
	Mode    Mode                  `json:"mode"`
	Shift   time.Duration         `json:"shift"`            // added to every time of the plan: a past day rehearsed now
	Rebase  string                `json:"rebase,omitempty"` // or the day it was moved to, by the wall: plan.RebaseTo
	Actions map[string][]StepPlan `json:"actions"`
	States  map[string][]string   `json:"states,omitempty"` // by action: the facts to state when it was done by hand
	Build   string                `json:"build,omitempty"`
	Suite   string                `json:"suite_sha256,omitempty"` // of the smoke tests' files, frozen with the plan; "" = none
}

// StepPlan describes a step before it runs.
type StepPlan struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Effect  bool   `json:"effect,omitempty"`
	Binding bool   `json:"binding,omitempty"` // no waiver goes past it
	Call    string `json:"call,omitempty"`    // "aws ec2 run-instances"
	Check   bool   `json:"check,omitempty"`   // the effect is verified before the next step
	Undo    string `json:"undo,omitempty"`    // what undo would do, "" = nothing to undo
}

// WriterOpened says that a process took the journal, first or again.
type WriterOpened struct {
	Epoch int    `json:"epoch"`
	PID   int    `json:"pid"`
	Torn  int    `json:"torn,omitempty"` // bytes of a torn tail that were cut (a copy is kept)
	From  uint64 `json:"from,omitempty"` // head it went on from
}

// ConnTaken gives Event.By the conn.
type ConnTaken struct {
	From string `json:"from,omitempty"` // who held it
}

// ConnReleased leaves the run without a holder: read-only.
type ConnReleased struct{}

// ConnOffered offers the conn by name; nobody else can take it then. To "" withdraws the offer.
type ConnOffered struct {
	To string `json:"to,omitempty"`
}

// Woke says that time went on without the program: the machine slept, a clock was set, the
// process stood still. Whoever had the conn has it no more: the world is read again first.
type Woke struct {
	Says   string        `json:"says"`
	Wall   time.Duration `json:"wall"`   // by the calendar
	Steady time.Duration `json:"steady"` // by the clock that never jumps
}

// HoldStarted stops the plan: what runs goes on, nothing else begins.
type HoldStarted struct {
	Reason string     `json:"reason"`
	Until  *time.Time `json:"until,omitempty"` // expected end, run time
	Task   string     `json:"task,omitempty"`  // the gate whose deadline passed undecided
}

// HoldEnded lets the plan go on.
type HoldEnded struct {
	Note string `json:"note,omitempty"`
}

// TaskStarted starts, retries or re-verifies a task at a step.
type TaskStarted struct {
	Task    string `json:"task"`
	Attempt int    `json:"attempt"` // generation of effects: grows when they were undone
	From    string `json:"from,omitempty"`
	Again   bool   `json:"again,omitempty"` // a done task verified once more
}

// Intended is synced before an effect: what will be asked of the world, by which
// identity, from which state, and how it is taken back.
type Intended struct {
	ID      string            `json:"id"`
	Task    string            `json:"task"`
	Step    string            `json:"step"`
	Action  string            `json:"action"`
	Attempt int               `json:"attempt"`
	Token   string            `json:"token"`
	Facts   map[string]string `json:"facts,omitempty"`
	Pre     map[string]string `json:"pre,omitempty"`
	Undo    *UndoWords        `json:"undo,omitempty"`
	Undoes  string            `json:"undoes,omitempty"` // id of the intent this one takes back
}

// Outcome closes an intent, or leaves it unknown.
type Outcome struct {
	Intent string        `json:"intent"`
	State  OutcomeState  `json:"state"`
	Error  string        `json:"error,omitempty"`
	Took   time.Duration `json:"took,omitempty"` // real time
	Result Result        `json:"result"`
}

// OutcomeState is ok, failed (certainly not done) or unknown.
type OutcomeState string

// The outcomes of an effect.
const (
	OutcomeOK      OutcomeState = "ok"
	OutcomeFailed  OutcomeState = "failed"
	OutcomeUnknown OutcomeState = "unknown"
)

// Reconciled says what the world answered about an intent whose outcome was open or unknown.
type Reconciled struct {
	Intent string       `json:"intent"`
	State  OutcomeState `json:"state"` // ok = it had happened; failed = it had not; unknown = still not known
	Error  string       `json:"error,omitempty"`
	Result Result       `json:"result"`
}

// StepDone is the result of a reading step, or of the check after an effect.
type StepDone struct {
	Task   string        `json:"task"`
	Step   string        `json:"step"`
	Error  string        `json:"error,omitempty"` // why it did not pass
	Took   time.Duration `json:"took,omitempty"`
	Result Result        `json:"result"`
}

// TaskChecked says that a task's own work passed and that it waits for sign-offs;
// Note is the attestation of a manual one.
type TaskChecked struct {
	Task string `json:"task"`
	Note string `json:"note,omitempty"`
}

// TaskDone completes a task; Note is the attestation of a manual one.
type TaskDone struct {
	Task string `json:"task"`
	Note string `json:"note,omitempty"`
}

// TaskFailed stops a task.
type TaskFailed struct {
	Task   string `json:"task"`
	Step   string `json:"step,omitempty"`
	Reason string `json:"reason"`
	Broken bool   `json:"broken,omitempty"` // the step writes, and was under way when the process before this one ended
}

// ByHand says that somebody did an action's work outside tminus; Facts are what it brought,
// as they state it. The world is asked about them next.
type ByHand struct {
	Task  string            `json:"task"`
	Note  string            `json:"note"`
	Facts map[string]string `json:"facts,omitempty"`
}

// TaskSkipped leaves a task undone on purpose.
type TaskSkipped struct {
	Task   string `json:"task"`
	Reason string `json:"reason"`
}

// TaskAborted stops what was running, at once.
type TaskAborted struct {
	Task   string `json:"task"`
	Reason string `json:"reason,omitempty"`
}

// Decided is the answer at a gate.
type Decided struct {
	Task string `json:"task"`
	Go   bool   `json:"go"`
	Note string `json:"note,omitempty"`
}

// Polled is one voter's answer at a gate; the newest of each counts.
type Polled struct {
	Task    string `json:"task"`
	Contact string `json:"contact"`
	Go      bool   `json:"go"`
	Note    string `json:"note,omitempty"`
}

// Waived lets a task go on without something that was asked of it: what a reading step
// could not prove, or somebody's sign-off.
type Waived struct {
	Task    string `json:"task"`
	Step    string `json:"step,omitempty"`
	Contact string `json:"contact,omitempty"`
	Reason  string `json:"reason"`
}

// Retracted takes back a piece of bookkeeping; the event it names stays in the journal.
type Retracted struct {
	Event  uint64 `json:"event"`
	Reason string `json:"reason,omitempty"`
}

// SignedOff records a named person's acceptance of a task.
type SignedOff struct {
	Task     string `json:"task"`
	Contact  string `json:"contact"`
	Evidence string `json:"evidence"`
	How      string `json:"how,omitempty"`
	Head     string `json:"head,omitempty"`    // of the journal before this: seq:sum
	Results  string `json:"results,omitempty"` // digest of what the task's steps found
}

// Noted is a remark, of a task or of the run.
type Noted struct {
	Task string `json:"task,omitempty"`
	Text string `json:"text"`
}

// RollbackStarted locks the forward plan and names what will be undone, newest first.
type RollbackStarted struct {
	Head    uint64   `json:"head"`           // the journal head the review was made at
	From    string   `json:"from,omitempty"` // the task from whose effects on; "" = everything
	Reason  string   `json:"reason"`
	Intents []string `json:"intents"`
}

// RollbackStopped says why undoing stopped before its end; it can be started again.
type RollbackStopped struct {
	Reason string `json:"reason"`
}

// RollbackDone ends a rollback; Left names what stays, ideally nothing.
type RollbackDone struct {
	Left []string `json:"left,omitempty"`
}

// Reopened returns what was undone, and what rested on it, to not started.
type Reopened struct {
	Reason string `json:"reason"`
}

// Amended changes the plan on the day. The older copies stay in the run's folder.
type Amended struct {
	From    string                `json:"from"` // SHA-256 of the plan before
	To      string                `json:"to"`
	File    string                `json:"file"` // the new frozen copy, in the run's folder
	Reason  string                `json:"reason"`
	Changes []string              `json:"changes"`
	Actions map[string][]StepPlan `json:"actions,omitempty"`
	States  map[string][]string   `json:"states,omitempty"`
	Was     map[string]Span       `json:"was,omitempty"` // by task: the times it changes, as they were
	Suite   string                `json:"suite_sha256,omitempty"`
}

// Released ends a run whose every task is done.
type Released struct{}

func (RunOpened) Kind() string       { return "run.open" }
func (WriterOpened) Kind() string    { return "writer.open" }
func (ConnTaken) Kind() string       { return "conn.take" }
func (ConnReleased) Kind() string    { return "conn.release" }
func (ConnOffered) Kind() string     { return "conn.offer" }
func (Woke) Kind() string            { return "clock.gap" }
func (HoldStarted) Kind() string     { return "hold.start" }
func (HoldEnded) Kind() string       { return "hold.end" }
func (TaskStarted) Kind() string     { return "task.start" }
func (Intended) Kind() string        { return "intent" }
func (Outcome) Kind() string         { return "outcome" }
func (Reconciled) Kind() string      { return "reconciled" }
func (StepDone) Kind() string        { return "step" }
func (TaskChecked) Kind() string     { return "task.checked" }
func (TaskDone) Kind() string        { return "task.done" }
func (TaskFailed) Kind() string      { return "task.fail" }
func (ByHand) Kind() string          { return "task.byhand" }
func (TaskSkipped) Kind() string     { return "task.skip" }
func (TaskAborted) Kind() string     { return "task.abort" }
func (Decided) Kind() string         { return "gate" }
func (Polled) Kind() string          { return "gate.poll" }
func (Waived) Kind() string          { return "waive" }
func (Retracted) Kind() string       { return "retract" }
func (SignedOff) Kind() string       { return "signoff" }
func (Noted) Kind() string           { return "note" }
func (RollbackStarted) Kind() string { return "rollback.start" }
func (RollbackStopped) Kind() string { return "rollback.stop" }
func (RollbackDone) Kind() string    { return "rollback.done" }
func (Reopened) Kind() string        { return "run.reopen" }
func (Amended) Kind() string         { return "plan.amend" }
func (Released) Kind() string        { return "run.released" }
