package tasks_test

// model_test.go: any legal history. Commands are drawn, asked of the rules, and those allowed become the
// events that the engine would write, the world answering as drawn.

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/plan"
)

var allCommands = [...]tasks.CommandKind{tasks.TakeConn, tasks.OfferConn, tasks.ReleaseConn, tasks.HoldPlan, tasks.ResumePlan, tasks.StartTask, tasks.AttestTask,
	tasks.FailTask, tasks.SkipTask, tasks.PollGate, tasks.DecideGate, tasks.Waive, tasks.SignOffTask, tasks.AbortRunning, tasks.AddNote, tasks.TakeBack,
	tasks.ReviewRollback, tasks.RollBack, tasks.ReopenRun, tasks.AmendPlan, tasks.PauseClock, tasks.InjectFault, tasks.LiftFault, tasks.LookAgain}

// forward are the commands that bring a day to its end, and a rollback to its.
var forward = [...]tasks.CommandKind{tasks.TakeConn, tasks.ResumePlan, tasks.StartTask, tasks.StartTask, tasks.StartTask, tasks.AttestTask, tasks.AttestTask,
	tasks.PollGate, tasks.DecideGate, tasks.Waive, tasks.SignOffTask, tasks.TakeBack, tasks.ReopenRun}

// model is a day and the luck it is flown with.
type model struct {
	*day
	t *rapid.T
}

func (m model) one(label string, of ...string) string { return rapid.SampledFrom(of).Draw(m.t, label) }

func (m model) lucky(what string) bool { return rapid.IntRange(0, 7).Draw(m.t, what) > 0 }

// command draws a command: mostly a legal one, kinds that go forward more often.
func (m model) command() tasks.Command {
	kind := rapid.SampledFrom(allCommands[:]).Draw(m.t, "command")
	if rapid.Bool().Draw(m.t, "forward") {
		kind = rapid.SampledFrom(forward[:]).Draw(m.t, "forward command")
	}
	if !m.lucky("legal") {
		return m.any(kind)
	}
	if legal := m.legal(kind); len(legal) > 0 {
		return rapid.SampledFrom(legal).Draw(m.t, "of the legal")
	}
	return m.any(kind)
}

// any draws a command, sensible or not.
func (m model) any(kind tasks.CommandKind) tasks.Command {
	c := m.full(kind)
	c.By, c.Task = m.one("by", m.state.Conn.Holder, "LX", "JC", "", "ghost"), m.one("task", "T3", "T4", "T5", "T6", "G1", "T7", "T8", "T9", "A1", "A2", "A3", "")
	c.Text, c.Go, c.For = m.one("text", "said", ""), m.lucky("go"), m.one("for", "JC", "PR", "PM", "HL", "")
	c.Event = rapid.Uint64Range(0, uint64(len(m.events)+1)).Draw(m.t, "event")
	if m.lucky("no facts") {
		c.Facts = nil
	}
	return c
}

// full is a command with everything that any kind wants.
func (m model) full(kind tasks.CommandKind) tasks.Command {
	c := tasks.Command{Kind: kind, By: m.state.Conn.Holder, Text: "said", Go: true, On: true, Confirm: m.plan.Change, Head: m.state.ReviewHead(), Until: m.now.Add(time.Hour)}
	if kind == tasks.AmendPlan {
		c.Amend = m.amended(m.change())
	}
	return c
}

// legal lists the legal commands of a kind.
func (m model) legal(kind tasks.CommandKind) (legal []tasks.Command) {
	c := m.full(kind)
	try := func() {
		if m.state.Allowed(m.plan, c) == nil {
			legal = append(legal, c)
		}
	}
	switch kind {
	case tasks.TakeConn:
		for _, c.By = range []string{"LX", "JC"} {
			try()
		}
	case tasks.AmendPlan:
		try()
	case tasks.TakeBack:
		for _, e := range m.state.Ledger {
			c.Event = e.Seq
			try()
		}
	default:
		for _, t := range append(slices.Concat(m.plan.Tasks, m.plan.OnDemand), plan.Task{}) {
			c.Task, c.Facts = t.ID, nil
			if t.Action == "ec2.launch" {
				c.Facts = map[string]string{tasks.FactInstance: "i-9"}
			} else if t.Action == "eip.assign" {
				c.Facts = map[string]string{tasks.FactAllocation: "a-9", tasks.FactElasticIP: "198.51.100.9"}
			}
			for _, c.For = range []string{"", "JC", "PR", "PM", "HL"} {
				try()
			}
		}
	}
	return legal
}

