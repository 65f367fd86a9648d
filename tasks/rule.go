package tasks

// rule.go: which command is legal in which state. The engine refuses by this
// table and the screen says by it why a key is dead, so the two never differ.

import (
	"fmt"
	"strings"

	"tminus/tasks/plan"
)

// mostText bounds what a person writes into the journal at once, in bytes.
const mostText = 4 << 10

// Allowed says whether the command is legal now; otherwise why not, as a Refusal.
func (s *State) Allowed(p *plan.Plan, c Command) error {
	if len(c.Text) > mostText {
		return refuse("the text is %d bytes long: say it in %d", len(c.Text), mostText)
	}
	switch c.Kind {
	case PauseClock, InjectFault:
		if s.Mode != RehearsalRun {
			return refuse("%s: only in a rehearsal", c.Kind)
		}
		return nil
	case TakeConn:
		return s.mayTake(p, c)
	}
	if s.Conn.Holder == "" {
		return refuse("nobody has the conn: press c to take it first")
	}
	if c.By == "" {
		return refuse("%s has the conn: say who you are first, c takes it over or sits you down", s.Conn.Holder)
	}
	if c.By != s.Conn.Holder {
		return refuse("%s has the conn, not %s: c hands it over", s.Conn.Holder, c.By)
	}
	switch c.Kind {
	case ReleaseConn:
		return nil
	case AddNote:
		return need(c.Text, "a note needs its text")
	case RollBack:
		return s.mayRollBack(p, c)
	case AbortRunning:
		if len(s.Busy(p)) == 0 && s.Rollback.Phase != RollbackRunning {
			return refuse("nothing is running: there is nothing to abort")
		}
		return nil
	}
	return s.taskAllowed(p, c)
}

func (s *State) mayTake(p *plan.Plan, c Command) error {
	if c.By == "" {
		return refuse("say who takes the conn: your initials as in the plan's contacts")
	}
	if k := p.Contact(c.By); k == nil && !(s.Mode == RehearsalRun && c.By == ActorRehearsal) {
		return refuse("%q is not among the plan's contacts: %s", c.By, strings.Join(initials(p), ", "))
	} else if k != nil && k.Open {
		return refuse("%s is an open role that nobody holds yet: take the conn under your own initials", c.By)
	}
	if s.Conn.Holder == c.By {
		return refuse("%s has the conn already", c.By)
	}
	return nil
}

// ActorRehearsal plays the people in a rehearsal that flies itself.
const ActorRehearsal = "rehearsal"

// ActorEngine is the author of what the program does by itself.
const ActorEngine = "tminus"

func initials(p *plan.Plan) []string {
	var ids []string
	for _, c := range p.Contacts {
		if !c.Open {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (s *State) mayRollBack(p *plan.Plan, c Command) error {
	switch {
	case s.Rollback.Phase == RollbackRunning:
		return refuse("the rollback is running already")
	case s.Rollback.Phase == RolledBack:
		return refuse("the run is rolled back: there is nothing left to undo")
	case len(s.Busy(p)) > 0:
		return refuse("%s is still running: abort it first (a)", strings.Join(s.Busy(p), ", "))
	// One that halted is always gone on with, if only to come to its end.
	case s.Rollback.Phase != RollbackHalted && len(s.UndoList()) == 0 && len(s.Unsettled()) == 0:
		return refuse("this run has changed nothing in the world that could be undone")
	}
	if c.Confirm == "" && c.Head == 0 {
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

func (s *State) taskAllowed(p *plan.Plan, c Command) error {
	t := p.Task(c.Task)
	if t == nil {
		return refuse("the plan has no task %q", c.Task)
	}
	switch s.Rollback.Phase {
	case RollbackNone:
	case RolledBack:
		return refuse("the plan is locked: this run was rolled back")
	default:
		return refuse("the plan is locked: this run is being rolled back")
	}
	st := s.Tasks[t.ID].Status
	switch c.Kind {
	case StartTask:
		return s.mayStart(t, st)
	case AttestTask:
		if t.Gate {
			return refuse("%s is a gate: g decides go or no-go", t.ID)
		}
		if t.Action != "" {
			return refuse("%s is done by its action %s: enter starts it", t.ID, t.Action)
		}
		if st != Active {
			return refuse("%s is %s: start it first (enter), then attest", t.ID, st)
		}
		return need(c.Text, "an attestation needs a note: what was seen that proves it")
	case FailTask:
		if st != Active || t.Action != "" {
			return refuse("%s is %s: only a running manual task can be failed by hand", t.ID, st)
		}
		return need(c.Text, "a failure needs a reason")
	case SkipTask:
		return s.maySkip(t, st, c)
	case DecideGate:
		return s.mayDecide(t, st, c)
	case SignOffTask:
		return s.maySign(p, t, st, c)
	}
	return refuse("there is no command %q", c.Kind)
}

func (s *State) mayStart(t *plan.Task, st Status) error {
	switch {
	case t.Gate:
		return refuse("%s is a gate: g decides go or no-go", t.ID)
	case st == Active:
		return refuse("%s is running already", t.ID)
	case st == Checked:
		return refuse("%s waits for sign-off: g records it", t.ID)
	case st == Undone:
		return refuse("%s was rolled back", t.ID)
	case st == Skipped:
		return refuse("%s was skipped", t.ID)
	case st == Done && t.Action == "":
		return refuse("%s is done: a manual task is attested once", t.ID)
	case st == Done && !s.ReadsOnly(t):
		return refuse("%s is done; it changes the world and is not done twice", t.ID)
	}
	if b := s.Blockers(t); len(b) > 0 {
		return refuse("%s waits for %s", t.ID, strings.Join(b, ", "))
	}
	return nil
}

func (s *State) maySkip(t *plan.Task, st Status, c Command) error {
	switch {
	case t.Gate:
		return refuse("%s is a gate: a gate is never skipped", t.ID)
	case st == Waiting, st == Failed, st == Aborted:
		return need(c.Text, "skipping needs a reason")
	}
	return refuse("%s is %s: only a waiting, failed or aborted task can be skipped", t.ID, st)
}

func (s *State) mayDecide(t *plan.Task, st Status, c Command) error {
	switch {
	case !t.Gate:
		return refuse("%s is not a gate", t.ID)
	case st == Done:
		return refuse("%s is decided already: go", t.ID)
	case len(s.Blockers(t)) > 0:
		return refuse("%s waits for %s", t.ID, strings.Join(s.Blockers(t), ", "))
	case !c.Go:
		return need(c.Text, "a no-go needs a reason")
	}
	return nil
}

func (s *State) maySign(p *plan.Plan, t *plan.Task, st Status, c Command) error {
	if st != Checked {
		return refuse("%s is %s: it is signed off once its own checks have passed", t.ID, st)
	}
	for _, id := range s.Missing(t) {
		if id == c.For {
			return need(c.Text, "a sign-off needs its evidence: where the acceptance was given")
		}
	}
	return refuse("%s does not wait for a sign-off by %q; missing: %s", t.ID, c.For, strings.Join(s.Missing(t), ", "))
}

// ReadsOnly reports whether the task's action only looks at the world, so that it may be run again at will.
func (s *State) ReadsOnly(t *plan.Task) bool {
	steps := s.Actions[t.Action]
	for _, sp := range steps {
		if sp.Effect {
			return false
		}
	}
	return len(steps) > 0
}

func need(text, sentence string) error {
	if strings.TrimSpace(text) == "" {
		return Refusal{sentence}
	}
	return nil
}

func refuse(format string, args ...any) error { return Refusal{fmt.Sprintf(format, args...)} }
