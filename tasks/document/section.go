package document

// section.go: which rows of a document are what: headings, tables by the names of their
// columns, the facts that stand as "Change Number: …", and what remains, which is text.

import (
	"slices"
	"strings"

	"tminus/tasks/letters"
)

// section is a part of a document that a heading opens.
type section int

const (
	noSection section = iota
	otherSection
	overviewSection
	configurationSection
	monitoringSection
)

// sectionOf is the section that a heading opens: by its words, with an eye for slips of the pen.
func sectionOf(heading string) section {
	if len(heading) > 60 {
		return noSection
	}
	name, _, _ := strings.Cut(heading, "(")
	name = words(name)
	for _, known := range []struct {
		section section
		names   []string
	}{
		{overviewSection, []string{"overview", "summary", "introduction"}},
		{configurationSection, []string{"configuration management", "configuration", "environment", "deployment configuration"}},
		{monitoringSection, []string{"monitoring tools", "monitoring"}},
		{otherSection, []string{"risk assessment recommendation", "risk assessment mitigation", "risk assessment", "risks", "top risks", "full risks", "risk register",
			"hour by hour plan", "hour by hour", "contacts", "contact details", "contact list", "annex", "appendix", "tasks", "plan", "schedule"}},
	} {
		for _, n := range known.names {
			if name == n || len(n) > 8 && max(len(n)-len(name), len(name)-len(n)) <= 2 && letters.Distance(name, n) <= 2 {
				return known.section
			}
		}
	}
	return noSection
}

// words is a text as its lower-case words alone: "Responsible (In Charge)" is "responsible in charge".
func words(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c < 0x80 && c != '#'
	}), " ")
}

// Kind is what a table of the document lists.
type Kind int

const (
	Tasks Kind = iota + 1
	Contacts
	Risks
)

// columns is what the columns of a kind of table are called.
func (k Kind) columns() map[string][]string {
	switch k {
	case Tasks:
		return map[string][]string{
			"id": {"task id", "id", "task no", "no", "#", "task number", "step", "ref"}, "date": {"date", "day"},
			"start": {"start time", "start", "from", "begin", "time", "planned start", "start end time"},
			"end":   {"end time", "end", "finish", "to", "until", "planned end", "finish time"},
			"title": {"task", "activity", "description", "task description", "action", "title"}, "teams": {"team", "teams"},
			"in_charge":   {"responsible in charge", "responsible", "in charge", "person in charge", "owner", "assigned to", "assignee", "who"},
			"preparation": {"preparation", "preparations", "prerequisite", "prerequisites", "pre check", "precondition"},
			"post_check":  {"post check", "check", "post checks", "verification", "validation", "postcondition"},
			"after":       {"dependency", "dependencies", "depends on", "predecessor", "predecessors", "after"}, "status": {"status", "state"},
		}
	case Contacts:
		return map[string][]string{
			"id": {"initials", "id", "initial"}, "name": {"name", "full name", "contact"}, "phone": {"phone", "mobile", "telephone", "tel", "phone number", "contact number"},
			"email": {"email", "e mail", "mail", "email address"}, "manager": {"manager", "reports to", "supervisor"}, "team": {"team", "department"},
			"role": {"role", "position", "title"}, "deputy": {"deputy", "backup"},
		}
	case Risks:
		return map[string][]string{
			"id": {"id", "risk id", "no", "#"}, "priority": {"priority", "rank"}, "category": {"category", "type", "area"},
			"description": {"risk description", "description", "risk"}, "likelihood": {"likelihood", "probability"}, "impact": {"impact", "severity", "consequence"},
			"recommendation": {"recommendation", "recommendations", "mitigation", "treatment", "response", "action"}, "owner": {"owner", "risk owner"},
		}
	}
	return nil
}

// most is how many rows a table of the kind may have.
func (k Kind) most() int {
	if k == Tasks {
		return 5_000
	}
	return 1_000
}

// needs is which columns a row must name to be the header of a kind of table.
func (k Kind) needs() []string {
	switch k {
	case Tasks:
		return []string{"start", "title"}
	case Contacts:
		return []string{"name"}
	}
	return []string{"description", "likelihood", "impact"}
}

// Table is one table of a document: its header and its rows, blank ones left out.
type Table struct {
	Kind    Kind
	Header  Row
	Columns map[string]int // name in a plan → column, from 0
	Rows    []Row
	Blank   []Place // of blank rows between the rows
}

// headings are the names that the columns of a kind of table go by: name → name in a plan.
type headings struct {
	kind  Kind
	names map[string]string
}

// allHeadings lists the kinds of tables in the order in which a row is held to be one.
func allHeadings() []headings {
	var all []headings
	for _, kind := range []Kind{Tasks, Risks, Contacts} {
		h := headings{kind, map[string]string{}}
		for key, names := range kind.columns() {
			for _, name := range names {
				h.names[name] = key
			}
		}
		all = append(all, h)
	}
	return all
}

// headed makes a table of a header row, or nothing of any other row.
func headed(r Row, known []headings) *Table {
	const longest = 40 // bytes of a heading
	if r.filled() < 3 || len(r.Cells) > 64 || slices.ContainsFunc(r.Cells, func(c Cell) bool { return len(c.Text) > longest }) {
		return nil
	}
	names := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		names[i] = words(c.Text)
	}
	for _, h := range known {
		t := &Table{Kind: h.kind, Header: r, Columns: map[string]int{}}
		for i, name := range names {
			if key := h.names[name]; key != "" {
				if _, twice := t.Columns[key]; !twice {
					t.Columns[key] = i
				}
			}
		}
		t.endColumn()
		if t.has(h.kind.needs()...) && len(t.Columns) >= 3 && 2*len(t.Columns) >= r.filled() {
			return t
		}
	}
	return nil
}

// endColumn takes an unnamed column right of the start time for the end time: one heading
// over two columns.
func (t *Table) endColumn() {
	start, found := t.Columns["start"]
	if _, named := t.Columns["end"]; t.Kind == Tasks && found && !named && start+1 < len(t.Header.Cells) && t.Header.Cells[start+1].Text == "" {
		t.Columns["end"] = start + 1
	}
}

func (t *Table) has(columns ...string) bool {
	for _, c := range columns {
		if _, ok := t.Columns[c]; !ok {
			return false
		}
	}
	return true
}

// Cell is the cell of a named column; a table without it has a blank one at the row's place.
func (t *Table) Cell(r Row, column string) Cell {
	i, ok := t.Columns[column]
	if !ok {
		return Cell{Place: r.Place}
	}
	return r.cell(i)
}

// unnamed lists the cells of a row that stand in no column a plan knows, each with its heading.
func (t *Table) unnamed(r Row) []fact {
	known := map[int]bool{}
	for _, i := range t.Columns {
		known[i] = true
	}
	var found []fact
	for i, c := range r.Cells {
		if !known[i] && c.Text != "" {
			found = append(found, fact{name: t.Header.cell(i).Text, value: c})
		}
	}
	return found
}
