package ui

// turnkeys_test.go: the keys of a day that takes a turn, what they ask for, and what
// they refuse before they ask.

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

// voted is G7 with two voters, the first of whom said go.
func voted(d *desk) {
	g := d.plan.Task(gateOf(d))
	g.Poll = []string{"JC", "MY"}
	d.upTo(g.ID)
	d.happen("LX", tasks.Polled{Task: g.ID, Contact: "JC", Go: true})
}

func unproved(d *desk) {
	d.upTo("T6")
	d.happen("LX", tasks.TaskStarted{Task: "T6", Attempt: 1}, tasks.StepDone{Task: "T6", Step: "ladder", Error: "refused"}, tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "refused"})
}

// addressed is T7 done too: two tasks with effects.
func addressed(d *desk) {
	d.upTo("T7")
	d.happen("LX", tasks.TaskStarted{Task: "T7", Attempt: 1},
		tasks.Intended{ID: "i2", Task: "T7", Step: "allocate-address", Action: "eip.assign", Undo: &tasks.UndoWords{Title: "release the address", Lost: "the address"}},
		tasks.Outcome{Intent: "i2", State: tasks.OutcomeOK, Result: tasks.Result{Made: thing("address", "eipalloc-1")}}, tasks.TaskDone{Task: "T7"})
}

func undoneByDesk(d *desk) {
	d.launched()
	d.happen("LX", tasks.RollbackStarted{Reason: "no", Intents: []string{"i1"}}, tasks.Intended{ID: "u1", Undoes: "i1"},
		tasks.Outcome{Intent: "u1", State: tasks.OutcomeOK}, tasks.RollbackDone{})
}

func TestTurnKeysBecomeCommands(t *testing.T) {
	const why = "as agreed"
	agree := func(s *seat) { s.write(why); s.keys("tab", "tab", "enter") }
	confirms := func(s *seat) { s.write("SCP100X0219"); s.keys("tab"); agree(s) }
	tests := []struct {
		name   string
		day    func(*desk)
		script func(*seat)
		want   tasks.Command
	}{
		{"hold", (*desk).launched, func(s *seat) {
			s.keys("H")
			s.calm()
			s.write(why)
			s.keys("tab")
			s.write("+15m")
			s.keys("tab", "tab", "enter")
		}, tasks.Command{Kind: tasks.HoldPlan, Text: why, Until: time.Date(2019, 2, 7, 16, 15, 6, 0, scp(t).Zone)}},
		{"resume", func(d *desk) { d.launched(); d.happen("LX", tasks.HoldStarted{Reason: "r"}) }, func(s *seat) { s.keys("H"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.ResumePlan}},
		{"take back what the run has", func(d *desk) { d.launched(); d.happen("LX", tasks.Noted{Text: "hm"}) }, func(s *seat) { s.keys("u"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.TakeBack, Event: 7}},
		{"take back what the selected task has", func(d *desk) {
			d.launched()
			d.happen("LX", tasks.Noted{Task: "T6", Text: "hm"}, tasks.Noted{Text: "later"})
		}, func(s *seat) {
			s.c.view.Selected = "T6"
			s.keys("u")
			s.calm()
			s.keys("shift+tab")
			s.write(why)
			s.keys("tab", "tab", "enter")
		}, tasks.Command{Kind: tasks.TakeBack, Event: 7, Text: why}},
		{"poll: the voter who is open", voted, func(s *seat) { s.keys("g"); s.calm(); s.keys("tab", "enter") },
			tasks.Command{Kind: tasks.PollGate, For: "MY", Go: true}},
		{"poll: another answer", voted, func(s *seat) {
			s.keys("g")
			s.calm()
			s.keys("up", "shift+tab")
			s.write(why)
			s.keys("tab", "tab", "tab", "enter")
		},
			tasks.Command{Kind: tasks.PollGate, For: "JC", Text: why}},
		{"poll: a no-go needs nobody", voted, func(s *seat) {
			s.keys("enter")
			s.calm()
			s.keys("down", "shift+tab")
			s.write(why)
			s.keys("tab", "tab", "tab", "enter")
		},
			tasks.Command{Kind: tasks.DecideGate, Text: why}},
		{"poll: decided by the quorum", func(d *desk) { voted(d); d.happen("LX", tasks.Polled{Task: gateOf(d), Contact: "MY", Go: true}) },
			func(s *seat) { s.keys("g"); s.calm(); s.keys("tab", "enter") }, tasks.Command{Kind: tasks.DecideGate, Go: true}},
		{"waive a look", unproved, func(s *seat) { s.keys("W"); s.calm(); agree(s) }, tasks.Command{Kind: tasks.Waive, Task: "T6", Text: why}},
		{"waive a sign-off", checkedT8, func(s *seat) { s.keys("W"); s.calm(); s.keys("down"); agree(s) }, tasks.Command{Kind: tasks.Waive, Task: "T8", For: "PR", Text: why}},
		{"done by hand", func(d *desk) { d.upTo("T7") }, func(s *seat) {
			s.keys("d")
			s.calm()
			s.write("13.228.4.17 ")
			s.keys("enter")
			s.write("eipalloc-1")
			s.keys("enter")
			agree(s)
		}, tasks.Command{Kind: tasks.AttestTask, Task: "T7", Text: why, Facts: map[string]string{tasks.FactElasticIP: "13.228.4.17", tasks.FactAllocation: "eipalloc-1"}}},
		{"done by hand, nothing to state", func(d *desk) { d.upTo("T6") }, func(s *seat) { s.keys("d"); s.calm(); agree(s) },
			tasks.Command{Kind: tasks.AttestTask, Task: "T6", Text: why}},
		{"reopen", undoneByDesk, func(s *seat) { s.keys("O"); s.calm(); agree(s) }, tasks.Command{Kind: tasks.ReopenRun, Text: why}},
		{"roll back", addressed, func(s *seat) { s.keys("R"); s.wait(time.Second); confirms(s) },
			tasks.Command{Kind: tasks.RollBack, Confirm: "SCP100X0219", Text: why}},
		{"roll back from the selected task on", addressed, func(s *seat) {
			s.c.view.Selected = "T7"
			s.keys("R")
			s.wait(time.Second)
			s.keys("shift+tab", "enter")
			s.wait(time.Second)
			confirms(s)
		}, tasks.Command{Kind: tasks.RollBack, Task: "T7", Confirm: "SCP100X0219", Text: why}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tasks.RehearsalRun)
			tt.day(d)
			tt.want.By = "LX"
			if tt.want.Kind == tasks.DecideGate || tt.want.Kind == tasks.PollGate {
				tt.want.Task = gateOf(d)
			}
			if tt.want.Kind == tasks.RollBack {
				tt.want.Head = d.state().ReviewHead()
			}
			fly(t, d, nil, func(s *seat) {
				tt.script(s)
				got := d.last()
				if !got.Until.Equal(tt.want.Until) {
					t.Errorf("until %s, want %s", got.Until, tt.want.Until)
				}
				got.Until, tt.want.Until = time.Time{}, time.Time{}
				if !reflect.DeepEqual(got, tt.want) {
					t.Errorf("asked for %+v\nwant      %+v\n%s", got, tt.want, s.frame())
				}
				if s.dialog().Kind != NoDialog {
					t.Errorf("the dialog stays: %q", s.dialog().Problem)
				}
			})
		})
	}
}

