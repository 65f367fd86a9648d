package tasks_test

// slip_test.go: a slip looked at beforehand: what moves is exactly what waits for it, as
// far as it waits, and the finish moves by what the slack does not take.

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// behind are the tasks that wait for one, directly or not.
func behind(p *plan.Plan, id string) map[string]bool {
	reached := map[string]bool{}
	for _, next := range p.Dependents(id) {
		reached[next] = true
		for further := range behind(p, next) {
			reached[further] = true
		}
	}
	return reached
}

// TestSlipMovesExactlyWhatWaits holds a preview against a plan that was made so.
func TestSlipMovesExactlyWhatWaits(t *testing.T) {
	previews, moves := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyPlan(t)
		before := tasks.NewSchedule(p, s, now)
		for i, task := range p.Tasks {
			f, by := before.Tasks[task.ID], time.Duration(rapid.IntRange(0, 90).Draw(t, "by"))*time.Minute
			v, err := tasks.Slip(p, s, now, task.ID, by)
			if (err != nil) != f.Ended {
				t.Fatalf("%s: %+v: %v", task.ID, f, err)
			}
			if err != nil {
				continue
			}
			previews++
			made := p.Rebase(0)
			if row := &made.Tasks[i]; f.Started {
				ts := s.Tasks[task.ID]
				row.End.Time = row.Start.Add(f.End.Add(by).Sub(f.Start) - ts.Idle)
				if ts.Status.Stopped() { // it stands still since then
					row.End.Time = row.End.Add(-now.Sub(ts.EndedAt))
				}
			} else {
				row.Earliest = &plan.Time{Time: f.Start.Add(by)}
			}
			want, moved, waits := tasks.NewSchedule(made, s, now), map[string]tasks.Move{}, behind(p, task.ID)
			for _, m := range v.Moved {
				moved[m.Task] = m
			}
			for _, other := range p.Tasks {
				from, to := before.Tasks[other.ID], want.Tasks[other.ID]
				if got := v.After.Tasks[other.ID]; !got.Start.Equal(to.Start) || !got.End.Equal(to.End) || got.Slack != to.Slack || got.Critical != to.Critical {
					t.Fatalf("%s slips by %s: %s is %+v, want %+v", task.ID, by, other.ID, got, to)
				}
				m, told := moved[other.ID]
				if other.ID != task.ID && told != !from.End.Equal(to.End) {
					t.Fatalf("%s slips by %s: %s told %v, from %s to %s", task.ID, by, other.ID, told, from.End, to.End)
				}
				if told && (!waits[other.ID] || m.By() <= 0 || m.By() > by || from.Started) {
					t.Fatalf("%s slips by %s and moves %s by %s: it waits %v", task.ID, by, other.ID, m.By(), waits[other.ID])
				}
			}
			moves += len(moved)
			if want := before.Finish.Add(max(by-f.Slack, 0)); !v.Finish.Equal(want) || !v.Before.Equal(before.Finish) || v.Task.By() != by {
				t.Fatalf("%s has %s of slack and slips by %s: the finish moves from %s to %s", task.ID, f.Slack, by, v.Before, v.Finish)
			}
			if f.Critical && by > 0 && !v.Finish.Equal(before.Finish.Add(by)) {
				t.Fatalf("%s is critical, slips by %s, and the finish stays %s", task.ID, by, v.Finish)
			}
		}
	})
	t.Logf("figure: %d previews, %d moves", previews, moves)
	if previews == 0 || moves == 0 {
		t.Error("nothing slipped")
	}
}

// TestOptionsKeepTheirWord: what an option promises is what comes of it.
func TestOptionsKeepTheirWord(t *testing.T) {
	drops := 0
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyPlan(t)
		task := rapid.SampledFrom(p.Tasks).Draw(t, "task")
		v, err := tasks.Slip(p, s, now, task.ID, time.Hour)
		if err != nil {
			return
		}
		for _, o := range v.Options {
			if !strings.HasPrefix(o.Says, string(o.Do)) || o.Do != tasks.OptionHold && o.Inside == o.Finish.After(p.Window.End.Time) {
				t.Fatalf("%+v", o)
			}
			if o.Do != tasks.OptionDrop {
				continue
			}
			drops++
			if p.Task(o.Task).Gate {
				t.Fatalf("a gate is never skipped: %s", o.Says)
			}
			without := p.Rebase(0)
			without.Task(o.Task).End = without.Task(o.Task).Start
			again, err := tasks.Slip(without, s, now, task.ID, time.Hour)
			if err != nil || !again.Finish.Equal(o.Finish) || !o.Finish.Before(v.Finish) || o.Task == task.ID {
				t.Fatalf("%s: without it the day ends %s: %v", o.Says, again.Finish, err)
			}
		}
	})
	if drops == 0 {
		t.Error("nothing was ever to be dropped")
	}
}

