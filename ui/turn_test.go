package ui

// turn_test.go: what every frame says while a day takes a turn.

import (
	"fmt"
	"strings"
	"testing"

	"tminus/tasks"
)

// TestFiveSeconds: on every pane and size: how it stands, whether it is late, what is
// next, who acts, and whether it can still go back.
func TestFiveSeconds(t *testing.T) {
	all := turns(t)
	always := []string{"decide by 17:50"}
	for name, words := range map[string][]string{
		"held":      append(always, "HELD 04:12 by LX", "17:40", "T+00:02", "L-00:38", "finish 18:25", "● LX", "SCP100X0219", "G1"), // the change number stays before the words of the conn
		"overheld":  append(always, "HELD 26:12 by LX", "over by 3 min", "finish 18:28", "● LX", "SCP100X0219"),
		"overdue":   append(always, "HELD 01:30 by G1's deadline", "finish 18:04", "LX has the conn"),
		"asleep":    append(always, "conn lost: c takes it again", "finish 18:42", "G1"),
		"offering":  append(always, "LX offers the conn to MY", "finish 18:02"),
		"excused":   append(always, "LX has the conn", "finish 17:51"),
		"stating":   append(always, "LX has the conn", "finish 17:50"),
		"partly":    {"ROLLED BACK from T7 on 17:55", "LX has the conn", "the rest stands"},
		"demanding": append(always, "▲ decide", "T8", "L-00:07", "finish 18:23", "LX has the conn"),
		"went-on":   append(always, "T8", "L-00:06", "finish 18:24", "LX has the conn"),
		"amended":   append(always, "finish 18:02", "LX has the conn"),
		"reopened":  append(always, "T7", "finish 18:41", "LX has the conn"),
	} {
		for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 60}} {
			for pane := Timeline; pane <= lastPane; pane++ {
				v := View{Width: size[0], Height: size[1], Focus: pane, Zoom: true, Actor: "LX"}
				if name == "asleep" && size[0] > 80 { // there the reason stands between
					wants(t, all[name], v, "conn lost · the machine slept", "c takes it again")
					continue
				}
				wants(t, all[name], v, words...)
			}
		}
	}
	for name, word := range map[string]string{"held": "HELD 04:12", "overdue": "HELD 01:30", "asleep": "conn lost", "offering": "LX offers the conn to MY", "partly": "ROLLED BACK"} {
		wants(t, all[name], View{Width: 60, Height: 16, Actor: "LX"}, word)
	}
}

func TestTheFooterOffersTheWayOut(t *testing.T) {
	all := turns(t)
	for name, want := range map[string]Hint{"held": {"H", "resume"}, "overdue": {"H", "resume"}, "asleep": {"c", "take the conn"}, "offering": {"c", "accept or withdraw"}} {
		if got := Hints(all[name], View{Width: 80, Height: 24, Actor: "LX"}); got[0] != want {
			t.Errorf("%s: the first hint is %v", name, got[0])
		}
	}
	if got := fmt.Sprint(Hints(all["partly"], View{Actor: "LX"})[:2]); got != "[{enter open} {O reopen}]" {
		t.Error(got)
	}
	for name, s := range all {
		for _, h := range Hints(s, View{Width: 80, Height: 24, Watch: true}) {
			if strings.Contains("HuWOcdgR", h.Key) {
				t.Errorf("%s: a follower is offered %v", name, h)
			}
		}
		lacks(t, s, View{Width: 120, Height: 36, Watch: true, Focus: Task, Zoom: true}, "c takes it", "H resumes", "O reopens", "c accepts")
	}
}

