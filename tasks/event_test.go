package tasks_test

// event_test.go: the journal's form of every event, for ever.

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

// samples is one event of every kind, every field filled: what is stored must come back.
func samples() []tasks.Body {
	result := tasks.Result{
		Verdict: tasks.Pass, Says: "runs", Facts: map[string]string{tasks.FactInstance: "i-1"}, Drop: []string{"old"},
		Made: []tasks.Resource{{Kind: "instance", ID: "i-1"}}, Rests: []string{tasks.FactPublicDNS},
		Rows:  []tasks.Row{{Name: "tcp", Verdict: tasks.Fail, Says: "refused", Took: time.Millisecond}},
		Trace: []tasks.Trace{{Line: "aws ec2 run-instances", Took: time.Second, RequestID: "r", Error: "e"}},
	}
	until := time.Date(2019, 2, 7, 9, 0, 0, 0, time.UTC)
	return []tasks.Body{
		tasks.RunOpened{Run: "X-1-ab", Change: "X", Plan: "00", Mode: tasks.LiveRun, Shift: -time.Hour, Actions: promised(), States: stated(), Build: "v1"},
		tasks.WriterOpened{Epoch: 2, PID: 3, Torn: 4, From: 5},
		tasks.ConnTaken{From: "JC"},
		tasks.ConnReleased{},
		tasks.ConnOffered{To: "JC"},
		tasks.Woke{Says: "the machine slept for 5m0s", Wall: 5 * time.Minute, Steady: time.Millisecond},
		tasks.HoldStarted{Reason: "the bank calls", Until: &until, Task: "G1"},
		tasks.HoldEnded{Note: "they hung up"},
		tasks.TaskStarted{Task: "T4", Attempt: 2, From: "launch", Again: true},
		tasks.Intended{ID: "T4.1.launch", Task: "T4", Step: "launch", Action: "ec2.launch", Attempt: 1, Token: "t", Facts: map[string]string{"a": "b"},
			Pre: map[string]string{"c": "d"}, Undo: &tasks.UndoWords{Title: "t", Call: "c", Lost: "l", Keep: "k", Expect: time.Minute}, Undoes: "u"},
		tasks.Outcome{Intent: "i", State: tasks.OutcomeFailed, Error: "no", Took: time.Second, Result: result},
		tasks.Reconciled{Intent: "i", State: tasks.OutcomeUnknown, Error: "?", Result: result},
		tasks.StepDone{Task: "T6", Step: "ladder", Error: "no", Took: time.Second, Result: result},
		tasks.TaskChecked{Task: "T8"},
		tasks.TaskDone{Task: "T8", Note: "seen"},
		tasks.TaskFailed{Task: "T4", Step: "launch", Reason: "capacity"},
		tasks.ByHand{Task: "T4", Note: "launched in the console", Facts: map[string]string{tasks.FactInstance: "i-9"}},
		tasks.TaskSkipped{Task: "T4", Reason: "not today"},
		tasks.TaskAborted{Task: "T4", Reason: "stop"},
		tasks.Decided{Task: "G1", Go: true, Note: "all there"},
		tasks.Polled{Task: "G1", Contact: "JC", Go: true, Note: "by phone"},
		tasks.Waived{Task: "T6", Step: "ladder", Contact: "PR", Reason: "PuTTY is not here"},
		tasks.Retracted{Event: 7, Reason: "the wrong task"},
		tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail of 18:01"},
		tasks.Noted{Task: "T4", Text: "тест \u202e \x1b[2J"},
		tasks.RollbackStarted{Head: 9, From: "T7", Reason: "R9", Intents: []string{"b", "a"}},
		tasks.RollbackStopped{Reason: "denied"},
		tasks.RollbackDone{Left: []string{"instance i-1: kept"}},
		tasks.Reopened{Reason: "another image"},
		tasks.Amended{From: "00", To: "11", File: "plan-2.yaml", Reason: "another image", Changes: []string{"environment.instance.ami: a → b"},
			Actions: promised(), States: stated()},
		tasks.Released{},
	}
}

