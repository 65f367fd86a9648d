package ui

// conn.go: who may act. At one keyboard: the holder hands over by the next
// person's initials, anybody else takes it by a confirmation that says from whom.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func connLabel(s *tasks.Snapshot, v View) string {
	if s.State.Conn.Holder != "" && s.State.Conn.Holder == v.Actor {
		return "hand over"
	}
	return "take the conn"
}

// conn opens the dialog that takes the conn, or gives it away.
func (c *Cockpit) conn() tea.Cmd {
	holder, actor := c.snap.State.Conn.Holder, c.view.Actor
	d := Dialog{Kind: Confirm, Danger: Careful, Action: "conn", List: contacts(c.snap.Plan), Choice: -1}
	switch {
	case holder == "":
		d.Title, d.Body = "Take the conn", "The conn is the right to act; one person has it at a time, and now nobody does.\nEverybody who watches sees that it is you."
	case actor == "":
		d.Title = fmt.Sprintf("%s has the conn", oneLine(person(c.snap.Plan, holder)))
		d.Body = "Say who you are: the same person goes on, anybody else takes it over.\nTake it only when both of you agree."
	case holder != actor:
		d.Title = fmt.Sprintf("Take the conn from %s", oneLine(person(c.snap.Plan, holder)))
		d.Body = fmt.Sprintf("%s holds it since %s. Take it only when both of you agree.", holder,
			c.snap.State.Conn.Since.In(zone(c.view, c.snap.Plan.Zone)).Format("15:04 MST"))
	default:
		return c.handOver(d)
	}
	d.OK, d.Prompt, d.Input = "take it", "your initials", actor
	p := c.snap.Plan
	return c.open(d, question{optional: actor != "", command: func(d Dialog, _ Stop) tasks.Command {
		by := contactID(p, d.Input)
		if by == holder && by != "" {
			return tasks.Command{By: by} // the holder, back at the keyboard: nothing to ask
		}
		return tasks.Command{Kind: tasks.TakeConn, By: by}
	}, then: c.sit})
}

// handOver gives the conn to the person whose initials are typed, or to nobody.
func (c *Cockpit) handOver(d Dialog) tea.Cmd {
	d.Title, d.OK = "Hand over or release the conn", "give it away"
	d.Body = "The next person types their initials here and has it at once.\nWithout initials it is released: nobody can act until somebody takes it."
	d.Prompt = "next person's initials"
	p, actor := c.snap.Plan, c.view.Actor
	return c.open(d, question{optional: true, command: func(d Dialog, _ Stop) tasks.Command {
		if to := contactID(p, d.Input); to != "" {
			return tasks.Command{Kind: tasks.TakeConn, By: to}
		}
		return tasks.Command{Kind: tasks.ReleaseConn, By: actor}
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

// oneLine takes a list's alignment out of a sentence.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

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
