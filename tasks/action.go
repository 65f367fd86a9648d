package tasks

// action.go: what an adapter gives the engine. An action is a list of steps; a
// step is at most one effect on the world. Steps hold no state: all they need
// is in the Call, which can be rebuilt from the journal alone.

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// Action is a kind of automated task.
type Action struct {
	Kind  string // "ec2.launch", as the plan names it
	Steps []Step

	// States names the facts a person has to state when they did the action's work by
	// hand, in a console or on a command line; from them and the world Stated finds the rest.
	States []string
	// Stated verifies what a person says was done by hand: Call.Facts holds the stated
	// facts beside the known ones. A pass may learn more facts. A fail says in Says what
	// contradicts the person. Inconclusive: the world cannot tell, or could not be asked.
	// An error is a look that did not come to its end. It only reads. nil = nothing can be verified.
	Stated func(context.Context, Call) (Result, error)
}

// Step returns the step with the id, or nil.
func (a Action) Step(id string) *Step {
	for i := range a.Steps {
		if a.Steps[i].ID == id {
			return &a.Steps[i]
		}
	}
	return nil
}

// Step is one effect on the world, or one look at it.
//
// The engine's order for an effect: Look → intent synced → Do, once → outcome
// synced → Check. A lost answer makes the outcome unknown; Find then asks the
// world. A step that only reads has Do alone and is run again after a crash.
type Step struct {
	ID     string // unique in its action, journaled: "run-instances"
	Title  string // in the imperative: "launch the instance"
	Effect bool
	// Binding: no waiver goes past it. What comes after rests on what it finds, or on its being so.
	Binding bool
	// Writes marks a look that leaves traces in what it looks at, as a functional test does. It is
	// no effect, for nothing undoes it; but it is never begun again by itself: after a crash a
	// person decides.
	Writes bool
	Call   string   // of an effect: the call as a colleague would type it, without values: "aws ec2 run-instances"
	Needs  []string // facts without which it cannot start

	// Look reads the state that Do will change; it is journaled with the intent. Optional.
	Look func(context.Context, Call) (map[string]string, error)
	// Do makes the effect with one call and no retry, or reads. An error that
	// wraps ErrUnknown says that nobody knows whether the effect happened; any
	// other error says that it did not.
	Do func(context.Context, Call) (Result, error)
	// Check verifies the effect against the world. Optional.
	Check func(context.Context, Call) (Result, error)
	// Find asks the world whether the effect of this very call happened
	// (client token, tag, describe). found false = it certainly did not: in a world
	// that is eventually consistent Find looks more than once, with Call.Wait between.
	// That the thing it would have acted on is gone is "not found" too. An error says
	// that nobody can tell yet, and blocks the task and a rollback until somebody can.
	Find func(context.Context, Call) (r Result, found bool, err error)
	// Undo is the way back; nil = the effect leaves nothing behind.
	Undo *Undo
}

// Undo is the inverse of a step's effect.
type Undo struct {
	// Describe says what Do would undo; pure, so that the review can show it and
	// the intent can carry it before the effect is made.
	Describe func(Call) UndoWords
	// Do takes the effect back. Call.Facts, Pre and Made are those of the effect. It
	// may be called again after a crash, so it looks before it acts. An effect that
	// cannot be taken back for good (somebody else uses it) is no error but Result.Left.
	Do func(context.Context, Call) (Result, error)
	// Gone asks the world whether the effect is no longer there, as patiently as Find.
	Gone func(context.Context, Call) (bool, error)
	// Prove looks once, before a rollback is offered: is the effect still there, and is it
	// this run's by its tag? there false = it is gone, nothing has to be undone. An error
	// says that it cannot be told now, and the rollback is not offered until it can.
	Prove func(context.Context, Call) (says string, there bool, err error)
}

// UndoWords tells a person what undoing means.
type UndoWords struct {
	Title  string        `json:"title"`            // "terminate the instance"
	Call   string        `json:"call,omitempty"`   // "aws ec2 terminate-instances"
	Lost   string        `json:"lost,omitempty"`   // what cannot be brought back
	Keep   string        `json:"keep,omitempty"`   // set: the policy keeps it; what stays and what it costs
	Expect time.Duration `json:"expect,omitempty"` // how long it should take
}

// Call is one execution of a step.
type Call struct {
	Plan    *plan.Plan
	Run     string // run id, the value of the tag on all we make
	Task    plan.Task
	Attempt int
	Step    string
	// Token is the effect's own identity (≤ 64 ASCII characters): the same after a
	// restart, another after the effect was undone.
	Token string
	Facts map[string]string // facts known when the call was made
	Pre   map[string]string // what Look found
	Made  []Resource        // for Check and Undo: what Do made
	// At is when the effect was intended, in run time; zero before that. What was asked
	// for a moment ago and is not found is "not yet".
	At time.Time
	// Before are the rows of an earlier try of this very step, which did not pass: what passed then
	// need not be asked again, if it was asked of the same thing. Empty on a first try, and when a
	// task that is done is verified again.
	Before []Row

	Now      func() time.Time                           // run time
	Wait     func(context.Context, time.Duration) error // in run time
	Progress func(string)                               // a line for the screen, not journaled
	Show     func([]Row)                                // the rows so far, for the screen, not journaled
}

