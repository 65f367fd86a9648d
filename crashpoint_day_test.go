package main

// crashpoint_day_test.go: a day on which everything happens that can: the plan is held, voters
// are polled and one changes its mind, notes and answers are taken back, the public address is
// rolled back and the run reopened, and it is released at the second attempt. It dies on the
// way, and on its way back.

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tminus/tasks"
)

const wholeDay way = "a whole day"

// scene is a part of the day. It is over once the journal has so many events of a kind.
type scene struct {
	kind   string
	times  int
	wishes func(*tasks.Snapshot) []tasks.Command
}

// scenes is what people want in the first scene that is not over.
func scenes(s *tasks.Snapshot) []tasks.Command {
	for _, sc := range theDay() {
		if told(s.State.Events, sc.kind) < sc.times {
			return sc.wishes(s)
		}
	}
	return nil
}

func theDay() []scene {
	want := func(c tasks.Command) func(*tasks.Snapshot) []tasks.Command {
		return func(*tasks.Snapshot) []tasks.Command { return []tasks.Command{c} }
	}
	takeBack := func(task string) func(*tasks.Snapshot) []tasks.Command {
		return func(s *tasks.Snapshot) []tasks.Command {
			entry, _ := s.State.Entry(task)
			return []tasks.Command{{Kind: tasks.TakeBack, Event: entry.Seq, Text: "a slip"}}
		}
	}
	upTo := func(task string) func(*tasks.Snapshot) []tasks.Command {
		return func(s *tasks.Snapshot) []tasks.Command { return onwards(s, task) }
	}
	return []scene{
		{tasks.HoldStarted{}.Kind(), 1, func(s *tasks.Snapshot) []tasks.Command {
			return []tasks.Command{{Kind: tasks.HoldPlan, Text: "the COO is late", Until: s.Now.Add(time.Hour)}}
		}},
		{tasks.HoldEnded{}.Kind(), 1, want(tasks.Command{Kind: tasks.ResumePlan, Text: "he is here"})},
		{tasks.Noted{}.Kind(), 1, want(tasks.Command{Kind: tasks.AddNote, Task: "T4", Text: "to the wrong task"})},
		{tasks.Retracted{}.Kind(), 1, takeBack("T4")},
		{tasks.Polled{}.Kind(), 1, want(tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "JC", Text: "not yet"})},
		{tasks.Retracted{}.Kind(), 2, takeBack("G1")},
		{tasks.Polled{}.Kind(), 2, want(tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "LX", Go: true})},
		{tasks.Polled{}.Kind(), 3, want(tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "JC", Go: true})},
		{tasks.Decided{}.Kind(), 1, upTo("G1")},
		{tasks.Noted{}.Kind(), 2, func(s *tasks.Snapshot) []tasks.Command {
			if s.State.Tasks["T7"].Status == tasks.Done {
				return []tasks.Command{{Kind: tasks.AddNote, Task: "T7", Text: "the address is wrong"}}
			}
			return onwards(s, "T7")
		}},
		{tasks.RollbackDone{}.Kind(), 1, func(s *tasks.Snapshot) []tasks.Command { return wayBackFrom(s, "T7") }},
		{tasks.Reopened{}.Kind(), 1, want(tasks.Command{Kind: tasks.ReopenRun, Text: "the right address is known"})},
		{tasks.Released{}.Kind(), 1, upTo("")},
	}
}

// told is how often something happened.
func told(events []tasks.Event, kind string) (times int) {
	for _, e := range events {
		if e.Body.Kind() == kind {
			times++
		}
	}
	return times
}

// TestWholeDayDies flies the day, dies once on the way and once on the way back. At its end there is
// one of everything, and nothing when all of it was taken back.
func TestWholeDayDies(t *testing.T) {
	t.Parallel()
	rounds := 4
	if *long {
		rounds = 200
	}
	from := openedOf(t, changed(t, "gate: true", "gate: true\n    poll: [JC, LX, PR]\n    quorum: 2"))
	flown := duplicate(t, from)
	there := reach(t, flown, wholeDay)
	s, want := state(t, flown), map[string]int{}
	for _, sc := range theDay() {
		want[sc.kind] = sc.times // the last scene of a kind counts
	}
	for kind, times := range want {
		if n := told(s.Events, kind); n != times {
			t.Errorf("%s: %d times, want %d", kind, n, times)
		}
	}
	if ts := s.Tasks["T7"]; ts.Attempt != 2 {
		t.Errorf("T7 came to attempt %d, want its second", ts.Attempt)
	}
	back := reach(t, flown, backwards)
	seed := crashSeed(t)
	luck := rand.New(rand.NewPCG(seed, 3))
	var f tally
	t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
		for n := range rounds {
			first, second := anyOf(luck, deadly(), there), anyOf(luck, deadly(), back)
			t.Run(fmt.Sprintf("%d: %s; back: %s", n, first, second), func(t *testing.T) {
				t.Parallel()
				dir, came := f.point(t, from, wholeDay, first)
				_, also := f.point(t, dir, backwards, second)
				if came+also != 2 {
					t.Errorf("the flight came to %d of 2 moments", came+also)
				}
			})
		}
	})
	t.Logf("figure: whole days %d, each with a death on the way and one on the way back (%d writes, %d syncs, %d calls, and back %d, %d, %d): %s",
		rounds, there.writes, there.syncs, there.calls, back.writes, back.syncs, back.calls, &f)
}
