package cli

// people_test.go: what the people of a rehearsal do next, and when they stop, over folded states.

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const day = `release: Toy 1.0
change: TOY1
timezone: UTC
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts: [{id: AA, name: Anna}, {id: BB, name: Ben}]
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
  - {id: T1, title: "make", start: 2019-02-07 16:00, end: 2019-02-07 16:30, in_charge: AA, action: toy.make}
  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [M1, T1], gate: true}
  - {id: T2, title: "look", start: 2019-02-07 16:40, end: 2019-02-07 16:50, in_charge: AA, after: [G1], action: toy.make, signoff: [BB]}
`

var (
	four   = time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
	player = tasks.ActorRehearsal
)

// fold is the snapshot after a rehearsal's opening and the bodies, all by the pretend people.
func fold(t *testing.T, now time.Time, bodies ...tasks.Body) *tasks.Snapshot {
	t.Helper()
	return foldPlan(t, day, now, bodies...)
}

func foldPlan(t *testing.T, text string, now time.Time, bodies ...tasks.Body) *tasks.Snapshot {
	t.Helper()
	p, err := plan.Load("day.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	make := []tasks.StepPlan{{ID: "cup", Title: "make a cup", Effect: true}}
	bodies = append([]tasks.Body{tasks.RunOpened{Run: "TOY1-1-abc", Change: p.Change, Mode: tasks.RehearsalRun, Actions: map[string][]tasks.StepPlan{"toy.make": make}}}, bodies...)
	var events []tasks.Event
	for n, b := range bodies {
		events = append(events, tasks.Event{Seq: uint64(n + 1), Run: four, By: player, Body: b})
	}
	return tasks.NewSnapshot(p, tasks.Fold(p, events), tasks.Live{Now: now, Wall: now, Speed: 10, Seq: uint64(len(events))})
}

// The bodies of a day, in pieces.
var (
	conn   = tasks.ConnTaken{}
	m1     = []tasks.Body{tasks.TaskStarted{Task: "M1", Attempt: 1}, tasks.TaskDone{Task: "M1"}}
	start  = tasks.TaskStarted{Task: "T1", Attempt: 1}
	intent = tasks.Intended{ID: "T1.1.cup", Task: "T1", Step: "cup", Action: "toy.make", Attempt: 1, Undo: &tasks.UndoWords{Title: "break it"}}
	made   = tasks.Outcome{Intent: "T1.1.cup", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "cup", ID: "c1"}}}}
	lost   = tasks.Outcome{Intent: "T1.1.cup", State: tasks.OutcomeUnknown}
	silent = tasks.Reconciled{Intent: "T1.1.cup", State: tasks.OutcomeUnknown, Error: "no answer"}
	absent = tasks.Reconciled{Intent: "T1.1.cup", State: tasks.OutcomeFailed, Error: "it had not happened"}
	fail   = tasks.TaskFailed{Task: "T1", Step: "cup", Reason: "no clay"}
	t1     = []tasks.Body{start, intent, made, tasks.TaskDone{Task: "T1"}}
)

// all puts bodies and lists of bodies in a row.
func all(parts ...any) (bodies []tasks.Body) {
	for _, p := range parts {
		switch p := p.(type) {
		case tasks.Body:
			bodies = append(bodies, p)
		case []tasks.Body:
			bodies = append(bodies, p...)
		}
	}
	return bodies
}

