package engine

// story_test.go: two stories of a day, told command by command from the state alone, so
// that they go on after a crash; and the machine dies at every single write of each.

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
)

// story says what a person does next; a zero command waits.
type story func(*tasks.Snapshot) (c tasks.Command, over bool)

// happened counts the events of a kind.
func happened(s *tasks.Snapshot, kind string) (n int) {
	for _, e := range s.State.Events {
		if e.Body.Kind() == kind {
			n++
		}
	}
	return n
}

// byHandDay hands the conn over, holds and resumes, takes a note back, does T1 by hand and waives a sign-off.
func byHandDay(s *tasks.Snapshot) (c tasks.Command, over bool) {
	st := s.State
	task := func(id string) tasks.Status { return st.Tasks[id].Status }
	note, _ := st.Entry("")
	switch {
	case st.Released:
		return c, true
	case st.Conn.Holder == "":
		c = tasks.Command{Kind: tasks.TakeConn, By: "AA"}
	case happened(s, "conn.offer") == 0:
		c = tasks.Command{Kind: tasks.OfferConn, For: "BB"}
	case st.Conn.Holder == "AA":
		c = tasks.Command{Kind: tasks.TakeConn, By: "BB"}
	case happened(s, "hold.start") == 0:
		c = tasks.Command{Kind: tasks.HoldPlan, Text: "lunch", Until: s.Now.Add(time.Hour)}
	case st.Hold.On() && st.Hold.Task == "":
		c = tasks.Command{Kind: tasks.ResumePlan}
	case happened(s, "note") == 0:
		c = tasks.Command{Kind: tasks.AddNote, Text: "hm"}
	case happened(s, "retract") == 0:
		c = tasks.Command{Kind: tasks.TakeBack, Event: note.Seq}
	case task("M1") == tasks.Waiting:
		c = tasks.Command{Kind: tasks.StartTask, Task: "M1"}
	case task("M1") == tasks.Active:
		c = tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"}
	case task("T1") == tasks.Waiting:
		c = tasks.Command{Kind: tasks.AttestTask, Task: "T1", Text: "in the kitchen", Facts: map[string]string{"cup.id": "mine"}}
	case task("T1") == tasks.Done && task("G1") == tasks.Waiting && (st.Hold.On() || happened(s, "hold.start") == 2):
		c = tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}
	case task("T2") == tasks.Waiting && task("G1") == tasks.Done:
		c = tasks.Command{Kind: tasks.StartTask, Task: "T2"}
	case task("T2") == tasks.Checked:
		c = tasks.Command{Kind: tasks.Waive, Task: "T2", For: "BB", Text: "on leave"}
	}
	return c, false
}

// reopened takes back what T4 did, reopens the run and does it again.
func reopened(s *tasks.Snapshot) (c tasks.Command, over bool) {
	st := s.State
	switch head := st.ReviewHead(); {
	case happened(s, "run.reopen") == 1 && st.Tasks["T4"].Status == tasks.Done:
		return c, true
	case happened(s, "run.reopen") == 1 && st.Tasks["T4"].Status == tasks.Waiting:
		c = tasks.Command{Kind: tasks.StartTask, Task: "T4"}
	case st.Rollback.Phase == tasks.RolledBack:
		c = tasks.Command{Kind: tasks.ReopenRun, Text: "another lid"}
	case st.Rollback.Phase != tasks.RollbackNone || happened(s, "run.reopen") == 1:
	case s.Review.Unproven("T4", head) == "":
		c = tasks.Command{Kind: tasks.RollBack, Task: "T4", Confirm: "TOY1", Text: "it does not fit", Head: head}
	case s.Review == nil:
		c = tasks.Command{Kind: tasks.ReviewRollback, Task: "T4"}
	}
	return c, false
}

// covered takes the plan of the walks as far as T4.
func covered(s *tasks.Snapshot) (c tasks.Command, over bool) {
	st := s.State
	for i := range s.Plan.Tasks {
		t := &s.Plan.Tasks[i]
		switch status := st.Tasks[t.ID].Status; {
		case t.ID == "T4" && status == tasks.Done:
			return c, true
		case st.Conn.Holder == "":
			return tasks.Command{Kind: tasks.TakeConn, By: "AA"}, false
		case len(st.Blockers(t)) > 0 || status.Finished() || t.ID == "T3":
		case t.Gate && !st.Poll(t).Quorum():
			return tasks.Command{Kind: tasks.PollGate, Task: t.ID, For: "BB", Go: true}, false
		case t.Gate:
			return tasks.Command{Kind: tasks.DecideGate, Task: t.ID, Go: true}, false
		case status == tasks.Waiting:
			return tasks.Command{Kind: tasks.StartTask, Task: t.ID}, false
		case status == tasks.Active && t.Action == "":
			return tasks.Command{Kind: tasks.AttestTask, Task: t.ID, Text: "agreed"}, false
		}
	}
	return c, false
}

