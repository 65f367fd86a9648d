package ui

// signoff_test.go: an acceptance names how it came and where it is found again, and is told
// with what it was given for.

import (
	"strings"
	"testing"

	"tminus/tasks"
)

func TestSignOffDialogDemandsHowAndReference(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	checkedT8(d)
	fly(t, d, nil, func(s *seat) {
		s.keys("g")
		s.calm()
		if body := s.dialog().Body; !strings.Contains(body, "results ") || !strings.Contains(body, "journal ") || !strings.Contains(body, "read-only") {
			t.Errorf("what is signed is not told: %s", body)
		}
		press := func(why string) {
			t.Helper()
			for s.dialog().Focused() != OnOK {
				s.keys("tab")
			}
			s.keys("enter")
			if got := s.dialog().Problem; !strings.Contains(got, why) {
				t.Errorf("problem %q, want %q", got, why)
			}
			for s.dialog().Focused() != howField {
				s.keys("tab")
			}
		}
		press("say how it was given")
		s.write("e")
		press("the reference is missing")
		s.keys("tab")
		s.write("<41.9f3c@scp.example.com>")
		press("an e-mail address")
		s.keys("tab", "ctrl+u")
		s.write("Message-ID 41.9f3c")
		if says := s.dialog().Says; says != "e-mail: Message-ID 41.9f3c" {
			t.Errorf("understood as %q", says)
		}
		s.keys("shift+tab", "ctrl+u")
		s.write(strings.Repeat("word ", 20))
		press("a word or two")
	})
	if n := len(d.got); d.last().Kind == tasks.SignOffTask {
		t.Errorf("%d commands, the last %+v", n, d.last())
	}
}

func TestHowAnAcceptanceCame(t *testing.T) {
	for typed, want := range map[string]string{"": "", " ": "", "e": "e-mail", "E-Ma": "e-mail", "call": "call", "in": "in person", "fax": "fax", " by pigeon ": "by pigeon"} {
		if got := wayOf(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestAnAcceptanceIsToldWithWhatItWasGivenFor(t *testing.T) {
	s := checkedDay(t)
	s.sign("PR", "call", "17:41, with MY")
	results := tasks.Fold(s.plan, s.events).Results("T8")[:12]
	for _, v := range []View{{Focus: People}, {Focus: Task, Selected: "T8", Zoom: true}, {Focus: Journal, Zoom: true}, {Focus: Smoke, Zoom: true}} {
		frame := strings.Join(strings.Fields(strings.ReplaceAll(frameOf(s, 200, 80, v), "│", " ")), " ")
		holds(t, paneNames()[v.Focus], frame, "17:41, with MY", "call", "results "+results+", journal ")
	}
	other := otherResults(t)
	for _, v := range []View{{Focus: People}, {Focus: Task, Selected: "T8", Zoom: true}, {Focus: Smoke}} {
		frame := strings.Join(strings.Fields(strings.ReplaceAll(frameOf(other, 200, 80, v), "│", " ")), " ")
		holds(t, paneNames()[v.Focus], frame, "≠ PM", "given for other results: results 000000000000", "; now")
	}
	old := checkedDay(t)
	old.add("LX", tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail"})
	if frame := frameOf(old, 120, 36, View{Focus: Task, Selected: "T8", Zoom: true}); strings.Contains(frame, "≠ PR") || strings.Contains(frame, "journal :") {
		t.Errorf("of before it was tied to results:\n%s", frame)
	}
}
