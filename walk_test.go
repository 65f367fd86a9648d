package main

// walk_test.go: whole days in the cockpit, flown with keys, each told by what
// stands on the screen.

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

// TestWalkToReleased flies the SCP plan from the first frame to released, in the wide cockpit and in the small one.
func TestWalkToReleased(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			s := newScreen(t, size[0], size[1], tminus(t, "rehearse", "--speed", "600", "--runs", root))
			s.sees("SCP100X0219 REHEARSAL 600×", "Timeline", "T1–T3 ✓ claimed, no evidence", "○ ready", "read-only")
			s.press("e")
			s.sees("nobody has the conn: press c to take it first")
			takesConn(s)
			fliesTo(s, "T7")
			tests(s)
			signs(s)
			s.sees("released")
			s.press("q")
			s.ends(0)
			oneOfEach(t, onlyRun(t, root))
			if e := finish(t, tminus(t, "resume", "--runs", root)); e.code != 0 {
				t.Errorf("a released run is gone on with: %+v", e)
			}
		})
	}
}

// TestWalkToRolledBack comes as far as the Elastic IP, then takes everything back.
func TestWalkToRolledBack(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := newScreen(t, 120, 36, tminus(t, "rehearse", "--speed", "600", "--as", "LX", "--runs", root))
	s.sees("Timeline", "○ ready")
	dir := onlyRun(t, root)
	before := account(t, dir)
	s.press("R")
	s.sees("nobody has the conn")
	takesConn(s)
	s.press("R")
	s.sees("this run has changed nothing in the world that could be undone")
	fliesTo(s, "T7")

	s.press("R")
	s.asked("Roll back SCP100X0219", "account 123456789012", "terminate the instance", "lost: ", "delete the security group", "change number")
	s.answers("roll back", "SCP100X0218", "the COO does not answer")
	s.sees(`the change number typed is "SCP100X0218", this change is SCP100X0219`)
	s.press("esc")
	s.misses("change number")
	s.press("R")
	s.asked("Roll back SCP100X0219")
	s.answers("roll back", "SCP100X0219", "the COO does not answer")
	s.sees("rolled back", "nothing is left")
	s.press("q")
	s.ends(0)

	if diff := cmp.Diff(before, account(t, dir).WithoutTerminated()); diff != "" {
		t.Errorf("the account before T4 (-) and after the rollback (+):\n%s", diff)
	}
	if st := state(t, dir); st.Rollback.Phase != tasks.RolledBack || st.Rollback.Reason != "the COO does not answer" || st.Rollback.By != "LX" {
		t.Errorf("the journal has the rollback as %+v", st.Rollback)
	}
}

// TestWalkAwayAndBack leaves while a task runs; the run waits, and goes on where it was.
func TestWalkAwayAndBack(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := newScreen(t, 80, 24, tminus(t, "rehearse", "--speed", "60", "--runs", root))
	s.sees("Timeline")
	takesConn(s)
	s.press("enter")
	s.asked("Start T4")
	s.answers("start T4")
	s.sees("running")
	s.press("q")
	s.asked("Leave while T4 is running?", "tminus resume asks the world first")
	s.press("esc")
	s.misses("Leave while")
	s.press("q")
	s.asked("Leave while T4 is running?")
	s.answers("leave")
	s.ends(0)

	s = newScreen(t, 80, 24, tminus(t, "resume", "--speed", "600", "--as", "LX", "--runs", root))
	s.sees("LX has the conn", "T4 ✓ done")
	s.press("ctrl+c")
	s.sees("ctrl+c again leaves")
	s.press("ctrl+c")
	s.ends(0)
	finish(t, tminus(t, "resume", "--auto", "--speed", "3600", "--runs", root)).want(t, 0, "released: every task is done")
	oneOfEach(t, onlyRun(t, root))
}

// TestWalkWhileWatched follows a flight from a second terminal: the same picture, and no key that acts.
func TestWalkWhileWatched(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := newScreen(t, 120, 36, tminus(t, "rehearse", "--speed", "600", "--runs", root))
	s.sees("Timeline")
	watcher := newScreen(t, 120, 36, tminus(t, "watch", "--runs", root))
	watcher.sees("SCP Build 1.0.0", "Timeline", "watching · nobody has the conn")
	takesConn(s)
	watcher.sees("LX has the conn")
	fliesTo(s, "T4")
	watcher.sees("T4 ✓ done")
	watcher.press("R")
	watcher.sees("you are watching")
	watcher.press("q")
	watcher.ends(0)
	s.resize(80, 24)
	s.sees("T4 ✓ done", "LX has the conn")
	s.resize(120, 36)
	s.sees("T4 ✓ done", "6 Host")
	s.press("q")
	s.ends(0)
}

// takesConn sits LX down.
func takesConn(s *screen) {
	s.t.Helper()
	s.press("c")
	s.asked("Take the conn", "Guo Lingxing")
	if s.has("your initials LX") { // the program was told by --as
		s.answers("take it")
	} else {
		s.answers("take it", "lx")
	}
	s.sees("LX has the conn")
}

// fliesTo flies the tasks up to one, with the keys of the plan's day.
func fliesTo(s *screen, last string) {
	s.t.Helper()
	for _, leg := range []struct {
		task, ends string
		fly        func()
	}{
		{"T4", " ✓ done", func() {
			s.press("enter")
			s.asked("Start T4", "account 123456789012")
			s.press("pgdown") // a small screen has not the room for all of it
			s.sees("launch the instance", "undo: terminate the instance")
			s.answers("start T4")
		}},
		{"T5", " ✓ done", func() { s.press("enter") }},
		{"T6", " ✓ done", func() { s.press("s") }},
		{"G1", " ✓ go", func() {
			s.press("e")
			s.sees("T7 waits for G1")
			s.press("g")
			s.asked("Go/no-go: make the new instance public", "back out now", "go lets T7 start")
			s.answers("go")
		}},
		{"T7", " ✓ done", func() {
			s.press("e")
			s.asked("Start T7", "allocate an Elastic IP", "undo: release")
			s.answers("start T7")
		}},
	} {
		leg.fly()
		s.sees(leg.task + leg.ends)
		if leg.task == last {
			return
		}
	}
}

// tests runs the smoke tests of T8.
func tests(s *screen) {
	s.t.Helper()
	s.press("t")
	s.asked("Start T8", "writes to the application, and nothing undoes that")
	s.answers("start T8")
	s.sees("sign off")
}

// signs gives the two sign-offs that T8 waits for.
func signs(s *screen) {
	s.t.Helper()
	for _, given := range [][]string{{"e-mail", "Re: SCP 1.0.0, 17:40"}, {"call", "17:45, LX took it"}} {
		s.press("g")
		s.asked("Sign off T8", "Whose acceptance is recorded?")
		s.answers("sign off", given...)
		s.misses("Whose acceptance")
	}
}
