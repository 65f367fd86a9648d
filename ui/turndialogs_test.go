package ui

// turndialogs_test.go: the dialogs of a day that takes a turn, opened by their keys and
// drawn as the operator sees them.

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/tasks"
)

// proven is the day with the world's answers to a review.
func proven(s *scene, from string) *tasks.Snapshot {
	snap := s.snapshot()
	r := &tasks.Review{From: from, Head: snap.State.ReviewHead(), Done: true, Proofs: map[string]tasks.Proof{}}
	for n, i := range snap.State.Backwards(from) {
		r.Proofs[i.ID] = []tasks.Proof{{There: true, Says: "its tag is of this run"}, {}, {Error: "throttled: asked 3 times in 20 s, no answer"}}[n%3]
	}
	snap.Review = r
	return snap
}

// asked is a snapshot, who sits at it, and the keys that open a dialog.
type asked struct {
	snap   *tasks.Snapshot
	actor  string
	script func(*seat)
}

func openings(t testing.TB) map[string]asked {
	failedNote := failed(t)
	failedNote.add("LX", tasks.Noted{Task: "T6", Text: "the vendor was called"})
	signing := checkedDay(t)
	states := gate(t)
	states.events[0].Body = tasks.RunOpened{Run: "SCP100X0219-1", Change: states.plan.Change, Mode: tasks.RehearsalRun, Actions: actions(),
		States: map[string][]string{"eip.assign": {tasks.FactElasticIP}}}
	states.add("LX", tasks.Decided{Task: "G1", Go: true})
	calls := func(keys ...string) func(*seat) {
		return func(s *seat) { s.keys(keys...); s.calm() }
	}
	slips := func(task, typed string) func(*seat) {
		return func(s *seat) {
			s.c.view.Selected = task
			s.keys("p")
			s.write(typed)
		}
	}
	return map[string]asked{
		"hold": {gate(t).snapshot(), "LX", func(s *seat) {
			s.keys("H")
			s.calm()
			s.write("waiting for the DBA")
			s.keys("tab")
			s.write("+25m")
		}},
		"slip":        {gate(t).snapshot(), "LX", slips("", "+15m")},
		"slip-none":   {gate(t).snapshot(), "LX", slips("", "")},
		"slip-later":  {connected(t).snapshot(), "", slips("T6", "17:55")},
		"slip-wrong":  {gate(t).snapshot(), "LX", slips("", "soon")},
		"slip-inside": {gate(t).snapshot(), "LX", slips("T8", "-20m")},
		"demand":      {demanding(t).snapshot(), "LX", calls("g")},
		"resume":      {overdue(t).snapshot(), "LX", calls("H")},
		"take-back":   {failedNote.snapshot(), "LX", calls("u")},
		"poll":        {overdue(t).snapshot(), "LX", calls("g")},
		"waive":       {failed(t).snapshot(), "LX", calls("W")},
		"sign-off":    {signing.snapshot(), "LX", calls("g")},
		"sign-off-said": {degradedDay(t).snapshot(), "LX", func(s *seat) {
			s.keys("g")
			s.calm()
			s.keys("down")
			s.write("c")
			s.keys("tab")
			s.write("Rafael on the bridge, 17:41")
		}},
		"again":         {wrongBuild(t).snapshot(), "LX", calls("t")},
		"waive-signoff": {signing.snapshot(), "LX", calls("W")},
		"by-hand":       {states.snapshot(), "LX", calls("d")},
		"reopen":        {partly(t).snapshot(), "LX", calls("O")},
		"asking":        {released(t).snapshot(), "LX", calls("R")},
		"review":        {proven(released(t), ""), "LX", func(s *seat) { s.c.view.Selected = "T7"; s.keys("R"); s.calm() }},
		"review-part": {proven(released(t), "T7"), "LX", func(s *seat) {
			s.c.view.Selected = "T7"
			s.keys("R")
			s.calm()
			s.keys("shift+tab", "enter")
			s.calm()
		}},
		"offer":  {gate(t).snapshot(), "LX", calls("c")},
		"accept": {offering(t).snapshot(), "LX", calls("c")},
		"waking": {asleep(t).snapshot(), "LX", calls("c")},
	}
}

func TestGoldenTurnDialogs(t *testing.T) {
	for name, o := range openings(t) {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := NewCockpit(Options{Send: func(tasks.Command) error { return nil }, First: o.snap, Actor: o.actor, Forced: true})
					s := &seat{t: t, c: c, msgs: make(chan tea.Msg, 1000)}
					s.run(c.Init())
					s.feed(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					o.script(s)
					golden.RequireEqual(t, s.frame()+"\n")
					c.Close()
					time.Sleep(10 * time.Second)
				})
			})
		}
	}
}
