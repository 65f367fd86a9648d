package document

// workbook.go: the sheets of an XLSX: raw cells and what their number formats make of
// them. A date is a number with a date's format there; shown in the order of whoever
// looks, so it is read from the number.
//
// The part is read as a stream: libraries lay a sheet out cell by cell, and a sheet may
// say that its one cell stands in row 1,048,576.

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// workbook is one XLSX on its way into a document.
type workbook struct {
	document *Document
	packed   *packed
	shared   []string      // texts that cells name by number
	formats  []numberStyle // of cells, by the number of their style
	since    epoch
	bytes    int // of texts, all cells together
	cells    int
}

func (d *Document) readWorkbook(p *packed) error {
	w := &workbook{document: d, packed: p}
	targets, err := p.targets("xl/workbook.xml")
	if err != nil {
		return err
	}
	type sheet struct{ name, part string }
	var sheets []sheet
	err = p.elements("xl/workbook.xml", func(token xml.Token) error {
		e, _ := token.(xml.StartElement)
		switch e.Name.Local {
		case "workbookPr":
			w.since.of1904 = attribute(e, "date1904") == "1" || attribute(e, "date1904") == "true"
		case "sheet":
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" { // r:id; sheetId is another
					sheets = append(sheets, sheet{attribute(e, "name"), targets[a.Value]})
				}
			}
		}
		return nil
	})
	if err = errors.Join(err, w.readShared(), w.readStyles()); err != nil {
		return err
	}
	for _, s := range sheets {
		if p.parts[s.part] == nil {
			continue // a chart
		}
		if err := w.readSheet(s.name, s.part); err != nil {
			return err
		}
	}
	return nil
}

// readShared reads the texts of cells. Runs of one text are joined; phonetic hints are none of it.
func (w *workbook) readShared() error {
	var text strings.Builder
	var inText, inHint bool
	return w.packed.elements("xl/sharedStrings.xml", func(token xml.Token) error {
		switch e := token.(type) {
		case xml.StartElement:
			inText, inHint = e.Name.Local == "t", inHint || e.Name.Local == "rPh"
		case xml.CharData:
			if inText && !inHint {
				text.Write(e)
			}
		case xml.EndElement:
			inText = false
			switch e.Name.Local {
			case "rPh":
				inHint = false
			case "si":
				w.shared = append(w.shared, tidy(text.String()))
				text.Reset()
			}
		}
		return nil
	})
}

// readStyles reads which styles show a number as a date or a time.
func (w *workbook) readStyles() error {
	own, inCells := map[string]string{}, false
	return w.packed.elements("xl/styles.xml", func(token xml.Token) error {
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				own[attribute(e, "numFmtId")] = attribute(e, "formatCode")
			case "cellXfs":
				inCells = true
			case "xf":
				if inCells {
					id := attribute(e, "numFmtId")
					w.formats = append(w.formats, styleOf(id, own[id]))
				}
			}
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				inCells = false
			}
		}
		return nil
	})
}

// sheetCell is a cell while its elements are read.
type sheetCell struct {
	ref, kind string
	style     int
	value     strings.Builder
}

// readSheet reads one sheet. Its name is a heading when it says what the sheet holds and no header does.
func (w *workbook) readSheet(name, part string) error {
	if sectionOf(name) > otherSection {
		if err := w.document.add(Row{Place: Place{Name: name}, Cells: []Cell{{Text: name, Place: Place{Name: name}}}}); err != nil {
			return err
		}
	}
	g, first := grid{sheet: name}, len(w.document.Rows)
	var cell *sheetCell
	var inValue, inHint bool
	err := w.packed.elements(part, func(token xml.Token) error {
		switch e := token.(type) {
		case xml.StartElement:
			inValue = e.Name.Local == "v" || e.Name.Local == "t"
			switch e.Name.Local {
			case "row":
				return g.row(w.document, attribute(e, "r"))
			case "c":
				style, _ := strconv.Atoi(attribute(e, "s"))
				cell = &sheetCell{ref: attribute(e, "r"), kind: attribute(e, "t"), style: style}
			case "rPh":
				inHint = true
			case "mergeCell":
				g.merges = append(g.merges, attribute(e, "ref"))
			}
		case xml.CharData:
			if inValue && !inHint && cell != nil {
				cell.value.Write(e)
			}
		case xml.EndElement:
			inValue = false
			switch {
			case e.Name.Local == "rPh":
				inHint = false
			case e.Name.Local == "c" && cell != nil:
				put := cell
				cell = nil
				return g.put(w, put)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err = g.end(w.document); err != nil {
		return err
	}
	g.fill(w.document.Rows[first:])
	return nil
}

// text is what a cell says.
func (w *workbook) text(c *sheetCell) (string, error) {
	raw := c.value.String()
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(raw)
		if err != nil || i < 0 || i >= len(w.shared) {
			return "", fmt.Errorf("its cell %s names the text %q, which it does not hold; save it again", c.ref, raw)
		}
		return w.shared[i], nil
	case "b":
		return map[string]string{"1": "Yes", "0": "No"}[raw], nil
	case "str", "inlineStr", "e", "d":
		return tidy(raw), nil
	}
	number, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return tidy(raw), nil
	}
	if c.style >= 0 && c.style < len(w.formats) && w.formats[c.style] != aNumber {
		return w.since.show(number, w.formats[c.style]), nil
	}
	return strconv.FormatFloat(number, 'g', 15, 64), nil
}
