package check

// team.go: whom the plan names: teams and roles that match nobody, people nobody can reach.

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tminus/tasks/plan"
)

// roles are those that the texts of a plan call by their office.
var roles = regexp.MustCompile(`(?i)\b(product|project|release|change|incident) managers?\b|\bproduct owners?\b|\bC[EIOT]O\b|\bCISO\b`)

func teamRules() []Rule {
	return []Rule{
		{ID: "L10", Severity: Warning, Title: "a team that nobody belongs to", look: unknownTeams,
			Why:    "Developers and Developer are one team to a person and two to a program: nobody of it is told, and nobody of it is missed.",
			Fix:    "the team as the contacts have it, or a contact who belongs to it",
			Source: "the SCP plan, T3: Developers; the contacts have Developer"},
		{ID: "L13", Severity: Warning, Title: "an owner without a contact", look: strayOwners,
			Why:    "When the day goes wrong somebody has to ask the owner, and nobody knows the number.",
			Fix:    "a contact row with a phone number",
			Source: "the SCP plan: Prof. Paul Griffin is its business owner, and no contact"},
		{ID: "L14", Severity: Note, Title: "one person, spelled in several ways", look: spellings,
			Why:    "Two spellings look like two people who both know; then nobody calls either.",
			Fix:    "the name as the contact has it",
			Source: "the SCP plan: Prof. Rafael J. Barros, Professor Rafael, COO"},
		{ID: "L17", Severity: Note, Title: "contacts without a part in the day", look: idle,
			Why:    "Either they are spare hands, and somebody should tell them, or a task is missing.",
			Fix:    "a task, a deputy's place or a sign-off; or leave them out",
			Source: "the SCP plan: TL, HL, KQ and WT are in charge of nothing, and Quality Assurance tests nothing"},
		{ID: "L18", Severity: Warning, Title: "people who may not be reached", look: unreachable,
			Why:    "A number without its country code is another number from another network; an office line rings in an empty room after five.",
			Fix:    "a mobile number with its country code: +65 …",
			Source: "the SCP plan: no number has a country code, two are office lines"},
		{ID: "L60", Severity: Note, Title: "nobody is told", look: silent,
			Why:    "Users and managers learn from the outage that there was a deployment.",
			Fix:    "a task that announces the beginning and the end",
			Source: "the SCP plan: a Communications team and no communication task"},
		{ID: "L72", Severity: Warning, Title: "an escalation that goes round", look: circles,
			Why:    "Whoever cannot be reached is asked for somebody who cannot be reached.",
			Fix:    "a manager outside the circle, a deputy who is somebody else",
			Source: "on-call practice: an escalation has to end with somebody"},
	}
}

func unknownTeams(s *sight) {
	known := map[string]bool{}
	for _, c := range s.plan.Contacts {
		known[strings.ToLower(c.Team)] = true
	}
	for t := range s.plan.All() {
		for j := range t.Teams {
			team := strings.ToLower(t.Teams[j])
			if team == "" || known[team] || len(s.plan.Contacts) == 0 {
				continue
			}
			fix := ""
			if one := strings.TrimSuffix(team, "s"); known[one] || known[team+"s"] {
				fix = "one spelling on both sides: the contacts have it with" + map[bool]string{true: "out an s", false: " an s"}[known[one]]
			}
			s.about(t.ID, &t.Teams[j], t).say(fix, "%s is done by %s, a team that no contact belongs to", t.ID, clip(t.Teams[j]))
		}
	}
}

// sameTeam also takes Developers for Developer: that is told once, by L10.
func sameTeam(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(strings.ToLower(a), "s"), strings.TrimSuffix(strings.ToLower(b), "s"))
}

func (s *sight) owners() []struct {
	what string
	name *string
} {
	return []struct {
		what string
		name *string
	}{{"business", &s.plan.Owners.Business}, {"deployment", &s.plan.Owners.Deployment}}
}

func strayOwners(s *sight) {
	for _, o := range s.owners() {
		if *o.name != "" && s.person(*o.name) == nil {
			s.about("", o.name).say("", "%s is the %s owner, and no contact says how to reach them", clip(*o.name), o.what)
		}
	}
}

func spellings(s *sight) {
	for _, o := range s.owners() {
		if c := s.person(*o.name); c != nil && c.Name != *o.name && c.ID != *o.name {
			s.about("", o.name).say("", "%s is probably %s, %s", clip(*o.name), c.ID, clip(c.Name))
		}
	}
}

// person is the contact whom a name means, or nil: by id, or by a word of the name.
func (s *sight) person(name string) *plan.Contact {
	if c := s.contacts[name]; c != nil {
		return c
	}
	words := nameWords(name)
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		if slices.ContainsFunc(nameWords(c.Name), func(w string) bool { return slices.Contains(words, w) }) {
			return c
		}
	}
	return nil
}

