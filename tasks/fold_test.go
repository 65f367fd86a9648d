package tasks_test

// fold_test.go: the fold is total, deterministic, and never touches what was published.

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// anyEvents draws lists of events, sensible and senseless: also of tasks, steps
// and intents that nobody has.
func anyEvents(t *rapid.T, p *plan.Plan, minimum int) []tasks.Event {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	task := func() string {
		return pick("task", "T1", "T4", "T5", "T6", "T7", "T8", "G1", "A1", "A2", "A3", "ghost", "")
	}
	step := func() string {
		return pick("step", "image", "group", "launch", "running", "dns", "ladder", "allocate", "associate", "full", "alarms", "ghost", "")
	}
	intent := func() string { return pick("intent", "a", "b", "c", "d", "") }
	outcome := func() tasks.OutcomeState {
		return rapid.SampledFrom([]tasks.OutcomeState{tasks.OutcomeOK, tasks.OutcomeFailed, tasks.OutcomeUnknown}).Draw(t, "outcome")
	}
	result := func() tasks.Result {
		r := tasks.Result{Verdict: tasks.Verdict(pick("verdict", "", "pass", "fail", "inconclusive")), Says: pick("says", "", "yes")}
		if rapid.Bool().Draw(t, "learns") {
			r.Facts, r.Drop, r.Rests = map[string]string{pick("fact", "f", "g"): pick("value", "1", "2")}, []string{"g"}, []string{"f"}
			r.Made, r.Trace, r.Rows = []tasks.Resource{{Kind: "thing", ID: "1"}}, []tasks.Trace{{Line: pick("line", "x", "y")}}, []tasks.Row{{Name: "r"}}
		}
		return r
	}
	bodies := []func() tasks.Body{
		func() tasks.Body {
			return tasks.TaskStarted{Task: task(), Attempt: rapid.IntRange(0, 2).Draw(t, "attempt"), From: step()}
		},
		func() tasks.Body { return tasks.TaskStarted{Task: task(), Attempt: 1, Again: true} },
		func() tasks.Body {
			return tasks.Intended{ID: intent(), Task: task(), Step: step(), Attempt: 1, Undo: &tasks.UndoWords{Expect: time.Minute}}
		},
		func() tasks.Body { return tasks.Intended{ID: intent(), Task: task(), Step: step(), Undoes: intent()} },
		func() tasks.Body {
			return tasks.Outcome{Intent: intent(), State: outcome(), Error: "e", Result: result()}
		},
		func() tasks.Body { return tasks.Reconciled{Intent: intent(), State: outcome(), Result: result()} },
		func() tasks.Body {
			return tasks.StepDone{Task: task(), Step: step(), Error: pick("error", "", "e"), Result: result()}
		},
		func() tasks.Body { return tasks.TaskChecked{Task: task()} },
		func() tasks.Body { return tasks.TaskDone{Task: task()} },
		func() tasks.Body { return tasks.TaskFailed{Task: task(), Step: step(), Reason: "r"} },
		func() tasks.Body { return tasks.TaskSkipped{Task: task()} },
		func() tasks.Body { return tasks.TaskAborted{Task: task()} },
		func() tasks.Body { return tasks.Decided{Task: task(), Go: rapid.Bool().Draw(t, "go")} },
		func() tasks.Body { return tasks.SignedOff{Task: task(), Contact: "PR"} },
		func() tasks.Body { return tasks.RollbackStarted{From: task(), Intents: []string{intent(), intent()}} },
	}
	bodies = append(bodies, anyBookkeeping(t, task, step, result)...)
	for _, b := range samples() {
		bodies = append(bodies, func() tasks.Body { return b })
	}
	at := p.Window.Start.Time
	events := []tasks.Event{{Seq: 1, Run: at, Body: tasks.RunOpened{Run: "r", Change: p.Change, Mode: tasks.RehearsalRun, Actions: promised()}}}
	for n := range rapid.IntRange(minimum, 40).Draw(t, "events") {
		at = at.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second)
		events = append(events, tasks.Event{Seq: uint64(n + 2), Run: at, Wall: at, By: "LX", Body: rapid.SampledFrom(bodies).Draw(t, "body")()})
	}
	return events
}

// anyBookkeeping draws what people write down and take back, and what else stops and reopens a run.
func anyBookkeeping(t *rapid.T, task, step func() string, result func() tasks.Result) []func() tasks.Body {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	return []func() tasks.Body{
		func() tasks.Body {
			return tasks.ByHand{Task: task(), Facts: map[string]string{pick("fact", "f", "g"): pick("value", "1", "2")}}
		},
		func() tasks.Body { return tasks.StepDone{Task: task(), Step: tasks.StatedStep, Result: result()} },
		func() tasks.Body {
			return tasks.Waived{Task: task(), Step: step(), Contact: pick("contact", "", "PR", "PM")}
		},
		func() tasks.Body {
			return tasks.Polled{Task: task(), Contact: pick("contact", "JC", "PR"), Go: rapid.Bool().Draw(t, "go")}
		},
		func() tasks.Body {
			return tasks.Retracted{Event: rapid.Uint64Range(0, 42).Draw(t, "retracted")}
		},
		func() tasks.Body { return tasks.HoldStarted{Reason: "r", Task: task()} },
		func() tasks.Body { return tasks.ConnOffered{To: pick("contact", "", "JC", "PR")} },
		func() tasks.Body { return tasks.Reopened{} },
		func() tasks.Body { return tasks.Amended{To: "11", Actions: promised()} },
	}
}

