package document

// draft.go: a document as a plan in the making: every value a plan has a place for, what
// has to be decided about some, and everything else as notes.

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxGuesses bounds how often it is guessed who is meant, so that a hostile document costs no time.
const maxGuesses = 300

// maxProposals bounds what is asked about one document.
const maxProposals = 2_000

// Draft is a plan before anybody agreed to it.
type Draft struct {
	Source                    string // name of the document
	Release, Change, Timezone Field
	Window                    struct{ Start, End Field }
	Owners                    struct{ Business, Deployment Field }
	Build                     Field // of the application
	Contacts                  []Contact
	Settings                  map[string]Field // key of the environment → value: "instance.type"
	Monitoring                []Field
	Risks                     []Risk
	Tasks                     []Task
	Notes                     []Remark
	// Proposals are in the order of the document.
	Proposals []*Proposal
	Figures   Figures
}

// Remark is what the document says and no field of a plan holds.
type Remark struct {
	Name string // "" = the text stands alone
	Text Field
}

// Figures counts what the document holds.
type Figures struct {
	Tasks, Contacts, RiskRows, SettingRows, Tools int
	Foreign                                       int // letters of other scripts that stand for ASCII ones
}

// drafting is one document on its way into a draft.
type drafting struct {
	*Draft
	document *Document
	parts    *Parts
	year     int            // of the day of deployment, for dates without one; 0 = unknown
	ids      map[string]int // of proposals
	rowOf    map[string]int // id of a task → its number
	guesses  int            // made so far at who is meant
}

// NewDraft makes a draft of a document. A document without a table of tasks is refused:
// there is nothing to fly in it.
func NewDraft(d *Document) (*Draft, error) {
	w := &drafting{Draft: &Draft{Source: d.Name, Settings: map[string]Field{}}, document: d, ids: map[string]int{}, rowOf: map[string]int{}}
	w.parts = Take(w.shown())
	table := w.parts.Table(Tasks)
	if table == nil || len(table.Rows) == 0 {
		return nil, fmt.Errorf("%s holds no hour-by-hour table that tminus knows: it looks for a row of headings with Start Time and Task, and rows below it", d.Name)
	}
	for _, t := range w.parts.Tables {
		if most := t.Kind.most(); len(t.Rows) > most {
			return nil, fmt.Errorf("%s has a table of more than %d rows (%s); import the part of it that is the plan", d.Name, most, t.Rows[most].Place)
		}
	}
	w.heading()
	w.facts()
	w.contacts()
	w.tasks(table)
	w.zone(table)
	w.window()
	w.roles()
	w.settings()
	w.risks()
	w.prose()
	w.order()
	if len(w.Proposals) > maxProposals {
		return nil, errors.New(d.Name + " raises more than " + strconv.Itoa(maxProposals) + " questions; import the part of it that is the plan")
	}
	return w.Draft, nil
}

// shown is the document without the characters that nobody sees and no plan may hold. Each
// row that has some is told.
func (w *drafting) shown() *Document {
	clean := &Document{Name: w.document.Name, Rows: slices.Clone(w.document.Rows)}
	for i, r := range clean.Rows {
		for j, c := range r.Cells {
			odd := hidden(c.Text)
			if len(odd) == 0 {
				continue
			}
			if &clean.Rows[i].Cells[0] == &w.document.Rows[i].Cells[0] {
				clean.Rows[i].Cells = slices.Clone(r.Cells)
			}
			clean.Rows[i].Cells[j].Text = strings.TrimSpace(strings.Map(func(c rune) rune {
				if invisible(c) {
					return -1
				}
				return c
			}, c.Text))
			w.propose(Proposal{ID: "invisible", Rule: "P01", Severity: Warning, Place: c.Place,
				What: fmt.Sprintf("%d invisible characters are left out here; the first is U+%04X", len(odd), odd[0])})
		}
	}
	return clean
}

// propose adds a proposal, under a key of its own.
func (w *drafting) propose(p Proposal) *Proposal {
	if w.ids[p.ID]++; w.ids[p.ID] > 1 {
		p.ID += "-" + strconv.Itoa(w.ids[p.ID])
	}
	w.Proposals = append(w.Proposals, &p)
	return &p
}

func (w *drafting) note(format string, args ...any) {
	w.Notes = append(w.Notes, Remark{Text: text(fmt.Sprintf(format, args...))})
}

var (
	planSuffix = regexp.MustCompile(`(?i)[\s:–-]*(hour[- ]by[- ]hour|deployment|release|cut-?over|run-?book)?\s*(plan|runbook)\s*$`)
	buildWord  = regexp.MustCompile(`(?i)\b(?:build|version|release|v)\.?\s*(\d+(?:\.\d+)+)`)
)

