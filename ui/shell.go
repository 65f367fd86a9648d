package ui

// shell.go: o, what operators reach for first: the real ssh to the instance, in this terminal,
// with the run's key and the host keys that were verified. It comes back on exit.

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// shellEndedMsg is the end of an ssh that had the terminal.
type shellEndedMsg struct {
	line string
	err  error
}

func whyNotShell(s *tasks.Snapshot, _ View) string {
	facts := s.State.Facts
	switch {
	case s.State.Mode == tasks.RehearsalRun:
		return "the hosts of a rehearsal are inside this program; begun with --aws-listen, its run folder has reach.txt, which says how ssh reaches them"
	case facts[tasks.FactInstance].Value == "":
		return "there is no instance to log in to yet"
	case facts[tasks.FactHostKey].Value == "" && facts[tasks.FactHostPrints].Value == "":
		return "nobody has verified the host yet: ec2.credentials reads its key from the console"
	}
	return ""
}

// shell lends the terminal to ssh. The run goes on meanwhile.
func (c *Cockpit) shell() tea.Cmd {
	if c.opts.Shell == nil || c.opts.Command == nil {
		return c.say("this cockpit opens no shell")
	}
	words := c.opts.Shell(c.snap.State.Values())
	if len(words) == 0 {
		return c.say("there is nothing to log in to: the instance has no address, or its private key has no file here")
	}
	line := safe.Command(words)
	return tea.Exec(c.opts.Command(words), func(err error) tea.Msg { return shellEndedMsg{line, err} })
}

// shellEnded tells how the session ended: ssh itself ends with 255, the shell there with anything else.
func (c *Cockpit) shellEnded(msg shellEndedMsg) tea.Cmd {
	var exit interface {
		error
		ExitCode() int
	}
	switch {
	case msg.err == nil:
		return c.say("back in the cockpit")
	case errors.As(msg.err, &exit) && exit.ExitCode() == 255:
		return c.say("ssh could not log in, or lost the host; s tests every rung: " + msg.line)
	case errors.As(msg.err, &exit):
		return c.say(fmt.Sprintf("back in the cockpit; the shell there ended with %d", exit.ExitCode()))
	}
	return c.say(fmt.Sprintf("ssh could not be run: %v; in another terminal: %s", msg.err, msg.line))
}
