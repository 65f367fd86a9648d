package tasks_test

// history_test.go: what holds of every legal history.

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"tminus/tasks"
)

// TestTakingBackTheNewestEntryIsExact takes back each entry as soon as it is written.
func TestTakingBackTheNewestEntryIsExact(t *testing.T) {
	kinds, checks := map[string]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt)
		for range rapid.SampledFrom([]int{5, 20, 80, 160}).Draw(rt, "commands") {
			m.world()
			c := m.command()
			if m.state.Released || m.state.Allowed(m.plan, c) != nil {
				continue
			}
			was, seq := m.state.Clone(), uint64(len(m.events))
			m.become(c)
			e, found := m.state.Entry("")
			if !found || e.Seq <= seq {
				continue
			}
			back := tasks.Command{Kind: tasks.TakeBack, By: m.state.Conn.Holder, Event: e.Seq}
			if err := m.state.Allowed(m.plan, back); err != nil {
				rt.Fatalf("%s cannot be taken back at once: %v", e.Says, err)
			}
			s := m.state.Clone()
			s.Apply(m.plan, tasks.Event{Seq: seq + 100, Run: m.now, By: back.By, Body: tasks.Retracted{Event: e.Seq}})
			wantAsBefore(rt, e.Says+" taken back", was, s)
			kinds[m.events[e.Seq-1].Body.Kind()]++
			checks++
		}
	})
	t.Logf("figure: %d entries of %d kinds taken back exactly: %v", checks, len(kinds), kinds)
	if len(kinds) < 8 {
		t.Errorf("only %v were tried", kinds)
	}
}

// TestLegalHistoriesFold: the rules answer any command in any state, and the state that
// came about event by event, the plan amended on the way, is what the journal gives from its beginning.
func TestLegalHistoriesFold(t *testing.T) {
	allowed, events := map[tasks.CommandKind]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt)
		for range rapid.SampledFrom([]int{5, 20, 80, 160}).Draw(rt, "commands") {
			m.world()
			c := m.command()
			err := m.state.Allowed(m.plan, c)
			if r := (tasks.Refusal{}); err != nil {
				if !errors.As(err, &r) || r.Sentence == "" {
					rt.Fatalf("%+v: %v is no sentence", c, err)
				}
				continue
			}
			allowed[c.Kind]++
			was := m.state.Clone()
			m.become(c)
			if c.Kind == tasks.AmendPlan {
				wantSameHistory(rt, was, m.state)
			}
		}
		same(rt, "folded from the beginning", tasks.Fold(m.plan, m.events), m.state)
		events += len(m.events)
	})
	t.Logf("figure: %d events of legal histories, commands %v", events, allowed)
	if len(allowed) < len(allCommands)-4 { // which, is luck: a rollback and its reopening come late in a day
		t.Errorf("of %d commands only these were ever allowed: %v", len(allCommands), allowed)
	}
}

// wantSameHistory: an amended plan changes what is to come, never what the journal has told so far.
func wantSameHistory(rt *rapid.T, was, now *tasks.State) {
	for id, before := range was.Tasks {
		after := now.Tasks[id]
		if after == nil {
			if before.Status != tasks.Waiting {
				rt.Fatalf("%s was %s and is taken out", id, before.Status)
			}
			continue
		}
		if after.Status != before.Status || after.Attempt != before.Attempt || !after.StartedAt.Equal(before.StartedAt) || len(after.Poll) != len(before.Poll) {
			rt.Fatalf("the amendment made of %s (%s, attempt %d): %s, attempt %d", id, before.Status, before.Attempt, after.Status, after.Attempt)
		}
	}
	same(rt, "facts", &tasks.State{Facts: was.Facts}, &tasks.State{Facts: now.Facts})
	same(rt, "ledger", &tasks.State{Ledger: withoutSteps(was.Ledger)}, &tasks.State{Ledger: withoutSteps(now.Ledger)})
}

// withoutSteps leaves out the steps a waiting task is promised: those may be others now.
func withoutSteps(ledger []tasks.Entry) (bare []tasks.Entry) {
	for _, e := range ledger {
		if e.Before != nil {
			before := *e.Before
			before.Steps, e.Before = nil, &before
		}
		bare = append(bare, e)
	}
	return bare
}
