package ui

// asked_test.go: what is typed for a worker reaches the worker, and nothing else.

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// clerk takes the answers.
type clerk struct {
	ids, texts []string
	refuse     error
}

func (a *clerk) answer(id string, s tasks.Secret) error {
	a.ids, a.texts = append(a.ids, id), append(a.texts, s.Reveal())
	return a.refuse
}

// wonder lets a worker ask, or nobody.
func (s *seat) wonder(id string) {
	snap := s.d.snapshot()
	snap.Seq = s.c.snap.Seq + 1
	if id != "" {
		snap.Question = &tasks.Question{ID: id, Title: "MFA code", Detail: "to assume the role deployer"}
	}
	s.d.slot.Put(snap)
	s.settle()
}

// quizzed is a seat whose answers the clerk takes.
func quizzed(t *testing.T, a *clerk, change func(*Options), script func(*seat)) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, func(o *Options) {
		o.Answer = a.answer
		if change != nil {
			change(o)
		}
	}, script)
}

func TestAnswerReachesTheWorkerAndNoScreen(t *testing.T) {
	var a clerk
	quizzed(t, &a, nil, func(s *seat) {
		s.wonder("q1")
		if s.dialog().Kind != Asked {
			t.Fatalf("nothing is asked:\n%s", s.frame())
		}
		s.write("k") // meant for the screen before
		s.calm()
		s.write("xyzk")
		s.keys("backspace")
		s.feed(tea.PasteMsg{Content: " zyx\n"})
		if s.c.view.Dialog.Fields[0].Input != "••••••" {
			t.Errorf("the view has %q", s.c.view.Dialog.Fields[0].Input)
		}
		if seen := s.frame() + fmt.Sprintf("%+v", s.c.view); strings.Contains(seen, "xyz") || strings.Contains(seen, "zyx") {
			t.Errorf("what was typed is seen:\n%s", seen)
		}
		typed := s.c.typed.runes[:cap(s.c.typed.runes)]
		s.keys("enter")
		same(t, "answers", a.texts, []string{"xyzzyx"})
		same(t, "to", a.ids, []string{"q1"})
		for _, r := range typed {
			if r != 0 {
				t.Fatal("what was typed is not forgotten")
			}
		}
		s.wonder("q1") // a snapshot of before the answer
		if s.dialog().Kind != NoDialog {
			t.Error("an answered question is asked again")
		}
	})
}

func TestQuestionIsDeclined(t *testing.T) {
	for _, keys := range [][]string{{"esc"}, {"tab", "enter"}} {
		var a clerk
		quizzed(t, &a, nil, func(s *seat) {
			s.wonder("q1")
			s.calm()
			s.keys("enter")
			if len(a.ids) != 0 || s.dialog().Problem == "" {
				t.Error("nothing typed was an answer")
			}
			s.write("123")
			s.keys(keys...)
			same(t, "answers", a.texts, []string{""})
			if s.dialog().Kind != NoDialog {
				t.Error("the question stays")
			}
		})
	}
}

func TestQuestionWaitsForTheOpenDialog(t *testing.T) {
	var a clerk
	quizzed(t, &a, nil, func(s *seat) {
		s.keys("n")
		s.write("a no")
		s.wonder("q1")
		s.write("te")
		if s.dialog().Fields[0].Input != "a note" || !strings.Contains(s.frame(), "asked: MFA code") {
			t.Errorf("the question came between:\n%s", s.frame())
		}
		s.keys("esc")
		if s.dialog().Kind != Asked {
			t.Errorf("the question does not come:\n%s", s.frame())
		}
		s.wonder("q2")
		if s.dialog().From != "q2" {
			t.Errorf("the newer question is not asked: %+v", s.dialog())
		}
		s.wonder("")
		if s.dialog().Kind == Asked || len(a.ids) != 0 {
			t.Error("a question that nobody asks any more stays")
		}
	})
}

// TestQuestionEndsUnderWhoTypes: the rest of a passphrase is no keys, and the end is told.
func TestQuestionEndsUnderWhoTypes(t *testing.T) {
	for _, sent := range []bool{false, true} {
		a := clerk{refuse: errors.New("the question is no longer open")}
		quizzed(t, &a, nil, func(s *seat) {
			s.wonder("q1")
			s.calm()
			s.write("corre")
			if sent {
				s.d.slot.Put(s.d.snapshot()) // nobody asks any more, and the cockpit does not know yet
				s.c.snap.Question = &tasks.Question{ID: "q1"}
				s.keys("enter")
			}
			s.wonder("")
			before := len(s.d.kinds())
			s.write("ct horse a")
			s.calm()
			s.write("a") // an abort, on the screen below
			if !strings.Contains(s.frame(), "waits no longer") || sent != strings.Contains(s.frame(), "is no longer open") || len(s.d.kinds()) != before {
				t.Errorf("sent %v: %q\n%s", sent, s.d.kinds(), s.frame())
			}
			for _, r := range s.c.typed.runes[:cap(s.c.typed.runes)] {
				if r != 0 {
					t.Fatal("what was typed is not forgotten")
				}
			}
			s.wonder("q2") // asked anew
			if s.dialog().From != "q2" {
				t.Errorf("the next question waits for the end of the one before:\n%s", s.frame())
			}
			s.wonder("")
			s.calm()
			s.keys("esc")
			if s.dialog().Kind != NoDialog {
				t.Error("it does not close")
			}
		})
	}
}

func TestLongAnswerIsNotCutInSilence(t *testing.T) {
	var a clerk
	quizzed(t, &a, nil, func(s *seat) {
		s.wonder("q1")
		s.calm()
		s.feed(tea.PasteMsg{Content: strings.Repeat("x", fieldCap+1)})
		if !strings.Contains(s.dialog().Problem, "no answer is longer") {
			t.Errorf("%+v", s.dialog())
		}
	})
}

func TestUntakenAnswerMayBeGivenAgain(t *testing.T) {
	a := clerk{refuse: errors.New("nobody listens")}
	quizzed(t, &a, nil, func(s *seat) {
		s.wonder("q1")
		s.calm()
		s.write("1")
		s.keys("enter")
		if s.dialog().Kind != Asked || !strings.Contains(s.dialog().Problem, "nobody listens") {
			t.Fatalf("%+v", s.dialog())
		}
		a.refuse = nil
		s.write("2")
		s.keys("enter")
		same(t, "answers", a.texts, []string{"1", "2"})
	})
}

func TestFollowerSeesWhoIsAsked(t *testing.T) {
	var a clerk
	quizzed(t, &a, func(o *Options) { o.Send, o.Watch = nil, true }, func(s *seat) {
		s.wonder("q1")
		if s.dialog().Kind != NoDialog || !strings.Contains(s.frame(), "LX is asked: MFA code") {
			t.Errorf("\n%s", s.frame())
		}
	})
}

func TestQuestionRingsTheBell(t *testing.T) {
	var a clerk
	quizzed(t, &a, func(o *Options) { o.Bell = true }, func(s *seat) {
		s.wonder("q1")
		s.wonder("q1")
		if s.bells != 1 {
			t.Errorf("%d bells", s.bells)
		}
	})
}
