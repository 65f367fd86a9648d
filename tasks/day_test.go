package tasks_test

// day_test.go: the SCP day as events, for the tests of the domain.

import (
	"fmt"
	"testing"
	"time"

	"tminus/examples"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// day is a run of the SCP plan, told event by event.
type day struct {
	t      testing.TB
	plan   *plan.Plan
	state  *tasks.State
	events []tasks.Event
	now    time.Time // run time of the next event
}

// promised are the steps that stand-ins of the real actions would announce.
func promised() map[string][]tasks.StepPlan {
	return map[string][]tasks.StepPlan{
		"ec2.launch": {
			{ID: "image", Title: "look at the image"},
			{ID: "group", Title: "create the security group", Effect: true, Undo: "delete the security group"},
			{ID: "launch", Title: "launch the instance", Effect: true, Check: true, Undo: "terminate the instance"},
			{ID: "running", Title: "wait until it runs"},
		},
		"ec2.credentials":   {{ID: "dns", Title: "read the public DNS name"}, {ID: "host-key", Title: "read the host key"}},
		"cloudwatch.alarms": {{ID: "alarms", Title: "create the alarms", Effect: true, Undo: "delete the alarms"}},
		"ssh.test":          {{ID: "ladder", Title: "climb the ladder"}},
		"eip.assign": {
			{ID: "allocate", Title: "allocate an address", Effect: true, Undo: "release the address"},
			{ID: "associate", Title: "associate it", Effect: true, Check: true, Undo: "disassociate it"},
			{ID: "through", Title: "connect through it"},
		},
		"smoke.run": {{ID: "read-only", Title: "read-only test"}, {ID: "functional", Title: "functional test"}, {ID: "full", Title: "full test"}},
	}
}

// stated are the facts that stand-ins of the real actions would want to be told when they were done by hand.
func stated() map[string][]string {
	return map[string][]string{
		"ec2.launch": {tasks.FactInstance}, "ec2.credentials": {}, "ssh.test": {}, "cloudwatch.alarms": {}, "eip.assign": {tasks.FactAllocation, tasks.FactElasticIP}, "smoke.run": {},
	}
}

func loadSCP(t testing.TB) *plan.Plan {
	t.Helper()
	name, src := examples.SCP()
	p, err := plan.Load(name, src)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newDay opens a run at 16:00, with the conn held by LX.
func newDay(t testing.TB, change ...func(*plan.Plan)) *day {
	t.Helper()
	d := &day{t: t, plan: loadSCP(t)}
	for _, c := range change {
		c(d.plan)
	}
	d.state = tasks.NewState(d.plan)
	d.at("16:00")
	d.do(tasks.RunOpened{Run: "SCP100X0219-1-abcdef", Change: d.plan.Change, Plan: d.plan.Hash, Mode: tasks.RehearsalRun, Actions: promised(), States: stated()},
		tasks.WriterOpened{Epoch: 1}, tasks.ConnTaken{})
	return d
}

// manual makes T3 a task that is still to be done by hand: the SCP plan has none left.
func manual(p *plan.Plan) { p.Task("T3").Status = "not started" }

// voted gives G1 voters, of whom two have to say go, and a deadline of 17:30.
func voted(p *plan.Plan) {
	g := p.Task("G1")
	g.Poll, g.Quorum, g.Deadline = []string{"JC", "PR", "HL"}, 2, &plan.Time{Time: p.Task("T6").End.Add(15 * time.Minute)}
}

// aside adds tasks on demand: A1 changes the world, A2 only looks, A3 is done by hand after A1.
func aside(p *plan.Plan) {
	p.OnDemand = append(p.OnDemand, plan.Task{ID: "A1", Title: "Alarms", InCharge: "LX", After: []string{"T4"}, Action: "cloudwatch.alarms", OnDemand: true, Status: "not started"},
		plan.Task{ID: "A2", Title: "One more look", InCharge: "LX", Action: "ssh.test", OnDemand: true, Status: "not started"},
		plan.Task{ID: "A3", Title: "Call the bank", InCharge: "LX", After: []string{"A1"}, OnDemand: true, Status: "not started"})
}

// clock is a time of 7 February 2019 in the plan's zone.
func (d *day) clock(hhmm string) time.Time {
	d.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2019-02-07 "+hhmm, d.plan.Zone)
	if err != nil {
		d.t.Fatal(err)
	}
	return at
}

func (d *day) at(hhmm string) *day {
	d.t.Helper()
	d.now = d.clock(hhmm)
	return d
}

// do records events by LX.
func (d *day) do(bodies ...tasks.Body) { d.t.Helper(); d.doBy("LX", bodies...) }

func (d *day) doBy(who string, bodies ...tasks.Body) {
	for _, b := range bodies {
		e := tasks.Event{Seq: uint64(len(d.events) + 1), Wall: d.now, Run: d.now, By: who, Body: b}
		d.events = append(d.events, e)
		d.state.Apply(d.plan, e)
	}
}

func (d *day) task(id string) *tasks.TaskState { return d.state.Tasks[id] }

// last is the newest bookkeeping of a task; of the run for "".
func (d *day) last(task string) tasks.Entry {
	d.t.Helper()
	e, found := d.state.Entry(task)
	if !found {
		d.t.Fatalf("%q has no bookkeeping", task)
	}
	return e
}

func (d *day) schedule() tasks.Schedule { return tasks.NewSchedule(d.plan, d.state, d.now) }

// start starts a task as the engine would.
func (d *day) start(id string) {
	ts := d.task(id)
	from, again, attempt := ts.NextStep(), ts.Status == tasks.Done, max(1, ts.Attempt)
	if again {
		from = ""
	}
	if again && d.plan.Task(id).Action == "" {
		again, attempt = false, attempt+1
	}
	d.do(tasks.TaskStarted{Task: id, Attempt: attempt, From: from, Again: again})
}

// intend writes the intent of an effect and returns its id.
func (d *day) intend(task, step string) string {
	id := fmt.Sprintf("%s.%d.%s.%d", task, d.task(task).Attempt, step, len(d.events))
	d.do(tasks.Intended{ID: id, Task: task, Step: step, Action: d.plan.Task(task).Action, Attempt: d.task(task).Attempt,
		Undo: &tasks.UndoWords{Title: "undo " + step, Expect: time.Minute}})
	return id
}

// effect makes an effect with everything that follows it, and returns the intent's id.
func (d *day) effect(task, step string, facts map[string]string) string {
	id := d.intend(task, step)
	d.do(tasks.Outcome{Intent: id, State: tasks.OutcomeOK, Took: 2 * time.Second,
		Result: tasks.Result{Facts: facts, Made: []tasks.Resource{{Kind: step, ID: step + "-1"}}}})
	if d.task(task).Step(step).Check {
		d.do(tasks.StepDone{Task: task, Step: step, Result: tasks.Result{Verdict: tasks.Pass}})
	}
	return id
}

// allowed compares what the rules say of LX's command with a sentence; "" is allowed.
func (d *day) allowed(when string, c tasks.Command, want string) {
	d.t.Helper()
	if c.By == "" {
		c.By = "LX"
	}
	wantRefusal(d.t, when, d.state.Allowed(d.plan, c), want)
}

// fly does a whole task, steps and all, at the day's present time.
func (d *day) fly(ids ...string) {
	for _, id := range ids {
		t := d.plan.Task(id)
		if t.Gate {
			d.do(tasks.Decided{Task: id, Go: true})
			continue
		}
		d.start(id)
		for _, st := range d.task(id).Steps {
			if st.Effect {
				d.effect(id, st.ID, nil)
				continue
			}
			d.do(tasks.StepDone{Task: id, Step: st.ID, Result: tasks.Result{Verdict: tasks.Pass, Says: st.ID + " passed"}})
		}
		if len(t.SignOff) > 0 {
			d.do(tasks.TaskChecked{Task: id})
		}
		for _, who := range t.SignOff {
			d.do(tasks.SignedOff{Task: id, Contact: who, Evidence: "by e-mail"})
		}
		d.do(tasks.TaskDone{Task: id})
	}
}

// undo takes an effect back and returns the id of the undoing.
func (d *day) undo(intent string, state tasks.OutcomeState, problem string) string {
	target := d.state.Intent(intent)
	id := "undo." + intent + fmt.Sprint(len(d.events))
	d.do(tasks.Intended{ID: id, Task: target.Task, Step: target.Step, Undoes: intent})
	d.do(tasks.Outcome{Intent: id, State: state, Error: problem})
	return id
}
