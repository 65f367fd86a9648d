package ui

// gate.go: decisions by people: go or no-go at a gate, and the sign-offs that a
// finished task waits for. Neither is ever taken by the program. Where the plan names
// voters, they are polled first (poll.go).

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// written stands for text that is still to be typed, when the rule is asked in advance.
const written = "…"

// gateWish is what g would ask for: a sign-off of a checked task, an answer while a poll
// has no quorum, the go that decide-by demands of the run, else a decision.
func gateWish(s *tasks.Snapshot, v View) tasks.Command {
	t, ts, ok := s.Task(v.TaskID(s))
	if ok && ts.Status == tasks.Checked {
		wish := tasks.Command{Kind: tasks.SignOffTask, By: v.Actor, Task: t.ID, Text: written}
		if missing := s.State.Missing(t); len(missing) > 0 {
			wish.For = missing[0]
		}
		return wish
	}
	if ok && polling(s, t) {
		return tasks.Command{Kind: tasks.PollGate, By: v.Actor, Task: t.ID, For: t.Poll[0], Text: written, Go: true}
	}
	wish := tasks.Command{Kind: tasks.DecideGate, By: v.Actor, Task: v.TaskID(s), Text: written, Go: true}
	if s.Schedule.Demand != "" && !(ok && t.Gate && (free(s.State, t) || ts.Status == tasks.Failed)) {
		wish.Task = ""
	}
	return wish
}

func gateLabel(s *tasks.Snapshot, v View) string {
	switch gateWish(s, v).Kind {
	case tasks.SignOffTask:
		return "sign off"
	case tasks.PollGate:
		return "poll"
	}
	if answersDemand(s, v) {
		return demandLabel
	}
	return enterGate
}

// decide opens the dialog for what the task in view waits for.
func (c *Cockpit) decide() tea.Cmd {
	if answersDemand(c.snap, c.view) {
		return c.decideRun()
	}
	t := c.snap.Plan.Task(c.view.TaskID(c.snap))
	if gateWish(c.snap, c.view).Kind == tasks.SignOffTask {
		return c.signOff(t)
	}
	if len(t.Poll) > 0 && c.snap.State.Tasks[t.ID].Status == tasks.Waiting {
		return c.poll(t)
	}
	id := t.ID
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "gate",
		Title: fmt.Sprintf("%s  %s", id, t.Title), Body: gateWords(c.snap, c.view, t),
		Fields: ask("note (a no-go needs its reason)"), OK: "go", Alt: "no-go",
	}, question{optional: true, paste: [mostFields]bool{true}, command: func(d Dialog, at Stop) tasks.Command {
		return tasks.Command{Kind: tasks.DecideGate, By: c.view.Actor, Task: id, Go: at == OnOK, Text: d.Fields[0].Input}
	}})
}

// gateWords is what a go or a no-go is decided on.
func gateWords(s *tasks.Snapshot, v View, t *plan.Task) string {
	p, sc := pen{s: s, v: v, zone: zone(v, s.Plan.Zone)}, s.Schedule
	lines := []string{
		place(s),
		fmt.Sprintf("finish %s %s forecast, %s", p.clock(sc.Finish), p.zoneName(), lateness(sc.Late)),
		fmt.Sprintf("back out now → %s · decide by %s%s", p.clock(sc.BackOutEnd), p.clock(sc.DecideBy), decideWords(sc.DecideBy.Sub(s.Now))),
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
