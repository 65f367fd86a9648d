package document

// timing.go: when tasks start and end, what they wait for, and in which zone all that is.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a zone must be known on a machine without a zone database too

	"tminus/tasks/letters"
)

// times reads a row's start and end, and returns its day: a row without one has that of
// the row above.
func (w *drafting) times(task *Task, t *Table, i int, above time.Time) time.Time {
	key := task.ID.final()
	dated, start, end := t.Cell(task.row, "date"), t.Cell(task.row, "start"), t.Cell(task.row, "end")
	if from, until, both := strings.Cut(strings.ReplaceAll(start.Text, "–", "-"), "-"); both && end.Text == "" && !isMoment(start.Text) {
		start.Text, end.Text = strings.TrimSpace(from), strings.TrimSpace(until)
	}
	date, known := readDate(dated.Text, w.year)
	if isMoment(start.Text) && dated.Text == "" {
		date, known = readDate(start.Text, 0)
	}
	switch {
	case dated.Text == "" && !known && !above.IsZero():
		date, known = above, true
		w.propose(Proposal{ID: key + ".date", Rule: "L08", Severity: Warning, Place: task.row.Place,
			What: key + " has no date; it is read as that of the row above, " + above.Format(day)})
	case !known:
		w.doubtfulDay(task, dated, start, end)
		return above
	}
	hour, minute, ok := readClock(start.Text)
	if !ok {
		task.Start = Field{Value: strings.TrimSpace(dated.Text + " " + start.Text), Ask: w.propose(Proposal{ID: key + ".start", Rule: "P07", Severity: Error, Place: start.Place,
			What: fmt.Sprintf("the start %q of %s is no time of day", clipped(start.Text), key), other: isMoment})}
	} else {
		task.Start = Field{Value: at(date, hour, minute), Bare: true}
	}
	w.ending(task, t, i, date, end)
	return date
}

// ending reads when a task ends; where the document does not say, the next row's start is proposed.
func (w *drafting) ending(task *Task, t *Table, i int, date time.Time, cell Cell) {
	key := task.ID.final()
	p := Proposal{ID: key + ".end", Rule: "P08", Severity: Error, Place: cell.Place, From: cell.Text}
	hour, minute, ok := readClock(cell.Text)
	if ok && isMoment(cell.Text) {
		date, _ = readDate(cell.Text, 0)
	}
	switch end := at(date, hour, minute); {
	case ok && (end >= task.Start.Value || !isMoment(task.Start.Value)):
		task.End = Field{Value: end, Bare: true}
		return
	case ok:
		p.What, p.Reason = fmt.Sprintf("%s ends at %s, before it starts", key, cell.Text), "it goes on past midnight"
		p.To = at(date.AddDate(0, 0, 1), hour, minute)
	default:
		p.What = key + " has no end"
		if cell.Text != "" {
			p.What = fmt.Sprintf("the end %q of %s is no time of day", clipped(cell.Text), key)
		}
		p.other = isMoment
		if i+1 < len(t.Rows) {
			next := t.Rows[i+1]
			day, same := readDate(t.Cell(next, "date").Text, w.year)
			hour, minute, ok := readClock(t.Cell(next, "start").Text)
			if proposed := at(date, hour, minute); ok && (same && day.Equal(date) || t.Cell(next, "date").Text == "") && proposed > task.Start.Value {
				p.To, p.Reason = proposed, "the next row starts then"
			}
		}
	}
	task.End = Field{Value: cell.Text, Ask: w.propose(p)}
}

// doubtfulDay asks about a date that can be meant in two ways, or in none.
func (w *drafting) doubtfulDay(task *Task, dated, start, end Cell) {
	for _, f := range []struct {
		field *Field
		name  string
		clock Cell
	}{{&task.Start, "start", start}, {&task.End, "end", end}} {
		p := Proposal{ID: task.ID.final() + "." + f.name, Rule: "L08", Severity: Error, Place: dated.Place, other: isMoment,
			What: fmt.Sprintf("the date %q of %s is none that can be read", clipped(dated.Text), task.ID.final())}
		if hour, minute, ok := readClock(f.clock.Text); ok {
			for i, date := range orders(dated.Text) {
				p.What = fmt.Sprintf("the date %q of %s can be meant in two ways", dated.Text, task.ID.final())
				p.Candidates = append(p.Candidates, Candidate{at(date, hour, minute), []string{"the day first", "the month first"}[i]})
			}
		}
		*f.field = Field{Value: strings.TrimSpace(dated.Text + " " + f.clock.Text), Ask: w.propose(p)}
	}
}

var and = regexp.MustCompile(`(?i)\s+and\s+|&|\+`)