// Result is what a step brought.
type Result struct {
	Verdict Verdict           `json:"verdict,omitempty"` // of a reading step; an effect that returns is a pass
	Says    string            `json:"says,omitempty"`    // one line for the screen
	Facts   map[string]string `json:"facts,omitempty"`   // learnt; replaces older values
	Drop    []string          `json:"drop,omitempty"`    // facts that are no longer true
	Left    string            `json:"left,omitempty"`    // of an undo: why the effect has to stay, for good
	Made    []Resource        `json:"made,omitempty"`    // what now exists because of us
	Rests   []string          `json:"rests,omitempty"`   // facts the verdict rests on: when one changes it is stale
	Rows    []Row             `json:"rows,omitempty"`    // rungs of a ladder, checks of a stage
	Trace   []Trace           `json:"trace,omitempty"`   // the calls made
}

// Resource is something that exists in the account because of this run.
type Resource struct {
	Kind string `json:"kind"` // instance, key pair, security group, address, association
	ID   string `json:"id"`
}

// Row is one line of a result with a verdict of its own.
type Row struct {
	Name     string        `json:"name"`
	Verdict  Verdict       `json:"verdict"`
	Says     string        `json:"says,omitempty"`
	Took     time.Duration `json:"took,omitempty"` // real time
	Exchange *Exchange     `json:"exchange,omitempty"`
}

// Exchange is the request behind a row and what came back: evidence in brief, never a body. It
// is not changed once made.
type Exchange struct {
	Group    string    `json:"group,omitempty"` // what the row belongs to: a file of the suite
	Test     string    `json:"test,omitempty"`  // digest of what was asked: another one is another test
	At       string    `json:"at,omitempty"`    // where the check, or the assert that failed, stands: "home.hurl:12:1"
	Line     string    `json:"line,omitempty"`  // the assert as it is written
	Request  string    `json:"request,omitempty"`
	Expected string    `json:"expected,omitempty"`
	Actual   string    `json:"actual,omitempty"`
	Excerpt  string    `json:"excerpt,omitempty"` // how the answer begins
	Status   int       `json:"status,omitempty"`
	Bytes    int64     `json:"bytes,omitempty"`
	Digest   string    `json:"sha256,omitempty"`  // of the answer's body
	Tries    int       `json:"tries,omitempty"`   // how often it was asked; over 1 = retried
	Skipped  bool      `json:"skipped,omitempty"` // on purpose: its file says so
	Target   string    `json:"target,omitempty"`  // what was tested: address, instance, build
	Ran      time.Time `json:"ran,omitzero"`      // run time
	Kept     string    `json:"kept,omitempty"`    // the file of the run folder that holds the body
}

// Trace is one call as a colleague could repeat it.
type Trace struct {
	Line      string        `json:"line"` // "aws ec2 run-instances …", "ssh …", "GET http://…"
	Took      time.Duration `json:"took,omitempty"`
	RequestID string        `json:"request_id,omitempty"`
	Error     string        `json:"error,omitempty"`
}

// Verdict is what a look at the world came to. Unknown is never a tick.
type Verdict string

// The verdicts. The empty one is not tested.
const (
	NotTested    Verdict = ""
	Pass         Verdict = "pass"
	Degraded     Verdict = "degraded" // it holds, and something about it is worse than it should be
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// Holds reports a verdict that lets a task go on.
func (v Verdict) Holds() bool { return v == Pass || v == Degraded }

// ErrUnknown marks an effect whose answer was lost: it may or may not have happened.
var ErrUnknown = errors.New("the outcome is unknown")

// Unknown wraps an error as a lost answer.
func Unknown(err error) error { return fmt.Errorf("%w: %w", ErrUnknown, err) }

// Sensor reads telemetry again and again.
type Sensor struct {
	Name  string
	Every time.Duration
	Real  bool // Every is real time; run time otherwise
	// Read takes one reading; facts are those known now. A nil update changes nothing;
	// when there is nothing to read any more, the update empties the reading.
	Read func(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error)
}

// The facts of a day, by name.
const (
	FactInstance    = "instance.id"
	FactPublicDNS   = "instance.public_dns"
	FactPublicIP    = "instance.public_ip"
	FactPrivateIP   = "instance.private_ip"
	FactKeyName     = "key.name"
	FactKeyPair     = "key.pair"   // the pair EC2 knows the instance by, once another key opens it
	FactKeyPrint    = "key.sha256" // SHA256:… of the public key
	FactGroup       = "group.id"
	FactHostKey     = "host_key.sha256" // SHA256:… from the console output
	FactHostPrints  = "host_key.prints" // every kind of key's best fingerprint there, by comma; MD5:… where an old image shows nothing better
	FactAllocation  = "address.allocation_id"
	FactElasticIP   = "address.ip"
	FactAssociation = "address.association_id"
)

// RunTag is the tag key whose value is the run id on everything a run makes;
// IntentTag carries the effect's token.
const (
	RunTag    = "tminus:run"
	IntentTag = "tminus:intent"
)

// Token is the identity of one effect: 40 lower-case characters that another
// run, task, generation or step never has, and a restarted cockpit has again.
func Token(run, task string, attempt int, step string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%s", run, task, attempt, step))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:25]))
}

// Plan describes the action's steps before any of them runs.
func (a Action) Plan(call Call) []StepPlan {
	plans := make([]StepPlan, 0, len(a.Steps))
	for _, st := range a.Steps {
		sp := StepPlan{ID: st.ID, Title: st.Title, Effect: st.Effect, Binding: st.Binding, Call: st.Call, Check: st.Check != nil}
		if st.Undo != nil {
			sp.Undo = st.Undo.Describe(call).Summary()
		}
		plans = append(plans, sp)
	}
	return plans
}

// Summary is the words in one line.
func (w UndoWords) Summary() string {
	switch {
	case w.Keep != "":
		return w.Keep
	case w.Lost != "":
		return w.Title + " (" + w.Lost + ")"
	}
	return w.Title
}