func TestNext(t *testing.T) {
	late := four.Add(45 * time.Minute)
	for name, c := range map[string]struct {
		now    time.Time
		bodies []tasks.Body
		back   bool
		want   string // kind and task; "" = nothing
	}{
		"nobody has the conn":         {four, nil, false, "take conn "},
		"before the planned start":    {four.Add(-time.Second), all(conn), false, ""},
		"at the planned start":        {four, all(conn), false, "start M1"},
		"a manual task is in hand":    {four, all(conn, m1[0]), false, "attest M1"},
		"the next ready one":          {four, all(conn, m1), false, "start T1"},
		"an action is under way":      {four, all(conn, m1, start), false, ""},
		"the gate waits for its time": {four, all(conn, m1, t1), false, ""},
		"the gate":                    {four.Add(30 * time.Minute), all(conn, m1, t1), false, "decide G1"},
		"after the gate":              {late, all(conn, m1, t1, tasks.Decided{Task: "G1", Go: true}), false, "start T2"},
		"a sign-off is missing": {late, all(conn, m1, t1, tasks.Decided{Task: "G1", Go: true},
			tasks.TaskStarted{Task: "T2", Attempt: 1}, tasks.TaskChecked{Task: "T2"}), false, "sign off T2"},
		"a failure":                           {late, all(conn, m1, start, fail), false, ""},
		"a failure, and back":                 {late, all(conn, m1, start, intent, made, fail), true, "review rollback "},
		"a failure with a manual one in hand": {late, all(conn, m1[0], start, intent, made, fail), true, "attest M1"},
		"it had not happened":                 {late, all(conn, m1, start, intent, absent, fail), true, "start T1"},
		"it had not happened, too often": {late, all(conn, m1, start, intent, absent, fail, start, intent, absent, fail,
			start, intent, absent, fail, start, intent, absent, fail), true, ""},
		"it failed after it had not happened": {late, all(conn, m1, start, intent, absent, fail, start,
			tasks.Outcome{Intent: "T1.1.cup", State: tasks.OutcomeFailed}, fail), false, ""},
		"the answer is lost, the world is asked": {late, all(conn, m1, start, intent, lost), true, ""},
		"the world does not tell":                {late, all(conn, m1, start, intent, lost, silent), false, "start T1"},
		"the world never tells":                  {late, all(conn, m1, start, intent, silent, start, silent, start, silent, start, silent), false, ""},
		"the world never tells, and back":        {late, all(conn, m1, start, intent, silent, start, silent, start, silent, start, silent), true, "abort T1"},
		"somebody aborted":                       {late, all(conn, m1, start, intent, made, tasks.TaskAborted{Task: "T1"}), false, ""},
		"a rollback is running":                  {late, all(conn, m1, t1, tasks.RollbackStarted{Intents: []string{"T1.1.cup"}}), true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := fold(t, c.now, c.bodies...)
			cmd, ok := people{c.back}.next(s, c.now)
			got := string(cmd.Kind) + " " + cmd.Task
			if !ok {
				got = ""
			}
			if got != c.want {
				t.Fatalf("next is %q, want %q", got, c.want)
			}
			if err := s.State.Allowed(s.Plan, cmd); ok && err != nil {
				t.Errorf("%+v would be refused: %v", cmd, err)
			}
		})
	}
}

func TestNextTakesTheConnFromAPerson(t *testing.T) {
	s := fold(t, four, conn)
	s.State.Conn.Holder = "AA"
	cmd, ok := people{}.next(s, four)
	if !ok || cmd.Kind != tasks.TakeConn || s.State.Allowed(s.Plan, cmd) != nil {
		t.Errorf("next is %+v, %v", cmd, ok)
	}
}

func TestEnded(t *testing.T) {
	late := four.Add(45 * time.Minute)
	back := all(conn, m1, start, intent, made, fail, tasks.RollbackStarted{Intents: []string{"T1.1.cup"}})
	undone := all(tasks.Intended{ID: "undo.T1.1.cup", Task: "T1", Step: "cup", Undoes: "T1.1.cup"}, tasks.Outcome{Intent: "undo.T1.1.cup", State: tasks.OutcomeOK})
	for name, c := range map[string]struct {
		bodies []tasks.Body
		back   bool
		code   int // -1 = goes on
		says   string
	}{
		"just opened":                            {nil, false, -1, ""},
		"under way":                              {all(conn, start), false, -1, ""},
		"released":                               {all(conn, tasks.Released{}), false, OK, ""},
		"released, then being rolled back":       {all(conn, t1, tasks.Released{}, tasks.RollbackStarted{Intents: []string{"T1.1.cup"}}), false, -1, ""},
		"released, then rolled back":             {all(conn, t1, tasks.Released{}, tasks.RollbackStarted{}, tasks.RollbackDone{}), false, TaskFailed, "the run was rolled back; rolled back, nothing is left"},
		"failed":                                 {all(conn, m1, start, fail), false, TaskFailed, "T1 failed: no clay"},
		"failed, another in hand":                {all(conn, m1[0], start, fail), false, -1, ""},
		"failed, to be rolled back":              {all(conn, m1, start, intent, made, fail), true, -1, ""},
		"failed, nobody has the conn":            {all(conn, m1, start, intent, made, fail, tasks.ConnReleased{}), true, -1, ""},
		"failed with nothing to roll back":       {all(conn, m1, start, fail), true, TaskFailed, "T1 failed: no clay"},
		"being rolled back":                      {back, true, -1, ""},
		"rolled back":                            {all(back, undone, tasks.RollbackDone{}), true, TaskFailed, "T1 failed: no clay; rolled back, nothing is left behind"},
		"rolled back but for one":                {all(back, tasks.RollbackDone{Left: []string{"cup c1: in use"}}), true, TaskFailed, "left behind: cup c1: in use"},
		"the rollback stopped":                   {all(back, tasks.RollbackStopped{Reason: "the cup is in use"}), true, TaskFailed, "T1 failed: no clay; the rollback stopped: the cup is in use"},
		"aborted":                                {all(conn, m1, start, tasks.TaskAborted{Task: "T1"}), false, WasAborted, "T1 was aborted"},
		"a no-go":                                {all(conn, m1, t1, tasks.Decided{Task: "G1", Note: "too late"}), false, TaskFailed, "G1 failed: no-go: too late"},
		"it had not happened":                    {all(conn, m1, start, intent, absent, fail), false, -1, ""},
		"the world is asked":                     {all(conn, m1, start, intent, lost), false, -1, ""},
		"the world does not tell":                {all(conn, m1, start, intent, lost, silent), false, -1, ""},
		"the world never tells":                  {all(conn, m1, start, intent, silent, start, silent, start, silent, start, silent), false, TaskFailed, "T1: nobody knows"},
		"the world never tells, and back":        {all(conn, m1, start, intent, silent, start, silent, start, silent, start, silent), true, -1, ""},
		"every task is finished, and unreleased": {all(conn, m1, t1, tasks.Decided{Task: "G1", Go: true}, tasks.TaskSkipped{Task: "T2"}), false, TaskFailed, "nothing goes on: every task is finished"},
	} {
		t.Run(name, func(t *testing.T) {
			crew := people{c.back}
			end, err := crew.ended(fold(t, late, c.bodies...), late)
			if end != (c.code >= 0) {
				t.Fatalf("ended: %v, %v", end, err)
			}
			if end && exitCode(t.Context(), err) != c.code {
				t.Errorf("exit %d, want %d", exitCode(t.Context(), err), c.code)
			}
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %q, want %q", err, c.says)
			}
			if cmd, ok := crew.next(fold(t, late, c.bodies...), late); end && err == nil && ok && c.bodies == nil {
				t.Errorf("ended, and yet %+v", cmd)
			}
		})
	}
}

