package ui

// drift.go: the configuration table as a check list, on the primary and on the standby,
// and in what the two differ. What was never observed is a verdict of its own.

import (
	"cmp"
	"slices"

	"tminus/tasks"
)

// driftPart is the table: counts in a small pane, every row where there is room.
func driftPart(p pen) []line {
	var lines []line
	for _, on := range []string{"primary", "standby"} {
		rows := driftRows(p, on)
		if len(rows) == 0 {
			continue
		}
		head := driftHead(on, rows)
		if p.w < 70 {
			lines = append(append(lines, head), smallDrift(p, rows)...)
			continue
		}
		lines = append(append(lines, blank(), head), bigDrift(p, rows)...)
	}
	return append(lines, twinLines(p)...)
}

// driftSummary says in one line how far the machines are from the plan and from one another.
func driftSummary(p pen) []line {
	var l line
	for _, on := range []string{"primary", "standby"} {
		if rows := driftRows(p, on); len(rows) > 0 {
			l.spans = append(l.spans, append(driftHead(on, rows).spans, plain.of("   "))...)
		}
	}
	if n := len(p.s.Twins); n > 0 {
		l.spans = append(l.spans, warn.f("they differ in %d", n))
	}
	if l.spans == nil {
		return nil
	}
	return []line{l, blank()}
}

// driftRows are the rows of one machine.
func driftRows(p pen, on string) []tasks.DriftRow {
	return slices.DeleteFunc(slices.Clone(p.s.Drift), func(d tasks.DriftRow) bool { return cmp.Or(d.On, "primary") != on })
}

// driftHead counts the verdicts of one machine.
func driftHead(on string, rows []tasks.DriftRow) line {
	count := map[tasks.Verdict]int{}
	for _, d := range rows {
		count[d.Verdict]++
	}
	different := muted
	if count[tasks.Fail] > 0 {
		different = warn
	}
	head := "drift"
	if on != "primary" {
		head = "on " + on
	}
	return row(muted.of(fit(head, max(9, cells(head)+1))), good.f("%d ✓", count[tasks.Pass]), different.f("  %d ≠", count[tasks.Fail]),
		muted.f("  %d ?", len(rows)-count[tasks.Pass]-count[tasks.Fail]))
}

// bigDrift is every row with what was expected, what is observed, where from and when.
func bigDrift(p pen, rows []tasks.DriftRow) []line {
	n := (p.w - 18 - 8 - 10 - 14) / 2
	lines := []line{row(muted.of(fit("", 2) + fit("", 18) + fit("expected", n) + fit("observed", n) + fit("source", 8) + "age"))}
	for _, d := range rows {
		m, seen := driftMark(d), ""
		if !d.At.IsZero() {
			seen = p.since(d.At)
		}
		lines = append(lines, row(m.ink.of(m.glyph+" "), plain.of(fit(d.Name, 18)), plain.of(fit(middle(d.Expected, n-1), n)),
			m.ink.of(fit(middle(cmp.Or(d.Observed, "?"), n-1), n)), muted.of(fit(d.Source, 8)), muted.of(fit(seen, 10)), m.ink.of(m.word)))
	}
	return lines
}

// smallDrift names what differs, and all rows when the pane is tall.
func smallDrift(p pen, rows []tasks.DriftRow) []line {
	var lines []line
	for _, d := range rows {
		if d.Verdict == tasks.Fail || p.h >= 20 {
			m := driftMark(d)
			lines = append(lines, row(m.ink.of("  "+m.glyph+" "), plain.of(fit(atMost(d.Name, 13), 14)), muted.of(middle(d.Expected, max(p.w-18, 8)))))
			if d.Verdict == tasks.Fail {
				lines = append(lines, row(plain.of("    is "), m.ink.of(middle(d.Observed, max(p.w-7, 8)))))
			}
		}
	}
	return lines
}

func driftMark(d tasks.DriftRow) mark {
	switch d.Verdict {
	case tasks.Pass:
		return mark{"✓", "as planned", good}
	case tasks.Fail:
		return mark{"≠", "differs", warn}
	}
	if d.Observed != "" {
		return mark{"?", "not lately", muted}
	}
	return mark{"?", "not observed", muted}
}

// twinLines are in what the standby is not like the primary: a small pane counts it.
func twinLines(p pen) []line {
	twins := p.s.Twins
	if len(twins) == 0 {
		return nil
	}
	if p.w < 70 && p.h < 20 {
		return []line{row(muted.of(fit("twins", 9)), warn.f("%d ≠", len(twins)))}
	}
	var lines []line
	if p.w >= 70 {
		lines = append(lines, blank())
	}
	lines = append(lines, row(warn.of("primary ≠ standby "), muted.of("in "+plural(len(twins), "thing"))))
	for _, t := range twins {
		if p.w < 70 {
			lines = append(lines, row(warn.of("  ≠ "), plain.of(t.Name)),
				row(plain.of("    "+middle(t.Primary, max((p.w-7)/2, 6))), warn.of(" ≠ "), plain.of(middle(t.Standby, max((p.w-7)/2, 6)))))
			continue
		}
		n := (p.w - 20 - 3) / 2
		lines = append(lines, row(warn.of("≠ "), plain.of(fit(t.Name, 18)), plain.of(fit(middle(t.Primary, n), n)), warn.of(" ≠ "), plain.of(middle(t.Standby, n))))
	}
	return lines
}
