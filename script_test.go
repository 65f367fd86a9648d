package main

// script_test.go: the program as a shell sees it: exit codes, stdout, stderr. The
// scripts stand in testdata/script; the commands they have beyond testscript's own
// are here.

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("TMINUS_UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "await": await, "flip": flip, "cut": cut},
	})
}

// exits runs a program that must end with an exit code: exits 4 tminus …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit := (*exec.ExitError)(nil)
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit %d, want %d", got, want)
	}
}

// await waits until a file holds what a regular expression describes: await GLOB PATTERN
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await GLOB PATTERN")
	}
	want, err := regexp.Compile(args[1])
	ts.Check(err)
	if !within(patience, func() bool {
		found, _ := filepath.Glob(ts.MkAbs(args[0]))
		for _, name := range found {
			if b, err := os.ReadFile(name); err == nil && want.Match(b) {
				return true
			}
		}
		return false
	}) {
		ts.Fatalf("no %s with %s in %s", args[0], args[1], patience)
	}
}

// flip changes one bit in the middle of a file.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	damage(ts, args, func(b []byte) []byte {
		b[len(b)/2] ^= 1
		return b
	})
}

// cut takes the last bytes of a file away.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	damage(ts, args, func(b []byte) []byte { return b[:len(b)-20] })
}

func damage(ts *testscript.TestScript, args []string, how func([]byte) []byte) {
	if len(args) != 1 {
		ts.Fatalf("want one file")
	}
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	ts.Check(os.WriteFile(name, how(b), 0o600))
}
