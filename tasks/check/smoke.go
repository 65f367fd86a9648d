package check

// smoke.go: what is tested, through which port, in what time.

import (
	"slices"
	"time"

	"tminus/tasks/plan"
)

// perStep is what a stage of tests or a sign-off takes at least, with the people it needs.
const perStep = 10 * time.Minute

func smokeRules() []Rule {
	return []Rule{
		{ID: "L22", Severity: Warning, Title: "tests without a list, or without the time for them", look: hurried,
			Why:    "A test that is not written down is whatever somebody clicks on; one without the time for it is signed off without having been made.",
			Fix:    "smoke: the stages and their checks; an end that leaves about ten minutes for each stage and each sign-off",
			Source: "the SCP plan, T8: three kinds of tests and two validations by e-mail in 30 minutes"},
		{ID: "L23", Severity: Error, Title: "the test cannot reach the application", look: closedPort,
			Why:    "The security group opens exactly the planned ports. With SSH alone every request of the smoke test times out, and so does every user's.",
			Fix:    "environment: instance: ports: the application's port, and from where",
			Source: "the SCP plan: T4 opens SSH, T8 tests a web application"},
	}
}

func hurried(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		if !s.does(t, prove) {
			continue
		}
		if len(s.plan.Smoke) == 0 {
			s.about(t.ID, &t.Title, t).say("smoke: the stages and their checks", "%s tests the application, and the plan does not say what is tested", t.ID)
			continue
		}
		if n := len(s.plan.Smoke) + len(t.SignOff); s.timed(t) && t.Duration() < time.Duration(n)*perStep {
			s.about(t.ID, &t.End, t).say("", "%s has %s for %s of tests and %s", t.ID, lasting(t.Duration()), count(len(s.plan.Smoke), "stage"), count(len(t.SignOff), "sign-off"))
		}
	}
}

func closedPort(s *sight) {
	i := slices.IndexFunc(s.open, func(i int) bool { return s.does(s.task(i), prove) })
	in := &s.plan.Environment.Instance
	if i < 0 || !s.launched() {
		return
	}
	t := s.task(s.open[i])
	port := s.plan.Environment.Application.Port
	opened := slices.ContainsFunc(in.Ports, func(p plan.Port) bool {
		return p.Port == port || port == 0 && (p.Port == 80 || p.Port == 443)
	})
	switch {
	case opened:
	case port == 0:
		s.about(t.ID, &in.Ports, t).say("", "%s tests the application, and neither 80 nor 443 is opened", t.ID)
	default:
		s.about(t.ID, &in.Ports, &s.plan.Environment.Application.Port, t).say("", "%s tests the application on port %d, and the plan does not open it", t.ID, port)
	}
}

// launched reports whether the plan makes the machine, and so its security group.
func (s *sight) launched() bool {
	for i := range s.plan.Tasks {
		if s.does(s.task(i), launch) {
			return true
		}
	}
	return false
}
