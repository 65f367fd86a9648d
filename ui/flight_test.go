package ui

// flight_test.go: the cockpit on the real engine, journal and all: a run flown by keys
// from read-only to its gate, and back again.

import (
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/engine"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

const cupPlan = `release: Cup 1.0
change: CUP1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
environment: {account: "123456789012", region: ap-southeast-1}
contacts:
  - {id: AA, name: Anna}
  - {id: BB, name: Ben}
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
  - {id: T1, title: "make the cup", start: 2019-02-07 16:10, end: 2019-02-07 16:30, in_charge: AA, after: [M1], action: cup.make}
  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [T1], gate: true}
`

// cup is an action that puts one cup on the table, and takes it off again.
func cup(cups *atomic.Int32) tasks.Action {
	return tasks.Action{Kind: "cup.make", Steps: []tasks.Step{{
		ID: "make", Title: "make a cup", Effect: true,
		Do: func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
			cups.Add(1)
			return tasks.Result{Made: []tasks.Resource{{Kind: "cup", ID: "cup-1"}}}, nil
		},
		Find: func(context.Context, tasks.Call) (tasks.Result, bool, error) { return tasks.Result{}, false, nil },
		Undo: &tasks.Undo{
			Describe: func(tasks.Call) tasks.UndoWords {
				return tasks.UndoWords{Title: "take the cup away", Expect: time.Minute}
			},
			Do: func(context.Context, tasks.Call) (tasks.Result, error) {
				cups.Add(-1)
				return tasks.Result{}, nil
			},
			Prove: func(context.Context, tasks.Call) (string, bool, error) { return "on the table", cups.Load() > 0, nil },
			Gone:  func(context.Context, tasks.Call) (bool, error) { return cups.Load() == 0, nil },
		},
	}, {
		ID: "drink", Title: "drink", Do: func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
			return tasks.Result{Verdict: tasks.Pass}, c.Wait(ctx, 10*time.Minute)
		},
	}}}
}

// board opens a run of the cup plan and a seat on it.
func board(t *testing.T, cups *atomic.Int32, script func(*seat)) {
	t.Helper()
	p, err := plan.Load("cup.yaml", []byte(cupPlan))
	if err != nil {
		t.Fatal(err)
	}
	action := cup(cups)
	dir, err := run.Create(filepath.Join(t.TempDir(), "runs"), p.Change, []byte(cupPlan), nil, func(id string) tasks.Event {
		return tasks.Event{Wall: time.Now(), Run: p.Window.Start.Time, By: tasks.ActorEngine, Body: tasks.RunOpened{Run: id, Change: p.Change, Plan: p.Hash,
			Mode: tasks.RehearsalRun, Actions: map[string][]tasks.StepPlan{"cup.make": action.Plan(tasks.Call{Plan: p})}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(engine.Config{Dir: dir, Actions: []tasks.Action{action}, Clock: clock.New(p.Window.Start.Time, 60), Holder: "the test"})
	if err != nil {
		t.Fatal(err)
	}
	first := e.First()
	ctx, cancel := context.WithCancel(t.Context())
	go e.Run(ctx)
	c := NewCockpit(Options{Send: e.Send, Slot: e.Snapshots(), First: first, Done: e.Done(), Err: e.Err})
	s := &seat{t: t, c: c, msgs: make(chan tea.Msg, 1000)}
	s.play(script)
	cancel()
	<-e.Done()
	if err := e.Err(); err != nil {
		t.Error(err)
	}
}

// until lets time pass until the screen's snapshot satisfies ok.
func (s *seat) until(what string, ok func(*tasks.State) bool) {
	s.t.Helper()
	for range 100 {
		if ok(s.c.snap.State) {
			return
		}
		s.wait(time.Second)
	}
	s.t.Fatalf("never saw %s:\n%s", what, s.frame())
}

func (s *seat) untilTask(id string, want tasks.Status) {
	s.t.Helper()
	s.until(id+" "+string(want), func(st *tasks.State) bool { return st.Tasks[id].Status == want })
}

func TestWholeFlightByKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cups atomic.Int32
		board(t, &cups, func(s *seat) {
			s.keys("enter")
			if !strings.Contains(s.frame(), "press c to take it first") {
				t.Errorf("starting without the conn says nothing:\n%s", s.frame())
			}
			s.keys("c")
			s.calm()
			s.write("aa")
			s.keys("tab", "tab", "enter")
			s.until("the conn with AA", func(st *tasks.State) bool { return st.Conn.Holder == "AA" })

			s.keys("enter")
			s.untilTask("M1", tasks.Active)
			s.keys("d")
			s.calm()
			s.write("we agreed")
			s.keys("tab", "tab", "enter")
			s.untilTask("M1", tasks.Done)

			s.keys("enter")
			s.calm()
			for _, want := range []string{"account 123456789012", "ap-southeast-1", "make a cup", "take the cup away"} {
				if !strings.Contains(s.frame(), want) {
					t.Errorf("the confirmation does not name %q:\n%s", want, s.frame())
				}
			}
			before := s.c.snap.Now
			s.wait(5 * time.Second)
			if gone := s.c.snap.Now.Sub(before); gone > 2*time.Second {
				t.Errorf("the pretend clock ran %s while a confirmation was open", gone)
			}
			s.keys("tab", "enter")
			s.untilTask("T1", tasks.Active)
			s.keys("a")
			s.untilTask("T1", tasks.Aborted)
			s.keys("enter") // try again
			s.calm()
			s.keys("tab", "enter")
			s.untilTask("T1", tasks.Done)
			if cups.Load() != 1 {
				t.Errorf("%d cups", cups.Load())
			}

			s.keys("R")
			s.calm()
			s.write("CUP1")
			s.keys("tab")
			s.write("the tea was cold")
			s.keys("tab", "tab", "enter")
			s.until("the rollback's end", func(st *tasks.State) bool { return st.Rollback.Phase == tasks.RolledBack })
			if cups.Load() != 0 || s.c.snap.State.Rollback.Reason != "the tea was cold" {
				t.Errorf("%d cups left, reason %q", cups.Load(), s.c.snap.State.Rollback.Reason)
			}
			s.keys("q")
			if !s.quit {
				t.Error("q does not leave an ended run")
			}
		})
	})
}

func TestStaleReviewIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cups atomic.Int32
		board(t, &cups, func(s *seat) {
			send := s.c.opts.Send
			for _, c := range []tasks.Command{{Kind: tasks.TakeConn}, {Kind: tasks.StartTask, Task: "M1"}, {Kind: tasks.AttestTask, Task: "M1", Text: "yes"}, {Kind: tasks.StartTask, Task: "T1"}} {
				c.By = "AA"
				if err := send(c); err != nil {
					t.Fatal(err)
				}
			}
			s.c.view.Actor = "AA"
			s.untilTask("T1", tasks.Done)
			s.keys("R")
			s.calm()
			s.write("CUP1")
			s.keys("tab")
			s.write("why")
			if err := send(tasks.Command{Kind: tasks.DecideGate, By: "AA", Task: "G1", Text: "no", Go: false}); err != nil {
				t.Fatal(err)
			}
			s.wait(time.Second)
			s.keys("tab", "tab", "enter")
			if !strings.Contains(s.dialog().Problem, "moved on") || cups.Load() != 1 {
				t.Errorf("problem %q, %d cups", s.dialog().Problem, cups.Load())
			}
		})
	})
}

