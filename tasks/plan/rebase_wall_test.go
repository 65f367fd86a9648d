package plan_test

// rebase_wall_test.go: a plan moved to another day by the wall's clock.

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks/plan"
)

// evening is a plan over an evening and the night after it.
func evening(t testing.TB, zone, date, next string) *plan.Plan {
	t.Helper()
	p, err := plan.Load("evening.yaml", fmt.Appendf(nil, `release: R
change: C-1
timezone: %s
window: {start: %[2]s 22:00, end: %[3]s 05:00}
contacts: [{id: LX, name: Lingxing}]
tasks:
  - {id: T1, title: Before, in_charge: LX, start: %[2]s 22:00, end: %[3]s 01:30}
  - {id: T2, title: Across, in_charge: LX, after: [T1], earliest: %[3]s 01:30, start: %[3]s 01:30, end: %[3]s 02:30}
  - {id: G1, title: Go, in_charge: LX, gate: true, deadline: %[3]s 04:00, start: %[3]s 03:30, end: %[3]s 03:30}
`, zone, date, next))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// onWalls is every time of a plan as its walls show it.
func onWalls(p *plan.Plan) string {
	show := func(t plan.Time) string { return t.In(p.Zone).Format("02 15:04") }
	told := []string{show(p.Window.Start), show(p.Window.End)}
	for _, t := range p.Tasks {
		told = append(told, show(t.Start), show(t.End))
		if t.Earliest != nil {
			told = append(told, show(*t.Earliest))
		}
		if t.Deadline != nil {
			told = append(told, show(*t.Deadline))
		}
	}
	return strings.Join(told, ", ")
}

func TestRebaseToKeepsTheWall(t *testing.T) {
	p := evening(t, "Europe/Berlin", "2026-01-20", "2026-01-21")
	for day, want := range map[string]string{
		"2026-07-14":       "14 22:00, 15 05:00, 14 22:00, 15 01:30, 15 01:30, 15 02:30, 15 01:30, 15 03:30, 15 03:30, 15 04:00", // summer: as winter
		"2026-01-20":       "20 22:00, 21 05:00, 20 22:00, 21 01:30, 21 01:30, 21 02:30, 21 01:30, 21 03:30, 21 03:30, 21 04:00",
		"2026-07-14 20:15": "14 20:15, 15 03:15, 14 20:15, 14 23:45, 14 23:45, 15 00:45, 14 23:45, 15 01:45, 15 01:45, 15 02:15",
		"2024-02-28":       "28 22:00, 29 05:00, 28 22:00, 29 01:30, 29 01:30, 29 02:30, 29 01:30, 29 03:30, 29 03:30, 29 04:00", // a day that is not in every year
	} {
		moved, err := p.RebaseTo(day)
		if err != nil {
			t.Errorf("%s: %v", day, err)
			continue
		}
		if got := onWalls(moved); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
		if moved.Hash != p.Hash || moved.Zone != p.Zone || !strings.HasPrefix(moved.Window.Start.Format("2006-01-02 15:04"), day) {
			t.Errorf("%s: begins %s", day, moved.Window.Start)
		}
	}
}

func TestRebaseToRefusesWhatTheWallDoesNotShow(t *testing.T) {
	p := evening(t, "Europe/Berlin", "2026-01-20", "2026-01-21")
	for day, want := range map[string]string{
		"2026-03-28": "the plan cannot be moved to 2026-03-28, where its clocks change; move these times in the plan, or choose another day:\n" +
			"  tasks.T2.end 2026-03-29 02:30 does not exist in Europe/Berlin",
		"2026-10-24": "the plan cannot be moved to 2026-10-24, where its clocks change; move these times in the plan, or choose another day:\n" +
			"  tasks.T2.end 2026-10-25 02:30 happens twice in Europe/Berlin",
		"2026-10-24 22:45": "the plan cannot be moved to 2026-10-24, where its clocks change; move these times in the plan, or choose another day:\n" +
			"  tasks.T1.end 2026-10-25 02:15 happens twice in Europe/Berlin\n  tasks.T2.start 2026-10-25 02:15 happens twice in Europe/Berlin\n" +
			"  tasks.T2.earliest 2026-10-25 02:15 happens twice in Europe/Berlin",
		"24/11/2026": `"24/11/2026" is no day: write it as 2026-11-24, or as "2026-11-24 18:00" for a window that begins at another time`,
		"2026-2-3":   `"2026-2-3" is no day: write it as 2026-11-24, or as "2026-11-24 18:00" for a window that begins at another time`,
		"2026-02-29": `"2026-02-29" is no day: write it as 2026-11-24, or as "2026-11-24 18:00" for a window that begins at another time`,
		"tomorrow":   `"tomorrow" is no day: write it as 2026-11-24, or as "2026-11-24 18:00" for a window that begins at another time`,
		"":           `"" is no day: write it as 2026-11-24, or as "2026-11-24 18:00" for a window that begins at another time`,
		"9999-01-01": "9999-01-01 is more than 100 years from the plan's own day 2026-01-20",
	} {
		if moved, err := p.RebaseTo(day); moved != nil || err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant: %s", day, err, want)
		}
	}
}

// TestRebaseToBackAgain: over all days of some years and zones, every time stays on the
// wall, nothing changes its order, and the way back leads to the plan as it was.
func TestRebaseToBackAgain(t *testing.T) {
	moves, refusals := 0, 0
	for _, zone := range []string{"Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Singapore"} {
		p := evening(t, zone, "2026-01-20", "2026-01-21")
		first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for day := range 2 * 365 {
			date := first.AddDate(0, 0, day).Format(time.DateOnly)
			moved, err := p.RebaseTo(date)
			if err != nil {
				refusals++
				continue
			}
			moves++
			next := first.AddDate(0, 0, day+1).Format(time.DateOnly)
			if want := onWalls(evening(t, zone, date, next)); onWalls(moved) != want {
				t.Fatalf("%s in %s: %s, want %s", date, zone, onWalls(moved), want)
			}
			back, err := moved.RebaseTo("2026-01-20")
			if err != nil || len(plan.Diff(p, back)) > 0 {
				t.Fatalf("%s in %s and back: %v %v", date, zone, plan.Diff(p, back), err)
			}
		}
	}
	t.Logf("figure: %d days moved to, %d refused", moves, refusals)
	if refusals < 8 || moves < 3000 {
		t.Errorf("%d moves, %d refusals", moves, refusals)
	}
}

// TestRebaseToAfterRebase: a plan that was moved to any second is moved on the wall all
// the same, and nothing is shared with it.
func TestRebaseToAfterRebase(t *testing.T) {
	loaded := scp(t)
	rapid.Check(t, func(t *rapid.T) {
		p := loaded.Rebase(time.Duration(rapid.Int64Range(-1e17, 1e17).Draw(t, "shift")))
		was := onWalls(p)
		moved, err := p.RebaseTo("2026-11-24")
		if err != nil || onWalls(p) != was || moved.Window.Start.Format("2006-01-02") != "2026-11-24" {
			t.Fatalf("%v %s", err, moved.Window.Start)
		}
		for i, task := range moved.Tasks {
			if task.Duration() != p.Tasks[i].Duration() { // Singapore's clocks do not change
				t.Fatalf("%s takes %s, took %s", task.ID, task.Duration(), p.Tasks[i].Duration())
			}
		}
	})
}
