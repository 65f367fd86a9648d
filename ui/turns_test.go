package ui

// turns_test.go: days that take a turn: held, polled, lost, offered, waived, done by
// hand, partly undone, reopened. They are drawn like all other days.

import (
	"testing"
	"time"

	"tminus/tasks"
)

// held is the gate's day, held for the DBA a little later.
func held(t testing.TB) *scene {
	s := gate(t)
	until := s.now.Add(23 * time.Minute)
	s.add("LX", tasks.HoldStarted{Reason: "waiting for the DBA, who is on the phone with the vendor", Until: &until})
	s.now = s.now.Add(4*time.Minute + 12*time.Second)
	telemetry(s)
	return s
}

// overheld is a hold that lasts longer than was said.
func overheld(t testing.TB) *scene {
	s := held(t)
	s.now = s.now.Add(22 * time.Minute)
	telemetry(s)
	return s
}

// overdue is a polled gate that nobody decided in time: one voter said go, two are needed.
func overdue(t testing.TB) *scene {
	s := gate(t)
	g := s.plan.Task("G1")
	g.Poll, g.Quorum, g.Deadline = []string{"JC", "MY", "TL"}, 2, &g.End
	s.add("LX", tasks.Polled{Task: "G1", Contact: "JC", Go: true, Note: "SSH is fine"}, tasks.Polled{Task: "G1", Contact: "MY", Note: "the DBA has not called"})
	s.now = s.now.Add(time.Minute)
	s.add("tminus", tasks.HoldStarted{Task: "G1", Reason: "G1 was not decided by 17:18 +08"})
	s.now = s.now.Add(90 * time.Second)
	telemetry(s)
	return s
}

// asleep is a machine that woke up, with two sensors not heard since.
func asleep(t testing.TB) *scene {
	s := gate(t)
	s.now = s.now.Add(40 * time.Minute)
	s.add("tminus", tasks.Woke{Says: "the machine slept 40 min", Wall: 40 * time.Minute, Steady: 3 * time.Second})
	s.live.Waking = []string{"cloud", "host"}
	return s
}

// offering is LX offering the conn to MY.
func offering(t testing.TB) *scene {
	s := gate(t)
	s.add("LX", tasks.ConnOffered{To: "MY"})
	return s
}

// excused is T6 going on without its ladder, and a note taken back.
func excused(t testing.TB) *scene {
	s := failed(t)
	s.add("LX", tasks.Noted{Task: "T6", Text: "wrong host"})
	s.add("LX", tasks.Retracted{Event: uint64(len(s.events)), Reason: "it was the right one"},
		tasks.Waived{Task: "T6", Step: "ladder", Reason: "the console shows the same key; JC agrees"},
		tasks.TaskStarted{Task: "T6", Attempt: 1, From: "ladder"}, tasks.TaskDone{Task: "T6"})
	return s
}

// stating is T7 done in the console, and the world agreeing.
func stating(t testing.TB) *scene {
	s := gate(t)
	s.add("LX", tasks.Decided{Task: "G1", Go: true})
	s.add("LX", tasks.ByHand{Task: "T7", Note: "the API timed out, done in the console", Facts: map[string]string{tasks.FactElasticIP: "13.228.4.17"}},
		tasks.StepDone{Task: "T7", Step: tasks.StatedStep, Result: tasks.Result{Verdict: tasks.Pass, Says: "13.228.4.17 is associated with " + instanceID,
			Facts: map[string]string{tasks.FactElasticIP: "13.228.4.17"}, Rests: []string{tasks.FactElasticIP}}},
		tasks.TaskDone{Task: "T7", Note: "by hand"})
	s.now = s.now.Add(3 * time.Minute)
	telemetry(s)
	return s
}

// partly is a rollback of T7 alone, at its end.
func partly(t testing.TB) *scene {
	s := released(t)
	s.add("LX", tasks.RollbackStarted{Head: uint64(len(s.events)), From: "T7", Reason: "the address belongs to another product",
		Intents: []string{"T7.associate-address.1", "T7.allocate-address.1"}})
	s.undo("T7", "associate-address", "")
	s.undo("T7", "allocate-address", "")
	s.at(115 * time.Minute)
	s.add("LX", tasks.RollbackDone{Left: tasks.Fold(s.plan, s.events).Left()})
	return s
}

// reopened is that day going forward again.
func reopened(t testing.TB) *scene {
	s := partly(t)
	s.add("LX", tasks.Reopened{Reason: "another address, agreed with JC"})
	s.now = s.now.Add(time.Minute)
	return s
}

// demanding is the gate's day long after: the go came late, T7 took its time, and decide-by passed.
func demanding(t testing.TB) *scene {
	s := gate(t)
	s.add("LX", tasks.Decided{Task: "G1", Go: true, Note: "JC agrees"})
	until := s.now.Add(10 * time.Minute)
	s.add("LX", tasks.HoldStarted{Reason: "the vendor", Until: &until})
	s.now = s.now.Add(20 * time.Minute)
	s.add("LX", tasks.HoldEnded{Note: "the vendor is back"}, tasks.TaskStarted{Task: "T7", Attempt: 1})
	s.now = s.now.Add(16 * time.Minute)
	telemetry(s)
	return s
}

// wentOn is that day after somebody said go.
func wentOn(t testing.TB) *scene {
	s := demanding(t)
	s.add("LX", tasks.Decided{Go: true, Note: "JC and PR by phone: the users wait"})
	s.now = s.now.Add(time.Minute)
	return s
}

// amendedDay is the gate's day with T7 and T8 planned a quarter of an hour later than at first.
func amendedDay(t testing.TB) *scene {
	s := gate(t)
	a := tasks.Amendment{Plan: s.plan.Rebase(0)}
	for _, id := range []string{"T7", "T8"} {
		row := a.Plan.Task(id)
		row.Start.Time, row.End.Time = row.Start.Add(15*time.Minute), row.End.Add(15*time.Minute)
	}
	was, changes := a.Was(s.plan), []string{"T7.start: 17:15 → 17:30", "T8.start: 17:30 → 17:45"}
	s.plan = a.Plan
	s.add("LX", tasks.Amended{Changes: changes, Reason: "the vendor comes at 17:30", Was: was})
	return s
}

// turns are these days by name.
func turns(t testing.TB) map[string]*tasks.Snapshot {
	return map[string]*tasks.Snapshot{"held": held(t).snapshot(), "overheld": overheld(t).snapshot(), "overdue": overdue(t).snapshot(), "asleep": asleep(t).snapshot(),
		"offering": offering(t).snapshot(), "excused": excused(t).snapshot(), "stating": stating(t).snapshot(), "partly": partly(t).snapshot(), "reopened": reopened(t).snapshot(),
		"demanding": demanding(t).snapshot(), "went-on": wentOn(t).snapshot(), "amended": amendedDay(t).snapshot()}
}
