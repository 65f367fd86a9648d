package ui

// render_test.go: what must hold of every frame, whatever the size, the stage of
// the day, the theme, or the malice of what is shown.

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// checkFrame holds a frame to its size.
func checkFrame(t *testing.T, frame string, v View, what string) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != v.Height {
		t.Errorf("%s at %d×%d: %d lines", what, v.Width, v.Height, len(lines))
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w > v.Width {
			t.Errorf("%s at %d×%d: line %d has %d columns: %q", what, v.Width, v.Height, i, w, l)
		}
	}
}

func TestEveryFrameFitsItsSize(t *testing.T) {
	for name, s := range scenes(t) {
		for h := 1; h <= 70; h += 7 {
			for w := 1 + h%13; w <= 220; w += 13 {
				v := View{Width: w, Height: h, Focus: Pane((w+h)%Panes + 1), Zoom: w%2 == 0, Toast: "a word", Actor: "LX"}
				if h%2 == 0 {
					v.Dialog = Dialog{Kind: Review, Title: "Roll back", Body: strings.Repeat("many words ", 40), Fields: ask("change number", "reason"), Says: "as you say", OK: "roll back", Danger: Severe}
				}
				checkFrame(t, Render(s, v), v, name)
			}
		}
	}
}

func TestPanesTileTheBody(t *testing.T) {
	for w := minWidth; w <= 220; w++ {
		for h := minHeight; h <= 70; h++ {
			a := layout(w, h)
			parts := []rect{a.header, a.tabs, a.footer}
			for _, p := range a.panes(View{Width: w, Height: h, Focus: Timeline}) {
				parts = append(parts, p.at)
			}
			covered := make([]int, w*h)
			for _, r := range parts {
				for y := r.y; y < r.y+r.h; y++ {
					for x := r.x; x < r.x+r.w; x++ {
						covered[y*w+x]++
					}
				}
			}
			for i, n := range covered {
				if n != 1 {
					t.Fatalf("%d×%d: cell %d,%d is covered %d times", w, h, i%w, i/w, n)
				}
			}
			if a.wide != (w >= wideWidth && h >= wideHeight) {
				t.Fatalf("%d×%d: wide is %v", w, h, a.wide)
			}
		}
	}
}

func TestTooSmallSaysWhichSizeIsNeeded(t *testing.T) {
	frame := Render(opened(t).snapshot(), View{Width: 59, Height: 16})
	if !strings.Contains(frame, "60×16") || !strings.Contains(frame, "59×16") {
		t.Errorf("frame: %q", frame)
	}
	if Render(opened(t).snapshot(), View{}) != "" {
		t.Error("a view without a size has a frame")
	}
	checkFrame(t, Render(nil, View{Width: 80, Height: 24}), View{Width: 80, Height: 24}, "no snapshot")
}

func TestNothingReadNothingStarted(t *testing.T) {
	p := loadPlan(t)
	s := tasks.NewSnapshot(p, tasks.NewState(p), tasks.Live{Now: p.Window.Start.Time})
	for pane := Timeline; pane <= lastPane; pane++ {
		for _, size := range sizes() {
			v := View{Width: size[0], Height: size[1], Focus: pane}
			checkFrame(t, Render(s, v), v, "empty")
		}
	}
}

func TestRenderIsAFunction(t *testing.T) {
	s := gate(t).snapshot()
	v := View{Width: 120, Height: 36}
	if first := Render(s, v); first != Render(s, v) {
		t.Error("equal arguments, different frames")
	}
}

var sgrOnly = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestHostileTextStaysText(t *testing.T) {
	s := poison(gate(t))
	for pane := Timeline; pane <= lastPane; pane++ {
		for _, size := range append(sizes(), [2]int{60, 16}, [2]int{99, 31}) {
			for _, zoom := range []bool{false, true} {
				v := View{Width: size[0], Height: size[1], Focus: pane, Zoom: zoom, Toast: hostile,
					Dialog: Dialog{Kind: DialogKind(int(pane) % int(Asked+1)), Title: hostile, Body: hostile, List: hostile, Fields: [mostFields]Field{{hostile, hostile}, {}, {hostile, hostile}}, Says: hostile, Problem: hostile, OK: hostile}}
				frame := Render(s, v)
				checkFrame(t, frame, v, fmt.Sprintf("hostile pane %d", pane))
				for _, r := range sgrOnly.ReplaceAllString(frame, "") {
					if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\x1b') {
						t.Fatalf("pane %d: %U reached the screen", pane, r)
					}
				}
			}
		}
	}
}

