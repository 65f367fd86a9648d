package check

// sight.go: what a rule sees of a plan, and how it tells what it found. What several
// rules ask is worked out once, in one look at every task and dependency: a plan of
// thousands of tasks is judged while a person looks on.

import (
	"fmt"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// sight is one plan being judged.
type sight struct {
	plan     *plan.Plan
	places   *plan.Places
	graph    *plan.Graph
	contacts map[string]*plan.Contact
	open     []int // tasks that are still to be done, in the order of the file, by index
	deeds    map[*plan.Task]deed

	rule  Rule // the one that looks now
	found []Finding
}

func newSight(r *plan.Reading) *sight {
	s := &sight{plan: r.Plan, places: r.Places, graph: r.Plan.Graph(), contacts: map[string]*plan.Contact{}, deeds: map[*plan.Task]deed{}}
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		if _, twice := s.contacts[c.ID]; !twice && c.ID != "" {
			s.contacts[c.ID] = c
		}
	}
	for i := range s.plan.Tasks {
		t := &s.plan.Tasks[i]
		s.deeds[t] = deedOf(t)
		if !t.Done() && t.ID != "" {
			s.open = append(s.open, i)
		}
	}
	return s
}

// judge lets every rule look.
func (s *sight) judge(rules []Rule) []Finding {
	for _, r := range rules {
		if r.look != nil {
			s.rule = r
			r.look(s)
		}
	}
	return s.found
}

// about starts a finding: what it is about, by id ("" = the plan), and where it stands:
// at the first of the values that the file holds.
func (s *sight) about(id string, values ...any) subject { return subject{s, id, values} }

// subject is what a finding is about.
type subject struct {
	sight *sight
	id    string
	at    []any
}

// say ends a finding: how it is repaired here ("" = as the rule says), and what is wrong.
func (a subject) say(fix, format string, args ...any) {
	s := a.sight
	at := s.places.Find(a.at...)
	at.Rule, at.Message = s.rule.ID, clean(fmt.Sprintf(format, args...))
	if fix == "" {
		fix = s.rule.Fix
	}
	s.found = append(s.found, Finding{Rule: s.rule.ID, Severity: s.rule.Severity, Title: s.rule.Title, On: a.id, At: at, Fix: clean(fix)})
}

// clean makes a sentence with foreign words in it safe to show.
func clean(s string) string { return safe.Line(s) }

// task returns the task by its index.
func (s *sight) task(i int) *plan.Task { return &s.plan.Tasks[i] }

// timed reports whether a task's times were written and can be meant.
func (s *sight) timed(t *plan.Task) bool { return s.places.Sound(&t.Start) && s.places.Sound(&t.End) }

// windowed reports whether the window was written and can be meant.
func (s *sight) windowed() bool {
	w := &s.plan.Window
	return s.places.Sound(&w.Start) && s.places.Sound(&w.End) && w.End.After(w.Start.Time)
}

// behind tells for every task, by index, one task before it (not itself) that fits; -1 = none.
func (s *sight) behind(fits func(*plan.Task) bool) []int {
	before := make([]int, len(s.plan.Tasks))
	for i := range before {
		before[i] = -1
	}
	for _, i := range s.graph.Order {
		for _, j := range s.graph.After[i] {
			switch {
			case before[i] >= 0:
			case fits(s.task(j)):
				before[i] = j
			default:
				before[i] = before[j]
			}
		}
	}
	return before
}

// names joins ids, at most eight of them: "T4, T5 and T6".
func names(ids []string) string {
	const most = 8
	switch n := len(ids); {
	case n == 0:
		return "nobody"
	case n == 1:
		return ids[0]
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), n-most)
	default:
		return strings.Join(ids[:n-1], ", ") + " and " + ids[n-1]
	}
}

// clip is a text as a sentence quotes it.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// clock is a time as a sentence tells it.
func clock(t plan.Time) string { return t.Format("15:04") }
