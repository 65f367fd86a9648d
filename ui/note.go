package ui

// note.go: what a person says of a task in words: done, failed, skipped, or a
// plain note. And, in a rehearsal, what shall break.

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// wordWish is a command about the task in view, as if its text were typed already.
func wordWish(kind tasks.CommandKind) func(*tasks.Snapshot, View) tasks.Command {
	return func(s *tasks.Snapshot, v View) tasks.Command {
		return tasks.Command{Kind: kind, By: v.Actor, Task: v.TaskID(s), Text: written}
	}
}

func (c *Cockpit) fail() tea.Cmd {
	return c.word(tasks.FailTask, "failed", "Say that %s failed", "why", "it failed")
}

func (c *Cockpit) skip() tea.Cmd {
	return c.word(tasks.SkipTask, "skip", "Skip %s", "why", "skip it")
}

// note is harmless, so that it neither waits for quiet nor asks twice: enter writes it.
func (c *Cockpit) note() tea.Cmd {
	return c.word(tasks.AddNote, "note", "Note with %s", "note", "write")
}

// word opens a dialog with one text field for a command about the task in view.
func (c *Cockpit) word(kind tasks.CommandKind, key, title, prompt, ok string) tea.Cmd {
	t := c.snap.Plan.Task(c.view.TaskID(c.snap))
	id, name, body := "", "the run", ""
	if t != nil {
		id, name, body = t.ID, t.ID, t.ID+"  "+t.Title
	}
	if kind == tasks.SkipTask && t != nil {
		body += skipWords(c.snap, t)
	}
	if kind == tasks.AttestTask {
		for _, check := range t.PostCheck {
			body += "\ncheck: " + check
		}
	}
	var then func() tea.Cmd
	if kind == tasks.AddNote { // nothing else on the screen shows it
		then = func() tea.Cmd { return c.say("noted with " + name + ": the journal (8) has it") }
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: findKey(key).Danger, Action: key,
		Title: fmt.Sprintf(title, name), Body: body, Fields: ask(prompt), OK: ok,
	}, question{paste: [mostFields]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: kind, By: c.view.Actor, Task: id, Text: d.Fields[0].Input}
	}, then: then})
}

// skipWords says what follows from a skip: who may go on, and what stays of it.
func skipWords(s *tasks.Snapshot, t *plan.Task) string {
	words := "\n\n" + after(s, t) + " may go on without it; nothing of it is done any more."
	for _, u := range s.State.UndoList() {
		if u.Task == t.ID {
			words += "\nstays as it is: " + made(u.Made, 60)
		}
	}
	return words
}

// What the button of the fault dialog does: a fault that is on is lifted.
const (
	breakIt = "break it"
	liftIt  = "lift it"
)

// fault offers what the rehearsal can break, and mends what is broken.
func (c *Cockpit) fault() tea.Cmd {
	faults := c.opts.Faults
	if len(faults) == 0 {
		return c.say("this rehearsal has no faults to offer")
	}
	var list []string
	for _, name := range faults {
		line := "  " + name
		if slices.Contains(c.snap.Faults, name) {
			line += "  (on)"
		}
		list = append(list, line)
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "fault", Title: "Break the pretend world",
		Body: "Nothing real is touched. ↑ ↓ choose what breaks; what is on is lifted.", List: strings.Join(list, "\n"), OK: breakIt,
	}, question{label: func(d Dialog) string {
		if slices.Contains(c.snap.Faults, faults[d.Choice]) {
			return liftIt
		}
		return breakIt
	}, command: func(d Dialog, _ Stop) tasks.Command {
		wish := tasks.Command{Kind: tasks.InjectFault, By: c.view.Actor, Text: faults[d.Choice]}
		if d.OK == liftIt { // as the button said
			wish.Kind = tasks.LiftFault
		}
		return wish
	}})
}
