package tasks

// ondemand.go: tasks without a time, and their own way back. A test instance, the alarms,
// one more look at the account: they are begun when somebody wants them, nothing of the
// plan waits for them, and what they made goes away without the plan being rolled back.
//
// While such a way back is flown the plan is locked as by any other; once it has ended,
// or stopped, the plan goes on and the task alone tells of it: it waits again, with new
// tokens, or has failed until R has gone through.

import "tminus/tasks/plan"

// isOnDemand reports a task that stands under on_demand.
func (s *State) isOnDemand(task string) bool {
	t := s.Tasks[task]
	return t != nil && t.OnDemand
}

// aside puts an ended way back of an on-demand task out of the plan's way.
func (s *State) aside(e Event) {
	id := s.Rollback.From
	if !s.isOnDemand(id) {
		return
	}
	way := s.Rollback
	way.EndedAt, s.Rollback = e.Run, RollbackState{}
	t := s.Tasks[id]
	if t.Back = way; way.Phase == RollbackHalted {
		t.Status, t.Reason, t.EndedAt = Failed, "taking it back stopped: "+way.Stopped, e.Run
		return
	}
	for _, i := range s.Intents { // where the policy keeps all of it, the task is as it was
		if i.Task == id && i.Undone && i.Attempt == t.Attempt {
			s.takenBack(id, way)
			break
		}
	}
	for other, t := range s.Tasks { // it waited for a sign-off of what rests on the one taken back
		if t.Status == Undone {
			s.anew(other)
		}
	}
}

// undoneLate is the answer of an undoing that came when its way back had been stopped already.
func (s *State) undoneLate(id string) {
	way := s.Tasks[id].Back
	if way.Phase == RollbackHalted && len(s.Backwards(id)) == 0 { // it was the last one
		way.Phase, way.Stopped = RolledBack, ""
		s.takenBack(id, way)
	}
}

// LeftNothing reports an on-demand task that is done, and of whose effects nothing stands that
// could be taken back, such as a restart: it is done once more as a new attempt.
func (s *State) LeftNothing(t *plan.Task) bool {
	return t.OnDemand && s.Tasks[t.ID].Status == Done && len(s.Backwards(t.ID)) == 0
}

// takenBack lets an on-demand task wait again.
func (s *State) takenBack(id string, way RollbackState) {
	s.anew(id)
	s.Tasks[id].Back = way
}

// WayBack is the rollback from the task's effects on: the run's, or, of an on-demand task,
// its own, when that has ended or stopped.
func (s *State) WayBack(task string) RollbackState {
	if s.isOnDemand(task) && s.Rollback.From != task {
		return s.Tasks[task].Back
	}
	return s.Rollback
}
