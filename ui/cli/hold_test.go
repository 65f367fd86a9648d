package cli

// hold_test.go: what the people of a rehearsal do about votes, holds, gaps and reviews.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

// voters is the end of the day's gate with a poll and a deadline.
const voters = ", gate: true, poll: [AA, BB], deadline: 2019-02-07 16:40}"

func TestPeopleAtAGate(t *testing.T) {
	half := four.Add(30 * time.Minute)
	votes := func(goes ...bool) (bodies []tasks.Body) {
		for n, g := range goes {
			bodies = append(bodies, tasks.Polled{Task: "G1", Contact: []string{"AA", "BB"}[n], Go: g, Note: "x"})
		}
		return bodies
	}
	held := tasks.HoldStarted{Task: "G1", Reason: "G1 was not decided by 16:40 UTC"}
	until := four.Add(time.Hour)
	by := tasks.HoldStarted{Reason: "lunch", Until: &until}
	for name, c := range map[string]struct {
		now    time.Time
		bodies []tasks.Body
		want   string // kind, task and for whom; "" = nothing
		due    time.Time
		says   string // how it ended; "" = it goes on
	}{
		"before the time":        {four, all(conn, m1, t1), "", half, ""},
		"nobody has voted":       {half, all(conn, m1, t1), "poll G1 AA", time.Time{}, ""},
		"one has":                {half, all(conn, m1, t1, votes(true)), "poll G1 BB", time.Time{}, ""},
		"all have":               {half, all(conn, m1, t1, votes(true, true)), "decide G1 ", time.Time{}, ""},
		"somebody said no":       {half, all(conn, m1, t1, votes(true, false)), "", time.Time{}, "nothing goes on: G1 is waiting"},
		"held by the gate":       {half, all(conn, m1, t1, held), "resume  ", time.Time{}, ""},
		"held before it can be":  {half, all(conn, m1, held), "resume  ", time.Time{}, ""},
		"held by a person":       {four, all(conn, m1, by), "", until, ""},
		"held longer than meant": {until, all(conn, m1, by), "resume  ", time.Time{}, ""},
		"held, and it failed":    {four, all(conn, m1, start, fail, by), "", until, "T1 failed: no clay"},
		"held, and to try again": {four, all(conn, m1, start, intent, absent, fail, by), "", until, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := foldPlan(t, strings.Replace(day, ", gate: true}", voters, 1), c.now, c.bodies...)
			crew := people{}
			end, err := crew.ended(s, c.now)
			if end != (c.says != "") || end && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("ended: %v, %v", end, err)
			}
			cmd, ok := crew.next(s, c.now)
			if got := string(cmd.Kind) + " " + cmd.Task + " " + cmd.For; ok != (c.want != "") || ok && got != c.want {
				t.Fatalf("next is %q, %v, want %q", got, ok, c.want)
			}
			if err := s.State.Allowed(s.Plan, cmd); ok && err != nil {
				t.Errorf("%+v would be refused: %v", cmd, err)
			}
			if due := crew.due(s, c.now); !end && !due.Equal(c.due) {
				t.Errorf("due at %v, want %v", due, c.due)
			}
		})
	}
}

// TestPeopleAfterAGap: the conn is taken again once the world was read again, and nobody goes home meanwhile.
func TestPeopleAfterAGap(t *testing.T) {
	s := fold(t, four, all(conn, m1, start, fail, tasks.Woke{Says: "the machine slept 3 h"})...)
	s.Waking = []string{"cloud"}
	crew := people{}
	if cmd, ok := crew.next(s, four); ok {
		t.Errorf("while the world is read: %+v", cmd)
	}
	if end, err := crew.ended(s, four); end {
		t.Errorf("while the world is read it is over: %v", err)
	}
	s.Waking = nil
	if cmd, ok := crew.next(s, four); !ok || cmd.Kind != tasks.TakeConn {
		t.Errorf("afterwards: %+v, %v", cmd, ok)
	}
}

// TestPeopleReviewFirst: the world is asked before a rollback, and one that cannot be proven is the end.
func TestPeopleReviewFirst(t *testing.T) {
	crew := people{back: true}
	bodies := all(conn, m1, start, intent, made, fail)
	for name, c := range map[string]struct {
		review func(*tasks.Snapshot) *tasks.Snapshot
		want   tasks.CommandKind
		says   string
	}{
		"not asked":   {func(s *tasks.Snapshot) *tasks.Snapshot { return s }, tasks.ReviewRollback, ""},
		"being asked": {asking, "", ""},
		"answered":    {answered(map[string]tasks.Proof{"T1.1.cup": {There: true}}), tasks.RollBack, ""},
		"silent":      {answered(map[string]tasks.Proof{"T1.1.cup": {Error: "no answer"}}), "", "T1 failed: no clay; it cannot be rolled back now: T1.1.cup: no answer"},
	} {
		s := c.review(fold(t, four, bodies...))
		cmd, ok := crew.next(s, four)
		if ok != (c.want != "") || ok && (cmd.Kind != c.want || s.State.Allowed(s.Plan, cmd) != nil) {
			t.Errorf("%s: next is %+v, %v", name, cmd, ok)
		}
		if end, err := crew.ended(s, four); end != (c.says != "") || end && (err.Error() != c.says || exitCode(t.Context(), err) != TaskFailed) {
			t.Errorf("%s: ended %v, %v", name, end, err)
		}
	}
}
