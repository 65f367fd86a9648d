package ui

// preflight.go: what the account says of the plan before anything is made there, as a
// check list: what stands in the way first. What nobody could look up is a question mark, never a tick.

import (
	"fmt"
	"slices"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func preflight(p pen) []line {
	list := p.s.Readings.Preflight
	if !list.Taken() {
		comes := "r looks now; tminus check --live looks without a run"
		switch {
		case launched(p.s): // the sensor rests from then on
			comes = "the launch came first; tminus check --live looks without a run"
		case p.v.Watch:
			comes = "it is looked up before the first effect"
		}
		return unread(p, "preflight", "preflight", comes)
	}
	lines := accountProblems(p, "preflight")
	items := itemLines(p, list.Items, true)
	if len(lines)+len(items) > p.h && !p.v.Zoom {
		items = itemLines(p, list.Items, false)
	}
	if !launched(p.s) && list.Stale(p.s.Now, p.s.Beat()) || p.failing("preflight") {
		dim(items)
	}
	if len(list.Items) == 0 {
		items = []line{row(muted.of("? nothing was looked up"))}
	}
	return append(lines, items...)
}

// itemLines are what stands in the way, then what nobody could look up, then what was not
// looked up yet, each with its group; then what passed, by its group, as a count unless full.
func itemLines(p pen, items []reading.Item, full bool) []line {
	open := map[tasks.Verdict][]reading.Item{}
	most := max(p.w/3, 12)
	long := most
	if p.w < 70 { // the sentence stands below
		long = max(p.w-20, 12)
	}
	names, passing := 0, 0
	for _, it := range items {
		v := tasks.Verdict(it.Verdict)
		switch {
		case v == tasks.Pass:
			passing = max(passing, min(cells(it.Name), most))
			continue
		case v == tasks.NotTested && !full:
			continue
		case v != tasks.Fail && v != tasks.NotTested:
			v = tasks.Inconclusive
		}
		it.Name = it.Group + " · " + it.Name
		names = max(names, min(cells(it.Name), long))
		open[v] = append(open[v], it)
	}
	var lines []line
	for _, v := range []tasks.Verdict{tasks.Fail, tasks.Inconclusive, tasks.NotTested} {
		for _, it := range open[v] {
			lines = append(lines, item(p, it, names)...)
		}
	}
	for _, group := range reading.Headings(items) {
		its := slices.DeleteFunc(slices.Clone(items), func(it reading.Item) bool { return it.Group != group })
		lines = append(lines, passedLines(p, group, its, passing, full)...)
	}
	return lines
}

// passedLines are what passed of a group: how much of it, and with full each item.
func passedLines(p pen, group string, items []reading.Item, names int, full bool) []line {
	passed, untested := preflightCount(items, tasks.Pass), preflightCount(items, tasks.NotTested)
	if passed == 0 && (full || untested == 0) { // all of it stands above
		return nil
	}
	head := row(strong.of(group))
	if passed > 0 {
		head.spans = append(head.spans, good.of(" ✓ "), muted.f("%d of %d passed", passed, len(items)))
	}
	if untested > 0 && !full {
		head.spans = append(head.spans, muted.f(" ◌ %d not tested", untested))
	}
	lines := []line{head}
	for _, it := range items {
		if full && tasks.Verdict(it.Verdict) == tasks.Pass {
			lines = append(lines, item(p, it, names)...)
		}
	}
	return lines
}

// item is one line of the list; what did not pass is told in full, with what to do about it.
// Where it comes from stands at the end of a line that has room for it.
func item(p pen, it reading.Item, names int) []line {
	v := tasks.Verdict(it.Verdict)
	m := verdictMark(v)
	name, says := plain, muted
	if v == tasks.Fail {
		says = alarm
	}
	if v == tasks.NotTested {
		name = muted
	}
	lead := []span{m.ink.of("  " + m.glyph + " "), name.of(fit(atMost(it.Name, names), names) + "  ")}
	if v != tasks.Pass {
		lead = append(lead, m.ink.of(m.word+"  "))
	}
	var tail []span
	if room := p.w - widthOf(lead) - cells(it.Says) - 2; it.Source != "" && p.w >= 100 && room >= min(cells(it.Source), leastSource) {
		tail = []span{faint.of(middle(it.Source, min(room, 40)))}
	}
	if v == tasks.Pass {
		return []line{row(append(lead, says.of(it.Says))...).ends(tail...)}
	}
	var lines []line
	if p.w >= 70 && it.Says != "" {
		lines = flow(lead, says.of(it.Says), tail, p.w)
	} else {
		lines = append([]line{row(lead...)}, paragraph(plain.of("      "), it.Says, says, p.w)...)
	}
	if it.Next != "" {
		lines = append(lines, paragraph(accent.of("      → "), it.Next, plain, p.w)...)
	}
	return lines
}

// leastSource is below how many columns a call, cut in its middle, says nothing any more.
const leastSource = 20

func preflightCount(items []reading.Item, v tasks.Verdict) int {
	n := 0
	for _, it := range items {
		if tasks.Verdict(it.Verdict) == v {
			n++
		}
	}
	return n
}

// preflightCounts are the three verdicts for the pane's title.
func preflightCounts(list reading.Preflight) string {
	if !list.Taken() {
		return ""
	}
	passed, failed := preflightCount(list.Items, tasks.Pass), preflightCount(list.Items, tasks.Fail)
	return fmt.Sprintf(" %d ✓ %d ✗ %d ?", passed, failed, len(list.Items)-passed-failed)
}

// inTheWay counts what failed while nothing is launched yet: later, the tasks say it themselves.
func inTheWay(s *tasks.Snapshot) int {
	if s.State.Ended() || s.State.Rollback.Locked() || launched(s) {
		return 0
	}
	return preflightCount(s.Readings.Preflight.Items, tasks.Fail)
}

// launched: from then on the preflight is not looked up any more, and is a record of before.
func launched(s *tasks.Snapshot) bool { return s.State.Facts[tasks.FactInstance].Value != "" }
