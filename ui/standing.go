package ui

// standing.go: where a task stands, and what a person can do about it now.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks"
)

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
	if degraded(d.ts) {
		l.spans = append(l.spans, warn.of(" · degraded"))
	}
	if d.t.OnDemand || d.s.State.Rollback.Locked() && !d.f.Ended { // there is no forecast
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
	if d.ts.ByHand() {
		lines = append(lines, paragraph(warn.of("  ◑ "), d.handWords(), plain, d.w)...)
	}
	switch {
	case d.ts.Attempt > 1 && d.t.OnDemand:
		lines = append(lines, row(muted.f("  attempt %d", d.ts.Attempt)))
	case d.ts.Attempt > 1:
		lines = append(lines, row(muted.f("  attempt %d: the run was reopened", d.ts.Attempt)))
	}
	if now := d.s.Progress[d.t.ID]; now != "" && (d.ts.Status == tasks.Active || d.s.State.Rollback.Phase == tasks.RollbackRunning) {
		lines = append(lines, atMostLines(paragraph(live.of("  … "), now, plain, d.w), progressLines, d.w)...)
	}
	if next := d.next(); next != "" {
		lines = append(lines, paragraph(accent.of("→ "), next, plain, d.w)...)
	}
	return append(append(lines, d.delays()...), blank())
}

// progressLines bounds what a running step says it waits for: the steps below it count more.
const progressLines = 2

// atMostLines are the first n lines of a paragraph, the last with an ellipsis when there were more.
func atMostLines(lines []line, n, width int) []line {
	if len(lines) <= n {
		return lines
	}
	last := &lines[n-1].spans[len(lines[n-1].spans)-1]
	room := width - widthOf(lines[n-1].spans) + cells(last.text)
	last.text = atMost(last.text, room-1) + "…"
	return lines[:n]
}

// next is what can be done now, in words with keys. A follower has none of these keys.
func (d sheet) next() string { return d.can(d.nextKey()) }

// can is what keys do, with what has to come before; "" for who has none of them.
func (d sheet) can(words string) string {
	switch {
	case words == "", d.v.Watch, d.s.State.Rollback.Locked():
		return ""
	case len(d.s.Waking) > 0:
		return "not heard yet since the machine slept: " + strings.Join(d.s.Waking, ", ") + "; then c takes the conn again"
	case d.s.State.Conn.Lost != "":
		return "the conn was lost, c takes it again; then " + words
	case d.s.State.Conn.Holder == "":
		return "c takes the conn; then " + words
	case d.s.State.Conn.Holder != d.v.Actor:
		return d.s.State.Conn.Holder + " has the conn: c says who you are; then " + words
	}
	return words
}

func (d sheet) nextKey() string {
	switch {
	case d.s.State.Hold.Task == d.t.ID && d.t.Gate && free(d.s.State, d.t):
		return d.gateKey() + "; H resumes the plan"
	case d.ts.Back.Phase == tasks.RollbackHalted && len(d.s.State.Backwards(d.t.ID)) > 0:
		return "R goes on with taking it back"
	case d.s.State.Hold.On() && !d.t.OnDemand && (free(d.s.State, d.t) || d.ts.Status == tasks.Failed || d.ts.Status == tasks.Aborted):
		return "the plan is held: H resumes it, then it can begin"
	case d.ts.Status == tasks.Failed && d.t.Gate && !d.s.State.Poll(d.t).Quorum():
		return "u takes the no-go back, and the poll goes on · R rolls back"
	case d.ts.Status == tasks.Failed && d.t.Gate:
		return "g decides again · R rolls back"
	case excusedFrom(d.ts):
		return "enter goes on without what was waived · S skips · R rolls back"
	case d.waivable():
		return "enter tries again · W waives the check, with a reason · S skips · R rolls back"
	case d.ts.Status == tasks.Failed, d.ts.Status == tasks.Aborted:
		return "enter tries again · d it was done by hand · S skips · R rolls back"
	case d.ts.Status == tasks.Unsure:
		return "nobody knows yet whether the call took effect: enter asks the world, nothing is repeated on a guess"
	case d.ts.Status == tasks.Checked:
		return "g records a sign-off: " + strings.Join(d.s.State.Missing(d.t), ", ") + " missing · W waives one"
	case d.ts.Status == tasks.Active && d.t.Action == "":
		return "d attests that it is done, with a note · x that it failed"
	case d.s.State.Ready(d.t) && d.t.Gate:
		return d.gateKey()
	case d.s.State.Ready(d.t):
		return "enter starts it"
	}
	return d.onceMore()
}

// gateKey is what g does at the gate now.
func (d sheet) gateKey() string {
	if polling(d.s, d.t) {
		return fmt.Sprintf("g records what each voter says: %d go are needed", d.s.State.Poll(d.t).Needed)
	}
	return "g decides go or no-go; a gate never decides itself"
}

// waivable reports a failed look that somebody may go on without.
func (d sheet) waivable() bool {
	step, _ := d.s.State.Waivable(d.t)
	return step != ""
}

// statedBy is who said that a task was done by hand.
func statedBy(s *tasks.State, task string) string {
	for _, e := range slices.Backward(s.Events) {
		if b, ok := e.Body.(tasks.ByHand); ok && b.Task == task {
			return e.By
		}
	}
	return "somebody"
}

// handWords say that a person did it, and whether the world agrees.
func (d sheet) handWords() string {
	words := "done by hand, as " + statedBy(d.s.State, d.t.ID) + " states"
	switch {
	case d.ts.Status == tasks.Active:
		return words + "; the world is being asked"
	case d.ts.Status == tasks.Failed:
		return words + "; the world does not agree"
	case d.ts.Verified():
		return words + "; the world agrees"
	case len(d.ts.Stated) > 0:
		return words + "; the world has not confirmed it"
	}
	return words
}
