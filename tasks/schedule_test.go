package tasks_test

// schedule_test.go: the plan against the clock, at moments of the SCP day.

import (
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// wantTimes compares a task's forecast with "16:00–16:30".
func (d *day) wantTimes(id, want string) {
	d.t.Helper()
	f := d.schedule().Tasks[id]
	got := f.Start.In(d.plan.Zone).Format("15:04") + "–" + f.End.In(d.plan.Zone).Format("15:04")
	if got != want {
		d.t.Errorf("at %s %s is %s, want %s", d.now.In(d.plan.Zone).Format("15:04"), id, got, want)
	}
}

func TestWaitingTasksSlideWithTheClock(t *testing.T) {
	d := newDay(t)
	d.at("15:00").wantTimes("T4", "16:00–16:30") // before the day everything is as planned
	d.wantTimes("T8", "17:30–18:00")
	if sc := d.schedule(); sc.Late != 0 || !sc.Finish.Equal(d.clock("18:00")) || sc.Current != "T4" || sc.Next != "T5" {
		t.Errorf("before the day: late %s, finish %s, current %s, next %s", sc.Late, sc.Finish, sc.Current, sc.Next)
	}
	d.at("16:20").wantTimes("T4", "16:20–16:50")
	d.wantTimes("T5", "16:50–17:20")
	d.wantTimes("T6", "17:20–17:35")
	d.wantTimes("G1", "17:35–17:35")
	d.wantTimes("T8", "17:50–18:20")
	sc := d.schedule()
	if sc.Late != 20*time.Minute || !sc.Finish.Equal(d.clock("18:20")) || sc.Tasks["T6"].Late != 20*time.Minute {
		t.Errorf("twenty minutes late: %s, finish %s, T6 %s", sc.Late, sc.Finish, sc.Tasks["T6"].Late)
	}
}

func TestActualTimesAreNeverEdited(t *testing.T) {
	d := newDay(t)
	d.at("16:05").start("T4")
	d.at("16:10").wantTimes("T4", "16:05–16:35")
	d.at("16:40").wantTimes("T4", "16:05–16:40") // longer than planned: ends now at the earliest
	d.wantTimes("T5", "16:40–17:10")
	d.do(tasks.TaskFailed{Task: "T4"})
	d.at("16:45").wantTimes("T4", "16:05–16:45") // failed is not ended
	d.start("T4")
	d.do(tasks.TaskDone{Task: "T4"})
	d.at("17:00").wantTimes("T4", "16:05–16:45")
	f := d.schedule().Tasks["T4"]
	if !f.Started || !f.Ended || f.Late != 15*time.Minute || f.Critical {
		t.Errorf("T4 is done: %+v", f)
	}
	if f := d.schedule().Tasks["T5"]; f.Started || f.Ended || !f.Critical {
		t.Errorf("T5 waits: %+v", f)
	}
}

// TestStoppedTaskIsNotDone: what is left of it takes its time, from now on, and what waits
// for it slides; how long it stood there is not worked again.
func TestStoppedTaskIsNotDone(t *testing.T) {
	for name, stop := range map[string]tasks.Body{"failed": tasks.TaskFailed{Task: "T4", Reason: "denied"}, "aborted": tasks.TaskAborted{Task: "T4"}} {
		t.Run(name, func(t *testing.T) {
			d := newDay(t)
			d.start("T4") // 16:00–16:30
			d.at("16:10").do(stop)
			d.wantTimes("T4", "16:00–16:30")
			d.at("16:40").wantTimes("T4", "16:00–17:00")
			d.wantTimes("T5", "17:00–17:30")
			if sc := d.schedule(); sc.Late != 30*time.Minute || sc.Tasks["T4"].Ended || sc.Current != "T4" || sc.Clock.To != "T4" || !sc.Clock.Ends {
				t.Errorf("late %s, current %s, clock %+v, T4 %+v", sc.Late, sc.Current, sc.Clock, sc.Tasks["T4"])
			}
			d.start("T4")
			d.at("16:50").wantTimes("T4", "16:00–17:00")
			if c := d.schedule().Clock; c.To != "T5" {
				t.Errorf("it runs again, and the clock is %+v", c)
			}
			d.do(stop)
			d.at("17:30").wantTimes("T4", "16:00–17:40")
		})
	}
}

func TestEarlyTaskPullsTheRestForward(t *testing.T) {
	d := newDay(t)
	d.at("16:10").fly("T4")
	d.wantTimes("T5", "16:10–16:40")
	if sc := d.schedule(); sc.Late != -20*time.Minute || sc.Tasks["T4"].Late != -20*time.Minute {
		t.Errorf("late %s, T4 %s", sc.Late, sc.Tasks["T4"].Late)
	}
}

func TestEarliestHoldsATaskBack(t *testing.T) {
	d := newDay(t, func(p *plan.Plan) {
		at := plan.Time{Time: p.Task("T7").Start.Add(time.Hour)}
		p.Task("T7").Earliest = &at
	})
	d.wantTimes("T7", "18:15–18:30")
	d.wantTimes("T8", "18:30–19:00")
	sc := d.schedule()
	if sc.Late != time.Hour || sc.Tasks["T6"].Slack != time.Hour || sc.Tasks["T6"].Critical || !sc.Tasks["T7"].Critical {
		t.Errorf("late %s; T6 has %s of slack, critical %v", sc.Late, sc.Tasks["T6"].Slack, sc.Tasks["T6"].Critical)
	}
}

func TestSlackAndTheCriticalPath(t *testing.T) {
	// T5 no longer holds T6 up: it may slip until T8 has to end.
	d := newDay(t, func(p *plan.Plan) { p.Task("T6").After = []string{"T4"} })
	sc := d.schedule()
	for id, want := range map[string]struct {
		slack    time.Duration
		critical bool
	}{"T4": {0, true}, "T5": {30 * time.Minute, false}, "T6": {0, true}, "G1": {0, true}, "T7": {0, true}, "T8": {0, true}} {
		if f := sc.Tasks[id]; f.Slack != want.slack || f.Critical != want.critical {
			t.Errorf("%s: slack %s, critical %v; want %+v", id, f.Slack, f.Critical, want)
		}
	}
}

// TestWhatHasBegunWaitsForNobody: a task amended to wait for another one began before it.
func TestWhatHasBegunWaitsForNobody(t *testing.T) {
	d := newDay(t)
	d.at("16:10").start("T5")
	sc := d.schedule()
	if f := sc.Tasks["T4"]; f.Slack != sc.Finish.Sub(f.End) || f.Slack <= 0 || f.Critical {
		t.Errorf("T5 has begun without T4, which has %s of slack: %+v", f.Slack, f)
	}
}

func TestClaimedTasksAreAsTheDocumentSays(t *testing.T) {
	d := newDay(t)
	for _, id := range []string{"T1", "T2", "T3"} {
		f, task := d.schedule().Tasks[id], d.plan.Task(id)
		if !f.Started || !f.Ended || !f.Start.Equal(task.Start.Time) || !f.End.Equal(task.End.Time) || f.Late != 0 || f.Critical || f.Slack < 0 {
			t.Errorf("%s: %+v", id, f)
		}
	}
}

func TestGateWaitsWithTheClock(t *testing.T) {
	d := newDay(t)
	d.fly("T4", "T5", "T6")
	d.at("17:40").wantTimes("G1", "17:40–17:40")
	d.do(tasks.Decided{Task: "G1", Note: "the COO is not there"})
	d.at("17:50").wantTimes("G1", "17:40–17:50")
	d.wantTimes("T7", "17:50–18:05")
	if sc := d.schedule(); sc.Current != "G1" || sc.Next != "T7" {
		t.Errorf("current %s, next %s", sc.Current, sc.Next)
	}
	d.do(tasks.Decided{Task: "G1", Go: true})
	d.at("18:00").wantTimes("G1", "17:40–17:50")
}

func TestBackingOutInsideTheWindow(t *testing.T) {
	d := newDay(t)
	want := func(when, backOutEnd, decideBy string) {
		t.Helper()
		sc := d.schedule()
		if !sc.BackOutEnd.Equal(d.clock(backOutEnd)) || !sc.DecideBy.Equal(d.clock(decideBy)) {
			t.Errorf("%s: backed out at %s, decide by %s", when, sc.BackOutEnd.In(d.plan.Zone), sc.DecideBy.In(d.plan.Zone))
		}
	}
	want("nothing made, 10 minutes in the budget", "16:00", "17:50")
	d.fly("T4") // two effects of a minute each
	want("less than the budget", "16:02", "17:50")
	d.do(tasks.Intended{ID: "long", Task: "T4", Step: "launch", Attempt: 1, Undo: &tasks.UndoWords{Expect: 30 * time.Minute}},
		tasks.Outcome{Intent: "long", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "k", ID: "1"}}}})
	want("more than the budget", "16:32", "17:28")
	for at, closing := range map[string]bool{"17:12": false, "17:14": true, "17:28": true, "18:30": true} {
		d.at(at)
		if got := d.schedule().Closing(d.now); got != closing {
			t.Errorf("at %s closing is %v", at, got)
		}
	}
}

func TestTheEndOfTheDay(t *testing.T) {
	d := newDay(t)
	d.at("17:50").fly("T4", "T5", "T6", "G1", "T7", "T8")
	d.at("23:00")
	sc := d.schedule()
	if sc.Current != "" || sc.Next != "" || !sc.Finish.Equal(d.clock("17:50")) || sc.Late != -10*time.Minute {
		t.Errorf("current %q, next %q, finish %s, late %s", sc.Current, sc.Next, sc.Finish, sc.Late)
	}
	for id, f := range sc.Tasks {
		if f.Critical || !f.Ended {
			t.Errorf("%s is over, yet %+v", id, f)
		}
	}
}
