package ui

// journal.go: what happened, newest first, in sentences, with the calls that
// were made as a colleague could repeat them.

import (
	"fmt"

	"tminus/tasks"
)

// journalCap bounds how far back the pane reaches; the file has everything.
const journalCap = 2000

func journal(p pen) []line {
	events := p.s.State.Events
	if len(events) == 0 {
		return []line{row(muted.of("nothing has happened yet"))}
	}
	total := 0
	oldest := max(0, len(events)-journalCap)
	for _, e := range events[oldest:] {
		total += 1 + len(traces(e))
	}
	// Only what is in sight is put into words.
	lines := make([]line, total)
	at, from := 0, clampScroll(p.scroll, total, p.h)
	for n := len(events) - 1; n >= oldest && at < from+p.h; n-- {
		e := events[n]
		if at+1+len(traces(e)) > from {
			lines[at] = p.entry(e)
			for i, tr := range traces(e) {
				lines[at+1+i] = p.trace(tr)
			}
		}
		at += 1 + len(traces(e))
	}
	return lines
}

func (p pen) entry(e tasks.Event) line {
	k := plain
	switch b := e.Body.(type) {
	case tasks.TaskFailed, tasks.TaskAborted, tasks.RollbackStopped:
		k = alarm
	case tasks.Outcome:
		if b.State != tasks.OutcomeOK {
			k = alarm
		}
	case tasks.TaskDone, tasks.Released, tasks.RollbackDone:
		k = good
	case tasks.RollbackStarted, tasks.TaskSkipped:
		k = warn
	case tasks.Noted:
		k = accent
	}
	who := 6
	if p.w >= 100 {
		who = 10
	}
	return row(muted.f("%4d ", e.Seq), muted.of(e.Run.In(p.zone).Format("15:04:05")+" "), plain.of(fit(e.By, who)+" "), k.of(Sentence(e)))
}

func (p pen) trace(t tasks.Trace) line {
	l := row(faint.of(fmt.Sprintf("%*s", 14, "")+"$ "), muted.of(t.Line))
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
