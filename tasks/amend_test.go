package tasks_test

// amend_test.go: a plan that changes on the day: what still may, what may not, and what it becomes.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// amended is the plan of the day, changed.
func (d *day) amended(change func(*plan.Plan)) *tasks.Amendment {
	p := d.plan.Rebase(0)
	change(p)
	return &tasks.Amendment{Plan: p, Actions: promised(), States: stated()}
}

// mayAmend compares the verdict on a change; why is what the refusal says after the change itself.
func (d *day) mayAmend(when string, change func(*plan.Plan), why string) {
	d.t.Helper()
	err := d.state.Allowed(d.plan, tasks.Command{Kind: tasks.AmendPlan, By: "LX", Text: "a wrong image", Amend: d.amended(change)})
	switch {
	case why == ok && err != nil:
		d.t.Errorf("%s: %v", when, err)
	case why != ok && (err == nil || !strings.HasSuffix(err.Error(), ": "+why)):
		d.t.Errorf("%s: %v, want: %s", when, err, why)
	}
}

func TestWhenAPlanMayBeAmended(t *testing.T) {
	later := func(p *plan.Plan) { p.Task("T8").End.Time = p.Task("T8").End.Add(time.Minute) }
	d := newDay(t)
	c := tasks.Command{Kind: tasks.AmendPlan, Text: "late", Amend: d.amended(later)}
	d.allowed("with a reason", c, ok)
	d.allowed("without one", tasks.Command{Kind: tasks.AmendPlan, Amend: c.Amend}, "an amendment needs a reason")
	d.allowed("without a plan", tasks.Command{Kind: tasks.AmendPlan, Text: "x"}, "an amendment needs the changed plan: tminus amend RUN PLAN")
	d.allowed("with an empty one", tasks.Command{Kind: tasks.AmendPlan, Text: "x", Amend: &tasks.Amendment{}}, "an amendment needs the changed plan: tminus amend RUN PLAN")
	d.allowed("with the same plan", tasks.Command{Kind: tasks.AmendPlan, Text: "x", Amend: d.amended(func(*plan.Plan) {})}, "the plan is the same, and so are its smoke tests' files: there is nothing to amend")
	retested := d.amended(func(*plan.Plan) {})
	retested.Digest = "other"
	d.allowed("with other tests alone", tasks.Command{Kind: tasks.AmendPlan, Text: "x", Amend: retested}, ok)
	d.hold("17:00")
	d.allowed("while it is held", c, ok)
	d.do(tasks.HoldEnded{})
	d.start("T4")
	d.allowed("while something runs", c, "T4 is running: let it end, or abort it first")
	d.do(tasks.TaskAborted{Task: "T4"}, tasks.RollbackStarted{})
	d.allowed("in a rollback", c, "the plan is locked by the rollback")
	d = newDay(t)
	d.do(tasks.Released{})
	d.allowed("at the end", c, "the run is released: its plan stands")
}

func TestWhatAnAmendmentMayChange(t *testing.T) {
	const begun = "T6 is done"
	image := func(p *plan.Plan) { p.Environment.Instance.AMI = "ami-00000000" }
	title := func(id string) func(*plan.Plan) { return func(p *plan.Plan) { p.Task(id).Title = "another" } }
	end := func(id string) func(*plan.Plan) {
		return func(p *plan.Plan) { p.Task(id).End.Time = p.Task(id).End.Add(-time.Minute) }
	}
	without := func(id string) func(*plan.Plan) {
		return func(p *plan.Plan) {
			var left []plan.Task
			for _, t := range p.Tasks {
				if t.ID != id {
					left = append(left, t)
				}
			}
			p.Tasks = left
		}
	}
	smoke := func(p *plan.Plan) { p.Smoke[0].Safe = !p.Smoke[0].Safe }
	d := newDay(t)
	d.mayAmend("the image, before anything was made", image, ok)
	d.mayAmend("the policy", func(p *plan.Plan) { p.Rollback.Instance = "stop" }, ok)
	d.mayAmend("the change number", func(p *plan.Plan) { p.Change = "X" }, "it names the run")
	d.mayAmend("the account", func(p *plan.Plan) { p.Environment.Account = "999999999999" }, "a run belongs to one account and region: start a run of its own")
	d.mayAmend("a sick colleague", func(p *plan.Plan) { p.Contact("LX").Deputy = "KQ"; p.Contact("LX").Phone = "1" }, ok)
	d.mayAmend("a task ticked off by the plan", func(p *plan.Plan) { p.Task("T8").Status = "completed" }, "what is done on the day is attested, not amended")
	d.mayAmend("a new task", func(p *plan.Plan) { p.Tasks = append(p.Tasks, plan.Task{ID: "T9", Title: "more"}) }, ok)
	d.mayAmend("a task taken out", without("T8"), ok)
	d.mayAmend("one that the document calls completed", title("T3"), "T3 is done")

	d.fly("T4", "T5", "T6")
	d.mayAmend("the image, with an instance standing", image, "what it says has been made already: roll that back first (R), reopen, then amend")
	d.mayAmend("the policy, with an instance standing", func(p *plan.Plan) { p.Rollback.Instance = "stop" }, "effects of it stand: it says how they are undone")
	d.mayAmend("a title of what is done", title("T6"), begun)
	d.mayAmend("the end of what is done", end("T6"), begun)
	d.mayAmend("what is done taken out", without("T6"), begun)
	d.mayAmend("what waits", func(p *plan.Plan) { p.Task("T7").After = []string{"T6"}; p.Task("T8").SignOff = []string{"PR"} }, ok)
	d.mayAmend("two at once, one of them begun", func(p *plan.Plan) { title("T8")(p); title("T6")(p) }, begun)
	d.mayAmend("the smoke tests before they ran", smoke, ok)

	d.fly("G1", "T7")
	d.do(tasks.TaskChecked{Task: "T8"})
	d.mayAmend("the smoke tests once they ran", smoke, "T8 is checked")
	d.mayAmend("what they share, once they ran", func(p *plan.Plan) { p.Testing.Bodies = true }, "T8 is checked")
	retested := d.amended(func(*plan.Plan) {})
	retested.Digest = "other"
	d.allowed("their files once they ran", tasks.Command{Kind: tasks.AmendPlan, By: "LX", Text: "x", Amend: retested}, "the plan cannot change so any more:\n  the smoke tests' files: T8 is checked")
	d.mayAmend("who signs what is begun", func(p *plan.Plan) { p.Task("T8").SignOff = []string{"PR"}; p.Task("T8").InCharge = "KQ" }, ok)
	d.mayAmend("when it should end", end("T8"), ok)
	d.mayAmend("what it does", func(p *plan.Plan) { p.Task("T8").Params = map[string]string{"a": "b"} }, "T8 is checked")
}

