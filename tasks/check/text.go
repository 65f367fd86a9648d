package check

// text.go: a report and a rule as a person reads them. A finding looks like an error of
// the loader: place, sentence, the line with a caret under the column, what to do.

import (
	"fmt"
	"io"
	"strings"

	"tminus/tasks/safe"
)

// Paint marks a text by the severity it is about: colours, or nothing.
type Paint func(s Severity, text string) string

// Write prints the report: every finding, then the sum.
func (rep *Report) Write(w io.Writer, paint Paint) error {
	file := safe.Line(rep.File)
	var b strings.Builder
	for _, f := range rep.Findings {
		word := string(f.Severity)
		severity := f.Severity
		if f.Waived != nil {
			word, severity = "waived "+word, Note
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n%s", file, f.At.Line, f.At.Col, paint(severity, word+" "+f.Rule), f.At.Message, f.At.Quote())
		if f.Waived != nil {
			fmt.Fprintf(&b, "          waived by %s: %s\n", safe.Line(f.Waived.By), safe.Line(f.Waived.Reason))
			continue
		}
		fmt.Fprintf(&b, "          fix: %s\n", f.Fix)
	}
	if !rep.Loaded {
		fmt.Fprintf(&b, "%s: the plan does not load; it was judged as far as it could be read\n", file)
	}
	fmt.Fprintf(&b, "%s: %s\n", file, rep.Sum())
	_, err := io.WriteString(w, b.String())
	return err
}

// Sum is the report in one line: "3 errors, 5 warnings, 1 note, 2 waived".
func (rep *Report) Sum() string {
	parts := []string{count(rep.Errors, "error"), count(rep.Warnings, "warning"), count(rep.Notes, "note")}
	if rep.Waived > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", rep.Waived))
	}
	if rep.More > 0 {
		parts = append(parts, fmt.Sprintf("%d of them not shown", rep.More))
	}
	return strings.Join(parts, ", ")
}

// First is the id of the first rule of a severity that found something not waived; "" = none did.
func (rep *Report) First(severity Severity) string {
	for _, f := range rep.Findings {
		if f.Severity == severity && f.Waived == nil {
			return f.Rule
		}
	}
	return ""
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Explain tells everything about a rule.
func (r Rule) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s · %s\n\n%s\n", r.ID, r.Severity, r.Title, r.Why)
	fmt.Fprintf(&b, "\nFix:    %s\nSource: %s\n", r.Fix, r.Source)
	if r.Waivable() {
		fmt.Fprintf(&b, "Waiver: waivers: [{rule: %s, on: ID, by: CONTACT, reason: why it may stand}]\n", r.ID)
	} else {
		b.WriteString("Waiver: none; it has to be repaired\n")
	}
	return b.String()
}

// List is all rules, one a line.
func List() string {
	var b strings.Builder
	for _, r := range Rules() {
		fmt.Fprintf(&b, "%s  %-7s  %s\n", r.ID, r.Severity, r.Title)
	}
	return b.String()
}
