package document

// people.go: the contacts, and who is meant by a name, a role, initials or a slip of the pen.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/letters"
)

// Contact is a person of the draft, or a role that nobody holds yet.
type Contact struct {
	ID, Name, Phone, Email, Team, Role, Manager, Deputy Field

	Lead, Open bool
}

var (
	bracket = regexp.MustCompile(`^(.*?)\s*\(([^()]+)\)$`)
	// jobs are what stands in a column of teams and is no team.
	jobs = regexp.MustCompile(`^C[A-Z]O$|(?i:\b(manager|owner|director|officer|president|head of \w+)$)`)
)

// none reports the ways of writing nothing.
func none(s string) bool {
	switch strings.ToLower(s) {
	case "", "-", "–", "—", "n/a", "na", "none", "nil", ".":
		return true
	}
	return false
}

// contacts reads the table of contacts. Managers come last: they are other contacts.
func (w *drafting) contacts() {
	t := w.parts.Table(Contacts)
	if t == nil {
		w.propose(Proposal{ID: "contacts", Rule: "L05", Severity: Error, Place: w.parts.Table(Tasks).Header.Place, What: "the document has no table of contacts: nobody is known"})
		return
	}
	for _, r := range t.Rows {
		c := Contact{Name: w.text(t, r, "name"), Phone: w.text(t, r, "phone"), Email: w.text(t, r, "email"), Role: w.text(t, r, "role")}
		team, role, lead := teamOf(t.Cell(r, "team").Text)
		c.Team, c.Lead = text(team), lead
		if c.Role.Value == "" && role != "" {
			if c.Role = text(role); team == "" {
				c.Role.Was = "in the column " + t.Header.cell(t.Columns["team"]).Text
			}
		}
		w.initials(&c, t.Cell(r, "id"))
		for _, f := range t.unnamed(r) {
			w.note("%s, %s: %s", c.ID.Value, f.name, f.value.Text)
		}
		w.Contacts = append(w.Contacts, c)
	}
	w.Figures.Contacts = len(w.Contacts)
	for i, r := range t.Rows {
		c := &w.Contacts[i]
		c.Manager = w.person(t.Cell(r, "manager"), c.ID.final()+".manager", "L14")
		c.Deputy = w.person(t.Cell(r, "deputy"), c.ID.final()+".deputy", "L14")
	}
}

// text is a cell as a field; what means nothing is nothing.
func (w *drafting) text(t *Table, r Row, column string) Field {
	if s := t.Cell(r, column).Text; !none(s) {
		return text(letters.OneLine(s))
	}
	return Field{}
}

// teamOf takes "Communications (IC)" apart: the team, the role of its member, and whether
// they are in charge of it. What is a job and no team is a role.
func teamOf(cell string) (team, role string, lead bool) {
	if none(cell) {
		return "", "", false
	}
	team = letters.OneLine(cell)
	if m := bracket.FindStringSubmatch(team); m != nil {
		switch words(m[2]) {
		case "ic", "in charge", "lead", "leader", "team lead":
			return m[1], "", true
		}
		return m[1], m[2], false
	}
	if jobs.MatchString(team) {
		return "", team, false
	}
	return team, "", false
}

// initials gives a contact its id: the document's, or one made of the name.
func (w *drafting) initials(c *Contact, cell Cell) {
	c.ID = text(cell.Text)
	switch meant := letters.ASCII(cell.Text); {
	case isID(cell.Text) && !w.taken(cell.Text):
		return
	case cell.Text != "" && meant != cell.Text && isID(meant) && !w.taken(meant):
		w.Figures.Foreign += len(foreign(cell.Text))
		c.ID.Ask = w.propose(Proposal{ID: meant + ".id", Rule: "L01", Severity: Error, Place: cell.Place, From: cell.Text, To: meant,
			What: "the initials of " + c.Name.Value + " are not what they look like: " + spelled(cell.Text), Reason: "initials are typed, and look-alike letters cannot be", was: spelled(cell.Text)})
	default:
		made := w.made(c.Name.Value)
		c.ID.Ask = w.propose(Proposal{ID: made + ".id", Rule: "P08", Severity: Error, Place: cell.Place, From: cell.Text, To: made,
			What: "the contact " + c.Name.Value + " has no initials of their own", Reason: "they are the first letters of the name"})
	}
}

// made is an id made of the first letters of a name, one that nobody has.
func (w *drafting) made(name string) string {
	id := ""
	for _, word := range strings.Fields(letters.ASCII(name)) {
		if c := word[0] &^ 0x20; c >= 'A' && c <= 'Z' && len(id) < 8 {
			id += string(rune(c))
		}
	}
	if short := letters.ASCII(name); isID(short) && short == strings.ToUpper(short) && len(short) <= 4 {
		id = short // COO
	}
	if id == "" {
		id = "P"
	}
	for n, base := 2, id; w.taken(id); n++ {
		id = fmt.Sprintf("%s%d", base, n)
	}
	return id
}

