package tasks

// amend.go: a plan that changes on the day: a wrong image, a sick colleague. What has
// begun stays as it was begun; people, times and everything not started may change.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tminus/tasks/plan"
)

// Amendment is a changed plan, to be put in the place of the one in force.
type Amendment struct {
	Source  []byte     // the file as it is
	Plan    *plan.Plan // loaded from it, its times shifted as the run's
	Actions map[string][]StepPlan
	States  map[string][]string
	Suite   map[string][]byte // the smoke tests' files, by path from the plan's folder
	Digest  string            // of them; "" = none
}

// Was is the times, as they are now, of the tasks whose times the amendment changes.
func (a *Amendment) Was(now *plan.Plan) map[string]Span {
	was := map[string]Span{}
	for _, t := range now.Tasks {
		if next := a.Plan.Task(t.ID); next != nil && !next.OnDemand && !(next.Start.Equal(t.Start.Time) && next.End.Equal(t.End.Time)) {
			was[t.ID] = Span{t.Start.Time, t.End.Time}
		}
	}
	return was
}

// Changes are what the amendment changes of the plan in force, in the plan's order.
func (a *Amendment) Changes(now *plan.Plan) []plan.Change { return plan.Diff(now, a.Plan) }

func (s *State) mayAmend(p *plan.Plan, c Command) error {
	if err := need(c.Text, "an amendment needs a reason"); err != nil {
		return err
	}
	switch {
	case c.Amend == nil || c.Amend.Plan == nil:
		return refuse("an amendment needs the changed plan: tminus amend RUN PLAN")
	case s.Rollback.Locked():
		return refuse("the plan is locked by the rollback")
	case s.Released:
		return refuse("the run is released: its plan stands")
	case len(s.Busy(p)) > 0:
		return refuse("%s is running: let it end, or abort it first", strings.Join(s.Busy(p), ", "))
	}
	changes, retested := c.Amend.Changes(p), c.Amend.Digest != s.Suite
	if len(changes) == 0 && !retested {
		return refuse("the plan is the same, and so are its smoke tests' files: there is nothing to amend")
	}
	var frozen []string
	if retested {
		if why := s.tested(p); why != "" {
			frozen = append(frozen, "the smoke tests' files: "+why)
		}
	}
	for _, ch := range changes {
		if why := s.frozen(p, ch); why != "" {
			frozen = append(frozen, fmt.Sprintf("%s: %s", ch, why))
		}
	}
	if len(frozen) > 0 {
		return Refusal{"the plan cannot change so any more:\n  " + strings.Join(frozen, "\n  ")}
	}
	return nil
}

// frozen is why a part of the plan cannot change any more; "" = it can.
func (s *State) frozen(p *plan.Plan, ch plan.Change) string {
	section, rest, _ := strings.Cut(ch.Path, ".")
	switch section {
	case "change", "release", "timezone":
		return "it names the run"
	case "environment":
		if rest == "account" || rest == "region" {
			return "a run belongs to one account and region: start a run of its own"
		}
		return s.unlessStanding("what it says has been made already: roll that back first (R), reopen, then amend")
	case "rollback":
		return s.unlessStanding("effects of it stand: it says how they are undone")
	case "smoke", "testing":
		return s.tested(p)
	case "tasks", "on_demand":
		return s.frozenTask(rest)
	}
	return ""
}

// tested is why the tests cannot change any more: they were begun; "" = they were not.
func (s *State) tested(p *plan.Plan) string {
	for t := range p.All() {
		if st := s.Tasks[t.ID]; t.Action == "smoke.run" && st.Status != Waiting {
			return fmt.Sprintf("%s is %s", t.ID, st.Status)
		}
	}
	return ""
}

// unlessStanding is why, while something this run did, or may have done, is still there.
func (s *State) unlessStanding(why string) string {
	if slices.ContainsFunc(s.Intents, func(i *Intent) bool { return i.Undoes == "" && !i.Undone && i.State != OutcomeFailed }) {
		return why
	}
	return ""
}

// frozenTask judges a change of one task, named "T4" (added or taken out) or "T4.start".
// One that has begun and not ended may still change its people and its planned end.
func (s *State) frozenTask(path string) string {
	id, field, _ := strings.Cut(path, ".")
	t := s.Tasks[id]
	switch {
	case t != nil && t.Status != Waiting:
		if !t.Status.Finished() && slices.Contains([]string{"end", "in_charge", "deputy", "teams", "signoff"}, field) {
			return ""
		}
		return fmt.Sprintf("%s is %s", id, t.Status)
	case field == "status":
		return "what is done on the day is attested, not amended"
	case s.told(id, 0) && slices.Contains([]string{"", "action", "gate"}, field):
		return fmt.Sprintf("the journal tells of %s: as another kind of task, or none, it would tell something else", id)
	case s.told(id, 0) && field == "after":
		return fmt.Sprintf("the journal tells of %s: in another order, what was undone and reopened would be told otherwise", id)
	}
	return ""
}

// told reports a task that the journal tells of after an event, though it may wait again:
// it was taken back, or reopened. The whole journal is folded anew with the amended plan.
func (s *State) told(id string, since uint64) bool {
	return slices.ContainsFunc(s.Events, func(e Event) bool {
		if e.Seq <= since {
			return false
		}
		switch b := e.Body.(type) {
		case TaskStarted:
			return b.Task == id
		case ByHand:
			return b.Task == id
		case TaskSkipped:
			return b.Task == id
		case Decided:
			return b.Task == id
		case Polled:
			return b.Task == id
		}
		return false
	})
}

func (s *State) amend(p *plan.Plan, b Amended) {
	s.Plan, s.Suite = b.To, b.Suite
	before := maps.Clone(s.Baseline)
	if before == nil {
		before = map[string]Span{}
	}
	for id, was := range b.Was {
		if _, known := before[id]; !known { // the first amendment tells what the run was opened with
			before[id] = was
		}
	}
	s.Baseline = before
	if b.Actions != nil {
		s.Actions, s.States = b.Actions, b.States
	}
	s.planSteps(p)
}
