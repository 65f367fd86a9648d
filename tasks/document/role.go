package document

// role.go: people whom the plan needs by their job: whom to reach, and who signs.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	// jobWord is a job as a sentence names it.
	jobWord = regexp.MustCompile(`(?i:\b(?:product|project|release|change|service|delivery|account|business) (?:manager|owner)s?\b)|\bC[ETIOFD]O\b`)
	must    = regexp.MustCompile(`(?i)\b(must|has to|have to|needs? to)\b[^.]*\b(validate|approve|sign|confirm|accept)`)
)

// roles finds the jobs that tasks need and no contact has, the sign-offs that a sentence
// demands, and the owners whom nobody can reach.
func (w *drafting) roles() {
	table := w.parts.Table(Tasks)
	asked := map[string]Cell{} // job → where it is named, best where it must do something
	var jobs []string
	for i := range w.Tasks {
		for _, cell := range w.Tasks[i].row.Cells {
			for _, job := range jobsIn(cell.Text) {
				if w.holder(job) != nil {
					continue
				}
				if _, known := asked[job]; !known {
					jobs = append(jobs, job)
				}
				if _, known := asked[job]; !known || must.MatchString(cell.Text) {
					asked[job] = cell
				}
			}
		}
	}
	for _, job := range jobs {
		cell, id := asked[job], w.made(job)
		p := w.propose(Proposal{ID: "contact." + id, Rule: "L12", Severity: Error, Place: cell.Place, To: id,
			What: fmt.Sprintf("the plan needs the %s, and no contact has that role", job), Reason: "an open contact keeps the place until somebody is named: " + clipped(cell.Text)})
		w.Contacts = append(w.Contacts, Contact{ID: Field{Ask: p}, Role: text(job), Open: true})
	}
	for i := range w.Tasks {
		w.signOff(&w.Tasks[i], table.Cell(w.Tasks[i].row, "preparation"))
	}
	w.owner("business", w.Owners.Business)
	w.owner("deployment", w.Owners.Deployment)
}

// jobsIn lists the jobs a text names, in their order: "product managers" is Product Manager.
func jobsIn(text string) []string {
	var found []string
	for _, job := range jobWord.FindAllString(text, 16) {
		if len(job) > 3 {
			job = strings.TrimSuffix(strings.ToLower(job), "s")
			for word := range strings.FieldsSeq(job) {
				job = strings.Replace(job, word, strings.ToUpper(word[:1])+word[1:], 1)
			}
		}
		if !slices.Contains(found, job) {
			found = append(found, job)
		}
	}
	return found
}

// holder is the contact with a job.
func (w *drafting) holder(job string) *Contact {
	for i := range w.Contacts {
		if strings.EqualFold(w.Contacts[i].Role.Value, job) {
			return &w.Contacts[i]
		}
	}
	return nil
}

// signOff proposes the sign-offs of a task, from a preparation that says who must validate it.
func (w *drafting) signOff(task *Task, cell Cell) {
	if !must.MatchString(cell.Text) {
		return
	}
	var ids []string
	for _, job := range jobsIn(cell.Text) {
		if c := w.holder(job); c != nil {
			ids = append(ids, c.ID.final())
		}
	}
	if len(ids) == 0 {
		return
	}
	task.SignOff = Field{Ask: w.propose(Proposal{ID: task.ID.final() + ".signoff", Rule: "L12", Severity: Warning, Place: cell.Place, To: strings.Join(ids, ", "),
		What: task.ID.final() + " names who must say that it is good, and nobody signs", Reason: clipped(cell.Text)})}
}

// owner tells of an owner who is no contact, or is one under another name.
func (w *drafting) owner(kind string, f Field) {
	if f.Value == "" {
		return
	}
	var at Place
	for _, fact := range w.parts.facts {
		if factOf(fact.name) == kind {
			at = fact.value.Place
		}
	}
	for _, c := range w.Contacts {
		if strings.EqualFold(c.Name.Value, f.Value) {
			return
		}
	}
	if id, reason := w.alike(f.Value); id != "" {
		w.propose(Proposal{ID: "owner." + kind, Rule: "L14", Severity: Note, Place: at, What: fmt.Sprintf("the %s owner %s is %s: %s", kind, clipped(f.Value), id, reason)})
		return
	}
	w.propose(Proposal{ID: "owner." + kind, Rule: "L13", Severity: Warning, Place: at, What: fmt.Sprintf("the %s owner %s is no contact: nobody knows how to reach them on the day", kind, clipped(f.Value))})
}
