package tasks

// ledger.go: taking back bookkeeping. What a person wrote down, a note, an
// attestation, a decision, is taken back by an event of its own that says so; what
// was done to the world is not bookkeeping, and only a rollback undoes it.
//
// The newest entry of a task goes first. Once the world was touched for a task, or
// somebody began what depends on it, its older entries stand.

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/tasks/plan"
)

// Entry is one piece of bookkeeping that can be taken back.
type Entry struct {
	Seq  uint64
	Task string // "" = of the run
	Says string // "the attestation of T2"
	By   string
	At   time.Time // run time

	Before *TaskState      // the task as it was; nil = a note. Never changed
	Facts  map[string]Fact // of a statement by hand: all that was known before it
}

// Entry is the newest entry of the task, or of the whole run when task is "".
func (s *State) Entry(task string) (e Entry, ok bool) {
	for n := len(s.Ledger) - 1; n >= 0; n-- {
		if task == "" || s.Ledger[n].Task == task {
			return s.Ledger[n], true
		}
	}
	return Entry{}, false
}

// Retracted reports whether the event was taken back later.
func (s *State) Retracted(seq uint64) bool {
	return slices.ContainsFunc(s.Events, func(e Event) bool {
		b, ok := e.Body.(Retracted)
		return ok && b.Event == seq
	})
}

// keep enters an event into the ledger before it is applied, or strikes out what can
// no longer be taken back because of it.
func (s *State) keep(p *plan.Plan, e Event) {
	task, says := s.bookkeeping(p, e.Body)
	if says != "" && e.By != ActorEngine { // what the program notes, nobody takes back
		entry := Entry{Seq: e.Seq, Task: task, Says: says, By: e.By, At: e.Run}
		if _, note := e.Body.(Noted); !note {
			t := s.Tasks[task]
			if t == nil {
				return
			}
			entry.Before = t.clone()
			t.Booked = true
		}
		if _, ok := e.Body.(ByHand); ok {
			entry.Facts = maps.Clone(s.Facts)
		}
		s.Ledger = append(s.Ledger, entry)
		return
	}
	struck := false // most events find nothing to strike out, and a long ledger is not looked through for them
	if task = s.worldly(e.Body); task != "" {
		for id, t := range s.Tasks {
			if t.Booked && (id == task || task == everyTask) {
				t.Booked, struck = false, true
			}
		}
	}
	if struck {
		s.Ledger = slices.DeleteFunc(slices.Clone(s.Ledger), func(old Entry) bool {
			return old.Before != nil && (old.Task == task || task == everyTask)
		})
	}
}

// bookkeeping names what a person wrote down; says "" for anything else, and for what
// only follows from an entry: the end of a task whose last sign-off was given.
func (s *State) bookkeeping(p *plan.Plan, body Body) (task, says string) {
	manual := func(id string) bool { t := p.Task(id); return t != nil && t.Action == "" }
	switch b := body.(type) {
	case Noted:
		return b.Task, "the note"
	case TaskStarted:
		if manual(b.Task) {
			return b.Task, "the start of " + b.Task
		}
	case TaskChecked:
		if manual(b.Task) {
			return b.Task, "the attestation of " + b.Task
		}
	case TaskDone:
		if manual(b.Task) && s.status(b.Task) != Checked {
			return b.Task, "the attestation of " + b.Task
		}
	case TaskFailed:
		if manual(b.Task) {
			return b.Task, "the failure of " + b.Task
		}
	case ByHand:
		return b.Task, "the attestation of " + b.Task + " by hand"
	case TaskSkipped:
		return b.Task, "the skipping of " + b.Task
	case Decided:
		return b.Task, "the decision at " + b.Task
	case Polled:
		return b.Task, "the answer of " + b.Contact + " at " + b.Task
	case Waived:
		return b.Task, "the waiver of " + b.Task
	case SignedOff:
		return b.Task, "the sign-off of " + b.Contact
	}
	return "", ""
}

// everyTask strikes out the entries of all tasks.
const everyTask = "*"

// worldly is the task for which the event touched the world, or everyTask.
func (s *State) worldly(body Body) string {
	switch b := body.(type) {
	case TaskStarted:
		return b.Task
	case Intended:
		return b.Task
	case StepDone:
		if b.Step != StatedStep {
			return b.Task
		}
	case TaskAborted:
		return b.Task
	case RollbackStarted:
		if s.isOnDemand(b.From) {
			return b.From
		}
		return everyTask
	case Reopened:
		return everyTask
	}
	return ""
}

func (s *State) status(task string) Status {
	if t := s.Tasks[task]; t != nil {
		return t.Status
	}
	return ""
}

// retract puts a task back to what it was before the entry. That a deadline passed
// stays so, and a task that waits again has the steps that are promised now.
func (s *State) retract(p *plan.Plan, b Retracted) {
	n := slices.IndexFunc(s.Ledger, func(e Entry) bool { return e.Seq == b.Event })
	if n < 0 {
		return
	}
	entry := s.Ledger[n]
	s.Ledger = slices.Delete(slices.Clone(s.Ledger), n, n+1)
	if entry.Before == nil {
		return
	}
	if entry.Facts != nil {
		s.unsay(entry)
	}
	before := entry.Before.clone()
	before.Overdue = s.Tasks[entry.Task].Overdue
	s.Tasks[entry.Task] = before
	if t := p.Task(entry.Task); t != nil {
		s.promise(t)
	}
}

func (s *State) mayRetract(p *plan.Plan, c Command) error {
	n := slices.IndexFunc(s.Ledger, func(e Entry) bool { return e.Seq == c.Event })
	if n < 0 {
		return refuse("there is no bookkeeping to take back here: an effect is undone by a rollback only")
	}
	entry := s.Ledger[n]
	if entry.Before == nil {
		return nil
	}
	for _, newest := range slices.Backward(s.Ledger[n+1:]) {
		if newest.Task == entry.Task && newest.Before != nil {
			return refuse("%s came after it: take that back first", newest.Says)
		}
	}
	if s.Released && !s.isOnDemand(entry.Task) { // nothing that was released rests on that
		return refuse("the run is released: what was written down stands")
	}
	if s.Rollback.Locked() {
		return refuse("the run was rolled back: what was written down stands")
	}
	if begun := s.begun(p, entry); s.Tasks[entry.Task].Status.Finished() && len(begun) > 0 {
		return refuse("%s: %s rests on it already, so it stands", entry.Says, strings.Join(begun, ", "))
	}
	return nil
}

// begun are the direct dependents that somebody has begun or finished since the entry.
func (s *State) begun(p *plan.Plan, entry Entry) []string {
	return slices.DeleteFunc(slices.Clone(p.Dependents(entry.Task)), func(id string) bool {
		return s.status(id) == Waiting || !s.told(id, entry.Seq)
	})
}
