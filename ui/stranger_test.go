package ui

// stranger_test.go: what a release manager who had never seen the cockpit misread.

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// TestAMomentThatPassedIsNotToCome: T+ never stands before "to".
func TestAMomentThatPassedIsNotToCome(t *testing.T) {
	sc := released(t)
	for n := len(sc.events); n > 0; n-- { // back to where T8 waits for its sign-offs
		if _, waits := sc.events[n-1].Body.(tasks.TaskChecked); waits {
			sc.events = sc.events[:n]
			break
		}
	}
	sc.at(150 * time.Minute)
	v := View{Width: 120, Height: 36, Actor: "LX"}
	wants(t, sc.snapshot(), v, "T+00:30:00 T8 overran")
	lacks(t, sc.snapshot(), v, " to end", "to the end of")
	run := launching(t)
	run.at(45 * time.Minute) // T4 runs, T5 was due at 16:30
	wants(t, run.snapshot(), v, "T+00:15:00 T5 was due")
}

// TestTooLateIsNeverOnlyAColour: the header says at every size that the moment to decide has passed.
func TestTooLateIsNeverOnlyAColour(t *testing.T) {
	s := asleep(t).snapshot()
	wants(t, s, View{Width: 80, Height: 24, Actor: "LX"}, "decide by 17:50 ✗")
	wants(t, s, View{Width: 60, Height: 16, Actor: "LX"}, "✗")
	wants(t, s, View{Width: 200, Height: 60, Actor: "LX"}, "decide by 17:50 passed")
}

func TestAFollowerSeesThatNobodyActs(t *testing.T) {
	sc := gate(t)
	sc.add("LX", tasks.ConnReleased{})
	for _, size := range sizes() {
		wants(t, sc.snapshot(), View{Width: size[0], Height: size[1], Watch: true}, "nobody has the conn")
	}
}

// TestPartOfARollbackIsNotAllOfIt: what was made before the task stands, and costs.
func TestPartOfARollbackIsNotAllOfIt(t *testing.T) {
	s := partly(t).snapshot()
	for _, size := range sizes() {
		v := View{Width: size[0], Height: size[1], Actor: "LX"}
		header := strings.Split(ansi.Strip(Render(s, v)), "\n")[1]
		if !strings.Contains(header, "the rest stands") || strings.Contains(header, "nothing is left") {
			t.Errorf("%v: %s", size, header)
		}
	}
}

// TestWhatWasStatedAndIsNotSo is not shown as if it had been done.
func TestWhatWasStatedAndIsNotSo(t *testing.T) {
	sc := gate(t)
	sc.add("LX", tasks.Decided{Task: "G1", Go: true}, tasks.ByHand{Task: "T7", Facts: map[string]string{tasks.FactElasticIP: "13.228.4.99"}})
	sc.add("tminus", tasks.StepDone{Task: "T7", Step: tasks.StatedStep, Error: "no such address"},
		tasks.TaskFailed{Task: "T7", Step: tasks.StatedStep, Reason: "no such address"})
	v := View{Width: 120, Height: 36, Actor: "LX", Selected: "T7", Focus: Task, Zoom: true}
	wants(t, sc.snapshot(), v, "· not so", "the world does not agree")
	lacks(t, sc.snapshot(), v, "◑ allocate", "· by hand")
	if got := Sentence(sc.snapshot().State, sc.events[len(sc.events)-1]); got != "T7 failed: no such address" {
		t.Error(got)
	}
}

func TestAnIdleAddressSaysWhatItIs(t *testing.T) {
	sc := released(t)
	telemetry(sc)
	sc.live.Readings.Cloud.Addresses = []reading.Address{{AllocationID: "eipalloc-1", PublicIP: "13.228.4.170"}}
	wants(t, sc.snapshot(), View{Width: 120, Height: 36, Actor: "LX"}, "idle, it costs")
}

// TestDaysDoNotCutTheHours: the column with who and when keeps both ends on the day after.
func TestDaysDoNotCutTheHours(t *testing.T) {
	sc := gate(t)
	sc.at(12 * time.Hour)
	wants(t, sc.snapshot(), View{Width: 200, Height: 60, Actor: "LX"}, "MY 16:00–16:30")
}

// TestANoticeCoversItsRow: a border's rest beside it would read as its end.
func TestANoticeCoversItsRow(t *testing.T) {
	lines := strings.Split(ansi.Strip(Render(gate(t).snapshot(), View{Width: 120, Height: 36, Toast: "T7 waits for G1"})), "\n")
	if at := strings.TrimSpace(lines[len(lines)-2]); strings.Trim(at, "╰╯ ") != "T7 waits for G1" {
		t.Errorf("%q", at)
	}
}

// TestWhatIsWrittenDownIsConfirmed: nothing else on the screen shows a note.
func TestWhatIsWrittenDownIsConfirmed(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		s.keys("n")
		s.keys("h", "m", "enter")
		if got := s.frame(); !strings.Contains(got, "the journal (8) has it") {
			t.Error(got)
		}
		s.keys("u")
		s.calm()
		s.keys("tab", "enter")
		if got := s.frame(); !strings.Contains(got, "taken back: ") {
			t.Error(got)
		}
	})
}

// TestTakingBackSaysWhatTheScreenSays: "checked" is a word of the rules, not of the screen.
func TestTakingBackSaysWhatTheScreenSays(t *testing.T) {
	if got := statusWords(tasks.Checked); got != "waiting for sign-off" {
		t.Error(got)
	}
}