func TestThemesDifferOnlyAsPromised(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[[0-9;]*(3|4|9|10)[0-9][0-9;]*m`)
	for name, s := range scenes(t) {
		for pane := Timeline; pane <= lastPane; pane++ {
			v := View{Width: 120, Height: 36, Focus: pane, Toast: "a word", Dialog: Dialog{Kind: Confirm, Title: "Question", OK: "yes", Danger: Severe}}
			look := func(theme Theme) string { v.Theme = theme; return Render(s, v) }
			dark, mono, ascii := look(Theme{}), look(Theme{Mono: true}), look(Theme{ASCII: true})
			if ansi.Strip(dark) != ansi.Strip(look(Theme{Light: true})) || ansi.Strip(dark) != ansi.Strip(mono) {
				t.Errorf("%s pane %d: a theme of colours changes the text", name, pane)
			}
			if c := colour.FindString(mono); c != "" {
				t.Errorf("%s pane %d: mono has the colour %q", name, pane, c)
			}
			for _, r := range ascii {
				if r > 0x7e {
					t.Fatalf("%s pane %d: ASCII has %q", name, pane, r)
				}
			}
			if w := ansi.Strip(ascii); strings.Count(w, "\n") != v.Height-1 {
				t.Errorf("%s pane %d: ASCII has another height", name, pane)
			}
		}
	}
}

func TestScrollStopsAtTheEnd(t *testing.T) {
	s := undone(t).snapshot()
	for pane := Timeline; pane <= lastPane; pane++ {
		v := View{Width: 80, Height: 24, Focus: pane}
		most := MaxScroll(s, v, pane)
		v.Scroll[pane] = most
		last := Render(s, v)
		v.Scroll[pane] = most + 1000
		if Render(s, v) != last {
			t.Errorf("pane %d scrolls beyond its end", pane)
		}
		if v.Scroll[pane] = most - 1; most > 0 && Render(s, v) == last {
			t.Errorf("pane %d: MaxScroll %d is too large", pane, most)
		}
	}
}

func TestHeaderKeepsForecastAndDecideBy(t *testing.T) {
	for w := minWidth; w <= 200; w++ {
		frame := ansi.Strip(Render(gate(t).snapshot(), View{Width: w, Height: 20}))
		for _, want := range []string{"18:02", "decide", "17:50", "REHEARSAL", "LX", "SCP100X0219"} {
			if w < 72 && want == "SCP100X0219" {
				continue
			}
			if head := strings.Join(strings.SplitN(frame, "\n", 3)[:2], "\n"); !strings.Contains(head, want) {
				t.Errorf("at %d columns the header lacks %q:\n%s", w, want, head)
			}
		}
	}
}

func TestPersonalDataIsMasked(t *testing.T) {
	s := released(t).snapshot()
	for _, size := range sizes() {
		frame := ansi.Strip(Render(s, View{Width: size[0], Height: size[1], Focus: People, Zoom: true}))
		for _, c := range s.Plan.Contacts {
			if c.Open {
				continue
			}
			if strings.Contains(frame, c.Phone) || strings.Contains(frame, c.Email) {
				t.Errorf("%s is shown unmasked", c.ID)
			}
		}
		if strings.Contains(frame, "123456789012") {
			t.Error("the account number is shown whole")
		}
	}
}

func TestTimesFollowTheChosenZone(t *testing.T) {
	s := gate(t).snapshot()
	tokyo := time.FixedZone("JST", 9*3600)
	for zone, want := range map[ZoneChoice]string{PlanZone: "17:17:00 +08", UTCZone: "09:17:00 UTC", LocalZone: "18:17:00 JST"} {
		if frame := ansi.Strip(Render(s, View{Width: 120, Height: 36, Zone: zone, Local: tokyo})); !strings.Contains(frame, want) {
			t.Errorf("zone %d lacks %q", zone, want)
		}
	}
}

func TestProductionIsAWordAndAColour(t *testing.T) {
	sc := opened(t)
	rehearsal := Render(sc.snapshot(), View{Width: 120, Height: 36})
	open := sc.events[0].Body.(tasks.RunOpened)
	open.Mode = tasks.LiveRun
	sc.events[0].Body = open
	live := Render(sc.snapshot(), View{Width: 120, Height: 36})
	if !strings.Contains(ansi.Strip(rehearsal), "REHEARSAL 10×") || !strings.Contains(ansi.Strip(live), "PROD") {
		t.Error("the mode is not in the header")
	}
	border := regexp.MustCompile(`\x1b\[[0-9;]*m╭`)
	if border.FindString(rehearsal) == border.FindString(live) {
		t.Error("the frame has the same colour in production")
	}
}

func TestWrongAccountIsSaid(t *testing.T) {
	sc := gate(t)
	sc.live.Readings.Identity.Account = "999988887777"
	if frame := ansi.Strip(Render(sc.snapshot(), View{Width: 80, Height: 24})); !strings.Contains(frame, "wrong account 9999…7777") {
		t.Error(strings.SplitN(frame, "\n", 2)[0])
	}
}

func TestManyTasksAndLongIds(t *testing.T) {
	sc := opened(t)
	p := sc.plan.Rebase(0)
	for i := range 60 {
		task := p.Tasks[5]
		task.ID, task.Action = fmt.Sprintf("a-very-long-task-id-%d", i), ""
		task.Start = plan.Time{Time: task.Start.Add(time.Duration(i) * time.Hour)}
		task.End = plan.Time{Time: task.Start.Add(time.Hour)}
		p.Tasks = append(p.Tasks, task)
	}
	sc.plan = p
	for _, size := range append(sizes(), [2]int{60, 16}) {
		v := View{Width: size[0], Height: size[1], Focus: Timeline}
		checkFrame(t, Render(sc.snapshot(), v), v, "many tasks")
	}
}
