package cli

// lend.go: a command of somebody else's that runs in our terminal, in the cockpit's place.

import (
	"io"
	"os/exec"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
)

// lent is a command to which the terminal is lent while it runs. A ctrl+c is meant for it
// then, and reaches us too, because both are in the terminal's foreground.
type lent struct {
	*exec.Cmd
	now *atomic.Bool // see Stdio.Lent
}

// lend makes such a command.
func (s Stdio) lend(words []string) tea.ExecCommand {
	return lent{exec.Command(words[0], words[1:]...), s.Lent}
}

func (l lent) Run() error {
	if l.now != nil {
		l.now.Store(true)
		defer l.now.Store(false)
	}
	return l.Cmd.Run()
}

func (l lent) SetStdin(r io.Reader)  { l.Stdin = r }
func (l lent) SetStdout(w io.Writer) { l.Stdout = w }
func (l lent) SetStderr(w io.Writer) { l.Stderr = w }
