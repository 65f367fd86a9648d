package engine

// plan_test.go: the plan held, by a person or a gate's deadline; the plan amended; and a
// run in which nothing goes on by itself.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

func TestAHoldEndsWithinADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		f.speed = 1
		e, stop := f.open(nil)
		agreed(t, e)
		s := until(t, e, "a beat", func(*tasks.Snapshot) bool { return true })
		hold := func(d time.Duration) tasks.Command {
			return tasks.Command{Kind: tasks.HoldPlan, Text: "lunch", Until: s.Now.Add(d)}
		}
		refused(t, e, hold(-time.Minute), "a hold ends later than now")
		refused(t, e, hold(25*time.Hour), "more than 24 h ahead")
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, hold(time.Hour))
		until(t, e, "T1 done all the same: it had begun", status("T1", tasks.Done))
		refused(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}, "held by AA (lunch)")
		must(t, e, tasks.Command{Kind: tasks.ResumePlan}, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true})
		left(t, stop)
	})
}

func TestAGateThatIsNotDecidedHoldsThePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := flightOf(t, w, deadlinePlan, w.actions())
		e, stop := f.open(nil)
		toT1(t, e)
		s := until(t, e, "the hold", func(s *tasks.Snapshot) bool { return s.State.Hold.On() })
		if h := s.State.Hold; h.Task != "G1" || h.By != tasks.ActorEngine || !h.Until.IsZero() || s.Now.Sub(s.State.Opened) < time.Hour {
			t.Errorf("held at %v: %+v", s.Now, h)
		}
		must(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: false, Text: "it leaks"})
		s = until(t, e, "the no-go", status("G1", tasks.Failed))
		if !s.State.Hold.On() {
			t.Error("a no-go ended the hold")
		}
		must(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true})
		s = until(t, e, "the go", status("G1", tasks.Done))
		if s.State.Hold.On() {
			t.Error("the plan is held on after the go")
		}
		left(t, stop)
	})
}

func TestNothingGoesOnByItselfInAStillRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		w.block = make(chan struct{})
		f := flightOf(t, w, deadlinePlan, w.actions())
		eyes := &eyes{shut: make(chan struct{})}
		f.sensors = []tasks.Sensor{eyes.sensor()}
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "the look", func(s *tasks.Snapshot) bool { return s.State.Tasks["T1"].NextStep() == "wait" })
		left(t, stop)
		close(w.block)

		f.still = true
		f.sensors[0].Read = nil // would panic, and be told
		e, stop = f.open(nil)
		time.Sleep(time.Minute)
		s := until(t, e, "a beat", func(s *tasks.Snapshot) bool { return s.Now.Sub(s.State.Opened) > 10*time.Hour })
		if s.State.Hold.On() || s.State.Tasks["T1"].NextStep() != "wait" || len(s.Readings.Failures) > 0 {
			t.Errorf("something went on: hold %+v, T1 at %s, %v", s.State.Hold, s.State.Tasks["T1"].NextStep(), s.Readings.Failures)
		}
		must(t, e, tasks.Command{Kind: tasks.TakeConn, By: "BB"})
		time.Sleep(time.Minute)
		must(t, e, tasks.Command{Kind: tasks.AbortRunning, By: "BB", Text: "enough"}, tasks.Command{Kind: tasks.ReviewRollback, By: "BB"})
		s = until(t, e, "the review", func(s *tasks.Snapshot) bool { return s.Review != nil && s.Review.Done })
		must(t, e, tasks.Command{Kind: tasks.RollBack, By: "BB", Confirm: "TOY1", Text: "back", Head: s.State.ReviewHead()})
		until(t, e, "rolled back", rolledBack)
		left(t, stop)
		if got := strings.Join(w.log(), ", "); got != "do cup, undo cup" {
			t.Errorf("calls: %s", got)
		}
	})
}

// amended is the toy plan with one thing in it replaced.
func amended(t *testing.T, old, replacement string) tasks.Command {
	t.Helper()
	src := []byte(strings.Replace(toyPlan, old, replacement, 1))
	p, err := plan.Load("toy.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return tasks.Command{Kind: tasks.AmendPlan, Text: "Anna is sick", Amend: &tasks.Amendment{Source: src, Plan: p}}
}

func TestAmendingThePlan(t *testing.T) {
	const of, by = `in_charge: AA, after: [G1]`, `in_charge: BB, after: [G1]`
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		agreed(t, e)
		refused(t, e, amended(t, of, by), "leave the cockpit first")
		left(t, stop)

		f.still = true
		e, stop = f.open(nil)
		refused(t, e, amended(t, `change: TOY1`, `change: TOY2`), "it names the run")
		refused(t, e, amended(t, `title: "agree"`, `title: "disagree"`), "M1 is done")
		other := amended(t, of, by)
		other.By, other.Amend.Source = "AA", []byte(toyPlan)
		if err := e.Send(other); err == nil {
			t.Error("a source that is not the plan's was taken")
		}
		must(t, e, amended(t, of, by))
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"}, "the plan was amended: leave")
		refused(t, e, amended(t, of, by), "the plan was amended: leave")
		must(t, e, tasks.Command{Kind: tasks.ReleaseConn})
		left(t, stop)

		f.still = false
		r, err := run.Load(f.dir)
		if err != nil {
			t.Fatal(err)
		}
		s := tasks.Fold(r.Plan, r.Events)
		if r.Plan.Task("T2").InCharge != "BB" || s.Plan != r.Plan.Hash || s.Tasks["M1"].Status != tasks.Done {
			t.Errorf("T2 is with %s; M1 is %s", r.Plan.Task("T2").InCharge, s.Tasks["M1"].Status)
		}
		if _, err := os.Stat(filepath.Join(f.dir, "plan.yaml")); err != nil {
			t.Error(err)
		}
		e, stop = f.open(nil)
		flyOn(t, e)
		left(t, stop)
	})
}

