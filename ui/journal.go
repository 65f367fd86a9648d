package ui

// journal.go: what happened, newest first, in sentences, with the calls that
// were made as a colleague could repeat them. A pane has a line for each; zoomed,
// every word of it stands there.

import (
	"strings"

	"tminus/tasks"
)

// How far back the pane reaches, in events; the file has everything.
const (
	journalCap = 2000
	wholeCap   = 500 // zoomed: wrapping is dearer, and no day has had as many
)

func journal(p pen) []line {
	events := p.s.State.Events
	if len(events) == 0 {
		return []line{row(muted.of("nothing has happened yet"))}
	}
	if p.v.Zoom {
		return wholeJournal(p)
	}
	total := 0
	oldest := max(0, len(events)-journalCap)
	for _, e := range events[oldest:] {
		total += 1 + len(traces(e))
	}
	gone := takenBack(events[oldest:])
	// Only what is in sight is put into words.
	lines := make([]line, total)
	at, from := 0, clampScroll(p.scroll, total, p.h)
	for n := len(events) - 1; n >= oldest && at < from+p.h; n-- {
		e := events[n]
		if at+1+len(traces(e)) > from {
			lines[at] = p.entry(e, gone)
			for i, tr := range traces(e) {
				lines[at+1+i] = p.trace(tr)
			}
		}
		at += 1 + len(traces(e))
	}
	return lines
}

// wholeJournal wraps what does not fit on a line.
func wholeJournal(p pen) []line {
	events := p.s.State.Events
	var lines []line
	oldest := max(0, len(events)-wholeCap)
	gone := takenBack(events[oldest:])
	for n := len(events) - 1; n >= oldest; n-- {
		lead, k := p.lead(events[n], gone)
		says := Sentence(p.s.State, events[n])
		lines = append(lines, flow(lead, k.of(says), nil, p.w)...)
		for _, tr := range traces(events[n]) {
			if strings.Contains(says, tr.Error) { // it stands above in full
				tr.Error = ""
			}
			lines = append(lines, p.wholeTrace(tr)...)
		}
	}
	if oldest > 0 {
		lines = append(lines, row(muted.of("older ones: z shows them a line each, journal.jsonl has them all")))
	}
	return lines
}

func (p pen) entry(e tasks.Event, gone map[uint64]bool) line {
	lead, k := p.lead(e, gone)
	return row(append(lead, k.of(Sentence(p.s.State, e)))...)
}

// lead is number, time and author of an event, whether it was taken back, and the ink
// of what it says.
func (p pen) lead(e tasks.Event, gone map[uint64]bool) ([]span, ink) {
	who := 6
	if p.w >= 100 {
		who = 10
	}
	lead := []span{muted.f("%4d ", e.Seq), muted.of(e.Run.In(p.zone).Format("15:04:05") + " "), plain.of(fit(e.By, who) + " ")}
	if gone[e.Seq] {
		return append(lead, warn.of("↶ taken back ")), muted
	}
	return lead, eventInk(e)
}

func eventInk(e tasks.Event) ink {
	switch b := e.Body.(type) {
	case tasks.TaskFailed, tasks.TaskAborted, tasks.RollbackStopped, tasks.Woke:
		return alarm
	case tasks.Outcome:
		if b.State != tasks.OutcomeOK {
			return alarm
		}
	case tasks.StepDone:
		switch {
		case b.Error != "":
			return alarm
		case b.Result.Verdict == tasks.Degraded:
			return warn
		}
	case tasks.TaskDone, tasks.Released, tasks.RollbackDone:
		return good
	case tasks.RollbackStarted, tasks.TaskSkipped, tasks.HoldStarted, tasks.Waived, tasks.Retracted, tasks.Reopened, tasks.Amended, tasks.ByHand:
		return warn
	case tasks.Noted:
		return accent
	}
	return plain
}

func (p pen) trace(t tasks.Trace) line {
	l := row(faint.f("%14s$ ", ""), muted.of(t.Line))
	if t.Error != "" {
		l.spans = append(l.spans, alarm.of(" ✗ "+t.Error))
	}
	tail := took(t.Took)
	if t.RequestID != "" && p.w >= 100 {
		tail += " " + middle(t.RequestID, 13)
	}
	if tail != "" {
		l.tail = []span{muted.of(tail)}
	}
	return l
}

// wholeTrace is a call with every word of it: how long it took, its request id to ask AWS
// about, and why it failed.
func (p pen) wholeTrace(t tasks.Trace) []line {
	var tail []span
	if how := took(t.Took); how != "" {
		tail = []span{muted.of(how)}
	}
	lines := flow([]span{faint.f("%14s$ ", "")}, muted.of(t.Line), tail, p.w)
	if t.Error != "" {
		lines = append(lines, paragraph(alarm.f("%14s✗ ", ""), t.Error, alarm, p.w)...)
	}
	if t.RequestID != "" {
		lines = append(lines, row(faint.f("%16s", ""), muted.of("request "+middle(t.RequestID, max(p.w-24, 8)))))
	}
	return lines
}

// traces are the calls that an event records.
func traces(e tasks.Event) []tasks.Trace {
	switch b := e.Body.(type) {
	case tasks.Outcome:
		return b.Result.Trace
	case tasks.Reconciled:
		return b.Result.Trace
	case tasks.StepDone:
		return b.Result.Trace
	}
	return nil
}
