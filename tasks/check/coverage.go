package check

// coverage.go: does a task's post-check look at what the task promises? Words are
// compared by their beginnings (connect, connection), so that an answer is a hint.

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tminus/tasks/plan"
)

// stem is how many letters of a word are compared.
const stem = 6

func coverageRules() []Rule {
	return []Rule{
		{ID: "L29", Severity: Warning, Title: "a preparation that is the task itself", look: circular,
			Why:    "A task whose condition is its own outcome can be ticked off before it is begun.",
			Fix:    "what has to be there before the task: an approval, a card to pay with",
			Source: "the SCP plan, T1: register an account; prepared by: created account"},
		{ID: "L56", Severity: Warning, Title: "several outcomes in one task", look: bundled,
			Why:    "When one of three is done the task is neither done nor not; the next person finds out which.",
			Fix:    "a task for each outcome",
			Source: "the SCP plan, T5: enable SSH, retrieve credentials and the public DNS"},
		{ID: "L57", Severity: Warning, Title: "a post-check that misses an outcome", look: uncovered,
			Why:    "What nobody looks at is not done; it is found missing by the task that needs it.",
			Fix:    "a post-check for each outcome of the task",
			Source: "the SCP plan, T4: the check sees the machine run, and not the security group"},
		{ID: "L64", Severity: Warning, Title: "a task that nobody checks", look: noCheck,
			Why:    "Without a post-check completed means that somebody says so.",
			Fix:    "post_check: what shows that it worked",
			Source: "every row of the SCP plan has one"},
	}
}

func circular(s *sight) {
	for i := range s.plan.Tasks {
		t := &s.plan.Tasks[i]
		promised := stems(t.Title)
		for j := range t.Preparation {
			own := stems(t.Preparation[j])
			if len(own) > 0 && !slices.ContainsFunc(own, func(w string) bool { return !slices.Contains(promised, w) }) {
				s.about(t.ID, &t.Preparation[j], t).say("", "%s is prepared by what it does: %s", t.ID, clip(t.Preparation[j]))
			}
		}
	}
}

var joint = regexp.MustCompile(`(?i)\s+and\s+|;\s*`)

// outcomes are what a task's title promises, one by one.
func outcomes(t *plan.Task) []string {
	return slices.DeleteFunc(joint.Split(t.Title, 8), func(part string) bool { return len(stems(part)) == 0 })
}

func bundled(s *sight) {
	for _, i := range s.open {
		if t := s.task(i); !t.Gate && len(outcomes(t)) > 2 {
			s.about(t.ID, &t.Title, t).say("", "%s promises %d outcomes", t.ID, len(outcomes(t)))
		}
	}
}

func uncovered(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		if t.Gate || len(t.PostCheck) == 0 {
			continue
		}
		seen := stems(strings.Join(t.PostCheck, " "))
		var missed []string
		for _, outcome := range outcomes(t) {
			if !slices.ContainsFunc(stems(outcome), func(w string) bool { return slices.Contains(seen, w) }) {
				missed = append(missed, `"`+clip(outcome)+`"`)
			}
		}
		if missed != nil {
			s.about(t.ID, &t.PostCheck[0], &t.PostCheck, t).say("", "no post-check of %s looks at %s", t.ID, names(missed))
		}
	}
}

func noCheck(s *sight) {
	for _, i := range s.open {
		if t := s.task(i); !t.Gate && len(t.PostCheck) == 0 && s.places.Sound(&t.Title) {
			s.about(t.ID, t).say("", "nothing shows that %s worked", t.ID)
		}
	}
}

// stems are the beginnings of the words of a text that carry its meaning.
func stems(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' })
	var kept []string
	for _, w := range words[:min(len(words), 200)] {
		if len(w) < 3 || slices.Contains(empty[:], w) {
			continue
		}
		w = strings.TrimSuffix(w, "s")
		if r := []rune(w); len(r) > stem {
			w = string(r[:stem])
		}
		kept = append(kept, w)
	}
	return kept
}

// empty words say nothing of what a task is about.
var empty = [...]string{"the", "and", "for", "via", "with", "from", "get", "set", "that", "this", "been", "are", "was", "has", "have", "able",
	"created", "create", "made", "done", "completed", "complete", "successfully", "successful", "ready", "available", "using", "use"}
