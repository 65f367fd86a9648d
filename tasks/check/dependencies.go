package check

// dependencies.go: what waits for what, and what a later task makes untrue.

import "tminus/tasks/plan"

func dependencyRules() []Rule {
	return []Rule{
		{ID: "L04", Severity: Error, Title: "an act that waits for nothing", look: rootless,
			Why:    "As written it could start first: a smoke test of a machine that is not there, an address for nobody.",
			Fix:    "after: the tasks that make what it needs",
			Source: "the SCP plan, T8: its dependency cell is empty"},
		{ID: "L25", Severity: Warning, Title: "proof that a later task makes untrue", look: outdated,
			Why:    "Associating an Elastic IP releases the instance's public address for good and changes its public DNS name. What was tested through the old ones says nothing about the new ones.",
			Fix:    "test the connection again after it; the action eip.assign does",
			Source: "the SCP plan, T5 and T6 before T7; awsdocs/amazon-ec2-user-guide, elastic-ip-addresses-eip"},
		{ID: "L68", Severity: Warning, Title: "starts before what it waits for ends", look: impatient,
			Why:    "The planned times contradict the dependencies; the forecast moves the task, and the plan on the wall is wrong from the first minute.",
			Fix:    "a start from the end of its dependencies on",
			Source: "forecasts of deployment days"},
		{ID: "L69", Severity: Warning, Title: "completed before what it waits for", look: premature,
			Why:    "Either it was not completed, or it does not depend on that.",
			Fix:    "the status as it is, or the dependency out",
			Source: "plans that are edited by hand on the day"},
	}
}

func rootless(s *sight) {
	var ended *plan.Task // the open task that is planned to end first
	for _, i := range s.open {
		if t := s.task(i); s.timed(t) && !t.Gate && (ended == nil || t.End.Before(ended.End.Time)) {
			ended = t
		}
	}
	for _, i := range s.open {
		t := s.task(i)
		if len(t.After) > 0 || !s.does(t, act) && !t.Gate || !s.timed(t) || ended == nil || ended == t || t.Start.Before(ended.End.Time) {
			continue
		}
		s.about(t.ID, &t.After, t).say("", "%s waits for nothing: as written it could start before %s", t.ID, ended.ID)
	}
}

func outdated(s *sight) {
	proven := s.behind(func(t *plan.Task) bool { return s.does(t, reach) && !t.Done() })
	for _, i := range s.open {
		if t := s.task(i); s.does(t, publish) && proven[i] >= 0 {
			s.about(t.ID, &t.Title, t).say("", "%s releases the public address and name that %s proved", t.ID, s.task(proven[i]).ID)
		}
	}
}

func impatient(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		for k, id := range t.After {
			j, known := s.index(i, id)
			if !known || !s.timed(t) || !s.timed(s.task(j)) || s.task(j).Done() {
				continue
			}
			if before := s.task(j); t.Start.Before(before.End.Time) {
				s.about(t.ID, &t.After[k], t).say("", "%s starts at %s, and waits for %s, which ends at %s", t.ID, clock(t.Start), id, clock(before.End))
			}
		}
	}
}

func premature(s *sight) {
	for i := range s.plan.Tasks {
		t := s.task(i)
		if !t.Done() {
			continue
		}
		for k, id := range t.After {
			if j, known := s.index(i, id); known && !s.task(j).Done() {
				s.about(t.ID, &t.After[k], t).say("", "%s is completed, and waits for %s, which is not", t.ID, id)
			}
		}
	}
}
