package document

// task.go: the rows of the hour-by-hour table.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/tasks/letters"
)

// Task is a row of the hour-by-hour table.
type Task struct {
	ID, Title, Start, End, InCharge, Status, SignOff Field
	Teams, After                                     []Field
	Preparation, PostCheck                           []string

	row Row
}

func (t *Task) done() bool { return t.Status.Value == "completed" }

// tasks reads the rows: first their ids, which the others depend on.
func (w *drafting) tasks(t *Table) {
	w.Figures.Tasks = len(t.Rows)
	for i, r := range t.Rows {
		task := Task{row: r, Title: text(letters.OneLine(t.Cell(r, "title").Text))}
		w.taskID(&task, t, i)
		for _, id := range []string{task.ID.Value, task.ID.final()} {
			if _, twice := w.rowOf[id]; id != "" && !twice {
				w.rowOf[id] = i
			}
		}
		w.Tasks = append(w.Tasks, task)
	}
	spellings := map[string]bool{}
	var date time.Time
	for i := range w.Tasks {
		task, r := &w.Tasks[i], w.Tasks[i].row
		key := task.ID.final()
		date = w.times(task, t, i, date)
		task.Preparation, task.PostCheck = entries(t.Cell(r, "preparation").Text), entries(t.Cell(r, "post_check").Text)
		w.teams(task, t.Cell(r, "teams"), key)
		w.status(task, t.Cell(r, "status"), key)
		spellings[t.Cell(r, "status").Text] = true
		w.after(i, t, key)
		for _, f := range t.unnamed(r) {
			w.note("%s, %s: %s", key, f.name, f.value.Text)
		}
	}
	for i := range w.Tasks { // who comes after whom is known now
		w.inCharge(&w.Tasks[i], t)
	}
	w.header(t, spellings)
}

// header tells what is odd about the table as a whole.
func (w *drafting) header(t *Table, spellings map[string]bool) {
	if end, ok := t.Columns["end"]; ok && t.Header.cell(end).Text == "" {
		w.propose(Proposal{ID: "header.end", Rule: "L06", Severity: Warning, Place: t.Header.Place,
			What: fmt.Sprintf("column %d has no heading; it is read as the end time, because it stands right of %q", end+1, t.Header.cell(t.Columns["start"]).Text)})
	}
	lower := map[string]bool{}
	for s := range spellings {
		lower[strings.ToLower(s)] = true
	}
	if len(lower) < len(spellings) {
		w.propose(Proposal{ID: "status", Rule: "L07", Severity: Warning, Place: t.Rows[0].Place, What: "one status is written in several ways; a plan has \"not started\" and \"completed\""})
	}
	for i, r := range t.Rows {
		if twoDigits.MatchString(t.Cell(r, "date").Text) {
			w.propose(Proposal{ID: "dates", Rule: "L08", Severity: Warning, Place: t.Cell(r, "date").Place,
				What: fmt.Sprintf("the year of %q has two digits; it is read as %.4s", t.Cell(r, "date").Text, w.Tasks[i].Start.Value)})
			break
		}
	}
}

var twoDigits = regexp.MustCompile(`\D\d\d$`)

// taskID gives a row its id: the document's, what its letters look like, or its number.
func (w *drafting) taskID(task *Task, t *Table, i int) {
	cell := t.Cell(task.row, "id")
	task.ID = text(cell.Text)
	meant := letters.ASCII(cell.Text)
	switch {
	case isID(cell.Text) && w.task(cell.Text) == nil:
	case isID(meant) && meant != cell.Text && w.task(meant) == nil:
		w.Figures.Foreign += len(foreign(cell.Text))
		task.ID.Ask = w.propose(Proposal{ID: meant + ".id", Rule: rowRule(t, task.row), Severity: Error, Place: cell.Place, From: cell.Text, To: meant,
			What:   fmt.Sprintf("the task id %s is not what it looks like", spelled(cell.Text)),
			Reason: "an id is typed, and these letters are on no keyboard of the team; " + meant + " is free", was: spelled(cell.Text)})
	default:
		free := "T" + strconv.Itoa(i+1)
		for n := i + 2; w.task(free) != nil; n++ {
			free = "T" + strconv.Itoa(n)
		}
		what := fmt.Sprintf("%q cannot be the id of a task", clipped(cell.Text))
		if cell.Text == "" {
			what = "a task has no id"
		} else if w.task(cell.Text) != nil {
			what = fmt.Sprintf("the task id %q is given twice", clipped(cell.Text))
		}
		task.ID.Ask = w.propose(Proposal{ID: free + ".id", Rule: "P13", Severity: Error, Place: cell.Place, From: cell.Text, To: free,
			What: what, Reason: "it is row " + strconv.Itoa(i+1) + " of the table, and the id is free"})
	}
}