// heading reads the title: the release, and the build in it.
func (w *drafting) heading() {
	title := w.parts.Title
	w.Release = text(strings.TrimSpace(planSuffix.ReplaceAllString(title.Text, "")))
	if title.Text != "" && title.Text != w.Release.Value {
		w.note("Title: %s", title.Text)
	}
	if build := buildWord.FindStringSubmatch(title.Text); build != nil {
		w.Build = text(build[1])
	}
}

// facts reads what stands as "Change Number: …", and takes the year of the day for dates without one.
func (w *drafting) facts() {
	targets := map[string]*Field{"release": &w.Release, "change": &w.Change, "business": &w.Owners.Business,
		"deployment": &w.Owners.Deployment, "timezone": &w.Timezone}
	for _, f := range w.parts.facts {
		kind := factOf(f.name)
		if kind == "date" {
			if day, ok := readDate(f.value.Text, 0); ok {
				w.year = day.Year()
			}
		}
		field := targets[kind]
		if field == nil || field.Value != "" && kind != "release" || f.value.Text == "" {
			w.note("%s: %s", f.name, f.value.Text)
			continue
		}
		*field = text(f.value.Text)
	}
	if w.Release.Value == "" {
		w.Release.Ask = w.missing("release", "the document has no title")
	}
	if w.Change.Value == "" {
		w.Change.Ask = w.missing("change", "the document names no change number")
	}
}

// missing asks for a value that the document does not have.
func (w *drafting) missing(id, what string) *Proposal {
	return w.propose(Proposal{ID: id, Rule: "P08", Severity: Error, Place: w.parts.Table(Tasks).Header.Place, What: what, other: func(s string) bool { return len(s) <= 200 }})
}

// window proposes the span of what is still to be done on the day.
func (w *drafting) window() {
	var start, end string
	for _, t := range w.Tasks {
		from, until := t.Start.Value, t.End.Value
		if t.End.Ask != nil && t.End.Ask.Repair() {
			until = t.End.Ask.To
		}
		if t.done() || !isMoment(from) || !isMoment(until) {
			continue
		}
		if start == "" || from < start {
			start = from
		}
		end = max(end, until)
	}
	if start == "" {
		w.Window.Start.Ask = w.missing("window.start", "the document names no window, and no task is left to be done")
		w.Window.End.Ask = w.missing("window.end", "the document names no window, and no task is left to be done")
		return
	}
	const what, reason = "the document names no window", "it is the span of the tasks that are not completed"
	at := w.parts.Table(Tasks).Header.Place
	w.Window.Start = Field{Bare: true, Ask: w.propose(Proposal{ID: "window.start", Rule: "P08", Severity: Error, Place: at, What: what, To: start, Reason: reason})}
	w.Window.End = Field{Bare: true, Ask: w.propose(Proposal{ID: "window.end", Rule: "P08", Severity: Error, Place: at, What: what, To: end, Reason: reason})}
}

// prose keeps as notes what has no place of its own.
func (w *drafting) prose() {
	w.standby()
	for _, c := range w.parts.prose {
		switch {
		case w.parts.overview[c.Place]:
			w.note("Overview: %s", c.Text)
		case strings.Count(c.Text, " | ") >= 2:
			w.note("Roster: %s", c.Text)
		default:
			w.note("%s", c.Text)
		}
	}
}

// standby finds a mitigation that is to be built after the day it is needed on.
func (w *drafting) standby() {
	for _, c := range w.parts.prose {
		low := strings.ToLower(c.Text)
		later := strings.Contains(low, "after a successful deployment") || strings.Contains(low, "after the deployment")
		if later && (strings.Contains(low, "standby") || strings.Contains(low, "backup") || strings.Contains(low, "mitigat")) {
			w.propose(Proposal{ID: "standby", Rule: "L35", Severity: Error, Place: c.Place,
				What: "a mitigation of the risks is to be built after this deployment: on the day there is nothing to fail over to"})
		}
	}
}

// isMoment reports whether a text is a time as a plan writes it.
func isMoment(s string) bool {
	_, err := time.Parse(moment, s)
	return err == nil
}

// order sorts the proposals as the document goes.
func (w *drafting) order() {
	n, at := 1, map[Place]int{}
	for _, r := range w.document.Rows {
		at[r.Place] = n
		for _, c := range r.Cells {
			n++
			if at[c.Place] == 0 {
				at[c.Place] = n
			}
		}
		n++
	}
	slices.SortStableFunc(w.Proposals, func(a, b *Proposal) int { return cmp.Compare(at[a.Place], at[b.Place]) })
}
