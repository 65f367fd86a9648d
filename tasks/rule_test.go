package tasks_test

// rule_test.go: every command in every status, with the sentence a person reads.

import (
	"errors"
	"strings"
	"testing"

	"tminus/tasks"
	"tminus/tasks/plan"
)

var statuses = [...]tasks.Status{tasks.Waiting, tasks.Active, tasks.Checked, tasks.Done, tasks.Failed, tasks.Aborted, tasks.Skipped, tasks.Unsure, tasks.Undone}

const ok = "" // no refusal

// says is a refusal by status; "*" stands for those not named, %s in it for the status.
type says map[tasks.Status]string

func (s says) want(st tasks.Status) string {
	if w, named := s[st]; named {
		return w
	}
	return strings.ReplaceAll(s["*"], "%s", string(st))
}

func TestEveryCommandInEveryStatus(t *testing.T) {
	started := says{tasks.Waiting: ok, tasks.Failed: ok, tasks.Aborted: ok, tasks.Unsure: ok,
		tasks.Active: "X is running already", tasks.Checked: "X waits for sign-off: g records it", tasks.Done: "X is done; it changes the world and is not done twice",
		tasks.Skipped: "X was skipped", tasks.Undone: "X was rolled back"}
	skipped := says{tasks.Waiting: ok, tasks.Failed: ok, tasks.Aborted: ok, "*": "X is %s: only a waiting, failed or aborted task can be skipped"}
	notGate := says{"*": "X is not a gate"}
	noHand := says{"*": "X is %s: only a running manual task can be failed by hand"}
	gate := func(then string) says { return says{"*": "X is a gate: " + then} }
	with := func(base says, st tasks.Status, sentence string) says {
		s := says{st: sentence}
		for k, v := range base {
			if k != st {
				s[k] = v
			}
		}
		return s
	}
	for _, row := range []struct {
		task string
		kind tasks.CommandKind
		says says
	}{
		{"T4", tasks.StartTask, started}, // changes the world
		{"T6", tasks.AttestTask, says{tasks.Waiting: ok, tasks.Failed: ok, tasks.Aborted: ok,
			"*": "X is %s: only a waiting, failed or aborted task can be attested as done by hand"}},
		{"T4", tasks.FailTask, noHand},
		{"T4", tasks.SkipTask, skipped},
		{"T4", tasks.DecideGate, notGate},
		{"T4", tasks.SignOffTask, says{"*": "X is %s: it is signed off once its own checks have passed", tasks.Checked: `X does not wait for a sign-off by "PR"; missing: `}},
		{"T6", tasks.StartTask, with(started, tasks.Done, ok)}, // only looks
		{"T3", tasks.StartTask, with(started, tasks.Done, "X is done: a manual task is attested once")},
		{"T3", tasks.AttestTask, says{tasks.Active: ok, "*": "X is %s: start it first (enter), then attest"}},
		{"T3", tasks.FailTask, with(noHand, tasks.Active, ok)},
		{"T3", tasks.SkipTask, skipped},
		{"G1", tasks.StartTask, gate("g decides go or no-go")},
		{"G1", tasks.AttestTask, gate("g decides go or no-go")},
		{"G1", tasks.SkipTask, gate("a gate is never skipped")},
		{"G1", tasks.DecideGate, says{tasks.Done: "X is decided already: go", "*": ok}},
		{"T8", tasks.SignOffTask, says{"*": "X is %s: it is signed off once its own checks have passed", tasks.Checked: ok}},
	} {
		for _, st := range statuses {
			d := newDay(t, manual)
			for _, before := range d.plan.Tasks {
				if before.ID == row.task {
					break
				}
				d.task(before.ID).Status = tasks.Done
			}
			d.task(row.task).Status = st
			err := d.state.Allowed(d.plan, tasks.Command{Kind: row.kind, By: "LX", Task: row.task, Text: "said", For: "PR", Go: true})
			wantRefusal(t, string(row.kind)+" "+row.task+" "+string(st), err, strings.ReplaceAll(row.says.want(st), "X", row.task))
		}
	}
}

// wantRefusal compares an answer of the rules with its sentence; "" is allowed.
func wantRefusal(t testing.TB, what string, err error, want string) {
	t.Helper()
	var r tasks.Refusal
	switch {
	case err == nil && want != ok:
		t.Errorf("%s is allowed, want: %s", what, want)
	case err != nil && (!errors.As(err, &r) || r.Sentence != want):
		t.Errorf("%s: %v, want: %s", what, err, want)
	}
}

