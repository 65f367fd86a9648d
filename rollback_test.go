package main

// rollback_test.go: tminus rollback, killed, interrupted, and on a run that died in the
// middle of a task: the same command goes on, and the account is as it was.

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/tasks"
	"tminus/tasks/run"
)

// wayBack is the command that undoes all of a run.
func wayBack(root, speed string) []string {
	return []string{"rollback", "SCP100X0219-1", "--as", "LX", "--take", "--confirm", "SCP100X0219", "--reason", "the list is broken", "--speed", speed, "--runs", root}
}

// cleared fails unless the run in root was rolled back and left nothing.
func cleared(t *testing.T, root string, e ended) {
	t.Helper()
	e.want(t, 0, "nothing is left behind")
	dir := onlyRun(t, root)
	if diff := cmp.Diff(untouched(t), account(t, dir).WithoutTerminated()); diff != "" {
		t.Errorf("the account before T4 (-) and after the rollback (+):\n%s", diff)
	}
	if s := state(t, dir); !s.Ended() || len(s.Left()) != 0 {
		t.Errorf("rollback %v, left behind: %q", s.Rollback.Phase, s.Left())
	}
}

// TestKilledWayBackGoesOn ends a rollback after its first, third and last undo was begun:
// by kill -9, and as ctrl+c does.
func TestKilledWayBackGoesOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after int
		end   os.Signal
	}{{1, os.Kill}, {3, os.Kill}, {5, os.Kill}, {3, os.Interrupt}} {
		t.Run(fmt.Sprintf("%v after %d", c.end, c.after), func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			finish(t, tminus(t, "rehearse", "--auto", "--speed", "3600", "--fault", "smoke-fails", "--runs", root)).want(t, 4, "T8 failed")
			cmd := tminus(t, wayBack(root, "60")...)
			var complaints bytes.Buffer
			cmd.Stderr = &complaints
			back := launch(t, cmd)
			eventually(t, "the undoing", func() bool { return back.over() || bytes.Count(journalOf(t, root), []byte(`"undoes":`)) >= c.after })
			_ = back.Process.Signal(c.end) // in vain when it has ended by itself
			<-back.gone
			if says := complaints.String(); c.end == os.Interrupt && (back.ProcessState.ExitCode() != 130 || !strings.Contains(says, "the same command goes on")) {
				t.Errorf("interrupted: exit %d, %q", back.ProcessState.ExitCode(), says)
			}
			cleared(t, root, finish(t, tminus(t, wayBack(root, "3600")...)))
		})
	}
}

// TestWayBackOfADeadFlight: the flight was killed while T4 launched; the task is aborted,
// what it began is asked about, and all of it goes.
func TestWayBackOfADeadFlight(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	flight := launch(t, tminus(t, "rehearse", "--auto", "--speed", "60", "--runs", root))
	eventually(t, "the launch", func() bool {
		return flight.over() || bytes.Contains(journalOf(t, root), []byte(`"step":"instance"`)) || bytes.Count(journalOf(t, root), []byte(`"t":"intent"`)) == 4
	})
	_ = flight.Process.Kill()
	<-flight.gone
	shown := finish(t, tminus(t, "rollback", "SCP100X0219-1", "--as", "LX", "--take", "--runs", root))
	if shown.code != 0 || !strings.Contains(shown.err, "T4 is running: it is aborted before anything is undone") || bytes.Contains(journalOf(t, root), []byte(`"task.abort"`)) {
		t.Errorf("shown: %+v", shown)
	}
	e := finish(t, tminus(t, wayBack(root, "3600")...))
	if !strings.Contains(e.out, "T4 aborted: the list is broken") {
		t.Errorf("the abort is not told:\n%s", e.out)
	}
	cleared(t, root, e)
}

// TestARolledBackRunOpensByName: without a name only what is unfinished is gone on with.
func TestARolledBackRunOpensByName(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	finish(t, tminus(t, "rehearse", "--auto", "--speed", "3600", "--fault", "launch-fails", "--rollback-on-failure", "--runs", root)).want(t, 4, "rolled back")
	finish(t, tminus(t, "resume", "--runs", root)).want(t, 0, "no unfinished run")
	s := newScreen(t, 300, 36, tminus(t, "resume", "SCP100X0219-1", "--as", "LX", "--runs", root))
	s.sees("rolled back", "Timeline")
	s.press("q")
	s.ends(0)
	s.sees("opens it again")
}

// TestResumeOffersToWatch: somebody else flies the run; whoever comes second may watch, or leave.
func TestResumeOffersToWatch(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	pilot := newScreen(t, 120, 36, tminus(t, "rehearse", "--speed", "60", "--as", "LX", "--runs", root))
	pilot.sees("Timeline")
	second := newScreen(t, 120, 36, tminus(t, "resume", "SCP100X0219-1", "--as", "MY", "--runs", root))
	second.sees("LX on", "has it. Watch it instead? enter = watch, q = leave")
	second.press("x", "enter")
	second.sees("watching · nobody has the conn", "Timeline")
	second.press("q")
	second.ends(0)
	third := newScreen(t, 120, 36, tminus(t, "resume", "--as", "MY", "--runs", root))
	third.sees("Watch it instead?")
	third.press("q")
	third.ends(6)
	third.sees("end that one first")
	finish(t, tminus(t, "resume", "--auto", "--runs", root)).want(t, 6, "")
	pilot.press("q")
	pilot.ends(0)
}

// TestAMoveIsExplained: whoever meets another host at the address is told where this run pointed it, when and by whom.
func TestAMoveIsExplained(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	finish(t, tminus(t, "rehearse", "--auto", "--speed", "3600", "--runs", root)).want(t, 0, "released: every task is done")
	dir := onlyRun(t, root)
	facts := state(t, dir).Facts
	told := func(address string) string {
		r, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		return awsops.Moved(r.Events, r.Plan.Zone, address)
	}
	address, instance := facts[tasks.FactElasticIP].Value, facts[tasks.FactInstance].Value
	if got := told(address); !strings.Contains(got, address+" was pointed from nobody to "+instance+" at ") || !strings.HasSuffix(got, " by rehearsal") {
		t.Errorf("%q", got)
	}
	if got := told("192.0.2.1"); got != "" {
		t.Errorf("of an address that was never moved: %q", got)
	}
}
