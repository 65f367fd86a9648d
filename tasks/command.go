package tasks

// command.go: what a person may ask of the engine. A command is a wish; only
// the events it becomes, if the engine allows it, are true.

import "time"

// Command asks the engine for something. The zero fields a kind does not name are ignored.
type Command struct {
	Kind CommandKind
	By   string // who asks: contact id
	Task string
	Text string // note, reason or evidence
	Go   bool   // Decide: go or no-go
	For  string // SignOffTask, PollGate, Waive: whose acceptance or answer it is; OfferConn: to whom (contact id)
	// Rollback: the change number as typed, and the journal head the review was made at.
	// Its Task is the one from whose effects on; "" = everything.
	Confirm string
	Head    uint64
	On      bool              // Pause: stop or go on
	Until   time.Time         // HoldPlan: its expected end, run time
	Event   uint64            // TakeBack: the event, an Entry.Seq
	Facts   map[string]string // AttestTask of an action: what was done by hand brought
	Amend   *Amendment        // AmendPlan
	How     string            // SignOffTask: how the acceptance was given
}

// CommandKind names a command.
type CommandKind string

// The commands.
const (
	TakeConn     CommandKind = "take conn"
	OfferConn    CommandKind = "offer conn" // For ""  = withdraw the offer; the offered person accepts with TakeConn
	ReleaseConn  CommandKind = "release conn"
	HoldPlan     CommandKind = "hold"
	ResumePlan   CommandKind = "resume"
	StartTask    CommandKind = "start"  // also: try again, verify again
	AttestTask   CommandKind = "attest" // a manual task is done, or an action's work was done by hand
	FailTask     CommandKind = "fail"   // a manual task failed
	SkipTask     CommandKind = "skip"
	PollGate     CommandKind = "poll" // one voter's answer
	DecideGate   CommandKind = "decide"
	Waive        CommandKind = "waive"
	SignOffTask  CommandKind = "sign off"
	AbortRunning CommandKind = "abort" // Task "" = everything that runs
	AddNote      CommandKind = "note"
	TakeBack     CommandKind = "take back" // bookkeeping, never an effect
	// ReviewRollback asks the world about everything a rollback would undo: Live.Review
	// holds the answers. Nothing is undone before that.
	ReviewRollback CommandKind = "review rollback"
	RollBack       CommandKind = "roll back"
	ReopenRun      CommandKind = "reopen"
	AmendPlan      CommandKind = "amend"
	// PauseClock stops the pretend clock while a confirmation or a review is open.
	// It is not journaled and does nothing in a live run.
	PauseClock CommandKind = "pause clock"
	// LookAgain makes every sensor read at once, over new connections: after a sign-in, say.
	// It is not journaled, and a follower may not.
	LookAgain CommandKind = "look again"
	// InjectFault breaks the pretend world, LiftFault mends it: Text names the fault.
	InjectFault CommandKind = "inject fault"
	LiftFault   CommandKind = "lift fault"
)

// Refusal is a command the engine did not allow, in a sentence a person can act on.
type Refusal struct{ Sentence string }

func (r Refusal) Error() string { return r.Sentence }
