package ui

// dialog_test.go: what must never confirm does not, and what must is one clear way.

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

func TestQuietPeriodAbsorbsKeys(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.happen("LX", tasks.ConnTaken{})
	fly(t, d, nil, func(s *seat) {
		s.keys("enter")
		for range 20 { // an impatient operator: never quiet for 400 ms
			s.wait(quietFor - time.Millisecond)
			s.keys("tab", "enter")
		}
		if s.dialog().At != 0 || !s.dialog().Waiting || d.last().Kind != "" {
			t.Errorf("a key got through: field %d, waiting %v, asked %v", s.dialog().At, s.dialog().Waiting, d.kinds())
		}
		s.calm()
		if s.dialog().Waiting {
			t.Error("it still waits after 400 ms of quiet")
		}
	})
}

func TestCancelHasTheFocus(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.happen("LX", tasks.ConnTaken{})
	fly(t, d, nil, func(s *seat) {
		s.keys("enter")
		s.calm()
		if s.dialog().Focused() != OnCancel {
			t.Errorf("the focus is on %d", s.dialog().Focused())
		}
		s.keys("enter")
		same(t, "commands", d.kinds(), []string{"pause", "go on"})
		if s.dialog().Kind != NoDialog {
			t.Error("enter on Cancel does not cancel")
		}
	})
}

func TestSevereNeedsNumberReasonAndOK(t *testing.T) {
	tests := []struct {
		name   string
		number string
		reason string
		focus  int // tabs after the reason
		asked  bool
	}{
		{"everything", "SCP100X0219", "smoke tests failed", 2, true},
		{"no number", "", "smoke tests failed", 2, false},
		{"wrong number", "SCP100X0218", "smoke tests failed", 2, false},
		{"no reason", "SCP100X0219", "", 2, false},
		{"blank reason", "SCP100X0219", "   ", 2, false},
		{"focus on Cancel", "SCP100X0219", "smoke tests failed", 1, false},
		{"focus in the reason", "SCP100X0219", "smoke tests failed", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tasks.RehearsalRun)
			d.launched()
			fly(t, d, nil, func(s *seat) {
				s.keys("R")
				s.calm()
				s.write(tt.number)
				s.keys("tab")
				s.write(tt.reason)
				for range tt.focus {
					s.keys("tab")
				}
				s.keys("enter")
				if asked := d.last().Kind == tasks.RollBack; asked != tt.asked {
					t.Errorf("asked %v, want %v\n%s", asked, tt.asked, s.frame())
				}
				if tt.asked && d.last().Head != d.snapshotHead() {
					t.Errorf("head %d, want %d", d.last().Head, d.snapshotHead())
				}
				if tt.focus == 2 && !tt.asked && s.dialog().Problem == "" {
					t.Error("refused without a sentence")
				}
			})
		})
	}
}

// snapshotHead is the head a review made before the last event carries.
func (d *desk) snapshotHead() uint64 {
	return tasks.Fold(d.plan, d.events[:len(d.events)-1]).ReviewHead()
}

func TestEnterAloneNeverRollsBack(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		for range 10 {
			s.keys("R")
			s.calm()
			for range 30 {
				s.keys("enter")
			}
			s.keys("esc")
		}
		if d.last().Kind != tasks.ReviewRollback { // that only looks
			t.Errorf("asked for %v", d.last().Kind)
		}
	})
}

func TestPasteConfirmsNothing(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		s.keys("R")
		s.feed(tea.PasteMsg{Content: "SCP100X0219"})
		if !s.dialog().Waiting || s.dialog().Fields[0].Input != "" {
			t.Error("a paste is taken before the quiet period ends")
		}
		s.calm()
		s.feed(tea.PasteMsg{Content: "SCP100X0219\n"})
		if s.dialog().Fields[0].Input != "" || s.dialog().Problem == "" {
			t.Errorf("the change number was pasted: %q", s.dialog().Fields[0].Input)
		}
		s.write("SCP100X0219")
		s.keys("tab")
		s.feed(tea.PasteMsg{Content: "broken\x1b[2J build\n\n"})
		if got := s.dialog().Fields[1].Input; strings.ContainsAny(got, "\x1b\n") || !strings.HasPrefix(got, "broken") {
			t.Errorf("reason %q", got)
		}
		s.keys("tab", "tab")
		s.feed(tea.PasteMsg{Content: "\n\n\r"})
		s.keys("esc")
		s.feed(tea.PasteMsg{Content: "R\nq\na"})
		if d.last().Kind != tasks.ReviewRollback || s.quit || s.dialog().Kind != NoDialog {
			t.Errorf("a paste acted: %v", d.kinds())
		}
	})
}

func TestPauseCommandGoOnKeepTheirOrder(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T7")
	fly(t, d, nil, func(s *seat) {
		d.hold = make(chan struct{})
		s.keys("e")
		s.calm()
		s.keys("esc", "e") // closed and opened again while the engine has not answered yet
		s.calm()
		s.keys("tab", "enter")
		close(d.hold)
		s.settle()
		same(t, "commands", d.kinds(), []string{"pause", "go on", "pause", "start", "go on"})
	})
}

func TestLiveRunIsNeverPaused(t *testing.T) {
	d := newDesk(t, tasks.LiveRun)
	d.happen("LX", tasks.ConnTaken{})
	fly(t, d, nil, func(s *seat) {
		s.keys("enter")
		s.calm()
		s.keys("tab", "enter")
		same(t, "commands", d.kinds(), []string{"start"})
	})
}

func TestRefusalStaysInTheDialog(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.happen("LX", tasks.ConnTaken{})
	d.refuse = tasks.Refusal{Sentence: "the run has moved on"}
	fly(t, d, nil, func(s *seat) {
		s.keys("enter")
		s.calm()
		s.keys("tab", "enter")
		if s.dialog().Problem != "the run has moved on" || s.dialog().Waiting {
			t.Errorf("%+v", s.dialog())
		}
		s.keys("esc")
		if s.dialog().Kind != NoDialog {
			t.Error("a refused dialog cannot be closed")
		}
	})
}

func TestAbortOvertakesWaitingCommands(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T7")
	d.happen("LX", tasks.TaskStarted{Task: "T7", Attempt: 1})
	release := make(chan struct{})
	fly(t, d, func(o *Options) {
		o.Send = func(c tasks.Command) error {
			if c.Kind != tasks.AbortRunning {
				<-release
			}
			return d.Send(c)
		}
	}, func(s *seat) {
		release = make(chan struct{})
		s.keys("s", "a")
		same(t, "before the engine answers the first", d.kinds(), []string{"abort"})
		close(release)
		s.settle()
		same(t, "in the end", d.kinds(), []string{"abort", "start"})
	})
}
