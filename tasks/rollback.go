package tasks

// rollback.go: the way back, derived from the journal alone.
//
// The undo list is every effect that certainly happened and was not undone yet,
// newest first: a run that made A then B gives B away before A. An effect whose
// outcome is unknown is settled with the world first (Unsettled); until then
// nobody can say what undoing means.

import "time"

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

// UndoList is what a rollback would do now, newest effect first.
func (s *State) UndoList() []UndoItem {
	var items []UndoItem
	for n := len(s.Intents) - 1; n >= 0; n-- {
		i := s.Intents[n]
		if i.Undoes != "" || i.State != OutcomeOK || i.Undone || i.Undo == nil || len(i.Result.Made) == 0 {
			continue
		}
		items = append(items, s.undoItem(i))
	}
	return items
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
	var left []string
	for _, u := range s.UndoList() {
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
		case Noted, ConnTaken, ConnReleased, WriterOpened:
		default:
			return s.Events[n].Seq
		}
	}
	return 0
}

// ReviewHead is what a rollback command must carry to prove that it was given
// on the newest review.
func (s *State) ReviewHead() uint64 { return s.effectHead() }