// change draws a change of the plan.
func (m model) change() func(*plan.Plan) {
	id, what := m.one("of", "T3", "T5", "G1", "T8"), m.one("change", "title", "action", "gate", "signoff", "out", "image")
	return func(p *plan.Plan) {
		n := slices.IndexFunc(p.Tasks, func(t plan.Task) bool { return t.ID == id })
		if what == "image" {
			p.Environment.Instance.AMI += "0"
		}
		if n < 0 {
			return
		}
		switch t := &p.Tasks[n]; what {
		case "title":
			t.Title += "!"
		case "action":
			t.Action = map[bool]string{true: "", false: "smoke.run"}[t.Action != ""]
		case "gate":
			t.Gate = !t.Gate
		case "signoff":
			t.SignOff = append(t.SignOff[:0:0], "HL")
		case "out":
			p.Tasks = slices.Delete(p.Tasks, n, n+1)
		}
	}
}

// become writes the events that an allowed command becomes.
func (m model) become(c tasks.Command) {
	t := m.plan.Task(c.Task)
	switch c.Kind {
	case tasks.TakeConn:
		m.doBy(c.By, tasks.ConnTaken{From: m.state.Conn.Holder})
	case tasks.OfferConn:
		m.doBy(c.By, tasks.ConnOffered{To: c.For})
	case tasks.ReleaseConn:
		m.doBy(c.By, tasks.ConnReleased{})
	case tasks.HoldPlan:
		m.doBy(c.By, tasks.HoldStarted{Reason: c.Text, Until: &c.Until})
	case tasks.ResumePlan:
		m.doBy(c.By, tasks.HoldEnded{})
	case tasks.StartTask:
		m.start(c.Task)
		m.work(c.Task)
	case tasks.AttestTask:
		m.attest(t, c)
	case tasks.FailTask:
		m.doBy(c.By, tasks.TaskFailed{Task: c.Task, Reason: c.Text})
	case tasks.SkipTask:
		m.doBy(c.By, tasks.TaskSkipped{Task: c.Task, Reason: c.Text})
	case tasks.PollGate:
		m.doBy(c.By, tasks.Polled{Task: c.Task, Contact: c.For, Go: c.Go, Note: c.Text})
	case tasks.DecideGate:
		m.doBy(c.By, tasks.Decided{Task: c.Task, Go: c.Go, Note: c.Text})
	case tasks.Waive:
		step, _ := m.state.Waivable(t)
		m.doBy(c.By, tasks.Waived{Task: c.Task, Step: step, Contact: c.For, Reason: c.Text})
		m.accept(t)
	case tasks.SignOffTask:
		m.doBy(c.By, tasks.SignedOff{Task: c.Task, Contact: c.For, Evidence: c.Text})
		m.accept(t)
	case tasks.AddNote:
		m.doBy(c.By, tasks.Noted{Task: c.Task, Text: c.Text})
	case tasks.TakeBack:
		m.doBy(c.By, tasks.Retracted{Event: c.Event})
	case tasks.AbortRunning:
		for _, id := range m.state.Busy(m.plan) {
			m.doBy(c.By, tasks.TaskAborted{Task: id})
		}
	case tasks.RollBack:
		m.wayBack(c)
	case tasks.ReopenRun:
		m.doBy(c.By, tasks.Reopened{Reason: c.Text})
	case tasks.AmendPlan:
		m.plan = c.Amend.Plan
		m.state = tasks.Fold(m.plan, m.events)
		m.doBy(c.By, tasks.Amended{To: strconv.Itoa(len(m.events)), Actions: c.Amend.Actions, States: c.Amend.States})
	}
}

