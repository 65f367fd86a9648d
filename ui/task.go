package ui

// task.go: everything the plan says of a task, what its action does step by step
// with the result of each, its evidence, its sign-offs, and the way back. During
// a rollback the way back comes first.

import (
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// sheet is one task as the pane draws it.
type sheet struct {
	pen
	t    *plan.Task
	ts   *tasks.TaskState
	f    tasks.Forecast
	full bool // every word of every step; otherwise of those not passed
}

func task(p pen) []line {
	var lines []line
	switch {
	case p.ownTask():
	case p.s.State.Rollback.Locked():
		lines = append(rollback(p), blank())
	case p.s.State.Released:
		lines = append(releaseLines(p), blank())
	}
	t := p.s.Plan.Task(p.selected())
	if t == nil {
		return append(lines, row(muted.of("the plan has no tasks")))
	}
	d := sheet{pen: p, t: t, ts: p.s.State.Tasks[t.ID], f: p.s.Schedule.Tasks[t.ID], full: true}
	if len(lines) > 0 {
		lines = append(lines, paragraph(strong.of(t.ID+" "), t.Title, plain, p.w)...)
	}
	whole := d.lines()
	if len(lines)+len(whole) > p.h && !p.v.Zoom {
		d.full = false
		whole = d.lines()
	} else if cells(t.ID+t.Title)+6 > p.w && len(lines) == 0 { // the frame has cut it
		title := paragraph(strong.of(t.ID+"  "), t.Title, strong, p.w)
		if len(title)+len(whole) <= p.h {
			lines = title
		}
	}
	return append(lines, whole...)
}

// ownTask reports that a person chose to look at a task although the run goes back, or is over.
func (p pen) ownTask() bool { return p.s.Plan.Task(p.v.Selected) != nil }

// lines are the sheet's parts in the order of the day. Where room is short, what
// a task is doing comes before what it needed.
func (d sheet) lines() []line {
	before, steps := d.list("Preparation", d.t.Preparation), d.steps()
	if !d.full && d.ts.Status != tasks.Waiting {
		before, steps = steps, before
	}
	return slices.Concat(d.demand(), d.heading(), d.standing(), d.pollLines(), d.gate(), before, steps, d.list("Post-check", d.t.PostCheck),
		d.evidence(), d.signOffs(), d.waivers(), d.undo(), d.facts())
}

func (d sheet) heading() []line {
	when := d.times(d.t.Start.Time, d.t.End.Time)
	if length := d.t.Duration(); length > 0 {
		when += " · " + about(length)
	}
	if d.t.OnDemand {
		when = "on demand"
	}
	l := row(plain.of(d.person(d.t.InCharge))).ends(plain.of(when))
	if d.t.Deputy != "" {
		l.spans = append(l.spans, muted.of(" · deputy "+d.t.Deputy))
	}
	if len(d.t.Teams) > 0 {
		l.spans = append(l.spans, muted.of(" · "+strings.Join(d.t.Teams, ", ")))
	}
	second := line{}
	if len(d.t.After) > 0 {
		second.spans = append(second.spans, muted.of("after"))
		for _, id := range d.t.After {
			k, glyph := muted, " ○"
			if before := d.s.State.Tasks[id]; before != nil && before.Status.Finished() {
				m := taskMark(d.s, d.s.Plan.Task(id), before)
				k, glyph = m.ink, " "+m.glyph
			}
			second.spans = append(second.spans, plain.of(" "+id), k.of(glyph))
		}
	}
	if amended(d.f) {
		second.tail = append(second.tail, warn.of("was "+d.times(d.f.BaselineStart, d.f.BaselineEnd)), plain.of("  "))
	}
	switch {
	case d.s.State.Rollback.Locked():
	case d.f.Critical:
		second.tail = append(second.tail, warn.of("◆ critical path"))
	case !d.f.Ended && d.f.Slack > 0:
		second.tail = append(second.tail, muted.of("slack "+minutes(d.f.Slack)))
	}
	return []line{l, second}
}

// gate is what a go/no-go is about: what it lets through, and the evidence so far.
func (d sheet) gate() []line {
	if !d.t.Gate {
		return nil
	}
	var opens []string
	for _, id := range d.s.Plan.Dependents(d.t.ID) {
		opens = append(opens, id+" "+d.s.Plan.Task(id).Title)
	}
	lines := d.list("Opens", opens)
	for _, id := range d.t.After {
		before := sheet{pen: d.pen, t: d.s.Plan.Task(id), ts: d.s.State.Tasks[id]}
		if before.t == nil {
			continue
		}
		lines = append(lines, blank(), row(strong.of(id+" "), taskMark(d.s, before.t, before.ts).span(), muted.of(" "+before.t.Title)))
		lines = append(lines, before.evidence()...)
		lines = append(lines, before.waivers()...)
	}
	return lines
}

// list is a labelled list of the plan's sentences.
func (d sheet) list(label string, sentences []string) []line {
	var lines []line
	for i, sentence := range sentences {
		lead := fit(label, labelColumns)
		if i > 0 {
			lead = strings.Repeat(" ", labelColumns)
		}
		lines = append(lines, paragraph(muted.of(lead), sentence, plain, d.w)...)
	}
	return lines
}

// labelColumns is the width of the labels on the left.
const labelColumns = 13

func (d sheet) evidence() []line {
	var lines []line
	for _, e := range d.ts.Evidence {
		says := e.Says
		for _, st := range d.ts.Steps {
			if says == "" && st.ID == e.Step {
				says = st.Title
			}
		}
		lead, tail := []span{muted.of(fit("Evidence", labelColumns)), good.of("✓ ")}, []span{muted.of(d.since(e.At))}
		text := plain.of(says)
		if stale := d.s.State.Stale(e); len(stale) > 0 {
			lead[1], text = warn.of("≠ stale "), muted.of(says+" · since then changed: "+strings.Join(stale, ", "))
		}
		lines = append(lines, flow(lead, text, tail, d.w)...)
	}
	return lines
}

// waivers are what the task goes on without.
func (d sheet) waivers() []line {
	var lines []line
	for _, w := range d.ts.Waivers {
		lead := []span{muted.of(fit("Waived", labelColumns)), warn.of("↷ ")}
		lines = append(lines, flow(lead, plain.of(waived(d.pen, d.t.ID, w)+because(w.Reason)), []span{muted.of(d.clock(w.At) + " by " + w.By)}, d.w)...)
	}
	return lines
}

// waived is what one waiver goes on without.
func waived(p pen, task string, w tasks.Waiver) string {
	return waivedThing(p.s.State, task, w.Step, w.Contact)
}

// undo is what taking the task back would do.
func (d sheet) undo() []line {
	if d.t.Gate || d.t.Action == "" || d.ts.Claimed {
		return nil
	}
	var words []string
	for _, st := range d.ts.Steps {
		if st.Undo != "" {
			words = append(words, st.Undo)
		}
	}
	switch writes := writing(d.s.Plan, d.t); {
	case len(writes) > 0:
		words = append(words, strings.Join(writes, ", ")+": writes to the application, and nothing undoes that")
	case len(words) == 0:
		words = []string{"nothing to undo: it only reads"}
	}
	return d.list("Undo", []string{strings.Join(words, "; ")})
}

// facts are the values the task learnt.
func (d sheet) facts() []line {
	var lines []line
	for _, name := range factNames() {
		if f, known := d.s.State.Facts[name]; known && f.Task == d.t.ID {
			lines = append(lines, d.fact(name, f))
		}
	}
	return lines
}

// fact is one value; what a person stated stays marked so, verified or not.
func (d sheet) fact(name string, f tasks.Fact) line {
	label, word := "Learnt", factWord(name)
	var mark []span
	if f.Stated {
		label, mark = "Stated", []span{warn.of("◑ stated")}
		if d.ts.Verified() {
			mark = []span{warn.of("◑ stated"), muted.of(", the world agrees")}
		}
	}
	room := d.w - labelColumns - cells(word) - 1 - widthOf(mark) - 1
	return row(muted.of(fit(label, labelColumns)), muted.of(word+" "), plain.of(middle(f.Value, max(room, 8)))).ends(mark...)
}

// factNames are the day's facts in the order they are learnt.
func factNames() []string {
	return []string{tasks.FactKeyName, tasks.FactKeyPrint, tasks.FactGroup, tasks.FactInstance, tasks.FactPrivateIP, tasks.FactPublicIP,
		tasks.FactPublicDNS, tasks.FactHostKey, tasks.FactAllocation, tasks.FactElasticIP, tasks.FactAssociation}
}

// took is the length of a call, "" when it took none.
func took(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "<1 ms"
	}
	return about(d)
}
