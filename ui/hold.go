package ui

// hold.go: H. Holding the plan on purpose, and letting it go on. While it is held the
// header says so on every page, with who, how long, why, and until when.

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// holdWish is what H would ask for: to hold the plan, or to let it go on.
func holdWish(s *tasks.Snapshot, v View) tasks.Command {
	if s.State.Hold.On() {
		return tasks.Command{Kind: tasks.ResumePlan, By: v.Actor}
	}
	return tasks.Command{Kind: tasks.HoldPlan, By: v.Actor, Text: written, Until: s.Now.Add(time.Minute)}
}

func holdLabel(s *tasks.Snapshot, _ View) string {
	if s.State.Hold.On() {
		return "resume"
	}
	return "hold"
}

// hold opens the dialog that holds the plan, or the one that lets it go on.
func (c *Cockpit) hold() tea.Cmd {
	if c.snap.State.Hold.On() {
		return c.resume()
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "hold", OK: "hold", Title: "Hold the plan",
		Body: "What runs goes on to its end; nothing else begins until somebody resumes the plan.\n" +
			"The wall clock runs on: the forecasts slide, the window does not.",
		Fields: ask("reason", "until (17:40, +15m)"),
	}, question{paste: [mostFields]bool{true, true}, reads: c.understood, check: func(d Dialog) string {
		_, err := c.untilTyped(d)
		return errorWords(err)
	}, command: func(d Dialog, _ Stop) tasks.Command {
		until, _ := c.untilTyped(d)
		return tasks.Command{Kind: tasks.HoldPlan, By: c.view.Actor, Text: d.Fields[0].Input, Until: until}
	}})
}

func (c *Cockpit) untilTyped(d Dialog) (time.Time, error) {
	return untilWords(d.Fields[1].Input, c.snap.Now, zone(c.view, c.snap.Plan.Zone))
}

// understood says which moment the typed end is, or what is wrong with it.
func (c *Cockpit) understood(d Dialog) string {
	if strings.TrimSpace(d.Fields[1].Input) == "" {
		return ""
	}
	until, err := c.untilTyped(d)
	if err != nil {
		return err.Error()
	}
	in := zone(c.view, c.snap.Plan.Zone)
	day := ""
	if until.In(in).YearDay() != c.snap.Now.In(in).YearDay() {
		day = " tomorrow"
	}
	return fmt.Sprintf("held until %s%s, in %s", until.In(in).Format("15:04 MST"), day, about(until.Sub(c.snap.Now).Round(time.Minute)))
}

// longestHold is how far ahead a hold may be said to end.
const longestHold = 12 * time.Hour

// untilWords is the moment that a person typed: a time of day in the zone they see, the
// next one there is, or a length of time from now. A time that the clocks leave out, or
// that is half a day away and so was most likely meant before now, is refused.
func untilWords(typed string, now time.Time, in *time.Location) (time.Time, error) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" {
		return time.Time{}, fmt.Errorf("say until when: 17:40, or +15m")
	}
	if length, ok := strings.CutPrefix(typed, "+"); ok {
		d, err := time.ParseDuration(strings.ReplaceAll(length, " ", ""))
		switch {
		case err != nil:
			return time.Time{}, fmt.Errorf("%q is no length of time: type +15m, or +1h30m", typed)
		case d <= 0 || d > longestHold:
			return time.Time{}, fmt.Errorf("%q: a hold ends later than now and within %s", typed, about(longestHold))
		}
		return now.Add(d), nil
	}
	clock, err := time.Parse("15:04", typed)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time of day: type 17:40, or +15m", typed)
	}
	here := now.In(in)
	for day := range 2 {
		t := time.Date(here.Year(), here.Month(), here.Day()+day, clock.Hour(), clock.Minute(), 0, 0, in)
		switch {
		case t.Hour() != clock.Hour() || t.Minute() != clock.Minute():
			return time.Time{}, fmt.Errorf("there is no %s on %s: the clocks change then", typed, t.Format("2 Jan"))
		case t.After(now) && t.Sub(now) <= longestHold:
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s has passed: it is %s", typed, here.Format("15:04 MST"))
}

// errorWords is an error as a sentence, "" for none.
func errorWords(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (c *Cockpit) resume() tea.Cmd {
	p := pen{s: c.snap, v: c.view, zone: zone(c.view, c.snap.Plan.Zone)}
	body := holdWords(p) + "\n\nResumed, tasks may begin again; nothing begins by itself."
	if gate := c.snap.State.Hold.Task; gate != "" {
		body += "\n" + gate + " stays undecided, and does not hold the plan again: g decides it."
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "hold", OK: "resume", Title: "Resume the plan", Body: body, Fields: ask("note (may stay empty)"),
	}, question{optional: true, paste: [mostFields]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.ResumePlan, By: c.view.Actor, Text: d.Fields[0].Input}
	}})
}