// rowRule is the rule of the catalogue for look-alike letters in a row: in its id (L01), in
// its dependency (L02), in both (L03), or in its id while it depends on nothing (L04).
func rowRule(t *Table, r Row) string {
	id, after := t.Cell(r, "id").Text, t.Cell(r, "after").Text
	switch {
	case letters.ASCII(id) == id:
		return "L02"
	case letters.ASCII(after) != after:
		return "L03"
	case after == "" && t.has("after"):
		return "L04"
	}
	return "L01"
}

// task is the row with the id, as the document has it or as a repair would.
func (w *drafting) task(id string) *Task {
	if i, known := w.rowOf[id]; known {
		return &w.Tasks[i]
	}
	return nil
}

// teams reads the teams of a task, and proposes the contacts' spelling of each.
func (w *drafting) teams(task *Task, cell Cell, key string) {
	var known []string
	for _, c := range w.Contacts {
		if c.Team.Value != "" && !slices.Contains(known, c.Team.Value) {
			known = append(known, c.Team.Value)
		}
	}
	for _, name := range parts(cell.Text, ",;/\n") {
		f := text(name)
		if !slices.Contains(known, name) {
			for _, team := range known {
				if strings.EqualFold(team, name) || letters.Distance(strings.ToLower(team), strings.ToLower(name)) == 1 {
					f.Ask = w.propose(Proposal{ID: key + ".teams", Rule: "L10", Severity: Warning, Place: cell.Place, From: name, To: team,
						What: fmt.Sprintf("no contact is of the team %q", clipped(name)), Reason: "the contacts call it " + team})
					break
				}
			}
		}
		task.Teams = append(task.Teams, f)
	}
}

// status reads the two statuses that a plan has; another one is asked about.
func (w *drafting) status(task *Task, cell Cell, key string) {
	task.Status = Field{Value: cell.Text}
	switch words(cell.Text) {
	case "completed", "complete", "done", "closed", "finished", "yes":
		task.Status.Value = "completed"
	case "not started", "open", "todo", "to do", "pending", "planned", "no":
		task.Status.Value = "not started"
	case "":
		task.Status.Value = "not started"
		return
	default:
		task.Status.Ask = w.propose(Proposal{ID: key + ".status", Rule: "L07", Severity: Error, Place: cell.Place,
			What: fmt.Sprintf("a plan knows no status %q", clipped(cell.Text)), Candidates: []Candidate{
				{"not started", "it has to be done on the day, or to its end"}, {"completed", "nothing of it is left"}}})
		return
	}
	if cell.Text != task.Status.Value && !strings.EqualFold(cell.Text, "not started") {
		task.Status.Was = cell.Text
	}
}

// inCharge reads who is in charge. Initials that nobody has may be a label for whoever is
// in charge of the task's team: "1C" looks like "IC".
func (w *drafting) inCharge(task *Task, t *Table) {
	cell, key := t.Cell(task.row, "in_charge"), task.ID.final()+".in_charge"
	if cell.Text == "" || none(cell.Text) {
		p := Proposal{ID: key, Rule: "L05", Severity: Error, Place: cell.Place, What: "nobody is in charge of " + task.ID.final(), other: w.taken}
		p.Candidates = w.leads(task, "they are in charge of the task's team")
		task.InCharge = Field{Value: "", Ask: w.propose(p)}
		return
	}
	task.InCharge = w.person(cell, key, "L05")
	p := task.InCharge.Ask
	if p == nil || !p.Question() {
		return
	}
	p.none = "" // somebody must be
	for i, c := range p.Candidates {
		for _, other := range w.Tasks {
			follows := slices.ContainsFunc(other.After, func(f Field) bool { return f.final() == task.ID.final() })
			if follows && t.Cell(other.row, "in_charge").Text == c.Value {
				p.Candidates[i].Reason += ", and in charge of " + other.ID.final() + ", which waits for this task"
			}
		}
	}
	if label := strings.NewReplacer("1", "I", "l", "I", "0", "O", "|", "I").Replace(cell.Text); strings.EqualFold(label, "IC") {
		p.Candidates = append(p.Candidates, w.leads(task, fmt.Sprintf("%s looks like IC, \"in charge\", which the contacts say of them, and their team has the task", cell.Text))...)
	}
}

// leads lists those who are in charge of the task's teams.
func (w *drafting) leads(task *Task, reason string) []Candidate {
	var found []Candidate
	for _, c := range w.Contacts {
		if c.Lead && slices.ContainsFunc(task.Teams, func(f Field) bool { return f.final() == c.Team.Value }) {
			found = append(found, Candidate{c.ID.final(), reason})
		}
	}
	return found
}

// parts splits a cell that lists several.
func parts(s, separators string) []string {
	var found []string
	for _, part := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if part = strings.TrimSpace(part); part != "" {
			found = append(found, part)
		}
	}
	return found
}

var bullet = regexp.MustCompile(`^(?:[-•*–]|\d{1,2}[.)])\s+`)

// entries is a cell as a list: one entry a line, without the bullets.
func entries(s string) []string {
	var found []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(bullet.ReplaceAllString(strings.TrimSpace(line), "")); !none(line) {
			found = append(found, line)
		}
	}
	return found
}
