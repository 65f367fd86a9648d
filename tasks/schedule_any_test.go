package tasks_test

// schedule_any_test.go: what holds of the schedule of every plan in every state.

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// anyPlan draws a plan of tasks in any shape of dependencies, and a state that
// came about by starting and ending tasks when they were ready.
func anyPlan(t *rapid.T) (*plan.Plan, *tasks.State, time.Time) {
	start := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
	minutes := func(most int, label string) time.Duration {
		return time.Duration(rapid.IntRange(0, most).Draw(t, label)) * time.Minute
	}
	p := &plan.Plan{Window: plan.Window{Start: plan.Time{Time: start}, End: plan.Time{Time: start.Add(time.Hour + minutes(120, "window"))}}}
	p.Rollback.Budget.Duration = minutes(60, "budget")
	for i := range rapid.IntRange(1, 12).Draw(t, "tasks") {
		from := start.Add(minutes(120, "start"))
		task := plan.Task{ID: string(rune('A' + i)), Start: plan.Time{Time: from}, End: plan.Time{Time: from.Add(minutes(60, "length"))}, Gate: minutes(5, "gate") == 0}
		for _, earlier := range p.Tasks {
			if rapid.IntRange(0, 3).Draw(t, "after") == 0 {
				task.After = append(task.After, earlier.ID)
			}
		}
		if rapid.IntRange(0, 4).Draw(t, "has earliest") == 0 {
			task.Earliest = &plan.Time{Time: start.Add(minutes(180, "earliest"))}
		}
		p.Tasks = append(p.Tasks, task)
	}
	s, now := tasks.NewState(p), start
	for range rapid.IntRange(0, 20).Draw(t, "events") {
		now = now.Add(minutes(20, "pause"))
		task := rapid.SampledFrom(p.Tasks).Draw(t, "task")
		var body tasks.Body
		switch ts := s.Tasks[task.ID]; {
		case s.Ready(&task), ts.Status == tasks.Failed:
			body = tasks.TaskStarted{Task: task.ID, Attempt: 1}
		case ts.Status == tasks.Active:
			body = rapid.SampledFrom([]tasks.Body{tasks.TaskDone{Task: task.ID}, tasks.TaskFailed{Task: task.ID}, tasks.TaskSkipped{Task: task.ID},
				tasks.Intended{ID: fmt.Sprint(len(s.Events)), Task: task.ID, Undo: &tasks.UndoWords{Expect: minutes(40, "undo")}}}).Draw(t, "end")
		default:
			continue
		}
		s.Apply(p, tasks.Event{Seq: uint64(len(s.Events) + 1), Run: now, Body: body})
		if b, ok := body.(tasks.Intended); ok {
			made := tasks.Result{Made: []tasks.Resource{{Kind: "k", ID: b.ID}}}
			s.Apply(p, tasks.Event{Seq: uint64(len(s.Events) + 1), Run: now, Body: tasks.Outcome{Intent: b.ID, State: tasks.OutcomeOK, Result: made}})
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "hold") == 0 {
		until := now.Add(minutes(60, "until"))
		s.Apply(p, tasks.Event{Seq: uint64(len(s.Events) + 1), Run: now, Body: tasks.HoldStarted{Until: &until}})
	}
	return p, s, now.Add(minutes(60, "later"))
}

func TestScheduleHoldsForEveryPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyPlan(t)
		sc := tasks.NewSchedule(p, s, now)
		var finish time.Time
		open, critical := false, false
		for _, task := range p.Tasks {
			f, ts := sc.Tasks[task.ID], s.Tasks[task.ID]
			if f.End.After(finish) {
				finish = f.End
			}
			if f.End.Before(f.Start) || f.Slack < 0 || f.Late != f.End.Sub(f.PlannedEnd) {
				t.Fatalf("%s: %+v", task.ID, f)
			}
			if f.Started && !f.Start.Equal(ts.StartedAt) || f.Ended && !f.End.Equal(ts.EndedAt) || f.Ended != ts.Status.Finished() {
				t.Fatalf("%s: actual times edited: %+v of %+v", task.ID, f, ts)
			}
			if !f.Started && (f.Start.Before(now) || f.Start.Before(p.Window.Start.Time) && !task.Start.Before(p.Window.Start.Time) || task.Earliest != nil && f.Start.Before(task.Earliest.Time)) {
				t.Fatalf("%s starts too early: %+v at %s", task.ID, f, now)
			}
			if !f.Ended && f.End.Before(now) {
				t.Fatalf("%s is to end in the past: %+v at %s", task.ID, f, now)
			}
			for _, id := range task.After {
				if f.Start.Before(sc.Tasks[id].End) {
					t.Fatalf("%s starts %s, before %s ends %s", task.ID, f.Start, id, sc.Tasks[id].End)
				}
			}
			open = open || !f.Ended
			critical = critical || f.Critical && f.End.Equal(sc.Finish)
		}
		if !sc.Finish.Equal(finish) {
			t.Fatalf("finish is %s, the last task ends %s", sc.Finish, finish)
		}
		if open && !critical {
			t.Fatalf("no critical task ends at the finish %s", sc.Finish)
		}
	})
}

