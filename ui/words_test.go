package ui

// words_test.go: what dialogs and panes promise of an effect is what the plan says of it.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

func TestSmokeStagesThatWriteSaySo(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T8")
	fly(t, d, nil, func(s *seat) {
		s.keys("t")
		body := s.dialog().Body
		for _, want := range []string{"○ read-only (only reads)", "● full (writes)", "functional, full: writes to the application, and nothing undoes that"} {
			if !strings.Contains(body, want) {
				t.Errorf("%q is not there: %s", want, body)
			}
		}
	})
	wants(t, d.snapshot(), View{Width: 120, Height: 36, Zoom: true, Focus: Task, Selected: "T8", Actor: "LX"},
		"Undo functional, full: writes to the application, and nothing undoes that")
	lacks(t, d.snapshot(), View{Width: 120, Height: 36, Zoom: true, Focus: Task, Selected: "T8", Actor: "LX"}, "it only reads")
}

func TestSkippingSaysWhatFollows(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	d.happen("LX", tasks.TaskFailed{Task: "T4", Reason: "by hand"})
	fly(t, d, nil, func(s *seat) {
		s.keys("S")
		if body := s.dialog().Body; !strings.Contains(body, "T5, X2 may go on without it") || !strings.Contains(body, "stays as it is: i-0c1f") {
			t.Error(body)
		}
	})
}

func TestRollbackSaysWhatToType(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		s.keys("R")
		if body := s.dialog().Body; !strings.Contains(body, "type the change number, SCP100X0219, and a reason") {
			t.Error(body)
		}
	})
}

func TestFooterSaysThatADialogScrolls(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T7")
	long := View{Width: 60, Height: 16, Actor: "LX", Dialog: Dialog{Kind: Confirm, Danger: Careful, OK: "start T7", Body: strings.Repeat("one more line\n", 20)}}
	for _, tt := range []struct {
		height int
		want   bool
	}{{16, true}, {60, false}} {
		long.Height = tt.height
		hints := Hints(d.snapshot(), long)
		found := false
		for _, h := range hints {
			found = found || h == Hint{"↑ ↓", "scroll"}
		}
		if found != tt.want || hints[0] != (Hint{"tab", "to start T7"}) {
			t.Errorf("at %d rows: %v", tt.height, hints)
		}
	}
}

// TestAFollowersHelpPromisesNothing: its enter starts nothing.
func TestAFollowersHelpPromisesNothing(t *testing.T) {
	for _, k := range Keys(true) {
		if strings.Contains(k.Effect, "start") || strings.Contains(k.Effect, "asks") {
			t.Errorf("%s: %s", k.ID, k.Effect)
		}
	}
	if text := helpLines(gate(t).snapshot(), View{Watch: true}, ""); !strings.Contains(text, "open the selected task; elsewhere, zoom the pane") {
		t.Error(text)
	}
}

// TestARowSaysItsVerdictOnce: adapters begin some sentences with the verdict themselves.
func TestARowSaysItsVerdictOnce(t *testing.T) {
	r := tasks.Row{Name: "home", Verdict: tasks.NotTested, Says: "not tested: an earlier check failed"}
	var got string
	for _, sp := range rung(r, "", 6, 80)[0].spans {
		got += sp.text
	}
	if got != "◌ home    not tested: an earlier check failed" {
		t.Errorf("%q", got)
	}
	r = tasks.Row{Name: "home", Verdict: tasks.Fail, Says: strings.Repeat("expected 200, got 500 ", 10)}
	if n := len(rung(r, "", 6, 60)); n < 4 {
		t.Errorf("a failure takes %d lines of 60: it is cut", n)
	}
	if n := len(rung(r, "", 6, 0)); n != 1 {
		t.Errorf("%d lines where one was asked for", n)
	}
}

func TestAStretchNamesItsDayOnce(t *testing.T) {
	s := gate(t).snapshot()
	p := pen{s: s, zone: s.Plan.Zone}
	day := func(d, h, m int) time.Time { return time.Date(2026, 11, d, h, m, 0, 0, s.Plan.Zone) }
	for _, tt := range []struct {
		from, to time.Time
		want     string
	}{
		{day(23, 16, 0), day(23, 18, 0), "16:00–18:00"},
		{day(22, 16, 0), day(22, 18, 0), "22 Nov 16:00–18:00"},
		{day(22, 23, 0), day(23, 1, 0), "22 Nov 23:00–01:00"},
		{day(23, 23, 0), day(24, 1, 0), "23:00–24 Nov 01:00"},
		{day(23, 16, 0), time.Time{}, "16:00–?"},
	} {
		if got := p.times(tt.from, tt.to); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
