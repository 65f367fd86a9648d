package tasks

// gate.go: go or no-go. A gate never completes itself. Where the plan names voters,
// their answers are polled, and a go needs the quorum; a no-go needs nobody.

import (
	"slices"
	"strings"
	"time"

	"tminus/tasks/plan"
)

// Vote is one voter's answer at a gate.
type Vote struct {
	Contact, By, Note string
	Go                bool
	At                time.Time // run time
}

// Poll is where the voting at a gate stands.
type Poll struct {
	Go, NoGo, Open []string // contact ids, in the order of the plan
	Needed         int      // how many have to say go
}

// Quorum reports whether enough voters said go.
func (p Poll) Quorum() bool { return len(p.Go) >= p.Needed }

// Poll counts the newest answer of each voter at the gate.
func (s *State) Poll(t *plan.Task) Poll {
	p := Poll{Needed: t.Needed()}
	for _, id := range t.Poll {
		votes := s.Tasks[t.ID].Poll
		n := len(votes) - 1
		for n >= 0 && votes[n].Contact != id {
			n--
		}
		switch {
		case n < 0:
			p.Open = append(p.Open, id)
		case votes[n].Go:
			p.Go = append(p.Go, id)
		default:
			p.NoGo = append(p.NoGo, id)
		}
	}
	return p
}

func (s *State) mayPoll(t *plan.Task, st Status, c Command) error {
	switch {
	case !t.Gate:
		return refuse("%s is not a gate", t.ID)
	case len(t.Poll) == 0:
		return refuse("the plan names no voters for %s: g decides it", t.ID)
	case st != Waiting && st != Failed: // after a no-go the voters may think again
		return refuse("%s is decided already (%s): u takes a decision back", t.ID, st)
	case !slices.Contains(t.Poll, c.For):
		return refuse("%q does not vote at %s: %s do", c.For, t.ID, strings.Join(t.Poll, ", "))
	case !c.Go:
		return need(c.Text, "a no-go needs a reason")
	}
	return nil
}

func (s *State) mayDecide(t *plan.Task, st Status, c Command) error {
	switch {
	case !t.Gate && len(t.SignOff) > 0:
		return refuse("%s is not a gate, and signed off once it has passed", t.ID)
	case !t.Gate:
		return refuse("%s is not a gate", t.ID)
	case st == Done:
		return refuse("%s is decided already: go", t.ID)
	case len(s.Blockers(t)) > 0:
		return refuse("%s waits for %s", t.ID, strings.Join(s.Blockers(t), ", "))
	case !c.Go:
		return need(c.Text, "a no-go needs a reason")
	case s.Hold.On() && s.Hold.Task != t.ID:
		return s.held()
	}
	if p := s.Poll(t); !p.Quorum() {
		return refuse("%s needs %d of %s to say go; %d did", t.ID, p.Needed, strings.Join(t.Poll, ", "), len(p.Go))
	}
	return nil
}

// mayGoOn allows the go of the whole run that passing decide-by demands: from then on no
// way back ends inside the window. Its no-go is a rollback or a hold, which are commands of their own.
func (s *State) mayGoOn(c Command) error {
	switch {
	case s.Ended() || s.Rollback.Locked():
		return refuse("the plan does not go on: there is nothing to decide")
	case !c.Go:
		return refuse("to back out is R, to wait is H: only going on is decided here")
	}
	return need(c.Text, "going on past decide-by needs a note: who agreed, and why")
}
