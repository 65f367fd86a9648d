package ui

// asked.go: what a worker asks of whoever sits here: an MFA code, a passphrase. What is
// typed stays in the cockpit, so that no view, no frame and no log ever holds it: the
// dialog has a dot for each character. The answer goes to the worker that asked, and is
// forgotten. A question waits until no other dialog is open; the header says it meanwhile.

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// secret is an answer while it is typed.
type secret struct {
	runes []rune
	done  string // id of the question answered last: an older snapshot may still ask it
}

// forget overwrites what was typed.
func (s *secret) forget() {
	clear(s.runes[:cap(s.runes)])
	s.runes = s.runes[:0]
}

// answeredMsg says whether somebody took the answer.
type answeredMsg struct {
	id       string
	declined bool
	err      error
}

// heed opens the question that waits, once nothing else is open, and ends the one that
// nobody asks any more.
func (c *Cockpit) heed() tea.Cmd {
	q := (*tasks.Question)(nil)
	if c.snap != nil && c.opts.Answer != nil && !c.view.Watch && !c.ended {
		q = c.snap.Question
	}
	if at := c.view.Dialog; at.Kind == Asked && !c.ask.asking && (q == nil || q.ID != at.From) {
		if q == nil {
			return c.unasked()
		}
		return c.closeDialog()
	}
	if q == nil || q.ID == c.typed.done || c.view.Dialog.Kind != NoDialog && c.view.Dialog.Action != unaskedAction {
		return nil
	}
	detail := q.Detail
	if host := elsewhere(c.snap); host != "" {
		detail += "\n\n▲ The calls of this run go to " + host + ", not to AWS: an answer may go there too."
	}
	c.typed.runes = make([]rune, 0, fieldCap) // never moved, so that forgetting leaves no copy behind
	return c.open(Dialog{Kind: Asked, Danger: Careful, From: q.ID, Title: q.Title, OK: "answer", Fields: ask(cmp.Or(atMost(q.Title, 24), "answer")),
		Body: detail + "\n\nIt goes to the call that asked and is kept nowhere."}, question{})
}

// unaskedAction marks the dialog that only tells of a question's end; the next question takes its place.
const unaskedAction = "unasked"

// unasked says that nobody waits for the answer any more. Somebody may be typing it: what
// they type must not become the keys of the screen below.
func (c *Cockpit) unasked() tea.Cmd {
	c.typed.forget()
	says := "Whoever asked waits no longer. What was typed is forgotten."
	if why := c.view.Dialog.Problem; why != "" {
		says = why + "\n\n" + says
	}
	return c.open(Dialog{Kind: Confirm, Danger: Careful, Action: unaskedAction, Title: c.view.Dialog.Title, Body: says}, question{})
}

// askedKey is one key while a worker's question is open.
func (c *Cockpit) askedKey(k tea.Key, name string) tea.Cmd {
	d := &c.view.Dialog
	switch name {
	case "esc":
		return c.answer("")
	case "enter":
		switch at := d.Focused(); {
		case at == OnCancel:
			return c.answer("")
		case len(c.typed.runes) == 0:
			d.Problem = "nothing is typed yet; esc declines"
			return nil
		}
		return c.answer(string(c.typed.runes))
	case "tab", "right":
		d.At = (d.At + 1) % len(d.Stops())
	case "shift+tab", "left":
		d.At = (d.At + len(d.Stops()) - 1) % len(d.Stops())
	case "up", "down", "pgup", "pgdown", "home", "end":
		c.moveInDialog(name)
	case "backspace":
		if n := len(c.typed.runes); n > 0 && d.Focused() < OnCancel {
			c.typed.runes[n-1] = 0
			c.typed.runes = c.typed.runes[:n-1]
			c.writeSecret("")
		}
	case "ctrl+u":
		c.typed.forget()
		c.writeSecret("")
	default:
		if d.Focused() < OnCancel && !k.Mod.Contains(tea.ModCtrl) && !k.Mod.Contains(tea.ModAlt) {
			c.writeSecret(k.Text)
		}
	}
	return nil
}

// writeSecret adds to what was typed; the view learns its length.
func (c *Cockpit) writeSecret(text string) {
	c.view.Dialog.Problem = ""
	for _, r := range text {
		switch {
		case unicode.IsControl(r):
		case len(c.typed.runes) == cap(c.typed.runes):
			c.view.Dialog.Problem = fmt.Sprintf("no answer is longer than %d characters: the rest is not there", fieldCap)
		default:
			c.typed.runes = append(c.typed.runes, r)
		}
	}
	c.view.Dialog.Fields[0].Input = strings.Repeat("•", len(c.typed.runes))
}

// answer hands over what was typed; empty = declined.
func (c *Cockpit) answer(text string) tea.Cmd {
	give, id, declined := c.opts.Answer, c.view.Dialog.From, text == ""
	c.typed.forget()
	c.writeSecret("")
	c.ask.asking, c.view.Dialog.Waiting = true, true
	return func() tea.Msg { return answeredMsg{id, declined, give(id, tasks.NewSecret(text))} }
}

// answered closes the dialog, unless an answer was not taken: then it may be given again,
// for as long as the question is asked.
func (c *Cockpit) answered(msg answeredMsg) tea.Cmd {
	d := &c.view.Dialog
	c.ask.asking = false
	if msg.err != nil && !msg.declined {
		d.Waiting, d.Problem = false, safe.Line("the answer was not taken: "+msg.err.Error())
		return c.heed()
	}
	c.typed.done = msg.id
	return c.closeDialog()
}

// askedPiece says on every page that somebody is asked, and what.
func askedPiece(p pen) piece {
	q := p.s.Question
	if q == nil {
		return piece{[][]span{nil}, nil}
	}
	words, who := "asked: "+atMost(q.Title, 30), "the operator is "
	if p.s.State.Conn.Holder != "" {
		who = p.s.State.Conn.Holder + " is "
	}
	if !p.v.Watch {
		return piece{[][]span{one(badge.of(" " + words + " ")), one(badge.of(" asked "))}, []int{4}}
	}
	return piece{[][]span{one(badge.of(" " + who + words + " ")), one(badge.of(" " + words + " ")), one(badge.of(" asked "))}, []int{6, 4}}
}
