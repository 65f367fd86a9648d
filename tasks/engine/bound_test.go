package engine

// bound_test.go: whatever an adapter says, it fits a record.

import (
	"context"
	"errors"
	"fmt"
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
		r.Rows = append(r.Rows, tasks.Row{Name: long, Says: long, Verdict: tasks.Pass,
			Exchange: &tasks.Exchange{Request: long, Actual: long, Excerpt: "call +65 9123 4567 or ops@scp.example", Digest: strings.Repeat("a", 64), Target: long}})
		r.Trace = append(r.Trace, tasks.Trace{Line: long, Error: long, RequestID: long})
	}
	r.Rows[400].Verdict = tasks.Fail
	b := bounded(r)
	payload, err := tasks.Encode(tasks.Event{Body: tasks.StepDone{Result: b}})
	if err != nil {
		t.Fatal(err)
	}
	wantStorable(t, payload)
	if last := b.Rows[len(b.Rows)-1]; last.Verdict != tasks.Pass || last.Name != "and 380 more" || b.Rows[mostRows-1].Verdict != tasks.Fail {
		t.Errorf("behind the failed row, the last one that is kept: %+v, then %+v", b.Rows[mostRows-1], last)
	}
	if len(r.Rows) != 500 || r.Rows[0].Name != long || r.Rows[0].Exchange.Request != long {
		t.Error("the adapter's own slice was changed")
	}
	few := bounded(tasks.Result{Rows: r.Rows[:3]})
	if x := few.Rows[0].Exchange; strings.Contains(x.Excerpt, "9123") || strings.Contains(x.Excerpt, "@") || len(x.Digest) != 64 {
		t.Errorf("the exchange is kept as %+v", x)
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

// TestATalkativeFailureFitsARecord: a proxy that answers with a page of HTML must not end the run, least of all the record of what became of an effect.
func TestATalkativeFailureFitsARecord(t *testing.T) {
	long := strings.Repeat("<", 100_000)
	r := tasks.Result{Says: long, Left: long[:1900], Rows: []tasks.Row{{Name: long, Says: long}}} // as much as a result may carry
	payload, err := tasks.Encode(tasks.Event{Body: tasks.Outcome{Intent: "T1.1.cup", State: tasks.OutcomeUnknown, Error: sentence(errors.New(long)), Result: bounded(r)}})
	if err != nil {
		t.Fatal(err)
	}
	wantStorable(t, payload)
}

// TestALongListOfWhatIsLeftFitsARecord: the way back must come to its end however much it leaves.
func TestALongListOfWhatIsLeftFitsARecord(t *testing.T) {
	var left []string
	for n := range 2000 {
		left = append(left, fmt.Sprintf("address eipalloc-%d: kept: <it costs %s a day>", n, strings.Repeat("€", 40)))
	}
	few := fitting(left)
	payload, err := tasks.Encode(tasks.Event{Body: tasks.RollbackDone{Left: few}})
	if err != nil {
		t.Fatal(err)
	}
	wantStorable(t, payload)
	if last := few[len(few)-1]; len(few) < 100 || last != fmt.Sprintf("and %d more", len(left)-len(few)+1) {
		t.Errorf("%d told, and then %q", len(few), last)
	}
	if short := fitting(left[:3]); len(short) != 3 {
		t.Errorf("three are told as %q", short)
	}
	if none := fitting(nil); none != nil {
		t.Errorf("nothing is told as %q", none)
	}
}

// wantStorable writes the payload into a journal.
func wantStorable(t *testing.T, payload []byte) {
	t.Helper()
	w, err := journal.Create(t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Append(payload); err != nil {
		t.Error(err)
	}
}
