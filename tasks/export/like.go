package export

// like.go: the team's own document, written again as the run has it.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks/document"
	"tminus/tasks/letters"
	"tminus/tasks/plan"
)

// Why a cell is written anew.
const (
	Progress = "status"
	Actual   = "actual time"
	Repair   = "as the plan has it" // an accepted repair, an answer, or an amendment
	Learnt   = "learnt on the day"
)

// Change is one cell that is written anew.
type Change struct {
	Place    document.Place
	Task     string // or whatever the row is about
	Column   string // as the document heads it
	From, To string
	Why      string

	said string // from and to, where the eye does not see the difference
}

func (c Change) String() string {
	said := c.said
	if said == "" {
		said = fmt.Sprintf("%q → %q", c.From, c.To)
	}
	return fmt.Sprintf("%s: %s, %s: %s (%s)", c.Place, c.Task, c.Column, said, c.Why)
}

// WriteBack is a document written again.
type WriteBack struct {
	Before, After []byte
	Changes       []Change // in the order of the document
	Left          []string // sentences: what was left as it is, and why
}

// Like writes a document again as a run has it. The document is a text with tabs between the
// cells; any other, one without an hour-by-hour table, and one with none of the run's tasks
// is refused with a sentence.
func Like(name string, src []byte, s Source) (*WriteBack, error) {
	d, err := document.Read(name, src)
	if err != nil {
		return nil, err
	}
	for _, r := range d.Rows {
		if n := len(r.Cells); n > 0 && r.Cells[n-1].To == 0 { // only the cells of a text have their bytes
			return nil, fmt.Errorf("%s cannot be written back: it is no text with tabs between the cells; save the document as one, or export --csv", name)
		}
	}
	draft, err := document.NewDraft(d)
	if err != nil {
		return nil, err
	}
	parts := document.Take(d)
	w := &writing{source: s, file: s.written, draft: draft, document: d, table: parts.Table(document.Tasks), src: src, rows: map[string]int{}, names: map[string]string{}}
	for _, c := range w.file.Contacts {
		w.names[strings.ToLower(letters.OneLine(c.Name))] = c.ID
	}
	delete(w.names, "") // nobody's
	if w.table == nil || len(w.table.Rows) != len(draft.Tasks) {
		return nil, fmt.Errorf("%s cannot be written back: invisible characters stand in its headings; take them out", name)
	}
	w.match()
	if len(w.rows) == 0 {
		return nil, fmt.Errorf("%s cannot be written back: none of its rows is a task of %s; is it the document of another plan?", name, s.plan.Change)
	}
	w.tasks()
	w.contacts(parts.Table(document.Contacts))
	w.address()
	return &WriteBack{Before: src, After: w.apply(), Changes: w.changes(), Left: w.left}, nil
}

// writing is one document being written again.
type writing struct {
	source   Source
	file     *plan.Plan // in the dates of the file
	src      []byte
	document *document.Document
	draft    *document.Draft // what import reads in it; a task for each row of the table
	table    *document.Table
	rows     map[string]int    // id in the plan → row
	names    map[string]string // full name in lower case → contact id
	edits    []edit
	left     []string
}

func (w *writing) leave(format string, args ...any) {
	w.left = append(w.left, fmt.Sprintf(format, args...))
}

// match finds the task of each row: by the id as it is written, or as its repair has it. A
// row that only got a free id is taken for its task when it has the title too.
func (w *writing) match() {
	for i, t := range w.draft.Tasks {
		task := w.timed(t.ID.Value)
		if ask := t.ID.Ask; task == nil && ask != nil && ask.Repair() {
			task = w.timed(ask.To)
			if task != nil && ask.Rule == "P13" && letters.OneLine(task.Title) != t.Title.Value {
				task = nil
			}
		}
		if task == nil {
			w.leave("line %d: %q is no task of the plan", w.table.Rows[i].Place.Line, t.ID.Value)
			continue
		}
		if first, twice := w.rows[task.ID]; twice {
			w.leave("line %d: line %d is %s already", w.table.Rows[i].Place.Line, w.table.Rows[first].Place.Line, task.ID)
			continue
		}
		w.rows[task.ID] = i
	}
	for _, t := range w.file.Tasks {
		if _, found := w.rows[t.ID]; !found {
			w.leave("%s of the plan has no row in the table", t.ID)
		}
	}
}

// timed is the plan's task of the id, nil where it has no time: the table is one of hours.
func (w *writing) timed(id string) *plan.Task {
	if t := w.file.Task(id); t != nil && !t.OnDemand {
		return t
	}
	return nil
}

