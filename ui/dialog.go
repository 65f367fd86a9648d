package ui

// dialog.go: how a dialog is answered. Its rules: Cancel has the focus unless
// something must be typed first; only OK confirms, and only by enter; a dialog
// that acts absorbs keys until the operator has been quiet, so that a key meant
// for the screen before it can agree to nothing; pasting never confirms; while
// it is open the pretend clock stands.

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// quietFor is how long the operator must leave the keys alone, in real time.
const quietFor = 400 * time.Millisecond

type quietMsg struct{ generation int }

// question is what the open dialog is for.
type question struct {
	// command is what OK or Alt asks of the engine. nil, or a command without a
	// kind: nothing is asked and then is done.
	command  func(Dialog, Stop) tasks.Command
	then     func() tea.Cmd      // after the engine agreed; nil = nothing
	check    func(Dialog) string // why OK cannot be taken as it is, in the fields' own words; nil = the engine's rule says it all
	reads    func(Dialog) string // what Dialog.Says, anew after each key and snapshot; nil = nothing
	label    func(Dialog) string // Dialog.OK, by what is chosen and the newest snapshot; nil = it stays
	turns    func() tea.Cmd      // Alt turns to another question instead of confirming; nil = it confirms
	optional bool                // the first field may stay empty: Cancel has the focus
	paste    [mostFields]bool    // fields that take pasted text
	sent     tasks.Command       // what the engine is being asked
	looked   look                // of a review: which look at the world it asked for
	asking   bool
	paused   bool // it stopped the pretend clock
}

// Stop is a place in a dialog that can have the focus.
type Stop int

// The stops in their order; those below OnCancel are the fields.
const (
	OnCancel Stop = mostFields + iota
	OnOK
	OnAlt
)

// Stops are the places of this dialog that can have the focus; At counts in them.
func (d Dialog) Stops() []Stop {
	var stops []Stop
	add := func(there bool, s Stop) {
		if there {
			stops = append(stops, s)
		}
	}
	for i, f := range d.Fields {
		add(f.Prompt != "", Stop(i))
	}
	add(true, OnCancel)
	add(d.OK != "", OnOK)
	add(d.Alt != "", OnAlt)
	return stops
}

// Focused is the place that has the focus.
func (d Dialog) Focused() Stop {
	stops := d.Stops()
	return stops[min(max(d.At, 0), len(stops)-1)]
}

// hints are the footer's while the dialog is open; scrolls says that not all of it is in sight.
func (d Dialog) hints(scrolls bool) []Hint {
	switch {
	case d.Kind == Help && d.Fields[0].Prompt != "":
		return []Hint{{"type", "filter"}, {"enter", "run"}, {"esc", "all keys"}}
	case d.Kind == Help:
		return []Hint{{"/", "filter"}, {"↑ ↓", "move"}, {"enter", "run"}, {"esc", "close"}}
	case d.Waiting:
		return []Hint{{"…", "one moment"}}
	case d.Kind == Asked:
		return []Hint{{"type", "or paste"}, {"enter", d.OK}, {"esc", "decline"}}
	}
	hints := []Hint{{"tab", "next"}}
	if d.Focused() == OnCancel && d.OK != "" {
		hints[0].Title = "to " + d.OK
	}
	away := "cancel"
	if d.OK == "" {
		away = "close"
	}
	switch at := d.Focused(); {
	case at == OnCancel:
		hints = append(hints, Hint{"enter", away})
	case at < OnCancel && d.OK == "": // it answers while one types
	case at == OnOK, at < OnCancel && d.Danger == Harmless:
		hints = append(hints, Hint{"enter", d.OK})
	case at == OnAlt:
		hints = append(hints, Hint{"enter", d.Alt})
	}
	switch {
	case d.List != "":
		hints = append(hints, Hint{"↑ ↓", "choose"})
	case scrolls:
		hints = append(hints, Hint{"↑ ↓", "scroll"})
	}
	return append(hints, Hint{"esc", away})
}

// open shows a dialog. What it says came from a plan or a cloud and is cleaned here.
func (c *Cockpit) open(d Dialog, q question) tea.Cmd {
	d.Title, d.Body, d.List = safe.Line(d.Title), safe.Block(d.Body), safe.Block(d.List)
	if d.Fields[0].Prompt == "" || q.optional {
		for d.Focused() != OnCancel {
			d.At++
		}
	}
	var pause, hush tea.Cmd
	if d.Danger != Harmless {
		d.Waiting = true
		hush = c.awaitQuiet()
		if q.command != nil && c.snap != nil && c.snap.State.Mode == tasks.RehearsalRun {
			q.paused = true
			pause = c.send(tasks.Command{Kind: tasks.PauseClock, By: c.view.Actor, On: true}, nil)
		}
	}
	c.view.Dialog, c.ask, c.view.Toast = d, q, ""
	c.reread()
	return tea.Batch(pause, hush)
}

