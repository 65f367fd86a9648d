package check

// gates.go: decisions, the way back, and what comes after the end.

import "tminus/tasks/plan"

func gateRules() []Rule {
	return []Rule{
		{ID: "L20", Severity: Error, Title: "no way back that fits the window", look: noWayBack,
			Why:    "Decide by is the end of the window minus the time that backing out takes. Without that time nobody knows it; and what can still fail after it cannot be backed out in time.",
			Fix:    "rollback with a budget, and an end of the last test that leaves it",
			Source: "the SCP plan: no task backs out, and its last test ends with the window"},
		{ID: "L21", Severity: Error, Title: "public without a go", look: noGate,
			Why:    "From the moment the address is public users meet the new machine. That is a decision, not the end of the task before it.",
			Fix:    "a gate before it (gate: true), and after: the gate",
			Source: "the SCP plan: T7 makes the address public as soon as T6 has ended"},
		{ID: "L58", Severity: Warning, Title: "nothing after the test", look: noWatch,
			Why:    "Most failures show under the first real load. With nobody to watch and nothing to hand over, the users find them.",
			Fix:    "a task after the test: watch for a while, hand over, close",
			Source: "the SCP plan: it stops at 18:00"},
		{ID: "L62", Severity: Warning, Title: "a gate that one person passes, at any time", look: loneGate,
			Why:    "A go that one person says alone, under pressure, is a formality; one without a time to decide by is forgotten while the window runs.",
			Fix:    "poll: the people who are asked; deadline: when it has to be decided",
			Source: "ansible/awx issues 13465 and 1206: approver differs from submitter, several of them; argoproj/argo-rollouts issue 2200: gates with a time"},
	}
}

func noWayBack(s *sight) {
	p := s.plan
	var last *plan.Task // of the tasks that can fail: the one that ends last
	effects := false
	for _, i := range s.open {
		t := s.task(i)
		effects = effects || s.does(t, change)
		if s.does(t, act) && s.timed(t) && (last == nil || t.End.After(last.End.Time)) {
			last = t
		}
	}
	budget := p.Rollback.Budget.Duration
	switch {
	case !effects || last == nil:
	case budget == 0:
		s.about("", &p.Rollback, &p.Tasks).say("", "the plan does not say how it is backed out, or how long that takes: decide by cannot be computed")
	case s.windowed() && last.End.After(p.Window.End.Add(-budget)):
		decide := plan.Time{Time: p.Window.End.Add(-budget)}
		s.about("", &p.Rollback.Budget).say("", "%s ends at %s, and backing out takes %s: decide by is %s, before anybody knows", last.ID, clock(last.End), lasting(budget), clock(decide))
	}
}

func noGate(s *sight) {
	decided := s.behind(func(t *plan.Task) bool { return t.Gate })
	found := false
	for _, i := range s.open {
		t := s.task(i)
		if !s.does(t, publish) {
			continue
		}
		found = true
		if decided[i] < 0 {
			s.about(t.ID, &t.Title, t).say("", "%s makes the machine public, and nobody says go before it", t.ID)
		}
	}
	if found || len(s.open) == 0 {
		return
	}
	last := s.task(s.open[0])
	effects := false
	for _, i := range s.open {
		t := s.task(i)
		if t.Gate || len(t.SignOff) > 0 {
			return
		}
		effects = effects || s.does(t, act)
		if t.End.After(last.End.Time) {
			last = t
		}
	}
	if effects {
		s.about(last.ID, last).say("a gate, or a sign-off on the last task", "nobody says go anywhere in the plan, and nobody signs off %s", last.ID)
	}
}

func noWatch(s *sight) {
	last := -1
	for _, i := range s.open {
		if t := s.task(i); s.does(t, prove) && (last < 0 || t.End.After(s.task(last).End.Time)) {
			last = i
		}
	}
	if last < 0 {
		return
	}
	for _, j := range s.graph.Next[last] {
		if !s.task(j).Gate {
			return
		}
	}
	t := s.task(last)
	s.about(t.ID, t).say("", "nothing follows %s: nobody watches, hands over or closes", t.ID)
}

func loneGate(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		if !t.Gate {
			continue
		}
		switch {
		case len(t.Poll) < 2 && t.Deadline == nil:
			s.about(t.ID, t).say("", "%s decides %s alone, and by no time", t.InCharge, t.ID)
		case len(t.Poll) < 2:
			s.about(t.ID, t).say("poll: the people who are asked", "%s decides %s alone", t.InCharge, t.ID)
		case t.Deadline == nil:
			s.about(t.ID, t).say("deadline: when it has to be decided", "%s has to be decided by no time", t.ID)
		}
	}
}
