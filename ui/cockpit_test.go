package ui

// cockpit_test.go: snapshots, sizes, colours, the bell and the engine's end.

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

func TestSnapshotsNeverGoBack(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	fly(t, d, nil, func(s *seat) {
		old := d.snapshot()
		d.launched()
		newer := d.snapshot()
		d.slot.Put(newer)
		s.settle()
		s.feed(snapshotMsg{old})
		if s.c.snap != newer {
			t.Error("an older snapshot replaced a newer one")
		}
		earlier := *newer
		earlier.Now = newer.Now.Add(-time.Second)
		s.feed(snapshotMsg{&earlier})
		if s.c.snap != newer {
			t.Error("a snapshot of an earlier moment replaced a later one")
		}
	})
}

func TestOpeningWithoutSnapshot(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	fly(t, d, func(o *Options) { o.First = nil }, func(s *seat) {
		for _, k := range Keys(false) {
			if k.ID == "leave" || k.ID == "quit" {
				continue
			}
			s.keys(k.Keys...)
			s.keys("esc")
		}
		if len(d.got) != 0 {
			t.Errorf("commands before the run is known: %v", d.kinds())
		}
		d.slot.Put(d.snapshot())
		s.settle()
		if f := s.frame(); !strings.Contains(f, "SCP100X0219") {
			t.Errorf("the run does not appear:\n%s", f)
		}
	})
}

func TestResizeKeepsWhereTheOperatorWas(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		s.keys("j", "j", "3", "z", "Z", "?")
		s.keys("/")
		s.write("ssh")
		before := s.c.view
		for w := 0; w <= 500; w += 23 {
			for h := 0; h <= 500; h += 37 {
				s.feed(tea.WindowSizeMsg{Width: w, Height: h})
			}
		}
		s.feed(tea.WindowSizeMsg{Width: 120, Height: 36})
		if s.c.view != before {
			t.Errorf("the view changed by resizing:\n%+v\n%+v", before, s.c.view)
		}
	})
}

func TestBackgroundDecidesTheme(t *testing.T) {
	for _, forced := range []bool{false, true} {
		d := newDesk(t, tasks.RehearsalRun)
		fly(t, d, func(o *Options) { o.Forced = forced }, func(s *seat) {
			s.feed(tea.BackgroundColorMsg{Color: white{}})
			if s.c.view.Theme.Light == forced {
				t.Errorf("forced %v: light %v", forced, s.c.view.Theme.Light)
			}
		})
	}
}

type white struct{}

func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

func TestBellRingsOnceForWhatNeedsAPerson(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, func(o *Options) { o.Bell = true }, func(s *seat) {
		d.happen("LX", tasks.TaskStarted{Task: "T5", Attempt: 1}, tasks.TaskFailed{Task: "T5", Reason: "no answer"})
		d.slot.Put(d.snapshot())
		s.settle()
		d.slot.Put(d.snapshot())
		s.settle()
		if s.bells != 1 {
			t.Errorf("%d bells, want 1", s.bells)
		}
	})
}

func TestEngineEndShowsWhyThenLeaves(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	why := errors.New("the journal failed: no space left on device")
	synctest.Test(t, func(t *testing.T) {
		done := make(chan struct{})
		sit(t, d, func(o *Options) { o.Done, o.Err = done, func() error { return why } }, func(s *seat) {
			close(done)
			s.settle()
			if !strings.Contains(s.frame(), "no space left") || s.quit {
				t.Errorf("quit %v, frame:\n%s", s.quit, s.frame())
			}
			s.wait(farewell)
			if !s.quit || s.c.Err() != why {
				t.Errorf("quit %v, err %v", s.quit, s.c.Err())
			}
		})
	})
}
