package plan

// waiver.go: findings of tminus check that somebody has looked at and lives with. A
// waiver is a decision, so it has a name and a reason; both are shown with the finding.

// Waiver lets the findings of one rule stand.
type Waiver struct {
	Rule   string `yaml:"rule"`   // id of a rule of tminus check, such as L19
	On     string `yaml:"on"`     // what the finding is about: id of a task, contact or risk; "" = all the rule finds
	By     string `yaml:"by"`     // contact id of who decided
	Reason string `yaml:"reason"` // why it may stand
}

func (r *reader) checkWaivers() {
	people := directory{noun: "contact", line: map[string]int{}}
	for i := range r.plan.Contacts {
		c := &r.plan.Contacts[i]
		if r.sound(&c.ID) && c.ID != "" {
			people.line[c.ID], people.names = r.at[&c.ID].Line, append(people.names, c.ID)
		}
	}
	for i := range r.plan.Waivers {
		w := &r.plan.Waivers[i]
		what := called("waiver", "", i)
		r.need(w, what, "rule", &w.Rule)
		r.need(w, what, "by", &w.By)
		r.need(w, what, "reason", &w.Reason)
		r.refer(&w.By, "by", people)
		if c := r.plan.Contact(w.By); c != nil && c.Open && r.sound(&w.By) {
			r.fault(&w.By, what+" is by "+shown(w.By)+", a role that nobody holds", "the contact who decided")
		}
	}
}
