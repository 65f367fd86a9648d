package ui

// send.go: commands on their way to the engine. They go one at a time in the
// order they were asked for, so that stopping the pretend clock, the command
// itself and letting the clock go on cannot overtake one another. Abort alone
// waits for nobody.

import (
	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// letter is a command and what to do with the engine's answer.
type letter struct {
	command tasks.Command
	then    func(error) tea.Cmd // nil = nobody waits for it
}

// sentMsg is the engine's answer to the first letter.
type sentMsg struct{ err error }

// abortedMsg is its answer to an abort.
type abortedMsg struct{ err error }

func (c *Cockpit) send(cmd tasks.Command, then func(error) tea.Cmd) tea.Cmd {
	if c.opts.Send == nil {
		return nil
	}
	c.out = append(c.out, letter{cmd, then})
	if len(c.out) > 1 {
		return nil
	}
	return c.deliver()
}

// deliver hands the first letter over, in a goroutine of Bubble Tea's.
func (c *Cockpit) deliver() tea.Cmd {
	send, cmd := c.opts.Send, c.out[0].command
	return func() tea.Msg { return sentMsg{send(cmd)} }
}

func (c *Cockpit) sent(msg sentMsg) tea.Cmd {
	first := c.out[0]
	c.out = c.out[1:]
	var next, after tea.Cmd
	if len(c.out) > 0 {
		next = c.deliver() // before then, which may add a letter and must not deliver it first
	}
	if first.then != nil {
		after = first.then(msg.err)
	}
	return tea.Batch(next, after)
}

// sayRefusal tells why a command without a dialog was not allowed.
func (c *Cockpit) sayRefusal(err error) tea.Cmd {
	if err == nil {
		return nil
	}
	return c.say(err.Error())
}

// abort stops everything that runs, past all letters that wait.
func (c *Cockpit) abort() tea.Cmd {
	if c.opts.Send == nil {
		return nil
	}
	send, cmd := c.opts.Send, tasks.Command{Kind: tasks.AbortRunning, By: c.view.Actor}
	return func() tea.Msg { return abortedMsg{send(cmd)} }
}

func (c *Cockpit) aborted(msg abortedMsg) tea.Cmd {
	if msg.err != nil {
		return c.sayRefusal(msg.err)
	}
	return c.say("aborted: nothing more is started; a call already sent is followed to its answer")
}
