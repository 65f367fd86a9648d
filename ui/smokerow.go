package ui

// smokerow.go: one check of the smoke tests. What passed is a line; what failed unfolds to what
// was expected, what came, and where that stands in the file.

import (
	"cmp"
	"fmt"
	"path"
	"strconv"
	"strings"

	"tminus/tasks"
)

// evidenceColumns is the width of the labels of what failed.
const evidenceColumns = 10

// check is a row in full.
func (b bench) check(c check, indent string, names int) []line {
	switch {
	case c.Name == fromHost && c.Exchange == nil:
		return b.vantage(c.Row)
	case c.Verdict == tasks.Fail:
		return append([]line{b.failed(c, indent)}, b.unfold(c.Row, indent+"  ")...)
	}
	lead, text, tail := b.said(c, indent, names)
	if c.Verdict == tasks.Degraded || c.Verdict == tasks.Inconclusive {
		return flow(lead, text[0], tail, b.w)
	}
	return []line{row(append(lead, text...)...).ends(tail...)}
}

// failed is the first line of a check that failed.
func (b bench) failed(c check, indent string) line {
	l := row(alarm.of(indent+"✗ "), strong.of(c.Name), alarm.of("  fail"))
	if n := tries(c.Row); n > 1 {
		l.spans = append(l.spans, warn.f(" · tried %d times", n))
	}
	if t := took(c.Took); t != "" {
		l.tail = []span{muted.of(t)}
	}
	return l
}

func tries(r tasks.Row) int {
	if r.Exchange == nil {
		return 0
	}
	return r.Exchange.Tries
}

// said is a check in one line: its sign and name, what it says, how long it took.
func (b bench) said(c check, indent string, names int) (lead, text, tail []span) {
	m, name := verdictMark(c.Verdict), plain
	says := c.Says
	switch {
	case c.todo:
		m, name, text = mark{"○", "", muted}, muted, []span{muted.of(says)}
	case c.Exchange != nil && c.Exchange.Skipped:
		m, name, text = mark{"↷", "", faint}, faint, []span{faint.of(cmp.Or(says, "skipped"))}
	case c.Verdict == tasks.Pass:
		m, text = passed(c, m)
	case c.Verdict == tasks.NotTested:
		name, text = muted, []span{muted.of(m.word + because(reason(says)))}
	default:
		if x := c.Exchange; x != nil && x.Line != "" {
			says = x.Line + ": got " + x.Actual
		}
		text = []span{m.ink.of(m.word + because(says))}
		if tries(c.Row) > 1 {
			text[0].text += fmt.Sprintf(" · tried %d times", tries(c.Row))
		}
	}
	if c.kept {
		tail = []span{muted.of("kept, " + b.clock(c.Exchange.Ran))}
	}
	if t := took(c.Took); t != "" {
		tail = append(tail, muted.f(either(c.kept, " · %s", "%s"), t))
	}
	return []span{m.ink.of(indent + m.glyph + " "), name.of(fit(c.Name, names) + "  ")}, text, tail
}

// passed is what a check says that passed: the status, for its time stands at the line's end; and
// amber that it passed only when it was tried again.
func passed(c check, m mark) (mark, []span) {
	says, again := c.Says, ""
	if n := tries(c.Row); n > 1 {
		m.ink, again = warn, fmt.Sprintf(" · only when tried again, %d times in all", n)
		if at := strings.Index(says, " · "+strconv.Itoa(n)); at >= 0 { // in its own words, with why
			says, again = says[:at], says[at:]
		}
	}
	if x := c.Exchange; x != nil && x.Status > 0 && strings.HasPrefix(says, strconv.Itoa(x.Status)+" in ") {
		says = strconv.Itoa(x.Status)
	}
	return m, []span{muted.of(says), warn.of(again)}
}

// reason is why something was not tested.
func reason(says string) string {
	return strings.TrimPrefix(strings.TrimPrefix(says, "not tested"), ": ")
}

