package ui

// end_test.go: what nobody may miss at the end of a day, and what may not be
// said any more then.

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// shown is a frame without colours, its blanks and borders joined to single blanks.
func shown(s *tasks.Snapshot, v View) string {
	frame := strings.NewReplacer("│", " ", "╮", " ", "╰", " ").Replace(ansi.Strip(Render(s, v)))
	return strings.Join(strings.Fields(frame), " ")
}

func wants(t *testing.T, s *tasks.Snapshot, v View, words ...string) {
	t.Helper()
	got := shown(s, v)
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not there:\n%s", w, ansi.Strip(Render(s, v)))
		}
	}
}

func lacks(t *testing.T, s *tasks.Snapshot, v View, words ...string) {
	t.Helper()
	got := shown(s, v)
	for _, w := range words {
		if strings.Contains(got, w) {
			t.Errorf("%q is there:\n%s", w, ansi.Strip(Render(s, v)))
		}
	}
}

func TestReleasedIsUnmistakable(t *testing.T) {
	s := released(t).snapshot()
	for _, size := range sizes() {
		v := View{Width: size[0], Height: size[1], Actor: "LX", Focus: Task, Zoom: true}
		wants(t, s, v, "RELEASED 17:52 · 8 min early · inside the window", "✓ released 17:52 +08", "16:00–18:00 · inside it",
			"instance "+instanceID, "Elastic IP 13.228.4.17", "q leaves: nothing is left to do · R still takes everything back")
	}
	wants(t, s, View{Width: 60, Height: 16, Actor: "LX"}, "RELEASED 17:52")
	lacks(t, s, View{Width: 120, Height: 36, Watch: true, Focus: Task}, "q leaves")
	wants(t, s, View{Width: 120, Height: 36, Focus: Task, Selected: "T5"}, "RELEASED", "2 T5")
}

func TestReleasedLateAndWithoutAll(t *testing.T) {
	sc := gate(t)
	sc.add("LX", tasks.Decided{Task: "G1", Go: true}, tasks.TaskSkipped{Task: "T7", Reason: "the address is taken"})
	sc.at(130 * time.Minute)
	sc.add("LX", tasks.TaskDone{Task: "T8"}, tasks.Released{})
	wants(t, sc.snapshot(), View{Width: 120, Height: 36, Actor: "LX"}, "RELEASED 18:10 · +10 min late · the window ended 18:00",
		"· it ended before", "↷ skipped T7: the address is taken")
}

func TestRolledBackIsUnmistakable(t *testing.T) {
	s := undone(t).snapshot()
	for _, size := range sizes() {
		v := View{Width: size[0], Height: size[1], Actor: "LX", Focus: Task, Zoom: true}
		wants(t, s, v, "ROLLED BACK 17:10 · 2 of 3 undone · 1 left behind", "≠ left behind: 1", "sg-0f00ba4f00ba4f00b", "q leaves: this run is over")
	}
	wants(t, s, View{Width: 60, Height: 16, Actor: "LX"}, "ROLLED BACK 17:10")
}

// TestNothingComesAfterARollback holds panes without readings to the truth.
func TestNothingComesAfterARollback(t *testing.T) {
	sc := undone(t)
	at := sc.live.Readings.Cloud.Stamp
	sc.live.Readings = reading.Readings{Failures: map[string]reading.Failure{"host": {Kind: reading.Failed, Says: "refused: nothing listens"}}}
	sc.live.Readings.Cloud.Stamp = at
	lacks(t, sc.snapshot(), View{Width: 120, Height: 36, Actor: "LX"}, "comes with T4", "it comes", "refused: nothing listens", "once SSH answers")
	wants(t, sc.snapshot(), View{Width: 120, Height: 36, Actor: "LX"}, "primary ○ rolled back", "no host: rolled back")
}

