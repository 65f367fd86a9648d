package tasks

// conn.go: who may act. One person at a time; handing over is an offer by name and its
// acceptance. Whoever had the conn when time went on without the program has it no more.

import (
	"fmt"
	"strings"

	"tminus/tasks/plan"
)

// ActorRehearsal plays the people in a rehearsal that flies itself.
const ActorRehearsal = "rehearsal"

// ActorEngine is the author of what the program does by itself.
const ActorEngine = "tminus"

// isHolder refuses whoever has not the conn.
func (s *State) isHolder(by string) error {
	switch holder := s.Conn.Holder; {
	case holder == "" && s.Conn.Lost != "":
		return refuse("nobody has the conn: %s. Look at what has changed, then press c to take it again", s.Conn.Lost)
	case holder == "":
		return refuse("nobody has the conn: press c to take it first")
	case by == "":
		return refuse("%s has the conn: say who you are first, c takes it over or sits you down", holder)
	case by != holder:
		return refuse("%s has the conn, not %s: c hands it over", holder, by)
	}
	return nil
}

func (s *State) mayTake(p *plan.Plan, c Command) error {
	if c.By == "" {
		return refuse("say who takes the conn: your initials as in the plan's contacts")
	}
	if err := s.isPerson(p, c.By, "take the conn under your own initials"); err != nil {
		return err
	}
	switch {
	case s.Conn.Holder == c.By:
		return refuse("%s has the conn already", c.By)
	case s.Conn.Offered != "" && s.Conn.Offered != c.By:
		return refuse("%s offers the conn to %s: nobody else can take it until the offer is withdrawn", s.Conn.Holder, s.Conn.Offered)
	}
	return nil
}

func (s *State) mayOffer(p *plan.Plan, c Command) error {
	switch {
	case c.For == "" && s.Conn.Offered == "":
		return refuse("say to whom the conn is offered: their initials as in the plan's contacts")
	case c.For == "":
		return nil // withdrawn
	case c.For == s.Conn.Holder:
		return refuse("%s has the conn already", c.For)
	}
	return s.isPerson(p, c.For, "offer the conn to a person")
}

// mayRelease refuses to leave automated work behind with nobody in charge of it.
func (s *State) mayRelease(p *plan.Plan) error {
	for _, id := range s.Busy(p) {
		if p.Task(id).Action != "" {
			return refuse("%s is running: hand the conn over, or abort it first (a)", id)
		}
	}
	if s.Rollback.Phase == RollbackRunning {
		return refuse("the rollback is running: hand the conn over, or abort it first (a)")
	}
	return nil
}

func (s *State) isPerson(p *plan.Plan, id, instead string) error {
	switch k := p.Contact(id); {
	case k == nil && !(s.Mode == RehearsalRun && id == ActorRehearsal):
		return refuse("%q is not among the plan's contacts: %s", id, strings.Join(initials(p), ", "))
	case k != nil && k.Open:
		return refuse("%s is an open role that nobody holds yet: %s", id, instead)
	}
	return nil
}

func initials(p *plan.Plan) []string {
	var ids []string
	for _, c := range p.Contacts {
		if !c.Open {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (s *State) conn(e Event) {
	switch b := e.Body.(type) {
	case ConnTaken:
		s.Conn = Conn{Holder: e.By, Since: e.Run}
	case ConnOffered:
		s.Conn.Offered = b.To
	case ConnReleased:
		s.Conn = Conn{}
	case Woke:
		lost := b.Says
		if s.Conn.Holder != "" {
			lost = fmt.Sprintf("%s while %s had it", b.Says, s.Conn.Holder)
		}
		s.Conn = Conn{Lost: lost}
	}
}
