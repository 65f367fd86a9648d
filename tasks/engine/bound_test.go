package engine

// bound_test.go: whatever an adapter says, it fits a record.

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"tminus/tasks"
	"tminus/tasks/journal"
)

func TestTalkativeResultFitsARecord(t *testing.T) {
	long := strings.Repeat("é", 100_000)
	r := tasks.Result{Says: long, Left: long}
	for range 500 {
		r.Rows = append(r.Rows, tasks.Row{Name: long, Says: long, Verdict: tasks.Pass})
		r.Trace = append(r.Trace, tasks.Trace{Line: long, Error: long, RequestID: long})
	}
	r.Rows[400].Verdict = tasks.Fail
	b := bounded(r)
	payload, err := tasks.Encode(tasks.Event{Body: tasks.StepDone{Result: b}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := journal.Create(t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Append(payload); err != nil {
		t.Error(err)
	}
	if last := b.Rows[len(b.Rows)-1]; last.Verdict != tasks.Fail || last.Name != "and 476 more" {
		t.Errorf("the failed row is hidden behind %+v", last)
	}
	if len(r.Rows) != 500 || r.Rows[0].Name != long {
		t.Error("the adapter's own slice was changed")
	}
}

func TestOverfullResultStopsTheTaskNotTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		step := e.actions["toy.make"].Step("wait")
		step.Do = func(context.Context, tasks.Call) (tasks.Result, error) {
			return tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{"all": strings.Repeat("x", 100_000)}}, nil
		}
		toT1(t, e)
		s := until(t, e, "T1 failed", status("T1", tasks.Failed))
		if reason := s.State.Tasks["T1"].Reason; !strings.Contains(reason, "more than a journal record may hold") {
			t.Errorf("reason %q", reason)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}
