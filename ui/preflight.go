package ui

// preflight.go: what the account says of the plan before anything is made there, as a
// check list under headings. What nobody could look up is a question mark, never a tick.

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

// itemLines are the items under their groups. A group that has passed whole is a count
// unless full.
func itemLines(p pen, items []reading.Item, full bool) []line {
	names := 0
	for _, it := range items {
		names = max(names, min(cells(it.Name), max(p.w/3, 12)))
	}
	var lines []line
	for _, group := range groups(items) {
		its := slices.DeleteFunc(slices.Clone(items), func(it reading.Item) bool { return it.Group != group })
		if passed := preflightCount(its, tasks.Pass); passed == len(its) && !full {
			lines = append(lines, row(strong.of(group), good.of(" ✓ "), muted.f("%d of %d passed", passed, passed)))
			continue
		}
		lines = append(lines, row(strong.of(group)))
		for _, it := range its {
			lines = append(lines, item(p, it, names)...)
		}
	}
	return lines
}

// item is one line of the list; what did not pass is told in full, with what to do about it.
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
	if it.Source != "" && p.w >= 100 {
		tail = []span{faint.of(middle(it.Source, 40))}
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

// groups are the headings in the order of the list.
func groups(items []reading.Item) []string {
	var names []string
	for _, it := range items {
		if !slices.Contains(names, it.Group) {
			names = append(names, it.Group)
		}
	}
	return names
}

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
