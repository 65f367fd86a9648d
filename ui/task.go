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
	return slices.Concat(d.heading(), d.standing(), d.gate(), before, steps, d.list("Post-check", d.t.PostCheck),
		d.evidence(), d.signOffs(), d.undo(), d.facts())
}

func (d sheet) heading() []line {
	when := d.times(d.t.Start.Time, d.t.End.Time)
	if length := d.t.Duration(); length > 0 {
		when += " · " + about(length)
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
				k, glyph = good, " ✓"
			}
			second.spans = append(second.spans, plain.of(" "+id), k.of(glyph))
		}
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

// standing says where the task stands, and what a person can do about it.
func (d sheet) standing() []line {
	m := taskMark(d.s, d.t, d.ts)
	l := row(m.span())
	say := func(text string) { l.spans = append(l.spans, plain.of(" "+text)) }
	switch d.ts.Status {
	case tasks.Waiting:
		if b := d.s.State.Blockers(d.t); len(b) > 0 {
			say("for " + strings.Join(b, ", "))
		}
		l.tail = []span{muted.of("forecast " + d.times(d.f.Start, d.f.End) + " "), lateInk(d.f.Late).of(shift(d.f.Late))}
	case tasks.Active, tasks.Checked, tasks.Unsure:
		say("since " + d.clock(d.ts.StartedAt) + " by " + d.ts.By)
		l.tail = []span{muted.of("forecast end " + d.clock(d.f.End) + " "), lateInk(d.f.Late).of(shift(d.f.Late))}
	case tasks.Undone:
	default:
		if d.ts.Claimed {
			say("completed in the document, no evidence here")
			break
		}
		say(d.times(d.ts.StartedAt, d.ts.EndedAt) + " by " + d.ts.By)
		l.tail = []span{lateInk(d.f.Late).of(lateness(d.f.Late))}
	}
	if d.s.State.Rollback.Locked() && !d.f.Ended {
		l.tail = nil
	}
	lines := []line{l}
	if d.ts.Reason != "" {
		k := plain
		if m.ink == alarm {
			k = alarm
		}
		lines = append(lines, paragraph(k.of("  "), d.ts.Reason, k, d.w)...)
	}
	if now := d.s.Progress[d.t.ID]; now != "" && d.ts.Status == tasks.Active {
		lines = append(lines, paragraph(live.of("  … "), now, plain, d.w)...)
	}
	if next := d.next(); next != "" {
		lines = append(lines, paragraph(accent.of("→ "), next, plain, d.w)...)
	}
	return append(lines, blank())
}

// next is what can be done now, in words with keys. A follower has none of these keys.
func (d sheet) next() string {
	words := d.nextKey()
	switch {
	case words == "", d.v.Watch, d.s.State.Rollback.Locked():
		return ""
	case d.s.State.Conn.Holder == "":
		return "c takes the conn; then " + words
	case d.s.State.Conn.Holder != d.v.Actor:
		return d.s.State.Conn.Holder + " has the conn: c says who you are; then " + words
	}
	return words
}

func (d sheet) nextKey() string {
	switch {
	case d.ts.Status == tasks.Failed && d.t.Gate:
		return "g decides again · R rolls back"
	case d.ts.Status == tasks.Failed, d.ts.Status == tasks.Aborted:
		return "enter tries again · S skips · R rolls back"
	case d.ts.Status == tasks.Unsure:
		return "nobody knows yet whether the call took effect: enter asks the world, nothing is repeated on a guess"
	case d.ts.Status == tasks.Checked:
		return "g records a sign-off: " + strings.Join(d.s.State.Missing(d.t), ", ") + " missing"
	case d.ts.Status == tasks.Active && d.t.Action == "":
		return "d attests that it is done, with a note · x that it failed"
	case d.s.State.Ready(d.t) && d.t.Gate:
		return "g decides go or no-go; a gate never decides itself"
	case d.s.State.Ready(d.t):
		return "enter starts it"
	}
	return ""
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

func (d sheet) signOffs() []line {
	var lines []line
	for _, so := range d.ts.SignOffs {
		lines = append(lines, row(muted.of(fit("Sign-off", labelColumns)), good.of("✓ "), plain.of(d.person(so.Contact)), muted.of(" · "+so.Evidence)).
			ends(muted.of(d.clock(so.At)+" by "+so.By)))
	}
	for _, id := range d.s.State.Missing(d.t) {
		lines = append(lines, row(muted.of(fit("Sign-off", labelColumns)), muted.of("○ "), plain.of(d.person(id))))
	}
	return lines
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
			lines = append(lines, row(muted.of(fit("Learnt", labelColumns)), muted.of(name+" "), plain.of(middle(f.Value, max(d.w-labelColumns-cells(name)-1, 8)))))
		}
	}
	return lines
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
