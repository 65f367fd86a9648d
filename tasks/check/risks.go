package check

// risks.go: the register against itself: its ranking, its words, its gaps.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/plan"
)

var (
	standingBy = regexp.MustCompile(`(?i)\bstand-?by\b|\bmirror|\bfail-?over\b|\bback-?up (server|instance)\b`)
	balancing  = regexp.MustCompile(`(?i)\bload balanc`)
	addressing = regexp.MustCompile(`(?i)\belastic ip\b`)
	automatic  = regexp.MustCompile(`(?i)\bautomatic`)
	unmeasured = regexp.MustCompile(`(?i)\bnot be noticeable\b|\bunnoticed\b|\bseamless|\bno downtime\b`)
	counted    = regexp.MustCompile(`(?i)\b(over|more than|above|at least) (\d+) times\b|>\s*\d+ times\b`)
	perTime    = regexp.MustCompile(`(?i)\b(per|within|in|every|each) (a |an |one |the |last |\d+ ?)*(s|sec|second|min|minute|h|hour|day)s?\b`)
	charged    = regexp.MustCompile(`(?i)\b(charge|cost|bill|fee)`)
	detached   = regexp.MustCompile(`(?i)\bdis-?(as)?sociated\b|\bunattached\b|\bidle\b`)
)

func riskRules() []Rule {
	return []Rule{
		{ID: "L33", Severity: Warning, Title: "a stated rank that the scales do not give", look: misranked,
			Why:    "People prepare for the risks at the top of the list. By the plan's own likelihood times impact others belong there.",
			Fix:    "the priorities as the scales give them, or other scales",
			Source: "the SCP plan: peak traffic (medium × low) is among its top three, an AWS outage (low × critical) is not"},
		{ID: "L34", Severity: Warning, Title: "accepted, and treated as well", look: undecided,
			Why:    "To accept a risk is to do nothing about it. A row that accepts and mitigates leaves open what will be done.",
			Fix:    "one of the two; what remains after a mitigation may be accepted, in its text",
			Source: "the SCP plan: the AMI risk is accepted in the annex and mitigated on the front page"},
		{ID: "L36", Severity: Warning, Title: "two designs for one address", look: twoDesigns,
			Why:    "An Elastic IP that moves between machines and a load balancer in front of them exclude each other for the same address: one of the two mitigations will never be.",
			Fix:    "decide for one, and reword the other",
			Source: "the SCP plan: cold/warm standby with load balancing"},
		{ID: "L37", Severity: Warning, Title: "a promise without an agent or a number", look: promises,
			Why:    "EC2 has no setting that moves an Elastic IP by itself: somebody, or some program, has to. And nobody can test \"not noticeable\": moving one takes about five seconds.",
			Fix:    "who or what switches, and in how many seconds",
			Source: "the SCP plan, first risk; nginx/documentation pull request 520 measured 5 to 6 s"},
		{ID: "L38", Severity: Warning, Title: "risks that nobody owns", look: orphans,
			Why:    "A risk without an owner is seen by everybody and answered by nobody.",
			Fix:    "owner: a contact; and a signal where a reading can show it",
			Source: "the SCP plan: its risks have no id, owner, trigger or status"},
		{ID: "L39", Severity: Warning, Title: "a threshold without a period", look: timeless,
			Why:    "Fifty requests are an attack in a second and a slow day in an hour.",
			Fix:    "how many in which time, and what happens then",
			Source: "the SCP plan: ban whoever pinged over 50 times"},
		{ID: "L41", Severity: Note, Title: "what an address costs has changed", look: oldPrice,
			Why:    "Since February 2024 every public IPv4 address is charged by the hour, attached or not. One that is attached to nothing still wastes money.",
			Fix:    "release what is not used; the rollback policy of the address says so",
			Source: "the SCP plan, EIP risk; AWS: public IPv4 address charge, 1 February 2024"},
		{ID: "L76", Severity: Warning, Title: "a response that nothing answers to", look: unanswered,
			Why:    "When the risk comes true the response is what a person reaches for. One that is no key and no task on demand is found out then.",
			Fix:    "a key of the cockpit (tminus help keys, docs/keys.md), or the id of a task under on_demand",
			Source: "the register as the cockpit shows it: a response beside each risk"},
	}
}

// score is likelihood times impact on the plan's own scales; 0 when one is not stated.
func score(r *plan.Risk) int {
	return (slices.Index([]string{"low", "medium", "high"}, r.Likelihood) + 1) * (slices.Index([]string{"low", "medium", "high", "critical"}, r.Impact) + 1)
}

