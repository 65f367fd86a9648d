package ui

// signoff.go: the acceptance of a task by the people who have to give it: the dialog that
// records one, with what is being accepted, and how one is told afterwards. Who gave it is
// outside: what is kept is how it came, where it can be found again, and a digest of what the
// tests found, so that nobody can say later that something else was accepted.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// The fields of the dialog.
const (
	howField = iota
	referenceField
)

// longestHow bounds how an acceptance came, in runes: it is a word or two.
const longestHow = 40

func (c *Cockpit) signOff(t *plan.Task) tea.Cmd {
	id, missing := t.ID, c.snap.State.Missing(t)
	var people []string
	for _, want := range missing {
		people = append(people, "  "+person(c.snap.Plan, want))
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "gate",
		Title: fmt.Sprintf("Sign off %s  %s", id, t.Title),
		Body:  signingWords(c.snap, id) + "\n\nWhose acceptance is recorded? (↑ ↓ choose)",
		List:  strings.Join(people, "\n"), Fields: ask("how it came", "reference"), OK: "sign off",
	}, question{paste: [mostFields]bool{referenceField: true}, reads: signingHint, check: signingProblem, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.SignOffTask, By: c.view.Actor, Task: id, For: missing[d.Choice],
			How: wayOf(d.Fields[howField].Input), Text: strings.TrimSpace(d.Fields[referenceField].Input)}
	}})
}

// signingWords are what is being accepted: what came of each step, and the digest and the journal that the acceptance is tied to.
func signingWords(s *tasks.Snapshot, task string) string {
	lines := []string{"What is signed:"}
	for _, st := range s.State.Tasks[task].Steps {
		m, found := foundMark(st), tallied(st.Rows).words()
		if found == "" {
			found = m.word
		} else if st.Status != tasks.StepOK {
			found = m.word + ", " + found
		}
		lines = append(lines, fmt.Sprintf("  %s %s: %s", m.glyph, st.ID, found))
	}
	proof := proofWords(s.State.Results(task), fmt.Sprintf("%d:%s", s.Seq, s.Head))
	return strings.Join(append(lines, "  "+proof), "\n")
}

// proofWords are what an acceptance is tied to: "results 3f9c0a1b2c3d, journal 41:9f3c0a1b2c3d".
func proofWords(results, head string) string {
	var words []string
	if results != "" {
		words = append(words, "results "+digits(results))
	}
	if seq, sum, _ := strings.Cut(head, ":"); seq != "" {
		words = append(words, strings.TrimSuffix("journal "+seq+":"+digits(sum), ":"))
	}
	return strings.Join(words, ", ")
}

// ways are how an acceptance usually comes.
func ways() []string { return []string{"e-mail", "call", "in person"} }

// wayOf is how an acceptance came; the first letters of a usual way are enough.
func wayOf(typed string) string {
	typed = strings.TrimSpace(typed)
	for _, way := range ways() {
		if typed != "" && strings.HasPrefix(way, strings.ToLower(typed)) {
			return way
		}
	}
	return typed
}

// signingHint says what belongs into the field that has the focus, and what was understood.
func signingHint(d Dialog) string {
	how, reference := wayOf(d.Fields[howField].Input), strings.TrimSpace(d.Fields[referenceField].Input)
	switch {
	case d.Focused() == howField && how == "":
		return "how it was given: " + strings.Join(ways(), ", ")
	case d.Focused() == referenceField && reference == "":
		return "where it is found again: subject and time of their mail, or its Message-ID up to the @ (the journal keeps no e-mail addresses)"
	case how == "", reference == "":
		return ""
	}
	return how + ": " + reference
}

// signingProblem is why the acceptance cannot be recorded yet; "" = it can.
func signingProblem(d Dialog) string {
	how, reference := wayOf(d.Fields[howField].Input), d.Fields[referenceField].Input
	switch {
	case how == "":
		return "say how it was given: " + strings.Join(ways(), ", ")
	case len([]rune(how)) > longestHow:
		return "how it was given is a word or two; the rest belongs into the reference"
	case strings.TrimSpace(reference) == "":
		return "the reference is missing: subject and time of their mail, or where and when it was said"
	}
	for _, text := range []string{how, reference} {
		if what, found := safe.Secret(text); found {
			return "it holds " + what + ", and the journal would keep it for ever; a Message-ID is enough up to the @"
		}
	}
	return ""
}

// signedSentence is an acceptance in the journal.
func signedSentence(b tasks.SignedOff) string {
	text := b.Task + " signed off for " + b.Contact
	if b.How != "" {
		text += " (" + b.How + ")"
	}
	text += because(b.Evidence)
	if proof := proofWords(b.Results, b.Head); proof != "" {
		text += " · " + proof
	}
	return text
}

// signOffs are who accepted the task, and who has not yet.
func (d sheet) signOffs() []line {
	var lines []line
	for _, so := range d.ts.SignOffs {
		lines = append(lines, signedLines(d.pen, d.t.ID, so, fit("Sign-off", labelColumns), d.full)...)
	}
	for _, id := range d.s.State.Missing(d.t) {
		lines = append(lines, row(muted.of(fit("Sign-off", labelColumns)), muted.of("○ "), plain.of(d.person(id)), muted.of(" · not yet")))
	}
	return lines
}

// signedLines are one acceptance: who, how, the reference, when; and what it is tied to. One that was given for other
// results than those of now is amber, whatever the room.
func signedLines(p pen, task string, so tasks.SignOff, label string, full bool) []line {
	now := p.s.State.Signed(task, so)
	sign := good.of("✓ ")
	if !now {
		sign = warn.of("≠ ")
	}
	words := so.Evidence
	if so.How != "" {
		words = so.How + " · " + words
	}
	lead := []span{muted.of(label), sign, plain.of(p.person(so.Contact))}
	tail := []span{muted.of(p.clock(so.At) + " by " + so.By)}
	lines := []line{row(append(lead, muted.of(" · "+words))...).ends(tail...)}
	below := strings.Repeat(" ", cells(label)+2)
	if room := p.w - widthOf(lead) - widthOf(tail) - 4; full && cells(words) > room { // on a line of its own
		lines[0].spans = lead
		lines = append(lines, paragraph(plain.of(below), words, muted, p.w)...)
	}
	proof := proofWords(so.Results, so.Head)
	switch {
	case !now:
		lines = append(lines, paragraph(plain.of(below), "given for other results: "+proof+"; now they are "+digits(p.s.State.Results(task)), warn, p.w)...)
	case full && proof != "":
		lines = append(lines, row(plain.of(below), muted.of(proof)))
	}
	return lines
}
