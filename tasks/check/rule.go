package check

// rule.go: the words of a rule, and the catalogue of all rules.

import (
	"cmp"
	"slices"
)

// Severity is how much a finding matters.
type Severity string

// The severities. An error blocks a live run.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Rule is one thing that a plan can get wrong.
type Rule struct {
	ID       string // L19; stable for ever, because waivers name it
	Severity Severity
	Title    string // what is wrong, in a few words
	Why      string // why that matters on the day
	Fix      string // how it is repaired in general
	Source   string // where it was learnt

	look func(*sight) // nil: found elsewhere, by the loader or among the waivers
}

// Waivable reports whether findings of the rule may be let stand. What cannot be read
// cannot, and neither can a waiver that is wrong itself.
func (r Rule) Waivable() bool { return r.look != nil }

// Rules returns the catalogue, in the order of the ids.
func Rules() []Rule {
	all := slices.Concat(formRules(), waiverRules(), peopleRules(), teamRules(), timeRules(), dependencyRules(), gateRules(),
		riskRules(), mitigationRules(), environmentRules(), softwareRules(), smokeRules(), securityRules(), wordingRules(), coverageRules())
	slices.SortFunc(all, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Lookup returns the rule with the id.
func Lookup(id string) (Rule, bool) {
	r := named(Rules(), id)
	return r, r.ID != ""
}
