package main

// live_test.go: tminus run, for real as far as that goes without an account: moto_server is an
// AWS that nobody here wrote (moto_test.go).

import (
	"context"
	"os"
	"runtime"
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

// TestRunOnMoto flies T4, T5 and T7 and takes everything back, with the keys of the day.
func TestRunOnMoto(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: moto gives addresses in 127.0.0.0/8, all of which answer on Linux only")
	}
	t.Parallel()
	m := newMoto(t)
	root := t.TempDir()
	file := m.plan(t)
	before := m.account(t)
	today := time.Now().UTC().Add(8*time.Hour - time.Minute).Format("2006-01-02 15:04") // in the plan's zone
	cmd := named(t, "tminus-swift", "run", file, "--rebase", today, "--runs", root)
	cmd.Env = append(cmd.Env, "AWS_ENDPOINT_URL="+m.url, "AWS_ACCESS_KEY_ID=AKIAEXAMPLEEXAMPLE00", "AWS_SECRET_ACCESS_KEY=nobody", "AWS_REGION=us-east-1",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PROFILE=")
	s := newScreen(t, 120, 36, cmd)
	s.sees("SCP100X0219", "PROD", "us-east-1", "1234…9012", "read-only", "127.0.0.1")
	takesConn(s)
	s.press("enter")
	s.asked("Start T4", "account 123456789012")
	s.answers("start T4")
	s.sees("T4 ✓ done")
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
	dir := onlyRun(t, root)
	now := m.account(t)
	if id := state(t, dir).Facts[tasks.FactInstance].Value; len(now["instances"]) != 1 || len(now["addresses"]) != 1 || now["addresses"][0] != "serves "+id {
		t.Fatalf("not one instance behind one address: %v", now)
	}
	s.press("R")
	s.asked("Roll back SCP100X0219", "account 123456789012", "terminate the instance")
	s.answers("roll back", "SCP100X0219", "seen enough")
	within(4*patience, func() bool { return s.has("nothing is left") })
	s.sees("rolled back", "nothing is left")
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
