package check

// people.go: who is in charge, who stands in, who signs off.

import (
	"tminus/tasks/plan"
)

func peopleRules() []Rule {
	return []Rule{
		{ID: "L11", Severity: Warning, Title: "in charge of another team's task", look: strangers,
			Why:    "Whoever is in charge has to be able to do it, or to tell those who can. Somebody of another team has neither the hands nor the say.",
			Fix:    "somebody of the task's teams, or the person's team among the task's",
			Source: "the SCP plan, T3: JC of Communications for Developers and Infrastructure"},
		{ID: "L12", Severity: Error, Title: "a role that has to act and is held by nobody", look: vacancies,
			Why:    "The day stops at the sign-off of a Product Manager whose name nobody knows, with the window running.",
			Fix:    "name the person: a contact with this role and a way to reach them",
			Source: "the SCP plan, T8: the Product Manager has to validate, and no contact is one"},
		{ID: "L15", Severity: Warning, Title: "one person, and nobody who stands in", look: alone,
			Why:    "A team of one is ill, on the train or asleep on exactly one day of the year.",
			Fix:    "a deputy: deputy on the contact or on the task",
			Source: "the SCP plan: Security is MY alone, in charge of T4 to T6 back to back"},
		{ID: "L16", Severity: Warning, Title: "who did it also checks it", look: unchecked,
			Why:    "People do not see their own mistakes: whoever assigned the address believes that the address is right.",
			Fix:    "somebody else in charge of the test",
			Source: "the SCP plan: LX assigns the address in T7 and checks it in T8; Quality Assurance has no task"},
		{ID: "L54", Severity: Warning, Title: "the owner of the deployment validates it", look: interested,
			Why:    "Who wants the deployment to have succeeded is not the one to say that it has.",
			Fix:    "another sign-off beside the owner's, of somebody who uses the application",
			Source: "the SCP plan: Prof. Rafael J. Barros owns the deployment and validates its success as COO"},
		{ID: "L59", Severity: Note, Title: "no deputy is named", look: undeputed,
			Why:    "There are colleagues who could stand in, but nobody has asked them: on the day that takes a quarter of an hour.",
			Fix:    "deputy: the colleague who was asked",
			Source: "deployment days: the person in charge is unreachable at the worst moment"},
		{ID: "L71", Severity: Warning, Title: "who did it also signs it off", look: selfSigned,
			Why:    "A sign-off is a second pair of eyes. The first pair does not count twice.",
			Fix:    "a sign-off of somebody else",
			Source: "separation of duties: approver and executor are two people (ansible/awx issue 13465)"},
	}
}

func strangers(s *sight) {
	for t := range s.plan.All() {
		c := s.contacts[t.InCharge]
		if c == nil || c.Team == "" || len(t.Teams) == 0 {
			continue
		}
		own := false
		for _, team := range t.Teams {
			own = own || sameTeam(team, c.Team)
		}
		if !own {
			s.about(t.ID, &t.InCharge, t).say("", "%s is in charge of %s, and belongs to %s, not to %s", c.ID, t.ID, clip(c.Team), names(t.Teams))
		}
	}
}

// vacancies are open roles with a part in what is still to be done, and roles that the
// texts of a task name and no contact has.
func vacancies(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		told := map[string]bool{}
		for _, part := range parts(t) {
			if c := s.contacts[*part.who]; c != nil && c.Open && !told[c.ID] {
				told[c.ID] = true
				s.about(t.ID, part.who, t).say("", "%s needs %s %s, and nobody is %s", t.ID, part.what, c.ID, title(c))
			}
		}
		for _, text := range texts(t) {
			if !holds(*text, "manager", "owner", "ceo", "cio", "coo", "cto", "ciso") {
				continue
			}
			for _, role := range roles.FindAllString(*text, 8) {
				c := s.holder(role)
				switch {
				case c == nil && !told[role]:
					told[role] = true
					s.about(t.ID, text, t).say("", "%s needs the %s, and no contact has that role", t.ID, role)
				case c != nil && c.Open && !told[c.ID]:
					told[c.ID] = true
					s.about(t.ID, text, t).say("", "%s needs the %s, and nobody is %s", t.ID, role, title(c))
				}
			}
		}
	}
}