func TestUntilWhenAHoldLasts(t *testing.T) {
	singapore, berlin := scp(t).Zone, mustZone(t, "Europe/Berlin")
	day := func(in *time.Location, d, h, m int) time.Time { return time.Date(2026, 10, d, h, m, 0, 0, in) }
	for _, tt := range []struct {
		typed string
		now   time.Time
		in    *time.Location
		want  time.Time // zero = refused
		says  string
	}{
		{"17:40", day(singapore, 23, 17, 17), singapore, day(singapore, 23, 17, 40), ""},
		{" 9:05 ", day(singapore, 23, 8, 0), singapore, day(singapore, 23, 9, 5), ""},
		{"09:40", day(singapore, 23, 17, 17), time.UTC, day(time.UTC, 23, 9, 40), ""},
		{"00:20", day(singapore, 23, 23, 50), singapore, day(singapore, 24, 0, 20), ""},
		{"+15m", day(singapore, 23, 17, 17), singapore, day(singapore, 23, 17, 32), ""},
		{"+1h 30m", day(singapore, 23, 17, 17), singapore, day(singapore, 23, 18, 47), ""},
		{"17:00", day(singapore, 23, 17, 17), singapore, time.Time{}, "17:00 has passed: it is 17:17 +08"},
		{"02:30", day(berlin, 25, 1, 0).AddDate(0, -7, 4), berlin, time.Time{}, "there is no 02:30 on 29 Mar: the clocks change then"},
		{"", day(singapore, 23, 17, 17), singapore, time.Time{}, "say until when"},
		{"soon", day(singapore, 23, 17, 17), singapore, time.Time{}, "is no time of day"},
		{"25:00", day(singapore, 23, 17, 17), singapore, time.Time{}, "is no time of day"},
		{"+15", day(singapore, 23, 17, 17), singapore, time.Time{}, "is no length of time"},
		{"+-5m", day(singapore, 23, 17, 17), singapore, time.Time{}, "later than now"},
		{"+400h", day(singapore, 23, 17, 17), singapore, time.Time{}, "within 12 h"},
	} {
		got, err := untilWords(tt.typed, tt.now, tt.in)
		if !got.Equal(tt.want) || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q at %s: %s, %v", tt.typed, tt.now, got, err)
		}
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestWhatIsTypedStays: bad input is answered in the dialog, and nothing typed is lost.
func TestWhatIsTypedStays(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T7")
	fly(t, d, nil, func(s *seat) {
		s.keys("H")
		s.calm()
		s.write("why")
		s.keys("tab")
		s.write("later")
		if !strings.Contains(s.frame(), `→ "later" is no time of day: type 17:40, or +15m`) {
			t.Errorf("it does not say what is wrong while it is typed:\n%s", s.frame())
		}
		s.keys("tab", "tab", "enter")
		if got := s.dialog(); got.Fields[0].Input != "why" || got.Fields[1].Input != "later" || !strings.Contains(got.Problem, "is no time of day") {
			t.Errorf("%+v", got)
		}
		s.keys("esc", "d")
		s.calm()
		s.keys("tab")
		s.write("eipalloc-1")
		s.keys("tab", "tab", "tab", "enter")
		if got := s.dialog(); got.Fields[1].Input != "eipalloc-1" || got.Problem != "T7 done by hand: state its Elastic IP" {
			t.Errorf("%+v", got)
		}
	})
	if d.last().Kind != "" {
		t.Errorf("asked for %v", d.kinds())
	}
}
