package tasks_test

// ledger_test.go: bookkeeping is taken back exactly, newest first, until somebody rests on it; an effect never is.

import (
	"testing"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// takeBack takes back an entry, if the rules allow it.
func (d *day) takeBack(when string, seq uint64) {
	d.t.Helper()
	d.allowed(when, tasks.Command{Kind: tasks.TakeBack, Event: seq}, ok)
	d.do(tasks.Retracted{Event: seq})
}

// before is the state at an earlier moment of the day, for wantAsBefore.
func (d *day) before() *tasks.State { return d.state.Clone() }

// wantAsBefore compares what bookkeeping can change: tasks, facts, hold, and what else can be taken back.
func wantAsBefore(t interface {
	Helper()
	Fatalf(string, ...any)
}, when string, was, now *tasks.State) {
	t.Helper()
	part := func(s *tasks.State) *tasks.State {
		return &tasks.State{Tasks: s.Tasks, Facts: s.Facts, Hold: s.Hold, Ledger: s.Ledger, Intents: s.Intents}
	}
	same(t, when, part(was), part(now))
}

func TestEveryKindOfBookkeepingIsPutBack(t *testing.T) {
	toG1 := func(d *day) { d.fly("T4", "T5", "T6") }
	checked := func(d *day) { d.do(tasks.TaskChecked{Task: "T8"}) }
	active := func(d *day) { d.start("T3") }
	for says, row := range map[string]struct {
		given func(*day)
		body  tasks.Body
		task  string
	}{
		"the start of T3":                  {func(*day) {}, tasks.TaskStarted{Task: "T3", Attempt: 1}, "T3"},
		"the attestation of T3":            {active, tasks.TaskDone{Task: "T3", Note: "seen"}, "T3"},
		"the failure of T3":                {active, tasks.TaskFailed{Task: "T3", Reason: "no AMI"}, "T3"},
		"the skipping of T4":               {func(*day) {}, tasks.TaskSkipped{Task: "T4", Reason: "there already"}, "T4"},
		"the attestation of T4 by hand":    {func(*day) {}, tasks.ByHand{Task: "T4", Note: "console", Facts: map[string]string{tasks.FactInstance: "i-9"}}, "T4"},
		"the decision at G1":               {toG1, tasks.Decided{Task: "G1", Go: true}, "G1"},
		"the answer of JC at G1":           {toG1, tasks.Polled{Task: "G1", Contact: "JC", Go: true}, "G1"},
		"the sign-off of PR":               {checked, tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail"}, "T8"},
		"the waiver of T8":                 {checked, tasks.Waived{Task: "T8", Contact: "PM", Reason: "open role"}, "T8"},
		"the waiver of T6":                 {func(d *day) { d.do(ladder(tasks.Fail, "no"), tasks.TaskFailed{Task: "T6", Step: "ladder"}) }, tasks.Waived{Task: "T6", Step: "ladder"}, "T6"},
		"the attestation of T3, to signed": {func(d *day) { d.plan.Task("T3").SignOff = []string{"PR"}; d.start("T3") }, tasks.TaskChecked{Task: "T3", Note: "seen"}, "T3"},
	} {
		t.Run(says, func(t *testing.T) {
			d := newDay(t, manual, voted)
			row.given(d)
			was := d.before()
			d.at("16:20").do(row.body)
			e := d.last(row.task)
			if label := e.Says; label != says && says != label+", to signed" || e.By != "LX" || !e.At.Equal(d.now) || e.Task != row.task {
				t.Fatalf("it is entered as %+v", e)
			}
			d.takeBack("at once", e.Seq)
			wantAsBefore(t, "not as it was", was, d.state)
			if !d.state.Retracted(e.Seq) || len(d.events) != len(d.state.Events) {
				t.Error("the event is no longer in the journal, or nothing says that it was taken back")
			}
			d.allowed("twice", tasks.Command{Kind: tasks.TakeBack, Event: e.Seq}, "there is no bookkeeping to take back here: an effect is undone by a rollback only")
		})
	}
}

func TestNoteIsOnlyMarked(t *testing.T) {
	d := newDay(t, manual)
	d.start("T3")
	d.do(tasks.Noted{Task: "T3", Text: "wrong"}, tasks.Noted{Text: "of the run"})
	if e := d.last(""); e.Says != "the note" || e.Task != "" {
		t.Errorf("the newest entry is %+v", e)
	}
	note, was := d.last("T3").Seq, d.state.Tasks
	d.takeBack("an older note", note)
	same(t, "taking back a note changed a task", &tasks.State{Tasks: was}, &tasks.State{Tasks: d.state.Tasks})
	if !d.state.Retracted(note) || d.state.Retracted(note+1) {
		t.Error("the wrong note is marked")
	}
	d.do(tasks.Released{})
	d.takeBack("a note, even of a released run", d.last("").Seq)
}

func TestNewestBookkeepingIsTakenBackFirst(t *testing.T) {
	d := newDay(t, manual)
	was := d.before()
	d.start("T3")
	start := d.last("T3").Seq
	d.do(tasks.TaskDone{Task: "T3", Note: "seen"}, tasks.Noted{Task: "T3", Text: "a remark on top"})
	first := "the attestation of T3 came after it: take that back first"
	d.allowed("the start, before the attestation", tasks.Command{Kind: tasks.TakeBack, Event: start}, first)
	d.takeBack("the attestation, below a note", start+1)
	d.takeBack("the start", start)
	d.takeBack("the note", start+2)
	wantAsBefore(t, "all three taken back", was, d.state)
}

func TestSignOffAndWhatFollowedAreTakenBackTogether(t *testing.T) {
	d := newDay(t)
	d.do(tasks.TaskChecked{Task: "T8"}, tasks.Waived{Task: "T8", Contact: "PM", Reason: "open role"})
	was := d.before()
	d.do(tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail"}, tasks.TaskDone{Task: "T8"})
	if e := d.last("T8"); e.Says != "the sign-off of PR" {
		t.Fatalf("the newest entry is %q", e.Says)
	}
	d.takeBack("the last sign-off", d.last("T8").Seq)
	wantAsBefore(t, "T8 waits for its sign-off again", was, d.state)
}

func TestWhatOthersRestOnStands(t *testing.T) {
	d := newDay(t, manual)
	d.fly("T3")
	attested := tasks.Command{Kind: tasks.TakeBack, Event: d.last("T3").Seq}
	d.allowed("nobody began T4", attested, ok)
	d.do(tasks.TaskSkipped{Task: "T4", Reason: "x"})
	d.allowed("T4 was skipped", attested, "the attestation of T3: T4 rests on it already, so it stands")
	d.takeBack("the skipping", d.last("T4").Seq)
	d.allowed("T4 waits again", attested, ok)
	d.start("T4")
	d.allowed("T4 runs", attested, "the attestation of T3: T4 rests on it already, so it stands")
}

// T5 was skipped before T4: that T4 waits again changes nothing for it.
func TestWhatWasSkippedBeforeDoesNotRestOnIt(t *testing.T) {
	d := newDay(t)
	d.do(tasks.TaskSkipped{Task: "T5", Reason: "known"}, tasks.TaskSkipped{Task: "T4", Reason: "by mistake"})
	d.takeBack("the skipping of T4", d.last("T4").Seq)
}

func TestWhatIsNoBookkeepingStands(t *testing.T) {
	const none = "there is no bookkeeping to take back here: an effect is undone by a rollback only"
	d := newDay(t, manual)
	d.do(tasks.TaskSkipped{Task: "T3", Reason: "x"})
	skipped := d.last("T3").Seq
	d.fly("T4")
	for _, e := range d.events {
		if e.Seq != skipped {
			d.allowed(e.Body.Kind(), tasks.Command{Kind: tasks.TakeBack, Event: e.Seq}, none)
		}
	}
	d.allowed("an event nobody wrote", tasks.Command{Kind: tasks.TakeBack, Event: 999}, none)
	d.do(tasks.Noted{Text: "stays"}, tasks.RollbackStarted{})
	d.allowed("the skipping, once the way back began", tasks.Command{Kind: tasks.TakeBack, Event: skipped}, none)
	d.takeBack("the note", d.last("").Seq)
	d = newDay(t)
	d.do(tasks.TaskSkipped{Task: "T8", Reason: "x"}, tasks.Released{})
	d.allowed("of a released run", tasks.Command{Kind: tasks.TakeBack, Event: d.last("T8").Seq}, "the run is released: what was written down stands")
}

// What the world was touched for is not put back by a stroke of the pen.
func TestWorldlyEventStrikesOutOlderEntries(t *testing.T) {
	for name, body := range map[string]tasks.Body{
		"an effect": tasks.Intended{ID: "i", Task: "T4", Step: "group", Attempt: 1}, "a look": tasks.StepDone{Task: "T4", Step: "image"},
		"an abort": tasks.TaskAborted{Task: "T4"}, "a new start": tasks.TaskStarted{Task: "T4", Attempt: 1},
	} {
		d := newDay(t)
		d.do(tasks.ByHand{Task: "T4", Note: "console"}, tasks.Polled{Task: "G1", Contact: "JC"}, tasks.Noted{Task: "T4", Text: "x"}, body)
		if e, found := d.state.Entry("T4"); !found || e.Before != nil || len(d.state.Ledger) != 2 {
			t.Errorf("after %s the ledger is %+v", name, d.state.Ledger)
		}
	}
}

// A task that waits again is done by the steps that are promised now.
func TestSkippingTakenBackAfterAnAmendment(t *testing.T) {
	d := newDay(t)
	d.do(tasks.TaskSkipped{Task: "T4", Reason: "x"})
	newer := promised()
	newer["ec2.launch"] = newer["ec2.launch"][1:]
	d.do(tasks.Amended{To: "11", Actions: newer})
	d.takeBack("the skipping", d.last("T4").Seq)
	if steps := d.task("T4").Steps; len(steps) != 3 || steps[0].ID != "group" {
		t.Errorf("T4 would be done by %+v", steps)
	}
}

// TestTheProgramsOwnNotesStand: taking back "fault injected" would not heal the fault.
func TestTheProgramsOwnNotesStand(t *testing.T) {
	p := &plan.Plan{}
	s := tasks.Fold(p, []tasks.Event{{Seq: 1, By: tasks.ActorEngine, Body: tasks.Noted{Text: "fault injected by LX: throttle"}}})
	if e, ok := s.Entry(""); ok {
		t.Errorf("it offers to take back %s", e.Says)
	}
}
