package cli

// smoketext.go: the results of the smoke tests for a person: what failed first, unfolded; what passed is counted.

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"

	"tminus/tasks"
)

// maxNamed is how many checks of one kind are named, unless everything is asked for.
const maxNamed = 10

// smokeText is written into, stage by stage.
type smokeText struct {
	strings.Builder
	ink     ink
	width   int // of the terminal; 0 = it is none
	verbose bool
	target  string // that was told last
}

func newSmokeText(out io.Writer, verbose bool) *smokeText {
	return &smokeText{ink: inkOf(out), width: columns(out), verbose: verbose}
}

func (b *smokeText) say(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// worded is a verdict, or what stands in its place, as a word in its colour.
func (b *smokeText) worded(word string, width int) string {
	style, text := lipgloss.NewStyle().Bold(true), word
	switch word {
	case "pass":
		style = lipgloss.NewStyle().Foreground(lipgloss.Green)
	case "fail":
		style, text = style.Foreground(lipgloss.Red), "FAIL"
	case "degraded", "inconclusive", "not tested":
		style = style.Foreground(lipgloss.Yellow)
	default:
		style = lipgloss.NewStyle().Faint(true)
	}
	return b.ink(style, fmt.Sprintf("%-*s", width, text))
}

// stage tells one stage.
func (b *smokeText) stage(s *smoked, t Tested) {
	word := string(t.Result.Verdict)
	if t.Result.Verdict == tasks.NotTested {
		word = "not tested"
	}
	c := s.count(t.Stage)
	says := t.Result.Says
	if c != (counts{}) {
		says = c.words() + " in " + brief(t.Took)
	}
	b.say("%s  %s  %s", b.ink(lipgloss.NewStyle().Bold(true), fmt.Sprintf("%-10s", t.Stage)), b.worded(word, 0), strings.TrimPrefix(says, "not tested: "))
	if at := target(t); at != "" && at != b.target {
		b.target = at
		b.say("            %s", b.ink(lipgloss.NewStyle().Faint(true), at))
	}
	for _, word := range []string{"fail", "inconclusive", "degraded"} {
		for _, r := range t.Result.Rows {
			if wordOf(r) == word {
				b.unfolded(word, r)
			}
		}
	}
	b.untested(t.Result.Rows)
	b.passed(s, t)
	for _, r := range t.Result.Rows {
		if remark(r) {
			b.block("  "+b.ink(lipgloss.NewStyle().Bold(true), fromHost)+"  ", 2+len(fromHost)+2, r.Says)
		}
	}
}

// unfolded is a check that does not hold, or not wholly, with the exchange behind it.
func (b *smokeText) unfolded(word string, r tasks.Row) {
	b.say("  %s %s", b.worded(word, 12), r.Name)
	b.block(margin, len(margin), r.Says)
	x := r.Exchange
	if x == nil {
		return
	}
	b.field("at", strings.TrimSpace(x.At+"  "+x.Line))
	b.field("request", x.Request)
	b.field("expected", x.Expected)
	b.field("actual", x.Actual)
	if x.Status != 0 {
		b.field("answer", strings.TrimSpace(fmt.Sprintf("%d, %d bytes in %s: %s", x.Status, x.Bytes, brief(r.Took), x.Excerpt)))
	}
	if x.Kept != "" {
		b.field("kept", x.Kept)
	}
}

const margin = "               " // below a check's name

func (b *smokeText) field(name, text string) {
	if text != "" {
		b.block(margin+b.ink(lipgloss.NewStyle().Faint(true), fmt.Sprintf("%-9s", name)), len(margin)+9, text)
	}
}

// block is a text behind its head, folded below itself.
func (b *smokeText) block(head string, taken int, text string) {
	b.say("%s%s", head, strings.Join(folded(text, b.width, taken), "\n"+strings.Repeat(" ", taken)))
}

// untested tells what was not tested, by the reason.
func (b *smokeText) untested(rows []tasks.Row) {
	var reasons []string
	behind := map[string][]tasks.Row{}
	for _, r := range rows {
		if wordOf(r) != "not tested" {
			continue
		}
		why := strings.TrimPrefix(r.Says, "not tested: ")
		if behind[why] == nil {
			reasons = append(reasons, why)
		}
		behind[why] = append(behind[why], r)
	}
	for _, why := range reasons {
		b.say("  %s %d: %s", b.worded("not tested", 12), len(behind[why]), why)
		b.names(behind[why])
	}
}

// names lists checks by name and place; many only when everything is asked for.
func (b *smokeText) names(rows []tasks.Row) {
	for n, r := range rows {
		if n == maxNamed && !b.verbose {
			b.say("%s… and %d more (-v lists them)", margin, len(rows)-n)
			return
		}
		b.say("%s%s", margin, b.placed(r))
	}
}

func (b *smokeText) placed(r tasks.Row) string {
	if r.Exchange == nil || r.Exchange.At == "" {
		return r.Name
	}
	return r.Name + "  " + b.ink(lipgloss.NewStyle().Faint(true), r.Exchange.At)
}

// passed counts what passed and what was skipped. A retry is never hidden.
func (b *smokeText) passed(s *smoked, t Tested) {
	var skipped []tasks.Row
	quiet := 0
	for _, r := range t.Result.Rows {
		switch word := wordOf(r); {
		case word == "skipped":
			skipped = append(skipped, r)
		case word != "pass":
		case b.verbose || r.Exchange != nil && r.Exchange.Tries > 1:
			note := ""
			if s.earlier(t.Stage, r) {
				note = " · in an earlier try"
			}
			b.say("  %s %s: %s%s", b.worded("pass", 12), b.placed(r), r.Says, note)
		default:
			quiet++
		}
	}
	switch {
	case quiet == 1:
		b.say("  %s 1 (-v names it)", b.worded("pass", 12))
	case quiet > 1:
		b.say("  %s %d (-v lists them)", b.worded("pass", 12), quiet)
	}
	if len(skipped) > 0 {
		b.say("  %s %d, on purpose: their files say so", b.worded("skipped", 12), len(skipped))
		if b.verbose {
			b.names(skipped)
		}
	}
}

// last is the verdict of tests that hold; others end the command with an error, which says it.
func (b *smokeText) last(s *smoked) {
	c, word, note := s.count(""), "pass", "nothing is left to do"
	switch {
	case c.Degraded > 0:
		word, note = "degraded", fmt.Sprintf("%d of them worse than they should be: look at those above before anybody signs off", c.Degraded)
	case c.Retried > 0:
		note = fmt.Sprintf("%d of them only when tried again: look at those above before anybody signs off", c.Retried)
	}
	b.say("%s: %d of %s held in %s; %s", b.worded(word, 0), c.all(), checks(c.all()), brief(s.took), note)
}
