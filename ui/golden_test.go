package ui

// golden_test.go: whole frames as text, per pane and size and per stage of the
// day. Accept a change with: go test ./ui -run Golden -update

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/tasks"
)

func sizes() [][2]int { return [][2]int{{80, 24}, {120, 36}, {200, 60}} }

func TestGoldenPanes(t *testing.T) {
	all := scenes(t)
	scene := map[Pane]string{Task: "failed", Smoke: "released", Journal: "undone"}
	for pane := Timeline; pane <= lastPane; pane++ {
		s := all["gate"]
		if name := scene[pane]; name != "" {
			s = all[name]
		}
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", paneNames()[pane], size[0], size[1]), func(t *testing.T) {
				v := View{Width: size[0], Height: size[1], Focus: pane, Zoom: true, Actor: "LX"}
				golden.RequireEqual(t, ansi.Strip(Render(s, v))+"\n")
			})
		}
	}
}

func TestGoldenDay(t *testing.T) {
	for name, s := range scenes(t) {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := View{Width: size[0], Height: size[1], Actor: "LX"}
				golden.RequireEqual(t, ansi.Strip(Render(s, v))+"\n")
			})
		}
	}
}

func TestGoldenDialogs(t *testing.T) {
	list := "Things\n  one   the first\n  two   the second"
	for name, d := range map[string]Dialog{
		"confirm": {Kind: Confirm, Danger: Careful, Title: "Assign the address", Body: "REHEARSAL · account 123456789012\n\n  aws ec2 allocate-address", OK: "assign", Alt: "not now", Problem: "T7 waits for G1"},
		"severe":  {Kind: Review, Danger: Severe, Title: "Roll back SCP100X0219", Body: "The forward plan locks.", Fields: [mostFields]Field{{"change number", "SCP100"}, {Prompt: "reason"}}, OK: "roll back", At: 1},
		"help":    {Kind: Help, Title: "Keys", Body: "what it does", List: list, Choice: 1},
		"waiting": {Kind: Confirm, Danger: Careful, Title: "Take the conn", OK: "take it", Waiting: true},
	} {
		for _, size := range [][2]int{{60, 16}, {120, 36}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := View{Width: size[0], Height: size[1], Actor: "LX", Dialog: d}
				golden.RequireEqual(t, ansi.Strip(Render(failed(t).snapshot(), v))+"\n")
			})
		}
	}
}

// TestGoldenColours keeps two frames with their colours, and as those that have none.
func TestGoldenColours(t *testing.T) {
	for name, theme := range map[string]Theme{"dark": {}, "light": {Light: true}, "mono": {Mono: true}, "ascii": {ASCII: true}} {
		t.Run(name, func(t *testing.T) {
			golden.RequireEqual(t, Render(failed(t).snapshot(), View{Width: 80, Height: 24, Theme: theme, Actor: "LX"})+"\n")
		})
		t.Run("overdue-"+name, func(t *testing.T) {
			golden.RequireEqual(t, Render(overdue(t).snapshot(), View{Width: 80, Height: 24, Theme: theme, Actor: "LX"})+"\n")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	s := released(b).snapshot()
	for _, size := range sizes() {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Render(s, View{Width: size[0], Height: size[1], Actor: "LX"})
			}
		})
	}
}

// BenchmarkRenderJournal holds the journal pane of a long day to what is in sight.
func BenchmarkRenderJournal(b *testing.B) {
	sc := released(b)
	for range 20_000 {
		sc.add("LX", tasks.Noted{Text: "still here"})
	}
	s := sc.snapshot()
	for _, zoom := range []bool{false, true} {
		b.Run(fmt.Sprintf("zoom=%v", zoom), func(b *testing.B) {
			for b.Loop() {
				Render(s, View{Width: 120, Height: 36, Focus: Journal, Zoom: zoom, Actor: "LX"})
			}
		})
	}
}