// The wrong image is found, what was made by it is undone, and the run goes on with the right one.
func TestAmendingAfterAReopening(t *testing.T) {
	d := newDay(t)
	d.fly("T4")
	d.rollBack("")
	d.do(tasks.Reopened{Reason: "another image"})
	d.mayAmend("the image", func(p *plan.Plan) { p.Environment.Instance.AMI = "ami-00000000" }, ok)
	d.mayAmend("when it begins", func(p *plan.Plan) { p.Task("T4").Start.Time = p.Task("T4").Start.Add(time.Minute) }, ok)
	d.mayAmend("what it does", func(p *plan.Plan) { p.Task("T4").Action = "" }, "the journal tells of T4: as another kind of task, or none, it would tell something else")
}

// A start that was taken back is still in the journal, and a journal means what it meant.
func TestTaskTheJournalTellsOfStaysWhatItIs(t *testing.T) {
	const told = "the journal tells of T3: as another kind of task, or none, it would tell something else"
	d := newDay(t, manual)
	d.start("T3")
	d.takeBack("the start", d.last("T3").Seq)
	d.mayAmend("its title", func(p *plan.Plan) { p.Task("T3").Title = "another" }, ok)
	d.mayAmend("an action", func(p *plan.Plan) { p.Task("T3").Action = "ssh.test" }, told)
	d.mayAmend("a gate", func(p *plan.Plan) { p.Task("T3").Gate = true }, told)
	d.mayAmend("another of its name", func(p *plan.Plan) { p.Task("T3").ID = "T33" }, told)
}

func TestTwoAmendments(t *testing.T) {
	d := newDay(t, manual)
	d.start("T3")
	first, second := promised(), promised()
	first["ssh.test"] = append(first["ssh.test"], tasks.StepPlan{ID: "again", Title: "climb it again"})
	d.do(tasks.Amended{From: d.state.Plan, To: "11", File: "plan-2.yaml", Actions: first, States: stated()})
	if d.state.Plan != "11" || len(d.task("T6").Steps) != 2 || d.task("T3").Status != tasks.Active {
		t.Errorf("after the first: plan %s, T6 %+v, T3 %s", d.state.Plan, d.task("T6").Steps, d.task("T3").Status)
	}
	d.do(tasks.TaskDone{Task: "T3"})
	d.fly("T4")
	d.do(tasks.Amended{From: "11", To: "22", File: "plan-3.yaml"}) // another time: the actions stay
	if d.state.Plan != "22" || len(d.task("T6").Steps) != 2 {
		t.Errorf("after the second: plan %s, T6 %+v", d.state.Plan, d.task("T6").Steps)
	}
	second["ec2.launch"] = nil
	d.do(tasks.Amended{From: "22", To: "33", Actions: second})
	if len(d.task("T4").Steps) != 4 || len(d.task("T6").Steps) != 1 {
		t.Errorf("what is done lost its steps: %+v, or what waits kept them: %+v", d.task("T4").Steps, d.task("T6").Steps)
	}
}

// What a rollback returned to waiting follows from what came after what: an amendment that changes that would tell
// of T5, which waits again, that it is done.
func TestOrderOfWhatWasReopenedStays(t *testing.T) {
	const told = "the journal tells of T5: in another order, what was undone and reopened would be told otherwise"
	d := newDay(t)
	d.fly("T4", "T5")
	d.rollBack("")
	d.do(tasks.Reopened{Reason: "another image"})
	loose := func(p *plan.Plan) { p.Task("T5").After = []string{"T3"} }
	p := d.amended(loose).Plan
	if st := tasks.Fold(p, d.events).Tasks["T5"].Status; st == d.task("T5").Status {
		t.Fatalf("T5 is %s either way: there is nothing to refuse", st)
	}
	d.mayAmend("the order", loose, told)
	d.mayAmend("the order of what never began", func(p *plan.Plan) { p.Task("T8").After = []string{"T6"} }, ok)
}