func (w *drafting) taken(id string) bool { return w.contact(id) != nil }

// contact is the contact with the id, as the document has it or as a repair would.
func (w *drafting) contact(id string) *Contact {
	for i := range w.Contacts {
		if c := &w.Contacts[i]; c.ID.Value == id || c.ID.final() == id {
			return c
		}
	}
	return nil
}

// final is the value that a field has once its repair is accepted.
func (f Field) final() string {
	if f.Ask != nil && f.Ask.Repair() {
		return f.Ask.To
	}
	return f.Value
}

// person is a cell that names somebody: by id or full name, which needs no word; or by
// something near enough to propose who is meant.
func (w *drafting) person(cell Cell, key, rule string) Field {
	name := letters.OneLine(cell.Text)
	if none(name) {
		return Field{}
	}
	for _, c := range w.Contacts {
		if c.ID.Value == name && c.ID.Ask == nil || strings.EqualFold(c.Name.Value, name) && c.ID.Ask == nil {
			return text(c.ID.Value)
		}
	}
	if w.guesses++; w.guesses > maxGuesses {
		return Field{Value: name}
	}
	if id, reason := w.alike(name); id != "" {
		if odd := foreign(name); letters.ASCII(name) == id {
			w.Figures.Foreign += len(odd)
		}
		severity := Error
		if rule == "L14" {
			severity = Note
		}
		return Field{Value: name, Ask: w.propose(Proposal{ID: key, Rule: rule, Severity: severity, Place: cell.Place, From: name, To: id,
			What: fmt.Sprintf("%q is no contact's initials or name", clipped(name)), Reason: reason, was: spelled(name)})}
	}
	return Field{Value: name, Ask: w.propose(Proposal{ID: key, Rule: "L05", Severity: Error, Place: cell.Place,
		What: fmt.Sprintf("%q is nobody among the contacts", clipped(name)), From: name, Candidates: w.near(name), none: "-", other: w.taken})}
}

// alike finds the one contact that a name can only mean, and says why.
func (w *drafting) alike(name string) (id, reason string) {
	if meant := letters.ASCII(name); meant != name && w.contact(meant) != nil {
		return meant, "its letters only look like " + meant
	}
	bare, role := name, ""
	if m := bracket.FindStringSubmatch(name); m != nil {
		bare, role = m[1], m[2]
	}
	var found []*Contact
	var reasons []string
	for i := range w.Contacts {
		c := &w.Contacts[i]
		var because []string
		if c.Role.Value != "" && (strings.EqualFold(role, c.Role.Value) || strings.EqualFold(bare, c.Role.Value)) {
			because = append(because, c.Role.Value+" is the role of "+c.ID.final())
		}
		mine, theirs := nameWords(bare), nameWords(c.Name.Value)
		shared := 0
		for _, word := range mine {
			if slices.Contains(theirs, word) {
				shared++
			}
		}
		user, _, _ := strings.Cut(strings.ToLower(c.Email.Value), "@")
		switch {
		case shared == 0:
		case shared == len(mine) || shared == len(theirs) && len(theirs) > 1:
			because = append(because, fmt.Sprintf("it is part of the name %s", c.Name.Value))
		case len(mine) > 1 && strings.Contains(user, mine[len(mine)-1]):
			because = append(because, fmt.Sprintf("the e-mail address of %s (%s) holds %q too", c.ID.final(), c.Name.Value, mine[len(mine)-1]))
		}
		if len(because) > 0 {
			found, reasons = append(found, c), append(reasons, strings.Join(because, ", and "))
		}
	}
	if len(found) != 1 {
		return "", ""
	}
	return found[0].ID.final(), reasons[0]
}

// nameWords is a name without titles and single letters.
func nameWords(name string) []string {
	var found []string
	for word := range strings.FieldsSeq(words(name)) {
		switch word {
		case "prof", "professor", "dr", "mr", "mrs", "ms":
			continue
		}
		if len(word) > 1 {
			found = append(found, word)
		}
	}
	return found
}

// near lists who may be meant by initials that nobody has: one edit away, or several
// people in one cell.
func (w *drafting) near(name string) []Candidate {
	var found []Candidate
	for i := range w.Contacts[:min(len(w.Contacts), 500)] {
		id := w.Contacts[i].ID.final()
		several := strings.FieldsFunc(name, func(c rune) bool { return strings.ContainsRune(",/&; ", c) })
		switch {
		case len(several) > 1 && slices.Contains(several, id):
			found = append(found, Candidate{id, "one of those the cell names"})
		case len(name) <= 16 && len(id) > 1 && letters.Distance(strings.ToUpper(name), strings.ToUpper(id)) == 1:
			found = append(found, Candidate{id, fmt.Sprintf("one wrong character away from %s", clipped(name))})
		}
	}
	return found
}

// isID reports what can be an id in a plan: up to 16 ASCII letters, digits, - and _.
func isID(s string) bool {
	if s == "" || len(s) > 16 || s[0] == '-' || s[0] == '_' {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}
