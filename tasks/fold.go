package tasks

// fold.go: what each event changes. Apply is total: an event that does not fit
// the state (a task the plan does not hold) changes nothing, so that a journal
// once written can always be shown.

import (
	"maps"
	"slices"
	"time"

	"tminus/tasks/plan"
)

// Apply changes the state by one event. Only the engine and followers call it,
// each on a state of its own; published states are clones.
func (s *State) Apply(p *plan.Plan, e Event) {
	s.Events = append(s.Events, e)
	s.keep(p, e)
	switch b := e.Body.(type) {
	case RunOpened:
		s.Run, s.Change, s.Mode, s.Shift, s.Plan, s.Suite, s.Opened = b.Run, b.Change, b.Mode, b.Shift, b.Plan, b.Suite, e.Run
		s.Actions, s.States = b.Actions, b.States
		s.planSteps(p)
	case Amended:
		s.amend(p, b)
	case WriterOpened:
		s.Epoch = b.Epoch
	case ConnTaken, ConnOffered, ConnReleased, Woke:
		s.conn(e)
	case HoldStarted:
		s.hold(p, b, e)
	case HoldEnded:
		s.Hold = Hold{}
	case Retracted:
		s.retract(p, b)
	case ByHand:
		s.byHand(b, e)
	case TaskStarted:
		s.start(b, e)
	case Intended:
		s.intend(b, e)
	case Outcome:
		s.settle(b.Intent, b.State, b.Error, b.Result, e)
		if i := s.Intent(b.Intent); i != nil {
			i.Took = b.Took
			s.onStep(i.Task, i.Step, i.Undoes == "", func(st *StepState) { st.Took = b.Took })
		}
	case Reconciled:
		s.reconcile(b, e)
	case StepDone:
		s.stepDone(b, e)
	case SignedOff:
		if t := s.Tasks[b.Task]; t != nil {
			t.SignOffs = append(t.SignOffs, SignOff{Contact: b.Contact, By: e.By, Evidence: b.Evidence, How: b.How, Head: b.Head, Results: b.Results, At: e.Run})
		}
	case Polled:
		if t := s.Tasks[b.Task]; t != nil {
			t.Poll = append(t.Poll, Vote{Contact: b.Contact, By: e.By, Note: b.Note, Go: b.Go, At: e.Run})
		}
	case Waived:
		s.waive(b, e)
	case RollbackStarted:
		s.Rollback = RollbackState{Phase: RollbackRunning, From: b.From, Reason: b.Reason, By: e.By, StartedAt: e.Run, Intents: b.Intents}
	case RollbackStopped:
		s.Rollback.Phase, s.Rollback.Stopped = RollbackHalted, b.Reason
		s.aside(e)
	case RollbackDone:
		s.rolledBack(p, b, e)
		s.aside(e)
	case Reopened:
		s.reopen(p)
	case Released:
		s.Released = true
	default:
		s.finish(e)
	}
}

// finish applies the events that end a task or decide about it.
func (s *State) finish(e Event) {
	end := func(id string, st Status, reason string) {
		t := s.Tasks[id]
		if t == nil {
			return
		}
		if t.StartedAt.IsZero() {
			t.StartedAt = e.Run
		}
		if !t.Again || st != Done || t.EndedAt.IsZero() { // verified once more, a task was done when it was done
			t.EndedAt = e.Run
		}
		if st == Skipped { // what was stated in vain is nobody's word any more
			t.Stated = nil
		}
		if !t.ByHand() { // whose word it is stays theirs, whoever signs it off
			t.By = e.By
		}
		t.Status, t.Reason, t.Again, t.Claimed = st, reason, false, false
	}
	switch b := e.Body.(type) {
	case TaskChecked:
		if t := s.Tasks[b.Task]; t != nil {
			t.Status, t.Reason = Checked, b.Note
		}
	case TaskDone:
		end(b.Task, Done, b.Note)
	case TaskFailed:
		end(b.Task, Failed, b.Reason)
		s.stopLooking(b.Task)
	case TaskSkipped:
		end(b.Task, Skipped, b.Reason)
	case TaskAborted:
		if t := s.Tasks[b.Task]; t != nil && t.Again { // only the second look was cut short: what was done stands
			end(b.Task, Done, b.Reason)
		} else {
			end(b.Task, Aborted, b.Reason)
		}
		s.stopLooking(b.Task)
	case Decided:
		if b.Go {
			end(b.Task, Done, b.Note)
		} else {
			end(b.Task, Failed, noGo(b.Note))
		}
	}
}

// stopLooking puts a look or a check that was cut short back to where it was; an
// effect that was sent keeps its own state until its answer is there.
func (s *State) stopLooking(task string) {
	t := s.Tasks[task]
	if t == nil {
		return
	}
	for i := range t.Steps {
		st := &t.Steps[i]
		if sent := s.Effect(task, st.ID); st.Status == StepDoing && (sent == nil || !sent.Open()) {
			st.Status = StepTodo
		}
	}
}

func noGo(note string) string {
	if note == "" {
		return "no-go"
	}
	return "no-go: " + note
}

