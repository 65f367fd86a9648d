package engine

// tests_test.go: a stage of tests that fails, is tried again and is signed: what it knows of its earlier
// try, what is shown on the way, and what a sign-off is tied to.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
)

const testedPlan = `release: Toy 1.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts:
  - {id: AA, name: Anna}
  - {id: BB, name: Ben}
tasks:
  - {id: T1, title: "test", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA, action: toy.test, signoff: [BB]}
`

func TestAStageIsTriedAgainAndSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var known [][]tasks.Row // what each try knew of the one before
		tries := func() [][]tasks.Row {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(known)
		}
		shown := make(chan struct{})
		row := func(name string, v tasks.Verdict) tasks.Row {
			return tasks.Row{Name: name, Verdict: v, Exchange: &tasks.Exchange{Digest: strings.Repeat("a", 64), Target: "jug"}}
		}
		look := func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
			mu.Lock()
			known = append(known, c.Before)
			try := len(known)
			mu.Unlock()
			c.Show([]tasks.Row{row("first", tasks.Pass)})
			select {
			case <-shown:
			case <-ctx.Done():
				return tasks.Result{}, ctx.Err()
			}
			if try == 1 {
				return tasks.Result{Verdict: tasks.Fail, Says: "one is broken", Rows: []tasks.Row{row("first", tasks.Pass), row("second", tasks.Fail)}}, nil
			}
			return tasks.Result{Verdict: tasks.Degraded, Says: "slow", Rows: []tasks.Row{row("first", tasks.Pass), row("second", tasks.Degraded)}}, nil
		}
		f := flightOf(t, newToy(), testedPlan, []tasks.Action{{Kind: "toy.test", Steps: []tasks.Step{{ID: "stage", Title: "test", Do: look}}}})
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn, By: "AA"}, tasks.Command{Kind: tasks.StartTask, By: "AA", Task: "T1"})
		until(t, e, "a row while it runs", func(s *tasks.Snapshot) bool { return len(s.Rows["T1"]) == 1 })
		close(shown)
		s := until(t, e, "T1 failed", status("T1", tasks.Failed))
		if s.Rows["T1"] != nil {
			t.Errorf("rows of a step that has ended are still shown: %v", s.Rows["T1"])
		}
		must(t, e, tasks.Command{Kind: tasks.StartTask, By: "AA", Task: "T1"})
		s = until(t, e, "T1 checked", status("T1", tasks.Checked))
		if got := tries(); len(got) != 2 || got[0] != nil || len(got[1]) != 2 || got[1][1].Verdict != tasks.Fail {
			t.Errorf("the tries knew %v", got)
		}
		if st := s.State.Tasks["T1"].Steps[0]; st.Status != tasks.StepOK || st.Verdict != tasks.Degraded || len(s.State.Tasks["T1"].Evidence) != 1 {
			t.Errorf("a degraded stage is %s, %s, evidence %v", st.Status, st.Verdict, s.State.Tasks["T1"].Evidence)
		}
		before := s.Seq
		must(t, e, tasks.Command{Kind: tasks.SignOffTask, By: "AA", Task: "T1", For: "BB", How: "e-mail", Text: "Re: SCP, 16:40"})
		s = until(t, e, "T1 done", status("T1", tasks.Done))
		so := s.State.Tasks["T1"].SignOffs[0]
		if so.How != "e-mail" || so.Results != s.State.Results("T1") || !s.State.Signed("T1", so) || !strings.HasPrefix(so.Head, fmt.Sprint(before)+":") {
			t.Errorf("signed %+v", so)
		}
		wantHead(t, f.dir, so.Head)

		must(t, e, tasks.Command{Kind: tasks.StartTask, By: "AA", Task: "T1"})
		until(t, e, "T1 verified again", func(s *tasks.Snapshot) bool { return len(tries()) == 3 && s.State.Tasks["T1"].Status == tasks.Done })
		if got := tries(); got[2] != nil {
			t.Errorf("verified again, it knew %v", got[2])
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

// What writes is never begun again by itself: after a crash a person decides. What an abort had
// found is kept.
func TestATestThatWritesIsNotRunAgainByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		look := func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
			if runs.Add(1) == 4 {
				return tasks.Result{Verdict: tasks.Pass, Says: "all well"}, nil
			}
			<-ctx.Done()
			return tasks.Result{Says: "1 of 2", Rows: []tasks.Row{{Name: "first", Verdict: tasks.Pass, Exchange: &tasks.Exchange{Target: "jug"}}}}, ctx.Err()
		}
		for _, writes := range []bool{false, true} {
			runs.Store(0)
			f := flightOf(t, newToy(), testedPlan, []tasks.Action{{Kind: "toy.test", Steps: []tasks.Step{{ID: "stage", Title: "run the tests", Do: look, Writes: writes}}}})
			e, stop := f.open(nil)
			must(t, e, tasks.Command{Kind: tasks.TakeConn, By: "AA"}, tasks.Command{Kind: tasks.StartTask, By: "AA", Task: "T1"})
			until(t, e, "it runs", func(*tasks.Snapshot) bool { return runs.Load() == 1 })
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			e, stop = f.open(nil)
			if !writes { // as it was
				until(t, e, "it goes on", func(*tasks.Snapshot) bool { return runs.Load() == 2 })
				if err := stop(); err != nil {
					t.Fatal(err)
				}
				continue
			}
			s := until(t, e, "T1 failed", status("T1", tasks.Failed))
			if why := s.State.Tasks["T1"].Reason; runs.Load() != 1 || !strings.Contains(why, "the program ended while it was to run the tests, which writes") {
				t.Errorf("run %d times, %q", runs.Load(), why)
			}
			if last, ok := s.State.Events[len(s.State.Events)-1].Body.(tasks.TaskFailed); !ok || !last.Broken {
				t.Errorf("the last event is %+v", s.State.Events[len(s.State.Events)-1].Body)
			}
			runs.Store(2)
			must(t, e, tasks.Command{Kind: tasks.StartTask, By: "AA", Task: "T1"})
			until(t, e, "it runs once more", func(*tasks.Snapshot) bool { return runs.Load() == 3 })
			must(t, e, tasks.Command{Kind: tasks.AbortRunning, By: "AA", Text: "enough"})
			s = until(t, e, "what it found", func(s *tasks.Snapshot) bool { return len(s.State.Tasks["T1"].Steps[0].Rows) == 1 })
			if ts := s.State.Tasks["T1"]; ts.Status != tasks.Aborted || ts.Steps[0].Status != tasks.StepFailed || ts.Steps[0].Error != "broken off: 1 of 2" || len(ts.Evidence) != 0 {
				t.Errorf("%s, %+v", ts.Status, ts.Steps[0])
			}
			must(t, e, tasks.Command{Kind: tasks.StartTask, By: "AA", Task: "T1"})
			until(t, e, "T1 checked", status("T1", tasks.Checked))
			if err := stop(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// wantHead holds a head named by a sign-off against the journal.
func wantHead(t *testing.T, dir, head string) {
	t.Helper()
	records, _, err := journal.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if head == fmt.Sprintf("%d:%s", r.Seq, r.Sum) {
			return
		}
	}
	t.Errorf("no record is %s", head)
}

// Other results than those that were signed are seen to be others.
func TestASignOffIsForTheResultsItWasGivenFor(t *testing.T) {
	p, err := plan.Load("toy.yaml", []byte(testedPlan))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)
	body := func(b ...tasks.Body) (events []tasks.Event) {
		for i, one := range b {
			events = append(events, tasks.Event{Seq: uint64(i + 1), Wall: at, Run: at, By: "AA", Body: one})
		}
		return events
	}
	opened := tasks.RunOpened{Run: "r", Change: "TOY1", Plan: p.Hash, Actions: map[string][]tasks.StepPlan{"toy.test": {{ID: "stage", Title: "test"}}}}
	done := func(says string) tasks.StepDone {
		return tasks.StepDone{Task: "T1", Step: "stage", Result: tasks.Result{Verdict: tasks.Pass, Says: says}}
	}
	s := tasks.Fold(p, body(opened, tasks.TaskStarted{Task: "T1", Attempt: 1}, done("2 of 2"), tasks.TaskChecked{Task: "T1"}))
	so := tasks.SignOff{Contact: "BB", Results: s.Results("T1")}
	if !s.Signed("T1", so) || len(so.Results) != 64 {
		t.Errorf("signed for %q", so.Results)
	}
	s = tasks.Fold(p, body(opened, tasks.TaskStarted{Task: "T1", Attempt: 1}, done("1 of 2"), tasks.TaskChecked{Task: "T1"}))
	if s.Signed("T1", so) {
		t.Error("other results count as signed")
	}
	if got := s.Results("nobody"); got != "" {
		t.Errorf("no task has results %q", got)
	}
}
