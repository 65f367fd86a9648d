package main

// flight_test.go: flights without a terminal, in this process, so that what they
// leave behind in memory shows.

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// TestTenFlightsInARow flies to released again and again in one process: nothing
// of a flight may stay, neither a goroutine nor anything that troubles the next.
func TestTenFlightsInARow(t *testing.T) {
	flights, speed := 3, "3600"
	if *long {
		flights, speed = 10, "600"
	}
	for n := range flights {
		before := goleak.IgnoreCurrent()
		root := t.TempDir()
		inProcess(t, "rehearse", "--auto", "--speed", speed, "--runs", root).want(t, 0, "released: every task is done")
		if err := goleak.Find(before); err != nil {
			t.Fatalf("flight %d left goroutines: %v", n+1, err)
		}
		oneOfEach(t, onlyRun(t, root))
	}
	t.Logf("figure: flights in a row in one process %d: 0 goroutines left, one of everything each time", flights)
}

// TestRollbackLeavesTheAccountAsItWas compares everything in the account before
// T4 with what is there after the way back, from the deepest point there is.
func TestRollbackLeavesTheAccountAsItWas(t *testing.T) {
	root := t.TempDir()
	e := inProcess(t, "rehearse", "--auto", "--speed", "3600", "--fault", "smoke-fails", "--rollback-on-failure", "--runs", root)
	e.want(t, 4, "rolled back: nothing is left")
	dir := onlyRun(t, root)
	after := account(t, dir)
	if len(after.Instances) != 1 || after.Instances[0].State != "terminated" {
		t.Errorf("instances after the rollback: %v, want the launched one, terminated", after.Instances)
	}
	if diff := cmp.Diff(untouched(t), after.WithoutTerminated()); diff != "" {
		t.Errorf("the account before T4 (-) and after the rollback (+):\n%s", diff)
	}
	if s := state(t, dir); len(s.Left()) != 0 {
		t.Errorf("left behind: %q", s.Left())
	}
}

// TestSameSeedSameWorld is what makes a rehearsal worth repeating.
func TestSameSeedSameWorld(t *testing.T) {
	ids := func(seed string) string {
		root := t.TempDir()
		inProcess(t, "rehearse", "--auto", "--speed", "3600", "--seed", seed, "--fault", "ssh-refused", "--runs", root).want(t, 4, "T6 failed")
		return account(t, onlyRun(t, root)).Instances[0].ID
	}
	first, again, other := ids("7"), ids("7"), ids("8")
	if first != again || first == other {
		t.Errorf("instance of seed 7: %s, of seed 7 again: %s, of seed 8: %s", first, again, other)
	}
}

// TestInterruptedFlightGoesOn ends a flight as ctrl+c does; the run can be gone on with.
func TestInterruptedFlightGoesOn(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	flight := launch(t, tminus(t, "rehearse", "--auto", "--speed", "600", "--runs", root))
	eventually(t, "T4 is done", func() bool { return flight.over() || bytes.Contains(journalOf(t, root), []byte(`"task.done"`)) })
	if err := flight.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-flight.gone
	if got := flight.ProcessState.ExitCode(); got != 130 {
		t.Fatalf("interrupted: exit %d, want 130", got)
	}
	finish(t, tminus(t, "resume", "--auto", "--speed", "3600", "--runs", root)).want(t, 0, "released: every task is done")
	oneOfEach(t, onlyRun(t, root))
}
