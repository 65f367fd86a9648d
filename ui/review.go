package ui

// review.go: R. The review shows everything a rollback would undo before anybody
// can agree to it (Render draws the list from the snapshot). The command carries
// the journal head of this review: the engine refuses it when the run has moved on.

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

func (c *Cockpit) review() tea.Cmd {
	head := c.snap.State.ReviewHead()
	return c.open(Dialog{
		Kind: Review, Danger: Severe, Action: "rollback", OK: "roll back",
		Title: "Roll back " + c.snap.State.Change,
		Body: place(c.snap) + "\nThe forward plan locks: no task starts any more. What is listed is undone, newest first.\n" +
			"To confirm, type the change number, " + c.snap.State.Change + ", and a reason.",
		Prompt: "change number", Prompt2: "reason",
	}, question{paste: [2]bool{false, true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.RollBack, By: c.view.Actor, Confirm: strings.TrimSpace(d.Input), Text: d.Input2, Head: head}
	}, then: c.watchUndoing})
}

// watchUndoing turns to the pane that shows the way back going on.
func (c *Cockpit) watchUndoing() tea.Cmd {
	c.view.Selected, c.view.Focus = "", Task
	return nil
}
