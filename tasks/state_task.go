package tasks

// state_task.go: where one task stands, and each of its steps; what was accepted, and what proves it.

import "time"

// TaskState is one task of the run.
type TaskState struct {
	Status    Status
	Claimed   bool // completed in the document, without evidence
	Booked    bool // the ledger holds entries that can put it back
	Attempt   int
	StartedAt time.Time // run time; the actual start, never edited
	EndedAt   time.Time
	Idle      time.Duration // of the time since StartedAt: how long it stood failed or aborted before it was started again
	By        string
	Reason    string // why it failed, was skipped or aborted; the note of an attestation
	Steps     []StepState
	SignOffs  []SignOff
	Poll      []Vote   // answers at a gate, oldest first
	Waivers   []Waiver // what it goes on without
	Overdue   bool     // a gate whose deadline passed undecided: the plan was held for it
	Evidence  []Evidence
	Again     bool              // being verified once more: what it had done stands
	Stated    map[string]string // facts stated by hand; not nil = done by hand
	OnDemand  bool              // it has no time, and a way back of its own
	Back      RollbackState     // of an on-demand task: its own way back, the newest, once it has ended or stopped
}

// StepStatus is where a step stands.
type StepStatus string

// The statuses of a step.
const (
	StepTodo    StepStatus = "todo"
	StepDoing   StepStatus = "doing"
	StepOK      StepStatus = "ok"
	StepFailed  StepStatus = "failed"
	StepUnknown StepStatus = "unknown"
	StepUndone  StepStatus = "undone"
	StepWaived  StepStatus = "waived"  // it was not proven, and somebody decided to go on
	StepByHand  StepStatus = "by hand" // done outside tminus
)

// StepState is one step of a task as far as it came.
type StepState struct {
	StepPlan
	Status  StepStatus
	Started time.Time // run time
	Ended   time.Time
	Took    time.Duration // real time of the call
	Says    string
	Error   string
	Verdict Verdict
	Rows    []Row
	Trace   []Trace
	Before  []Row // of the try before, while it is tried again
}

// SignOff is one named acceptance.
type SignOff struct {
	Contact, By, Evidence string
	How                   string // "e-mail", "call", "in person"
	Head                  string // of the journal when it was given: "41:9f3c…"
	Results               string // State.Results of the task, then
	At                    time.Time
}

// Evidence is a passed check and the values of the facts it rests on.
type Evidence struct {
	Step string
	Says string
	At   time.Time // run time
	On   map[string]string
}

// idle is how long the task has stood still until now since it began: what is left of it takes
// its time all the same, so that a task that failed slides with the clock until somebody goes on.
func (t *TaskState) idle(now time.Time) time.Duration {
	if t.Status.Stopped() {
		return t.Idle + max(now.Sub(t.EndedAt), 0)
	}
	return t.Idle
}

// ByHand reports a task whose work was done outside tminus.
func (t *TaskState) ByHand() bool { return t.Stated != nil }

// NextStep is the id of the first step that is neither ok nor waived; "" when there is none.
func (t *TaskState) NextStep() string {
	if n := t.next(); n >= 0 {
		return t.Steps[n].ID
	}
	return ""
}

// Step returns the task's step with the id; a zero one when there is none.
func (t *TaskState) Step(id string) StepState {
	for _, st := range t.Steps {
		if st.ID == id {
			return st
		}
	}
	return StepState{}
}
