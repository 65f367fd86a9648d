package ui

// steps.go: an action's steps with the result of each, and the rungs of a ladder
// or the checks of a stage below their step.

import (
	"fmt"
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
	m := stepMark(st.Status)
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
	if st.Status != tasks.StepTodo && st.Status != tasks.StepOK {
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
	case d.full || st.Status != tasks.StepOK:
		lines = append(lines, paragraph(plain.of("    "), st.Says, muted, d.w)...)
	}
	if st.Error != "" && st.Error != d.ts.Reason {
		lines = append(lines, paragraph(plain.of("    "), st.Error, alarm, d.w)...)
	}
	return append(lines, d.rows(st)...)
}

// rows are the rungs; passed ones are a count when room is short.
func (d sheet) rows(st tasks.StepState) []line {
	var lines []line
	passed := 0
	for _, r := range st.Rows {
		if r.Verdict == tasks.Pass {
			passed++
		}
	}
	if !d.full && passed == len(st.Rows) && passed > 0 {
		if st.Says != "" {
			return nil
		}
		return []line{row(good.of("    ✓"), muted.f(" %d of %d passed", passed, len(st.Rows)))}
	}
	names := 0
	for _, r := range st.Rows {
		names = max(names, cells(r.Name))
	}
	for _, r := range st.Rows {
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
	name, says := plain, muted
	switch r.Verdict {
	case tasks.Fail:
		says = alarm
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
