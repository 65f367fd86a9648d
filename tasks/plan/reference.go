package plan

// reference.go: ids, and the names that must name something.
//
// Real plans carry letters that look right and are not: a task "Т7" with a Cyrillic Т.
// Such an id is refused with its code points; it is never read as what it looks like.

import (
	"fmt"
	"strings"

	"tminus/tasks/letters"
)

// maxID is how long an id may be, in bytes: it stands in columns.
const maxID = 16

func (r *reader) checkReferences() {
	var contacts, tasks, onDemand, risks []*string
	for i := range r.plan.Contacts {
		contacts = append(contacts, &r.plan.Contacts[i].ID)
	}
	for i := range r.plan.Tasks {
		tasks = append(tasks, &r.plan.Tasks[i].ID)
	}
	for i := range r.plan.OnDemand {
		onDemand = append(onDemand, &r.plan.OnDemand[i].ID)
	}
	for i := range r.plan.Risks {
		risks = append(risks, &r.plan.Risks[i].ID)
	}
	people, rows := r.checkIDs("contact", contacts), r.checkIDs("task", append(tasks, onDemand...))
	r.checkIDs("risk", risks)

	for i := range r.plan.Contacts {
		c := &r.plan.Contacts[i]
		r.refer(&c.Manager, "manager", people)
		r.refer(&c.Deputy, "deputy", people)
	}
	for i := range r.plan.Risks {
		r.refer(&r.plan.Risks[i].Owner, "owner", people)
	}
	for t := range r.plan.All() {
		r.refer(&t.InCharge, "in_charge", people)
		r.refer(&t.Deputy, "deputy", people)
		for j := range t.SignOff {
			r.refer(&t.SignOff[j], "signoff", people)
		}
		for j := range t.Poll {
			r.refer(&t.Poll[j], "poll", people)
		}
		for j := range t.After {
			r.refer(&t.After[j], "after", rows)
		}
	}
	r.checkTimeless()
}

// directory is the ids of one kind of row.
type directory struct {
	noun  string
	line  map[string]int // id → line of its row
	names []string       // in the order of the file
}

// checkIDs judges the ids of one kind of row, and returns their directory. Ill-formed
// ids are in it too: a reference to one is not a second mistake.
func (r *reader) checkIDs(noun string, ids []*string) directory {
	d := directory{noun: noun, line: map[string]int{}}
	for _, id := range ids {
		if !r.sound(id) || *id == "" {
			continue
		}
		if line, twice := d.line[*id]; twice {
			r.fault(id, noun+" id "+quoted(*id)+" is given twice", fmt.Sprintf("another id; the first is on line %d", line))
			continue
		}
		d.line[*id] = r.at[id].Line
		d.names = append(d.names, *id)
		if !plainWord(*id, maxID) {
			f := Finding{Message: noun + " id " + quoted(*id) + foreign(*id),
				Expected: fmt.Sprintf("up to %d ASCII letters, digits, - and _", maxID)}
			if meant := letters.ASCII(*id); plainWord(meant, maxID) {
				f.Nearest = meant
			}
			r.report(r.at[id], f)
		}
	}
	return d
}

// refer reports a reference that names no row. "" refers to nobody.
func (r *reader) refer(value *string, key string, d directory) {
	if !r.sound(value) || *value == "" && key != "after" && key != "signoff" && key != "poll" {
		return
	}
	if _, known := d.line[*value]; !known {
		r.report(r.at[value], Finding{Message: key + " " + quoted(*value) + " is not a " + d.noun + foreign(*value),
			Expected: listed(d.names, "a "+d.noun+" in the plan"), Nearest: r.guess(*value, d.names)})
	}
}

// foreign tells the characters of a word that are not ASCII: what the eye cannot.
func foreign(s string) string {
	var told []string
	for _, c := range s {
		if c < 0x80 {
			continue
		}
		if len(told) == 4 {
			told = append(told, "…")
			break
		}
		told = append(told, shown(string(c))+" is "+codePoint(c))
	}
	if told == nil {
		return ""
	}
	return ": " + strings.Join(told, ", ")
}

// listed is the valid names for an "expected", bounded; none says so when there are none.
func listed(names []string, none string) string {
	const most = 20
	switch {
	case len(names) == 0:
		return none
	case len(names) > most:
		return fmt.Sprintf("one of %s … (%d in all)", shownAll(names[:most]), len(names))
	}
	return "one of " + shownAll(names)
}

func shownAll(names []string) string {
	clean := make([]string, len(names))
	for i, name := range names {
		clean[i] = shown(name)
	}
	return strings.Join(clean, ", ")
}