// TestAnAmendmentTellsNothingOfPeople but that something about them changed.
func TestAnAmendmentTellsNothingOfPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		f.still = true
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, amended(t, `{id: AA, name: Anna}`, `{id: AA, name: Anna Lee, phone: "9123 4567"}
  - {id: CC, name: Carla, email: carla@example.org}`))
		left(t, stop)
		r, err := run.Load(f.dir)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := r.Events[len(r.Events)-1].Body.(tasks.Amended)
		if got := strings.Join(b.Changes, "; "); got != "contacts.AA.name changed; contacts.AA.phone added; contacts.CC added" {
			t.Errorf("the journal says %q", got)
		}
	})
}

// TestALongAmendmentFitsARecord changes hundreds of lines at once.
func TestALongAmendmentFitsARecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		f.still = true
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		var risks strings.Builder
		risks.WriteString("risks:\n")
		for n := range 300 {
			fmt.Fprintf(&risks, "  - {id: R%d, category: cost, likelihood: low, impact: low, owner: AA, description: %s}\n", n, strings.Repeat("é", 400))
		}
		must(t, e, amended(t, "tasks:\n", risks.String()+"tasks:\n"))
		left(t, stop)
		r, err := run.Load(f.dir)
		if err != nil {
			t.Fatal(err)
		}
		b, ok := r.Events[len(r.Events)-1].Body.(tasks.Amended)
		if !ok || b.Changes[len(b.Changes)-1] != "and 240 more" {
			t.Errorf("the last event is %T: %v", r.Events[len(r.Events)-1].Body, len(b.Changes))
		}
	})
}

// TestTheGateThatHoldsThePlanIsAmendedAway: the hold stays, and the run can be opened and gone on with.
func TestTheGateThatHoldsThePlanIsAmendedAway(t *testing.T) {
	const gate = `  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [T1], gate: true, deadline: 2019-02-07 17:00}` + "\n"
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := flightOf(t, w, deadlinePlan, w.actions())
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "the hold", func(s *tasks.Snapshot) bool { return s.State.Hold.On() })
		left(t, stop)

		f.still = true
		e, stop = f.open(nil)
		src := strings.Replace(deadlinePlan, gate, "", 1)
		src = strings.Replace(src, "after: [G1]", "after: [T1]", 1)
		p, err := plan.Load("toy.yaml", []byte(src))
		if err != nil || src == deadlinePlan {
			t.Fatal(err)
		}
		must(t, e, tasks.Command{Kind: tasks.AmendPlan, Text: "nobody asks any more", Amend: &tasks.Amendment{Source: []byte(src), Plan: p}})
		left(t, stop)

		f.still = false
		e, stop = f.open(nil)
		if s := until(t, e, "a beat", func(*tasks.Snapshot) bool { return true }); !s.State.Hold.On() {
			t.Error("the hold ended by itself")
		}
		must(t, e, tasks.Command{Kind: tasks.ResumePlan}, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		left(t, stop)
	})
}

// TestADeadlineThatPassedWhileNobodyFlew holds the plan before anything can begin.
func TestADeadlineThatPassedWhileNobodyFlew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := flightOf(t, w, deadlinePlan+`  - {id: M9, title: "call", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}`+"\n", w.actions())
		f.speed = 1
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		left(t, stop)
		if err := run.WriteLive(f.dir, tasks.Live{Now: time.Date(2019, 2, 7, 18, 0, 0, 0, time.FixedZone("", 8*3600))}); err != nil {
			t.Fatal(err)
		}
		e, stop = f.open(nil)
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "M9"}, "the plan is held by tminus (G1 was not decided by")
		left(t, stop)
	})
}

// TestADeadlineComesBeforeTheNextCommand, though the engine has not looked at its clock since.
func TestADeadlineComesBeforeTheNextCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := flightOf(t, w, deadlinePlan+`  - {id: M9, title: "call", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}`+"\n", w.actions())
		f.speed = 36000 // a tick is longer than the way to the deadline
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn})
		time.Sleep(tick - 10*time.Millisecond)
		refused(t, e, tasks.Command{Kind: tasks.StartTask, Task: "M9"}, "the plan is held by tminus (G1 was not decided by")
		left(t, stop)
	})
}