// nameWords are the words of a name that tell people apart: no titles, no initials.
func nameWords(name string) []string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(words, func(w string) bool {
		return len(w) < 3 || slices.Contains([]string{"prof", "professor", "mrs", "sir", "madam"}, w)
	})
}

// holder is the contact with a role, as role, team or id; nil = there is none.
func (s *sight) holder(role string) *plan.Contact {
	role = strings.TrimSuffix(strings.ToLower(role), "s")
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		if strings.Contains(strings.ToLower(c.Role), role) || strings.EqualFold(c.Team, role) || strings.EqualFold(c.ID, role) {
			return c
		}
	}
	return nil
}

// part is one person's part in a task.
type part struct {
	who  *string
	what string
}

func parts(t *plan.Task) []part {
	all := []part{{&t.InCharge, "in charge"}, {&t.Deputy, "as deputy"}}
	for j := range t.SignOff {
		all = append(all, part{&t.SignOff[j], "the sign-off of"})
	}
	for j := range t.Poll {
		all = append(all, part{&t.Poll[j], "the vote of"})
	}
	return all
}

// busy are the contacts with a part in what is still to be done.
func (s *sight) busy() map[string]bool {
	busy := map[string]bool{}
	for _, i := range s.open {
		for _, p := range parts(s.task(i)) {
			busy[*p.who] = true
		}
	}
	for i := range s.plan.OnDemand { // whoever may be called for has to be there
		for _, p := range parts(&s.plan.OnDemand[i]) {
			busy[*p.who] = true
		}
	}
	return busy
}

func idle(s *sight) {
	needed := s.busy()
	for _, c := range s.plan.Contacts {
		needed[c.Manager], needed[c.Deputy] = true, true
	}
	for _, r := range s.plan.Risks {
		needed[r.Owner] = true
	}
	var first *plan.Contact
	var ids []string
	for i := range s.plan.Contacts {
		if c := &s.plan.Contacts[i]; c.ID != "" && !needed[c.ID] {
			if ids = append(ids, c.ID); first == nil {
				first = c
			}
		}
	}
	if first != nil && len(s.open) > 0 {
		s.about("", first).say("", "no task, vote or sign-off that is still to come: %s", names(ids))
	}
}

func unreachable(s *sight) {
	busy := s.busy()
	var first *plan.Contact
	var bare []string
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		switch {
		case !busy[c.ID] || c.Open:
		case c.Phone == "":
			s.about(c.ID, c).say("", "%s has a part in the day and no phone number", c.ID)
		case !strings.HasPrefix(strings.TrimSpace(c.Phone), "+"):
			if bare = append(bare, c.ID); first == nil {
				first = c
			}
		}
	}
	if first != nil {
		s.about("", &first.Phone, first).say("", "numbers without a country code: %s", names(bare))
	}
}

var telling = regexp.MustCompile(`(?i)\b(announce|notify|notif|inform|tell|communicat|e-?mail|newsletter|status page)`)

func silent(s *sight) {
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		if !telling.MatchString(c.Team) || len(s.open) == 0 {
			continue
		}
		if !s.titled(telling) {
			s.about("", &c.Team, c).say("", "there is a team %s, and no task tells anybody of the deployment", clip(c.Team))
		}
		return
	}
}

// circles finds managers who end with themselves, and deputies of oneself.
func circles(s *sight) {
	above := map[string]int{} // 1: being followed, 2: ends with somebody, or is told
	for i := range s.plan.Contacts {
		var path []string
		id := s.plan.Contacts[i].ID
		for c := s.contacts[id]; c != nil && above[c.ID] == 0; c = s.contacts[c.Manager] {
			above[c.ID] = 1
			path, id = append(path, c.ID), c.Manager
		}
		if c := s.contacts[id]; c != nil && above[id] == 1 {
			s.about(id, &c.Manager, c).say("", "whoever escalates from %s comes back to %s", id, id)
		}
		for _, id := range path {
			above[id] = 2
		}
		if c := &s.plan.Contacts[i]; c.Deputy != "" && c.Deputy == c.ID {
			s.about(c.ID, &c.Deputy, c).say("", "%s stands in for %s", c.ID, c.ID)
		}
	}
}

// texts are the texts of a task, by their addresses.
func texts(t *plan.Task) []*string {
	all := []*string{&t.Title}
	for j := range t.Preparation {
		all = append(all, &t.Preparation[j])
	}
	for j := range t.PostCheck {
		all = append(all, &t.PostCheck[j])
	}
	return all
}
