package tasks_test

// byhand_test.go: work done outside tminus: its facts stated, marked, taken back, cleared by a start.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// byHand attests T4 by hand, the world agreeing, as the engine would.
func (d *day) byHand(id string) {
	facts := map[string]string{tasks.FactInstance: id}
	d.do(tasks.ByHand{Task: "T4", Note: "launched in the console", Facts: facts},
		tasks.StepDone{Task: "T4", Step: tasks.StatedStep, Result: tasks.Result{Verdict: tasks.Pass, Says: "it runs",
			Facts: map[string]string{tasks.FactInstance: id, tasks.FactPublicDNS: "ec2-1.example"}, Drop: []string{tasks.FactHostKey}, Rests: []string{tasks.FactInstance}}},
		tasks.TaskDone{Task: "T4"})
}

func TestWhenWorkMayBeStated(t *testing.T) {
	hand := func(task string, facts map[string]string) tasks.Command {
		return tasks.Command{Kind: tasks.AttestTask, Task: task, Text: "in the console", Facts: facts}
	}
	instance := map[string]string{tasks.FactInstance: "i-9"}
	d := newDay(t)
	d.allowed("with its facts", hand("T4", instance), ok)
	d.allowed("without", hand("T4", nil), "T4 done by hand: state its instance.id")
	d.allowed("a blank one", hand("T4", map[string]string{tasks.FactInstance: " "}), "T4 done by hand: state its instance.id")
	d.allowed("one too many", hand("T4", map[string]string{tasks.FactInstance: "i", tasks.FactGroup: "sg"}), `T4 does not bring "group.id": it brings instance.id`)
	d.allowed("a long one", hand("T4", map[string]string{tasks.FactInstance: strings.Repeat("i", 257)}), "instance.id is 257 bytes long: no instance.id is")
	d.allowed("without a note", tasks.Command{Kind: tasks.AttestTask, Task: "T4", Facts: instance}, "an attestation needs a note: what was done where, and what proves it")
	d.allowed("before its turn", hand("T7", nil), "T7 waits for T6, G1")
	d.start("T4")
	d.allowed("while it runs", hand("T4", instance), "T4 is active: only a waiting, failed or aborted task can be attested as done by hand")
	open := d.intend("T4", "group")
	d.do(tasks.TaskAborted{Task: "T4"})
	d.allowed("with an effect nobody knows of", hand("T4", instance), "it is not known whether "+open+" happened: enter asks the world first")
	d.do(tasks.Reconciled{Intent: open, State: tasks.OutcomeFailed})
	d.allowed("once it is known", hand("T4", instance), ok)
}

