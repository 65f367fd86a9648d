package ui

// poll.go: the poll at a gate. Each voter's answer is recorded by name; once enough of
// them say go, the gate can be decided. A no-go needs nobody's vote.

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/letters"
	"tminus/tasks/plan"
)

// polling reports a gate that still waits for the votes it needs.
func polling(s *tasks.Snapshot, t *plan.Task) bool {
	return t.Gate && len(t.Poll) > 0 && s.State.Tasks[t.ID].Status == tasks.Waiting && !s.State.Poll(t).Quorum()
}

// poll opens the dialog in which a voter's answer, or the decision, is chosen.
func (c *Cockpit) poll(t *plan.Task) tea.Cmd {
	id, voters, poll := t.ID, t.Poll, c.snap.State.Poll(t)
	var list []string
	for _, who := range voters {
		list = append(list, fmt.Sprintf("  %-9s %s", voteWord(poll, who), person(c.snap.Plan, who)))
	}
	list = append(list, "the decision", "  "+decisionWord(id, poll))
	d := Dialog{
		Kind: Confirm, Danger: Careful, Action: "gate", Title: fmt.Sprintf("%s  %s", id, t.Title),
		Body: gateWords(c.snap, c.view, t) + "\n\n" + pollWords(poll) + " ↑ ↓ choose whose answer it is, or the decision.",
		List: strings.Join(list, "\n"), Choice: max(0, slices.IndexFunc(voters, func(who string) bool { return slices.Contains(poll.Open, who) })),
		Fields: ask("note (a no-go needs its reason)"), OK: "go", Alt: "no-go",
	}
	if poll.Quorum() {
		d.Choice = len(list) - 1
	}
	decides := func(d Dialog) bool { return d.Choice >= len(voters) }
	return c.open(d, question{optional: true, paste: [mostFields]bool{true}, reads: func(d Dialog) string {
		if decides(d) {
			return "go or no-go decides " + id
		}
		return "go or no-go is the answer of " + letters.OneLine(person(c.snap.Plan, voters[d.Choice]))
	}, command: func(d Dialog, at Stop) tasks.Command {
		wish := tasks.Command{Kind: tasks.DecideGate, By: c.view.Actor, Task: id, Go: at == OnOK, Text: d.Fields[0].Input}
		if !decides(d) {
			wish.Kind, wish.For = tasks.PollGate, voters[d.Choice]
		}
		return wish
	}})
}

func voteWord(poll tasks.Poll, who string) string {
	switch {
	case slices.Contains(poll.Go, who):
		return "✓ go"
	case slices.Contains(poll.NoGo, who):
		return "✗ no-go"
	}
	return "○ open"
}

func decisionWord(gate string, poll tasks.Poll) string {
	if missing := poll.Needed - len(poll.Go); missing > 0 {
		return fmt.Sprintf("%s: a go needs %d more; a no-go needs nobody", gate, missing)
	}
	return gate + ": enough of them say go"
}

// pollWords is where the voting stands: "2 of 3 go, 1 no-go, 0 open; 2 are needed."
func pollWords(poll tasks.Poll) string {
	all := len(poll.Go) + len(poll.NoGo) + len(poll.Open)
	return fmt.Sprintf("Poll: %d of %d go, %d no-go, %d open; %d needed.", len(poll.Go), all, len(poll.NoGo), len(poll.Open), poll.Needed)
}

// pollLines are the votes at a gate on the Task pane.
func (d sheet) pollLines() []line {
	if len(d.t.Poll) == 0 {
		return nil
	}
	poll := d.s.State.Poll(d.t)
	k := muted
	if d.ts.Status == tasks.Waiting && !poll.Quorum() {
		k = warn
	}
	lines := []line{row(muted.of(fit("Poll", labelColumns)), k.of(strings.TrimPrefix(pollWords(poll), "Poll: ")))}
	for _, who := range d.t.Poll {
		k := muted
		switch word := voteWord(poll, who); {
		case strings.HasPrefix(word, "✓"):
			k = good
		case strings.HasPrefix(word, "✗"):
			k = alarm
		}
		l := row(plain.of(strings.Repeat(" ", labelColumns)), k.of(fit(voteWord(poll, who), 8)), plain.of(d.person(who)))
		for _, vote := range slices.Backward(d.ts.Poll) {
			if vote.Contact == who {
				l.spans = append(l.spans, muted.of(because(vote.Note)))
				l.tail = []span{muted.of(d.clock(vote.At) + " by " + vote.By)}
				break
			}
		}
		lines = append(lines, l)
	}
	return lines
}
