package export

// cell.go: single cells, found and replaced in the bytes of the document. The white space
// around a cell's text is nobody's, and stays.

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tminus/tasks/document"
)

// edit is a cell to be written anew.
type edit struct {
	row    document.Row
	column int
	Change
}

// text is the text of a row of the table in a named column.
func (w *writing) text(row int, column string) string {
	at, ok := w.table.Columns[column]
	if cells := w.table.Rows[row].Cells; ok && at < len(cells) {
		return cells[at].Text
	}
	return ""
}

// column is the texts of a column, of as many rows as are looked at for its style.
func (w *writing) column(name string) []string {
	const looked = 50
	texts := make([]string, min(len(w.table.Rows), looked))
	for i := range texts {
		texts[i] = w.text(i, name)
	}
	return texts
}

// set writes a cell of the table, if the table has the column and the cell says something else.
func (w *writing) set(row int, column, task, to, why string, repair *document.Proposal) {
	at, ok := w.table.Columns[column]
	from := w.text(row, column)
	if !ok || from == to {
		return
	}
	c := Change{Task: task, Column: headingOf(w.table, at), From: from, To: to, Why: why}
	if repair != nil && repair.Repair() && repair.To == to {
		c.said = repair.Change()
	}
	w.edit(w.table.Rows[row], at, c)
}

// headingOf is what a column is called; one without a heading by its number.
func headingOf(t *document.Table, column int) string {
	if column < len(t.Header.Cells) && t.Header.Cells[column].Text != "" {
		return t.Header.Cells[column].Text
	}
	return "column " + strconv.Itoa(column+1)
}

// edit takes a change on, unless the cell is more than its place in the file: its text goes
// on below, or holds characters that nobody sees.
func (w *writing) edit(row document.Row, column int, c Change) {
	c.To, c.Place = inCell(c.To), row.Place
	own, text, written := ownCells(row), "", ""
	if column < len(row.Cells) {
		text = row.Cells[column].Text
	}
	if column < len(own) {
		c.Place, written = own[column].Place, string(bytes.TrimSpace(w.src[own[column].From:own[column].To]))
	}
	if text != written {
		w.leave("%s: %s, %s would be %q, but its text goes on in another line", c.Place, c.Task, c.Column, c.To)
		return
	}
	row.Cells = own
	w.edits = append(w.edits, edit{row, column, c})
}

// ownCells is the cells that stand in the row's own line: a cell of which only the lines
// below tell has no bytes there.
func ownCells(row document.Row) []document.Cell {
	n := len(row.Cells)
	for n > 0 && row.Cells[n-1].To == 0 {
		n--
	}
	return row.Cells[:n]
}

// inCell is a text without what ends a cell, or a text file.
func inCell(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s)
}

// apply makes the edits, and returns the document with them.
func (w *writing) apply() []byte {
	slices.SortStableFunc(w.edits, func(a, b edit) int {
		return cmp.Or(a.row.Place.Line-b.row.Place.Line, a.column-b.column)
	})
	var out []byte
	at, grown, line := 0, 0, 0 // grown: columns that the line has by now
	for _, e := range w.edits {
		if e.row.Place.Line != line {
			line, grown = e.row.Place.Line, 0
		}
		from, to, lacking := w.find(e.row, e.column)
		if lacking > 0 {
			lacking -= grown
			grown += lacking
		}
		out = append(out, w.src[at:from]...)
		out = append(out, strings.Repeat("\t", lacking)+e.To...)
		at = to
	}
	return append(out, w.src[at:]...)
}

// find is the bytes of a cell's text, and how many tabs its row lacks before it.
func (w *writing) find(row document.Row, column int) (from, to, lacking int) {
	if column < len(row.Cells) {
		c := row.Cells[column]
		text := w.src[c.From:c.To]
		from = c.From + len(text) - len(bytes.TrimLeftFunc(text, unicode.IsSpace))
		return min(from, c.To), max(from, c.From+len(bytes.TrimRightFunc(text, unicode.IsSpace))), 0
	}
	// The reader leaves blank cells at the end of a row away.
	from = row.Cells[len(row.Cells)-1].To
	to = from
	for n := len(row.Cells); n <= column; n++ {
		if lacking > 0 || to >= len(w.src) || w.src[to] != '\t' {
			lacking++
			continue
		}
		from = to + 1
		to = from
		for to < len(w.src) && !strings.ContainsRune("\t\r\n", rune(w.src[to])) {
			to++
		}
	}
	if lacking > 0 {
		from = to
	}
	return from, to, lacking
}

// changes is what the edits come to.
func (w *writing) changes() []Change {
	var all []Change
	for _, e := range w.edits {
		all = append(all, e.Change)
	}
	return all
}

// words is a text as its lower-case words alone.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), " ")
}
