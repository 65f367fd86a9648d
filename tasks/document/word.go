package document

// word.go: the paragraphs and tables of a DOCX. Text that is deleted, hidden in a field's
// code or there a second time for old programs is none of it; links, insertions and text
// boxes are. Cells merged with one above have its text, cells merged with one beside are
// blank, and a table inside a cell is the cell's text.

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// word is one Word text on its way into a document.
type word struct {
	document *Document
	text     strings.Builder // of the paragraph, or of the cell with all its paragraphs
	skip     int             // inside elements whose text is not shown
	inText   bool
	tables   int // so far
	depth    int // tables inside each other
	lines    int // rows of the table
	row      *Row
	above    []string // texts of the row above, for cells that are merged with it
	span     int      // columns of the cell
	merged   bool     // with the cell above
	bytes    int
	cells    int
	paragraphs,
	nested int // paragraphs inside each other: text boxes
}

func (d *Document) readWord(p *packed) error {
	w := &word{document: d}
	return p.elements("word/document.xml", func(token xml.Token) error {
		switch e := token.(type) {
		case xml.StartElement:
			return w.start(e)
		case xml.CharData:
			if w.inText && w.skip == 0 {
				w.bytes += len(e)
				w.text.Write(e)
			}
			if w.bytes > MaxText {
				return fmt.Errorf("it has more than %d MiB of text; import the part of it that is the plan", MaxText>>20)
			}
		case xml.EndElement:
			return w.end(e)
		}
		return nil
	})
}

// unshown reports elements whose text is not shown.
func unshown(name string) bool {
	switch name {
	case "del", "delText", "instrText", "Fallback", "moveFrom":
		return true
	}
	return false
}

func (w *word) start(e xml.StartElement) error {
	w.inText = e.Name.Local == "t"
	if unshown(e.Name.Local) {
		w.skip++
	}
	switch e.Name.Local {
	case "tbl":
		if w.depth++; w.depth == 1 {
			w.tables, w.lines, w.above = w.tables+1, 0, nil
		}
	case "tr":
		if w.depth == 1 {
			w.lines++
			w.row = &Row{Place: w.place(0)}
		}
	case "tc":
		if w.depth == 1 {
			w.text.Reset()
			w.span, w.merged = 1, false
		}
	case "gridSpan":
		if n, err := strconv.Atoi(attribute(e, "val")); err == nil && w.depth == 1 && n > 0 && n <= maxGap {
			w.span = n
		}
	case "vMerge":
		w.merged = w.merged || w.depth == 1 && attribute(e, "val") != "restart"
	case "p":
		w.nested++
	case "tab":
		if w.nested > 0 && w.skip == 0 {
			w.text.WriteByte(' ') // a tab stop's definition is outside of runs, at a paragraph's start
		}
	case "br", "cr":
		w.text.WriteByte('\n')
	case "noBreakHyphen":
		w.text.WriteByte('-')
	}
	return nil
}

func (w *word) end(e xml.EndElement) error {
	w.inText = false
	if unshown(e.Name.Local) {
		w.skip--
	}
	switch e.Name.Local {
	case "p":
		w.nested--
		if w.depth > 0 {
			w.text.WriteByte('\n')
		} else if w.nested == 0 {
			return w.paragraph()
		}
	case "tc":
		if w.depth == 1 && w.row != nil {
			return w.cell()
		}
		w.text.WriteByte('\n')
	case "tr":
		if w.depth == 1 && w.row != nil {
			row := *w.row
			w.row, w.above = nil, nil
			for _, c := range row.Cells {
				w.above = append(w.above, c.Text)
			}
			return w.document.add(row)
		}
	case "tbl":
		if w.depth--; w.depth == 0 {
			w.text.Reset()
		}
	}
	return nil
}

// paragraph adds a paragraph that stands outside of tables.
func (w *word) paragraph() error {
	w.paragraphs++
	at := Place{Name: "paragraph " + strconv.Itoa(w.paragraphs)}
	row := Row{Place: at, Cells: []Cell{{Text: tidyLines(w.text.String()), Place: at}}}
	w.text.Reset()
	return w.document.add(row)
}

// cell adds a cell to the open row.
func (w *word) cell() error {
	text, column := tidyLines(w.text.String()), len(w.row.Cells)
	if w.merged && text == "" && column < len(w.above) {
		text = w.above[column]
		w.bytes += len(text)
	}
	w.text.Reset()
	if w.cells += w.span; w.cells > maxCells || w.bytes > MaxText {
		return fmt.Errorf("it has more than %d cells, or %d MiB of texts; import the part of it that is the plan", maxCells, MaxText>>20)
	}
	for range w.span {
		w.row.Cells = append(w.row.Cells, Cell{Text: text, Place: w.place(len(w.row.Cells) + 1)})
		text = ""
	}
	return nil
}

func (w *word) place(column int) Place {
	name := fmt.Sprintf("table %d row %d", w.tables, w.lines)
	if column > 0 {
		name += " column " + strconv.Itoa(column)
	}
	return Place{Name: name}
}

// tidyLines is a text without blank lines and the white space around each line.
func tidyLines(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
