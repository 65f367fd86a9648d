package ui

// end.go: a released run on the Task pane: that it is over, when, how late, what
// was left out on the way, and what stands in the world now.

import (
	"time"

	"tminus/tasks"
)

func releaseLines(p pen) []line {
	sc := p.s.Schedule
	lines := []line{row(good.of("✓ released "), strong.of(p.clock(sc.Finish)), muted.of(" "+p.zoneName())).ends(lateInk(sc.Late).of(lateness(sc.Late)))}
	add := func(label string, spans ...span) {
		lines = append(lines, row(append([]span{muted.of(fit("  "+label, labelColumns))}, spans...)...))
	}
	window := good.of(" · inside it")
	if sc.Finish.After(sc.Window.End.Time) {
		window = warn.of(" · it ended before")
	}
	add("window", plain.of(p.times(sc.Window.Start.Time, sc.Window.End.Time)), window)
	if from := flownFrom(p.s); !from.IsZero() {
		add("flown", plain.of(p.times(from, sc.Finish)), muted.of(" · "+about(sc.Finish.Sub(from))))
	}
	for _, t := range p.s.Plan.Tasks {
		if ts := p.s.State.Tasks[t.ID]; ts.Status == tasks.Skipped {
			lines = append(lines, paragraph(warn.of(fit("  ↷ skipped", labelColumns)), t.ID+because(ts.Reason), plain, p.w)...)
		}
	}
	for t := range p.s.Plan.All() {
		for _, w := range p.s.State.Tasks[t.ID].Waivers {
			lines = append(lines, paragraph(warn.of(fit("  ↷ waived", labelColumns)), t.ID+" "+waived(p, t.ID, w)+because(w.Reason), plain, p.w)...)
		}
	}
	for _, made := range []struct{ fact, word string }{{tasks.FactInstance, "instance"}, {tasks.FactElasticIP, "Elastic IP"}} {
		if f, known := p.s.State.Facts[made.fact]; known {
			spans := []span{strong.of(f.Value)}
			if f.Stated {
				spans = append(spans, warn.of(" · stated"))
			}
			add(made.word, spans...)
		}
	}
	if p.v.Watch {
		return lines
	}
	next := "q leaves: nothing is left to do"
	if findKey("rollback").Dead(p.s, p.v) == "" {
		next += " · R still takes everything back"
	}
	return append(lines, paragraph(accent.of("→ "), next, plain, p.w)...)
}

// flownFrom is when the first task of this run began; zero when none did.
func flownFrom(s *tasks.Snapshot) (from time.Time) {
	for _, ts := range s.State.Tasks {
		if !ts.Claimed && !ts.OnDemand && !ts.StartedAt.IsZero() && (from.IsZero() || ts.StartedAt.Before(from)) {
			from = ts.StartedAt
		}
	}
	return from
}