// TestAFailedTaskRanUntilItFailed looks at the bar, not at the forecast behind it.
func TestAFailedTaskRanUntilItFailed(t *testing.T) {
	sc := failed(t)
	before := strings.Count(ansi.Strip(Render(sc.snapshot(), View{Width: 200, Height: 60, Zoom: true, Actor: "LX"})), "█")
	sc.at(100 * time.Minute)
	// The columns are the same: the window is longer than either.
	if after := strings.Count(ansi.Strip(Render(sc.snapshot(), View{Width: 200, Height: 60, Zoom: true, Actor: "LX"})), "█"); after > before {
		t.Errorf("%d solid columns, %d half an hour later", before, after)
	}
}

func TestTheConnOfSomebodyElse(t *testing.T) {
	s := failed(t).snapshot()
	for _, actor := range []string{"", "MY"} {
		v := View{Width: 120, Height: 36, Actor: actor, Focus: Task, Zoom: true}
		wants(t, s, v, "read-only: LX has the conn, c takes it", "LX has the conn: c says who you are; then enter tries again")
		wants(t, s, View{Width: 60, Height: 16, Actor: actor}, "LX has the conn: c")
	}
	lacks(t, s, View{Width: 120, Height: 36, Actor: "LX"}, "read-only", "who you are")
	lacks(t, s, View{Width: 120, Height: 36, Watch: true}, "read-only", "who you are")
}

func TestAnAddressThatServesAnother(t *testing.T) {
	sc := released(t)
	telemetry(sc)
	v := View{Width: 120, Height: 36, Actor: "LX"}
	lacks(t, sc.snapshot(), v, "not ours")
	cloud := &sc.live.Readings.Cloud
	cloud.Addresses = []reading.Address{{AllocationID: "eipalloc-1", PublicIP: "13.228.4.17", InstanceID: "i-0bad0bad0bad0bad0", Ours: true}}
	wants(t, sc.snapshot(), v, "not ours: it is taken")
	v = View{Width: 120, Height: 36, Focus: Instances, Zoom: true, Actor: "LX"}
	// Seen, but nobody's of this plan.
	cloud.Instances = append(cloud.Instances, reading.Instance{ID: "i-0bad0bad0bad0bad0", Role: "other", State: "running"})
	wants(t, sc.snapshot(), v, "not ours: it is taken")
	// An address of somebody else's is nobody's business here.
	cloud.Addresses[0].PublicIP = "13.228.9.9"
	lacks(t, sc.snapshot(), v, "not ours")
}

// TestAReleasedRunCanStillGoBack: from the first undo on, released is history.
func TestAReleasedRunCanStillGoBack(t *testing.T) {
	sc := released(t)
	var intents []string
	for _, u := range sc.snapshot().State.UndoList() {
		intents = append(intents, u.Intent)
	}
	sc.add("LX", tasks.RollbackStarted{Reason: "the product manager says no", Intents: intents})
	v := View{Width: 120, Height: 36, Actor: "LX"}
	wants(t, sc.snapshot(), v, "rolling back · 0 of", "2 Rollback")
	lacks(t, sc.snapshot(), v, "RELEASED", "released 17:52")
	d := newDesk(t, tasks.RehearsalRun)
	if d.launched(); !strings.Contains(windowTitle(sc.snapshot()), "rollback running") {
		t.Error(windowTitle(sc.snapshot()))
	}
	d.happen("LX", tasks.Released{}, tasks.RollbackStarted{Reason: "no", Intents: []string{"i1"}})
	fly(t, d, nil, func(s *seat) {
		if s.keys("q"); s.quit || s.dialog().Title != "Leave while the rollback is running?" {
			t.Errorf("left: %v, asked: %q", s.quit, s.dialog().Title)
		}
	})
	sc.at(125 * time.Minute)
	sc.add("LX", tasks.RollbackDone{})
	wants(t, sc.snapshot(), v, "ROLLED BACK 18:05", "nothing is left", "rolled back 18:05, outside it")
	lacks(t, sc.snapshot(), v, "RELEASED")
}
