package tasks

// command.go: what a person may ask of the engine. A command is a wish; only
// the events it becomes, if the engine allows it, are true.

// Command asks the engine for something. The zero fields a kind does not name are ignored.
type Command struct {
	Kind CommandKind
	By   string // who asks: contact id
	Task string
	Text string // note, reason or evidence
	Go   bool   // Decide: go or no-go
	For  string // SignOffTask: whose acceptance it is (contact id)
	// Rollback: the change number as typed, and the journal head the review was made at.
	Confirm string
	Head    uint64
	On      bool // Pause: stop or go on
}

// CommandKind names a command.
type CommandKind string

// The commands.
const (
	TakeConn     CommandKind = "take conn"
	ReleaseConn  CommandKind = "release conn"
	StartTask    CommandKind = "start"  // also: try again, verify again
	AttestTask   CommandKind = "attest" // a manual task is done
	FailTask     CommandKind = "fail"   // a manual task failed
	SkipTask     CommandKind = "skip"
	DecideGate   CommandKind = "decide"
	SignOffTask  CommandKind = "sign off"
	AbortRunning CommandKind = "abort" // Task "" = everything that runs
	AddNote      CommandKind = "note"
	RollBack     CommandKind = "roll back"
	// PauseClock stops the pretend clock while a confirmation or a review is open.
	// It is not journaled and does nothing in a live run.
	PauseClock CommandKind = "pause clock"
	// InjectFault breaks the pretend world: Text names the fault.
	InjectFault CommandKind = "inject fault"
)

// Refusal is a command the engine did not allow, in a sentence a person can act on.
type Refusal struct{ Sentence string }

func (r Refusal) Error() string { return r.Sentence }