func title(c *plan.Contact) string {
	if c.Role != "" {
		return "the " + clip(c.Role)
	}
	return c.ID
}

// load is what a person is in charge of, among what is still to be done.
type load struct {
	tasks   []string
	covered bool // all of it has a deputy
}

// loads tells what each contact is in charge of.
func (s *sight) loads() map[string]load {
	all := map[string]load{}
	for _, i := range s.open {
		t := s.task(i)
		c := s.contacts[t.InCharge]
		if c == nil || c.Open {
			continue
		}
		l, more := all[c.ID]
		l.tasks = append(l.tasks, t.ID)
		l.covered = (l.covered || !more) && (t.Deputy != "" && t.Deputy != c.ID || c.Deputy != "" && c.Deputy != c.ID)
		all[c.ID] = l
	}
	return all
}

func alone(s *sight) {
	s.uncovered(func(c *plan.Contact, l load, mates []string) {
		if len(mates) == 0 {
			team := c.Team
			if team == "" {
				team = "the team"
			}
			s.about(c.ID, c).say("", "%s is in charge of %s, nobody stands in, and %s has nobody else", c.ID, names(l.tasks), clip(team))
		}
	})
}

func undeputed(s *sight) {
	s.uncovered(func(c *plan.Contact, l load, mates []string) {
		if len(mates) > 0 {
			s.about(c.ID, c).say("", "%s is in charge of %s without a named deputy; %s of %s could be asked", c.ID, names(l.tasks), names(mates), clip(c.Team))
		}
	})
}

// uncovered calls each with a person in charge without a deputy, and with their colleagues.
func (s *sight) uncovered(each func(c *plan.Contact, l load, mates []string)) {
	loads, teams := s.loads(), map[string][]string{}
	for i := range s.plan.Contacts {
		if c := &s.plan.Contacts[i]; c.Team != "" && !c.Open {
			teams[c.Team] = append(teams[c.Team], c.ID)
		}
	}
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		l, busy := loads[c.ID]
		if !busy || l.covered || s.contacts[c.ID] != c {
			continue
		}
		var mates []string
		for _, id := range teams[c.Team][:min(len(teams[c.Team]), 9)] {
			if id != c.ID {
				mates = append(mates, id)
			}
		}
		each(c, l, mates)
	}
}

func unchecked(s *sight) {
	judged := map[string][]int{} // by person: for each task one of theirs before it that changes the world
	for _, i := range s.open {
		t := s.task(i)
		if !s.does(t, prove) || s.contacts[t.InCharge] == nil {
			continue
		}
		own, known := judged[t.InCharge]
		if !known {
			own = s.behind(func(b *plan.Task) bool { return b.InCharge == t.InCharge && s.does(b, change) && !b.Done() })
			judged[t.InCharge] = own
		}
		if j := own[i]; j >= 0 {
			s.about(t.ID, &t.InCharge, t).say("", "%s does %s and is in charge of testing it in %s", t.InCharge, s.task(j).ID, t.ID)
		}
		if len(judged) > 100 {
			return // more testers than a day has people
		}
	}
}

func interested(s *sight) {
	owner := s.person(s.plan.Owners.Deployment)
	if owner == nil {
		return
	}
	for _, i := range s.open {
		t := s.task(i)
		for j := range t.SignOff {
			if t.SignOff[j] == owner.ID && s.does(t, prove) {
				s.about(t.ID, &t.SignOff[j], t).say("", "%s owns the deployment and validates it in %s", owner.ID, t.ID)
			}
		}
	}
}

func selfSigned(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		for j := range t.SignOff {
			if t.SignOff[j] == t.InCharge && s.contacts[t.InCharge] != nil {
				s.about(t.ID, &t.SignOff[j], t).say("", "%s is in charge of %s and signs it off", t.InCharge, t.ID)
			}
		}
	}
}
