package plan

// finding.go: what is wrong with a plan file, as a person reads it.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxFindings is how many findings are told one by one; the rest is a number.
const maxFindings = 100

// maxKept is how many findings are kept to be sorted, so that a hostile file fills no memory.
const maxKept = 10_000

// Finding is one thing wrong at one place of a plan file.
type Finding struct {
	Rule      string // the kind of mistake, P01 to P18
	Line, Col int    // from 1; columns count characters
	Message   string // what is wrong
	Expected  string // what was expected there
	Nearest   string // the valid name that was probably meant, "" = none is near
	Excerpt   string // the line, or the part of it around the column
	Caret     int    // where in the excerpt the column is, from 1
}

// Errors is everything wrong with one plan file, in the order of the file.
type Errors struct {
	File     string
	Findings []Finding
	More     int // findings beyond the ones told
}

// Error tells every finding: its place, the line with a caret under the column, what was
// expected, and the nearest valid name.
func (e *Errors) Error() string {
	var b strings.Builder
	for _, f := range e.Findings {
		fmt.Fprintf(&b, "%s:%d:%d: %s\n", e.File, f.Line, f.Col, f.Message)
		b.WriteString(f.Quote())
		if f.Expected != "" {
			fmt.Fprintf(&b, "          expected %s\n", f.Expected)
		}
		if f.Nearest != "" {
			fmt.Fprintf(&b, "          did you mean %q?\n", f.Nearest)
		}
	}
	switch total := len(e.Findings) + e.More; {
	case e.More > 0:
		fmt.Fprintf(&b, "%s: %d errors, the first %d shown", e.File, total, len(e.Findings))
	case total == 1:
		fmt.Fprintf(&b, "%s: 1 error", e.File)
	default:
		fmt.Fprintf(&b, "%s: %d errors", e.File, total)
	}
	return b.String()
}

// Quote is the finding's line with a caret under the column; "" when there is no line to show.
func (f Finding) Quote() string {
	if f.Caret == 0 {
		return ""
	}
	return fmt.Sprintf("  %5d | %s\n        | %s^\n", f.Line, f.Excerpt, strings.Repeat(" ", f.Caret-1))
}

// newErrors sorts the findings by place, and bounds them.
func newErrors(file string, found []Finding, more int) *Errors {
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	kept := found[:min(len(found), maxFindings)]
	return &Errors{File: shown(file), Findings: kept, More: more + len(found) - len(kept)}
}

// shown is a value as a message quotes it: short, and with nothing in it that a terminal obeys.
func shown(s string) string { return clipped(s, 60) }

// clipped is shown with another width, in characters.
func clipped(s string, width int) string {
	var b strings.Builder
	for i, r := range []rune(s[:min(len(s), 4*width)]) {
		if i == width {
			return b.String() + "…"
		}
		if !visible(r) || r == '\n' || r == '\t' {
			r = '\uFFFD'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// quoted is shown in quotes.
func quoted(s string) string { return `"` + shown(s) + `"` }
