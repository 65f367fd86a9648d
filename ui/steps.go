package ui

// steps.go: an action's steps with the result of each, and the rungs of a ladder
// or the checks of a stage below their step.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks"
)

func (d sheet) steps() []line {
	if len(d.ts.Steps) == 0 {
		switch {
		case d.t.Gate, d.ts.Claimed:
			return nil
		case d.t.Action == "":
			return []line{row(muted.of(fit("By hand", labelColumns)), plain.of("a person does it and attests"))}
		}
		return []line{row(muted.of(fit("Will do", labelColumns)), plain.of(d.t.Action))}
	}
	label := "Will do"
	if d.ts.Status != tasks.Waiting {
		label = "Steps"
	}
	lines := []line{row(muted.of(label))}
	for _, st := range d.ts.Steps {
		lines = append(lines, d.step(st)...)
	}
	return lines
}

func (d sheet) step(st tasks.StepState) []line {
	m := foundMark(st)
	if st.Status == tasks.StepByHand && d.ts.Status == tasks.Failed {
		m = mark{"?", "not so", alarm} // the world contradicted the statement
	}
	if st.Status == tasks.StepTodo && st.Effect { // as the dialog that starts it has it
		m.glyph = "●"
	}
	l := row(m.ink.of("  "+m.glyph+" "), plain.of(st.Title))
	if st.Status == tasks.StepTodo {
		l.spans[1].ink = muted
	}
	if st.Status != tasks.StepTodo && m != stepMark(tasks.StepOK) {
		l.spans = append(l.spans, m.ink.of(" · "+m.word))
	}
	if st.Verdict == tasks.Inconclusive {
		l.spans = append(l.spans, warn.of(" · inconclusive"))
	}
	if t := took(st.Took); t != "" {
		l.tail = []span{muted.f("%7s", t)}
	}
	lines := []line{l}
	switch {
	case st.Says == "", st.Error != "" && st.Says == d.ts.Reason:
	case widthOf(l.spans)+widthOf(l.tail)+cells(st.Says)+2 <= d.w:
		lines[0].tail = append([]span{plain.of(st.Says)}, l.tail...)
	case d.full || m != stepMark(tasks.StepOK):
		lines = append(lines, paragraph(plain.of("    "), st.Says, muted, d.w)...)
	}
	if st.Error != "" && st.Error != d.ts.Reason {
		lines = append(lines, paragraph(plain.of("    "), st.Error, alarm, d.w)...)
	}
	return append(lines, d.rows(st)...)
}

// manyRows is more than the rungs of any ladder: of so many checks those that passed are a count
// when room is short, whatever became of the others. The Smoke pane has each.
const manyRows = 12

// rows are the rungs; passed ones are a count when room is short.
func (d sheet) rows(st tasks.StepState) []line {
	var lines []line
	found := tallied(st.Rows)
	if !d.full && found.all() > 0 && found.pass+found.degraded == found.all() {
		if st.Says != "" {
			return nil
		}
		m := foundMark(st)
		return []line{row(m.ink.of("    "+m.glyph+" "), muted.of(found.words()))}
	}
	shown := st.Rows
	if !d.full && len(shown) > manyRows {
		shown = slices.DeleteFunc(slices.Clone(shown), func(r tasks.Row) bool { return r.Verdict == tasks.Pass || r.Verdict == tasks.NotTested })
		lines = append(lines, row(append([]span{plain.of("    ")}, found.forms()[0]...)...).ends(muted.of("7 shows each")))
	}
	names := 0
	for _, r := range shown {
		names = max(names, cells(r.Name))
	}
	for _, r := range shown {
		if r.Says != "" && strings.Contains(d.ts.Reason, r.Says) { // it stands above in full
			lines = append(lines, rung(r, "    ", min(names, 24), 0)...)
			continue
		}
		lines = append(lines, rung(r, "    ", min(names, 24), d.w)...)
	}
	return lines
}

// rung is one row of a ladder or a stage. What did not pass is told in full when
// a width is given.
func rung(r tasks.Row, indent string, names, width int) []line {
	m := verdictMark(r.Verdict)
	if r.Exchange != nil && r.Exchange.Skipped {
		m = mark{"↷", "skipped", muted}
	}
	name, says := plain, muted
	switch r.Verdict {
	case tasks.Fail:
		says = alarm
	case tasks.Degraded:
		says = warn
	case tasks.NotTested:
		name = muted
	}
	lead := []span{m.ink.of(indent + m.glyph + " "), name.of(fit(r.Name, names) + "  ")}
	if r.Verdict != tasks.Pass && !strings.HasPrefix(r.Says, m.word) { // an adapter may have said it
		lead = append(lead, m.ink.of(m.word+" "))
	}
	text := says.of(r.Says)
	var tail []span
	if t := took(r.Took); t != "" {
		tail = []span{muted.of(t)}
	}
	if width > 0 && r.Verdict != tasks.Pass && text.text != "" {
		return flow(lead, text, tail, width)
	}
	return []line{row(append(lead, text)...).ends(tail...)}
}

// byteSize is a size with a binary unit.
func byteSize(n float64) string {
	for _, unit := range []string{"B", "KiB", "MiB", "GiB"} {
		if n < 1024 {
			if n < 10 && unit != "B" {
				return fmt.Sprintf("%.1f %s", n, unit)
			}
			return fmt.Sprintf("%.0f %s", n, unit)
		}
		n /= 1024
	}
	return fmt.Sprintf("%.1f TiB", n)
}
