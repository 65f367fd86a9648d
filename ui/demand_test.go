package ui

// demand_test.go: past decide-by the screen asks until somebody has answered, and g is
// the answer where nothing nearer is.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

// pastDecideBy is the desk's day with T4 done and decide-by passed: the clock is told so by the last event.
func pastDecideBy(d *desk) {
	d.launched()
	d.later = d.snapshot().Schedule.DecideBy.Sub(d.now()) + time.Minute
}

func TestPastDecideByGAnswersForTheRun(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	pastDecideBy(d)
	fly(t, d, nil, func(s *seat) {
		wants(t, s.c.snap, s.c.view, "▲ decide", "decide by 17:50 passed", "▲ decide by 17:50 +08 has passed", "→ g goes on, with who agreed · R backs out · H holds")
		if got := Hints(s.c.snap, s.c.view)[0]; got != (Hint{"g", "decide now"}) {
			t.Errorf("the first hint is %v", got)
		}
		s.keys("g")
		s.calm()
		if body := s.dialog().Body; !strings.Contains(body, "Go on, or back out?") || !strings.Contains(body, "R backs out, or H holds") {
			t.Error(body)
		}
		s.keys("tab", "tab", "enter") // without a word
		if want := "going on past decide-by needs a note: who agreed, and why"; s.dialog().Problem != want {
			t.Errorf("%q, want %q", s.dialog().Problem, want)
		}
		s.keys("shift+tab", "shift+tab")
		s.write("PR and JC by phone")
		s.keys("tab", "tab", "enter")
		if s.dialog().Kind != NoDialog || s.c.snap.Schedule.Demand != "" || strings.Contains(s.frame(), "g goes on") {
			t.Errorf("it is still asked:\n%s", s.frame())
		}
	})
	var asked []tasks.Command
	for _, c := range d.got {
		if c.Kind == tasks.DecideGate {
			asked = append(asked, c)
		}
	}
	if len(asked) != 1 || asked[0].Task != "" || !asked[0].Go || asked[0].By != "LX" || asked[0].Text != "PR and JC by phone" {
		t.Errorf("%+v", asked)
	}
}

// TestNearerQuestionsComeFirst: g at a gate or a sign-off in view stays what it is, and the banner says so.
func TestNearerQuestionsComeFirst(t *testing.T) {
	for name, tt := range map[string]struct {
		day   func(*desk)
		label string
		says  string
	}{
		"a gate":     {func(d *desk) { d.upTo(gateOf(d)) }, enterGate, "g decides G1, and its go counts · R backs out"},
		"a sign-off": {checkedT8, "sign off", "g signs off here, and goes on from any other task · R backs out"},
		"a poll":     {voted, "poll", "and its go counts"},
	} {
		d := newDesk(t, tasks.RehearsalRun)
		tt.day(d)
		d.later = 4 * time.Hour
		s, v := d.snapshot(), View{Width: 120, Height: 36, Actor: "LX", Focus: Task, Zoom: true}
		if s.Schedule.Demand == "" {
			t.Fatalf("%s: nothing is demanded", name)
		}
		if got := gateLabel(s, v); got != tt.label || answersDemand(s, v) {
			t.Errorf("%s: g is %q", name, got)
		}
		wants(t, s, v, "▲ decide by", tt.says)
		v.Selected = "T4"
		if got := gateLabel(s, v); got != demandLabel {
			t.Errorf("%s: on T4 g is %q", name, got)
		}
		v.Watch = true
		v.Width = 80
		wants(t, s, v, "▲ decide by", "▲ decide now")
		v.Width = 200
		wants(t, s, v, "▲ decide: go on or back out")
		lacks(t, s, v, "g goes on")
	}
}

// TestTheWayToTheConnIsToldOnce, not by the banner and the task below it.
func TestTheWayToTheConnIsToldOnce(t *testing.T) {
	v := View{Width: 120, Height: 36, Actor: "LX", Focus: Task, Zoom: true}
	if n := strings.Count(shown(asleep(t).snapshot(), v), "then c takes the conn again"); n != 1 {
		t.Errorf("told %d times", n)
	}
	v.Actor = "MY"
	wants(t, demanding(t).snapshot(), v, "LX has the conn: c says who you are; then g goes on")
}

// TestTheDemandRingsOnce, when it comes up, and not again as its minutes go by.
func TestTheDemandRingsOnce(t *testing.T) {
	late := demanding(t)
	demanded := late.snapshot()
	late.now = late.now.Add(2 * time.Minute)
	further := late.snapshot()
	late.now = late.now.Add(-10 * time.Minute)
	before := late.snapshot()
	if before.Schedule.Demand != "" || demanded.Schedule.Demand == "" || demanded.Schedule.Demand == further.Schedule.Demand {
		t.Fatalf("%q, %q, %q", before.Schedule.Demand, demanded.Schedule.Demand, further.Schedule.Demand)
	}
	if !needsPerson(before, demanded, "LX") || needsPerson(demanded, further, "LX") || needsPerson(demanded, wentOn(t).snapshot(), "LX") {
		t.Error("it rings not at all, again, or for the answer")
	}
}
