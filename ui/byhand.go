package ui

// byhand.go: d on an automated task: somebody did its work in a console instead. They
// state the facts it brought; the world is asked, and the facts stay marked stated.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// attestWish is what d would ask for, as if all were typed already.
func attestWish(s *tasks.Snapshot, v View) tasks.Command {
	wish := wordWish(tasks.AttestTask)(s, v)
	if t := s.Plan.Task(wish.Task); automated(t) && len(s.State.States[t.Action]) > 0 {
		wish.Facts = map[string]string{}
		for _, name := range s.State.States[t.Action] {
			wish.Facts[name] = written
		}
	}
	return wish
}

func automated(t *plan.Task) bool { return t != nil && t.Action != "" && !t.Gate }

func attestLabel(s *tasks.Snapshot, v View) string {
	if automated(s.Plan.Task(v.TaskID(s))) {
		return "done by hand"
	}
	return "done"
}

// attest opens the dialog for a task that a person did.
func (c *Cockpit) attest() tea.Cmd {
	t := c.snap.Plan.Task(c.view.TaskID(c.snap))
	if !automated(t) {
		return c.word(tasks.AttestTask, "done", "Attest that %s is done", "what was seen that proves it", "attest")
	}
	return c.state(t)
}

// state asks for the facts that an action's work brought, and for a note.
func (c *Cockpit) state(t *plan.Task) tea.Cmd {
	id, names := t.ID, c.snap.State.States[t.Action]
	names = names[:min(len(names), mostFields-1)]
	var prompts []string
	for _, name := range names {
		prompts = append(prompts, factWord(name))
	}
	d := Dialog{
		Kind: Confirm, Danger: Careful, Action: "done", OK: "done by hand",
		Title: fmt.Sprintf("%s was done by hand  %s", id, t.Title), Body: place(c.snap) + "\n\n" + handWords(c.snap, t),
		Fields: ask(append(prompts, "note: what proves it")...),
	}
	return c.open(d, question{paste: [mostFields]bool{true, true, true}, check: func(d Dialog) string {
		for i := range names {
			if strings.TrimSpace(d.Fields[i].Input) == "" {
				return fmt.Sprintf("%s done by hand: state its %s", id, prompts[i])
			}
		}
		return ""
	}, command: func(d Dialog, _ Stop) tasks.Command {
		wish := tasks.Command{Kind: tasks.AttestTask, By: c.view.Actor, Task: id, Text: d.Fields[len(names)].Input}
		for i, name := range names {
			if wish.Facts == nil {
				wish.Facts = map[string]string{}
			}
			wish.Facts[name] = strings.TrimSpace(d.Fields[i].Input)
		}
		return wish
	}})
}

// handWords say what stating means: tminus does nothing, the world is asked, a rollback leaves it.
func handWords(s *tasks.Snapshot, t *plan.Task) string {
	words := "For work that was done in a console or on a command line: " + t.Action + " is not run."
	if len(s.State.States[t.Action]) > 0 {
		words += "\nThe world is asked about what you state. It stays marked stated, whether the world agrees or not; a contradiction stops the task."
	}
	return words + "\nA rollback does not undo it: this run did not make it."
}

// factWord is a fact as people call it.
func factWord(name string) string {
	switch name {
	case tasks.FactInstance:
		return "instance id"
	case tasks.FactPublicDNS:
		return "public DNS name"
	case tasks.FactPublicIP:
		return "public IP"
	case tasks.FactPrivateIP:
		return "private IP"
	case tasks.FactKeyName:
		return "key pair"
	case tasks.FactKeyPrint:
		return "key fingerprint"
	case tasks.FactGroup:
		return "security group"
	case tasks.FactHostKey:
		return "host key fingerprint"
	case tasks.FactAllocation:
		return "allocation id"
	case tasks.FactElasticIP:
		return "Elastic IP"
	case tasks.FactAssociation:
		return "association id"
	}
	return name
}