// said is everything a risk says.
func said(r *plan.Risk) []*string {
	all := []*string{&r.Description}
	for j := range r.Treatments {
		all = append(all, &r.Treatments[j].Text)
	}
	return all
}

// mentions finds the first risk that says something, and where.
func (s *sight) mentions(what ...*regexp.Regexp) (*plan.Risk, *string) {
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		for _, text := range said(r) {
			if !slices.ContainsFunc(what, func(re *regexp.Regexp) bool { return !re.MatchString(*text) }) {
				return r, text
			}
		}
	}
	return nil, nil
}

func misranked(s *sight) {
	var ranked []*plan.Risk
	for i := range s.plan.Risks {
		if r := &s.plan.Risks[i]; r.Priority > 0 && score(r) > 0 && len(ranked) < 20 {
			ranked = append(ranked, r)
		}
	}
	for _, r := range ranked {
		var above []string
		for i := range s.plan.Risks {
			if o := &s.plan.Risks[i]; score(o) > score(r) && (o.Priority == 0 || o.Priority > r.Priority) {
				above = append(above, fmt.Sprintf("%s (%d)", o.ID, score(o)))
			}
		}
		if above != nil {
			s.about(r.ID, &r.Priority, r).say("", "%s has priority %d and scores %d (%s × %s); more have %s", r.ID, r.Priority, score(r), r.Likelihood, r.Impact, names(above))
		}
	}
}

func undecided(s *sight) {
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		var kinds []string
		at := -1
		for j, t := range r.Treatments {
			if t.Kind == "accept" {
				at = j
			} else if t.Kind != "" && t.Kind != "recover" && !slices.Contains(kinds, t.Kind) {
				kinds = append(kinds, t.Kind)
			}
		}
		if at >= 0 && kinds != nil {
			s.about(r.ID, &r.Treatments[at].Kind, r).say("", "%s: accept, and also %s", r.ID, strings.Join(kinds, " and "))
		}
	}
}

func twoDesigns(s *sight) {
	moved, _ := s.mentions(addressing, standingBy)
	if moved == nil {
		moved, _ = s.mentions(addressing, automatic)
	}
	balanced, at := s.mentions(balancing)
	if moved != nil && balanced != nil {
		s.about(balanced.ID, at, balanced).say("", "%s wants a load balancer, and %s moves the Elastic IP", balanced.ID, moved.ID)
	}
}

func promises(s *sight) {
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		for _, text := range said(r) {
			self, vague := addressing.MatchString(*text) && automatic.MatchString(*text), unmeasured.MatchString(*text)
			switch {
			case self && vague:
				s.about(r.ID, text, r).say("", "%s: nothing in EC2 moves an Elastic IP automatically, and nobody can test what is not noticeable", r.ID)
			case self:
				s.about(r.ID, text, r).say("who or what switches", "%s: nothing in EC2 moves an Elastic IP automatically", r.ID)
			case vague:
				s.about(r.ID, text, r).say("in how many seconds", "%s: nobody can test what is not noticeable", r.ID)
			}
		}
	}
}

// answers are the keys of the cockpit that do something about a risk; F is the one for a
// failover, and L35 says whether there is anything to fail over to.
var answers = [...]string{"F", "R", "H", "a", "e", "s", "t", "g", "O", "r", "L", "c", "n"}

func unanswered(s *sight) {
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		t := s.plan.Task(r.Response)
		switch {
		case r.Response == "" || slices.Contains(answers[:], r.Response) || t != nil && t.OnDemand:
		case t != nil:
			s.about(r.ID, &r.Response, r).say("a task under on_demand; what has an hour cannot wait for a risk", "%s is answered by %s, which has its time in the plan", r.ID, t.ID)
		default:
			s.about(r.ID, &r.Response, r).say("", "%s is answered by %s, which is neither a key nor a task on demand", r.ID, clip(r.Response))
		}
	}
}

func orphans(s *sight) {
	var ids []string
	var first *plan.Risk
	for i := range s.plan.Risks {
		if r := &s.plan.Risks[i]; r.Owner == "" {
			if ids = append(ids, r.ID); first == nil {
				first = r
			}
		}
	}
	if first != nil {
		s.about("", first).say("", "nobody owns %s", names(ids))
	}
}

func timeless(s *sight) {
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		for _, text := range said(r) {
			if n := counted.FindString(*text); n != "" && !perTime.MatchString(*text) {
				s.about(r.ID, text, r).say("", "%s: %s, in what time?", r.ID, n)
			}
		}
	}
}

func oldPrice(s *sight) {
	if r, at := s.mentions(addressing, charged, detached); r != nil {
		s.about(r.ID, at, r).say("", "%s: an address is charged whether it is attached or not", r.ID)
	}
}