// kinds are the names that event.go gives its events, read from its source, so
// that an event which nobody added to the samples or to Decode is found.
func kinds(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Name.Name != "Kind" || f.Recv == nil {
			continue
		}
		kind, err := strconv.Unquote(f.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit).Value)
		if err != nil || found[kind] {
			t.Fatalf("kind %q: given twice, or %v", kind, err)
		}
		found[kind] = true
	}
	return found
}

func TestEveryEventComesBackAsItWasWritten(t *testing.T) {
	missing := kinds(t)
	zone := time.FixedZone("SGT", 8*3600)
	for n, b := range samples() {
		delete(missing, b.Kind())
		want := tasks.Event{Seq: uint64(n + 1), Wall: time.Date(2026, 2, 7, 16, 0, 0, 123e6, zone), Run: time.Date(2019, 2, 7, 16, 0, 0, 0, zone),
			Steady: 1500 * time.Millisecond, By: "LX", Body: b}
		payload, err := tasks.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tasks.Decode(want.Seq, payload)
		if err != nil {
			t.Fatalf("%s: %v", b.Kind(), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s came back changed:\n%s", b.Kind(), diff)
		}
		if got.Wall.Location() != time.UTC || got.Run.Location() != time.UTC {
			t.Errorf("%s: its times are not UTC", b.Kind())
		}
	}
	for kind := range missing {
		t.Errorf("no test writes and reads a %q event", kind)
	}
}

// An event of a newer build is kept as it was written, changes nothing, and forbids writing.
func TestUnknownKindIsKeptAndForbidsWriting(t *testing.T) {
	payload, err := tasks.Encode(tasks.Event{Body: tasks.Noted{Text: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(payload, &fields); err != nil {
		t.Fatal(err)
	}
	fields["t"] = "task.teleported"
	payload, _ = json.Marshal(fields)
	e, err := tasks.Decode(12, payload)
	if err != nil || e.Body.Kind() != "task.teleported" || e.Seq != 12 {
		t.Fatalf("Decode says %+v, %v", e, err)
	}
	again, err := tasks.Encode(e)
	if err == nil {
		e, err = tasks.Decode(12, again)
	}
	if body, ok := e.Body.(tasks.Strange); err != nil || !ok || string(body.Raw) != `{"text":"x"}` {
		t.Errorf("it came back as %+v, %v", e, err)
	}
	var newer tasks.ErrNewerFormat
	err = tasks.Known([]tasks.Event{{Seq: 11, Body: tasks.Noted{}}, e})
	if want := `event 12: the journal holds an event "task.teleported" that this build of tminus does not know: use the newer build that wrote it`; !errors.As(err, &newer) || err.Error() != want {
		t.Errorf("it says %v", err)
	}
	d := newDay(t)
	before := d.before()
	d.do(e.Body)
	wantAsBefore(t, "after it", before, d.state)
}

func TestDecodeRefusesWhatIsNoEvent(t *testing.T) {
	for name, payload := range map[string]string{
		"no JSON": `{"t":`, "a time that is none": `{"t":"note","w":"noon","d":{}}`, "a body of another form": `{"t":"note","d":[]}`, "no body": `{"t":"note"}`,
		"a newer one without a body": `{"t":"task.teleported"}`, "no kind": `{"d":{}}`,
	} {
		if e, err := tasks.Decode(1, json.RawMessage(payload)); err == nil {
			t.Errorf("%s became %+v", name, e)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, b := range samples() {
		payload, err := tasks.Encode(tasks.Event{Wall: time.Unix(0, 0), Run: time.Unix(0, 0), By: "LX", Body: b})
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(payload))
	}
	p := loadSCP(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := tasks.Decode(1, payload)
		if err != nil {
			return
		}
		again, err := tasks.Encode(e)
		if err != nil {
			return // a year JSON cannot hold
		}
		back, err := tasks.Decode(1, again)
		if err != nil || back.Body.Kind() != e.Body.Kind() {
			t.Fatalf("%s does not come back: %v", again, err)
		}
		tasks.Fold(p, []tasks.Event{e, e})
	})
}
