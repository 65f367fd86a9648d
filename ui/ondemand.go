package ui

// ondemand.go: the tasks without a time: a rehearsal of the launch, an alarm, a move of the
// address. They stand under the timeline without a bar and are started like any other.

import "tminus/tasks"

// onDemand are the rows below the timeline: id, where it stands, title.
func (g gantt) onDemand() []line {
	if len(g.s.Plan.OnDemand) == 0 {
		return nil
	}
	lines := []line{row(muted.of("on demand"))}
	id := g.id
	for _, t := range g.s.Plan.OnDemand {
		id = min(max(id, cells(t.ID)+1), 12)
	}
	for i := range g.s.Plan.OnDemand {
		t := &g.s.Plan.OnDemand[i]
		ts := g.s.State.Tasks[t.ID]
		m := taskMark(g.s, t, ts)
		l := row(strong.of(fit(middle(t.ID, id-1), id)), m.ink.of(fit(m.glyph+" "+m.word, statusColumns)), plain.of(t.Title))
		l.tail = []span{muted.of(g.ran(ts))}
		l.chosen = t.ID == g.selected()
		lines = append(lines, l)
	}
	return lines
}

// ran is when the task ran last, "" = never, and when what it made was taken back.
func (p pen) ran(ts *tasks.TaskState) string {
	switch {
	case ts.Back.Phase == tasks.RolledBack && ts.Status == tasks.Waiting:
		return "taken back " + p.clock(ts.Back.EndedAt)
	case ts.StartedAt.IsZero():
		return ""
	case ts.EndedAt.IsZero():
		return "since " + p.clock(ts.StartedAt)
	}
	return p.times(ts.StartedAt, ts.EndedAt)
}

// onceMore is what can be done with an on-demand task that is done: take back what it made,
// or do it again.
func (d sheet) onceMore() string {
	switch {
	case !d.t.OnDemand || d.ts.Status != tasks.Done:
	case len(d.s.State.Backwards(d.t.ID)) > 0:
		return "R takes back what it made, and nothing else; then it can be started again"
	case repeats(d.s, d.v, d.t):
		return "enter does it once more"
	}
	return ""
}
