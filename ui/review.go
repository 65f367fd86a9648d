package ui

// review.go: R. The review shows everything a rollback would undo, and what the world
// says of each, before anybody can agree to it (reviewlist.go draws it from the
// snapshot). What is typed counts for the list it was typed on: when the run moves on,
// the world is asked again and the change number is typed again.

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// look is a look at the world that an open review asked for.
type look struct {
	from string
	head uint64
	nth  int // how many this review has asked for
}

// mostLooks bounds how often one review asks the world by itself.
const mostLooks = 5

func (c *Cockpit) review() tea.Cmd {
	s := c.snap.State
	d := Dialog{
		Kind: Review, Danger: Severe, Action: "rollback", OK: "roll back", Title: "Roll back " + s.Change,
		Fields: ask("change number", "reason"),
	}
	switch t := c.snap.Plan.Task(c.view.Selected); {
	case s.Rollback.Phase == tasks.RollbackHalted:
		d.From = s.Rollback.From
	case t != nil && t.OnDemand && len(s.Backwards(t.ID)) > 0: // it has a way back of its own
		d.From, d.Title = t.ID, "Take back "+t.ID+"  "+t.Title
	}
	d.Alt, d.Body = otherScope(c.snap, c.view, d.From), reviewWords(c.snap, d.From)
	opened := c.open(d, question{paste: [mostFields]bool{1: true}, check: c.unproven, turns: c.turnScope,
		command: func(d Dialog, _ Stop) tasks.Command { return c.rollBackAs(d) }, then: c.watchUndoing})
	return tea.Batch(opened, c.askWorld())
}

// reviewWords say what agreeing to a rollback means: one of an on-demand task leaves the plan as it is.
func reviewWords(s *tasks.Snapshot, from string) string {
	means := "The forward plan locks: no task starts any more. What is listed is undone, newest first."
	if t := s.Plan.Task(from); t != nil && t.OnDemand {
		means = "Only what " + from + " made is undone, newest first. Nothing else starts meanwhile; then the plan goes on as it is."
	}
	return place(s) + "\n" + means + "\nTo confirm, type the change number, " + s.State.Change + ", and a reason."
}

// rollBackAs is what the review asks for as it is typed now.
func (c *Cockpit) rollBackAs(d Dialog) tasks.Command {
	return tasks.Command{Kind: tasks.RollBack, By: c.view.Actor, Task: d.From, Confirm: strings.TrimSpace(d.Fields[0].Input),
		Text: d.Fields[1].Input, Head: c.ask.looked.head}
}

// otherScope is the label of the button that turns to the other scope: from the
// selected task on, or everything; "" when there is only one.
func otherScope(s *tasks.Snapshot, v View, from string) string {
	switch {
	case s.State.Rollback.Phase == tasks.RollbackHalted: // it goes on as it was begun
		return ""
	case from != "":
		return "everything"
	}
	part := len(s.State.Backwards(v.Selected))
	if s.Plan.Task(v.Selected) == nil || part == 0 || part == len(s.State.Backwards("")) {
		return ""
	}
	return "only from " + v.Selected + " on"
}

// turnScope turns to the other scope: another list, another look, another confirmation.
func (c *Cockpit) turnScope() tea.Cmd {
	d := &c.view.Dialog
	if d.From == "" {
		d.From = c.view.Selected
	} else {
		d.From = ""
	}
	d.Alt, d.Body = otherScope(c.snap, c.view, d.From), safe.Block(reviewWords(c.snap, d.From))
	d.Fields[0].Input, d.Problem, d.Scroll, d.At, d.Waiting = "", "", 0, 0, true
	c.ask.looked.nth = 0
	return tea.Batch(c.askWorld(), c.awaitQuiet())
}

// askWorld asks the world about everything in the list.
func (c *Cockpit) askWorld() tea.Cmd {
	c.ask.looked = look{c.view.Dialog.From, c.snap.State.ReviewHead(), c.ask.looked.nth + 1}
	return c.send(tasks.Command{Kind: tasks.ReviewRollback, By: c.view.Actor, Task: c.ask.looked.from}, func(err error) tea.Cmd {
		if err != nil && c.view.Dialog.Kind == Review {
			c.view.Dialog.Problem = err.Error()
		}
		return nil
	})
}

// reviewMoved takes the typed change number back when the run has moved on under an open
// review, and asks the world again, mostLooks times at most.
func (c *Cockpit) reviewMoved() tea.Cmd {
	d := &c.view.Dialog
	if d.Kind != Review || c.ask.asking || c.ask.looked.head == c.snap.State.ReviewHead() || c.ask.looked.nth >= mostLooks {
		return nil
	}
	d.Fields[0].Input, d.At, d.Waiting = "", 0, true
	d.Problem = "the run has moved on since this review was made: look at it again, then type the change number again"
	d.Alt = otherScope(c.snap, c.view, d.From)
	if r := c.snap.Review; r != nil && r.From == d.From && r.Head == c.snap.State.ReviewHead() { // the look itself settled something
		c.ask.looked.head = r.Head
		return c.awaitQuiet()
	}
	return tea.Batch(c.askWorld(), c.awaitQuiet())
}

// unproven is why the review cannot be agreed to yet: what is typed wrong, then what the
// world has not said.
func (c *Cockpit) unproven(d Dialog) string {
	if err := c.snap.State.Allowed(c.snap.Plan, c.rollBackAs(d)); err != nil {
		return err.Error()
	}
	return c.snap.Review.Unproven(d.From, c.ask.looked.head)
}

// watchUndoing turns to the pane that shows the way back going on.
func (c *Cockpit) watchUndoing() tea.Cmd {
	c.view.Selected, c.view.Focus = "", Task
	return nil
}

// stays names the tasks whose effects a rollback from a task on leaves as they are.
func stays(s *tasks.State, from string) []string {
	undone := s.Backwards(from)
	var ids []string
	for _, i := range s.Backwards("") {
		if !slices.Contains(undone, i) && !slices.Contains(ids, i.Task) {
			ids = append(ids, i.Task)
		}
	}
	slices.Reverse(ids)
	return ids
}
