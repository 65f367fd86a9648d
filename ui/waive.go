package ui

// waive.go: W. Going on without something that was asked for: a look that did not
// pass, or a sign-off. It is said by name, and shown as waived for ever: never as a tick.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func waiveWish(s *tasks.Snapshot, v View) tasks.Command {
	wish := tasks.Command{Kind: tasks.Waive, By: v.Actor, Task: v.TaskID(s), Text: written}
	if t := s.Plan.Task(wish.Task); t != nil {
		if _, contacts := s.State.Waivable(t); len(contacts) > 0 {
			wish.For = contacts[0]
		}
	}
	return wish
}

func (c *Cockpit) waive() tea.Cmd {
	t, ts, _ := c.snap.Task(c.view.TaskID(c.snap))
	id := t.ID
	failed, contacts := c.snap.State.Waivable(t)
	d := Dialog{Kind: Confirm, Danger: Careful, Action: "waive", OK: "waive it", Fields: ask("reason")}
	if failed != "" {
		d.Title, d.Body = fmt.Sprintf("Waive a check of %s  %s", id, t.Title), waiveStepWords(ts.Step(failed), ts.Reason)+goesOn(c.snap, t)
	} else {
		var people []string
		for _, who := range contacts {
			people = append(people, "  "+person(c.snap.Plan, who))
		}
		d.Title, d.List = fmt.Sprintf("Waive a sign-off of %s  %s", id, t.Title), strings.Join(people, "\n")
		d.Body = "Its own checks have passed. Whose acceptance does it go on without? (↑ ↓ choose)"
	}
	return c.open(d, question{paste: [mostFields]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		wish := tasks.Command{Kind: tasks.Waive, By: c.view.Actor, Task: id, Text: d.Fields[0].Input}
		if len(contacts) > 0 {
			wish.For = contacts[min(d.Choice, len(contacts)-1)]
		}
		return wish
	}})
}

// waiveStepWords are what was looked at in vain, and what it said.
func waiveStepWords(st tasks.StepState, reason string) string {
	words := "✗ " + st.Title
	said := st.Error
	if said == "" {
		said = reason
	}
	if said != "" {
		words += "\n    " + said
	}
	if st.Says != "" && st.Says != said {
		words += "\n    " + st.Says
	}
	for _, r := range st.Rows {
		if r.Verdict == tasks.Fail && !strings.Contains(said, r.Says) {
			words += "\n    ✗ " + r.Name + because(r.Says)
		}
	}
	return words
}

// excusedFrom reports a failed task from which everything that failed it was waived: it only
// has to be started again.
func excusedFrom(ts *tasks.TaskState) bool {
	waived, failed := false, false
	for _, st := range ts.Steps {
		waived = waived || st.Status == tasks.StepWaived
		failed = failed || st.Status == tasks.StepFailed
	}
	return ts.Status == tasks.Failed && waived && !failed
}

func goesOn(s *tasks.Snapshot, t *plan.Task) string {
	return fmt.Sprintf("\n\nWaived, %s goes on without its proof, and %s after it. It stays marked ↷ waived, by whom and why.\nWhat a later step needs from it is still missing then, and that step says so.", t.ID, after(s, t))
}
