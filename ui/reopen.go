package ui

// reopen.go: O. Going forward again after a rollback.

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// reopenWish is what O would ask for, as if its reason were typed already.
func reopenWish(_ *tasks.Snapshot, v View) tasks.Command {
	return tasks.Command{Kind: tasks.ReopenRun, By: v.Actor, Text: written}
}

func (c *Cockpit) reopen() tea.Cmd {
	var undone []string
	for t := range c.snap.Plan.All() {
		if c.snap.State.Tasks[t.ID].Status == tasks.Undone {
			undone = append(undone, t.ID)
		}
	}
	body := "What was undone, " + strings.Join(undone, ", ") + ", and what comes after it has not been started any more.\n" +
		"What is made from now on has an identity of its own: nothing is taken for what was there before."
	if undone == nil {
		body = "What came after the undone effects has not been started any more."
	}
	for _, left := range leftBehind(c.snap.State) {
		body += "\nstays as it is: " + left
	}
	if from := c.snap.State.Rollback.From; from != "" {
		body += "\nWhat was made before " + from + " stands, as it stood all the time."
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "reopen", OK: "reopen", Title: "Reopen " + c.snap.State.Change,
		Body: place(c.snap) + "\n\n" + body, Fields: ask("reason: what is different this time"),
	}, question{paste: [mostFields]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.ReopenRun, By: c.view.Actor, Text: d.Fields[0].Input}
	}})
}
