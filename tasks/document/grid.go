package document

// grid.go: where the cells of a sheet stand: gaps, merged cells, dates.

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxGap is how many rows and columns a sheet may leave out before a cell.
const maxGap = 1_000

// grid lays the cells of one sheet into rows.
type grid struct {
	sheet  string
	open   *Row
	line   int // of the open row, or the last one
	column int // after the last cell of the open row
	merges []string
}

// row begins a row; the rows that the sheet leaves out are blank ones.
func (g *grid) row(d *Document, number string) error {
	if err := g.end(d); err != nil {
		return err
	}
	line, err := strconv.Atoi(number)
	if err != nil {
		line = g.line + 1 // the number may be left out
	}
	if line <= g.line || line-g.line > maxGap {
		return fmt.Errorf("its sheet %q goes from row %d to row %d; import a sheet that holds the plan alone", clipped(g.sheet), g.line, line)
	}
	for g.line++; g.line < line; g.line++ {
		if err := d.add(Row{Place: g.place(0, g.line)}); err != nil {
			return err
		}
	}
	g.open, g.column = &Row{Place: g.place(0, line)}, 0
	return nil
}

// put adds a cell to the open row.
func (g *grid) put(w *workbook, c *sheetCell) error {
	column := g.column
	if c.ref != "" {
		column, _ = reference(c.ref)
	}
	if g.open == nil || column < g.column || column-g.column > maxGap {
		return fmt.Errorf("its cell %q stands where no cell can; save it again", clipped(c.ref))
	}
	text, err := w.text(c)
	if err != nil {
		return err
	}
	w.bytes += len(text)
	if w.cells += column - g.column + 1; w.cells > maxCells || w.bytes > MaxText {
		return fmt.Errorf("it has more than %d cells, or %d MiB of texts; import the part of it that is the plan", maxCells, MaxText>>20)
	}
	for ; g.column < column; g.column++ {
		g.open.Cells = append(g.open.Cells, Cell{Place: g.place(g.column, g.line)})
	}
	g.open.Cells = append(g.open.Cells, Cell{Text: text, Place: g.place(column, g.line)})
	g.column++
	return nil
}

// end closes the open row.
func (g *grid) end(d *Document) error {
	if g.open == nil {
		return nil
	}
	row := *g.open
	g.open = nil
	return d.add(row)
}

// fill gives the cells that are merged with one above them its text: one date for five
// tasks is each one's date. Cells merged with one beside them stay blank.
func (g *grid) fill(rows []Row) {
	filled := 0
	for _, merge := range g.merges {
		from, to, _ := strings.Cut(merge, ":")
		column, top := reference(from)
		_, bottom := reference(to)
		if column < 0 || top < 1 || top > len(rows) {
			continue
		}
		text := rows[top-1].cell(column).Text
		for line := top + 1; line <= min(bottom, len(rows)) && text != "" && filled < maxCells; line++ {
			row := &rows[line-1]
			for len(row.Cells) <= column {
				row.Cells = append(row.Cells, Cell{Place: g.place(len(row.Cells), line)})
			}
			row.Cells[column].Text = text
			filled++
		}
	}
}

// place names a cell: Plan!B7.
func (g *grid) place(column, line int) Place {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return Place{Name: g.sheet + "!" + name + strconv.Itoa(line)}
}

// reference reads B7: column 1 (from 0), row 7; -1 and 0 for what is none.
func reference(ref string) (column, line int) {
	letters := strings.TrimRight(ref, "0123456789")
	line, err := strconv.Atoi(ref[len(letters):])
	if err != nil || letters == "" || len(letters) > 3 {
		return -1, 0
	}
	for _, c := range letters {
		if c < 'A' || c > 'Z' {
			return -1, 0
		}
		column = column*26 + int(c-'A') + 1
	}
	return column - 1, line
}

// numberStyle is what a number is shown as.
type numberStyle int

const (
	aNumber numberStyle = iota
	aDate
	aTime
	aMoment // both
)

// styleOf judges a number format, by its code or, when it has none of its own, its number.
func styleOf(id, code string) numberStyle {
	if code == "" {
		switch n, _ := strconv.Atoi(id); {
		case n >= 14 && n <= 17, n >= 27 && n <= 31, n == 36, n >= 50 && n <= 58:
			return aDate
		case n >= 18 && n <= 21, n >= 32 && n <= 35, n >= 45 && n <= 47:
			return aTime
		case n == 22:
			return aMoment
		}
		return aNumber
	}
	var letters strings.Builder
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case c == ';':
			i = len(code) // what follows is for negative numbers
		case !bracket:
			letters.WriteByte(c | 0x20)
		}
	}
	day, clock := strings.ContainsAny(letters.String(), "dy"), strings.ContainsAny(letters.String(), "hs")
	switch {
	case strings.Contains(letters.String(), "general"):
		return aNumber
	case day && clock:
		return aMoment
	case day:
		return aDate
	case clock:
		return aTime
	}
	return aNumber
}

// epoch is when a workbook's days begin to count.
type epoch struct{ of1904 bool }

// show writes a day number as a date, a time of day or both.
func (e epoch) show(number float64, style numberStyle) string {
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC) // with the leap day that 1900 has in workbooks only
	if e.of1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if number < 0 || number > 1e6 || math.IsNaN(number) {
		return strconv.FormatFloat(number, 'g', 15, 64)
	}
	days, part := math.Modf(number)
	at := start.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	switch {
	case style == aDate && part == 0:
		return at.Format("2006-01-02")
	case style == aTime && days == 0:
		return at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}
