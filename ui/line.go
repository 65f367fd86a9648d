package ui

// line.go: lines of text as panes write them. A span is the one way to bring
// text onto the screen, and it cleans what it is given: whatever came from a
// plan, a host or AWS is harmless from here on.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks/safe"
)

// span is cleaned text in one ink.
type span struct {
	text string
	ink  ink
}

// line is one row of a pane: spans from the left, a tail at the right end.
type line struct {
	spans  []span
	tail   []span
	chosen bool
}

// of writes text in the ink.
func (k ink) of(text string) span { return span{safe.Line(text), k} }

// f is of with a format.
func (k ink) f(format string, args ...any) span { return k.of(fmt.Sprintf(format, args...)) }

// row is a line of spans.
func row(spans ...span) line { return line{spans: spans} }

// ends gives a line its tail.
func (l line) ends(tail ...span) line {
	l.tail = tail
	return l
}

// blank is an empty line.
func blank() line { return line{} }

func widthOf(spans []span) int {
	n := 0
	for _, s := range spans {
		n += cells(s.text)
	}
	return n
}

// cells is the width of cleaned text in columns.
func cells(text string) int {
	for i := 0; i < len(text); i++ {
		if text[i] >= 0x80 {
			return ansi.StringWidth(text)
		}
	}
	return len(text)
}

// fit is the text in exactly n columns: padded, or cut at the end with an ellipsis.
func fit(text string, n int) string {
	text = safe.Line(text)
	if w := cells(text); w <= n {
		return text + strings.Repeat(" ", n-w)
	}
	text = ansi.Truncate(text, n, "…")
	return text + strings.Repeat(" ", max(n-cells(text), 0))
}

// atMost is the text in n columns or fewer, cut at the end.
func atMost(text string, n int) string { return strings.TrimRight(fit(text, max(n, 0)), " ") }

// middle is an identifier in n columns or fewer, cut in its middle: both ends tell ids apart.
func middle(id string, n int) string {
	id = safe.Line(id)
	w := cells(id)
	if w <= n {
		return id
	}
	if n < 3 {
		return atMost(id, n)
	}
	head := (n - 1) / 2
	return ansi.Truncate(id, head, "") + "…" + ansi.TruncateLeft(id, w-(n-1-head), "")
}

// wrap breaks text at blanks into lines of at most n columns. Nothing is broken
// inside: a word that is longer than a line loses its middle.
func wrap(text string, n int) []string {
	var lines []string
	now := ""
	for _, word := range strings.Fields(safe.Line(text)) {
		word = middle(word, n)
		switch {
		case now == "":
			now = word
		case cells(now)+1+cells(word) <= n:
			now += " " + word
		default:
			lines = append(lines, now)
			now = word
		}
	}
	if now != "" {
		lines = append(lines, now)
	}
	return lines
}

// paragraph is wrapped text with a lead on its first line, such as a label or a
// bullet, and the lead's width as indent below it.
func paragraph(lead span, text string, k ink, width int) []line {
	return flow([]span{lead}, k.of(text), nil, width)
}

// flow is a paragraph whose lead has several inks and whose first line has a tail.
func flow(lead []span, text span, tail []span, width int) []line {
	indent := widthOf(lead)
	room := width - indent
	if len(tail) > 0 {
		room -= widthOf(tail) + 1
	}
	var lines []line
	for i, part := range wrap(text.text, max(room, 8)) {
		l := row(append(slices.Clone(lead), span{part, text.ink})...)
		if i == 0 {
			l.tail, lead = tail, []span{{strings.Repeat(" ", indent), plain}}
		}
		lines = append(lines, l)
	}
	return lines
}
