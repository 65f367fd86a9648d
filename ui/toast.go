package ui

// toast.go: what calls for the operator without asking anything: a sentence over
// the footer for some seconds, the bell, the window's title.

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// How long a toast stands, in real time; the notice at the start is longer and less expected.
const (
	toastFor  = 5 * time.Second
	noticeFor = 10 * time.Second
)

type toastMsg struct{ generation int }

// say shows one sentence for a while. A newer one replaces it and gets its own time.
func (c *Cockpit) say(line string) tea.Cmd {
	c.view.Toast = safe.Line(line)
	c.toast++
	return c.untilForgotten(toastFor)
}

// untilForgotten takes the toast of now away after a while, unless a newer one stands there.
func (c *Cockpit) untilForgotten(after time.Duration) tea.Cmd {
	generation := c.toast
	return tea.Tick(after, func(time.Time) tea.Msg { return toastMsg{generation} })
}

func (c *Cockpit) clearToast(msg toastMsg) {
	if msg.generation == c.toast {
		c.view.Toast, c.armed = "", false
	}
}

// needsPerson reports what became true between two snapshots that somebody must
// act on: a task failed or is unknown, a gate or a sign-off waits, a deadline holds the
// plan, decide-by passed, a worker asks something, the conn was lost or is offered to who sits here, the way back stopped.
func needsPerson(before, now *tasks.Snapshot, actor string) bool {
	if before == nil {
		return false
	}
	for t := range now.Plan.All() {
		was, is := before.State.Tasks[t.ID], now.State.Tasks[t.ID]
		if was == nil || is == nil {
			continue
		}
		if was.Status != is.Status && (is.Status == tasks.Failed || is.Status == tasks.Unsure || is.Status == tasks.Checked) {
			return true
		}
		if t.Gate && free(now.State, t) && !free(before.State, t) {
			return true
		}
	}
	was, is := before.State, now.State
	switch {
	case now.Question != nil && (before.Question == nil || before.Question.ID != now.Question.ID):
		return true
	case now.Schedule.Demand != "" && before.Schedule.Demand == "",
		is.Hold.Task != "" && was.Hold.Task != is.Hold.Task,
		is.Conn.Lost != "" && was.Conn.Lost != is.Conn.Lost,
		is.Conn.Offered != "" && is.Conn.Offered == actor && was.Conn.Offered != actor:
		return true
	}
	return now.State.Rollback.Phase == tasks.RollbackHalted && before.State.Rollback.Phase != tasks.RollbackHalted
}

// windowTitle says in the terminal's tab which run this is and what it is doing.
func windowTitle(s *tasks.Snapshot) string {
	if s == nil {
		return "tminus"
	}
	title := "tminus · " + s.State.Change
	switch id := s.Schedule.Current; {
	case s.State.Rollback.Locked():
		title += " · rollback " + string(s.State.Rollback.Phase)
	case s.State.Released:
		title += " · released"
	case s.State.Conn.Lost != "":
		title += " · conn lost"
	case s.State.Hold.On():
		title += " · held"
	case id != "":
		title += " · " + id + " " + string(s.State.Tasks[id].Status)
	}
	return safe.Line(title)
}
