package tasks_test

// schedule_window_test.go: the window as a gauge, the demand to decide, the two clocks
// and the baseline.

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestTheWindowIsAGauge(t *testing.T) {
	d := newDay(t) // 16:00 to 18:00, ten minutes to back out
	sc := d.schedule()
	for at, want := range map[string]struct {
		share float64
		band  tasks.Band
	}{"15:30": {-0.25, tasks.BandBefore}, "16:00": {0, tasks.BandOpen}, "17:00": {0.5, tasks.BandOpen}, "17:35": {0.7916666666666666, tasks.BandOpen},
		"17:36": {0.8, tasks.BandWarning}, "17:50": {0.9166666666666666, tasks.BandDecide}, "18:00": {1, tasks.BandOver}, "19:00": {1.5, tasks.BandOver}} {
		if share, band := sc.Share(d.clock(at)), sc.Band(d.clock(at)); share != want.share || band != want.band {
			t.Errorf("at %s: %v, %q; want %+v", at, share, band, want)
		}
	}
	if !sc.WarnFrom.Equal(d.clock("17:35")) {
		t.Errorf("warns from %s", sc.WarnFrom)
	}
	if none := (tasks.Schedule{}); none.Share(d.now) != 0 {
		t.Errorf("a window without length: %v", none.Share(d.now))
	}
}

func TestPassingDecideByDemandsGoOrNoGo(t *testing.T) {
	d := newDay(t)
	want := func(at, sentence string) {
		t.Helper()
		if got := d.at(at).schedule().Demand; got != sentence {
			t.Errorf("at %s: %q, want %q", at, got, sentence)
		}
	}
	d.at("17:00").fly("T4", "T5", "T6")
	want("17:49", "")
	want("17:58", "decide by 17:50 +08 has passed: a back-out begun now ends 18:00 +08, inside the window only if all goes well. Go on, or back out?")
	want("18:05", "decide by 17:50 +08 has passed: a back-out begun now ends 18:07 +08, 7 min after the window. Go on, or back out?")
	d.do(tasks.Decided{Task: "G1", Go: true})
	want("18:06", "")
	d.do(tasks.Retracted{Event: uint64(len(d.events))})
	want("18:06", "decide by 17:50 +08 has passed: a back-out begun now ends 18:08 +08, 8 min after the window. Go on, or back out?")
	d.do(tasks.Decided{Task: "G1", Note: "no"})
	if d.schedule().Demand == "" {
		t.Error("a no-go is no go")
	}
	d.do(tasks.Decided{Task: "G1", Go: true})
	d.fly("T7", "T8")
	want("18:20", "")

	early := newDay(t)
	early.at("17:30").fly("T4", "T5", "T6", "G1") // a go before the moment does not answer for what comes after it
	if got := early.at("17:50").schedule(); got.Demand == "" {
		t.Error("nothing is demanded")
	}
	early.do(tasks.RollbackStarted{Reason: "late"})
	if got := early.schedule().Demand; got != "" {
		t.Errorf("being rolled back, yet demanded %q", got)
	}
}

// clocks compares both clocks and what the holds have cost.
func (d *day) clocks(at, to string, plan, wall, held time.Duration) {
	d.t.Helper()
	c := d.at(at).schedule().Clock
	if c.T != plan || c.L != wall || c.Held != held || c.To != to {
		d.t.Errorf("at %s: T %s to %q, L %s, held %s; want T %s to %q, L %s, held %s", at, c.T, c.To, c.L, c.Held, plan, to, wall, held)
	}
}

func TestTheClocksOfTheDay(t *testing.T) {
	d, m := newDay(t), time.Minute
	d.clocks("15:50", "T4", 10*m, 130*m, 0)
	d.at("16:00").start("T4")
	d.clocks("16:10", "T5", 20*m, 110*m, 0)
	until := d.clock("16:25")
	d.do(tasks.HoldStarted{Reason: "a question", Until: &until})
	d.clocks("16:10", "T5", 20*m, 110*m, 0)
	d.clocks("16:20", "T5", 20*m, 100*m, 10*m)
	d.clocks("16:40", "T5", 20*m, 80*m, 30*m) // longer than expected: it stands still all the same
	d.do(tasks.HoldEnded{})
	d.clocks("16:40", "T5", 20*m, 80*m, 30*m)
	d.clocks("16:50", "T5", 10*m, 70*m, 30*m)
	d.do(tasks.HoldStarted{Reason: "another"})
	d.at("17:00").do(tasks.HoldEnded{})
	d.clocks("17:05", "T5", 5*m, 55*m, 40*m)
	d.do(tasks.TaskDone{Task: "T4"})
	d.fly("T5", "T6", "G1", "T7")
	d.start("T8")
	d.clocks("17:55", "T8", 45*m, 5*m, 40*m) // nothing comes after it: to its planned end
	d.do(tasks.TaskDone{Task: "T8"})
	d.clocks("18:30", "", 10*m, -30*m, 40*m)
}

// TestTheClocksRun: from one moment to the next the wall's clock runs, and the plan's runs
// unless the plan is held.
func TestTheClocksRun(t *testing.T) {
	held := 0
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyPlan(t)
		by := time.Duration(rapid.IntRange(0, 7200).Draw(t, "seconds")) * time.Second
		a, b := tasks.NewSchedule(p, s, now).Clock, tasks.NewSchedule(p, s, now.Add(by)).Clock
		stood := time.Duration(0)
		if s.Hold.On() {
			stood, held = by, held+1
		}
		if a.To != b.To || a.L-b.L != by || a.T-b.T != by-stood || b.Held-a.Held != stood {
			t.Fatalf("%s later %+v is %+v, held %v", by, a, b, s.Hold.On())
		}
	})
	if held == 0 {
		t.Error("nothing was ever held")
	}
}

func TestTheBaselineIsTheFirstPlan(t *testing.T) {
	d := newDay(t)
	for n, late := range []time.Duration{10 * time.Minute, 15 * time.Minute} {
		later := d.plan.Rebase(0)
		later.Task("T7").Start.Time = later.Task("T7").Start.Add(late)
		if n == 0 {
			later.Tasks = append(later.Tasks, plan.Task{ID: "T9", Start: plan.Time{Time: d.clock("17:50")}, End: plan.Time{Time: d.clock("18:00")}})
		}
		a := tasks.Amendment{Plan: later}
		was := a.Was(d.plan)
		d.plan = later
		d.state.Tasks["T9"] = &tasks.TaskState{Status: tasks.Waiting}
		d.do(tasks.Amended{Was: was})
	}
	sc := d.schedule()
	if f := sc.Tasks["T7"]; !f.BaselineStart.Equal(d.clock("17:15")) || !f.PlannedStart.Equal(d.clock("17:40")) || !f.BaselineEnd.Equal(f.PlannedEnd) {
		t.Errorf("amended twice: %+v", f)
	}
	if f := sc.Tasks["T9"]; !f.BaselineStart.Equal(f.PlannedStart) || f.BaselineStart.IsZero() {
		t.Errorf("amended in: %+v", f)
	}
}