// TestDecideByLeavesTheWayBack: a back-out begun at decide-by ends inside the window, by
// what was made and by what the plan allows for it; a moment later it no longer would.
func TestDecideByLeavesTheWayBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyPlan(t)
		sc, end := tasks.NewSchedule(p, s, now), p.Window.End.Time
		then := tasks.NewSchedule(p, s, sc.DecideBy)
		if then.BackOutEnd.After(end) || sc.DecideBy.Add(p.Rollback.Budget.Duration).After(end) {
			t.Fatalf("decide by %s: backed out %s, budget %s, window ends %s", sc.DecideBy, then.BackOutEnd, p.Rollback.Budget, end)
		}
		moment := sc.DecideBy.Add(time.Second)
		if back := tasks.NewSchedule(p, s, moment).BackOutEnd; !back.After(end) && !moment.Add(p.Rollback.Budget.Duration).After(end) {
			t.Fatalf("decide by %s is too early: the window ends %s", sc.DecideBy, end)
		}
		if sc.WarnFrom.After(sc.DecideBy) || (sc.Demand != "") != (!now.Before(sc.DecideBy) && sc.Current != "") {
			t.Fatalf("warned from %s, decide by %s, demanded %q at %s", sc.WarnFrom, sc.DecideBy, sc.Demand, now)
		}
	})
}

// TestScheduleIsOfThePlan: asked twice it says the same, and the order of the rows in the
// file, and of the names in a row, is no matter.
func TestScheduleIsOfThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyPlan(t)
		sc := tasks.NewSchedule(p, s, now)
		if diff := cmp.Diff(sc, tasks.NewSchedule(p, s, now)); diff != "" {
			t.Fatal(diff)
		}
		other := p.Rebase(0)
		other.Tasks = rapid.Permutation(other.Tasks).Draw(t, "rows")
		for i := range other.Tasks {
			slices.Reverse(other.Tasks[i].After)
		}
		shuffled := tasks.NewSchedule(other, s, now)
		if diff := cmp.Diff(sc.Tasks, shuffled.Tasks); diff != "" || !shuffled.Finish.Equal(sc.Finish) || shuffled.Late != sc.Late {
			t.Fatal(diff)
		}
	})
}

// anyState draws what no engine makes: tasks without a state, states without a task, any
// status with any times, dependencies on nothing, on oneself and round in circles.
func anyState(t *rapid.T) (*plan.Plan, *tasks.State, time.Time) {
	ids := []string{"A", "B", "C", "D", ""}
	moment := func(label string) time.Time {
		return rapid.SampledFrom([]time.Time{{}, time.Unix(0, 0), time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}).Draw(t, label)
	}
	p := &plan.Plan{Window: plan.Window{Start: plan.Time{Time: moment("opens")}, End: plan.Time{Time: moment("closes")}}}
	s := &tasks.State{Tasks: map[string]*tasks.TaskState{}, Hold: tasks.Hold{Since: moment("since"), Until: moment("until")}}
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		row := plan.Task{ID: rapid.SampledFrom(ids).Draw(t, "id"), Start: plan.Time{Time: moment("start")}, End: plan.Time{Time: moment("end")},
			After: rapid.SliceOfN(rapid.SampledFrom(ids), 0, 4).Draw(t, "after"), Gate: rapid.Bool().Draw(t, "gate")}
		p.Tasks = append(p.Tasks, row)
	}
	statuses := []tasks.Status{tasks.Waiting, tasks.Active, tasks.Checked, tasks.Done, tasks.Failed, tasks.Aborted, tasks.Skipped, tasks.Unsure, tasks.Undone, "?", ""}
	for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID[string]).Draw(t, "told") {
		s.Tasks[id] = &tasks.TaskState{Status: rapid.SampledFrom(statuses).Draw(t, "status"), Claimed: rapid.Bool().Draw(t, "claimed"), StartedAt: moment("began"), EndedAt: moment("ended")}
	}
	for _, b := range rapid.SliceOfN(rapid.SampledFrom([]tasks.Body{tasks.HoldEnded{}, tasks.HoldStarted{}, tasks.Decided{Go: true}, tasks.Retracted{}}), 0, 4).Draw(t, "events") {
		s.Events = append(s.Events, tasks.Event{Run: moment("event"), Body: b})
	}
	return p, s, moment("now")
}

func TestScheduleAnswersForAnyState(t *testing.T) {
	demands := 0
	rapid.Check(t, func(t *rapid.T) {
		p, s, now := anyState(t)
		sc := tasks.NewSchedule(p, s, now)
		for _, task := range p.Tasks {
			f, told := sc.Tasks[task.ID]
			if !told || !f.Started && f.Start.Before(now) || f.Started && s.Tasks[task.ID] == nil {
				t.Fatalf("%q: %v %+v at %s", task.ID, told, f, now)
			}
			if v, err := tasks.Slip(p, s, now, task.ID, time.Hour); err == nil && len(v.Options) == 0 {
				t.Fatalf("%q slips, and nothing can be done", task.ID)
			}
			tasks.Delays(p, s, now, task.ID)
		}
		if sc.Demand != "" {
			demands++
		}
		sc.Share(now)
		sc.Band(now)
	})
	if demands == 0 {
		t.Error("nothing was ever demanded")
	}
}