func same(t interface{ Fatalf(string, ...any) }, what string, a, b *tasks.State) {
	if diff := cmp.Diff(a, b, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s:\n%s", what, diff)
	}
}

func TestFoldIsAFunctionOfItsEvents(t *testing.T) {
	p := loadSCP(t)
	aside(p)
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t, p, 0)
		once, viaClones := tasks.Fold(p, events), tasks.NewState(p)
		for _, e := range events {
			viaClones = viaClones.Clone()
			viaClones.Apply(p, e)
		}
		same(t, "folded twice", once, tasks.Fold(p, events))
		same(t, "folded through clones", once, viaClones)
	})
}

func TestPublishedStateNeverChanges(t *testing.T) {
	p := loadSCP(t)
	aside(p)
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t, p, 2)
		at := rapid.IntRange(1, len(events)-1).Draw(t, "published")
		s := tasks.Fold(p, events[:at])
		published, was := s.Clone(), tasks.Fold(p, events[:at])
		other := published.Clone() // two go on from the same one
		for _, e := range events[at:] {
			s.Apply(p, e)
		}
		for i := len(events) - 1; i >= at; i-- {
			other.Apply(p, events[i])
		}
		same(t, "the published state changed", was, published)
		same(t, "the engine's state was changed by another's", tasks.Fold(p, events), s)
	})
}

func TestWhateverWasWrittenCanBeShown(t *testing.T) {
	p := loadSCP(t)
	aside(p)
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t, p, 0)
		s := tasks.Fold(p, events)
		now := events[len(events)-1].Run
		tasks.NewSnapshot(p, s, tasks.Live{Now: now})
		s.UndoList()
		s.UndoProgress()
		s.Left()
		s.Unsettled()
		s.ReviewHead()
		s.Values()
		s.Effect("ghost", "ghost")
		s.UndoListFrom("ghost")
		s.Deadline(p, now)
		for _, e := range s.Ledger {
			s.Entry(e.Task)
			s.Retracted(e.Seq)
			s.Allowed(p, tasks.Command{Kind: tasks.TakeBack, By: s.Conn.Holder, Event: e.Seq})
		}
		for _, task := range p.Tasks {
			s.Ready(&task)
			s.Missing(&task)
			s.Waivable(&task)
			s.Poll(&task)
			s.UndoListFrom(task.ID)
			s.ReadsOnly(&task)
			s.Tasks[task.ID].NextStep()
			for _, e := range s.Tasks[task.ID].Evidence {
				s.Stale(e)
			}
			for _, st := range s.Tasks[task.ID].Steps {
				s.Effect(task.ID, st.ID)
			}
		}
	})
}

func TestRetryGoesOnAtTheStepThatFailed(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image", Result: tasks.Result{Verdict: tasks.Pass}})
	d.effect("T4", "group", nil)
	id := d.intend("T4", "launch")
	d.do(tasks.Outcome{Intent: id, State: tasks.OutcomeOK, Took: time.Second, Result: tasks.Result{Says: "launched"}})
	if st := d.task("T4").Step("launch"); st.Status != tasks.StepDoing || st.Took != time.Second {
		t.Errorf("before its check the effect is %s, took %s", st.Status, st.Took)
	}
	d.do(tasks.StepDone{Task: "T4", Step: "launch", Error: "it is not there"}, tasks.TaskFailed{Task: "T4", Step: "launch", Reason: "it is not there"})
	if next := d.task("T4").NextStep(); next != "launch" {
		t.Fatalf("a retry would go on at %q", next)
	}
	started := d.task("T4").StartedAt
	d.at("16:20").start("T4")
	ts := d.task("T4")
	if st := ts.Step("launch"); st.Status != tasks.StepDoing || st.Error != "" || ts.Step("group").Status != tasks.StepOK {
		t.Errorf("launch is %s (%s), group %s", st.Status, st.Error, ts.Step("group").Status)
	}
	if i := d.state.Effect("T4", "launch"); i == nil || i.ID != id || i.State != tasks.OutcomeOK {
		t.Errorf("the effect that stands is %+v: it would be made twice", i)
	}
	if ts.Status != tasks.Active || ts.Reason != "" || !ts.StartedAt.Equal(started) {
		t.Errorf("%s, %q, started %s", ts.Status, ts.Reason, ts.StartedAt)
	}
}

