package ui

// ledger.go: u. Taking back what somebody wrote down: the newest entry of the selected
// task, else of the run. The event stays in the journal and is marked there; what was
// done to the world is not taken back by this.

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// entryInView is what u would take back; ok false when there is nothing.
func entryInView(s *tasks.Snapshot, v View) (e tasks.Entry, ok bool) {
	if s.Plan.Task(v.Selected) != nil {
		if e, ok = s.State.Entry(v.Selected); ok {
			return e, true
		}
	}
	return s.State.Entry("")
}

func takeBackWish(s *tasks.Snapshot, v View) tasks.Command {
	e, _ := entryInView(s, v)
	return tasks.Command{Kind: tasks.TakeBack, By: v.Actor, Event: e.Seq}
}

func (c *Cockpit) takeBack() tea.Cmd {
	s := c.snap.State
	e, _ := entryInView(c.snap, c.view)
	body := fmt.Sprintf("What is taken back: %s, by %s at %s.", e.Says, e.By, e.At.In(zone(c.view, c.snap.Plan.Zone)).Format("15:04:05 MST"))
	if event, ok := eventOf(s, e.Seq); ok {
		body += fmt.Sprintf("\n    %d  %s", e.Seq, Sentence(s, event))
	}
	if e.Before != nil {
		body += fmt.Sprintf("\n\n%s is then %s, as it was before.", e.Task, statusWords(e.Before.Status))
	}
	body += "\nThe event stays in the journal, marked as taken back. Nothing in the world changes."
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "takeback", OK: "take it back", Title: "Take back " + e.Says, Body: body, Fields: ask("reason (may stay empty)"),
	}, question{optional: true, paste: [mostFields]bool{true}, command: func(d Dialog, _ Stop) tasks.Command {
		return tasks.Command{Kind: tasks.TakeBack, By: c.view.Actor, Event: e.Seq, Text: d.Fields[0].Input}
	}, then: func() tea.Cmd { return c.say("taken back: " + e.Says + "; the journal (8) keeps it, marked") }})
}

// statusWords say a status as the screen does, where the rules have a shorter name for it.
func statusWords(status tasks.Status) string {
	switch status {
	case tasks.Active:
		return "running"
	case tasks.Checked:
		return "waiting for sign-off"
	}
	return string(status)
}

// eventOf is the event with the number.
func eventOf(s *tasks.State, seq uint64) (tasks.Event, bool) {
	if s == nil {
		return tasks.Event{}, false
	}
	n, ok := slices.BinarySearchFunc(s.Events, seq, func(e tasks.Event, seq uint64) int {
		switch {
		case e.Seq < seq:
			return -1
		case e.Seq > seq:
			return 1
		}
		return 0
	})
	if !ok {
		return tasks.Event{}, false
	}
	return s.Events[n], true
}

// takenBack are the events that later ones took back. A frame asks once.
func takenBack(events []tasks.Event) map[uint64]bool {
	gone := map[uint64]bool{}
	for _, e := range events {
		if b, ok := e.Body.(tasks.Retracted); ok {
			gone[b.Event] = true
		}
	}
	return gone
}
