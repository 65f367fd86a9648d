package cli

// rollback_test.go: what tminus rollback does next and when it is over, over folded states;
// and what it prints of a review.

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

// reviewed is a snapshot with the world's answers on it.
func reviewed(s *tasks.Snapshot, from string, done bool, proofs map[string]tasks.Proof) *tasks.Snapshot {
	s.Review = &tasks.Review{From: from, Head: s.State.ReviewHead(), Done: done, Proofs: proofs}
	return s
}

func TestTheWayBack(t *testing.T) {
	there := map[string]tasks.Proof{"T1.1.cup": {There: true}}
	unsure := map[string]tasks.Proof{"T1.1.cup": {Error: "no answer"}}
	started := tasks.RollbackStarted{Intents: []string{"T1.1.cup"}}
	shows, undoes := wayBack{seat: seat{as: "AA"}}, wayBack{seat: seat{as: "AA"}, confirm: "TOY1", reason: "it leaks", agreed: true}
	undone := all(tasks.Intended{ID: "undo.T1.1.cup", Task: "T1", Step: "cup", Undoes: "T1.1.cup"}, tasks.Outcome{Intent: "undo.T1.1.cup", State: tasks.OutcomeOK}, tasks.RollbackDone{})
	for name, c := range map[string]struct {
		crew   wayBack
		holder string
		bodies []tasks.Body
		review func(*tasks.Snapshot) *tasks.Snapshot
		want   string // what is asked for; "" = nothing
		code   int    // -1 = goes on
		says   string
	}{
		"nobody has the conn":           {shows, "", all(t1), nil, "take conn ", -1, ""},
		"the conn, and the world":       {shows, "AA", all(t1), nil, "review rollback ", -1, ""},
		"it is being asked":             {shows, "AA", all(t1), asking, "", -1, ""},
		"it is shown":                   {shows, "AA", all(t1), answered(there), "", OK, ""},
		"it is shown, and cannot be":    {shows, "AA", all(t1), answered(unsure), "", OK, ""}, // fly tells it
		"somebody else has the conn":    {shows, "BB", all(t1), nil, "", Precondition, "BB has the conn since 16:00:00"},
		"it is taken from them":         {wayBack{seat: seat{"AA", true}}, "BB", all(t1), nil, "take conn ", -1, ""},
		"nobody of the plan":            {wayBack{seat: seat{as: "ZZ"}}, "", all(t1), nil, "", Precondition, `"ZZ" is not among the plan's contacts`},
		"nothing was made":              {shows, "AA", nil, nil, "", Precondition, "changed nothing in the world"},
		"no such task":                  {wayBack{seat: seat{as: "AA"}, task: "T9"}, "AA", all(t1), nil, "", Precondition, `no task "T9"`},
		"another change":                {wayBack{seat: seat{as: "AA"}, confirm: "TOY2", reason: "r"}, "", all(start), nil, "", Precondition, `typed is "TOY2", this change is TOY1`},
		"something runs, only shown":    {shows, "AA", all(t1, m1[0]), nil, "", OK, ""},
		"something runs":                {undoes, "AA", all(t1, m1[0]), nil, "abort ", -1, ""},
		"an interrupted one":            {undoes, "AA", all(t1, started), nil, "abort ", -1, ""},
		"one that halted":               {undoes, "AA", all(t1, started, tasks.RollbackStopped{Reason: "x"}), nil, "review rollback ", -1, ""},
		"agreed, before the review":     {undoes, "AA", all(t1), nil, "review rollback ", -1, ""},
		"agreed":                        {undoes, "AA", all(t1), answered(there), "roll back ", -1, ""},
		"agreed, and not proven":        {undoes, "AA", all(t1), answered(unsure), "", TaskFailed, "no answer"},
		"a review of what was before":   {undoes, "AA", all(t1), func(s *tasks.Snapshot) *tasks.Snapshot { reviewed(s, "", true, there).Review.Head--; return s }, "review rollback ", -1, ""},
		"rolled back already":           {undoes, "AA", all(t1, started, undone), nil, "", OK, ""},
		"rolled back already, and more": {wayBack{seat: seat{as: "AA"}, task: "T1"}, "AA", all(t1, started, undone), nil, "", OK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := fold(t, four, c.bodies...)
			s.State.Conn = tasks.Conn{Holder: c.holder, Since: four}
			if c.review != nil {
				s = c.review(s)
			}
			c.crew.opened = len(s.State.Events)
			end, err := c.crew.ended(s, four)
			if end != (c.code >= 0) || end && exitCode(t.Context(), err) != c.code || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("ended: %v, %v; want exit %d, %q", end, err, c.code, c.says)
			}
			if end {
				return
			}
			cmd, ok := c.crew.next(s, four)
			if got := string(cmd.Kind) + " " + cmd.Task; ok != (c.want != "") || ok && got != c.want {
				t.Fatalf("next is %q, want %q", got, c.want)
			}
			if err := s.State.Allowed(s.Plan, cmd); ok && err != nil {
				t.Errorf("%+v would be refused: %v", cmd, err)
			}
		})
	}
}

