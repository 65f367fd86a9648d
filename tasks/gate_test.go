package tasks_test

// gate_test.go: a go needs its quorum, a no-go needs nobody, and the newest answer counts.

import (
	"slices"
	"testing"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestPollAtAGate(t *testing.T) {
	go1 := tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}
	d := newDay(t, voted)
	d.fly("T4", "T5", "T6")
	want := func(when string, yes, no, open []string, sentence string) {
		t.Helper()
		p := d.state.Poll(d.plan.Task("G1"))
		if p.Needed != 2 || !slices.Equal(p.Go, yes) || !slices.Equal(p.NoGo, no) || !slices.Equal(p.Open, open) || p.Quorum() != (sentence == ok) {
			t.Errorf("%s: %+v", when, p)
		}
		d.allowed(when, go1, sentence)
	}
	want("nobody asked", nil, nil, []string{"JC", "PR", "HL"}, "G1 needs 2 of JC, PR, HL to say go; 0 did")
	d.allowed("a no-go needs nobody", tasks.Command{Kind: tasks.DecideGate, Task: "G1", Text: "rain"}, ok)
	d.do(tasks.Polled{Task: "G1", Contact: "HL", Go: true})
	want("one said go", []string{"HL"}, nil, []string{"JC", "PR"}, "G1 needs 2 of JC, PR, HL to say go; 1 did")
	d.do(tasks.Polled{Task: "G1", Contact: "HL", Go: true})
	want("the same said it twice", []string{"HL"}, nil, []string{"JC", "PR"}, "G1 needs 2 of JC, PR, HL to say go; 1 did")
	d.do(tasks.Polled{Task: "G1", Contact: "KQ", Go: true})
	want("somebody who does not vote", []string{"HL"}, nil, []string{"JC", "PR"}, "G1 needs 2 of JC, PR, HL to say go; 1 did")
	d.do(tasks.Polled{Task: "G1", Contact: "JC", Go: true})
	want("two of three", []string{"JC", "HL"}, nil, []string{"PR"}, ok)
	d.do(tasks.Polled{Task: "G1", Contact: "HL", Note: "wait"})
	want("one thought again", []string{"JC"}, []string{"HL"}, []string{"PR"}, "G1 needs 2 of JC, PR, HL to say go; 1 did")
	d.do(tasks.Polled{Task: "G1", Contact: "PR", Go: true})
	want("a quorum against one", []string{"JC", "PR"}, []string{"HL"}, nil, ok)
	if st := d.task("G1").Status; st != tasks.Waiting {
		t.Errorf("the quorum made the gate %s: it never completes itself", st)
	}
	d.do(tasks.Decided{Task: "G1", Go: true})
	d.allowed("voting afterwards", tasks.Command{Kind: tasks.PollGate, Task: "G1", For: "JC", Go: true}, "G1 is decided already (done): u takes a decision back")
}

func TestWithoutAQuorumEveryVoterHasToSayGo(t *testing.T) {
	d := newDay(t, voted, func(p *plan.Plan) { p.Task("G1").Quorum = 0 })
	d.fly("T4", "T5", "T6")
	for _, who := range []string{"JC", "PR", "HL"} {
		if d.state.Poll(d.plan.Task("G1")).Quorum() {
			t.Errorf("a quorum before %s was asked", who)
		}
		d.do(tasks.Polled{Task: "G1", Contact: who, Go: true})
	}
	d.allowed("all said go", tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true}, ok)
}

func TestWhoMayAnswerAtAGate(t *testing.T) {
	answer := func(task, who string, yes bool, text string) tasks.Command {
		return tasks.Command{Kind: tasks.PollGate, Task: task, For: who, Go: yes, Text: text}
	}
	d := newDay(t, voted)
	d.allowed("before the gate is reached", answer("G1", "JC", true, ""), ok)
	d.allowed("a no-go", answer("G1", "JC", false, "rain"), ok)
	d.allowed("a no-go without a word", answer("G1", "JC", false, ""), "a no-go needs a reason")
	d.allowed("somebody else", answer("G1", "KQ", true, ""), `"KQ" does not vote at G1: JC, PR, HL do`)
	d.allowed("at no gate", answer("T4", "JC", true, ""), "T4 is not a gate")
	newDay(t).allowed("at a gate without voters", answer("G1", "JC", true, ""), "the plan names no voters for G1: g decides it")
}

// TestGoingOnPastDecideBy: the go that the passing of decide-by demands belongs to no gate.
func TestGoingOnPastDecideBy(t *testing.T) {
	d := newDay(t)
	goOn := tasks.Command{Kind: tasks.DecideGate, Go: true, Text: "PR and LX by phone"}
	d.allowed("at any time", goOn, ok)
	d.allowed("without a word", tasks.Command{Kind: tasks.DecideGate, Go: true}, "going on past decide-by needs a note: who agreed, and why")
	d.allowed("a no-go", tasks.Command{Kind: tasks.DecideGate, Text: "no"}, "to back out is R, to wait is H: only going on is decided here")
	d.do(tasks.Decided{Go: true, Note: "PR and LX by phone"})
	if e, found := d.state.Entry(""); found {
		t.Errorf("it can be taken back as %s", e.Says)
	}
	d.do(tasks.RollbackStarted{})
	d.allowed("on the way back", goOn, "the plan does not go on: there is nothing to decide")
}
