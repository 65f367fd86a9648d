package tasks_test

// waiver_test.go: going on without what could not be proven or was not signed; never without an effect.

import (
	"slices"
	"testing"

	"tminus/tasks"
)

// unproven is a day on which T6 looked in vain.
func unproven(t *testing.T) *day {
	d := newDay(t)
	d.fly("T4", "T5")
	d.start("T6")
	d.do(ladder(tasks.Inconclusive, "no answer"), tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "no answer"})
	return d
}

func TestLookThatDidNotPassCanBeWaived(t *testing.T) {
	waive := tasks.Command{Kind: tasks.Waive, Task: "T6", Text: "PuTTY is not here"}
	d := unproven(t)
	if step, contacts := d.state.Waivable(d.plan.Task("T6")); step != "ladder" || contacts != nil {
		t.Errorf("to be waived: %q, %v", step, contacts)
	}
	d.allowed("with a reason", waive, ok)
	d.allowed("without one", tasks.Command{Kind: tasks.Waive, Task: "T6"}, "a waiver needs its reason")
	d.allowed("a sign-off that nobody asks for", tasks.Command{Kind: tasks.Waive, Task: "T6", For: "PR", Text: "x"}, "T6 does not wait for a sign-off")
	d.do(tasks.Waived{Task: "T6", Step: "ladder", Reason: "PuTTY is not here"})
	ts := d.task("T6")
	if ts.Step("ladder").Status != tasks.StepWaived || ts.NextStep() != "" || len(ts.Evidence) != 0 {
		t.Errorf("waived: the step is %s, next %q, evidence %v", ts.Step("ladder").Status, ts.NextStep(), ts.Evidence)
	}
	if w := ts.Waivers; len(w) != 1 || w[0] != (tasks.Waiver{Step: "ladder", By: "LX", Reason: "PuTTY is not here", At: d.now}) {
		t.Errorf("the waivers are %+v", w)
	}
	d.allowed("twice", waive, "T6 has nothing to waive: only a look that did not pass, or a sign-off that is missing, can be")
	d.start("T6")
	if st := d.task("T6").Step("ladder").Status; st != tasks.StepWaived {
		t.Errorf("the task goes on, and what was waived is %s again", st)
	}
	d.do(tasks.TaskDone{Task: "T6"})
	d.start("T6") // verified again, it is looked at after all
	if st := d.task("T6").Step("ladder").Status; st != tasks.StepDoing {
		t.Errorf("verified again, what was waived is %s", st)
	}
}

// TestBindingLookIsNeverWaived: in another account nothing is begun, whatever the reason.
func TestBindingLookIsNeverWaived(t *testing.T) {
	d := unproven(t)
	d.task("T6").Steps[0].Binding = true
	if step, contacts := d.state.Waivable(d.plan.Task("T6")); step != "" || contacts != nil {
		t.Errorf("to be waived: %q, %v", step, contacts)
	}
	d.allowed("a binding look", tasks.Command{Kind: tasks.Waive, Task: "T6", Text: "x"},
		"“climb the ladder” cannot be waived: all that comes after it rests on it. Put right what it says, then enter on T6 looks again")
	d.start("T6")
	d.allowed("while it looks again", tasks.Command{Kind: tasks.Waive, Task: "T6", Text: "x"}, "T6 has nothing to waive: only a look that did not pass, or a sign-off that is missing, can be")
	plan := tasks.Action{Steps: []tasks.Step{{ID: "identity", Binding: true}, {ID: "other"}}}.Plan(tasks.Call{})
	if !plan[0].Binding || plan[1].Binding {
		t.Errorf("promised: %+v", plan)
	}
}

func TestEffectIsNeverWaived(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image", Result: tasks.Result{Verdict: tasks.Pass}})
	d.do(tasks.Outcome{Intent: d.intend("T4", "group"), State: tasks.OutcomeFailed, Error: "denied"}, tasks.TaskFailed{Task: "T4", Step: "group", Reason: "denied"})
	d.allowed("a failed effect", tasks.Command{Kind: tasks.Waive, Task: "T4", Text: "x"},
		"T4 has nothing to waive: only a look that did not pass, or a sign-off that is missing, can be")
}

func TestMissingSignOffCanBeWaived(t *testing.T) {
	waive := func(who string) tasks.Command {
		return tasks.Command{Kind: tasks.Waive, Task: "T8", For: who, Text: "open role"}
	}
	d := newDay(t)
	d.do(tasks.TaskChecked{Task: "T8"}, tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail"})
	if _, contacts := d.state.Waivable(d.plan.Task("T8")); !slices.Equal(contacts, []string{"PM"}) {
		t.Errorf("to be waived: %v", contacts)
	}
	d.allowed("the missing one", waive("PM"), ok)
	d.allowed("the one that was given", waive("PR"), `T8 does not wait for a sign-off by "PR"; missing: PM`)
	d.allowed("nobody in particular", waive(""), `T8 does not wait for a sign-off by ""; missing: PM`)
	d.do(tasks.Waived{Task: "T8", Contact: "PM", Reason: "open role"})
	if m := d.state.Missing(d.plan.Task("T8")); len(m) != 0 {
		t.Errorf("still missing: %v", m)
	}
	d = newDay(t)
	d.allowed("before its checks passed", waive("PM"), "T8 has nothing to waive: only a look that did not pass, or a sign-off that is missing, can be")
}
