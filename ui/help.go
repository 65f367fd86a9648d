package ui

// help.go: the table of keys on the screen. It is filtered by typing after /,
// and enter runs the entry; a dead one answers with its reason.

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

func (c *Cockpit) help() tea.Cmd {
	cmd := c.open(Dialog{Kind: Help, Title: "Keys", Action: "help"}, question{})
	c.listKeys()
	return cmd
}

// listKeys lists the keys that match the filter and marks the first.
func (c *Cockpit) listKeys() {
	d := &c.view.Dialog
	d.List = helpLines(c.snap, c.view, d.Fields[0].Input)
	d.Choice = nextLine(d.List, -1, "home")
	c.explainKey()
}

// explainKey tells of the marked key what it does and whether it can now.
func (c *Cockpit) explainKey() {
	d := &c.view.Dialog
	k, ok := c.markedKey()
	if !ok {
		d.Body = "no key matches: backspace or esc widens the search"
		return
	}
	d.Body = k.Effect
	if why := k.Dead(c.snap, c.view); why != "" {
		d.Body += "\nnot now: " + safe.Line(why)
	}
}

// markedKey is the key of the list's marked line.
func (c *Cockpit) markedKey() (Key, bool) {
	d := c.view.Dialog
	lines := strings.Split(d.List, "\n")
	if d.Choice < 0 || d.Choice >= len(lines) {
		return Key{}, false
	}
	for _, k := range Keys(c.view.Watch) {
		if lines[d.Choice] == helpLine(k, c.snap, c.view) {
			return k, true
		}
	}
	return Key{}, false
}

// helpKey is one key while the help is open.
func (c *Cockpit) helpKey(k tea.Key, name string) tea.Cmd {
	d := &c.view.Dialog
	filtering := d.Fields[0].Prompt != ""
	switch {
	case name == "esc" && filtering:
		d.Fields = ask()
		c.listKeys()
	case name == "esc", !filtering && (name == "?" || name == "q"):
		return c.closeDialog()
	case name == "enter":
		return c.runMarked()
	case slices.Contains([]string{"up", "down", "pgup", "pgdown", "home", "end"}, name):
		d.Choice = nextLine(d.List, d.Choice, name)
		c.explainKey()
	case filtering:
		c.typeInto(k, name)
		c.listKeys()
	case name == "/":
		d.Fields = ask("/")
		c.listKeys()
	}
	return nil
}

// runMarked presses the marked key on the screen behind the help.
func (c *Cockpit) runMarked() tea.Cmd {
	k, ok := c.markedKey()
	if !ok {
		return nil
	}
	return tea.Batch(c.closeDialog(), c.pressKey(k, k.Keys[0]))
}

// helpLines is the table as lines, under headings, of the keys in which every
// word of the filter occurs.
func helpLines(s *tasks.Snapshot, v View, filter string) string {
	var lines []string
	group := ""
	for _, k := range Keys(v.Watch) {
		text := strings.ToLower(strings.Join([]string{k.Name(), k.label(s, v), k.Title, k.Effect, k.Group}, " "))
		matches := true
		for word := range strings.FieldsSeq(strings.ToLower(filter)) {
			matches = matches && strings.Contains(text, word)
		}
		if !matches {
			continue
		}
		if k.Group != group {
			group = k.Group
			lines = append(lines, group)
		}
		lines = append(lines, helpLine(k, s, v))
	}
	return strings.Join(lines, "\n")
}

func helpLine(k Key, s *tasks.Snapshot, v View) string {
	state := ""
	if k.Dead(s, v) != "" {
		state = "not now"
	}
	return strings.TrimRight(fmt.Sprintf("  %-20s %-14s %-8s %s", k.Name(), k.label(s, v), state, k.Effect), " ")
}
