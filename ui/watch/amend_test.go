package watch

// amend_test.go: following a run whose plan changes on the day.

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

// TestFollowsAnAmendment: another file is the plan from then on, not before it is announced.
func TestFollowsAnAmendment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newRun(t)
		e, land := fly(t, dir)
		f, stop := follow(t, dir)
		send(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"})
		see(t, f, "M1 active", func(s *tasks.Snapshot) bool { return s.State.Tasks["M1"].Status == tasks.Active })
		send(t, e, tasks.Command{Kind: tasks.AbortRunning})
		land()
		amend(t, dir, strings.Replace(hands, "tasks:", "tasks:\n  - {id: M2, title: \"agree again\", start: 2019-02-07 16:10, end: 2019-02-07 16:20, in_charge: AA, after: [M1]}", 1))
		s := see(t, f, "silence", func(s *tasks.Snapshot) bool { return s.Trouble != "" })
		if s.Plan.Task("M2") != nil {
			t.Error("the amendment is shown before it is announced")
		}
		e, land = fly(t, dir)
		s = see(t, f, "M2", func(s *tasks.Snapshot) bool { return s.Plan.Task("M2") != nil })
		if s.State.Tasks["M2"].Status != tasks.Waiting || s.State.Tasks["M1"].Status != tasks.Aborted || s.State.Conn.Holder != "AA" {
			t.Errorf("after the amendment: M1 %v, M2 %v, conn %q", s.State.Tasks["M1"], s.State.Tasks["M2"], s.State.Conn.Holder)
		}
		send(t, e, tasks.Command{Kind: tasks.StartTask, Task: "M1"})
		see(t, f, "M1 active again", func(s *tasks.Snapshot) bool { return s.State.Tasks["M1"].Status == tasks.Active })
		land()
		if late, err := Open(dir); err != nil || late.First().Plan.Task("M2") == nil {
			t.Errorf("who comes later does not see the amended plan: %v", err)
		} else if err := late.journal.Close(); err != nil {
			t.Error(err)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestAnAmendmentThatIsNotThereEndsTheView: the plan is never guessed.
func TestAnAmendmentThatIsNotThereEndsTheView(t *testing.T) {
	dir := newRun(t)
	announce(t, dir, 1)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	amend(t, dir, hands+"# the same, and yet another file\n")
	if err := os.Remove(filepath.Join(dir, "plan-2.yaml")); err != nil {
		t.Fatal(err)
	}
	announce(t, dir, 2)
	if err := f.Run(t.Context()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "plan-2.yaml") {
		t.Errorf("it ended with %v", err)
	}
}

// amend puts another plan in the place of the run's, as an engine would.
func amend(t *testing.T, dir, src string) {
	t.Helper()
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Load("changed.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	file, err := run.KeepPlan(dir, r.Events, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	appendTo(t, dir, tasks.Amended{From: r.Plan.Hash, To: p.Hash, File: file, Reason: "the day"})
}
