package document

// document.go: what every reader makes of a file: rows of cells, each with its place.

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
)

// The bounds of a document. Hour-by-hour plans have some hundred rows.
const (
	MaxText   = 4 << 20  // bytes of a text or CSV, and of the texts of a workbook or a Word file together
	MaxPacked = 16 << 20 // bytes of any file
	maxRows   = 20_000
	maxCells  = 100_000
)

// Document is a file as rows from top to bottom.
type Document struct {
	Name string // as it was named; stands in messages only
	Rows []Row
}

// Row is a line of a text, a row of a table or of a sheet, or a paragraph: a row of one
// cell. Blank rows are kept: a blank row inside a table is worth a word.
type Row struct {
	Place Place
	Cells []Cell
}

// Cell is one text at one place.
type Cell struct {
	Text  string // without white space around it; line feeds are LF
	Place Place
	// From and To are the cell's first byte and the one after its last, in the file of a
	// text; both 0 elsewhere.
	From, To int
}

// Place is where something stands: by line and column in a text, by name elsewhere.
type Place struct {
	Line, Col int    // from 1; columns count characters
	Name      string // "Plan!B7", "table 2 row 3 column 1", "paragraph 4"
}

func (p Place) String() string {
	switch {
	case p.Name != "":
		return p.Name
	case p.Line == 0:
		return "the document"
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Col)
}

// Read makes a document of a file's bytes: a workbook (XLSX), a Word file (DOCX), a CSV
// (by the ending of its name) or a text with tabs between the cells. What is too large,
// damaged, or no such file is refused with a sentence that says what to do.
func Read(name string, src []byte) (*Document, error) {
	if len(src) > MaxPacked {
		return nil, TooLarge(name)
	}
	d := &Document{Name: name}
	var err error
	switch {
	case bytes.HasPrefix(src, []byte("PK\x03\x04")):
		err = d.readPacked(src)
	case bytes.HasPrefix(src, []byte("\xD0\xCF\x11\xE0")):
		err = fmt.Errorf("it is a file of an old Word or Excel, or one with a password; save it without one as .docx or .xlsx")
	case bytes.HasPrefix(src, []byte("%PDF-")):
		err = fmt.Errorf("it is a PDF, which holds no tables; import the document it was made from")
	case strings.EqualFold(filepath.Ext(name), ".csv"):
		err = d.readCSV(src)
	default:
		err = d.readText(src)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return d, nil
}

// TooLarge refuses a file that is larger than any document, for whoever read no further.
func TooLarge(name string) error {
	return fmt.Errorf("%s cannot be read: it is larger than %d MiB; take pictures and old versions out of it", name, MaxPacked>>20)
}

// add appends a row, without the blank cells at its end, within the bounds.
func (d *Document) add(r Row) error {
	for len(r.Cells) > 0 && r.Cells[len(r.Cells)-1].Text == "" {
		r.Cells = r.Cells[:len(r.Cells)-1]
	}
	if len(d.Rows) == maxRows {
		return fmt.Errorf("it has more than %d rows; import the part of it that is the plan", maxRows)
	}
	d.Rows = append(d.Rows, r)
	return nil
}

// filled is how many cells hold a text.
func (r Row) filled() int {
	n := 0
	for _, c := range r.Cells {
		if c.Text != "" {
			n++
		}
	}
	return n
}

// alone is the only text of a row that holds one.
func (r Row) alone() (text string, column int, ok bool) {
	if r.filled() != 1 {
		return "", 0, false
	}
	return r.Cells[len(r.Cells)-1].Text, len(r.Cells) - 1, true // the blank ones behind it are gone
}

// cell is the cell of a column; a short row has a blank one there.
func (r Row) cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{Place: r.Place}
	}
	return r.Cells[column]
}
