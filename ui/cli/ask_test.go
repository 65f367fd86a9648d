//go:build unix

package cli

// ask_test.go: the form on a real terminal, in a process of its own.

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// formOut tells the child process where to write the plan.
const formOut = "TMINUS_TEST_FORM"

// TestFormOnATerminal is the child process when it is started as one.
func TestFormOnATerminal(t *testing.T) {
	if out := os.Getenv(formOut); out != "" {
		draft := toyDraft(t)
		asked := askAll(t.Context(), draft, Stdio{In: os.Stdin, Out: os.Stdout}, false)
		if err := os.WriteFile(out, draft.YAML(), 0o600); err != nil {
			t.Fatal(err)
		}
		os.Exit(exitCode(t.Context(), asked))
	}
	for _, c := range []struct {
		name string
		keys []string // one a page
		exit int
		want []string
	}{
		{"what is chosen is taken", []string{"\r", "\r", "k\r", "kk\r"}, OK, []string{`start: ""`, `end: ""`, "- id: T2 # was: \u04222", "in_charge: LX"}},
		{"left, it decides nothing", []string{"k\r", "\x03"}, Interrupted, []string{`start: ""`, "- id: \u04222\n", "in_charge: LY"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			exit, plan := fill(t, c.keys)
			if exit != c.exit {
				t.Errorf("exit %d, want %d", exit, c.exit)
			}
			for _, want := range c.want {
				if !strings.Contains(plan, want) {
					t.Errorf("%q is not in\n%s", want, plan)
				}
			}
		})
	}
}

// fill fills the form in, page by page.
func fill(t *testing.T, keys []string) (exit int, plan string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "plan.yaml")
	child := exec.Command(os.Args[0], "-test.run=^TestFormOnATerminal$")
	child.Env = append(os.Environ(), formOut+"="+out, "TERM=xterm-256color")
	master, err := pty.StartWithSize(child, &pty.Winsize{Rows: 30, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	screen, gone := vt10x.New(vt10x.WithSize(120, 30)), make(chan struct{})
	go func() {
		defer close(gone)
		for b := make([]byte, 4096); ; {
			n, err := master.Read(b)
			if _, bad := screen.Write(b[:n]); err != nil || bad != nil {
				return
			}
		}
	}()
	for page, typed := range keys {
		shows(t, screen, string(rune('1'+page))+" of 4")
		if _, err := master.WriteString(typed); err != nil {
			t.Fatal(err)
		}
	}
	left := (*exec.ExitError)(nil)
	if err := child.Wait(); errors.As(err, &left) {
		exit = left.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if err := master.Close(); err != nil {
		t.Error(err)
	}
	<-gone
	src, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("%v; the screen:\n%s", err, screen)
	}
	return exit, string(src)
}

// shows waits until a text is on the screen.
func shows(t *testing.T, screen vt10x.Terminal, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(screen.String(), want); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q never came on the screen:\n%s", want, screen)
		}
	}
}