// holder is who holds the plan: a person, or a gate by its deadline.
func holder(h tasks.Hold) string {
	if h.Task != "" {
		return h.Task + "'s deadline"
	}
	return h.By
}

// holdWords is the hold in a sentence: "held 04:12 by LX: waiting for the DBA · expected end 17:40".
func holdWords(p pen) string {
	h := p.s.State.Hold
	words := fmt.Sprintf("held %s by %s: %s", stopwatch(p.s.Now.Sub(h.Since)), holder(h), h.Reason)
	if end := holdEnd(p); end != "" {
		words += " · " + end
	}
	return words
}

// holdLines are the hold on the Timeline: one line where the tasks need the room.
func holdLines(p pen, oneLine bool) []line {
	h := p.s.State.Hold
	if !h.On() {
		return nil
	}
	words := "held by " + holder(h)
	if end := holdEnd(p); end != "" {
		words += ", " + end
	}
	words += "; forecasts slide: " + h.Reason
	if oneLine {
		return []line{row(warn.of("‖ " + atMost(words, p.w-2)))}
	}
	return paragraph(warn.of("‖ "), words, warn, p.w)
}

// holdEnd is the hold's expected end in words, "" = nobody knows it.
func holdEnd(p pen) string {
	h := p.s.State.Hold
	switch over := h.Over(p.s.Now); {
	case h.Until.IsZero():
		return ""
	case over >= time.Minute:
		return fmt.Sprintf("expected end %s, over by %s", p.clock(h.Until), about(over))
	case over > 0:
		return fmt.Sprintf("expected end %s, over", p.clock(h.Until))
	}
	return "expected end " + p.clock(h.Until)
}

// stopwatch is a running length of time: "04:12", "1:04:12".
func stopwatch(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// holdPiece is the hold in the header: how long, and until when but in the narrowest.
func holdPiece(p pen) piece {
	h := p.s.State.Hold
	if !h.On() {
		return piece{[][]span{nil}, nil}
	}
	k, words := badge, warn
	over := h.Over(p.s.Now) > 0
	if over || h.Task != "" {
		k, words = shout, alarm
	}
	word := k.of(" HELD " + stopwatch(p.s.Now.Sub(h.Since)) + " ")
	end, till := "", ""
	switch {
	case over:
		end, till = " · "+strings.TrimPrefix(holdEnd(p), "expected end "+p.clock(h.Until)+", "), "over by "+about(h.Over(p.s.Now))
	case !h.Until.IsZero():
		end, till = " · "+holdEnd(p), "until "+p.clock(h.Until)
	}
	by := " by " + holder(h)
	shorter := ""
	if till != "" {
		shorter = " · " + till
	}
	reason := func(n int, end string) []span { return one(word, words.of(by+": "+atMost(h.Reason, n)+end)) }
	forms := [][]span{reason(1<<10, end), reason(40, end), reason(24, end), reason(14, shorter),
		one(word, words.of(by+shorter)), one(word, words.of(" "+till)), one(word)}
	return piece{forms, []int{9, 4, 4, 3, 1, 1}}
}