// unfold is the evidence of a check that failed: what was expected and what came, where it stands
// in the file, the request and the answer.
func (b bench) unfold(r tasks.Row, indent string) []line {
	x := r.Exchange
	if x == nil {
		return paragraph(plain.of(indent), r.Says, alarm, b.w)
	}
	var lines []line
	most := either(b.fold == whole, 6, 2)
	add := func(label, text string, k ink) {
		if text != "" {
			lines = append(lines, atMostLines(paragraph(muted.of(indent+fit(label, evidenceColumns)), text, k, b.w), most, b.w)...)
		}
	}
	first := x.Line + ": got " + x.Actual
	switch {
	case x.Line == "": // no answer, or none that could be read
		lines = append(lines, atMostLines(paragraph(plain.of(indent), r.Says, alarm, b.w), most, b.w)...)
	case b.fold == whole && r.Says != first: // more than one of its asserts does not hold
		lines = append(lines, paragraph(plain.of(indent), r.Says, alarm, b.w)...)
	}
	if x.Line != "" {
		add("expected", cmp.Or(x.Expected, "nothing"), plain)
		add("actual", cmp.Or(x.Actual, "nothing"), alarm)
	}
	add("check", strings.TrimSuffix(either(b.fold == whole, x.At, path.Base(x.At))+" · "+x.Line, " · "), plain)
	if b.fold != whole {
		return lines
	}
	add("request", x.Request+" → "+answered(x), plain)
	add("answer", x.Excerpt, muted)
	if x.Kept != "" {
		add("body", x.Kept+" in the run folder", muted)
	}
	if x.Target != "" {
		add("tested", x.Target, muted)
	}
	return lines
}

// answered is what came back, in figures.
func answered(x *tasks.Exchange) string {
	if x.Status == 0 {
		return "no answer"
	}
	words := fmt.Sprintf("%d · %s", x.Status, byteSize(float64(x.Bytes)))
	if x.Digest != "" {
		words += " · sha256 " + digits(x.Digest)
	}
	return words
}

// digits is how a digest is told: by its first twelve digits.
func digits(digest string) string { return digest[:min(12, len(digest))] }

// vantage is whose trouble it is: whether the host itself finds the same.
func (b bench) vantage(r tasks.Row) []line {
	m := verdictMark(r.Verdict)
	most := map[fold]int{whole: 8, counted: 4, brief: 3, bare: 2}[b.fold]
	if b.fold == whole {
		head := row(strong.of("  Whose trouble?"), muted.of(" asked "+fromHost))
		return append([]line{head}, paragraph(m.ink.of("    "+m.glyph+" "), cmp.Or(r.Says, m.word), plain, b.w)...)
	}
	lead := "Seen " + fromHost + ":"
	lines := paragraph(plain.of("  "), lead+" "+cmp.Or(r.Says, m.word), plain, b.w)
	if rest, ok := strings.CutPrefix(lines[0].spans[1].text, lead); ok {
		lines[0].spans = []span{plain.of("  "), strong.of(lead), plain.of(rest)}
	}
	return atMostLines(lines, most, b.w)
}

// urgent are the checks a person has to know of when there is no room for all: what failed, and
// what passed not quite; why others were not tested is said once.
func (b bench) urgent(checks []check) []line {
	var lines, after []line
	shown := []check{}
	untested := map[string]int{}
	var reasons []string
	for _, c := range checks {
		switch skipped := c.Exchange != nil && c.Exchange.Skipped; {
		case c.todo, skipped:
		case c.Name == fromHost && c.Exchange == nil:
			after = b.vantage(c.Row)
		case c.Verdict == tasks.NotTested:
			if untested[reason(c.Says)]++; untested[reason(c.Says)] == 1 {
				reasons = append(reasons, reason(c.Says))
			}
		case c.Verdict == tasks.Fail, b.fold < brief && (c.Verdict != tasks.Pass || tries(c.Row) > 1):
			shown = append(shown, c)
		}
	}
	names, unfolded := b.names(shown), false
	for _, c := range shown {
		if c.Verdict == tasks.Fail && b.fold < bare && !(b.fold == brief && unfolded) {
			unfolded = true
			lines = append(lines, b.check(c, "  ", names)...)
			continue
		}
		lead, text, tail := b.said(c, "  ", either(c.Verdict == tasks.Fail, min(cells(c.Name), b.w/2), names))
		lines = append(lines, row(append(lead, text...)...).ends(tail...))
	}
	if b.fold < brief {
		for _, why := range reasons {
			lines = append(lines, atMostLines(paragraph(muted.f("  ◌ %d not tested: ", untested[why]), cmp.Or(why, "nobody asked"), muted, b.w), 1, b.w)...)
		}
	}
	return append(lines, after...)
}
