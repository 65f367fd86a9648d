package ui

// margin.go: how a task lies in the plan: where it lay when the run opened, how much it
// may slip, and what it delays because it did.

import (
	"fmt"
	"strings"
	"time"

	"tminus/tasks"
)

const (
	wasColumns   = 16
	slackColumns = 14
)

// amended reports a task that lies elsewhere in the plan than when the run opened.
func amended(f tasks.Forecast) bool {
	return !f.BaselineStart.Equal(f.PlannedStart) || !f.BaselineEnd.Equal(f.PlannedEnd)
}

func anyAmended(sc tasks.Schedule) bool {
	for _, f := range sc.Tasks {
		if amended(f) {
			return true
		}
	}
	return false
}

// room takes columns out of the spare ones if they are wanted and there.
func room(spare, columns int, wanted bool) (taken, left int) {
	if !wanted || spare < columns {
		return 0, spare
	}
	return columns, spare - columns
}

// margins are the columns of a row between its times and its bar.
func (g gantt) margins(f tasks.Forecast) []span {
	var spans []span
	if g.was > 0 {
		was := ""
		if amended(f) {
			was = "was " + g.hours(f.BaselineStart, f.BaselineEnd)
		}
		spans = append(spans, warn.of(fit(was, g.was)))
	}
	switch {
	case g.slack == 0:
	case f.Critical:
		spans = append(spans, warn.of(fit("◆ critical", g.slack)))
	case f.Ended || f.Slack <= 0:
		spans = append(spans, plain.of(fit("", g.slack)))
	default:
		spans = append(spans, muted.of(fit("slack "+short(f.Slack), g.slack)))
	}
	return spans
}

// delays say what waits longer because this task is late.
func (d sheet) delays() []line {
	if d.f.Late < onTime || d.s.State.Ended() || d.s.State.Rollback.Locked() {
		return nil
	}
	words := delayWords(tasks.Delays(d.s.Plan, d.s.State, d.s.Now, d.t.ID))
	if words == "" {
		return nil
	}
	return paragraph(warn.of(d.t.ID+" delays "), words, plain, d.w)
}

// mostDelayed bounds the tasks that are named; the others are counted.
const mostDelayed = 8

// delayWords names the delayed tasks, those together that are delayed alike: "T5, T6 +15 min · T8 +6 min".
func delayWords(moves []tasks.Move) string {
	var groups []string
	var ids []string
	by, named, more := time.Duration(0), 0, 0
	end := func() {
		if len(ids) > 0 {
			groups = append(groups, strings.Join(ids, ", ")+" "+shift(by))
		}
		ids = nil
	}
	for _, m := range moves {
		switch late := m.By().Round(time.Minute); {
		case m.By() < onTime:
			continue
		case named == mostDelayed:
			more++
			continue
		case late != by:
			end()
			by = late
		}
		ids = append(ids, m.Task)
		named++
	}
	end()
	if more > 0 {
		groups = append(groups, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(groups, " · ")
}
