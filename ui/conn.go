package ui

// conn.go: who may act. At one keyboard: the holder offers the conn by name, the next
// person types their initials; nobody else can take it meanwhile. Where nothing is
// offered, anybody takes it by a confirmation that says from whom.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/letters"
	"tminus/tasks/plan"
)

func connLabel(s *tasks.Snapshot, v View) string {
	switch conn := s.State.Conn; {
	case conn.Offered != "" && conn.Holder == v.Actor:
		return "accept or withdraw"
	case conn.Offered != "":
		return "accept"
	case conn.Holder != "" && conn.Holder == v.Actor:
		return "hand over"
	}
	return "take the conn"
}

// conn opens the dialog that takes the conn, or gives it away.
func (c *Cockpit) conn() tea.Cmd {
	conn, actor, p := c.snap.State.Conn, c.view.Actor, c.snap.Plan
	d := Dialog{Kind: Confirm, Danger: Careful, Action: "conn", List: contacts(p), Choice: -1}
	switch {
	case conn.Offered != "":
		return c.accept(d)
	case conn.Lost != "":
		d.Title, d.Body = "Take the conn again", "Nobody has the conn any more: "+conn.Lost+".\nLook at what has changed since, then take it."
	case conn.Holder == "":
		d.Title, d.Body = "Take the conn", "The conn is the right to act; one person has it at a time, and now nobody does.\nEverybody who watches sees that it is you."
	case actor == "":
		d.Title = fmt.Sprintf("%s has the conn", letters.OneLine(person(p, conn.Holder)))
		d.Body = "Say who you are: the same person goes on, anybody else takes it over.\nTake it only when both of you agree."
	case conn.Holder != actor:
		d.Title = fmt.Sprintf("Take the conn from %s", letters.OneLine(person(p, conn.Holder)))
		d.Body = fmt.Sprintf("%s holds it since %s. Take it only when both of you agree.", conn.Holder,
			conn.Since.In(zone(c.view, p.Zone)).Format("15:04 MST"))
	default:
		return c.offer(d)
	}
	d.OK, d.Fields = "take it", ask("your initials")
	d.Fields[0].Input = actor
	return c.open(d, question{optional: actor != "", reads: c.waking, check: c.waking, command: func(d Dialog, _ Stop) tasks.Command {
		by := contactID(p, d.Fields[0].Input)
		if by == conn.Holder && by != "" {
			return tasks.Command{By: by} // the holder, back at the keyboard: nothing to ask
		}
		return tasks.Command{Kind: tasks.TakeConn, By: by}
	}, then: c.sit})
}

// waking says which sensors were not heard since the machine slept.
func (c *Cockpit) waking(Dialog) string {
	if c.snap == nil || len(c.snap.Waking) == 0 {
		return ""
	}
	return "sensors not heard yet since then: " + strings.Join(c.snap.Waking, ", ") + "; nobody can take the conn before"
}

// offer gives the conn to the person whose initials are typed, once they accept, or to nobody.
func (c *Cockpit) offer(d Dialog) tea.Cmd {
	d.Title, d.OK, d.Alt = "Offer or release the conn", "offer it", "release it"
	d.Body = "Offered, it stays yours until the next person types their initials here, after c.\nReleased, nobody can act until somebody takes it."
	d.Fields = ask("next person's initials")
	p, actor := c.snap.Plan, c.view.Actor
	// The initials have the focus: typed as on taking it, with tab, tab, enter after them, they
	// offer the conn. With the focus on Cancel the same hands released it.
	return c.open(d, question{command: func(d Dialog, at Stop) tasks.Command {
		if at == OnAlt {
			return tasks.Command{Kind: tasks.ReleaseConn, By: actor}
		}
		return tasks.Command{Kind: tasks.OfferConn, By: actor, For: contactID(p, d.Fields[0].Input)}
	}, then: c.sit})
}

// accept is the open offer: the offered person accepts it, the holder may withdraw it,
// and anybody else learns whose it is.
func (c *Cockpit) accept(d Dialog) tea.Cmd {
	conn, p, actor := c.snap.State.Conn, c.snap.Plan, c.view.Actor
	to := letters.OneLine(person(p, conn.Offered))
	d.Title, d.List = fmt.Sprintf("%s offers the conn to %s", conn.Holder, conn.Offered), ""
	d.Body = fmt.Sprintf("%s offers the conn to %s.\nThey accept it by typing their initials. Nobody else can take it until the offer is withdrawn.", letters.OneLine(person(p, conn.Holder)), to)
	d.OK, d.Fields = "accept", ask("initials of "+conn.Offered)
	switch actor {
	case conn.Holder:
		d.Alt = "withdraw"
	case conn.Offered:
		d.Body = fmt.Sprintf("%s offers you the conn, %s. Type your initials to accept it: from then on you act.", letters.OneLine(person(p, conn.Holder)), to)
	}
	return c.open(d, question{command: func(d Dialog, at Stop) tasks.Command {
		if at == OnAlt {
			return tasks.Command{Kind: tasks.OfferConn, By: actor}
		}
		return tasks.Command{Kind: tasks.TakeConn, By: contactID(p, d.Fields[0].Input)}
	}, then: c.sit})
}

// sit remembers who sits here, once the engine has agreed.
func (c *Cockpit) sit() tea.Cmd {
	c.view.Actor = c.ask.sent.By
	return nil
}

// contacts lists who can hold the conn.
func contacts(p *plan.Plan) string {
	var lines []string
	for _, k := range p.Contacts {
		if !k.Open {
			lines = append(lines, "  "+person(p, k.ID))
		}
	}
	return strings.Join(lines, "\n")
}

// contactID is the initials as the plan writes them; what is no contact stays as typed.
func contactID(p *plan.Plan, typed string) string {
	typed = strings.TrimSpace(typed)
	for _, k := range p.Contacts {
		if strings.EqualFold(k.ID, typed) {
			return k.ID
		}
	}
	return typed
}
