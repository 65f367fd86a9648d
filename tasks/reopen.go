package tasks

// reopen.go: going forward again after a rollback. What was undone, and what rested on
// it, has not been started any more. A new attempt has tokens of its own, so that nothing
// it makes can be taken for what the attempt before made.

import (
	"maps"
	"slices"

	"tminus/tasks/plan"
)

func (s *State) mayReopen(c Command) error {
	if s.Rollback.Phase != RolledBack {
		return refuse("nothing was rolled back to its end: there is nothing to reopen")
	}
	return need(c.Text, "reopening needs a reason: what is different this time")
}

func (s *State) reopen(p *plan.Plan) {
	back := s.resting(p)
	for id := range back {
		s.anew(id)
	}
	s.Rollback, s.Released = RollbackState{}, false
}

// anew returns a task to not started, without what it had learnt.
func (s *State) anew(id string) {
	t := s.Tasks[id]
	fresh := &TaskState{Status: Waiting, Attempt: t.Attempt, OnDemand: t.OnDemand}
	if t.Attempt > 0 {
		fresh.Attempt++
	}
	for _, st := range t.Steps {
		fresh.Steps = append(fresh.Steps, StepState{StepPlan: st.StepPlan, Status: StepTodo})
	}
	s.Tasks[id] = fresh
	maps.DeleteFunc(s.Facts, func(_ string, f Fact) bool { return f.Task == id })
}

// resting are the tasks that were undone and all that come after them, directly or not.
// What somebody skipped, or had finished before the day, stays so; what comes after it does not.
func (s *State) resting(p *plan.Plan) map[string]bool {
	behind, back := map[string]bool{}, map[string]bool{}
	judge := func(id string, after []string) {
		t := s.Tasks[id]
		undone := t.Status == Undone
		behind[id] = undone || slices.ContainsFunc(after, func(before string) bool { return behind[before] })
		if undone || behind[id] && t.Status != Skipped && !t.Claimed {
			back[id] = true
		}
	}
	for _, id := range p.Order() {
		judge(id, p.Task(id).After)
	}
	for _, t := range p.OnDemandOrder() { // none of the others waits for one of them
		judge(t.ID, t.After)
	}
	return back
}
