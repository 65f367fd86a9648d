package cli

// failure.go: what stands in the way of a flight, read from the journal, and in
// whose hands it is.

import (
	"fmt"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// working reports whether something is under way that will report by itself, or
// that people have in hand.
func working(s *tasks.Snapshot) bool {
	if len(s.Waking) > 0 || asked(s, "") && !s.Review.Done {
		return true
	}
	for _, id := range s.State.Busy(s.Plan) {
		if _, told := askedInVain(s, id); s.State.Tasks[id].Status == tasks.Active || !told {
			return true
		}
	}
	return false
}

// failed is the first task, in plan order, that stands in the way.
func failed(s *tasks.Snapshot) *plan.Task {
	for i, t := range s.Plan.Tasks {
		switch s.State.Tasks[t.ID].Status {
		case tasks.Failed, tasks.Aborted, tasks.Unsure:
			return &s.Plan.Tasks[i]
		}
	}
	return nil
}

// again reports whether a person would press enter once more: the last news of
// the task is that its effect had not happened (the call was lost, or the
// cockpit died before it), that the world could not be asked, or that the cockpit died in the
// middle of tests that write.
func again(s *tasks.Snapshot, t *plan.Task) bool {
	if s.State.Tasks[t.ID].Status == tasks.Aborted {
		return false
	}
	times, told := askedInVain(s, t.ID)
	return told && times <= tries
}

// askedInVain is how often the world was asked about effects of the task and did
// not tell of one; told, whether that is the last news of the task.
func askedInVain(s *tasks.Snapshot, id string) (times int, told bool) {
	for _, e := range s.State.Events {
		switch b := e.Body.(type) {
		case tasks.TaskStarted:
			told = told && b.Task != id
		case tasks.StepDone:
			told = told && b.Task != id
		case tasks.TaskFailed:
			if b.Task == id && b.Broken { // tests that write: whoever plays has looked, and tests again
				times, told = times+1, true
			}
		case tasks.Outcome:
			told = told && !about(s, b.Intent, id)
		case tasks.Reconciled:
			if !about(s, b.Intent, id) {
				continue
			}
			if told = b.State != tasks.OutcomeOK; told {
				times++
			}
		}
	}
	return times, told
}

func about(s *tasks.Snapshot, intent, task string) bool {
	i := s.State.Intent(intent)
	return i != nil && i.Task == task
}

// failure says what stands in the way, or after a rollback what stood there last.
func failure(s *tasks.Snapshot) string {
	if t := failed(s); t != nil {
		switch ts := s.State.Tasks[t.ID]; ts.Status {
		case tasks.Unsure:
			return fmt.Sprintf("%s: nobody knows whether its last effect happened, and the world does not tell: tminus resume asks again", t.ID)
		case tasks.Aborted:
			return fmt.Sprintf("%s was aborted%s", t.ID, because(ts.Reason))
		default:
			return fmt.Sprintf("%s failed%s", t.ID, because(ts.Reason))
		}
	}
	for n := len(s.State.Events) - 1; n >= 0; n-- {
		if b, ok := s.State.Events[n].Body.(tasks.TaskFailed); ok {
			return fmt.Sprintf("%s failed%s", b.Task, because(b.Reason))
		}
	}
	return "the run was rolled back"
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// standing is the first task that is not finished, and where it stands.
func standing(s *tasks.Snapshot) string {
	for _, t := range s.Plan.Tasks {
		if st := s.State.Tasks[t.ID].Status; !st.Finished() {
			return fmt.Sprintf("%s is %s", t.ID, st)
		}
	}
	return "every task is finished, but the run was not released"
}
