package ui

// bar.go: a run of columns drawn one over the other, for timelines and meters.

import (
	"slices"
	"strings"
)

// bar is a row of single characters, each with its ink.
type bar []cell

func newBar(cols int, glyph string, k ink) bar {
	b := make(bar, cols)
	for i := range b {
		b[i] = cell{glyph, k}
	}
	return b
}

func (b bar) set(at int, glyph string, k ink) {
	if at >= 0 && at < len(b) {
		b[at] = cell{glyph, k}
	}
}

// run sets the columns from first to last.
func (b bar) run(first, last int, glyph string, k ink) {
	for i := first; i <= last; i++ {
		b.set(i, glyph, k)
	}
}

// beside writes a word right of what lies between two columns, or left of it: where there is room.
func (b bar) beside(first, last int, word string, k ink) {
	n := cells(word)
	for _, at := range []int{last + 2, first - 1 - n} {
		if at < 0 || at+n > len(b) || slices.ContainsFunc(b[at:at+n], func(c cell) bool { return c.text != " " && c.text != "│" }) {
			continue
		}
		for i, r := range []rune(word) {
			b.set(at+i, string(r), k)
		}
		return
	}
}

// light fills with the light of a forecast what nothing else has drawn on but the outline's middle.
func (b bar) light(first, last int) {
	for i := max(first, 0); i <= last && i < len(b); i++ {
		if b[i].text == " " || b[i].text == "─" {
			b[i] = cell{"░", muted}
		}
	}
}

// spans joins neighbours of one ink.
func (b bar) spans() []span {
	var spans []span
	for i := 0; i < len(b); {
		var text strings.Builder
		from := i
		for ; i < len(b) && b[i].ink == b[from].ink; i++ {
			text.WriteString(b[i].text)
		}
		spans = append(spans, span{text.String(), b[from].ink})
	}
	return spans
}

// meter is a share from 0 to 1 as a filled track; it turns to a warning above the bounds.
func meter(share float64, cols int) []span {
	k := good
	switch {
	case share >= 0.95:
		k = alarm
	case share >= 0.8:
		k = warn
	}
	full := max(0, min(int(share*float64(cols)+0.5), cols))
	return []span{k.of(strings.Repeat("█", full)), faint.of(strings.Repeat("░", cols-full))}
}
