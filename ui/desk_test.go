package ui

// desk_test.go: the other end of Send: a small engine of one goroutine. It refuses by
// tasks.State.Allowed, turns commands into events and folds them.

import (
	"testing"
	"time"

	"tminus/examples"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// desk is the engine's end of the port.
type desk struct {
	plan   *plan.Plan
	events []tasks.Event
	slot   *tasks.Slot
	got    []tasks.Command
	hold   chan struct{} // when not nil, answers wait for it
	refuse error
	review *tasks.Review // what the world says when it is asked
	waking []string
	later  time.Duration // how much later than its events say it is
}

func scp(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.Load(examples.SCP())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newDesk(t testing.TB, mode tasks.Mode) *desk {
	d := &desk{plan: scp(t), slot: tasks.NewSlot()}
	step := func(id string, effect bool, undo string) tasks.StepPlan {
		return tasks.StepPlan{ID: id, Title: id, Effect: effect, Undo: undo}
	}
	d.happen("tminus", tasks.RunOpened{Run: "r", Change: d.plan.Change, Mode: mode, Actions: map[string][]tasks.StepPlan{
		"ec2.launch":      {step("run-instances", true, "terminate it")},
		"ec2.credentials": {step("describe", false, "")},
		"ssh.test":        {step("ladder", false, "")},
		"eip.assign":      {step("allocate-address", true, "release it"), step("associate-address", true, "disassociate it")},
		"smoke.run":       {step("read-only", false, ""), step("full", false, "")},
	}, States: map[string][]string{"ec2.launch": {tasks.FactInstance}, "eip.assign": {tasks.FactElasticIP, tasks.FactAllocation}}})
	return d
}

func (d *desk) happen(by string, bodies ...tasks.Body) {
	for _, b := range bodies {
		d.events = append(d.events, tasks.Event{Seq: uint64(len(d.events) + 1), Run: d.now(), By: by, Body: b})
	}
}

func (d *desk) now() time.Time {
	return d.plan.Task("T4").Start.Add(time.Duration(len(d.events))*time.Second + d.later)
}

func (d *desk) state() *tasks.State { return tasks.Fold(d.plan, d.events) }

func (d *desk) snapshot() *tasks.Snapshot {
	return tasks.NewSnapshot(d.plan, d.state(), tasks.Live{Now: d.now(), Wall: d.now(), Seq: uint64(len(d.events)),
		Review: d.review, Waking: d.waking})
}

// Send is the port.
func (d *desk) Send(c tasks.Command) error {
	if d.hold != nil {
		<-d.hold
	}
	d.got = append(d.got, c)
	if d.refuse != nil {
		return d.refuse
	}
	if err := d.state().Allowed(d.plan, c); err != nil {
		return err
	}
	switch c.Kind {
	case tasks.TakeConn:
		d.happen(c.By, tasks.ConnTaken{From: d.state().Conn.Holder})
	case tasks.ReleaseConn:
		d.happen(c.By, tasks.ConnReleased{})
	case tasks.StartTask:
		d.happen(c.By, tasks.TaskStarted{Task: c.Task, Attempt: 1})
	case tasks.AbortRunning:
		for _, id := range d.state().Busy(d.plan) {
			d.happen(c.By, tasks.TaskAborted{Task: id})
		}
	case tasks.AttestTask:
		d.happen(c.By, tasks.TaskDone{Task: c.Task, Note: c.Text})
	case tasks.SkipTask:
		d.happen(c.By, tasks.TaskSkipped{Task: c.Task, Reason: c.Text})
	case tasks.DecideGate:
		d.happen(c.By, tasks.Decided{Task: c.Task, Go: c.Go, Note: c.Text})
	case tasks.SignOffTask:
		d.happen(c.By, tasks.SignedOff{Task: c.Task, Contact: c.For, Evidence: c.Text, How: c.How})
	case tasks.AddNote:
		d.happen(c.By, tasks.Noted{Task: c.Task, Text: c.Text})
	case tasks.RollBack:
		d.happen(c.By, tasks.RollbackStarted{Head: c.Head, From: c.Task, Reason: c.Text, Intents: []string{"i1"}})
	default:
		d.more(c)
	}
	d.slot.Put(d.snapshot())
	return nil
}

// more are the commands of people who change their minds.
func (d *desk) more(c tasks.Command) {
	switch c.Kind {
	case tasks.OfferConn:
		d.happen(c.By, tasks.ConnOffered{To: c.For})
	case tasks.HoldPlan:
		d.happen(c.By, tasks.HoldStarted{Reason: c.Text, Until: &c.Until})
	case tasks.ResumePlan:
		d.happen(c.By, tasks.HoldEnded{Note: c.Text})
	case tasks.PollGate:
		d.happen(c.By, tasks.Polled{Task: c.Task, Contact: c.For, Go: c.Go, Note: c.Text})
	case tasks.Waive:
		step, _ := d.state().Waivable(d.plan.Task(c.Task))
		d.happen(c.By, tasks.Waived{Task: c.Task, Step: step, Contact: c.For, Reason: c.Text})
	case tasks.TakeBack:
		d.happen(c.By, tasks.Retracted{Event: c.Event, Reason: c.Text})
	case tasks.ReopenRun:
		d.happen(c.By, tasks.Reopened{Reason: c.Text})
	case tasks.ReviewRollback:
		d.prove(c.Task, tasks.Proof{There: true, Says: "tagged with this run"})
	}
}

// prove answers a review with the same proof for everything.
func (d *desk) prove(from string, all tasks.Proof) {
	d.review = &tasks.Review{From: from, Head: d.state().ReviewHead(), Proofs: map[string]tasks.Proof{}, Done: true}
	for _, i := range d.state().Backwards(from) {
		d.review.Proofs[i.ID] = all
	}
}

// launched brings the day to after T4: an instance exists and could be terminated.
func (d *desk) launched() {
	d.happen("LX", tasks.ConnTaken{}, tasks.TaskStarted{Task: "T4", Attempt: 1},
		tasks.Intended{ID: "i1", Task: "T4", Step: "run-instances", Action: "ec2.launch", Undo: &tasks.UndoWords{Title: "terminate the instance", Call: "aws ec2 terminate-instances"}},
		tasks.Outcome{Intent: "i1", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "instance", ID: "i-0c1f"}}}},
		tasks.TaskDone{Task: "T4"})
}

// upTo finishes the tasks of the day before id.
func (d *desk) upTo(id string) {
	d.launched()
	for _, t := range d.plan.Order() {
		if t == id {
			return
		}
		if ts := d.state().Tasks[t]; ts.Status == tasks.Waiting {
			d.happen("LX", tasks.TaskDone{Task: t})
		}
	}
}

// kinds are the commands asked for, pauses spelled out.
func (d *desk) kinds() []string {
	var out []string
	for _, c := range d.got {
		k := string(c.Kind)
		if c.Kind == tasks.PauseClock {
			k = map[bool]string{true: "pause", false: "go on"}[c.On]
		}
		out = append(out, k)
	}
	return out
}