func TestStatedFactsAreMarked(t *testing.T) {
	d := newDay(t)
	d.byHand("i-9")
	for _, name := range []string{tasks.FactInstance, tasks.FactPublicDNS} {
		if f := d.state.Facts[name]; !f.Stated || f.Task != "T4" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	ts := d.task("T4")
	if !ts.ByHand() || !ts.Verified() || ts.Status != tasks.Done || len(d.state.UndoList()) != 0 {
		t.Errorf("by hand %v, verified %v, %s, %d to be undone", ts.ByHand(), ts.Verified(), ts.Status, len(d.state.UndoList()))
	}
	for _, st := range ts.Steps {
		if st.Status != tasks.StepByHand {
			t.Errorf("%s is shown as %s", st.ID, st.Status)
		}
	}
	if left := d.state.Left(); !cmp.Equal(left, []string{"instance.id i-9: stated by LX at T4, not made by this run"}) {
		t.Errorf("a rollback would leave %q", left)
	}
}

func TestWhatWasMadeBeforeStaysToBeUndone(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image"})
	group := d.effect("T4", "group", nil)
	d.do(tasks.TaskFailed{Task: "T4", Step: "launch", Reason: "capacity"})
	d.byHand("i-9")
	if ts := d.task("T4"); ts.Step("group").Status != tasks.StepOK || ts.Step("launch").Status != tasks.StepByHand {
		t.Errorf("the group is %s, the launch %s", ts.Step("group").Status, ts.Step("launch").Status)
	}
	if got := intents(d.state.UndoList()); !cmp.Equal(got, []string{group}) {
		t.Errorf("to be undone: %v", got)
	}
}

func TestStatementThatTheWorldDeniesIsClearedByAStart(t *testing.T) {
	d := newDay(t)
	d.do(tasks.ByHand{Task: "T4", Note: "console", Facts: map[string]string{tasks.FactInstance: "i-9"}},
		tasks.StepDone{Task: "T4", Step: tasks.StatedStep, Error: "there is no i-9"}, tasks.TaskFailed{Task: "T4", Step: tasks.StatedStep, Reason: "there is no i-9"})
	if ts := d.task("T4"); ts.Verified() || ts.Status != tasks.Failed || len(d.state.Facts) != 0 {
		t.Errorf("verified %v, %s, %v", ts.Verified(), ts.Status, d.state.Facts)
	}
	d.start("T4")
	ts := d.task("T4")
	if ts.ByHand() || ts.NextStep() != "image" || ts.Step("image").Status != tasks.StepDoing || ts.Step("launch").Status != tasks.StepTodo {
		t.Errorf("started again: by hand %v, next %q, %+v", ts.ByHand(), ts.NextStep(), ts.Steps)
	}
}

// What was known before the statement is known again, whatever the verification learnt beside it.
func TestStatementTakenBackRestoresTheFacts(t *testing.T) {
	d := newDay(t)
	d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Facts: map[string]string{
		tasks.FactInstance: "i-1", tasks.FactPublicDNS: "old.example", tasks.FactHostKey: "SHA256:old"}}})
	was := d.before()
	d.byHand("i-9")
	d.takeBack("by hand", d.last("T4").Seq)
	wantAsBefore(t, "not as before", was, d.state)

	d = newDay(t) // nothing was known before
	was = d.before()
	d.byHand("i-9")
	d.takeBack("by hand", d.last("T4").Seq)
	wantAsBefore(t, "not as before", was, d.state)

	d = newDay(t, func(p *plan.Plan) { p.Task("T5").After = nil })
	d.byHand("i-9")
	d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Facts: map[string]string{tasks.FactInstance: "i-2", tasks.FactHostKey: "SHA256:new"}}})
	d.takeBack("after somebody learnt better", d.last("T4").Seq)
	if diff := cmp.Diff(map[string]string{tasks.FactInstance: "i-2", tasks.FactHostKey: "SHA256:new"}, d.state.Values()); diff != "" {
		t.Error(diff)
	}
}

// A statement that came to nothing is nobody's any more once the task was skipped, and the skipping is who skipped it's.
func TestSkippedAfterAStatementIsNotByHand(t *testing.T) {
	d := newDay(t)
	d.do(tasks.ByHand{Task: "T4", Note: "console", Facts: map[string]string{tasks.FactInstance: "i-9"}}, tasks.TaskFailed{Task: "T4", Reason: "there is no i-9"})
	d.doBy("JC", tasks.TaskSkipped{Task: "T4", Reason: "not today"})
	if ts := d.task("T4"); ts.By != "JC" || ts.ByHand() {
		t.Errorf("skipped by %s, by hand %v", ts.By, ts.ByHand())
	}
}

func TestWhichStatedFactIsRefusedIsNoMatterOfLuck(t *testing.T) {
	d := newDay(t)
	facts := map[string]string{tasks.FactInstance: "i-9", "a": "1", "b": "2", "c": "3", "d": "4"}
	for range 50 {
		d.allowed("four too many", tasks.Command{Kind: tasks.AttestTask, Task: "T4", Text: "in the console", Facts: facts}, `T4 does not bring "a": it brings instance.id`)
	}
}
