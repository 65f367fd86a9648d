package ui

// dialogbox.go: a question or a page, drawn over the middle of the frame. Its
// fields and buttons always stay in sight; what is above them scrolls.

import (
	"fmt"
	"strings"

	"tminus/tasks"
)

// box is a dialog measured for the screen.
type box struct {
	at   rect
	text []line // scrolls
	from int    // first line of text in sight
	rows int    // lines of text in sight
	foot []line // always in sight
}

func drawDialog(c *canvas, p pen) {
	d := p.v.Dialog
	if d.Kind == NoDialog {
		return
	}
	b := newBox(p)
	frame := accent
	if d.Danger == Severe {
		frame = alarm
	}
	c.fill(b.at, plain)
	c.frame(b.at, frame)
	inner := b.at.inside()
	c.put(b.at.x+2, b.at.y, b.at.w-4, atMost(" "+d.Title, b.at.w-6)+" ", strong)
	for i := 0; i < b.rows && b.from+i < len(b.text); i++ {
		c.line(inner.x, inner.y+i, inner.w, b.text[b.from+i])
	}
	if below := len(b.text) - b.from - b.rows; below > 0 {
		more := fmt.Sprintf(" %d more ↓ ", below)
		c.put(b.at.x+b.at.w-2-cells(more), inner.y+b.rows, cells(more), more, muted)
	}
	for i, l := range b.foot {
		c.line(inner.x, inner.y+inner.h-len(b.foot)+i, inner.w, l)
	}
}

func newBox(p pen) box {
	d := p.v.Dialog
	width := 80
	if d.List != "" || d.Kind == Review || d.Kind == Slip {
		width = 100
	}
	width = min(width, p.v.Width-4)
	p.w = width - 4
	text, mark := dialogText(p)
	b := box{text: text, foot: dialogFoot(p)}
	tallest := p.v.Height - 4
	b.rows = max(1, min(len(text), tallest-2-len(b.foot)))
	height := b.rows + len(b.foot) + 2
	b.at = rect{(p.v.Width - width) / 2, max((p.v.Height-height)/2, 0), width, height}
	b.from = clampScroll(d.Scroll, len(text), b.rows)
	if mark >= 0 { // the marked line stays in sight, with its neighbours
		b.from = clampScroll(mark-b.rows/2, len(text), b.rows)
	}
	return b
}

// DialogMaxScroll is the largest Dialog.Scroll that still moves the dialog.
func DialogMaxScroll(s *tasks.Snapshot, v View) int {
	if s == nil || v.Dialog.Kind == NoDialog || v.Width < minWidth || v.Height < minHeight {
		return 0
	}
	b := newBox(pen{s: s, v: v, zone: zone(v, s.Plan.Zone)})
	return max(0, len(b.text)-b.rows)
}

// dialogText is what the dialog says, and the index of its marked line or -1.
// Of the help the list comes first and what it says of the marked key below it.
func dialogText(p pen) (lines []line, marked int) {
	d := p.v.Dialog
	marked = -1
	switch d.Kind {
	case Slip:
		return slipLines(p), marked
	case Help:
	default:
		lines = bodyLines(d.Body, p.w)
	}
	if d.Kind == Review {
		lines = append(lines, blank())
		lines = append(lines, reviewLines(p)...)
	}
	if d.List == "" {
		return lines, marked
	}
	if len(lines) > 0 {
		lines = append(lines, blank())
	}
	for i, text := range strings.Split(d.List, "\n") {
		l := row(plain.of(text))
		switch {
		case !strings.HasPrefix(text, " "):
			l = row(strong.of(text))
		case i == d.Choice:
			l.chosen, marked = true, len(lines)
			l.spans = []span{accent.of("→ "), plain.of(strings.TrimPrefix(text, "  "))}
		}
		lines = append(lines, l)
	}
	return lines, marked
}

func bodyLines(body string, width int) []line {
	var lines []line
	for _, text := range strings.Split(strings.TrimRight(body, "\n"), "\n") {
		indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
		if strings.TrimSpace(text) == "" {
			lines = append(lines, blank())
			continue
		}
		lines = append(lines, paragraph(plain.of(indent), text, plain, width)...)
	}
	return lines
}

// dialogFoot are the help's explanation, the fields, the problem and the buttons.
func dialogFoot(p pen) []line {
	d := p.v.Dialog
	lines := []line{blank()}
	if d.Kind == Help {
		lines = append(lines, bodyLines(d.Body, p.w)...)
	}
	at := d.Focused()
	for i, f := range d.Fields {
		if f.Prompt != "" {
			lines = append(lines, field(f.Prompt, f.Input, at == Stop(i) || d.Kind == Help, p.w))
		}
	}
	if d.Kind == Help {
		return lines
	}
	if d.Says != "" {
		lines = append(lines, paragraph(accent.of("→ "), d.Says, plain, p.w)...)
	}
	if d.Problem != "" {
		lines = append(lines, paragraph(alarm.of("✗ "), d.Problem, alarm, p.w)...)
	}
	if len(lines) > 1 {
		lines = append(lines, blank())
	}
	return append(lines, buttons(d, at))
}

func field(label, input string, focus bool, width int) line {
	k, cursor := muted, plain.of(" ")
	if focus {
		k, cursor = accent, button.of(" ")
	}
	lead := k.of(fit(label, max(14, cells(label)+1)))
	typed := plain.of(input)
	if room := width - cells(lead.text) - 2; cells(typed.text) > room { // the end is where one types
		r := []rune(typed.text)
		for len(r) > 0 && cells(string(r)) > room-1 {
			r = r[1:]
		}
		typed.text = "…" + string(r)
	}
	return row(lead, typed, cursor)
}

func buttons(d Dialog, at Stop) line {
	cancel := "Cancel"
	switch {
	case d.OK == "":
		cancel = "Close"
	case d.Kind == Asked:
		cancel = "Decline"
	}
	var l line
	for _, b := range []struct {
		label string
		stop  Stop
	}{{cancel, OnCancel}, {d.OK, OnOK}, {d.Alt, OnAlt}} {
		if b.label == "" {
			continue
		}
		k, text := plain, "  "+b.label+"  "
		switch {
		case d.Waiting:
			k = muted
		case b.stop == at:
			k, text = button, "▶ "+b.label+"  "
		case b.stop == OnOK && d.Danger == Severe:
			k = alarm
		}
		l.spans = append(l.spans, k.of(text), plain.of("  "))
	}
	if d.Waiting {
		l.tail = []span{muted.of("one moment: keys are not taken yet")}
	}
	return l
}
