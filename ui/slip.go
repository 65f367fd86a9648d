package ui

// slip.go: p. What a later end of a task would come to, looked at before anybody agrees
// to it. It is drawn anew from the snapshot for what is typed so far, so that it moves with
// the run; it asks the engine for nothing, and watchers have it too.

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// whyNotSlip says why there is nothing to look at, without looking.
func whyNotSlip(s *tasks.Snapshot, v View) string {
	id := v.TaskID(s)
	switch {
	case s.Plan.Task(id) == nil:
		return "the plan has no task that could slip"
	case s.Plan.Task(id).OnDemand:
		return id + " is on demand: it has no time that could slip"
	case s.State.Ended():
		return "the run is over: nothing slips any more"
	case s.State.Rollback.Locked():
		return "the plan is locked by the rollback: nothing goes forward that could slip"
	case s.Schedule.Tasks[id].Ended:
		return id + " has ended: what happened does not slip. Select another task"
	}
	return ""
}

func (c *Cockpit) slip() tea.Cmd {
	t := c.snap.Plan.Task(c.view.TaskID(c.snap))
	return c.open(Dialog{
		Kind: Slip, Action: "slip", From: t.ID, Title: fmt.Sprintf("Preview: if %s slips  %s", t.ID, t.Title), Fields: ask("by, or until (+15m, 17:40)"),
	}, question{paste: [mostFields]bool{true}})
}

// slipLines are the preview for what is typed so far, the most important first.
func slipLines(p pen) []line {
	id, typed := p.v.Dialog.From, p.v.Dialog.Fields[0].Input
	f, there := p.s.Schedule.Tasks[id]
	switch {
	case !there:
		return []line{row(warn.of("the plan has no task " + id + " any more"))}
	case strings.TrimSpace(typed) == "":
		return append([]line{row(strong.of(id), plain.of(" ends "+p.clock(f.End)+" as forecast")).ends(muted.of("planned " + p.clock(f.PlannedEnd)))},
			row(muted.of("Type how much later, or when. Nothing is written by looking.")))
	}
	by, err := slipWords(typed, f.End, p.zone)
	if err != nil {
		return paragraph(warn.of("✗ "), err.Error(), warn, p.w)
	}
	v, err := tasks.Slip(p.s.Plan, p.s.State, p.s.Now, id, by)
	if err != nil {
		return paragraph(warn.of("✗ "), err.Error(), warn, p.w)
	}
	return p.preview(v)
}

func (p pen) preview(v tasks.SlipPreview) []line {
	end := row(muted.of(fit("ends", labelColumns)), plain.of(p.clock(v.Task.From.End)+" → "), strong.of(p.clock(v.Task.To.End))).ends(lateInk(v.Task.By()).of(shift(v.Task.By())))
	k, where := good, "inside the window"
	if v.Outside > 0 {
		k, where = alarm, "▲ "+minutes(v.Outside)+" outside the window"
	}
	finish := row(muted.of(fit("finish", labelColumns)), plain.of(p.clock(v.Before)+" → "), strong.of(p.clock(v.Finish)), plain.of(" "), k.of(where)).
		ends(lateInk(v.Finish.Sub(v.Before)).of(shift(v.Finish.Sub(v.Before))))
	lines := []line{end, finish}
	if v.NoWayBack {
		lines = append(lines, paragraph(alarm.of("▲ "), fmt.Sprintf("%s would end after decide by %s: what it does can then not be backed out inside the window",
			v.Task.Task, p.clock(v.After.DecideBy)), alarm, p.w)...)
	}
	lines = append(lines, blank())
	lines = append(lines, p.moves(v.Moved)...)
	lines = append(lines, blank())
	for i, o := range v.Options {
		lead := "could be"
		if i > 0 {
			lead = ""
		}
		lines = append(lines, paragraph(muted.of(fit(lead, labelColumns)), "○ "+o.Says, plain, p.w)...)
	}
	return append(lines, blank(), row(muted.of("Nothing is written by looking.")))
}

// moves are the tasks that lie elsewhere then.
func (p pen) moves(moved []tasks.Move) []line {
	if len(moved) == 0 {
		return []line{row(muted.of(fit("moves", labelColumns)), plain.of("nothing else"))}
	}
	lead, id := "moves", 4
	for _, m := range moved {
		id = min(max(id, cells(m.Task)+1), 12)
	}
	var lines []line
	for _, m := range moved {
		lines = append(lines, row(muted.of(fit(lead, labelColumns)), strong.of(fit(middle(m.Task, id-1), id)),
			plain.of(p.times(m.From.Start, m.From.End)+" → "+p.times(m.To.Start, m.To.End))).ends(lateInk(m.By()).of(shift(m.By()))))
		lead = ""
	}
	return lines
}

// slipWords is how much later a task ends by what a person typed: a length of time, or a
// time of day, the one next to its forecast end. One that the clocks leave out is refused.
func slipWords(typed string, end time.Time, in *time.Location) (time.Duration, error) {
	typed = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(typed)), "−", "-")
	if strings.HasPrefix(typed, "+") || strings.HasPrefix(typed, "-") {
		d, err := time.ParseDuration(strings.ReplaceAll(typed, " ", ""))
		if err != nil {
			return 0, fmt.Errorf("%q is no length of time: type +15m, or +1h30m", typed)
		}
		return d, nil
	}
	clock, err := time.Parse("15:04", typed)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day: type 17:40, or +15m", typed)
	}
	var best time.Time
	for day := -1; day <= 1; day++ {
		here := end.In(in)
		t := time.Date(here.Year(), here.Month(), here.Day()+day, clock.Hour(), clock.Minute(), 0, 0, in)
		if best.IsZero() || t.Sub(end).Abs() < best.Sub(end).Abs() {
			best = t
		}
	}
	if best.Hour() != clock.Hour() || best.Minute() != clock.Minute() {
		return 0, fmt.Errorf("there is no %s on %s: the clocks change then", typed, best.Format("2 Jan"))
	}
	return best.Sub(end), nil
}
