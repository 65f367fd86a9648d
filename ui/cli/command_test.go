package cli

// command_test.go: flags that are refused, what reaches main, and exit codes.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/ui"
)

// execute runs a command line on a program that only notes what it was asked for.
func execute(t *testing.T, result error, args ...string) (exit int, f Flight, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	note := func(_ context.Context, asked Flight, _ Pilot) error { f = asked; return result }
	watch := func(_ context.Context, dir string, theme ui.Theme) error {
		f.Run, f.ASCII = dir, theme.ASCII
		return result
	}
	source := func(path string) (string, []byte, error) { return path, []byte("release: noted only"), nil }
	fault := func(name string) error {
		if strings.HasPrefix(name, "rain") {
			return nil
		}
		return errors.New("it has rain, not " + name)
	}
	exit = Execute(t.Context(), Program{Source: source, Rehearse: note, Resume: note, Watch: watch, Faults: []string{"rain"}, Fault: fault},
		args, Stdio{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return exit, f, stdout.String(), stderr.String()
}

func TestFlagsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"rehearse --speed 0", "--speed 0"},
		{"rehearse --speed 3601", "1 to 3600"},
		{"rehearse --speed NaN", "1 to 3600"},
		{"rehearse --speed Inf", "1 to 3600"},
		{"rehearse --speed fast", "invalid argument"},
		{"rehearse --fault snow", "--fault: it has rain, not snow"},
		{"rehearse --rollback-on-failure", "goes with --auto"},
		{"rehearse a.yaml b.yaml", "accepts at most 1 arg"},
		{"rehearse --seed", "flag needs an argument"},
		{"rehearse --=x", "bad flag syntax"},
		{"rehearse -q", "unknown shorthand"},
		{"resume --fault rain", "unknown flag"},
		{"verify --ascii X", "unknown flag"},
		{"resume --speed 0.5 X", "--speed 0.5"},
		{"watch a b", "accepts at most 1 arg"},
		{"run", "accepts 1 arg"},
		{"run /does/not/exist.yaml", "reading the plan"},
		{"verify", "accepts 1 arg"},
		{"rollback X", "say who you are: --as"},
		{"rollback X --as LX --confirm TOY1", "a rollback needs a reason: --reason"},
		{"rollback X --as LX --speed 0", "--speed 0"},
		{"rollback", "accepts 1 arg"},
		{"amend X --as LX --reason r", "accepts 2 arg"},
		{"amend X p.yaml --reason r", "say who you are: --as"},
		{"amend X p.yaml --as LX", "an amendment needs a reason: --reason"},
		{"dance", "unknown command"},
	} {
		exit, f, _, says := execute(t, nil, strings.Fields(c.args)...)
		if exit != Usage || !strings.HasPrefix(says, "tminus: ") || !strings.Contains(says, c.says) || f.Speed != 0 {
			t.Errorf("%s: exit %d, %q, flight %+v", c.args, exit, says, f)
		}
	}
}

func TestWhatReachesMain(t *testing.T) {
	root := t.TempDir()
	exit, f, _, _ := execute(t, nil, "rehearse", "my.yaml", "--runs", root, "--speed", "60", "--seed", "7", "--fault", "rain:Tuesday", "--auto", "--rollback-on-failure", "--as", "LX")
	if exit != OK || f.Plan != "my.yaml" || f.Root != root || f.Speed != 60 || f.Seed != 7 || len(f.Faults) != 1 || !f.Auto || !f.Back || f.As != "LX" || f.Err == nil {
		t.Errorf("exit %d, %+v", exit, f)
	}
	if exit, f, _, _ = execute(t, nil, "rehearse", "--auto"); exit != OK || f.Plan != "" || f.Speed != 10 || f.Seed != 1 || f.Back {
		t.Errorf("with the least flags: exit %d, %+v", exit, f)
	}
	if exit, f, _, says := execute(t, nil, "rehearse"); exit != Usage || f.Speed != 0 || !strings.Contains(says, "needs a terminal") {
		t.Errorf("without a terminal: exit %d, %q, and main saw %+v", exit, says, f)
	}
	if exit, _, out, _ := execute(t, nil, "resume", "--runs", root); exit != OK || !strings.Contains(out, "no unfinished run") {
		t.Errorf("nothing to resume: exit %d, %q", exit, out)
	}
	for _, args := range [][]string{{"resume", "X"}, {"rollback", "X", "--as", "LX"}, {"amend", "X", "p.yaml", "--as", "LX", "--reason", "r"}, {"watch", "X"}, {"watch"}, {"verify", "X"}} {
		if exit, _, _, says := execute(t, nil, append(args, "--runs", root)...); exit != Precondition || !strings.Contains(says, root) {
			t.Errorf("%v: exit %d, %q", args, exit, says)
		}
	}
}

func TestWhoDrawsInASCII(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "TOY1-1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "TOY1-1", "journal.jsonl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"rehearse", "--auto"}, {"resume", "TOY1-1", "--auto"}, {"watch", "TOY1-1"}} {
		for _, ascii := range []bool{false, true} {
			args := append(args, "--runs", root)
			if ascii {
				args = append(args, "--ascii")
			}
			if exit, f, _, says := execute(t, nil, args...); exit != OK || f.ASCII != ascii {
				t.Errorf("%v: exit %d, in ASCII: %v, %q", args, exit, f.ASCII, says)
			}
		}
	}
}

func TestARunThatCannotBeReadIsNotPassedOver(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "TOY1-1")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "journal.jsonl"), []byte("not a journal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, _, _, says := execute(t, nil, "resume", "--runs", root); exit != Precondition || !strings.Contains(says, "TOY1-1") {
		t.Errorf("resume: exit %d, %q", exit, says)
	}
	if exit, _, _, _ := execute(t, nil, "verify", "TOY1-1", "--runs", root); exit != TaskFailed {
		t.Errorf("verify: exit %d", exit)
	}
}

func TestExitCodes(t *testing.T) {
	_, invalid := plan.Load("x.yaml", []byte("colour: blue\n"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		err  error
		want int
	}{
		{t.Context(), nil, OK},
		{t.Context(), errors.New("boom"), Internal},
		{t.Context(), invalid, PlanInvalid},
		{t.Context(), fmt.Errorf("opening: %w", &journal.LockedError{}), Precondition},
		{t.Context(), fmt.Errorf("reading: %w", &journal.CorruptError{}), Precondition},
		{t.Context(), Code(JournalError, errors.New("disk")), JournalError},
		{t.Context(), errors.Join(Code(TaskFailed, errors.New("T4 failed")), errors.New("closing")), TaskFailed},
		{t.Context(), context.Canceled, Internal}, // nobody interrupted: a mistake of ours
		{gone, context.Canceled, Interrupted},
		{gone, Code(TaskFailed, errors.New("T4 failed")), TaskFailed},
	} {
		if got := exitCode(c.ctx, c.err); got != c.want {
			t.Errorf("%v: exit %d, want %d", c.err, got, c.want)
		}
	}
}

func TestTheCockpitNeedsATerminal(t *testing.T) {
	s := Session{First: fold(t, four)}
	err := pilot(Flight{}, Stdio{In: strings.NewReader(""), Out: new(bytes.Buffer), Err: new(bytes.Buffer)})(t.Context(), s)
	if exitCode(t.Context(), err) != Usage || !strings.Contains(err.Error(), "--auto") {
		t.Errorf("got %v", err)
	}
}
