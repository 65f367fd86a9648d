package ui

// slip_test.go: p looks and touches nothing, for everybody.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

func TestSlipIsAPreviewForEverybody(t *testing.T) {
	for _, watch := range []bool{false, true} {
		d := newDesk(t, tasks.RehearsalRun)
		d.launched()
		fly(t, d, func(o *Options) { o.Watch = watch }, func(s *seat) {
			s.keys("p")
			s.write("+40m")
			for _, word := range []string{"Preview: if T5 slips", "ends", "▲ 10 min outside the window", "moves        T6", "○ go on: finish 18:10 +08", "Nothing is written by looking."} {
				if !strings.Contains(s.frame(), word) {
					t.Errorf("%q is not there:\n%s", word, s.frame())
				}
			}
			s.keys("enter") // typing it is the question: enter has nothing to send and closes nothing
			if s.dialog().Kind != Slip {
				t.Error("enter closed the preview")
			}
			for range 3 {
				s.keys("backspace")
			}
			s.write("5m") // it follows what is typed
			if !strings.Contains(s.frame(), "inside the window") {
				t.Error(s.frame())
			}
			before := s.frame()
			d.happen("LX", tasks.TaskStarted{Task: "T5", Attempt: 1}, tasks.TaskDone{Task: "T5"})
			s.feed(snapshotMsg{d.snapshot()})
			if !strings.Contains(s.frame(), "what happened does not slip") {
				t.Errorf("T5 ended under the preview:\n%s\n%s", before, s.frame())
			}
			s.keys("esc")
			if s.dialog().Kind != NoDialog {
				t.Error("esc leaves it open")
			}
		})
		if len(d.got) != 0 {
			t.Errorf("looking asked for %v", d.kinds())
		}
	}
}

func TestSlipSaysWhyThereIsNothingToLookAt(t *testing.T) {
	for name, tt := range map[string]struct {
		snap *tasks.Snapshot
		task string
		want string
	}{
		"ended":    {gate(t).snapshot(), "T4", "T4 has ended: what happened does not slip. Select another task"},
		"released": {released(t).snapshot(), "", "the run is over: nothing slips any more"},
		"undoing":  {undoing(t).snapshot(), "T7", "the plan is locked by the rollback: nothing goes forward that could slip"},
		"open":     {gate(t).snapshot(), "T7", ""},
		"running":  {launching(t).snapshot(), "T4", ""},
	} {
		v := View{Actor: "LX", Selected: tt.task}
		if got := findKey("slip").Dead(tt.snap, v); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		if _, err := tasks.Slip(tt.snap.Plan, tt.snap.State, tt.snap.Now, v.TaskID(tt.snap), 0); tt.want == "" && err != nil {
			t.Errorf("%s: the key is alive, and the preview says %v", name, err)
		}
	}
}

func TestSlipWords(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(month time.Month, d, h, m int) time.Time { return time.Date(2026, month, d, h, m, 0, 0, zone) }
	for _, tt := range []struct {
		typed string
		end   time.Time
		want  time.Duration
		err   string
	}{
		{"+15m", day(2, 7, 17, 0), 15 * time.Minute, ""},
		{" + 1h30m ", day(2, 7, 17, 0), 90 * time.Minute, ""},
		{"-5m", day(2, 7, 17, 0), -5 * time.Minute, ""},
		{"−5m", day(2, 7, 17, 0), -5 * time.Minute, ""},
		{"17:40", day(2, 7, 17, 0), 40 * time.Minute, ""},
		{"16:40", day(2, 7, 17, 0), -20 * time.Minute, ""},
		{"00:10", day(2, 7, 23, 50), 20 * time.Minute, ""},
		{"23:50", day(2, 8, 0, 10), -20 * time.Minute, ""},
		{"02:30", day(3, 29, 1, 30), 0, "there is no 02:30 on 29 Mar: the clocks change then"},
		{"15m", day(2, 7, 17, 0), 0, `"15m" is no time of day: type 17:40, or +15m`},
		{"+soon", day(2, 7, 17, 0), 0, `"+soon" is no length of time: type +15m, or +1h30m`},
		{"25:00", day(2, 7, 17, 0), 0, `"25:00" is no time of day: type 17:40, or +15m`},
	} {
		got, err := slipWords(tt.typed, tt.end, zone)
		if got != tt.want || errorWords(err) != tt.err {
			t.Errorf("%q at %s: %s, %v", tt.typed, tt.end, got, err)
		}
	}
}
