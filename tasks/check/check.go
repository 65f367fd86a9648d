package check

// check.go: one plan judged by all rules.

import (
	"cmp"
	"slices"

	"tminus/tasks/plan"
)

// maxTold is how many findings of one rule are told one by one; the rest is a number.
const maxTold = 50

// Finding is one thing wrong with one plan.
type Finding struct {
	Rule     string
	Severity Severity
	Title    string // the rule's
	// On is what it is about, by id: a task, a contact, a risk; "" = the plan as a whole.
	On string
	// At is the place, with the sentence in Message.
	At     plan.Finding
	Fix    string
	Waived *plan.Waiver // who lets it stand, and why; nil = nobody
}

// Report is what all rules say of one plan, in the order of the file.
type Report struct {
	File     string
	Hash     string // lower-case hex SHA-256 of the file's bytes, as a run keeps it
	Loaded   bool   // false: the file has errors of form, and is judged as far as it was read
	Findings []Finding

	Errors, Warnings, Notes int // not waived
	Waived                  int
	More                    int // counted above and not among Findings
}

// Check judges a plan file. The name stands in messages only.
func Check(name string, src []byte) *Report { return Judge(name, plan.Read(name, src)) }

// Judge is Check of a plan that was read already.
func Judge(name string, r *plan.Reading) *Report {
	rep := &Report{File: name, Hash: r.Plan.Hash, Loaded: r.Errors == nil}
	rules := Rules()
	found := loaded(rules, r.Errors)
	if r.Places.Sound(r.Plan) {
		spoken := map[[2]int]bool{}
		for _, f := range found {
			spoken[[2]int{f.At.Line, f.At.Col}] = true
		}
		meant := waive(r, rules, newSight(r).judge(rules))
		found = append(found, slices.DeleteFunc(meant, func(f Finding) bool { return spoken[[2]int{f.At.Line, f.At.Col}] })...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Col, b.At.Col), cmp.Compare(a.Rule, b.Rule))
	})
	if r.Errors != nil {
		rep.Errors, rep.More = r.Errors.More, r.Errors.More
	}
	rep.tell(found)
	return rep
}

// tell counts all findings and keeps the first ones of each rule.
func (rep *Report) tell(found []Finding) {
	told := map[string]int{}
	for _, f := range found {
		switch {
		case f.Waived != nil:
			rep.Waived++
		case f.Severity == Error:
			rep.Errors++
		case f.Severity == Warning:
			rep.Warnings++
		default:
			rep.Notes++
		}
		if told[f.Rule]++; told[f.Rule] > maxTold && rep.Loaded {
			rep.More++
			continue
		}
		rep.Findings = append(rep.Findings, f)
	}
}

// loaded are the loader's findings in the words of this package.
func loaded(rules []Rule, errors *plan.Errors) []Finding {
	if errors == nil {
		return nil
	}
	var found []Finding
	for _, f := range errors.Findings {
		fix := f.Expected
		if f.Nearest != "" {
			fix += "; did you mean \"" + f.Nearest + "\"?"
		}
		found = append(found, Finding{Rule: f.Rule, Severity: Error, Title: named(rules, f.Rule).Title, At: f, Fix: "expected " + fix})
	}
	return found
}
