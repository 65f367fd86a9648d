package tasks_test

// everything_test.go: how the kept journal with every kind of event was written.

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tminus/examples"
	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

// TestWriteJournalOfEverything tells a day on which everything happens; with TMINUS_WRITE_FIXTURES=1
// it keeps the journal, unless there is one: what is kept is never written again.
func TestWriteJournalOfEverything(t *testing.T) {
	d, first, second := everything(t)
	missing := kinds(t)
	for _, e := range d.events {
		delete(missing, e.Body.Kind())
	}
	for kind := range missing {
		t.Errorf("a %q event does not happen on it", kind)
	}
	dir := filepath.Join(fixtures, "everything")
	if _, err := os.Stat(dir); os.Getenv("TMINUS_WRITE_FIXTURES") == "" || !os.IsNotExist(err) {
		dir = t.TempDir()
	}
	w, err := journal.Create(dir, journal.Options{Holder: "the day of everything"})
	if err != nil {
		t.Fatal(err)
	}
	var told []tasks.Event // as they are read back: in UTC
	for _, e := range d.events {
		payload, err := tasks.Encode(e)
		if err == nil {
			_, err = w.Append(payload)
		}
		if err == nil {
			e, err = tasks.Decode(e.Seq, payload)
		}
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, e)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string][]byte{"plan.yaml": first, "plan-2.yaml": second} {
		if err := os.WriteFile(filepath.Join(dir, name), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"lock", "reserve"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asKept(t, r.Plan, r.Events), asKept(t, d.plan, told); !bytes.Equal(got, want) {
		t.Error("read back from its journal the day is another")
	}
}

// everything is the day, and the plan before and after its amendment.
func everything(t *testing.T) (d *day, first, second []byte) {
	_, src := examples.SCP()
	replaced := func(src []byte, old, new string) []byte {
		if !bytes.Contains(src, []byte(old)) {
			t.Fatalf("%q is not in the plan", old)
		}
		return bytes.Replace(src, []byte(old), []byte(new), 1)
	}
	first = replaced(src, "after: [T1, T2]\n    status: completed", "after: [T1, T2]\n    status: not started")
	first = replaced(first, "    gate: true\n", "    gate: true\n    poll: [JC, PR, HL]\n    quorum: 2\n    deadline: 2019-02-07 17:30\n")
	second = replaced(first, "Assign Elastic IP address and test connection", "Assign the Elastic IP address by hand")
	load := func(src []byte) *plan.Plan {
		p, err := plan.Load("plan.yaml", src)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	d = &day{t: t, plan: load(first)}
	d.state = tasks.NewState(d.plan)
	d.at("16:00").do(tasks.RunOpened{Run: "SCP100X0219-1-abcdef", Change: d.plan.Change, Plan: d.plan.Hash, Mode: tasks.RehearsalRun, Actions: promised(), States: stated(), Build: "v0.3"},
		tasks.WriterOpened{Epoch: 1, PID: 7}, tasks.ConnTaken{})
	d.morning()
	d.afternoon()
	d.evening()
	after := load(second)
	d.allowed("the amendment", tasks.Command{Kind: tasks.AmendPlan, Text: "no quota", Amend: &tasks.Amendment{Source: second, Plan: after}}, ok)
	amended := tasks.Amended{From: d.plan.Hash, To: after.Hash, File: "plan-2.yaml", Reason: "no quota", Actions: promised(), States: stated()}
	for _, ch := range plan.Diff(d.plan, after) {
		amended.Changes = append(amended.Changes, ch.String())
	}
	d.plan, d.state = after, tasks.Fold(after, d.events)
	d.do(amended)
	d.night()
	return d, first, second
}

// morning is the bookkeeping: notes, answers, attestations, taken back and given again; the conn handed over; a hold.
func (d *day) morning() {
	d.do(tasks.Noted{Text: "all there \u202e \x1b[2J"}, tasks.Polled{Task: "G1", Contact: "JC", Go: true})
	d.do(tasks.Retracted{Event: d.last("G1").Seq, Reason: "too early"}, tasks.Retracted{Event: 4})
	d.start("T3")
	d.do(tasks.TaskDone{Task: "T3", Note: "ami-05c100a0219f00d00"})
	d.do(tasks.Retracted{Event: d.last("T3").Seq, Reason: "another one"}, tasks.TaskFailed{Task: "T3", Reason: "not shared with us"})
	d.start("T3")
	d.at("16:04").do(tasks.TaskDone{Task: "T3", Note: "shared now"}, tasks.ConnOffered{To: "JC"})
	d.doBy("JC", tasks.ConnTaken{From: "LX"})
	until := d.clock("16:15")
	d.doBy("JC", tasks.HoldStarted{Reason: "the bank calls", Until: &until})
	d.at("16:12").doBy("JC", tasks.HoldEnded{Note: "they hung up"}, tasks.ConnReleased{})
	d.do(tasks.ConnTaken{})
}

// afternoon is T4 to the gate: a failed, a lost and an aborted effect, a waiver, a deadline, a sleep.
func (d *day) afternoon() {
	d.start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "image", Took: time.Second, Result: tasks.Result{Verdict: tasks.Pass, Says: "available", Trace: []tasks.Trace{{Line: "aws ec2 describe-images", Took: time.Second, RequestID: "r-1"}}}})
	d.do(tasks.Outcome{Intent: d.intend("T4", "group"), State: tasks.OutcomeFailed, Error: "throttled"}, tasks.TaskFailed{Task: "T4", Step: "group", Reason: "throttled"})
	d.start("T4")
	d.effect("T4", "group", map[string]string{tasks.FactGroup: "sg-1"})
	lost := d.intend("T4", "launch")
	d.do(tasks.Outcome{Intent: lost, State: tasks.OutcomeUnknown, Error: "connection reset"}, tasks.TaskAborted{Task: "T4", Reason: "stop"},
		tasks.Reconciled{Intent: lost, State: tasks.OutcomeOK, Result: tasks.Result{Facts: map[string]string{tasks.FactInstance: "i-1"}, Made: []tasks.Resource{{Kind: "instance", ID: "i-1"}}}})
	d.at("16:25").start("T4")
	d.do(tasks.StepDone{Task: "T4", Step: "launch", Result: tasks.Result{Verdict: tasks.Pass}}, tasks.StepDone{Task: "T4", Step: "running"}, tasks.TaskDone{Task: "T4"})
	d.start("T5")
	d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{tasks.FactPublicDNS: "ec2-1.example"}}},
		tasks.StepDone{Task: "T5", Step: "host-key", Result: tasks.Result{Verdict: tasks.Pass}}, tasks.TaskDone{Task: "T5"})
	d.start("T6")
	d.do(ladder(tasks.Fail, "refused"), tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "refused"}, tasks.Waived{Task: "T6", Step: "ladder", Reason: "PuTTY is not here"})
	d.start("T6")
	d.at("17:05").do(tasks.TaskDone{Task: "T6"}, tasks.Polled{Task: "G1", Contact: "HL", Note: "wait"}, tasks.Polled{Task: "G1", Contact: "JC", Go: true})
	h, _ := d.at("17:30").state.Deadline(d.plan, d.now)
	d.doBy(tasks.ActorEngine, h, tasks.Woke{Says: "the machine slept for 10m0s", Wall: 10 * time.Minute, Steady: time.Second})
	d.at("17:40").do(tasks.WriterOpened{Epoch: 2, PID: 8, Torn: 17, From: uint64(len(d.events))}, tasks.ConnTaken{}, tasks.Polled{Task: "G1", Contact: "PR", Go: true},
		tasks.Decided{Task: "G1", Go: true, Note: "two of three"}, tasks.HoldEnded{})
}