// TestWaivedAndStatedAreNeverATick looks for the words, and for the tick that must not be there.
func TestWaivedAndStatedAreNeverATick(t *testing.T) {
	s := excused(t).snapshot()
	v := View{Width: 120, Height: 36, Focus: Task, Zoom: true, Selected: "T6", Actor: "LX"}
	wants(t, s, v, "↷ climb the ladder to a shell · waived", "Waived ↷ “climb the ladder to a shell”: the console shows the same key; JC agrees")
	lacks(t, s, v, "✓ climb the ladder", "✓ done")
	wants(t, s, View{Width: 120, Height: 36, Actor: "LX"}, "T6 ↷ waived")
	wants(t, s, View{Width: 120, Height: 36, Focus: Journal, Zoom: true, Actor: "LX"}, "↷ T6 goes on without “climb the ladder to a shell”, waived: the console",
		"↶ taken back T6 note: wrong host", "took back 24 (T6 note: wrong host): it was the right one")
	v.Selected = "T7"
	s = stating(t).snapshot()
	wants(t, s, v, "✓ by hand", "◑ allocate an Elastic IP · by hand", "done by hand, as LX states; the world agrees", "Stated Elastic IP 13.228.4.17 ◑ stated, the world agrees")
	silent := stating(t)
	for n, e := range silent.events {
		if b, ok := e.Body.(tasks.StepDone); ok && b.Step == tasks.StatedStep {
			b.Result.Verdict = tasks.Inconclusive
			silent.events[n].Body = b
		}
	}
	wants(t, silent.snapshot(), v, "◑ stated", "the world has not confirmed it")
	lacks(t, silent.snapshot(), v, "✓ by hand", "✓ done", "agrees")
	signed := released(t)
	signed.events = signed.events[:len(signed.events)-4]
	signed.add("LX", tasks.Waived{Task: "T8", Contact: "PM", Reason: "nobody holds the role"})
	wants(t, signed.snapshot(), View{Width: 120, Height: 36, Focus: People, Zoom: true, Actor: "LX"}, "T8 sign-off ↷ waived PM Product Manager (open role)", "nobody holds the role")
}

// TestATurnRingsTheBell: once, and only for whom it is.
func TestATurnRingsTheBell(t *testing.T) {
	before := gate(t).snapshot()
	all := turns(t)
	for name, tt := range map[string]struct {
		actor string
		want  bool
	}{"overdue": {"LX", true}, "asleep": {"LX", true}, "held": {"LX", false}, "offering": {"MY", true}} {
		if got := needsPerson(before, all[name], tt.actor); got != tt.want {
			t.Errorf("%s rings for %s: %v", name, tt.actor, got)
		}
		if needsPerson(all[name], all[name], tt.actor) {
			t.Errorf("%s rings again", name)
		}
	}
	if needsPerson(before, all["offering"], "LX") {
		t.Error("an offer rings for who made it")
	}
	if resumed := gate(t).snapshot(); needsPerson(all["held"], resumed, "LX") {
		t.Error("resuming rings")
	}
}

func TestALongProgressLineLeavesRoom(t *testing.T) {
	sc := launching(t)
	sc.live.Progress["T4"] = strings.Repeat("the instance is still pending and nobody knows why ", 30)
	for _, size := range sizes() {
		v := View{Width: size[0], Height: size[1], Focus: Task, Actor: "LX"}
		wants(t, sc.snapshot(), v, "… the instance is still pending", "wait for running and the status checks")
		if n := strings.Count(shown(sc.snapshot(), v), "still pending"); n > 2*size[0]/20 {
			t.Errorf("at %d columns it is told %d times", size[0], n)
		}
	}
}

// TestTheSensorsNotHeardAreNamed: nobody takes the conn before, and the dialog says so, until they are.
func TestTheSensorsNotHeardAreNamed(t *testing.T) {
	d := newDesk(t, tasks.LiveRun)
	d.launched()
	d.happen("tminus", tasks.Woke{Says: "the machine slept 40 min"})
	d.waking = []string{"host"}
	fly(t, d, nil, func(s *seat) {
		s.keys("c")
		s.calm()
		s.keys("tab", "enter")
		if !strings.Contains(s.frame(), "the machine slept 40 min while LX had it") || !strings.Contains(s.dialog().Problem, "not heard yet since then: host") {
			t.Errorf("%q\n%s", s.dialog().Problem, s.frame())
		}
		d.waking = nil
		s.feed(snapshotMsg{d.snapshot()})
		if s.dialog().Says != "" {
			t.Errorf("says %q", s.dialog().Says)
		}
		s.keys("enter")
	})
	if d.last().Kind != tasks.TakeConn || d.state().Conn.Holder != "LX" {
		t.Errorf("%v", d.kinds())
	}
}