func TestSlipOfTheSCPDay(t *testing.T) {
	d := newDay(t)
	d.at("16:10").start("T4")
	d.effect("T4", "launch", nil)
	v, err := tasks.SlipTo(d.plan, d.state, d.now, "T4", d.clock("17:00"))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, o := range v.Options {
		said = append(said, o.Says)
	}
	want := []string{"go on: finish 18:30 +08, 30 min after the window", "drop T5 (30 min): finish 18:00 +08, with the window's last minute",
		"drop T8 (30 min): finish 18:00 +08, with the window's last minute", "drop T6 (15 min): finish 18:15 +08, 15 min after the window",
		"hold: every minute of it ends further outside the window", "back out now: done 16:11 +08, 1 h 49 min inside the window"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	if v.Outside != 30*time.Minute || v.NoWayBack || v.Task.By() != 20*time.Minute || len(v.Moved) != 5 || v.Moved[0].Task != "T5" || v.Moved[0].By() != 20*time.Minute {
		t.Errorf("%+v", v.Moved)
	}
	for task, why := range map[string]string{"T1": "T1 ended 16:30 +08: what happened does not slip", "T9": `the plan has no task "T9"`} {
		if _, err := tasks.Slip(d.plan, d.state, d.now, task, time.Hour); err == nil || err.Error() != why {
			t.Errorf("%s: %v, want: %s", task, err, why)
		}
	}
	if _, err := tasks.SlipTo(d.plan, d.state, d.now, "T4", d.clock("16:05")); err == nil || err.Error() != "T4 cannot end before 16:10 +08" {
		t.Errorf("into the past: %v", err)
	}
	if _, err := tasks.Slip(d.plan, d.state, d.now, "T4", 31*24*time.Hour); err == nil {
		t.Error("a month of slip is taken")
	}
	if v, err := tasks.SlipTo(d.plan, d.state, d.now, "T4", d.clock("17:51")); err != nil || !v.NoWayBack {
		t.Errorf("done after 17:50, and there is a way back: %v", err)
	}
	if v, err := tasks.Slip(d.plan, d.state, d.now, "T4", -10*time.Minute); err != nil || v.Outside != 0 || !v.Finish.Equal(d.clock("18:00")) {
		t.Errorf("earlier: finish %s, %v", v.Finish, err)
	}
}

// TestOptionsThatThereAre: nothing is backed out before anything was made, and a plan that
// is held is not held again.
func TestOptionsThatThereAre(t *testing.T) {
	d := newDay(t)
	want := func(by time.Duration, options ...string) {
		t.Helper()
		v, err := tasks.Slip(d.plan, d.state, d.now, "T8", by)
		var said []string
		for _, o := range v.Options {
			said = append(said, o.Says)
		}
		if diff := cmp.Diff(options, said); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	want(0, "go on: finish 18:00 +08, with the window's last minute", "hold: the first minute of it ends outside the window")
	want(-10*time.Minute, "go on: finish 17:50 +08, 10 min inside the window", "hold: up to 10 min fit before the finish leaves the window")
	d.do(tasks.HoldStarted{Reason: "a question"})
	want(0, "go on: finish 18:00 +08, with the window's last minute")
}

// TestWhatALateTaskDelays: the minutes that are its own, not those that others idled since.
func TestWhatALateTaskDelays(t *testing.T) {
	d := newDay(t)
	d.at("16:00").start("T4")
	if got := tasks.Delays(d.plan, d.state, d.now, "T4"); got != nil {
		t.Errorf("on time, and delays %v", got)
	}
	d.at("16:45").do(tasks.TaskDone{Task: "T4"})
	for at, begins := range map[string]string{"16:45": "16:45", "17:00": "17:00"} {
		d.at(at)
		got := tasks.Delays(d.plan, d.state, d.now, "T4")
		if len(got) != 5 || got[0].Task != "T5" || !got[0].To.Start.Equal(d.clock(begins)) {
			t.Fatalf("at %s: %+v", at, got)
		}
		for _, m := range got {
			if m.By() != 15*time.Minute {
				t.Errorf("at %s %s is delayed by %s", at, m.Task, m.By())
			}
		}
	}
	d.fly("T5") // which has ended and is delayed no more
	if got := tasks.Delays(d.plan, d.state, d.now, "T4"); len(got) != 0 {
		t.Errorf("behind what has ended nothing waits for it, yet %+v", got)
	}
	if got := tasks.Delays(d.plan, d.state, d.now, "T9"); got != nil {
		t.Errorf("nobody delays %v", got)
	}
}