func asking(s *tasks.Snapshot) *tasks.Snapshot { return reviewed(s, "", false, nil) }

func answered(proofs map[string]tasks.Proof) func(*tasks.Snapshot) *tasks.Snapshot {
	return func(s *tasks.Snapshot) *tasks.Snapshot { return reviewed(s, "", true, proofs) }
}

// TestTheWayBackEnds: only what this process began ends it.
func TestTheWayBackEnds(t *testing.T) {
	w := wayBack{seat: seat{as: player}, confirm: "TOY1", reason: "r", agreed: true, opened: 2 + len(t1)}
	bodies := all(conn, t1, tasks.RollbackStarted{Intents: []string{"T1.1.cup"}})
	if end, err := w.ended(fold(t, four, bodies...), four); end {
		t.Errorf("while it runs: %v", err)
	}
	if c, ok := w.next(fold(t, four, bodies...), four); ok {
		t.Errorf("while it runs it asks for %+v", c)
	}
	asleep := fold(t, four, all(bodies, tasks.Woke{Says: "the machine slept 3 h"})...)
	asleep.Waking = []string{"cloud"}
	if c, ok := w.next(asleep, four); ok {
		t.Errorf("while the world is read again it asks for %+v", c)
	}
	asleep.Waking = nil
	if c, ok := w.next(asleep, four); !ok || c.Kind != tasks.TakeConn {
		t.Errorf("after a sleep it asks for %+v, %v", c, ok)
	}
	if end, err := w.ended(fold(t, four, all(bodies, tasks.RollbackStopped{Reason: "the cup is in use"})...), four); !end || exitCode(t.Context(), err) != TaskFailed || !strings.Contains(err.Error(), "the cup is in use") {
		t.Errorf("stopped: %v, %v", end, err)
	}
	if end, err := w.ended(fold(t, four, all(bodies, tasks.RollbackDone{Left: []string{"cup c1: kept"}})...), four); !end || err != nil {
		t.Errorf("done: %v, %v", end, err)
	}
}

func TestTheReviewInWords(t *testing.T) {
	tall := intent
	tall.Undo = &tasks.UndoWords{Title: "break it", Call: "hammer cup", Lost: "the \x1b[31mtea", Expect: time.Minute}
	kept := tasks.Intended{ID: "T1.1.pot", Task: "T1", Step: "pot", Attempt: 1, Undo: &tasks.UndoWords{Title: "break it", Keep: "stays, 3 USD a month"}}
	lostOne := tasks.Intended{ID: "T1.1.lid", Task: "T1", Step: "lid", Attempt: 1}
	s := fold(t, four, all(conn, start, tall, made, kept, tasks.Outcome{Intent: "T1.1.pot", State: tasks.OutcomeOK, Result: tasks.Result{Made: []tasks.Resource{{Kind: "pot", ID: "p1"}}}},
		lostOne, tasks.Outcome{Intent: "T1.1.lid", State: tasks.OutcomeUnknown})...)
	s = reviewed(s, "", true, map[string]tasks.Proof{"T1.1.cup": {}})
	var out bytes.Buffer
	review(&out, s, "")
	for _, words := range []string{
		"1 to undo, newest first, about 1m0s; 1 to stay", "T1   break it  (hammer cup)\n       cup c1\n", "now: it is gone: nothing has to be undone",
		"stays: stays, 3 USD a month\n", "lid: nobody knows yet",
	} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("no %q in\n%s", words, out.String())
		}
	}
	if strings.Contains(out.String(), "\x1b") || strings.Count(out.String(), "now:") != 1 {
		t.Errorf("it says\n%q", out.String())
	}
}

// TestTheSeatIsLeftAsItWasFound: the conn is given back where nobody had it.
func TestTheSeatIsLeftAsItWasFound(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx         context.Context
		before, now string
		gives       bool
	}{
		"nobody had it":                  {t.Context(), "", "AA", true},
		"AA had it":                      {t.Context(), "AA", "AA", false},
		"it was taken from BB":           {t.Context(), "BB", "AA", false},
		"it was never had":               {t.Context(), "", "", false},
		"interrupted: the engine leaves": {gone, "", "AA", false},
	} {
		first, now := fold(t, four, all(t1)...), fold(t, four, all(t1)...)
		first.State.Conn.Holder, now.State.Conn.Holder = c.before, c.now
		var asked []tasks.Command
		s := Session{First: first, Send: func(cmd tasks.Command) error { asked = append(asked, cmd); return nil }}
		seat{as: "AA"}.leave(c.ctx, &auto{session: s, seen: now})
		if gave := len(asked) == 1 && asked[0].Kind == tasks.ReleaseConn && asked[0].By == "AA"; gave != c.gives {
			t.Errorf("%s: it asked for %+v", name, asked)
		}
	}
}
