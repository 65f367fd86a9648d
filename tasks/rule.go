package tasks

// rule.go: which command is legal in which state. The engine refuses by this
// table and the screen says by it why a key is dead, so the two never differ.

import (
	"fmt"
	"slices"
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
	case PauseClock, InjectFault, LiftFault:
		return s.mayPretend(c)
	case LookAgain: // it reads: whoever sits there may, and has to when the credentials ran out under them
		return nil
	case TakeConn:
		return s.mayTake(p, c)
	}
	if c.Kind == AbortRunning && s.Conn.Holder == "" {
		return s.mayAbort(p, c) // stopping is never in anybody's way: somebody may have lost the conn in the middle
	}
	if err := s.isHolder(c.By); err != nil {
		return err
	}
	switch c.Kind {
	case ReleaseConn:
		return s.mayRelease(p)
	case OfferConn:
		return s.mayOffer(p, c)
	case AddNote:
		return need(c.Text, "a note needs its text")
	case HoldPlan:
		return s.mayHold(c)
	case ResumePlan:
		return s.mayResume()
	case TakeBack:
		return s.mayRetract(p, c)
	case RollBack, ReviewRollback:
		return s.mayRollBack(p, c)
	case ReopenRun:
		return s.mayReopen(c)
	case AmendPlan:
		return s.mayAmend(p, c)
	case DecideGate:
		if c.Task == "" {
			return s.mayGoOn(c)
		}
	case AbortRunning:
		return s.mayAbort(p, c)
	}
	return s.taskAllowed(p, c)
}

// mayPretend refuses in a live run what only a pretend world can do.
func (s *State) mayPretend(c Command) error {
	switch {
	case s.Mode == RehearsalRun:
		return nil
	case c.Kind == PauseClock:
		return refuse("this run is live: its clock is the one on the wall, and nothing stops that")
	}
	return refuse("this run is live: faults are injected into a rehearsal only")
}

// mayAbort refuses what would stop nothing: whoever asks for it thinks that something runs.
func (s *State) mayAbort(p *plan.Plan, c Command) error {
	busy := s.Busy(p)
	switch {
	case s.Rollback.Phase == RollbackRunning:
	case len(busy) == 0:
		return refuse("nothing is running: there is nothing to abort")
	case c.Task != "" && p.Task(c.Task) == nil:
		return refuse("the plan has no task %q", c.Task)
	case c.Task != "" && !slices.Contains(busy, c.Task):
		return refuse("%s is %s: %s can be aborted", c.Task, s.Tasks[c.Task].Status, strings.Join(busy, ", "))
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
			return s.mayState(t, st, c)
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
	case PollGate:
		return s.mayPoll(t, st, c)
	case DecideGate:
		return s.mayDecide(t, st, c)
	case Waive:
		return s.mayWaive(t, c)
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
	}
	if err := s.mayRepeat(t, st); err != nil {
		return err
	}
	if b := s.Blockers(t); len(b) > 0 {
		return refuse("%s waits for %s", t.ID, strings.Join(b, ", "))
	}
	if st == Done || st == Unsure { // a look is never in the way
		return nil
	}
	return s.heldFor(t)
}

// mayRepeat refuses to begin once more what is done and stands.
func (s *State) mayRepeat(t *plan.Task, st Status) error {
	switch ts := s.Tasks[t.ID]; {
	case ts.Back.Phase == RollbackHalted && len(s.Backwards(t.ID)) > 0:
		return refuse("taking %s back has stopped: R goes on with that, then it can be started again", t.ID)
	case st != Done || s.ReadsOnly(t):
	case t.OnDemand && t.Action == "": // a call is made again, a person asked again
	case t.OnDemand && ts.ByHand():
		return refuse("%s was done by hand: u takes that back, then it can be started again", t.ID)
	case s.LeftNothing(t): // a service is restarted again
	case t.OnDemand:
		return refuse("%s is done: R on it takes back what it made, then it can be started again", t.ID)
	case t.Action == "":
		return refuse("%s is done: a manual task is attested once", t.ID)
	default:
		return refuse("%s is done; it changes the world and is not done twice", t.ID)
	}
	return nil
}

func (s *State) maySkip(t *plan.Task, st Status, c Command) error {
	switch {
	case t.Gate:
		return refuse("%s is a gate: a gate is never skipped", t.ID)
	case st != Waiting && st != Failed && st != Aborted:
		return refuse("%s is %s: only a waiting, failed or aborted task can be skipped", t.ID, st)
	}
	if err := s.settled(t); err != nil { // skipping frees what comes after
		return err
	}
	return need(c.Text, "skipping needs a reason")
}

// settled refuses to leave a task of which nobody knows what it has left in the world.
func (s *State) settled(t *plan.Task) error {
	for _, i := range s.Unsettled() {
		if i.Task == t.ID {
			return refuse("it is not known whether %s happened: enter asks the world first", i.ID)
		}
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
