package document

// parts.go: a document taken apart, row by row.

import (
	"strings"
)

// fact is a name and what the document says about it.
type fact struct {
	name  string
	value Cell
}

// Parts is a document taken apart. Each row is in one of them.
type Parts struct {
	Title      Cell
	Tables     []*Table
	facts      []fact // change number, owners, date of deployment
	settings   []fact // rows of the configuration table
	monitoring []Cell
	prose      []Cell // what remains, headings left out
	overview   map[Place]bool
}

// Take takes a document apart.
func Take(d *Document) *Parts {
	w := &walk{parts: &Parts{overview: map[Place]bool{}}, known: allHeadings()}
	for _, r := range d.Rows {
		w.row(r)
	}
	return w.parts
}

// Table is the first table of a kind, or nil.
func (p *Parts) Table(k Kind) *Table {
	for _, t := range p.Tables {
		if t.Kind == k {
			return t
		}
	}
	return nil
}

// walk is where in a document the taking apart has come.
type walk struct {
	parts   *Parts
	known   []headings
	section section
	table   *Table
	blank   []Place // rows since the last one of the table
}

func (w *walk) row(r Row) {
	text, column, alone := r.alone()
	switch t := headed(r, w.known); {
	case r.filled() == 0:
		w.blank = append(w.blank, r.Place)
		return
	case t != nil:
		w.parts.Tables = append(w.parts.Tables, t)
		w.table, w.section = t, noSection
	case alone && sectionOf(text) != noSection:
		w.table, w.section = nil, sectionOf(text)
	case alone && column > 0 && w.table != nil && len(w.table.Rows) > 0:
		w.continued(column, text)
	case w.table != nil && !alone:
		if len(w.table.Rows) > 0 {
			w.table.Blank = append(w.table.Blank, w.blank...)
		}
		w.table.Rows = append(w.table.Rows, r)
	default:
		w.outside(r, alone)
	}
	w.blank = nil
}

// continued adds a line to a cell of the table's last row.
func (w *walk) continued(column int, text string) {
	row := &w.table.Rows[len(w.table.Rows)-1]
	for len(row.Cells) <= column {
		row.Cells = append(row.Cells, Cell{Place: row.Place})
	}
	row.Cells[column].Text = strings.TrimPrefix(row.Cells[column].Text+"\n"+text, "\n")
}

// outside sorts a row that stands in no table.
func (w *walk) outside(r Row, alone bool) {
	w.table = nil
	p, first := w.parts, r.Cells[0]
	if alone {
		first = r.Cells[len(r.Cells)-1]
	}
	name, value, pair := strings.Cut(first.Text, ":")
	switch {
	case w.section == monitoringSection:
		for _, c := range r.Cells {
			if c.Text != "" {
				p.monitoring = append(p.monitoring, c)
			}
		}
	case w.section == configurationSection && (!alone || len(first.Text) < 40 && !pair):
		p.settings = append(p.settings, fact{first.Text, joined(r, 1)})
	case !alone && len(r.Cells) == 2 && factOf(first.Text) != "":
		p.facts = append(p.facts, fact{strings.TrimRight(first.Text, ": "), r.Cells[1]})
	case alone && pair && factOf(name) != "":
		p.facts = append(p.facts, fact{name, Cell{Text: strings.TrimSpace(value), Place: first.Place}})
	case p.Title.Text == "" && alone:
		p.Title = first
	default:
		c := joined(r, 0)
		if w.section == overviewSection {
			p.overview[c.Place] = true
		}
		p.prose = append(p.prose, c)
	}
}

// joined is the cells of a row from one on, as one.
func joined(r Row, from int) Cell {
	var texts []string
	at := r.cell(from)
	for i := len(r.Cells) - 1; i >= from; i-- {
		if c := r.Cells[i]; c.Text != "" {
			texts, at = append([]string{c.Text}, texts...), c
		}
	}
	at.Text = strings.Join(texts, " | ")
	return at
}

// factOf is what a name stands for outside of tables; "" = nothing a plan has a place for.
func factOf(name string) string {
	switch words(name) {
	case "change number", "change", "change no", "change id", "change ticket", "change request":
		return "change"
	case "business owner":
		return "business"
	case "deployment owner", "release owner", "technical owner":
		return "deployment"
	case "date of deployment", "deployment date", "date":
		return "date"
	case "time zone", "timezone", "zone":
		return "timezone"
	case "release", "build", "system":
		return "release"
	}
	return ""
}