func (c *Cockpit) closeDialog() tea.Cmd {
	paused := c.ask.paused
	c.view.Dialog, c.ask = Dialog{}, question{}
	c.typed.forget()
	if !paused {
		return c.heed()
	}
	return tea.Batch(c.send(tasks.Command{Kind: tasks.PauseClock, By: c.view.Actor}, nil), c.heed())
}

// awaitQuiet starts the quiet period anew; the ends of older ones count for nothing.
func (c *Cockpit) awaitQuiet() tea.Cmd {
	c.quiet++
	generation := c.quiet
	return tea.Tick(quietFor, func(time.Time) tea.Msg { return quietMsg{generation} })
}

func (c *Cockpit) hush(msg quietMsg) {
	if msg.generation == c.quiet && !c.ask.asking {
		c.view.Dialog.Waiting = false
	}
}

// dialogKey is one key while a dialog is open.
func (c *Cockpit) dialogKey(k tea.Key, name string) tea.Cmd {
	d := &c.view.Dialog
	switch {
	case c.ask.asking:
		return nil
	case d.Waiting:
		return c.awaitQuiet()
	case d.Kind == Help:
		return c.helpKey(k, name)
	case d.Kind == Asked:
		return c.askedKey(k, name)
	}
	switch name {
	case "esc":
		return c.closeDialog()
	case "enter":
		return c.enterDialog()
	case "tab", "right":
		d.At = (d.At + 1) % len(d.Stops())
	case "shift+tab", "left":
		d.At = (d.At + len(d.Stops()) - 1) % len(d.Stops())
	case "up", "down", "pgup", "pgdown", "home", "end":
		c.moveInDialog(name)
	default:
		c.typeInto(k, name)
	}
	c.reread()
	return nil
}

// reread says anew what the fields are understood as, and what OK does: they, or the run, have changed.
func (c *Cockpit) reread() {
	if c.ask.label != nil {
		c.view.Dialog.OK = c.ask.label(c.view.Dialog)
	}
	if c.ask.reads != nil {
		c.view.Dialog.Says = safe.Line(c.ask.reads(c.view.Dialog))
	}
}

// enterDialog is enter: it does what has the focus, and in a field nothing that acts.
func (c *Cockpit) enterDialog() tea.Cmd {
	d := &c.view.Dialog
	switch at := d.Focused(); at {
	case OnCancel:
		return c.closeDialog()
	case OnAlt:
		if c.ask.turns != nil {
			return c.ask.turns()
		}
		return c.confirm(at)
	case OnOK:
		return c.confirm(at)
	}
	if stops := d.Stops(); stops[d.At+1] < OnCancel {
		d.At++
		return nil
	}
	switch {
	case d.OK == "":
		return nil
	case d.Danger == Harmless:
		return c.confirm(OnOK)
	}
	d.Problem = "tab goes to " + d.OK + ", enter there confirms"
	return nil
}

// confirm asks the engine, unless the engine's own rule already says no. The
// dialog stays until the engine has answered.
func (c *Cockpit) confirm(at Stop) tea.Cmd {
	if c.ask.command == nil {
		return c.agreed(nil)
	}
	if c.ask.check != nil {
		if why := c.ask.check(c.view.Dialog); why != "" {
			c.view.Dialog.Problem = safe.Line(why)
			return nil
		}
	}
	cmd := c.ask.command(c.view.Dialog, at)
	c.ask.sent = cmd
	if cmd.Kind == "" {
		return c.agreed(nil)
	}
	if err := c.snap.State.Allowed(c.snap.Plan, cmd); err != nil {
		c.view.Dialog.Problem = safe.Line(err.Error())
		return nil
	}
	c.ask.asking, c.view.Dialog.Waiting, c.view.Dialog.Problem = true, true, ""
	return c.send(cmd, c.agreed)
}

// agreed is the engine's answer to the dialog's command.
func (c *Cockpit) agreed(err error) tea.Cmd {
	c.ask.asking, c.view.Dialog.Waiting = false, false
	if err != nil {
		c.view.Dialog.Problem = safe.Line(err.Error())
		return nil
	}
	var after tea.Cmd
	if c.ask.then != nil {
		after = c.ask.then()
	}
	return tea.Batch(after, c.closeDialog())
}
