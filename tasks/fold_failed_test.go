package tasks_test

// fold_failed_test.go: nothing of a task that failed goes on.

import (
	"testing"

	"tminus/tasks"
)

// TestFailedTaskRunsNothing: its look before an effect, or a step that lacked something, ended with it.
func TestFailedTaskRunsNothing(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image", Result: tasks.Result{Verdict: tasks.Pass}},
		tasks.TaskFailed{Task: "T4", Step: "group", Reason: "before anything was done: denied"})
	for _, st := range d.task("T4").Steps {
		if st.Status == tasks.StepDoing {
			t.Errorf("T4 failed, and %q is running", st.Title)
		}
	}
	d.start("T4")
	if st := d.task("T4").Step("group"); st.Status != tasks.StepDoing {
		t.Errorf("started again, the step is %s", st.Status)
	}
}