// after reads what a task waits for.
func (w *drafting) after(i int, t *Table, key string) {
	task := &w.Tasks[i]
	cell := t.Cell(task.row, "after")
	if cell.Text == "" {
		w.blankDependency(i, t, key)
		return
	}
	if none(cell.Text) {
		return
	}
	for _, name := range parts(and.ReplaceAllString(cell.Text, ","), ",;\n") {
		f := text(name)
		found := w.task(name)
		if found == nil {
			found = w.task(letters.ASCII(name))
		}
		p := Proposal{ID: key + ".after", Rule: rowRule(t, task.row), Severity: Error, Place: cell.Place, From: name, was: spelled(name)}
		switch {
		case found != nil && found.ID.final() == name:
		case found != nil:
			if letters.ASCII(name) != name {
				w.Figures.Foreign += len(foreign(name))
			}
			p.What, p.To = fmt.Sprintf("%s waits for %s, which is no task", key, spelled(name)), found.ID.final()
			p.Reason = fmt.Sprintf("its letters look like the task's %s on %s", found.ID.final(), placeOf(found.row.Place))
			p.was += ", which is no task"
			f.Ask = w.propose(p)
		default:
			p.Rule, p.What, p.other, p.none = "L02", fmt.Sprintf("%s waits for %q, which is no task", key, clipped(name)), w.isTask, "-"
			for _, other := range w.Tasks[:min(len(w.Tasks), 500)] {
				if id := other.ID.final(); id != key && letters.Distance(id, letters.ASCII(name)) == 1 && len(p.Candidates) < 5 {
					p.Candidates = append(p.Candidates, Candidate{id, "one wrong character away from " + name})
				}
			}
			f.Ask = w.propose(p)
		}
		task.After = append(task.After, f)
	}
}

func (w *drafting) isTask(id string) bool { return w.task(id) != nil }

func placeOf(p Place) string {
	if p.Name == "" {
		return fmt.Sprintf("line %d", p.Line)
	}
	return p.Name
}

// blankDependency asks about an empty cell where others say "-" for nothing, and in the
// last row: as written, the last task could be the first.
func (w *drafting) blankDependency(i int, t *Table, key string) {
	dashed := slices.ContainsFunc(t.Rows, func(r Row) bool { s := t.Cell(r, "after").Text; return s != "" && none(s) })
	if i == 0 || !t.has("after") || !dashed && i+1 < len(t.Rows) {
		return
	}
	task, before := &w.Tasks[i], &w.Tasks[i-1]
	p := Proposal{ID: key + ".after", Rule: "L04", Severity: Error, Place: t.Cell(task.row, "after").Place,
		What: "the dependency of " + key + " is empty: as written it could start first", none: "-", other: w.isTask}
	reason := "the row before it"
	if before.End.Value == task.Start.Value {
		reason += ", which ends when " + key + " starts"
	}
	p.Candidates = []Candidate{{before.ID.final(), reason}, {"-", "it waits for nothing"}}
	task.After = []Field{{Ask: w.propose(p)}}
}

var (
	ianaZone  = regexp.MustCompile(`\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+\b`)
	fourFour  = regexp.MustCompile(`^\d{4} \d{4}$`)
	plus      = regexp.MustCompile(`^\+\d+`)
	mailPlace = regexp.MustCompile(`(?i)\.([a-z]{2})$`)
)

// zone reads the time zone, or asks for it with what the document gives away.
func (w *drafting) zone(t *Table) {
	if isZone(w.Timezone.Value) {
		return
	}
	if name := ianaZone.FindString(w.Timezone.Value); isZone(name) {
		w.Timezone = Field{Value: name, Was: w.Timezone.Value}
		return
	}
	p := Proposal{ID: "timezone", Rule: "L09", Severity: Error, Place: t.Header.Place, other: isZone,
		What: "the document names no time zone: nobody else knows when 16:00 is"}
	if w.Timezone.Value != "" {
		p.From, p.What = w.Timezone.Value, fmt.Sprintf("the time zone %q can be meant in several ways", clipped(w.Timezone.Value))
	}
	p.Candidates = w.zones()
	w.Timezone.Ask = w.propose(p)
}

// isZone reports a name of the zone database.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && (name == "UTC" || ianaZone.FindString(name) != "")
}

// zones lists the zones that contacts give away: by the country of an address or a number.
func (w *drafting) zones() []Candidate {
	countries := map[string]string{"sg": "Asia/Singapore", "hk": "Asia/Hong_Kong", "my": "Asia/Kuala_Lumpur", "jp": "Asia/Tokyo", "in": "Asia/Kolkata",
		"de": "Europe/Berlin", "uk": "Europe/London", "ie": "Europe/Dublin", "fr": "Europe/Paris", "nl": "Europe/Amsterdam", "ch": "Europe/Zurich", "at": "Europe/Vienna"}
	codes := map[string]string{"+65": "sg", "+852": "hk", "+60": "my", "+81": "jp", "+91": "in", "+49": "de", "+44": "uk", "+353": "ie", "+33": "fr", "+31": "nl", "+41": "ch", "+43": "at"}
	var found []Candidate
	add := func(zone, reason string) {
		if zone != "" && !slices.ContainsFunc(found, func(c Candidate) bool { return c.Value == zone }) {
			found = append(found, Candidate{zone, reason})
		}
	}
	grouped := 0
	for _, c := range w.Contacts {
		if m := mailPlace.FindStringSubmatch(c.Email.Value); m != nil {
			add(countries[strings.ToLower(m[1])], "e-mail addresses end in ."+m[1])
		}
		for code, country := range codes {
			if plus.MatchString(c.Phone.Value) && strings.HasPrefix(c.Phone.Value, code) {
				add(countries[country], "telephone numbers begin with "+code)
			}
		}
		if fourFour.MatchString(c.Phone.Value) {
			grouped++
		}
	}
	if grouped > 0 && grouped == len(w.Contacts) {
		const eight = "every telephone number is eight digits, written four and four, without a country code, as in "
		add("Asia/Singapore", eight+"Singapore")
		add("Asia/Hong_Kong", eight+"Hong Kong, which has the same time")
	}
	return found
}
