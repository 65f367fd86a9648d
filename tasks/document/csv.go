package document

// csv.go: comma-separated values, as a spreadsheet saves them.

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readCSV reads records; a comma, a semicolon or a tab separates their cells, whichever
// the file has most of outside quotes.
func (d *Document) readCSV(src []byte) error {
	if err := judgeText(src); err != nil {
		return err
	}
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	r := csv.NewReader(bytes.NewReader(src))
	r.Comma, r.FieldsPerRecord = separator(src), -1
	for last := 0; ; {
		record, err := r.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &syntax):
			return fmt.Errorf("line %d is no CSV: %w; save it again from the spreadsheet", syntax.Line, syntax.Err)
		case err != nil:
			return err
		}
		first, _ := r.FieldPos(0)
		for ; last+1 < first; last++ { // the reader skips blank lines; a table tells of them
			if err := d.add(Row{Place: Place{Line: last + 1, Col: 1}}); err != nil {
				return err
			}
		}
		row := Row{Place: Place{Line: first, Col: 1}}
		for i, text := range record {
			line, col := r.FieldPos(i)
			row.Cells = append(row.Cells, Cell{Text: tidy(text), Place: Place{Line: line, Col: col}})
		}
		if err := d.add(row); err != nil {
			return err
		}
		last = first + strings.Count(strings.Join(record, ""), "\n")
	}
}

// separator is what stands between the cells.
func separator(src []byte) rune {
	count, quoted := map[byte]int{}, false
	for _, c := range src[:min(len(src), 64<<10)] {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ';' || c == '\t'):
			count[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte(";\t") {
		if count[c] > count[best] {
			best = c
		}
	}
	return rune(best)
}

// tidy is a cell's text without the white space around it, its line feeds as LF.
func tidy(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n").Replace(s))
}
