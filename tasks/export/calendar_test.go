package export_test

// calendar_test.go: events as a calendar reads them.

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"tminus/tasks/export"
)

// calendar is an export, as bytes and as events by UID.
func calendar(t *testing.T, s export.Source, inv export.Invitation) (string, map[string]*ics.VEvent) {
	t.Helper()
	var out bytes.Buffer
	if err := export.Calendar(&out, s, inv); err != nil {
		t.Fatal(err)
	}
	cal, err := ics.ParseCalendar(strings.NewReader(out.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	events := map[string]*ics.VEvent{}
	for _, e := range cal.Events() {
		events[e.Id()] = e
	}
	return out.String(), events
}

func value(e *ics.VEvent, p ics.ComponentProperty) string {
	if found := e.GetProperty(p); found != nil {
		return found.Value
	}
	return ""
}

func TestCalendarOfARun(t *testing.T) {
	text, events := calendar(t, flown(t), export.Invitation{})
	if len(events) != 3 {
		t.Fatalf("%d events\n%s", len(events), text)
	}
	e := events["TOY1.T3@tminus"]
	if e == nil {
		t.Fatalf("no event of T3\n%s", text)
	}
	for property, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertySummary: "T3 =Unpack (CD)", ics.ComponentPropertyDtStart: "20260302T165000Z", ics.ComponentPropertyDtEnd: "20260302T170500Z",
		ics.ComponentPropertyDtstamp: "20260302T162500Z", ics.ComponentPropertySequence: "4", ics.ComponentPropertyStatus: "CONFIRMED",
		ics.ComponentPropertyDescription: "Waits for:\n- T1 Pack\n- T2 Move\nIn charge: CD\nPlanned: 2026-03-02 23:30 to 2026-03-02 23:45 Asia/Singapore\nStatus: not started\nChange: TOY1",
		ics.ComponentPropertyAttendee:    "", ics.ComponentPropertyOrganizer: "",
	} {
		if got := value(e, property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
	if alarms := e.Alarms(); len(alarms) != 1 || alarms[0].GetProperty(ics.ComponentPropertyTrigger).Value != "-PT10M" {
		t.Errorf("alarms %v", alarms)
	}
	if begun := events["TOY1.T2@tminus"]; len(begun.Alarms()) > 0 || value(begun, ics.ComponentPropertyDtStart) != "20260302T162000Z" {
		t.Errorf("what has begun calls nobody, and starts when it did:\n%s", text)
	}
	for _, personal := range []string{"@toy.example", "Byron", "O'Day"} {
		if strings.Contains(text, personal) {
			t.Errorf("the calendar holds %q unasked", personal)
		}
	}
}

// TestCalendarsAreWhatTheRFCWants: CRLF, and lines of at most 75 bytes.
func TestCalendarsAreWhatTheRFCWants(t *testing.T) {
	text, events := calendar(t, export.OfPlan(example(t), time.Date(2019, 2, 1, 0, 0, 0, 0, time.UTC)), export.Invitation{Emails: true})
	if len(events) != 9 {
		t.Errorf("%d events, want one for each of 8 tasks and a gate", len(events))
	}
	for _, line := range strings.SplitAfter(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if body := strings.TrimSuffix(line, "\r\n"); len(body) > 75 || strings.ContainsAny(body, "\r\n") {
			t.Errorf("%d bytes: %q", len(body), line)
		}
	}
	gate := events["SCP100X0219.G1@tminus"]
	if value(gate, ics.ComponentPropertyDtStart) != "20190207T091500Z" || value(gate, ics.ComponentPropertyDtEnd) != "" {
		t.Error("an event of no length has no end")
	}
	eight := value(events["SCP100X0219.T8@tminus"], ics.ComponentPropertyDescription)
	for _, want := range []string{"Preparation:\n- Product Manager and COO must be available", "Post-check:\n- The application functions", "Waits for:\n- T7 Assign Elastic IP"} {
		if !strings.Contains(eight, want) {
			t.Errorf("T8 does not say %q:\n%s", want, eight)
		}
	}
}

func TestEmailsOnlyWhenAsked(t *testing.T) {
	text, events := calendar(t, flown(t), export.Invitation{Emails: true})
	e := events["TOY1.T3@tminus"]
	if got := value(e, ics.ComponentPropertyAttendee); got != "mailto:cy@toy.example" {
		t.Errorf("attendee %q", got)
	}
	if got := value(e, ics.ComponentPropertyOrganizer); got != "mailto:ada@toy.example" {
		t.Errorf("organizer %q", got)
	}
	if !strings.Contains(text, "ATTENDEE;CN=Cy O’Day  Jr:mailto:cy@toy.example") {
		t.Errorf("the name would end the parameter:\n%s", text)
	}
}

func TestCalendarOfOne(t *testing.T) {
	_, events := calendar(t, flown(t), export.Invitation{For: "AB"})
	if len(events) != 1 || events["TOY1.T1@tminus"] == nil {
		t.Errorf("events %v", events)
	}
}

// TestEventsAreKnownAgain: the events of the plan, and of each moment of its run, are the
// same ones, newer each time. A rehearsal's are others.
func TestEventsAreKnownAgain(t *testing.T) {
	uids := func(s export.Source) (ids []string) {
		_, events := calendar(t, s, export.Invitation{})
		for id := range events {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		return ids
	}
	plan, live, rehearsal := uids(export.OfPlan(example(t), time.Now())), uids(opened(example(t))), uids(kept(t, "released"))
	if !slices.Equal(plan, live) || plan[1] != "SCP100X0219.T1@tminus" {
		t.Errorf("plan %v, live %v", plan, live)
	}
	if slices.Contains(rehearsal, plan[0]) || rehearsal[1] != "SCP100X0219-1-d6bf0b.T1@tminus" {
		t.Errorf("rehearsal %v", rehearsal)
	}
	text, _ := calendar(t, kept(t, "rolled-back"), export.Invitation{})
	if !strings.Contains(text, "SUMMARY:[rehearsal] T4") || strings.Count(text, "STATUS:CANCELLED") != 2 {
		t.Errorf("a rehearsal does not say so, or what was taken back:\n%s", text)
	}
}
