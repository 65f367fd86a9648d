package main

// program_test.go: the program under test is this test binary, started again
// under the name tminus; testscript puts that name on the PATH.

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"tminus/ui/cli"
)

var long = flag.Bool("long", false, "all flights in a row, kills and crash points, instead of a few")

func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"tminus": main, "tminus-swift": swift})
}

// leakless fails tests that leave goroutines behind.
type leakless struct{ *testing.M }

func (l leakless) Run() int {
	// These tests wait more than they compute. -parallel on the command line still counts: it is read later.
	if err := flag.Set("test.parallel", "4"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := l.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// patience is how long a test waits for what must come, in real time. It is
// generous, for machines that do other things too; nothing waits it out.
const patience = 20 * time.Second

// tminus is the program with arguments, in a home of its own.
func tminus(t testing.TB, args ...string) *exec.Cmd { return named(t, "tminus", args...) }

// named is the program under one of the names it has in tests.
func named(t testing.TB, name string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 10*patience) // a net below tests that hang, no more
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_STATE_HOME=", "TZ=UTC")
	return cmd
}

// ended is how a process ended: its exit code, what it printed, what it complained of.
type ended struct {
	code     int
	out, err string
}

// inProcess runs the whole program in this process.
func inProcess(t testing.TB, args ...string) ended {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	var out, complaints bytes.Buffer
	code := execute(ctx, args, cli.Stdio{In: strings.NewReader(""), Out: &out, Err: &complaints})
	return ended{code, out.String(), complaints.String()}
}

// finish runs a command to its end.
func finish(t testing.TB, cmd *exec.Cmd) ended {
	t.Helper()
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ended{cmd.ProcessState.ExitCode(), out.String(), complaints.String()}
}

// want fails unless the process ended with the code and its last line of output holds the words.
func (e ended) want(t testing.TB, code int, last string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(e.out), "\n")
	if e.code != code || !strings.Contains(lines[len(lines)-1], last) {
		t.Fatalf("exit %d, want %d and a last line with %q; it said\n%s\nand complained\n%s", e.code, code, last, e.out, e.err)
	}
}

// process is a started program.
type process struct {
	*exec.Cmd
	gone chan struct{} // closed once it has ended and been waited for
}

// follow waits for a started command's end in the background.
func follow(cmd *exec.Cmd) process {
	p := process{cmd, make(chan struct{})}
	go func() {
		defer close(p.gone)
		_ = cmd.Wait() // how it ended is in ProcessState
	}()
	return p
}

// launch starts a command.
func launch(t testing.TB, cmd *exec.Cmd) process {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return follow(cmd)
}

// over reports whether the process has ended.
func (p process) over() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// onlyRun is the folder of the one run under root, "" while there is none.
func onlyRun(t testing.TB, root string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "[^.]*", "journal.jsonl"))
	if err != nil || len(found) > 1 {
		t.Fatalf("want one run in %s, got %q, %v", root, found, err)
	}
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[0])
}

// eventually polls until what must come has come.
func eventually(t testing.TB, what string, come func() bool) {
	t.Helper()
	if !within(patience, come) {
		t.Fatalf("%s: not in %s", what, patience)
	}
}

func within(d time.Duration, come func() bool) bool {
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(d); !come(); <-poll.C {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}
