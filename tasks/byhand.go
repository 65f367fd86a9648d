package tasks

// byhand.go: an action's work that somebody did in a console instead. They state the
// facts it brought; the world is asked where it can tell; the facts stay marked stated.
// What was made by hand is not in the undo list: this run did not make it.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tminus/tasks/plan"
)

// StatedStep is the step under which the verification of stated facts is journaled.
// No action has a step of this name.
const StatedStep = "by hand"

// mostFact bounds a stated value, in bytes.
const mostFact = 256

func (s *State) byHand(b ByHand, e Event) {
	t := s.Tasks[b.Task]
	if t == nil {
		return
	}
	if t.StartedAt.IsZero() {
		t.StartedAt = e.Run
	}
	t.Status, t.By, t.Reason, t.Again, t.Claimed = Active, e.By, b.Note, false, false
	t.Attempt = max(1, t.Attempt)
	t.Stated = maps.Clone(b.Facts)
	if t.Stated == nil {
		t.Stated = map[string]string{}
	}
	for i := range t.Steps {
		if t.Steps[i].Status != StepOK {
			t.Steps[i] = StepState{StepPlan: t.Steps[i].StepPlan, Status: StepByHand}
		}
	}
}

// unsay puts the facts back to what they were before a statement: what it brought, and
// what its verification dropped. What somebody has learnt better since stays.
func (s *State) unsay(said Entry) {
	for name, now := range s.Facts {
		if was, known := said.Facts[name]; now.Stated && now.Task == said.Task && known {
			s.Facts[name] = was
		} else if now.Stated && now.Task == said.Task {
			delete(s.Facts, name)
		}
	}
	for n := len(s.Events) - 1; n >= 0 && s.Events[n].Seq > said.Seq; n-- {
		looked, ok := s.Events[n].Body.(StepDone)
		if !ok || looked.Task != said.Task || looked.Step != StatedStep {
			continue
		}
		for _, name := range looked.Result.Drop {
			was, known := said.Facts[name]
			if _, again := s.Facts[name]; known && !again {
				s.Facts[name] = was
			}
		}
	}
}

// Verified reports whether the world agreed with what was stated by hand.
func (t *TaskState) Verified() bool {
	return slices.ContainsFunc(t.Evidence, func(e Evidence) bool { return e.Step == StatedStep })
}

// mayState allows an attestation of an action task: by hand.
func (s *State) mayState(t *plan.Task, st Status, c Command) error {
	switch {
	case st == Failed, st == Aborted, s.Ready(t):
	case st == Waiting && s.heldFor(t) != nil:
		return s.held()
	case st == Waiting:
		return refuse("%s waits for %s", t.ID, strings.Join(s.Blockers(t), ", "))
	default:
		return refuse("%s is %s: only a waiting, failed or aborted task can be attested as done by hand", t.ID, st)
	}
	if err := s.settled(t); err != nil {
		return err
	}
	if err := need(c.Text, "an attestation needs a note: what was done where, and what proves it"); err != nil {
		return err
	}
	for _, name := range s.States[t.Action] {
		if strings.TrimSpace(c.Facts[name]) == "" {
			return refuse("%s done by hand: state its %s", t.ID, name)
		}
	}
	for _, name := range sortedKeys(c.Facts) {
		if !slices.Contains(s.States[t.Action], name) {
			return refuse("%s does not bring %q: it brings %s", t.ID, name, strings.Join(s.States[t.Action], ", "))
		}
		if n := len(c.Facts[name]); n > mostFact {
			return refuse("%s is %d bytes long: no %s is", name, n, name)
		}
	}
	return nil
}

// stated are what people say they made by hand: it stays after a rollback.
func (s *State) stated() []string {
	var left []string
	for _, id := range sortedKeys(s.Tasks) {
		t := s.Tasks[id]
		if t.Status != Done {
			continue
		}
		for _, name := range sortedKeys(t.Stated) {
			left = append(left, fmt.Sprintf("%s %s: stated by %s at %s, not made by this run", name, t.Stated[name], t.By, id))
		}
	}
	return left
}
