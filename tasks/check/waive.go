package check

// waive.go: findings that somebody answers for. A waiver is bound to a rule, not to a
// line, so that it survives editing; one that waives nothing is told, or it would lie in
// wait for the next mistake of its kind.

import (
	"slices"

	"tminus/tasks/plan"
)

func waiverRules() []Rule {
	return []Rule{
		{ID: "W01", Severity: Error, Title: "a waiver of nothing known",
			Why:    "A mistyped rule id waives nothing, and whoever wrote it believes it does. What the loader refuses (P…) and what is wrong with waivers (W…) cannot be waived.",
			Fix:    "name a rule of tminus check --rules",
			Source: "common practice of linters: an exception has to name its rule"},
		{ID: "W02", Severity: Warning, Title: "a waiver that is not used",
			Why:    "The plan has changed and the reason has gone. Left in, the waiver hides the next finding of its kind, under somebody's name.",
			Fix:    "take the waiver out, or correct what it is on",
			Source: "common practice of linters: exceptions that are not needed any more are told"},
	}
}

// waive marks the findings that waivers let stand, and adds what is wrong with the waivers.
func waive(r *plan.Reading, rules []Rule, found []Finding) []Finding {
	s := sight{plan: r.Plan, places: r.Places}
	for i := range r.Plan.Waivers {
		w := &r.Plan.Waivers[i]
		if w.Rule == "" || w.Reason == "" || r.Plan.Contact(w.By) == nil {
			continue // told by the loader; it waives nothing
		}
		rule := named(rules, w.Rule)
		switch {
		case rule.ID == "":
			s.rule = named(rules, "W01")
			s.about("", &w.Rule, w).say("", "there is no rule %q to waive", clip(w.Rule))
		case !rule.Waivable():
			s.rule = named(rules, "W01")
			s.about("", &w.Rule, w).say("repair what it finds", "%s cannot be waived: %s", w.Rule, rule.Title)
		case !covers(w, found):
			s.rule = named(rules, "W02")
			s.about("", w).say("", "%s finds nothing%s, and is waived by %s", w.Rule, on(w.On), w.By)
		}
	}
	return append(found, s.found...)
}

// covers marks the findings that a waiver lets stand, and reports whether there are any.
// The first of two waivers of the same finding has it.
func covers(w *plan.Waiver, found []Finding) bool {
	used := false
	for i := range found {
		f := &found[i]
		if f.Rule != w.Rule || w.On != "" && w.On != f.On || f.Waived != nil {
			continue
		}
		f.Waived, used = w, true
	}
	return used
}

func on(id string) string {
	if id == "" {
		return ""
	}
	return " on " + clip(id)
}

// named is the rule with the id.
func named(rules []Rule, id string) (rule Rule) {
	if i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id }); i >= 0 {
		rule = rules[i]
	}
	return rule
}
