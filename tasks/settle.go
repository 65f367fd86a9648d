package tasks

// settle.go: what the fold makes of effects: intended, answered, asked about, undone.

func (s *State) intend(b Intended, e Event) {
	s.Intents = append(s.Intents, &Intent{Intended: b, At: e.Run})
	s.onStep(b.Task, b.Step, b.Undoes == "", func(st *StepState) { st.Status, st.Started = StepDoing, e.Run })
}

// settle records what became of an effect, or of its undoing.
func (s *State) settle(id string, state OutcomeState, problem string, r Result, e Event) {
	i := s.Intent(id)
	if i == nil {
		return
	}
	i.State, i.Error, i.Result = state, problem, r
	if i.Undoes != "" {
		s.settleUndo(i, r, e)
		return
	}
	s.learn(i.Task, i.Step, r, e)
	s.onStep(i.Task, i.Step, true, func(st *StepState) {
		st.Ended, st.Error = e.Run, problem
		st.Says, st.Rows, st.Trace, st.Verdict = r.Says, r.Rows, append(st.Trace, r.Trace...), r.Verdict
		switch state {
		case OutcomeOK:
			st.Status = StepOK
			if st.Check { // then it is done when the check has passed
				st.Status = StepDoing
			}
		case OutcomeFailed:
			st.Status = StepFailed
		default:
			st.Status = StepUnknown
		}
	})
	if state == OutcomeOK {
		s.advance(i.Task, e)
	}
	t := s.Tasks[i.Task]
	switch {
	case t == nil:
	case t.Status != Active && t.Status != Unsure:
		s.stopLooking(i.Task) // the answer came after an abort: nobody checks it now
	case state == OutcomeUnknown && t.Status == Active:
		t.Status = Unsure
	case state != OutcomeUnknown && t.Status == Unsure:
		t.Status = Active
	}
}

// reconcile settles an open effect by what the world said. One that was never
// sent, because the program died before, is as if it had never been begun: its
// task goes on with it. After a lost answer a person decides whether to try again.
func (s *State) reconcile(b Reconciled, e Event) {
	i := s.Intent(b.Intent)
	died := i != nil && i.State == "" && i.Undoes == ""
	s.settle(b.Intent, b.State, b.Error, b.Result, e)
	if died && b.State == OutcomeFailed {
		s.onStep(i.Task, i.Step, true, func(st *StepState) { st.Status, st.Error = StepTodo, "" })
	}
}

func (s *State) settleUndo(u *Intent, r Result, e Event) {
	target := s.Intent(u.Undoes)
	if target == nil {
		return
	}
	if u.State != OutcomeOK {
		target.UndoErr = u.Error
		return
	}
	s.learn(target.Task, target.Step, r, e)
	if target.Undone, target.UndoErr, target.Left = r.Left == "", "", r.Left; !target.Undone {
		return
	}
	s.onStep(target.Task, target.Step, true, func(st *StepState) { st.Status = StepUndone })
	switch t := s.Tasks[target.Task]; {
	case t == nil:
	case t.OnDemand && !s.Rollback.Locked():
		s.undoneLate(target.Task)
	default:
		t.Status, t.EndedAt = Undone, e.Run
	}
}
