package ui

// notice_test.go: sentences over the frame: the notice at the start, the trouble
// that lasts, the reason of a dead key. None is cut while there is room for it.

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
)

const longTrouble = "nobody flies this run now: last heard of 7 s ago; tminus resume goes on with it from where it stood, whoever has it"

func TestTroubleIsReadableAtEverySize(t *testing.T) {
	sc := failed(t)
	sc.live.Trouble = longTrouble
	for _, size := range append(sizes(), [2]int{60, 16}) {
		wants(t, sc.snapshot(), View{Width: size[0], Height: size[1], Watch: true}, wrap("▲ "+longTrouble, size[0]-4)...)
	}
	wants(t, sc.snapshot(), View{Width: 60, Height: 16, Toast: "another sentence"}, "another sentence")
}

func TestALongerNoticeEndsInAnEllipsis(t *testing.T) {
	s := failed(t).snapshot()
	frame := ansi.Strip(Render(s, View{Width: 60, Height: 16, Toast: strings.Repeat("nothing goes on ", 40)}))
	lines, rows := strings.Split(frame, "\n"), 0
	for _, l := range lines {
		if strings.Contains(l, "nothing") {
			rows++
		}
	}
	if rows != noticeRows || !strings.Contains(lines[len(lines)-2], "…") {
		t.Errorf("\n%s", frame)
	}
}

func TestNoticeStandsForAWhile(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	fly(t, d, func(o *Options) { o.Notice = "an older run is unfinished:\ntminus resume X-1" }, func(s *seat) {
		const line = "an older run is unfinished: · tminus resume X-1"
		s.wait(noticeFor - time.Second)
		if !strings.Contains(s.frame(), line) {
			t.Errorf("gone after %s:\n%s", noticeFor-time.Second, s.frame())
		}
		s.wait(2 * time.Second)
		if strings.Contains(s.frame(), line) {
			t.Errorf("still there:\n%s", s.frame())
		}
	})
	fly(t, d, func(o *Options) { o.Notice = "an older run" }, func(s *seat) {
		s.wait(noticeFor - time.Second)
		s.keys("e") // dead, and says why
		s.wait(2 * time.Second)
		if got := s.c.view.Toast; got == "" || strings.Contains(got, "older") {
			t.Errorf("the older toast's end took the newer away: %q", got)
		}
	})
}

func TestLeavingSaysHowToComeBack(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	d.happen("LX", tasks.TaskStarted{Task: "T5", Attempt: 1})
	named := func(o *Options) { o.Resume, o.Follow = "tminus resume X-1", "tminus watch X-1" }
	for _, tt := range []struct {
		change func(*Options)
		want   []string
	}{{nil, []string{"tminus resume", "tminus watch"}}, {named, []string{"tminus resume X-1", "tminus watch X-1"}}} {
		fly(t, d, tt.change, func(s *seat) {
			s.keys("q")
			for _, w := range tt.want {
				if !strings.Contains(s.frame(), w) {
					t.Errorf("%q is not there:\n%s", w, s.frame())
				}
			}
			s.calm()
			s.keys("esc", "ctrl+c")
			if !strings.Contains(s.frame(), tt.want[0]+" goes on with it") {
				t.Errorf("\n%s", s.frame())
			}
		})
	}
}

// TestSelectionIsSeenBeforeTheBackgroundIsKnown: no ground of a fixed colour until the terminal has answered.
func TestSelectionIsSeenBeforeTheBackgroundIsKnown(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	fly(t, d, nil, func(s *seat) {
		if frame := s.c.View().Content; strings.Contains(frame, "48;5;237") || strings.Contains(frame, "48;5;254") || !strings.Contains(frame, ";7m") {
			t.Errorf("%q", frame)
		}
		s.feed(tea.BackgroundColorMsg{Color: white{}})
		if frame := s.c.View().Content; !strings.Contains(frame, "48;5;254") {
			t.Errorf("%q", frame)
		}
	})
}