func TestDue(t *testing.T) {
	for name, c := range map[string]struct {
		now    time.Time
		bodies []tasks.Body
		want   time.Time
	}{
		"the first":         {four.Add(-time.Hour), all(conn), four},
		"it has come":       {four, all(conn), time.Time{}},
		"the gate":          {four, all(conn, m1, t1), four.Add(30 * time.Minute)},
		"the earliest":      {four.Add(-time.Hour), all(conn, m1), four},
		"not while another": {four, all(conn, m1, start), time.Time{}},
		"locked":            {four.Add(-time.Hour), all(conn, tasks.RollbackStarted{}), time.Time{}},
	} {
		if got := (people{}).due(fold(t, c.now, c.bodies...), c.now); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestNobodyWaitsForEver: whatever happened, either somebody does something, or
// something is under way, or a start is planned, or it is over.
func TestNobodyWaitsForEver(t *testing.T) {
	days := all(conn, m1[0], start, intent, lost, silent, start, absent, fail, start, made, tasks.TaskDone{Task: "T1"}, tasks.TaskDone{Task: "M1"},
		tasks.Decided{Task: "G1", Note: "no"}, tasks.Decided{Task: "G1", Go: true}, tasks.TaskStarted{Task: "T2", Attempt: 1},
		tasks.TaskAborted{Task: "T2"}, tasks.TaskStarted{Task: "T2", Attempt: 1}, tasks.TaskChecked{Task: "T2"}, tasks.SignedOff{Task: "T2", Contact: "BB"}, tasks.TaskDone{Task: "T2"})
	for n := range len(days) + 1 {
		for _, back := range []bool{false, true} {
			for _, now := range []time.Time{four.Add(-time.Hour), four, four.Add(time.Hour)} {
				s := fold(t, now, days[:n]...)
				crew := people{back}
				if end, _ := crew.ended(s, now); end {
					continue
				}
				cmd, ok := crew.next(s, now)
				if !ok && !working(s) && crew.due(s, now).IsZero() {
					t.Errorf("after %d events at %v, back %v: nothing goes on", n, now, back)
				}
				if err := s.State.Allowed(s.Plan, cmd); ok && err != nil {
					t.Errorf("after %d events at %v, back %v: %+v: %v", n, now, back, cmd, err)
				}
			}
		}
	}
}

func TestFailureTellsTheLastOne(t *testing.T) {
	s := fold(t, four, all(conn, m1, start, intent, absent, fail, start, made, tasks.TaskFailed{Task: "T1", Reason: "it leaks"})...)
	s.State.Tasks["T1"].Status = tasks.Undone
	if got := failure(s); got != "T1 failed: it leaks" {
		t.Error(got)
	}
	if !errors.As(code(TaskFailed, errors.New("x")), new(*Exit)) || code(TaskFailed, nil) != nil {
		t.Error("code makes no exit, or one of nothing")
	}
}
