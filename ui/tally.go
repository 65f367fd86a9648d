package ui

// tally.go: how many checks came to what, in words. Each is counted once: what is degraded
// holds, and is not among the passed.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks"
)

// tally counts rows by what they came to.
type tally struct{ fail, unsure, degraded, pass, untested, skipped int }

func tallied(rows []tasks.Row) (t tally) {
	for _, r := range rows {
		switch {
		case r.Name == fromHost && r.Exchange == nil: // a look at whose trouble it is, and no check
		case r.Exchange != nil && r.Exchange.Skipped:
			t.skipped++
		case r.Verdict == tasks.Pass:
			t.pass++
		case r.Verdict == tasks.Degraded:
			t.degraded++
		case r.Verdict == tasks.Fail:
			t.fail++
		case r.Verdict == tasks.Inconclusive:
			t.unsure++
		default:
			t.untested++
		}
	}
	return t
}

// plus is both together.
func (t tally) plus(o tally) tally {
	return tally{t.fail + o.fail, t.unsure + o.unsure, t.degraded + o.degraded, t.pass + o.pass, t.untested + o.untested, t.skipped + o.skipped}
}

// all is how many checks there are, but for those that were skipped on purpose.
func (t tally) all() int { return t.fail + t.unsure + t.degraded + t.pass + t.untested }

// portion is one kind of them.
type portion struct {
	n          int
	glyph, say string
	ink        ink
}

// portions are those there are, what needs a person first.
func (t tally) portions() []portion {
	return slices.DeleteFunc([]portion{{t.fail, "✗", "failed", alarm}, {t.unsure, "?", "inconclusive", warn}, {t.degraded, "△", "degraded", warn},
		{t.pass, "✓", "passed", good}, {t.untested, "◌", "not tested", muted}, {t.skipped, "↷", "skipped", muted}},
		func(p portion) bool { return p.n == 0 })
}

// words are the counts in a sentence: "1 failed, 12 passed", and "6 of 6 passed" when all did.
func (t tally) words() string {
	if t.pass > 0 && t.pass == t.all() && t.skipped == 0 {
		return fmt.Sprintf("%d of %d passed", t.pass, t.pass)
	}
	var words []string
	for _, p := range t.portions() {
		words = append(words, fmt.Sprintf("%d %s", p.n, p.say))
	}
	return strings.Join(words, ", ")
}

// forms are the counts in their inks, the longest first; the last are signs alone.
func (t tally) forms() [][]span {
	in := func(portions []portion) (spans []span) {
		for i, p := range portions {
			if i > 0 {
				spans = append(spans, muted.of(", "))
			}
			spans = append(spans, p.ink.f("%d %s", p.n, p.say))
		}
		return spans
	}
	forms := [][]span{in(t.portions())}
	if t.fail > 0 {
		forms = append(forms, in([]portion{{t.fail, "", fmt.Sprintf("of %d failed", t.all()), alarm}}))
	}
	var signs []span
	for _, p := range t.portions() {
		signs = append(signs, p.ink.f("%d %s  ", p.n, p.glyph))
	}
	return append(forms, signs)
}