func TestRules(t *testing.T) {
	const readOnly, others = "nobody has the conn: press c to take it first", "LX has the conn, not JC: c hands it over"
	released := func(d *day) { d.do(tasks.ConnReleased{}) }
	live := func(d *day) { d.state.Mode = tasks.LiveRun }
	active := func(id string) func(*day) { return func(d *day) { d.task(id).Status = tasks.Active } }
	for name, row := range map[string]struct {
		given func(*day)
		c     tasks.Command
		want  string
	}{
		"start waits":                 {nil, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T7"}, "T7 waits for T6, G1"},
		"gate waits":                  {nil, tasks.Command{Kind: tasks.DecideGate, By: "LX", Task: "G1", Go: true}, "G1 waits for T6"},
		"retry waits too":             {func(d *day) { d.task("T7").Status = tasks.Failed }, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T7"}, "T7 waits for T6, G1"},
		"no such task":                {nil, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T9"}, `the plan has no task "T9"`},
		"no such command":             {nil, tasks.Command{Kind: "dance", By: "LX", Task: "T4"}, `there is no command "dance"`},
		"no conn":                     {released, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T4"}, readOnly},
		"no conn, note":               {released, tasks.Command{Kind: tasks.AddNote, By: "LX", Text: "x"}, readOnly},
		"no conn, abort":              {released, tasks.Command{Kind: tasks.AbortRunning, By: "LX"}, "nothing is running: there is nothing to abort"},
		"no conn, rollback":           {released, tasks.Command{Kind: tasks.RollBack, By: "LX"}, readOnly},
		"another's conn":              {nil, tasks.Command{Kind: tasks.StartTask, By: "JC", Task: "T4"}, others},
		"nobody in particular":        {nil, tasks.Command{Kind: tasks.StartTask, Task: "T4"}, "LX has the conn: say who you are first, c takes it over or sits you down"},
		"another's conn, give back":   {nil, tasks.Command{Kind: tasks.ReleaseConn, By: "JC"}, others},
		"give back":                   {nil, tasks.Command{Kind: tasks.ReleaseConn, By: "LX"}, ok},
		"take from another":           {nil, tasks.Command{Kind: tasks.TakeConn, By: "JC"}, ok},
		"take when free":              {released, tasks.Command{Kind: tasks.TakeConn, By: "JC"}, ok},
		"take what one has":           {nil, tasks.Command{Kind: tasks.TakeConn, By: "LX"}, "LX has the conn already"},
		"take as nobody":              {nil, tasks.Command{Kind: tasks.TakeConn}, "say who takes the conn: your initials as in the plan's contacts"},
		"take as a stranger":          {nil, tasks.Command{Kind: tasks.TakeConn, By: "XX"}, `"XX" is not among the plan's contacts: MY, JC, TL, HL, LX, KQ, WT, PR`},
		"take as an open role":        {nil, tasks.Command{Kind: tasks.TakeConn, By: "PM"}, "PM is an open role that nobody holds yet: take the conn under your own initials"},
		"the rehearsal takes":         {nil, tasks.Command{Kind: tasks.TakeConn, By: tasks.ActorRehearsal}, ok},
		"the rehearsal, live":         {live, tasks.Command{Kind: tasks.TakeConn, By: tasks.ActorRehearsal}, `"rehearsal" is not among the plan's contacts: MY, JC, TL, HL, LX, KQ, WT, PR`},
		"note":                        {nil, tasks.Command{Kind: tasks.AddNote, By: "LX", Text: "x"}, ok},
		"empty note":                  {nil, tasks.Command{Kind: tasks.AddNote, By: "LX", Text: " \t"}, "a note needs its text"},
		"abort nothing":               {nil, tasks.Command{Kind: tasks.AbortRunning, By: "LX"}, "nothing is running: there is nothing to abort"},
		"abort":                       {active("T4"), tasks.Command{Kind: tasks.AbortRunning, By: "LX"}, ok},
		"abort what is asked about":   {func(d *day) { d.task("T4").Status = tasks.Unsure }, tasks.Command{Kind: tasks.AbortRunning, By: "LX", Task: "T4"}, ok},
		"abort a rollback":            {func(d *day) { d.do(tasks.RollbackStarted{}) }, tasks.Command{Kind: tasks.AbortRunning, By: "LX"}, ok},
		"attest without a note":       {func(d *day) { d.task("T3").Status = tasks.Active }, tasks.Command{Kind: tasks.AttestTask, By: "LX", Task: "T3"}, "an attestation needs a note: what was seen that proves it"},
		"fail without a reason":       {func(d *day) { d.task("T3").Status = tasks.Active }, tasks.Command{Kind: tasks.FailTask, By: "LX", Task: "T3"}, "a failure needs a reason"},
		"skip without a reason":       {nil, tasks.Command{Kind: tasks.SkipTask, By: "LX", Task: "T4"}, "skipping needs a reason"},
		"no-go without a reason":      {func(d *day) { d.fly("T3", "T4", "T5", "T6") }, tasks.Command{Kind: tasks.DecideGate, By: "LX", Task: "G1"}, "a no-go needs a reason"},
		"go after a no-go":            {func(d *day) { d.fly("T3", "T4", "T5", "T6"); d.do(tasks.Decided{Task: "G1", Note: "wait"}) }, tasks.Command{Kind: tasks.DecideGate, By: "LX", Task: "G1", Go: true}, ok},
		"a skipped task frees others": {func(d *day) { d.do(tasks.TaskSkipped{Task: "T3"}) }, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T4"}, ok},
		"sign-off without evidence":   {func(d *day) { d.task("T8").Status = tasks.Checked }, tasks.Command{Kind: tasks.SignOffTask, By: "LX", Task: "T8", For: "PR"}, "a sign-off needs its evidence: where the acceptance was given"},
		"sign-off given twice": {func(d *day) { d.do(tasks.TaskChecked{Task: "T8"}, tasks.SignedOff{Task: "T8", Contact: "PR"}) },
			tasks.Command{Kind: tasks.SignOffTask, By: "LX", Task: "T8", For: "PR", Text: "x"}, `T8 does not wait for a sign-off by "PR"; missing: PM`},
		"forward while rolling back": {func(d *day) { d.do(tasks.RollbackStarted{}) }, tasks.Command{Kind: tasks.StartTask, By: "LX", Task: "T4"}, "the plan is locked: this run is being rolled back"},
		"a fault, live":              {live, tasks.Command{Kind: tasks.InjectFault, By: "LX"}, "this run is live: faults are injected into a rehearsal only"},
		"a fault lifted, live":       {live, tasks.Command{Kind: tasks.LiftFault, By: "LX"}, "this run is live: faults are injected into a rehearsal only"},
		"a pause, live":              {live, tasks.Command{Kind: tasks.PauseClock, By: "LX"}, "this run is live: its clock is the one on the wall, and nothing stops that"},
		"look again by anybody":      {released, tasks.Command{Kind: tasks.LookAgain}, ok},
		"look again, live":           {live, tasks.Command{Kind: tasks.LookAgain, By: "JC"}, ok},
		"a pause by anybody":         {released, tasks.Command{Kind: tasks.PauseClock, On: true}, ok},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDay(t, manual)
			if row.given != nil {
				row.given(d)
			}
			wantRefusal(t, name, d.state.Allowed(d.plan, row.c), row.want)
		})
	}
}

func TestReadyIsWhatMayStart(t *testing.T) {
	d := newDay(t)
	ready := func() (ids string) {
		for _, task := range d.plan.Tasks {
			if d.state.Ready(&task) {
				ids += task.ID + " "
			}
		}
		return strings.TrimSpace(ids)
	}
	for _, step := range []struct{ fly, want string }{{"", "T4"}, {"T4", "T5"}, {"T5", "T6"}, {"T6", "G1"}, {"G1", "T7"}, {"T7", "T8"}, {"T8", ""}} {
		if step.fly != "" {
			d.fly(step.fly)
		}
		if got := ready(); got != step.want {
			t.Errorf("after %s ready is %q, want %q", step.fly, got, step.want)
		}
	}
	if d.state.Ended() {
		t.Error("ended before it was released")
	}
	d.do(tasks.Released{})
	if !d.state.Ended() {
		t.Error("released and not ended")
	}
}

func TestRulesAreTotal(t *testing.T) {
	d := newDay(t, func(p *plan.Plan) { p.Contacts = nil })
	for _, by := range []string{"", "LX", "ghost"} {
		for _, kind := range []tasks.CommandKind{tasks.TakeConn, tasks.ReleaseConn, tasks.StartTask, tasks.AttestTask, tasks.FailTask, tasks.SkipTask, tasks.DecideGate,
			tasks.SignOffTask, tasks.AbortRunning, tasks.AddNote, tasks.RollBack, ""} {
			for _, task := range []string{"", "T4", "G1", "ghost"} {
				err := d.state.Allowed(d.plan, tasks.Command{Kind: kind, By: by, Task: task})
				if r := (tasks.Refusal{}); err != nil && (!errors.As(err, &r) || r.Sentence == "") {
					t.Errorf("%q by %q on %q: %v is no sentence", kind, by, task, err)
				}
			}
		}
	}
}

// Skipping frees what comes after: not before it is known what the task has left in the world.
func TestUnknownEffectIsNotSkipped(t *testing.T) {
	skip := tasks.Command{Kind: tasks.SkipTask, Task: "T4", Text: "not today"}
	d := newDay(t)
	d.start("T4")
	open := d.intend("T4", "group")
	d.do(tasks.Outcome{Intent: open, State: tasks.OutcomeUnknown}, tasks.TaskAborted{Task: "T4"})
	d.allowed("while nobody knows", skip, "it is not known whether "+open+" happened: enter asks the world first")
	d.do(tasks.Reconciled{Intent: open, State: tasks.OutcomeOK})
	d.allowed("once it is known", skip, ok)
}

// An abort that stops nothing says so: whoever asked for it thinks that something runs.
func TestAbortOfWhatDoesNotRun(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.allowed("another task", tasks.Command{Kind: tasks.AbortRunning, Task: "T7"}, "T7 is waiting: T4 can be aborted")
	d.allowed("no task at all", tasks.Command{Kind: tasks.AbortRunning, Task: "T9"}, `the plan has no task "T9"`)
	d.allowed("what runs", tasks.Command{Kind: tasks.AbortRunning, Task: "T4"}, ok)
	d.do(tasks.TaskAborted{Task: "T4"}, tasks.RollbackStarted{})
	d.allowed("a rollback, whatever was named", tasks.Command{Kind: tasks.AbortRunning, Task: "T7"}, ok)
}
