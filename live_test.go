package main

// live_test.go: tminus run, for real as far as that goes without an account: moto_server is an
// AWS that nobody here wrote (moto_test.go).

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/ui/cli"
)

// swift is the program with a clock on which five seconds pass in one: what the actions wait
// for out of doubt is two minutes long, and moto needs none of it.
func swift() {
	real := clock.Real()
	began := real.Wall()
	src := clock.Source{
		Wall:   func() time.Time { return began.Add(5 * real.Steady()) },
		Steady: func() time.Duration { return 5 * real.Steady() },
	}
	stdio := cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	os.Exit(cli.Execute(context.Background(), program(src, stdio), os.Args[1:], stdio))
}

// TestRunOnMoto asks first whether the account fits, as one would the day before. Then it flies T4, T5 and T7 with the
// keys of the day, killed once on the way, and takes everything back.
func TestRunOnMoto(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: moto gives addresses in 127.0.0.0/8, all of which answer on Linux only")
	}
	t.Parallel()
	m := newMoto(t)
	root := t.TempDir()
	file := m.plan(t, motoAccount)
	before := m.account(t)
	theDayBefore(t, m, file)
	today := time.Now().UTC().Add(8*time.Hour - time.Minute).Format("2006-01-02 15:04") // in the plan's zone
	s := newScreen(t, 120, 36, m.tminus(t, "run", file, "--rebase", today, "--runs", root))
	s.sees("SCP100X0219", "PROD", "us-east-1", "1234…9012", "read-only", "127.0.0.1")
	takesConn(s)
	s.press("enter")
	s.asked("Start T4", "account 123456789012")
	s.answers("start T4")
	s.sees("T4 ✓ done")
	dir := onlyRun(t, root)
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.gone

	s = newScreen(t, 120, 36, m.tminus(t, "resume", "--as", "LX", "--runs", root))
	s.sees("T4 ✓ done", "LX has the conn")
	s.press("enter")
	s.sees("T5 ✓ done")
	s.press("g")
	s.asked("Go/no-go")
	s.answers("go")
	s.sees("G1 ✓ go")
	s.press("e")
	s.asked("Start T7", "allocate an Elastic IP")
	s.answers("start T7")
	s.sees("T7 ✓ done")
	now := m.account(t)
	if id := state(t, dir).Facts[tasks.FactInstance].Value; len(now["instances"]) != 1 || len(now["addresses"]) != 1 || now["addresses"][0] != "serves "+id {
		t.Fatalf("not one instance behind one address: %v", now)
	}
	// While somebody flies it, anybody may test what stands there.
	finish(t, m.tminus(t, "smoke", dir, "--runs", root)).want(t, 0, "2 of 2")
	s.press("R")
	s.asked("Roll back SCP100X0219", "account 123456789012", "terminate the instance")
	s.answers("roll back", "SCP100X0219", "seen enough")
	within(patience, func() bool { // on a slow machine the world is still being asked what there is to undo
		if s.has("the world is being asked what there is to undo: one moment") {
			s.press("enter")
		}
		return !s.has("change number")
	})
	within(4*patience, func() bool { return s.has("✓ nothing is left") }) // with its sign: a released run says "nothing is left to do"
	s.sees("rolled back", "✓ nothing is left")
	s.press("q")
	s.ends(0)
	if diff := cmp.Diff(before, m.account(t)); diff != "" {
		t.Errorf("the account before the day (-) and after it (+):\n%s", diff)
	}
	if st := state(t, dir); st.Mode != tasks.LiveRun || st.Rollback.Phase != tasks.RolledBack {
		t.Errorf("%s, rollback %s", st.Mode, st.Rollback.Phase)
	}
	finish(t, tminus(t, "verify", dir)).want(t, 0, "sound")
}

// theDayBefore: who are we, does the account fit; and in another account than the plan's nothing is touched.
func theDayBefore(t *testing.T, m *moto, file string) {
	t.Helper()
	if e := finish(t, m.tminus(t, "doctor", file)); e.code != 0 || !strings.Contains(e.out, "arn:aws:sts::123456789012:user/moto") || strings.Contains(e.out, "FAIL") {
		t.Errorf("doctor: exit %d\n%s%s", e.code, e.out, e.err)
	}
	// moto's default network has no way to the internet, and that is the one thing to find; it is told in its place and at the end.
	if e := finish(t, m.tminus(t, "check", "--live", file)); e.code != 4 || strings.Count(e.out, "FAIL") != 2 || !strings.Contains(e.out, "no route to an internet gateway") || !strings.Contains(e.out, "\nFAIL network, way to the internet -> ") {
		t.Errorf("check --live: exit %d\n%s%s", e.code, e.out, e.err)
	}
	before, root, elsewhere := m.account(t), t.TempDir(), m.plan(t, "210987654321")
	if e := finish(t, m.tminus(t, "doctor", elsewhere)); e.code != 6 || !strings.Contains(e.out, "the credentials are of account 123456789012") {
		t.Errorf("doctor in another account: exit %d\n%s%s", e.code, e.out, e.err)
	}
	if e := finish(t, m.tminus(t, "run", elsewhere, "--rebase", "2060-02-07", "--region", "eu-west-1", "--runs", root)); e.code == 0 || onlyRun(t, root) != "" {
		t.Errorf("a run in another region: exit %d\n%s", e.code, e.err)
	}
	s := newScreen(t, 120, 36, m.tminus(t, "run", elsewhere, "--rebase", time.Now().UTC().Add(8*time.Hour-time.Minute).Format("2006-01-02 15:04"), "--runs", root))
	s.sees("wrong account")
	takesConn(s)
	s.press("enter")
	s.asked("Start T4")
	s.answers("start T4")
	s.sees("T4 failed", "nothing was touched")
	s.press("q")
	s.ends(0)
	if diff := cmp.Diff(before, m.account(t)); diff != "" {
		t.Errorf("the other account before (-) and after (+):\n%s", diff)
	}
}
