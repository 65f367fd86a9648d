package tasks_test

// time_test.go: the nights on which a plan's clocks change. What lasts, lasts by elapsed
// time; only what people read jumps with the wall.

import (
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// nightPlan is three tasks in a row over half past one to half past three, in Berlin:
// an hour of elapsed time in spring, three in autumn.
func nightPlan(t testing.TB, date string) *plan.Plan {
	t.Helper()
	src := `release: R
change: C-1
timezone: Europe/Berlin
window:
  start: ` + date + ` 00:30
  end: ` + date + ` 05:00
contacts:
  - id: LX
    name: Lingxing
tasks:
  - {id: T1, title: Before, in_charge: LX, start: ` + date + ` 00:30, end: ` + date + ` 01:30}
  - {id: T2, title: Across, in_charge: LX, after: [T1], start: ` + date + ` 01:30, end: ` + date + ` 03:30}
  - {id: T3, title: After, in_charge: LX, after: [T2], earliest: ` + date + ` 03:15, start: ` + date + ` 03:30, end: ` + date + ` 04:00}
rollback:
  budget: 3h15m
`
	p, err := plan.Load("night.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newNight opens a run of the plan at the start of its window.
func newNight(t testing.TB, date string) *day {
	t.Helper()
	p := nightPlan(t, date)
	d := &day{t: t, plan: p, state: tasks.NewState(p), now: p.Window.Start.Time}
	d.do(tasks.RunOpened{Run: "C1-1-abcdef", Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun}, tasks.WriterOpened{Epoch: 1}, tasks.ConnTaken{})
	return d
}

// wantOnTheWall compares forecasts and the decide-by with what Berlin's walls will show.
func (d *day) wantOnTheWall(when string, want map[string]string) {
	d.t.Helper()
	sc := d.schedule()
	shown := func(at time.Time) string { return at.In(d.plan.Zone).Format("15:04 MST") }
	got := map[string]string{"decide by": shown(sc.DecideBy), "finish": shown(sc.Finish), "late": sc.Late.String()}
	for id, f := range sc.Tasks {
		got[id] = shown(f.Start) + "–" + shown(f.End)
	}
	for what, wall := range want {
		if got[what] != wall {
			d.t.Errorf("%s %s is %s, want %s", when, what, got[what], wall)
		}
	}
}

func TestTheNightThatLosesAnHour(t *testing.T) {
	d := newNight(t, "2026-03-29")
	if got := d.plan.Task("T2").Duration(); got != time.Hour {
		t.Errorf("from 01:30 to 03:30 is %s, want an hour", got)
	}
	d.wantOnTheWall("as planned", map[string]string{"T1": "00:30 CET–01:30 CET", "T2": "01:30 CET–03:30 CEST", "T3": "03:30 CEST–04:00 CEST",
		"decide by": "00:45 CET", "finish": "04:00 CEST", "late": "0s"}) // 3 h 15 min before 05:00 CEST
	d.now = d.now.Add(25 * time.Minute)
	d.wantOnTheWall("25 minutes later", map[string]string{"T2": "01:55 CET–03:55 CEST", "T3": "03:55 CEST–04:25 CEST", "late": "25m0s"})
	d.start("T1")
	d.now = d.now.Add(70 * time.Minute) // 02:05 CET does not exist: the walls show 03:05
	d.do(tasks.TaskDone{Task: "T1"})
	d.wantOnTheWall("after the change", map[string]string{"T1": "00:55 CET–03:05 CEST", "T2": "03:05 CEST–04:05 CEST", "T3": "04:05 CEST–04:35 CEST",
		"finish": "04:35 CEST", "late": "35m0s", "decide by": "00:45 CET"})
}

func TestTheNightThatGainsAnHour(t *testing.T) {
	d := newNight(t, "2026-10-25")
	if got := d.plan.Task("T2").Duration(); got != 3*time.Hour {
		t.Errorf("from 01:30 to 03:30 is %s, want three hours", got)
	}
	d.wantOnTheWall("as planned", map[string]string{"T1": "00:30 CEST–01:30 CEST", "T2": "01:30 CEST–03:30 CET", "T3": "03:30 CET–04:00 CET",
		"decide by": "02:45 CEST", "finish": "04:00 CET", "late": "0s"}) // the first of the two 02:45
	d.fly("T1")
	d.start("T2")
	for _, early := range []struct {
		after time.Duration
		want  map[string]string
	}{
		{2*time.Hour + 10*time.Minute, map[string]string{"T2": "00:30 CEST–02:30 CET", "T3": "03:15 CET–03:45 CET", "late": "-15m0s"}}, // 02:40 CEST
		{time.Hour, map[string]string{"T2": "00:30 CEST–02:40 CET", "late": "-15m0s"}},                                                 // 02:40 CET, an hour after 02:40
	} {
		d.now = d.now.Add(early.after)
		d.wantOnTheWall("at "+d.now.In(d.plan.Zone).Format("15:04 MST"), early.want)
	}
	d.do(tasks.TaskDone{Task: "T2"})
	if took := d.state.Tasks["T2"].EndedAt.Sub(d.state.Tasks["T2"].StartedAt); took != 3*time.Hour+10*time.Minute {
		t.Errorf("T2 took %s", took)
	}
}

// TestTheWallIsOnlyShown goes through both nights minute by minute, with the time as
// Berlin, as UTC and as Sydney writes it: the schedule is the same, decide-by stands
// still, and waiting tasks slide by the minute, never by an hour.
func TestTheWallIsOnlyShown(t *testing.T) {
	sydney, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	moments := 0
	for _, date := range []string{"2026-03-29", "2026-10-25"} {
		d := newNight(t, date)
		first, last := d.schedule(), d.schedule()
		for d.now.Before(d.plan.Window.End.Time) {
			d.now = d.now.Add(time.Minute)
			moments++
			sc := d.schedule()
			for _, zone := range []*time.Location{time.UTC, sydney} {
				other := tasks.NewSchedule(d.plan, d.state, d.now.In(zone))
				for id, f := range sc.Tasks {
					if o := other.Tasks[id]; !o.Start.Equal(f.Start) || !o.End.Equal(f.End) || o.Late != f.Late || o.Slack != f.Slack {
						t.Fatalf("at %s, written in %s, %s is %+v instead of %+v", d.now, zone, id, o, f)
					}
				}
			}
			if !sc.DecideBy.Equal(first.DecideBy) || sc.BackOutEnd.Sub(last.BackOutEnd) != time.Minute {
				t.Fatalf("at %s: decide by %s, backed out by %s after %s", d.now, sc.DecideBy, sc.BackOutEnd, last.BackOutEnd)
			}
			for _, id := range []string{"T1", "T2"} {
				f := sc.Tasks[id]
				if f.Start.Sub(last.Tasks[id].Start) != time.Minute || f.End.Sub(f.Start) != d.plan.Task(id).Duration() {
					t.Fatalf("at %s %s is %+v, a minute before %+v", d.now, id, f, last.Tasks[id])
				}
			}
			last = sc
		}
	}
	t.Logf("figure: %d minutes of two nights on which clocks change, in three zones", moments)
}
