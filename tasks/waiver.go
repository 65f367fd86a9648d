package tasks

// waiver.go: going on without something that was asked for: by name, with a reason,
// and never as a tick. Only what was looked at in vain can be waived, not an effect:
// what a later step needs from it is still missing then, and that step says so. A binding
// look is not waived either: in another account, say, nothing is ever begun.

import (
	"slices"
	"strings"
	"time"

	"tminus/tasks/plan"
)

// Waiver is one thing that a task goes on without.
type Waiver struct {
	Step    string // a reading step that did not pass
	Contact string // or a sign-off that was not given
	By      string
	Reason  string
	At      time.Time // run time
}

func (s *State) waive(b Waived, e Event) {
	t := s.Tasks[b.Task]
	if t == nil {
		return
	}
	t.Waivers = append(t.Waivers, Waiver{Step: b.Step, Contact: b.Contact, By: e.By, Reason: b.Reason, At: e.Run})
	s.onStep(b.Task, b.Step, true, func(st *StepState) { st.Status = StepWaived })
}

// Waivable is what of a task could be waived now: the step that failed it, or the
// sign-offs it waits for. At most one of the two is not empty.
func (s *State) Waivable(t *plan.Task) (step string, contacts []string) {
	ts := s.Tasks[t.ID]
	switch ts.Status {
	case Checked:
		return "", s.Missing(t)
	case Failed:
		if st := ts.lookFailed(); st != nil && !st.Binding {
			return st.ID, nil
		}
	}
	return "", nil
}

// lookFailed is the reading step that failed the task, or nil.
func (t *TaskState) lookFailed() *StepState {
	for i := range t.Steps {
		if st := &t.Steps[i]; st.Status == StepFailed && !st.Effect {
			return st
		}
	}
	return nil
}

func (s *State) mayWaive(t *plan.Task, c Command) error {
	step, contacts := s.Waivable(t)
	binding := s.Tasks[t.ID].lookFailed()
	switch {
	case step == "" && len(contacts) == 0 && s.Tasks[t.ID].Status == Failed && binding != nil:
		return refuse("“%s” cannot be waived: all that comes after it rests on it. Put right what it says, then enter on %s looks again", binding.Title, t.ID)
	case step == "" && len(contacts) == 0:
		return refuse("%s has nothing to waive: only a look that did not pass, or a sign-off that is missing, can be", t.ID)
	case step != "" && c.For != "":
		return refuse("%s does not wait for a sign-off", t.ID)
	case step == "" && !slices.Contains(contacts, c.For):
		return refuse("%s does not wait for a sign-off by %q; missing: %s", t.ID, c.For, strings.Join(contacts, ", "))
	}
	return need(c.Text, "a waiver needs its reason")
}
