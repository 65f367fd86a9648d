package ui

// command_test.go: which keys become which command.

import (
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// last is the newest command that is no pause.
func (d *desk) last() tasks.Command {
	for n := len(d.got) - 1; n >= 0; n-- {
		if d.got[n].Kind != tasks.PauseClock {
			return d.got[n]
		}
	}
	return tasks.Command{}
}

func TestKeysBecomeCommands(t *testing.T) {
	const note = "seen on the dashboard"
	tests := []struct {
		name   string
		day    func(*desk)
		script func(*seat)
		want   tasks.Command
	}{
		{"take the conn", nil, func(s *seat) { s.keys("c"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.TakeConn, By: "LX"}},
		{"release it", (*desk).launched, func(s *seat) { s.keys("c"); s.calm(); s.keys("shift+tab", "enter") },
			tasks.Command{Kind: tasks.ReleaseConn, By: "LX"}},
		{"offer it", (*desk).launched, func(s *seat) {
			s.keys("c")
			s.calm()
			s.write("my")
			s.keys("tab", "tab", "enter")
		},
			tasks.Command{Kind: tasks.OfferConn, By: "LX", For: "MY"}},
		{"offer it by choosing", (*desk).launched, func(s *seat) { s.keys("c"); s.calm(); s.keys("down", "tab", "tab", "enter") },
			tasks.Command{Kind: tasks.OfferConn, By: "LX", For: "MY"}},
		{"accept it", offered, func(s *seat) { s.keys("c"); s.calm(); s.write("my"); s.keys("tab", "tab", "enter") },
			tasks.Command{Kind: tasks.TakeConn, By: "MY"}},
		{"withdraw the offer", offered, func(s *seat) { s.keys("c"); s.calm(); s.keys("shift+tab", "enter") },
			tasks.Command{Kind: tasks.OfferConn, By: "LX"}},
		{"start what changes the world", func(d *desk) { d.happen("LX", tasks.ConnTaken{}) }, func(s *seat) { s.keys("enter"); s.calm(); s.keys("right", "enter") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T4"}},
		{"start what only reads", (*desk).launched, func(s *seat) { s.keys("enter") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T5"}},
		{"ssh test", func(d *desk) { d.upTo("T6") }, func(s *seat) { s.keys("s") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T6"}},
		{"ssh test again", func(d *desk) { d.upTo("T8") }, func(s *seat) { s.keys("s") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T6"}},
		{"elastic ip", func(d *desk) { d.upTo("T7") }, func(s *seat) { s.keys("e"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T7"}},
		{"smoke tests", func(d *desk) { d.upTo("T8") }, func(s *seat) { s.keys("t"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T8"}},
		{"smoke tests by enter are confirmed too", func(d *desk) { d.upTo("T8") }, func(s *seat) { s.keys("enter", "enter"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T8"}},
		{"skip", (*desk).launched, func(s *seat) { s.keys("S"); s.calm(); s.write(note); s.keys("tab", "tab", "enter") },
			tasks.Command{Kind: tasks.SkipTask, By: "LX", Task: "T5", Text: note}},
		{"note", (*desk).launched, func(s *seat) { s.keys("n"); s.write(note); s.keys("enter") },
			tasks.Command{Kind: tasks.AddNote, By: "LX", Task: "T5", Text: note}},
		{"abort", func(d *desk) { d.launched(); d.happen("LX", tasks.TaskStarted{Task: "T5", Attempt: 1}) }, func(s *seat) { s.keys("a") },
			tasks.Command{Kind: tasks.AbortRunning, By: "LX"}},
		{"go", func(d *desk) { d.upTo(gateOf(d)) }, func(s *seat) { s.keys("enter"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.DecideGate, By: "LX", Task: "G7", Go: true}},
		{"no-go", func(d *desk) { d.upTo(gateOf(d)) }, func(s *seat) {
			s.keys("g")
			s.calm()
			s.keys("shift+tab")
			s.write(note)
			s.keys("tab", "tab", "tab", "enter")
		}, tasks.Command{Kind: tasks.DecideGate, By: "LX", Task: "G7", Text: note}},
		{"sign off, first", checkedT8, func(s *seat) {
			s.keys("g")
			s.calm()
			s.write("e")
			s.keys("tab")
			s.write(note)
			s.keys("tab", "tab", "enter")
		},
			tasks.Command{Kind: tasks.SignOffTask, By: "LX", Task: "T8", For: "PM", How: "e-mail", Text: note}},
		{"sign off, second", checkedT8, func(s *seat) {
			s.keys("g")
			s.calm()
			s.keys("down")
			s.write("by pigeon")
			s.keys("tab")
			s.write(note)
			s.keys("tab", "tab", "enter")
		},
			tasks.Command{Kind: tasks.SignOffTask, By: "LX", Task: "T8", For: "PR", How: "by pigeon", Text: note}},
		{"fault", nil, func(s *seat) { s.keys("f"); s.calm(); s.keys("down", "tab", "enter") },
			tasks.Command{Kind: tasks.InjectFault, By: "LX", Text: "eip-taken"}},
		{"non-latin layout", func(d *desk) { d.upTo("T6") }, func(s *seat) {
			s.feed(tea.KeyPressMsg{Code: 'ы', Text: "ы", BaseCode: 's'})
		}, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T6"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tasks.RehearsalRun)
			if tt.day != nil {
				tt.day(d)
			}
			if tt.want.Kind == tasks.DecideGate {
				tt.want.Task = gateOf(d)
			}
			fly(t, d, nil, func(s *seat) {
				tt.script(s)
				if !reflect.DeepEqual(d.last(), tt.want) {
					t.Errorf("asked for %+v\nwant      %+v\n%s", d.last(), tt.want, s.frame())
				}
				if s.dialog().Kind != NoDialog {
					t.Errorf("the dialog stays: %q", s.dialog().Problem)
				}
			})
		})
	}
}

// gateOf is the plan's gate.
func gateOf(d *desk) string {
	for _, t := range d.plan.Tasks {
		if t.Gate {
			return t.ID
		}
	}
	return ""
}

func checkedT8(d *desk) {
	d.upTo("T8")
	d.happen("LX", tasks.TaskStarted{Task: "T8", Attempt: 1}, tasks.TaskChecked{Task: "T8"})
}

func TestManualTaskIsAttestedOrFailed(t *testing.T) {
	for key, kind := range map[string]tasks.CommandKind{"d": tasks.AttestTask, "x": tasks.FailTask} {
		d := newDesk(t, tasks.RehearsalRun)
		d.plan.Task("T5").Action = ""
		d.launched()
		d.happen("LX", tasks.TaskStarted{Task: "T5", Attempt: 1})
		fly(t, d, nil, func(s *seat) {
			s.keys(key)
			s.calm()
			s.write("note")
			s.keys("tab", "tab", "enter")
			if got := d.last(); got.Kind != kind || got.Text != "note" || got.Task != "T5" {
				t.Errorf("%s: %+v", key, got)
			}
		})
	}
}

func offered(d *desk) {
	d.launched()
	d.happen("LX", tasks.ConnOffered{To: "MY"})
}
