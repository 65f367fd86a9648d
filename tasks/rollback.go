package tasks

// rollback.go: the way back, derived from the journal alone.
//
// The undo list is every effect that certainly happened and was not undone yet,
// newest first: a run that made A then B gives B away before A. An effect whose
// outcome is unknown is settled with the world first (Unsettled); until then
// nobody can say what undoing means.

import (
	"strings"
	"time"

	"tminus/tasks/plan"
)

// UndoItem is one effect that a rollback would take back, or keep by policy.
type UndoItem struct {
	Intent string
	Task   string
	Step   string
	Words  UndoWords
	Made   []Resource
	Took   time.Duration // real time the effect took
	Status StepStatus    // todo, doing, ok, failed
	Error  string
}

// Kept reports an item that the plan's policy leaves in place.
func (u UndoItem) Kept() bool { return u.Words.Keep != "" }

// UndoList is what a rollback of everything would do now, newest effect first.
func (s *State) UndoList() []UndoItem { return s.UndoListFrom("") }

// UndoListFrom is the list of a rollback from the effects of the task on; of everything
// when task is "".
func (s *State) UndoListFrom(task string) []UndoItem {
	var items []UndoItem
	for _, i := range s.Backwards(task) {
		if i.Undoable() {
			items = append(items, s.undoItem(i))
		}
	}
	return items
}

// Backwards are the effects from the task's first one on that may still stand in the
// world, newest first: those that can be undone and those of which nobody knows. Of an
// on-demand task they are its own alone: nothing else was built on it.
func (s *State) Backwards(task string) []*Intent {
	var back []*Intent
	aside := s.isOnDemand(task)
	for n := len(s.Intents) - 1; n >= s.firstEffect(task); n-- {
		if i := s.Intents[n]; i.Undoes == "" && (i.Open() || i.Undoable()) && (!aside || i.Task == task) {
			back = append(back, i)
		}
	}
	return back
}

// firstEffect is the index of the task's oldest effect that may still stand; 0 for "".
func (s *State) firstEffect(task string) int {
	if task == "" {
		return 0
	}
	for n, i := range s.Intents {
		if i.Task == task && i.Undoes == "" && (i.Open() || i.Undoable()) {
			return n
		}
	}
	return len(s.Intents)
}

// Undoable reports an effect that certainly stands and has a way back.
func (i *Intent) Undoable() bool {
	return i.Undoes == "" && i.State == OutcomeOK && !i.Undone && i.Undo != nil && len(i.Result.Made) > 0
}

// UndoProgress is the list of the rollback that was started, with what became of each item.
func (s *State) UndoProgress() []UndoItem {
	var items []UndoItem
	for _, id := range s.Rollback.Intents {
		if i := s.Intent(id); i != nil {
			items = append(items, s.undoItem(i))
		}
	}
	return items
}

func (s *State) undoItem(i *Intent) UndoItem {
	u := UndoItem{Intent: i.ID, Task: i.Task, Step: i.Step, Made: i.Result.Made, Took: i.Took, Status: StepTodo, Error: i.UndoErr}
	if i.Undo != nil {
		u.Words = *i.Undo
	}
	if i.Left != "" {
		u.Words.Keep = i.Left
	}
	switch {
	case i.Undone:
		u.Status = StepOK
	case i.UndoErr != "":
		u.Status = StepFailed
	case s.OpenUndo(i.ID) != nil:
		u.Status = StepDoing
	}
	return u
}

// OpenUndo is the undoing of an effect that was begun and whose outcome is not known, or nil.
func (s *State) OpenUndo(id string) *Intent {
	for _, i := range s.Intents {
		if i.Undoes == id && i.Open() {
			return i
		}
	}
	return nil
}

// Unsettled are the effects whose outcome is not known.
func (s *State) Unsettled() []*Intent {
	var open []*Intent
	for _, i := range s.Intents {
		if i.Open() {
			open = append(open, i)
		}
	}
	return open
}

