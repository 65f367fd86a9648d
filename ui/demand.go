package ui

// demand.go: what the passing of decide-by asks for. From then on no way back ends
// inside the window, so that going on is somebody's decision: the header and the Task
// pane ask until it is made, and g makes it where no gate of the plan is at hand.

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// The demand in the header, where there is room, and what g is called then.
const (
	demandRaised = "decide: go on or back out"
	demandLabel  = "decide now"
)

// answersDemand reports that g would answer for the whole run.
func answersDemand(s *tasks.Snapshot, v View) bool {
	wish := gateWish(s, v)
	return wish.Kind == tasks.DecideGate && wish.Task == ""
}

// decideRun opens the dialog that goes on past decide-by.
func (c *Cockpit) decideRun() tea.Cmd {
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "gate", OK: "go on",
		Title: "Past decide-by: go on, or back out?", Body: demandWords(c.snap, c.view), Fields: ask("who agreed, and why"),
	}, question{paste: [mostFields]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.DecideGate, By: c.view.Actor, Go: true, Text: d.Fields[0].Input}
	}})
}

// demandWords is what going on is decided on, and how else one answers.
func demandWords(s *tasks.Snapshot, v View) string {
	p, sc := pen{s: s, v: v, zone: zone(v, s.Plan.Zone)}, s.Schedule
	return strings.Join([]string{
		place(s), "", sc.Demand, "",
		fmt.Sprintf("finish %s %s forecast, %s · %s", p.clock(sc.Finish), p.zoneName(), lateness(sc.Late), outside(sc)),
		fmt.Sprintf("back out now → %s · the window ends %s", p.clock(sc.BackOutEnd), p.clock(sc.Window.End.Time)), "",
		"go on is written to the journal with your note, and is not asked again.",
		"Otherwise esc, then R backs out, or H holds the plan.",
	}, "\n")
}

// outside is on which side of the window's end the forecast lies.
func outside(sc tasks.Schedule) string {
	if over := sc.Outside(); over > 0 {
		return minutes(over) + " after the window"
	}
	return "inside the window"
}

// demand is the banner on the Task pane: the sentence, and what a person can do.
func (d sheet) demand() []line {
	if d.s.Schedule.Demand == "" {
		return nil
	}
	lines := paragraph(alarm.of("▲ "), d.s.Schedule.Demand, alarm, d.w)
	how := "g goes on, with who agreed"
	switch wish := gateWish(d.s, d.v); {
	case wish.Kind == tasks.SignOffTask:
		how = "g signs off here, and goes on from any other task"
	case wish.Task != "":
		how = "g decides " + wish.Task + ", and its go counts"
	}
	if at := d.s.State.Conn; (at.Lost != "" || at.Holder != d.v.Actor) && d.next() != "" { // that line says below what comes before any key
		return append(lines, blank())
	}
	if how = d.can(how + " · R backs out · H holds"); how != "" {
		lines = append(lines, paragraph(accent.of("→ "), how, plain, d.w)...)
	}
	return append(lines, blank())
}
