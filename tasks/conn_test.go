package tasks_test

// conn_test.go: one person may act, hands over by name, and loses it when time went on without the program.

import (
	"testing"
	"time"

	"tminus/tasks"
)

func TestConnIsHandedOverByName(t *testing.T) {
	d := newDay(t)
	offer := func(to string) tasks.Command { return tasks.Command{Kind: tasks.OfferConn, For: to} }
	take := func(by string) tasks.Command { return tasks.Command{Kind: tasks.TakeConn, By: by} }
	d.allowed("withdraw what was not offered", offer(""), "say to whom the conn is offered: their initials as in the plan's contacts")
	d.allowed("to oneself", offer("LX"), "LX has the conn already")
	d.allowed("to a stranger", offer("XX"), `"XX" is not among the plan's contacts: MY, JC, TL, HL, LX, KQ, WT, PR`)
	d.allowed("to an open role", offer("PM"), "PM is an open role that nobody holds yet: offer the conn to a person")
	d.allowed("by another", tasks.Command{Kind: tasks.OfferConn, By: "JC", For: "JC"}, "LX has the conn, not JC: c hands it over")
	d.allowed("by name", offer("JC"), ok)

	d.do(tasks.ConnOffered{To: "JC"})
	if c := d.state.Conn; c.Holder != "LX" || c.Offered != "JC" {
		t.Fatalf("an offer gives nothing away yet: %+v", c)
	}
	d.allowed("accepted by a third", take("HL"), "LX offers the conn to JC: nobody else can take it until the offer is withdrawn")
	d.allowed("the holder goes on meanwhile", tasks.Command{Kind: tasks.AddNote, Text: "x"}, ok)
	d.allowed("accepted", take("JC"), ok)
	d.allowed("withdrawn", offer(""), ok)
	d.do(tasks.ConnOffered{})
	d.allowed("free to take again", take("HL"), ok)

	d.do(tasks.ConnOffered{To: "JC"})
	d.at("16:10").doBy("JC", tasks.ConnTaken{From: "LX"})
	if c := d.state.Conn; c.Holder != "JC" || c.Offered != "" || !c.Since.Equal(d.now) {
		t.Errorf("after the acceptance: %+v", c)
	}
	d.allowed("by whoever had it", tasks.Command{Kind: tasks.AddNote, Text: "x"}, "JC has the conn, not LX: c hands it over")
}

func TestConnIsNotReleasedWhileAutomatedWorkRuns(t *testing.T) {
	const running = "T4 is running: hand the conn over, or abort it first (a)"
	release := tasks.Command{Kind: tasks.ReleaseConn}
	d := newDay(t, manual)
	d.start("T3")
	d.allowed("while somebody works by hand", release, ok)
	d.do(tasks.TaskDone{Task: "T3"})
	d.start("T4")
	d.allowed("while an action runs", release, running)
	d.allowed("handing over meanwhile", tasks.Command{Kind: tasks.OfferConn, For: "JC"}, ok)
	d.do(tasks.Outcome{Intent: d.intend("T4", "group"), State: tasks.OutcomeUnknown})
	d.allowed("while the world is asked", release, running)
	d.do(tasks.TaskAborted{Task: "T4"})
	d.allowed("once it was aborted", release, ok)
	d.do(tasks.RollbackStarted{})
	d.allowed("while the way back is flown", release, "the rollback is running: hand the conn over, or abort it first (a)")
	d.do(tasks.RollbackStopped{}, tasks.ConnOffered{To: "JC"}, tasks.ConnReleased{})
	if c := d.state.Conn; c != (tasks.Conn{}) {
		t.Errorf("released, and still: %+v", c)
	}
}

func TestWakingUpTakesTheConnAndSaysSo(t *testing.T) {
	d := newDay(t)
	d.start("T4")
	d.do(tasks.ConnOffered{To: "JC"}, tasks.Woke{Says: "the machine slept for 40m0s", Wall: 40 * time.Minute})
	if c := d.state.Conn; c.Holder != "" || c.Offered != "" {
		t.Fatalf("after the sleep: %+v", c)
	}
	const lost = "nobody has the conn: the machine slept for 40m0s while LX had it. Look at what has changed, then press c to take it again"
	for _, kind := range []tasks.CommandKind{tasks.StartTask, tasks.AddNote, tasks.ReleaseConn} {
		d.allowed(string(kind), tasks.Command{Kind: kind, Task: "T4", Text: "x"}, lost)
	}
	d.allowed("stopping is in nobody's way", tasks.Command{Kind: tasks.AbortRunning}, ok)
	if st := d.task("T4").Status; st != tasks.Active {
		t.Errorf("what ran is %s: a sleep aborts nothing", st)
	}
	d.do(tasks.Woke{Says: "the clock was set forward by 1h0m0s"}) // again, while nobody has it
	if says := d.state.Conn.Lost; says != "the clock was set forward by 1h0m0s" {
		t.Errorf("it says %q", says)
	}
	d.allowed("taken again", tasks.Command{Kind: tasks.TakeConn}, ok)
	d.do(tasks.ConnTaken{})
	if c := d.state.Conn; c.Holder != "LX" || c.Lost != "" {
		t.Errorf("taken again: %+v", c)
	}
}