// tasks writes the rows of the hour-by-hour table.
func (w *writing) tasks() {
	owner := make([]*plan.Task, len(w.table.Rows))
	for id, row := range w.rows {
		owner[row] = w.file.Task(id)
	}
	days := days{writing: w}
	for i, t := range owner {
		days.row(i, t)
		if t == nil {
			continue
		}
		w.id(i, t)
		w.set(i, "teams", t.ID, w.teams(i, t), Repair, nil)
		w.inCharge(i, t)
		w.after(i, t)
		w.status(i, t)
	}
}

func (w *writing) id(i int, t *plan.Task) {
	if f := w.draft.Tasks[i].ID; f.Value != t.ID {
		w.set(i, "id", t.ID, t.ID, Repair, f.Ask)
	}
}

func (w *writing) teams(i int, t *plan.Task) string {
	cell, fields := w.text(i, "teams"), w.draft.Tasks[i].Teams
	if sameSet(values(fields), t.Teams) {
		return cell
	}
	return listLike(cell, fields, t.Teams, append(w.column("teams"), ", "))
}

// inCharge writes who is in charge, by name where the column has names.
func (w *writing) inCharge(i int, t *plan.Task) {
	if t.InCharge == "" || w.person(i) == t.InCharge {
		return
	}
	who := t.InCharge
	if c := w.file.Contact(who); c != nil && c.Name != "" && w.named() {
		who = letters.OneLine(c.Name)
	}
	w.set(i, "in_charge", t.ID, who, Repair, nil)
}

// named reports a column of people that has names, where initials would do.
func (w *writing) named() bool {
	for i, cell := range w.column("in_charge") {
		if c := w.file.Contact(w.person(i)); c != nil && cell != c.ID {
			return true
		}
	}
	return false
}

// person is the contact that a row names, by initials or by name; else what the cell says.
func (w *writing) person(i int) string {
	id := w.draft.Tasks[i].InCharge.Value
	if c := w.names[strings.ToLower(letters.OneLine(w.text(i, "in_charge")))]; c != "" && w.file.Contact(id) == nil {
		return c
	}
	return id
}

// after writes what a task waits for. A task of the plan without a row of its own, such as
// a gate, stands for what it waits for itself.
func (w *writing) after(i int, t *plan.Task) {
	fields := w.draft.Tasks[i].After
	want := w.listed(t, map[string]bool{})
	if sameSet(values(fields), want) {
		return
	}
	var why *document.Proposal
	if len(fields) == 1 && fields[0].Ask != nil && slices.Equal(want, []string{fields[0].Ask.To}) {
		why = fields[0].Ask
	}
	w.set(i, "after", t.ID, listLike(w.text(i, "after"), fields, want, w.column("after")), Repair, why)
}

func (w *writing) listed(t *plan.Task, seen map[string]bool) []string {
	var ids []string
	for _, id := range t.After {
		before := w.file.Task(id)
		switch _, row := w.rows[id]; {
		case seen[id] || before == nil:
		case row:
			ids = append(ids, id)
		default:
			seen[id] = true
			ids = append(ids, w.listed(before, seen)...)
			continue
		}
		seen[id] = true
	}
	return ids
}

// status writes where a task stands; a cell that says so already stays as it is spelled.
func (w *writing) status(i int, t *plan.Task) {
	word, cell := stateWord(w.source.status(t.ID)), w.text(i, "status")
	if w.draft.Tasks[i].Status.Value == word || words(cell) == words(word) {
		return
	}
	var fields []document.Field
	column := w.column("status")
	for j := range column {
		fields = append(fields, w.draft.Tasks[j].Status)
	}
	w.set(i, "status", t.ID, spell(word, column, fields), Progress, nil)
}

// contacts writes the ids of contacts that were repaired.
func (w *writing) contacts(t *document.Table) {
	if t == nil {
		return
	}
	for i, r := range t.Rows {
		if i >= len(w.draft.Contacts) {
			return
		}
		f := w.draft.Contacts[i].ID
		if f.Ask == nil || !f.Ask.Repair() || w.file.Contact(f.Value) != nil || w.file.Contact(f.Ask.To) == nil {
			continue
		}
		if column, ok := t.Columns["id"]; ok {
			w.edit(r, column, Change{Task: f.Ask.To, Column: headingOf(t, column), From: f.Value, To: f.Ask.To, Why: Repair, said: f.Ask.Change()})
		}
	}
}