func TestUnknownOutcomeBlocksUntilTheWorldAnswers(t *testing.T) {
	for answer, want := range map[tasks.OutcomeState]struct {
		task tasks.Status
		step tasks.StepStatus
	}{
		tasks.OutcomeOK: {tasks.Active, tasks.StepOK}, tasks.OutcomeFailed: {tasks.Active, tasks.StepFailed}, tasks.OutcomeUnknown: {tasks.Unsure, tasks.StepUnknown},
	} {
		d := newDay(t)
		d.start("T4")
		id := d.intend("T4", "group")
		d.do(tasks.Outcome{Intent: id, State: tasks.OutcomeUnknown, Error: "connection reset"})
		if ts := d.task("T4"); ts.Status != tasks.Unsure || len(d.state.Unsettled()) != 1 || len(d.state.Busy(d.plan)) != 1 {
			t.Errorf("after a lost answer T4 is %s, %d unsettled", ts.Status, len(d.state.Unsettled()))
		}
		d.do(tasks.Reconciled{Intent: id, State: answer})
		if ts := d.task("T4"); ts.Status != want.task || ts.Step("group").Status != want.step {
			t.Errorf("the world says %s: T4 is %s, its step %s", answer, ts.Status, ts.Step("group").Status)
		}
	}
}

func TestEffectThatWasNeverSentIsAsIfNeverBegun(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image"})
	id := d.intend("T4", "group")
	d.do(tasks.WriterOpened{Epoch: 2}, tasks.Reconciled{Intent: id, State: tasks.OutcomeFailed, Error: "it had not happened"})
	if ts := d.task("T4"); ts.Status != tasks.Active || ts.NextStep() != "group" || ts.Step("group").Status == tasks.StepFailed || ts.Step("group").Error != "" {
		t.Errorf("T4 is %s, next %q, its step %+v", ts.Status, ts.NextStep(), ts.Step("group"))
	}
	if len(d.state.Unsettled()) != 0 || len(d.state.UndoList()) != 0 {
		t.Error("an effect that never was is still open, or to be undone")
	}
}

func TestAnswerAfterAnAbortIsKeptAndRestartsNothing(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image"})
	d.effect("T4", "group", nil)
	id := d.intend("T4", "launch")
	d.do(tasks.TaskAborted{Task: "T4", Reason: "stop"})
	if st := d.task("T4").Step("launch").Status; st != tasks.StepDoing {
		t.Errorf("the call already sent shows as %s", st)
	}
	d.do(tasks.Outcome{Intent: id, State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "instance", ID: "i-1"}}}})
	ts := d.task("T4")
	if ts.Status != tasks.Aborted || ts.Step("running").Status != tasks.StepTodo {
		t.Errorf("T4 is %s, the next step %s", ts.Status, ts.Step("running").Status)
	}
	if st := ts.Step("launch").Status; st == tasks.StepDoing || ts.NextStep() != "launch" {
		t.Errorf("the launch shows as %s though nobody is doing it; next is %q, its check", st, ts.NextStep())
	}
	if list := d.state.UndoList(); len(list) != 2 || list[0].Intent != id {
		t.Errorf("the instance that was made is not in the way back: %+v", list)
	}
}

func TestAbortWhileAnEffectIsCheckedStopsTheStep(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image"})
	d.effect("T4", "group", nil)
	id := d.intend("T4", "launch")
	d.do(tasks.Outcome{Intent: id, State: tasks.OutcomeOK}, tasks.TaskAborted{Task: "T4"})
	if st := d.task("T4").Step("launch").Status; st != tasks.StepTodo {
		t.Errorf("the check that was cut short shows as %s", st)
	}
}

func TestNewGenerationForgetsTheOldEffect(t *testing.T) {
	d := newDay(t)
	d.fly("T4")
	if d.state.Effect("T4", "launch") == nil {
		t.Fatal("the launch has no effect")
	}
	d.at("16:30").do(tasks.TaskStarted{Task: "T4", Attempt: 2})
	if i := d.state.Effect("T4", "launch"); i != nil {
		t.Errorf("generation 2 goes on with %s", i.ID)
	}
	if got := d.task("T4").StartedAt; !got.Equal(d.now) {
		t.Errorf("generation 2 started at %s", got)
	}
}

func TestFactsAreLearntAndDropped(t *testing.T) {
	d := newDay(t)
	d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Facts: map[string]string{"a": "1", "b": "2"}}},
		tasks.StepDone{Task: "T5", Step: "host-key", Result: tasks.Result{Facts: map[string]string{"a": "3"}, Drop: []string{"b"}}})
	if diff := cmp.Diff(map[string]string{"a": "3"}, d.state.Values()); diff != "" {
		t.Error(diff)
	}
	if f := d.state.Facts["a"]; f.Step != "host-key" || f.Task != "T5" || !f.At.Equal(d.now) {
		t.Errorf("nobody can say where the fact is from: %+v", f)
	}
}
