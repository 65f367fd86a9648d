package ui

// timeline.go: a row a task against the clock, and the window's gauge below.
// What the document calls completed lies days back; it is one row without a bar,
// so that the day itself has the whole width.

import (
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// gantt is the timeline's geometry.
type gantt struct {
	pen
	scale
	id     int // columns of the ids
	who    int // columns of person and planned times, 0 = no room
	was    int // columns of the times as first planned, 0 = no task was amended, or no room
	slack  int // columns of how much a task may slip, 0 = not zoomed, or no room
	title  int // columns of the title, 0 = no room
	titles bool
}

const (
	statusColumns = 11
	lateColumns   = 9
)

func timeline(p pen) []line {
	g := newGantt(p)
	lines := []line{g.axis(), g.ruler()}
	if old := claimed(p); len(old) > 0 {
		lines = append(lines, g.claimedRow(old))
	}
	for i := range p.s.Plan.Tasks {
		t := &p.s.Plan.Tasks[i]
		if p.s.State.Tasks[t.ID].Claimed {
			continue
		}
		lines = append(lines, g.task(t))
		if g.titles {
			lines = append(lines, row(plain.of(strings.Repeat(" ", g.id+1)), muted.of(t.Title)))
		}
	}
	lines = append(lines, g.gauge())
	lines = append(lines, g.gaugeWords()...)
	lines = append(lines, undoingLines(p, g.titles)...)
	lines = append(lines, g.onDemand()...)
	lines = append(lines, holdLines(p, g.titles)...)
	if t := p.s.Plan.Task(p.selected()); t != nil && p.v.Zoom {
		lines = append(lines, sheet{pen: p, t: t, f: p.s.Schedule.Tasks[t.ID]}.delays()...)
	}
	if p.h > len(lines)+1 {
		lines = append(lines, blank(), legend(p))
	}
	return append(lines, latestEvents(p, p.h-len(lines))...)
}

// legend is what the marks of the bars stand for.
func legend(p pen) line {
	l := row(muted.of("├──┤ planned "), good.of("██"), muted.of(" actual ░░ forecast "),
		warn.of("◆"), muted.of(" critical "), accent.of("│"), muted.of(" now"))
	was := []span{faint.of(" ┄┄"), muted.of(" as first planned")}
	if anyAmended(p.s.Schedule) && widthOf(l.spans)+widthOf(was) <= p.w {
		l.spans = append(l.spans, was...)
	}
	ends := []span{warn.of(" ‖"), muted.of(" hold ends")}
	if !p.s.State.Hold.Until.IsZero() && widthOf(l.spans)+widthOf(ends) <= p.w {
		l.spans = append(l.spans, ends...)
	}
	return l
}

// latestEvents fill the room that a tall pane leaves with what happened last.
func latestEvents(p pen, room int) []line {
	events := p.s.State.Events
	if room < 6 || len(events) == 0 || p.v.focus() == Journal {
		return nil
	}
	lines := []line{blank(), row(muted.of("latest"))}
	gone := takenBack(events[max(0, len(events)-room):])
	for n := len(events) - 1; n >= 0 && len(lines) < room; n-- {
		lines = append(lines, p.entry(events[n], gone))
	}
	return lines
}

func newGantt(p pen) gantt {
	g := gantt{pen: p, id: cells("window")}
	from, to := p.s.Schedule.Window.Start.Time, p.s.Schedule.Window.End.Time
	open := 0
	for _, t := range p.s.Plan.Tasks {
		g.id = min(max(g.id, cells(t.ID)+1), 12)
		if f := p.s.Schedule.Tasks[t.ID]; !p.s.State.Tasks[t.ID].Claimed {
			from, to = earlier(earlier(from, f.BaselineStart), earlier(f.Start, f.PlannedStart)), latest(latest(to, f.BaselineEnd), latest(f.End, f.PlannedEnd))
			open++
		}
	}
	if hold := p.s.State.Hold; hold.On() {
		to = latest(to, hold.Until)
	}
	if !p.s.State.Ended() {
		from, to = earlier(from, p.s.Now), latest(to, latest(p.s.Now, p.s.Schedule.BackOutEnd))
	}
	spare := p.w - g.id - statusColumns - lateColumns - 42
	if spare >= 18 {
		g.who = 18
		spare -= g.who
	}
	g.was, spare = room(spare, wasColumns, p.v.Zoom && anyAmended(p.s.Schedule))
	g.slack, spare = room(spare, slackColumns, p.v.Zoom && !p.s.State.Ended() && !p.s.State.Rollback.Locked())
	if spare >= 24 {
		g.title = min(spare, 64)
	}
	more := 5
	if p.s.State.Hold.On() {
		more = 6
	}
	g.titles = g.title == 0 && p.h >= more+2*open
	g.scale = newScale(from, to, p.w-cells(g.lead())-lateColumns, p.zone)
	return g
}

// lead is the left part of a row, up to its bar.
func (g gantt) lead() string {
	return strings.Repeat(" ", g.id+statusColumns+g.who+g.was+g.slack+g.title)
}

func (g gantt) axis() line {
	labels := []byte(strings.Repeat(" ", g.cols+lateColumns))
	for _, t := range g.ticks() {
		if at := g.col(t); at+5 <= len(labels) {
			copy(labels[at:], t.In(g.pen.zone).Format("15:04"))
		}
	}
	return row(plain.of(g.lead()), muted.of(string(labels)))
}

func (g gantt) ruler() line {
	b := newBar(g.cols, "─", faint)
	for _, t := range g.ticks() {
		b.set(g.col(t), "┬", faint)
	}
	if hold := g.s.State.Hold; hold.On() && hold.Over(g.s.Now) < 0 {
		b.set(g.col(hold.Until), "‖", warn)
	}
	if !g.s.State.Ended() {
		b.set(g.col(g.s.Now), "▼", accent)
	}
	return line{spans: append([]span{plain.of(g.lead())}, b.spans()...)}
}

func claimed(p pen) []string {
	var ids []string
	for _, t := range p.s.Plan.Tasks {
		if p.s.State.Tasks[t.ID].Claimed {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (g gantt) claimedRow(ids []string) line {
	name := ids[0]
	if len(ids) > 1 {
		name += "–" + ids[len(ids)-1]
	}
	l := row(plain.of(fit(name, g.id)), muted.of("✓ claimed, no evidence: the plan calls "+them(ids)+" done"))
	for _, id := range ids {
		if id == g.selected() {
			l.chosen = true
			l.spans = append(l.spans, muted.of(" · "), strong.of(id))
		}
	}
	return l
}

func them(ids []string) string {
	if len(ids) == 1 {
		return "it"
	}
	return "them"
}

// task is one row: id, state, bar, lateness.
func (g gantt) task(t *plan.Task) line {
	ts, f := g.s.State.Tasks[t.ID], g.s.Schedule.Tasks[t.ID]
	m := taskMark(g.s, t, ts)
	id := []span{strong.of(middle(t.ID, g.id-1))}
	if f.Critical && !g.s.State.Rollback.Locked() {
		id = append(id, warn.of("◆"))
	}
	spans := append(id, plain.of(strings.Repeat(" ", max(g.id-widthOf(id), 0))), m.ink.of(fit(m.glyph+" "+m.word, statusColumns)))
	if g.title > 0 {
		spans = append(spans, plain.of(fit(t.Title, g.title-2)+"  "))
	}
	if g.who > 0 {
		spans = append(spans, muted.of(fit(t.InCharge+" "+g.hours(t.Start.Time, t.End.Time), g.who)))
	}
	spans = append(spans, g.margins(f)...)
	spans = append(spans, g.bar(t, ts, f, m.ink).spans()...)
	l := row(spans...)
	if f.Ended || !g.s.State.Rollback.Locked() && ts.Status != tasks.Undone {
		l.tail = []span{lateInk(f.Late).of(shift(f.Late))}
	}
	l.chosen = t.ID == g.selected()
	return l
}

// hours is a stretch of the clock in the room of a column; the Task pane names a day that is not today.
func (g gantt) hours(from, to time.Time) string {
	return from.In(g.zone).Format("15:04") + "–" + to.In(g.zone).Format("15:04")
}

// bar is first planned dotted, planned as an outline, forecast light, actual solid, and the now line behind them.
func (g gantt) bar(t *plan.Task, ts *tasks.TaskState, f tasks.Forecast, k ink) bar {
	b := newBar(g.cols, " ", plain)
	if !g.s.State.Ended() {
		b.set(g.col(g.s.Now), "│", accent)
	}
	if amended(f) {
		from, to := g.span(f.BaselineStart, f.BaselineEnd)
		b.run(from, to, "┄", faint)
	}
	first, last := g.span(f.PlannedStart, f.PlannedEnd)
	b.run(first, last, "─", muted)
	b.set(first, "├", muted)
	b.set(last, "┤", muted)
	if t.Gate {
		b.set(first, "◇", k)
	}
	switch {
	case ts.Status == tasks.Undone, ts.Status == tasks.Skipped, t.Gate && !f.Ended:
	case !f.Started && g.s.State.Rollback.Locked(): // there is no forecast: the plan is locked
	case f.Ended:
		from, to := g.span(f.Start, f.End)
		b.run(from, to, "█", k)
		if t.Gate {
			b.run(from, to, "◆", k)
		}
		if degraded(ts) {
			m := verdictMark(tasks.Degraded)
			b.beside(min(first, from), max(last, to), m.glyph+" "+m.word, m.ink)
		}
	case f.Started:
		from, to := g.span(f.Start, f.End)
		if !g.s.State.Rollback.Locked() {
			b.run(from, to, "░", muted)
		}
		until := g.s.Now
		if stopped(ts) { // nothing has run since
			until = ts.EndedAt
		}
		_, last := g.span(f.Start, until)
		b.run(from, last, "█", k)
	default:
		from, to := g.span(f.Start, f.End)
		b.light(from, to)
	}
	return b
}
