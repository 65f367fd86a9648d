package ui

// field.go: typing, pasting and choosing in a dialog. Fields have no cursor:
// what is typed goes to the end.

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks/safe"
)

// fieldCap bounds a field, in runes.
const fieldCap = 500

// field is the text that has the focus, or nil.
func (d *Dialog) field() *string {
	if at := d.Focused(); at < OnCancel {
		return &d.Fields[at].Input
	}
	return nil
}

// typeInto puts a key's text into the focused field.
func (c *Cockpit) typeInto(k tea.Key, name string) {
	d := &c.view.Dialog
	text := d.field()
	if text == nil {
		return
	}
	d.Problem = ""
	switch {
	case name == "backspace":
		*text = chop(*text)
	case name == "ctrl+u":
		*text = ""
	case k.Text != "" && !k.Mod.Contains(tea.ModCtrl) && !k.Mod.Contains(tea.ModAlt):
		*text = limit(*text + safe.Line(k.Text))
	}
}

// paste adds pasted text to a field that takes it. It is no key: it confirms
// nothing, moves nothing, and never types a change number.
func (c *Cockpit) paste(text string) tea.Cmd {
	d := &c.view.Dialog
	switch {
	case d.Kind == NoDialog, c.ask.asking:
		return nil
	case d.Waiting:
		return c.awaitQuiet()
	}
	at := d.Focused()
	if at >= OnCancel {
		return nil
	}
	if d.Kind == Asked {
		c.writeSecret(strings.TrimSpace(text))
		return nil
	}
	if !c.ask.paste[at] {
		d.Problem = "this field is typed, not pasted"
		return nil
	}
	into := d.field()
	*into = limit(*into + safe.Line(strings.TrimSpace(text)))
	c.reread()
	return nil
}

// chop takes the last character off, with the marks that sit on it.
func chop(s string) string {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
		if !unicode.Is(unicode.Mn, r) {
			break
		}
	}
	return s
}

func limit(s string) string {
	if runes := []rune(s); len(runes) > fieldCap {
		return string(runes[:fieldCap])
	}
	return s
}

// moveInDialog chooses in the list, or scrolls the text when there is none.
func (c *Cockpit) moveInDialog(name string) {
	d := &c.view.Dialog
	if d.List == "" {
		d.Scroll = scrolled(d.Scroll, name, c.view.Height/2, DialogMaxScroll(c.snap, c.view))
		return
	}
	d.Choice = nextLine(d.List, d.Choice, name)
	if d.Action == "conn" { // the chosen person's initials are typed for them
		line := strings.Split(d.List, "\n")[d.Choice]
		d.Fields[0].Input = strings.Fields(line)[0]
	}
}

// nextLine is the line of the list that a move leads to; headings are stepped over.
func nextLine(list string, from int, name string) int {
	var lines []int
	for n, line := range strings.Split(list, "\n") {
		if strings.HasPrefix(line, " ") {
			lines = append(lines, n)
		}
	}
	if len(lines) == 0 {
		return from
	}
	at := slices.Index(lines, from)
	switch name {
	case "up":
		at--
	case "down":
		at++
	case "pgup":
		at -= 10
	case "pgdown":
		at += 10
	case "home":
		at = 0
	case "end":
		at = len(lines) - 1
	}
	return lines[min(max(at, 0), len(lines)-1)]
}

// scrolled is the first visible row after a move.
func scrolled(from int, name string, page, last int) int {
	switch name {
	case "up", "k":
		from--
	case "down", "j":
		from++
	case "pgup":
		from -= max(page, 1)
	case "pgdown":
		from += max(page, 1)
	case "home":
		from = 0
	case "end":
		from = last
	}
	return max(min(from, last), 0)
}
