package export

// calendar.go: one event a task, for the calendar of the person in charge.

import (
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"tminus/tasks"
	"tminus/tasks/letters"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// alarm is how long before a task its person is told, as iCalendar writes it.
const alarm = "-PT10M"

// Invitation is what a calendar is to hold.
type Invitation struct {
	For    string // contact id: only their tasks; "" = everybody's
	Emails bool   // with names and e-mail addresses; without, people are their initials
}

// Calendar writes iCalendar (RFC 5545): times in UTC, as they were or are expected to be. An
// event keeps its UID from one export to the next, and a later export of the same run takes
// its place: whoever imports both has it once. A rehearsal's events are others, and say so.
func Calendar(out io.Writer, s Source, inv Invitation) error {
	cal := ics.NewCalendarFor("tminus")
	cal.SetProductId("-//tminus//tminus export//EN")
	for i := range s.plan.Tasks {
		if t := &s.plan.Tasks[i]; inv.For == "" || t.InCharge == inv.For {
			s.event(cal, t, inv.Emails)
		}
	}
	if err := cal.SerializeTo(out, ics.WithNewLine("\r\n")); err != nil { // what the RFC wants on every system
		return fmt.Errorf("writing the calendar: %w", err)
	}
	return nil
}

// event adds one task.
func (s Source) event(cal *ics.Calendar, t *plan.Task, emails bool) {
	status := s.status(t.ID)
	start, end := s.times(t)
	e := cal.AddEvent(s.uid(t.ID))
	e.SetDtStampTime(s.now)
	e.SetSequence(len(s.state.Events))
	e.SetStartAt(start)
	if end.After(start) { // an event without an end has no length; one of no length may not have an end
		e.SetEndAt(end)
	}
	e.SetSummary(s.summary(t))
	e.SetDescription(s.description(t))
	switch status {
	case tasks.Skipped, tasks.Aborted, tasks.Undone:
		e.SetStatus(ics.ObjectStatusCancelled)
	default:
		e.SetStatus(ics.ObjectStatusConfirmed)
	}
	if emails {
		s.invite(e, t)
	}
	if status == tasks.Waiting {
		a := e.AddAlarm()
		a.SetAction(ics.ActionDisplay)
		a.SetTrigger(alarm)
		a.SetDescription(s.summary(t))
	}
}

// times is when a task was or is expected to be; without a run, as planned.
func (s Source) times(t *plan.Task) (start, end time.Time) {
	if f, ok := s.schedule.Tasks[t.ID]; s.flown && ok {
		return f.Start, f.End
	}
	return t.Start.Time, t.End.Time
}

// uid names the task's event for ever: by change and task, whether planned or flown; by the
// run where it is a rehearsal, which must not move the events of the day itself.
func (s Source) uid(task string) string {
	name := s.plan.Change
	if s.Rehearsed() {
		name = s.state.Run
	}
	return strings.Join(strings.Fields(safe.Line(name)), "-") + "." + task + "@tminus"
}

func (s Source) summary(t *plan.Task) string {
	text := t.ID + " " + safe.Line(letters.OneLine(t.Title))
	if t.InCharge != "" {
		text += " (" + t.InCharge + ")"
	}
	if s.Rehearsed() {
		text = "[rehearsal] " + text
	}
	return text
}

// description tells what a task needs, what shows it done, and what it waits for.
func (s Source) description(t *plan.Task) string {
	var lines []string
	section := func(title string, entries []string) {
		if len(entries) == 0 {
			return
		}
		lines = append(lines, title+":")
		for _, e := range entries {
			lines = append(lines, "- "+safe.Line(letters.OneLine(e)))
		}
	}
	section("Preparation", t.Preparation)
	section("Post-check", t.PostCheck)
	var before []string
	for _, id := range t.After {
		if b := s.plan.Task(id); b != nil {
			before = append(before, id+" "+b.Title)
		}
	}
	section("Waits for", before)
	who := t.InCharge
	if t.Deputy != "" {
		who += ", deputy " + t.Deputy
	}
	at := func(t time.Time) string { return t.In(s.zone()).Format("2006-01-02 15:04") }
	lines = append(lines, "In charge: "+who, fmt.Sprintf("Planned: %s to %s %s", at(t.Start.Time), at(t.End.Time), s.zone()))
	if s.flown {
		lines = append(lines, "Status: "+stateWord(s.status(t.ID)))
	}
	lines = append(lines, "Change: "+safe.Line(s.plan.Change))
	return strings.Join(lines, "\n")
}

// invite adds the person in charge with their address; their manager organizes it, or
// they do themselves: no invitation is without an organizer.
func (s Source) invite(e *ics.VEvent, t *plan.Task) {
	who := s.plan.Contact(t.InCharge)
	if who == nil || !isAddress(who.Email) {
		return
	}
	organizer := s.plan.Contact(who.Manager)
	if organizer == nil || !isAddress(organizer.Email) {
		organizer = who
	}
	e.SetOrganizer(organizer.Email, ics.WithCN(parameter(organizer.Name)))
	e.AddAttendee(who.Email, ics.WithCN(parameter(who.Name)))
}

// isAddress reports a bare e-mail address; anything else could write lines of its own.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && !strings.ContainsAny(s, " \t\r\n\"';,:\\")
}

// parameter is a name as a parameter may hold it without quotes.
func parameter(name string) string {
	return strings.Map(func(c rune) rune {
		switch c {
		case '\'', '`':
			return '’'
		case ',', ';', ':', '"', '\\':
			return ' '
		}
		return c
	}, safe.Line(letters.OneLine(name)))
}
