package ui

// signin_test.go: the command that renews the credentials: shown before it runs, run as
// shown, told when it fails, and followed by a new look.

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// child is a command as ui/cli lends it the terminal.
type child struct{ *exec.Cmd }

func (c child) SetStdin(r io.Reader)  { c.Stdin = r }
func (c child) SetStdout(w io.Writer) { c.Stdout = w }
func (c child) SetStderr(w io.Writer) { c.Stderr = w }

func inTerminal(words []string) tea.ExecCommand { return child{exec.Command(words[0], words[1:]...)} }

// expire lets the seat's sensors fail with a command that mends them; nil = none does.
func expire(s *tasks.Snapshot, mend []string) *tasks.Snapshot {
	s.Readings.Failures = map[string]reading.Failure{"cloud": {Kind: reading.Expired, Says: "the credentials have expired", Mend: mend}}
	return s
}

func TestSignInShowsWhatItRuns(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, func(o *Options) { o.Command = inTerminal }, func(s *seat) {
		s.keys("L")
		if s.dialog().Kind != NoDialog || !strings.Contains(s.c.view.Toast, "no sensor fails") {
			t.Errorf("toast %q", s.c.view.Toast)
		}
		s.d.slot.Put(expire(d.snapshot(), []string{"aws", "sso", "login", "--profile", "scp's"}))
		s.settle()
		s.keys("L", "enter")
		s.calm()
		if at := s.dialog().Focused(); at != OnCancel || !strings.Contains(s.frame(), `aws sso login --profile 'scp'\''s'`) {
			t.Errorf("focus %d\n%s", at, s.frame())
		}
		s.keys("enter")
		if s.dialog().Kind != NoDialog || slices.Contains(s.other, "tea.execMsg") {
			t.Errorf("cancelling asked for %q", s.other)
		}
		s.keys("L")
		s.calm()
		s.keys("tab", "enter")
		if !slices.Contains(s.other, "tea.execMsg") {
			t.Errorf("asked for %q", s.other)
		}
		s.feed(signedInMsg{line: "aws sso login", err: &exec.ExitError{ProcessState: &os.ProcessState{}}})
		if !strings.Contains(s.c.view.Toast, "not signed in") {
			t.Errorf("toast %q", s.c.view.Toast)
		}
		s.feed(signedInMsg{line: "aws sso login", err: errors.New("executable file not found in $PATH")})
		if !strings.Contains(s.c.view.Toast, "could not be run") {
			t.Errorf("toast %q", s.c.view.Toast)
		}
		s.keys("r")
		same(t, "commands", d.kinds(), []string{"look again", "look again", "look again"})
	})
}

// TestSignInRunsInTheTerminal runs a real command from inside a real program.
func TestSignInRunsInTheTerminal(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	d.slot = tasks.NewSlot()
	proof := filepath.Join(t.TempDir(), "signed in")
	c := NewCockpit(Options{Send: d.Send, Slot: d.slot, First: expire(d.snapshot(), []string{"sh", "-c", `echo "$1" > "$2"; exit 3`, "sh", "a b", proof}), Actor: "LX", Command: inTerminal})
	in, keyboard, err := os.Pipe() // a file, as a terminal is: the command reads it itself
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	done := make(chan signedInMsg, 1)
	p := tea.NewProgram(c, tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithWindowSize(120, 36),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignalHandler(),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
			if end, ok := msg.(signedInMsg); ok { // what the cockpit makes of it is tested above
				done <- end
				return nil
			}
			return msg
		}))
	ended := make(chan error, 1)
	go func() { _, err := p.Run(); ended <- err }()
	defer keyboard.Close()
	defer c.Close()
	press := func(keys string) {
		if _, err := keyboard.WriteString(keys); err != nil {
			t.Error(err)
		}
	}
	press("L")
	<-time.After(2 * quietFor) // the quiet period of a real program is real time
	press("\t\r")
	select {
	case end := <-done:
		if exit := (*exec.ExitError)(nil); !errors.As(end.err, &exit) || exit.ExitCode() != 3 {
			t.Errorf("it ended with %v", end.err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the command did not end")
	}
	if text, err := os.ReadFile(proof); err != nil || string(text) != "a b\n" {
		t.Errorf("the command did not run as shown: %q, %v", text, err)
	}
	p.Quit()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestFollowerCannotSignIn(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	s := expire(d.snapshot(), ssoLogin)
	for _, k := range Keys(true) {
		if k.ID == "signin" || k.ID == "again" {
			t.Errorf("a follower has the key %s", k.ID)
		}
	}
	if frame := Render(s, View{Width: 120, Height: 36, Focus: Instances, Watch: true}); strings.Contains(frame, "L signs in") {
		t.Error("a follower is told to press L")
	}
}