// Left is what a finished rollback leaves in the world, in words; empty is ideal.
func (s *State) Left() []string {
	if s.isOnDemand(s.Rollback.From) {
		return s.leftOf(s.Rollback.From) // nobody meant to take the rest back
	}
	return append(s.leftOf(""), s.stated()...)
}

func (s *State) leftOf(task string) []string {
	var left []string
	for _, u := range s.UndoListFrom(task) {
		for _, r := range u.Made {
			why := u.Words.Keep
			if why == "" {
				why = "not undone"
				if u.Error != "" {
					why += ": " + u.Error
				}
			}
			left = append(left, r.Kind+" "+r.ID+": "+why)
		}
	}
	return left
}

// rolledBack ends a rollback. What still waited for a sign-off, and rests on what is no
// longer there, waits for nothing any more.
func (s *State) rolledBack(p *plan.Plan, b RollbackDone, e Event) {
	s.Rollback.Phase, s.Rollback.EndedAt, s.Rollback.Left = RolledBack, e.Run, b.Left
	gone := s.resting(p)
	for id, t := range s.Tasks {
		if t.Status == Checked && (s.Rollback.From == "" || gone[id]) {
			t.Status, t.EndedAt = Undone, e.Run
		}
	}
}

// mayRollBack judges a rollback, or, without a confirmation, the wish to review one.
func (s *State) mayRollBack(p *plan.Plan, c Command) error {
	standing := len(s.Backwards(c.Task)) > 0
	switch {
	case c.Task != "" && p.Task(c.Task) == nil:
		return refuse("the plan has no task %q", c.Task)
	case s.isOnDemand(c.Task) && s.Rollback.Locked():
		return refuse("a way back is begun already: go on with that one first (R without a task, or O once it has ended)")
	case s.Rollback.Phase == RollbackRunning:
		return refuse("the rollback is running already")
	case s.Rollback.Phase == RolledBack && !(s.Rollback.From != "" && standing):
		return refuse("the run is rolled back: there is nothing left to undo")
	case len(s.Busy(p)) > 0:
		return refuse("%s is still running: abort it first (a)", strings.Join(s.Busy(p), ", "))
	case s.Rollback.Phase == RollbackHalted: // one that halted is always gone on with, if only to come to its end
	case !standing && c.Task != "":
		return refuse("%s has changed nothing in the world that could be undone", c.Task)
	case !standing:
		return refuse("this run has changed nothing in the world that could be undone")
	}
	if c.Kind == ReviewRollback || c.Confirm == "" && c.Head == 0 {
		return nil // asked for the review only
	}
	if c.Confirm != s.Change {
		return refuse("the change number typed is %q, this change is %s", c.Confirm, s.Change)
	}
	if err := need(c.Text, "a rollback needs a reason"); err != nil {
		return err
	}
	if c.Head != s.effectHead() {
		return refuse("the run has moved on since this review was made: look at it again")
	}
	return nil
}

// BackOut is how long undoing everything would take in run time, by what each
// effect says of itself; at least nothing, when nothing was made.
func (s *State) BackOut() time.Duration {
	var sum time.Duration
	for _, u := range s.UndoList() {
		if !u.Kept() {
			sum += u.Words.Expect
		}
	}
	return sum
}

// effectHead is the number of the newest event that changes what a rollback
// would do; a note or a change of conn does not make a review stale.
func (s *State) effectHead() uint64 {
	for n := len(s.Events) - 1; n >= 0; n-- {
		switch s.Events[n].Body.(type) {
		case Noted, ConnTaken, ConnReleased, ConnOffered, Woke, WriterOpened, HoldStarted, HoldEnded, Polled:
		default:
			return s.Events[n].Seq
		}
	}
	return 0
}

// ReviewHead is what a rollback command must carry to prove that it was given
// on the newest review.
func (s *State) ReviewHead() uint64 { return s.effectHead() }
