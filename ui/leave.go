package ui

// leave.go: the ways out. Leaving never ends a run: its folder stays, and
// tminus resume goes on with it. ctrl+c twice always leaves, whatever is open.

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// farewell is how long the engine's last sentence stands before the screen is given back.
const farewell = 3 * time.Second

type endedMsg struct{ err error }

type farewellMsg struct{}

func (c *Cockpit) leave() tea.Cmd {
	c.Close()
	return tea.Quit
}

// askLeave leaves at once, or asks while the engine is at work.
func (c *Cockpit) askLeave() tea.Cmd {
	doing := c.doing()
	if doing == "" || c.view.Watch {
		return c.leave()
	}
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, OK: "leave", Action: "leave",
		Title: "Leave while " + doing + " is running?",
		Body: "A call already sent may or may not be answered before the program ends.\n" +
			"The run stays: tminus resume asks the world first, then goes on.\n\n" +
			"to go on     " + c.opts.Resume + "\nto follow    " + c.opts.Follow,
	}, question{then: c.leave})
}

// interrupt is ctrl+c: the first arms it, the second leaves.
func (c *Cockpit) interrupt() tea.Cmd {
	if c.armed {
		return c.leave()
	}
	line := "ctrl+c again leaves; the run stays, " + c.opts.Resume + " goes on with it"
	if doing := c.doing(); doing != "" {
		line = doing + " is running! " + line
	}
	cmd := c.say(line)
	c.armed = true
	return cmd
}

// doing names what the engine is at work on, "" = nothing.
func (c *Cockpit) doing() string {
	if c.snap == nil {
		return ""
	}
	if c.snap.State.Rollback.Phase == tasks.RollbackRunning {
		return "the rollback"
	}
	var busy []string
	for _, id := range c.snap.State.Busy(c.snap.Plan) {
		if c.snap.Plan.Task(id).Action != "" { // a manual task runs without us
			busy = append(busy, id)
		}
	}
	return strings.Join(busy, ", ")
}

// awaitEnd waits for the engine to end by itself.
func (c *Cockpit) awaitEnd() tea.Cmd {
	if c.opts.Done == nil {
		return nil
	}
	done, why, stop := c.opts.Done, c.opts.Err, c.stop
	return func() tea.Msg {
		select {
		case <-done:
			if why == nil {
				return endedMsg{}
			}
			return endedMsg{why()}
		case <-stop:
			return nil
		}
	}
}

// engineEnded shows why for a moment; main tells it again on the plain terminal.
func (c *Cockpit) engineEnded(msg endedMsg) tea.Cmd {
	if msg.err == nil {
		return c.leave()
	}
	c.err, c.ended = msg.err, true
	c.view.Dialog, c.ask = Dialog{}, question{}
	c.typed.forget()
	return tea.Batch(c.say("the run has stopped: "+msg.err.Error()),
		tea.Tick(farewell, func(time.Time) tea.Msg { return farewellMsg{} }))
}