// evening is the end of it, and part of the way back.
func (d *day) evening() {
	d.fly("T7")
	d.start("T8")
	for _, st := range []string{"read-only", "functional", "full"} {
		d.do(tasks.StepDone{Task: "T8", Step: st, Result: tasks.Result{Verdict: tasks.Pass, Rows: []tasks.Row{{Name: "login", Verdict: tasks.Pass, Took: time.Millisecond}}}})
	}
	d.do(tasks.TaskChecked{Task: "T8"}, tasks.Waived{Task: "T8", Contact: "PM", Reason: "nobody holds the role"}, tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail of 17:58"})
	d.do(tasks.TaskDone{Task: "T8"})
	d.doBy(tasks.ActorEngine, tasks.Released{})
	list := intents(d.state.UndoListFrom("T7"))
	d.at("18:10").do(tasks.RollbackStarted{Head: d.state.ReviewHead(), From: "T7", Reason: "the wrong address", Intents: list})
	d.undo(list[0], tasks.OutcomeFailed, "denied")
	d.do(tasks.RollbackStopped{Reason: "denied"}, tasks.RollbackStarted{Head: d.state.ReviewHead(), From: "T7", Reason: "the wrong address", Intents: list})
	d.undo(list[0], tasks.OutcomeOK, "")
	d.undo(list[1], tasks.OutcomeOK, "")
	d.do(tasks.RollbackDone{Left: d.state.Left()}, tasks.Reopened{Reason: "the right one, by hand"})
}

// night is T7 done in a console, one statement of it taken back, and a second end.
func (d *day) night() {
	state := func(ip string) {
		facts := map[string]string{tasks.FactAllocation: "eipalloc-9", tasks.FactElasticIP: ip}
		d.do(tasks.ByHand{Task: "T7", Note: "in the console", Facts: facts}, tasks.StepDone{Task: "T7", Step: tasks.StatedStep,
			Result: tasks.Result{Verdict: tasks.Pass, Says: "associated", Facts: facts, Rests: []string{tasks.FactElasticIP}}}, tasks.TaskDone{Task: "T7"})
	}
	d.at("18:30")
	state("198.51.100.8")
	d.do(tasks.Retracted{Event: d.last("T7").Seq, Reason: "a slip"})
	state("198.51.100.9")
	d.at("18:40").do(tasks.TaskSkipped{Task: "T8", Reason: "shown before"})
	d.doBy(tasks.ActorEngine, tasks.Released{})
}
