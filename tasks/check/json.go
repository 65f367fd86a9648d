package check

// json.go: a report for programs. The shape is documented in docs/check.md and stable:
// keys are added, never renamed.

import (
	"encoding/json"
	"io"
)

type jsonReport struct {
	File     string        `json:"file"`
	SHA256   string        `json:"sha256,omitempty"` // of the file; "" = it was not read to its end
	Loaded   bool          `json:"loaded"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Notes    int           `json:"notes"`
	Waived   int           `json:"waived"`
	More     int           `json:"more"` // counted and not listed
	Findings []jsonFinding `json:"findings"`
}

type jsonFinding struct {
	Rule     string      `json:"rule"`
	Severity Severity    `json:"severity"`
	Title    string      `json:"title"`
	On       string      `json:"on,omitempty"`
	Line     int         `json:"line"`
	Column   int         `json:"column"` // in characters, from 1
	Message  string      `json:"message"`
	Fix      string      `json:"fix"`
	Excerpt  string      `json:"excerpt,omitempty"`
	Waived   *jsonWaiver `json:"waived,omitempty"`
}

type jsonWaiver struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// WriteJSON writes the report as one JSON object.
func (rep *Report) WriteJSON(w io.Writer) error {
	out := jsonReport{
		File: rep.File, SHA256: rep.Hash, Loaded: rep.Loaded, More: rep.More, Findings: make([]jsonFinding, 0, len(rep.Findings)),
		Errors: rep.Errors, Warnings: rep.Warnings, Notes: rep.Notes, Waived: rep.Waived,
	}
	for _, f := range rep.Findings {
		j := jsonFinding{Rule: f.Rule, Severity: f.Severity, Title: f.Title, On: f.On, Line: f.At.Line, Column: f.At.Col,
			Message: f.At.Message, Fix: f.Fix, Excerpt: f.At.Excerpt}
		if f.Waived != nil {
			j.Waived = &jsonWaiver{f.Waived.By, f.Waived.Reason}
		}
		out.Findings = append(out.Findings, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}