// TestTurnsByKeys takes the turns of a day on the real engine: held and resumed, a note
// and an attestation taken back, the conn handed over and back, undone from one task on,
// and reopened.
func TestTurnsByKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cups atomic.Int32
		board(t, &cups, func(s *seat) {
			confirm := func(key string, texts ...string) {
				t.Helper()
				s.keys(key)
				s.calm()
				if s.dialog().Kind == NoDialog {
					t.Fatalf("%s opens nothing: %s\n%s", key, s.c.view.Toast, s.frame())
				}
				for s.dialog().At > 0 && len(texts) > 0 {
					s.keys("shift+tab")
				}
				for _, text := range texts {
					s.write(text)
					s.keys("tab")
				}
				for s.dialog().Focused() != OnOK {
					s.keys("tab")
				}
				s.keys("enter")
				s.wait(time.Second)
				if s.dialog().Kind != NoDialog {
					t.Fatalf("%s: %s\n%s", key, s.dialog().Problem, s.frame())
				}
			}
			state := func() *tasks.State { return s.c.snap.State }
			confirm("c", "aa")
			confirm("H", "the kettle is cold", "+15m")
			if !state().Hold.On() || !strings.Contains(s.frame(), "by AA: the kettle is cold") {
				t.Errorf("%+v\n%s", state().Hold, s.frame())
			}
			s.keys("enter")
			if !strings.Contains(s.c.view.Toast, "H resumes it") {
				t.Errorf("starting while held says %q", s.c.view.Toast)
			}
			confirm("H")
			s.keys("enter")
			s.untilTask("M1", tasks.Active)
			confirm("d", "we agreed")
			s.untilTask("M1", tasks.Done)
			confirm("u", "we did not")
			s.untilTask("M1", tasks.Active)
			confirm("d", "now we did")
			confirm("c", "bb")
			confirm("c", "bb")
			s.until("the conn with BB", func(st *tasks.State) bool { return st.Conn.Holder == "BB" })
			confirm("enter")
			s.untilTask("T1", tasks.Done)
			confirm("R", "CUP1", "one more time")
			s.until("the rollback's end", func(st *tasks.State) bool { return st.Rollback.Phase == tasks.RolledBack })
			if cups.Load() != 0 {
				t.Errorf("%d cups after the rollback", cups.Load())
			}
			s.keys("esc", "esc")
			confirm("O", "a clean cup")
			s.untilTask("T1", tasks.Waiting)
			confirm("enter")
			s.untilTask("T1", tasks.Done)
			if ts := state().Tasks["T1"]; cups.Load() != 1 || ts.Attempt != 2 {
				t.Errorf("%d cups, attempt %d", cups.Load(), ts.Attempt)
			}
		})
	})
}