// planSteps gives each task that was not started the steps its action promises.
func (s *State) planSteps(p *plan.Plan) {
	for t := range p.All() {
		s.promise(t)
	}
}

func (s *State) promise(t *plan.Task) {
	ts := s.Tasks[t.ID]
	if ts.Status != Waiting && !ts.Claimed {
		return
	}
	ts.Steps = nil
	for _, sp := range s.Actions[t.Action] {
		ts.Steps = append(ts.Steps, StepState{StepPlan: sp, Status: StepTodo})
	}
}

func (s *State) start(b TaskStarted, e Event) {
	t := s.Tasks[b.Task]
	if t == nil {
		return
	}
	switch {
	case t.StartedAt.IsZero() || t.Attempt != b.Attempt:
		t.StartedAt, t.Idle = e.Run, 0
	case t.Status.Stopped():
		t.Idle += e.Run.Sub(t.EndedAt)
	}
	if t.Status == Done && t.Attempt != b.Attempt { // an on-demand task done once more: what was accepted is not this
		t.EndedAt, t.SignOffs, t.Waivers, t.Evidence = time.Time{}, nil, nil, nil
	}
	t.Status, t.Attempt, t.By, t.Reason, t.Again = Active, b.Attempt, e.By, "", b.Again
	started := b.From == ""
	for i := range t.Steps {
		started = started || t.Steps[i].ID == b.From
		waived := t.Steps[i].Status == StepWaived && !b.Again
		if started && !waived && !s.stands(b.Task, t.Steps[i]) {
			before := t.Steps[i].Rows
			if before == nil {
				before = t.Steps[i].Before
			}
			if b.Again {
				before = nil
			}
			t.Steps[i] = StepState{StepPlan: t.Steps[i].StepPlan, Status: StepTodo, Before: before}
		}
	}
	t.Stated = nil
	if next := t.next(); next >= 0 {
		t.Steps[next].Status, t.Steps[next].Started = StepDoing, e.Run
	}
}

// stands reports a step whose effect was made and that nothing verifies: starting
// its task again finds nothing to do there.
func (s *State) stands(task string, st StepState) bool {
	if st.Status != StepOK || st.Check || !st.Effect { // and the intents need not be looked through
		return false
	}
	made := s.Effect(task, st.ID)
	return made != nil && made.State == OutcomeOK
}

// next is the index of the first step that is still to be done, or -1.
func (t *TaskState) next() int {
	return slices.IndexFunc(t.Steps, func(st StepState) bool {
		return st.Status != StepOK && st.Status != StepWaived && st.Status != StepByHand
	})
}

func (s *State) stepDone(b StepDone, e Event) {
	s.learn(b.Task, b.Step, b.Result, e)
	effect := false
	s.onStep(b.Task, b.Step, true, func(st *StepState) {
		effect = st.Effect
		st.Ended, st.Error, st.Verdict, st.Status = e.Run, b.Error, b.Result.Verdict, StepOK
		if b.Error != "" {
			st.Status = StepFailed
		}
		if !effect {
			st.Took = b.Took
		}
		if b.Result.Says != "" {
			st.Says = b.Result.Says
		}
		if b.Result.Rows != nil {
			st.Rows = b.Result.Rows
		}
		st.Trace = append(st.Trace, b.Result.Trace...)
	})
	t := s.Tasks[b.Task]
	if t == nil {
		return
	}
	s.keepEvidence(t, b, e)
	if b.Error == "" {
		s.advance(b.Task, e)
	}
}

// keepEvidence replaces what the same step said earlier: a look that did not pass
// takes away the tick of the one before.
func (s *State) keepEvidence(t *TaskState, b StepDone, e Event) {
	t.Evidence = slices.DeleteFunc(t.Evidence, func(old Evidence) bool { return old.Step == b.Step })
	if b.Error != "" || !b.Result.Verdict.Holds() {
		return
	}
	on := map[string]string{}
	for _, name := range b.Result.Rests {
		on[name] = s.Facts[name].Value
	}
	t.Evidence = append(t.Evidence, Evidence{Step: b.Step, Says: b.Result.Says, At: e.Run, On: on})
}

// advance marks the step after the finished one as the one being done.
func (s *State) advance(task string, e Event) {
	t := s.Tasks[task]
	if t == nil || (t.Status != Active && t.Status != Unsure) {
		return
	}
	if next := t.next(); next >= 0 && t.Steps[next].Status == StepTodo {
		t.Steps[next].Status, t.Steps[next].Started = StepDoing, e.Run
	}
}

func (s *State) learn(task, step string, r Result, e Event) {
	for _, name := range r.Drop {
		delete(s.Facts, name)
	}
	for name, value := range r.Facts {
		s.Facts[name] = Fact{Value: value, Task: task, Step: step, At: e.Run, Stated: step == StatedStep}
	}
}

func (s *State) onStep(task, step string, forward bool, change func(*StepState)) {
	t := s.Tasks[task]
	if t == nil || !forward {
		return
	}
	for i := range t.Steps {
		if t.Steps[i].ID == step {
			change(&t.Steps[i])
			return
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
