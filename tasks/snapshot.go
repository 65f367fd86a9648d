package tasks

// snapshot.go: everything a screen is a function of. Newest wins; a snapshot
// is never changed after it was published.

import (
	"time"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// Snapshot is one moment of a run.
type Snapshot struct {
	Plan     *plan.Plan // times already shifted
	State    *State
	Schedule Schedule
	Drift    []DriftRow
	Twins    []TwinRow // what differs between primary and standby, as far as both are known
	Live
}

// Live is what a run shows beside its journal: clock and readings. The cockpit
// writes it to live.json once a second; a follower shows nothing beyond its Seq.
type Live struct {
	Now      time.Time         `json:"now"`  // run time, whole seconds
	Wall     time.Time         `json:"wall"` // real time
	Speed    float64           `json:"speed"`
	Paused   bool              `json:"paused,omitempty"`
	Seq      uint64            `json:"seq"`
	Head     string            `json:"head"` // sum of record Seq
	Readings reading.Readings  `json:"readings"`
	Progress map[string]string `json:"progress,omitempty"` // by task: what the running step waits for
	Rows     map[string][]Row  `json:"rows,omitempty"`     // by task: what the running step has found so far
	Faults   []string          `json:"faults,omitempty"`   // switched on in the pretend world
	Trouble  string            `json:"trouble,omitempty"`  // what keeps the engine from going on
	Review   *Review           `json:"review,omitempty"`   // the newest look at what a rollback would undo
	Question *Question         `json:"question,omitempty"` // a worker waits for the answer; the oldest first
	Waking   []string          `json:"waking,omitempty"`   // sensors not heard since the machine slept: nobody can take the conn yet
}

// Review is what the world says of a rollback's targets, asked for before it is offered.
type Review struct {
	From   string           `json:"from,omitempty"` // as in the command
	Head   uint64           `json:"head"`           // State.ReviewHead when it was asked for
	Proofs map[string]Proof `json:"proofs"`         // by intent id
	Done   bool             `json:"done"`           // every target was asked about
}

// Proof is what the world says of one target.
type Proof struct {
	There bool   `json:"there"` // false without an error: it is gone, nothing has to be undone
	Says  string `json:"says,omitempty"`
	Error string `json:"error,omitempty"` // it cannot be told
}

// Unproven is why the rollback cannot be offered on this review; "" = it can.
func (r *Review) Unproven(from string, head uint64) string {
	switch {
	case r == nil || r.From != from || r.Head != head:
		return "the world has not been asked yet what there is to undo"
	case !r.Done:
		return "the world is being asked what there is to undo: one moment"
	}
	for _, id := range sortedKeys(r.Proofs) {
		if p := r.Proofs[id]; p.Error != "" {
			return id + ": " + p.Error
		}
	}
	return ""
}

// Beat is the run time that passes between two snapshots, a second apart in real time.
func (l Live) Beat() time.Duration { return time.Duration(l.Speed * float64(time.Second)) }

// NewSnapshot is the screen's view of a state at a moment.
func NewSnapshot(p *plan.Plan, s *State, live Live) *Snapshot {
	live.Now = live.Now.Truncate(time.Second)
	return &Snapshot{Plan: p, State: s, Schedule: NewSchedule(p, s, live.Now), Drift: Drift(p, s, live), Twins: Twins(p, s, live), Live: live}
}

// Task returns the plan's row and the state of a task; ok false when there is none.
func (s *Snapshot) Task(id string) (t *plan.Task, ts *TaskState, ok bool) {
	t = s.Plan.Task(id)
	if t == nil {
		return nil, nil, false
	}
	return t, s.State.Tasks[id], true
}

// Slot holds the newest snapshot. Put never blocks and Get never waits for the
// engine: a slow screen skips snapshots, it does not queue them.
type Slot struct {
	ch chan *Snapshot
}

// NewSlot returns an empty slot. It has one writer and one reader.
func NewSlot() *Slot { return &Slot{ch: make(chan *Snapshot, 1)} }

// Put replaces the snapshot in the slot.
func (s *Slot) Put(n *Snapshot) {
	for {
		select {
		case s.ch <- n:
			return
		default:
		}
		select {
		case <-s.ch:
		default:
		}
	}
}

// Newest delivers the newest snapshot not yet taken.
func (s *Slot) Newest() <-chan *Snapshot { return s.ch }
