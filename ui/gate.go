package ui

// gate.go: decisions by people: go or no-go at a gate, and the sign-offs that a
// finished task waits for. Neither is ever taken by the program.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// written stands for text that is still to be typed, when the rule is asked in advance.
const written = "…"

// gateWish is what g would ask for: a sign-off of a checked task, else a decision.
func gateWish(s *tasks.Snapshot, v View) tasks.Command {
	t, ts, ok := s.Task(v.TaskID(s))
	if ok && ts.Status == tasks.Checked {
		wish := tasks.Command{Kind: tasks.SignOffTask, By: v.Actor, Task: t.ID, Text: written}
		if missing := s.State.Missing(t); len(missing) > 0 {
			wish.For = missing[0]
		}
		return wish
	}
	return tasks.Command{Kind: tasks.DecideGate, By: v.Actor, Task: v.TaskID(s), Text: written, Go: true}
}

func gateLabel(s *tasks.Snapshot, v View) string {
	if gateWish(s, v).Kind == tasks.SignOffTask {
		return "sign off"
	}
	return enterGate
}

// decide opens the dialog for what the task in view waits for.
func (c *Cockpit) decide() tea.Cmd {
	t := c.snap.Plan.Task(c.view.TaskID(c.snap))
	if gateWish(c.snap, c.view).Kind == tasks.SignOffTask {
		return c.signOff(t)
	}
	id := t.ID
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "gate",
		Title: fmt.Sprintf("%s  %s", id, t.Title), Body: gateWords(c.snap, c.view, t),
		Prompt: "note (a no-go needs its reason)", OK: "go", Alt: "no-go",
	}, question{optional: true, paste: [2]bool{true}, command: func(d Dialog, at Stop) tasks.Command {
		return tasks.Command{Kind: tasks.DecideGate, By: c.view.Actor, Task: id, Go: at == OnOK, Text: d.Input}
	}})
}

// gateWords is what a go or a no-go is decided on.
func gateWords(s *tasks.Snapshot, v View, t *plan.Task) string {
	in := zone(v, s.Plan.Zone)
	lines := []string{
		place(s),
		fmt.Sprintf("finish %s forecast, %s", s.Schedule.Finish.In(in).Format("15:04 MST"), lateness(s.Schedule.Late)),
		fmt.Sprintf("back out now → %s · decide by %s", s.Schedule.BackOutEnd.In(in).Format("15:04"), s.Schedule.DecideBy.In(in).Format("15:04")),
	}
	for _, p := range t.Preparation {
		lines = append(lines, "before: "+p)
	}
	for _, p := range t.PostCheck {
		lines = append(lines, "check: "+p)
	}
	return strings.Join(append(lines, "", "go lets "+after(s, t)+" start; no-go holds the plan here."), "\n")
}

// after names the tasks that wait for this one.
func after(s *tasks.Snapshot, t *plan.Task) string {
	if next := s.Plan.Dependents(t.ID); len(next) > 0 {
		return strings.Join(next, ", ")
	}
	return "the plan"
}

func (c *Cockpit) signOff(t *plan.Task) tea.Cmd {
	id, missing := t.ID, c.snap.State.Missing(t)
	var people []string
	for _, want := range missing {
		people = append(people, "  "+person(c.snap.Plan, want))
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "gate",
		Title: fmt.Sprintf("Sign off %s  %s", id, t.Title),
		Body:  "Its own checks have passed. Whose acceptance is recorded? (↑ ↓ choose)",
		List:  strings.Join(people, "\n"), Prompt: "evidence: where it was given", OK: "sign off",
	}, question{paste: [2]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.SignOffTask, By: c.view.Actor, Task: id, For: missing[d.Choice], Text: d.Input}
	}})
}

// person is a contact in one line: initials, name, role or team.
func person(p *plan.Plan, id string) string {
	k := p.Contact(id)
	if k == nil {
		return id
	}
	name, does := k.Name, k.Role
	if k.Open {
		name = "nobody yet"
	}
	if does == "" {
		does = k.Team
	}
	return strings.TrimRight(fmt.Sprintf("%-4s %s · %s", id, name, does), " ·")
}