// work goes on with an action as far as the world lets it.
func (m model) work(id string) {
	if m.plan.Task(id).Action == "" {
		return
	}
	for next := m.task(id).NextStep(); next != ""; next = m.task(id).NextStep() {
		st := m.task(id).Step(next)
		if !m.lucky("goes on") {
			return // it runs still
		}
		open := m.state.Effect(id, next)
		if st.Effect && open == nil {
			m.intend(id, next)
			open = m.state.Effect(id, next)
		}
		if st.Effect && open.Open() {
			state := tasks.OutcomeState(m.one("outcome", "ok", "ok", "ok", "failed", "unknown"))
			m.do(tasks.Outcome{Intent: open.ID, State: state, Result: tasks.Result{Made: []tasks.Resource{{Kind: next, ID: next}}, Facts: map[string]string{next: open.ID}}})
			if state == tasks.OutcomeUnknown {
				return
			}
			if state == tasks.OutcomeFailed {
				m.do(tasks.TaskFailed{Task: id, Step: next, Reason: "refused"})
				return
			}
		}
		if !st.Effect || st.Check {
			if !m.lucky("passes") {
				m.do(tasks.StepDone{Task: id, Step: next, Error: "no"}, tasks.TaskFailed{Task: id, Step: next, Reason: "no"})
				return
			}
			m.do(tasks.StepDone{Task: id, Step: next, Result: tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{next: strconv.Itoa(len(m.events))}}})
		}
	}
	m.finish(m.plan.Task(id))
}

func (m model) finish(t *plan.Task) {
	if len(m.state.Missing(t)) > 0 {
		m.do(tasks.TaskChecked{Task: t.ID})
		return
	}
	m.do(tasks.TaskDone{Task: t.ID})
}

func (m model) accept(t *plan.Task) {
	if m.task(t.ID).Status == tasks.Checked && len(m.state.Missing(t)) == 0 {
		m.do(tasks.TaskDone{Task: t.ID})
	}
}

func (m model) attest(t *plan.Task, c tasks.Command) {
	if t.Action == "" {
		m.finish(t)
		return
	}
	m.doBy(c.By, tasks.ByHand{Task: t.ID, Note: c.Text, Facts: c.Facts})
	if !m.lucky("the world agrees") {
		m.do(tasks.StepDone{Task: t.ID, Step: tasks.StatedStep, Error: "no"}, tasks.TaskFailed{Task: t.ID, Step: tasks.StatedStep, Reason: "no"})
		return
	}
	facts := map[string]string{"launch": "by hand", "dns": "by hand"}
	for name, value := range c.Facts {
		facts[name] = value
	}
	m.do(tasks.StepDone{Task: t.ID, Step: tasks.StatedStep, Result: tasks.Result{Verdict: tasks.Pass, Facts: facts, Drop: []string{"host-key"}}})
	m.finish(t)
}

func (m model) wayBack(c tasks.Command) {
	var list []string
	for _, i := range m.state.Backwards(c.Task) {
		if i.Open() { // the world is asked first
			m.do(tasks.Reconciled{Intent: i.ID, State: tasks.OutcomeFailed})
		} else {
			list = append(list, i.ID)
		}
	}
	m.doBy(c.By, tasks.RollbackStarted{Head: c.Head, From: c.Task, Reason: c.Text, Intents: list})
	for _, id := range list {
		if !m.lucky("undone") {
			m.do(tasks.RollbackStopped{Reason: "denied"})
			return
		}
		m.undo(id, tasks.OutcomeOK, "")
	}
	m.do(tasks.RollbackDone{Left: m.state.Left()})
}

// world lets time pass and what runs go on; sometimes the machine sleeps, a deadline passes, or all is done.
func (m model) world() {
	m.now = m.now.Add(time.Duration(rapid.IntRange(0, 20).Draw(m.t, "minutes")) * time.Minute)
	for _, id := range m.state.Busy(m.plan) {
		if open := m.state.Unsettled(); len(open) > 0 && m.task(id).Status == tasks.Unsure {
			m.do(tasks.Reconciled{Intent: open[0].ID, State: tasks.OutcomeState(m.one("answer", "ok", "failed", "unknown"))})
		} else if m.task(id).Status == tasks.Active && !m.task(id).ByHand() {
			m.work(id)
		}
	}
	if h, demanded := m.state.Deadline(m.plan, m.now); demanded {
		m.doBy(tasks.ActorEngine, h)
	}
	if !m.lucky("awake") && !m.lucky("really") {
		m.doBy(tasks.ActorEngine, tasks.Woke{Says: "it slept"})
		m.do(tasks.ConnTaken{})
	}
	unfinished := func(t plan.Task) bool { return !m.task(t.ID).Status.Finished() }
	if !m.state.Ended() && !m.state.Rollback.Locked() && !slices.ContainsFunc(m.plan.Tasks, unfinished) {
		m.doBy(tasks.ActorEngine, tasks.Released{})
	}
}

func newModel(tb *testing.T, t *rapid.T) model { return model{newDay(tb, manual, voted, aside), t} }
