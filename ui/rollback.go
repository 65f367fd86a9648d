package ui

// rollback.go: the way back on the Task pane: how far it came, what is left, and what
// can be done after it.

import (
	"slices"
	"strings"

	"tminus/tasks"
)

// rollback is the way back as far as it came, and what is left.
func rollback(p pen) []line {
	r := p.s.State.Rollback
	done, all := undoCount(p.s)
	var lines []line
	switch r.Phase {
	case tasks.RollbackRunning:
		lines = append(lines, row(live.of("▶ rolling back "), plain.f("%d of %d undone", done, all)).ends(muted.of("since "+p.clock(r.StartedAt)+" by "+r.By)))
	case tasks.RollbackHalted:
		lines = append(lines, row(alarm.of("✗ rollback stopped "), plain.f("%d of %d undone", done, all)).ends(muted.of("by "+r.By)))
		lines = append(lines, paragraph(plain.of("  "), r.Stopped, alarm, p.w)...)
		lines = append(lines, paragraph(accent.of("→ "), "R goes on with it", plain, p.w)...)
	default:
		lines = append(lines, row(good.of("✓ rolled back "), plain.f("%d of %d undone", done, all)).
			ends(muted.of(p.times(r.StartedAt, r.EndedAt)+" by "+r.By)))
	}
	if r.From != "" {
		lines = append(lines, row(plain.of("  only what was made from "+r.From+" on")))
	}
	lines = append(lines, paragraph(muted.of("  reason "), r.Reason, plain, p.w)...)
	if r.Phase == tasks.RolledBack {
		lines = append(lines, leftLines(p)...)
		if !p.v.Watch {
			lines = append(lines, paragraph(accent.of("→ "), afterRollback(p), plain, p.w)...)
		}
	}
	lines = append(lines, blank())
	for _, u := range p.s.State.UndoProgress() {
		lines = append(lines, undoRow(p, u)...)
	}
	return lines
}

// afterRollback is what can be done once the way back was gone.
func afterRollback(p pen) string {
	words := "O reopens the run, with a reason · q leaves: this run is over"
	if p.s.State.Rollback.From != "" && len(p.s.State.Backwards("")) > 0 {
		words = "what was made before " + p.s.State.Rollback.From + " stands: O reopens the run, with a reason · R undoes the rest · q leaves"
	}
	return words
}

// leftBehind is what a finished rollback leaves and should not have: not what it was
// never to undo, because it was begun from a later task.
func leftBehind(s *tasks.State) []string {
	if s.Rollback.From == "" {
		return s.Rollback.Left
	}
	meant := map[string]bool{}
	for _, u := range s.UndoList() {
		for _, r := range u.Made {
			meant[r.Kind+" "+r.ID] = !slices.Contains(s.Rollback.Intents, u.Intent)
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Rollback.Left), func(left string) bool {
		thing, _, _ := strings.Cut(left, ": ")
		return meant[thing]
	})
}

// leftLines are what a finished rollback leaves in the world.
func leftLines(p pen) []line {
	left, from := leftBehind(p.s.State), p.s.State.Rollback.From
	switch {
	case len(left) > 0:
	case from != "":
		return []line{row(good.of("✓ nothing is left"), plain.of(" of what was made from "+from+" on"))}
	default:
		return []line{row(good.of("✓ nothing is left"), plain.of(" of what this run made"))}
	}
	lines := []line{row(warn.f("≠ left behind: %d", len(left)))}
	for _, what := range left {
		lines = append(lines, paragraph(warn.of("  ● "), what, plain, p.w)...)
	}
	return lines
}

func undoRow(p pen, u tasks.UndoItem) []line {
	m := undoMark(u.Status)
	if u.Kept() {
		m = mark{"‖", "kept", warn}
	}
	lines := []line{row(m.ink.of(fit(m.glyph+" "+m.word, 10)), plain.of(u.Words.Title), muted.of(" "+made(u.Made, max(p.w-14-cells(u.Words.Title), 12)))).ends(muted.of(u.Task))}
	if u.Kept() {
		lines = append(lines, paragraph(plain.of("          "), u.Words.Keep, muted, p.w)...)
	}
	if u.Error != "" {
		lines = append(lines, paragraph(plain.of("          "), u.Error, alarm, p.w)...)
	}
	if now := p.s.Progress[u.Task]; now != "" && u.Status == tasks.StepDoing {
		lines = append(lines, paragraph(live.of("        … "), now, plain, p.w)...)
	}
	return lines
}

// undoingLines are the effect being undone and what that waits for, on the Timeline.
func undoingLines(p pen, oneLine bool) []line {
	if p.s.State.Rollback.Phase != tasks.RollbackRunning {
		return nil
	}
	for _, u := range p.s.State.UndoProgress() {
		now := p.s.Progress[u.Task]
		if u.Status != tasks.StepDoing || now == "" {
			continue
		}
		words := "undoing " + u.Words.Title + ": " + now
		if oneLine {
			return []line{row(live.of("▶ " + atMost(words, p.w-2)))}
		}
		return paragraph(live.of("▶ "), words, plain, p.w)
	}
	return nil
}

// undoMark is where an undo stands.
func undoMark(status tasks.StepStatus) mark {
	m := stepMark(status)
	switch status {
	case tasks.StepOK:
		m.word = "undone"
	case tasks.StepDoing:
		m.word = "undoing"
	}
	return m
}

// made names resources, each id cut in its middle.
func made(resources []tasks.Resource, width int) string {
	var ids []string
	for _, r := range resources {
		ids = append(ids, middle(r.ID, max(width/max(len(resources), 1)-2, 9)))
	}
	return strings.Join(ids, ", ")
}

// undoCount is how many effects of a rollback are undone, of how many that are not kept.
func undoCount(s *tasks.Snapshot) (done, all int) {
	for _, u := range s.State.UndoProgress() {
		if u.Kept() {
			continue
		}
		all++
		if u.Status == tasks.StepOK {
			done++
		}
	}
	return done, all
}
