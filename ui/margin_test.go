package ui

// margin_test.go: where a task lay at first, what it may slip, what it delays, and the
// two clocks.

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/tasks"
)

// TestGoldenTime draws the panes that tell of time, zoomed, on the days that moved.
func TestGoldenTime(t *testing.T) {
	for name, tt := range map[string]struct {
		snap *tasks.Snapshot
		view View
	}{
		"amended-timeline": {amendedDay(t).snapshot(), View{Focus: Timeline, Selected: "T7"}},
		"amended-task":     {amendedDay(t).snapshot(), View{Focus: Task, Selected: "T7"}},
		"demand-task":      {demanding(t).snapshot(), View{Focus: Task}},
		"held-timeline":    {held(t).snapshot(), View{Focus: Timeline}},
	} {
		for _, size := range append(sizes(), [2]int{60, 16}) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := tt.view
				v.Width, v.Height, v.Zoom, v.Actor = size[0], size[1], true, "LX"
				golden.RequireEqual(t, ansi.Strip(Render(tt.snap, v))+"\n")
			})
		}
	}
}

// TestTheTClockStands while the plan is held, and the L-clock beside it does not.
func TestTheTClockStands(t *testing.T) {
	sc := held(t)
	v := View{Width: 200, Height: 60, Actor: "LX"}
	wants(t, sc.snapshot(), v, "T+00:02:00 G1 is due · JC L-00:38 to the planned end")
	sc.now = sc.now.Add(10 * time.Minute)
	wants(t, sc.snapshot(), v, "T+00:02:00 G1 is due", "L-00:28 to the planned end")
	sc.add("LX", tasks.HoldEnded{})
	sc.now = sc.now.Add(30 * time.Minute) // it goes on from where it stood
	wants(t, sc.snapshot(), v, "T+00:32:00 G1 is due", "L+00:01 past the planned end")
	lacks(t, gate(t).snapshot(), v, "L-00:43") // never held: one clock tells it all
}

// TestNothingIsCutFromTheClocks: at 60 columns both clocks, the forecast and decide-by.
func TestNothingIsCutFromTheClocks(t *testing.T) {
	for _, tt := range map[string]struct {
		snap  *tasks.Snapshot
		words []string
	}{
		"held":      {held(t).snapshot(), []string{"T+00:02", "L-00:38", "finish 18:25", "decide 17:50"}},
		"overheld":  {overheld(t).snapshot(), []string{"T+00:02", "L-00:16", "finish 18:28", "decide 17:50"}},
		"demanding": {demanding(t).snapshot(), []string{"T+00:03", "L-00:07", "finish 18:23", "decide ✗ 17:50"}},
	} {
		for width := 60; width <= 130; width++ {
			v := View{Width: width, Height: 16, Actor: "LX"}
			if width > 60 { // a longer form of decide may stand there
				tt.words = append(tt.words[:3:3], "17:50")
			}
			wants(t, tt.snap, v, tt.words...)
		}
	}
}

// TestTheWindowWarns with a glyph and a word, from WarnFrom on to decide-by.
func TestTheWindowWarns(t *testing.T) {
	sc := gate(t)
	for _, size := range sizes() {
		v := View{Width: size[0], Height: size[1], Zoom: true, Actor: "LX"}
		wants(t, sc.snapshot(), v, "window ▒ warning", "▒▲")
		lacks(t, sc.snapshot(), v, "soon")
	}
	sc.now = sc.snapshot().Schedule.WarnFrom.Add(time.Second)
	for _, size := range sizes() {
		v := View{Width: size[0], Height: size[1], Zoom: true, Actor: "LX"}
		wants(t, sc.snapshot(), v, "decide by 17:50 in 15 min, soon")
	}
	lacks(t, released(t).snapshot(), View{Width: 120, Height: 36, Actor: "LX"}, "▒") // there is nothing to decide any more
}

func TestDelayWords(t *testing.T) {
	at := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	move := func(id string, by time.Duration) tasks.Move {
		return tasks.Move{Task: id, From: tasks.Span{Start: at, End: at}, To: tasks.Span{Start: at.Add(by), End: at.Add(by)}}
	}
	var many []tasks.Move
	for n := range 12 {
		many = append(many, move(fmt.Sprintf("T%d", n), 5*time.Minute))
	}
	for _, tt := range []struct {
		moves []tasks.Move
		want  string
	}{
		{nil, ""},
		{[]tasks.Move{move("T8", 6*time.Minute)}, "T8 +6 min"},
		{[]tasks.Move{move("T5", 15*time.Minute), move("T6", 15*time.Minute), move("T8", 6*time.Minute), move("T9", 20*time.Second)}, "T5, T6 +15 min · T8 +6 min"},
		{many, "T0, T1, T2, T3, T4, T5, T6, T7 +5 min · and 4 more"},
	} {
		if got := delayWords(tt.moves); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
