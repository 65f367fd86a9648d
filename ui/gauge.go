package ui

// gauge.go: the window below the timeline: where it warns, where it has to be decided,
// and where backing out now would end.

import (
	"strings"

	"tminus/tasks"
)

// gauge is the window with its warning band, where backing out now would end, and the last
// moment to decide.
func (g gantt) gauge() line {
	sc := g.s.Schedule
	b := newBar(g.cols, " ", plain)
	band := ""
	first, last := g.span(sc.Window.Start.Time, sc.Window.End.Time)
	b.run(first, last, "─", muted)
	b.set(first, "├", strong)
	b.set(last, "┤", strong)
	if !g.s.State.Released && !g.s.State.Rollback.Locked() {
		band = " ▒ warning"
		b.run(g.col(sc.WarnFrom), g.col(sc.DecideBy), "▒", warn)
		b.set(g.col(g.s.Now), "┼", accent)
		b.set(g.col(sc.DecideBy), "▲", warn)
		b.set(g.col(sc.BackOutEnd), "●", good)
	}
	lead := []span{muted.of("window"), warn.of(band), muted.of(strings.Repeat(" ", max(len(g.lead())-cells("window"+band), 0)))}
	return line{spans: append(lead, b.spans()...)}
}

func (g gantt) gaugeWords() []line {
	sc := g.s.Schedule
	words := []span{plain.of(g.times(sc.Window.Start.Time, sc.Window.End.Time))}
	switch end := sc.Finish; {
	case g.s.State.Rollback.Phase == tasks.RolledBack:
		k, where := good, "inside it"
		if g.s.State.Rollback.EndedAt.After(sc.Window.End.Time) {
			k, where = warn, "outside it"
		}
		return []line{row(append(words, k.of("  rolled back "+g.clock(g.s.State.Rollback.EndedAt)+", "+where))...)}
	case g.s.State.Rollback.Locked():
		return []line{line{spans: words}}
	case g.s.State.Released && end.After(sc.Window.End.Time):
		return []line{row(append(words, warn.of("  released "+g.clock(end)+", outside it"))...)}
	case g.s.State.Released:
		return []line{row(append(words, good.of("  released "+g.clock(end)+", inside it"))...)}
	}
	left, k := sc.DecideBy.Sub(g.s.Now), muted
	switch {
	case left < 0:
		k = alarm
	case sc.Closing(g.s.Now):
		k = warn
	}
	marks := []span{good.of("●"), muted.of(" back out now → "), plain.of(g.clock(sc.BackOutEnd)),
		warn.of("  ▲"), muted.of(" decide by "), plain.of(g.clock(sc.DecideBy)), k.of(decideWords(left))}
	if soon := k.of(", soon"); sc.Band(g.s.Now) == tasks.BandWarning && widthOf(marks)+widthOf([]span{soon}) <= g.w {
		marks = append(marks, soon)
	}
	if widthOf(words)+widthOf(marks)+2 <= g.w {
		return []line{line{spans: append(append(words, plain.of("  ")), marks...)}}
	}
	return []line{line{spans: marks}}
}