// tell plays a story; nil = it died before its end.
func tell(t *testing.T, e *Engine, next story) *tasks.Snapshot {
	t.Helper()
	deadline := time.After(time.Hour)
	for {
		select {
		case <-e.Done():
			return nil
		case <-deadline:
			t.Fatal("the story does not come to its end")
		case s := <-e.Snapshots().Newest():
			c, over := next(s)
			if over {
				return s
			}
			if c.Kind == "" {
				continue
			}
			if c.By == "" {
				c.By = s.State.Conn.Holder
			}
			if err := e.Send(c); err != nil && !errors.Is(err, ErrJournal) && !errors.Is(err, ErrStopped) {
				t.Fatalf("%s %s: %v", c.Kind, c.Task, err)
			}
		}
	}
}

// crashes lets the machine die at every write of a story that begins in a copy of a run, and goes on.
func crashes(t *testing.T, begin func(*testing.T) *flight, next story, sound func(*testing.T, *flight, *tasks.Snapshot)) {
	t.Helper()
	points := 0
	for _, ends := range []breaking{clean, torn, unsynced} {
		for n, fired := 1, true; fired; n++ { // the first write says that a writer is back
			t.Run(fmt.Sprintf("write %d leaves %s", n, ends), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f, left := begin(t), writes(int64(n))
					e, stop := f.open(brokenFS{hastyFS{journal.Disk{}}, left, ends})
					s := tell(t, e, next)
					if err := stop(); err != nil && !errors.Is(err, ErrJournal) {
						t.Fatal(err)
					}
					if fired = s == nil; fired {
						points++
						e, stop = f.open(hastyFS{journal.Disk{}})
						s = tell(t, e, next)
						if err := stop(); err != nil {
							t.Fatal(err)
						}
					}
					sound(t, f, s)
				})
			})
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("figure: %d crash points, each gone on with to the end of the story", points)
	if points < 20 {
		t.Errorf("only %d crash points", points)
	}
}

func TestCrashAtEveryWriteOfADayByHand(t *testing.T) {
	begin := func(t *testing.T) *flight {
		w := newToy()
		return flightOf(t, w, deadlinePlan, w.actions())
	}
	crashes(t, begin, byHandDay, func(t *testing.T, f *flight, s *tasks.Snapshot) {
		if got := f.world.log(); len(got) != 0 {
			t.Errorf("calls: %v", got)
		}
		for name, want := range map[string]string{"cup.id": "mine", "jug.id": "jug of mine"} {
			if got := s.State.Facts[name]; got.Value != want || !got.Stated {
				t.Errorf("%s is %+v", name, got)
			}
		}
		if t1 := s.State.Tasks["T1"]; !t1.ByHand() || !t1.Verified() || t1.Reason != "in the kitchen" {
			t.Errorf("T1: %+v", t1)
		}
		if s.State.Hold.On() || happened(s, "hold.start") != 2 || happened(s, "hold.end") != 2 || happened(s, "retract") != 1 || happened(s, "waive") != 1 {
			t.Errorf("%+v; %d holds, %d ends, %d retractions, %d waivers", s.State.Hold,
				happened(s, "hold.start"), happened(s, "hold.end"), happened(s, "retract"), happened(s, "waive"))
		}
	})
}

// deadlinePlan is the toy plan with a gate that has to be decided in the first hour.
const deadlinePlan = `release: Toy 1.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts:
  - {id: AA, name: Anna}
  - {id: BB, name: Ben}
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
  - {id: T1, title: "make", start: 2019-02-07 16:10, end: 2019-02-07 16:30, in_charge: AA, after: [M1], action: toy.make}
  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [T1], gate: true, deadline: 2019-02-07 17:00}
  - {id: T2, title: "look", start: 2019-02-07 16:30, end: 2019-02-07 16:40, in_charge: AA, after: [G1], action: toy.look, signoff: [BB]}
`

func TestCrashAtEveryWriteOfAPartialRollbackAndWhatCameAfter(t *testing.T) {
	w := newToy()
	h := &hazard{toy: w}
	ready := flightOf(t, w, walkPlan, h.actions())
	h.dir, h.plan = ready.dir, parsed(t)
	synctest.Test(t, func(t *testing.T) {
		e, stop := ready.open(hastyFS{journal.Disk{}})
		tell(t, e, covered)
		left(t, stop)
	})
	begin := func(t *testing.T) *flight {
		dir := filepath.Join(t.TempDir(), filepath.Base(ready.dir))
		if err := errors.Join(os.CopyFS(dir, os.DirFS(ready.dir)), os.Chmod(dir, 0o700)); err != nil {
			t.Fatal(err)
		}
		copied := &hazard{toy: newToy(), dir: dir, plan: h.plan}
		copied.things, copied.made, copied.calls = maps.Clone(w.things), maps.Clone(w.made), slices.Clone(w.calls)
		return &flight{t: t, dir: dir, world: copied.toy, speed: 600, actions: copied.actions()}
	}
	crashes(t, begin, reopened, func(t *testing.T, f *flight, s *tasks.Snapshot) {
		if got := f.world.kinds(); !slices.Equal(got, []string{"bowl", "cup", "jug", "lid", "pot", "salt"}) {
			t.Errorf("the world holds %v; calls %v", got, f.world.log())
		}
		if len(f.world.made) != 7 || slices.Contains(f.world.log(), "TWICE lid") {
			t.Errorf("%d tokens for 7 things; calls %v", len(f.world.made), f.world.log())
		}
		if t4 := s.State.Tasks["T4"]; t4.Attempt != 2 {
			t.Errorf("T4 is at attempt %d", t4.Attempt)
		}
	})
}
