package cli

// checktests.go: the smoke tests of a plan that is checked: what is wrong with their files, below the plan's findings.

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"tminus/tasks/check"
	"tminus/tasks/safe"
)

// amissTests is what is wrong with the smoke tests, a problem each, of several lines: its place, the line, what to write.
// Those of a plan that does not load cannot be told.
func amissTests(p Program, report *check.Report, path string) []string {
	if p.JudgeTests == nil || !report.Loaded {
		return nil
	}
	err := p.JudgeTests(path)
	if err == nil {
		return nil
	}
	var problems []string
	for line := range strings.Lines(err.Error()) {
		line = safe.Line(strings.TrimRight(line, "\r\n"))
		if n := len(problems); n > 0 && (line == "" || strings.HasPrefix(line, " ")) { // of the problem above
			problems[n-1] += "\n" + line
		} else if line != "" {
			problems = append(problems, line)
		}
	}
	for i := range problems {
		problems[i] = strings.TrimRight(problems[i], "\n")
	}
	return problems
}

func tellTests(out io.Writer, problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return printed(out, "\n"+strings.Join(problems, "\n")+"\n")
}

// writeReport writes the findings as one object, and into it what is wrong with the smoke tests.
func writeReport(out io.Writer, report *check.Report, problems []string) error {
	var findings bytes.Buffer
	if err := report.WriteJSON(&findings); err != nil {
		return err
	}
	whole, err := withField(findings.Bytes(), "smoke_tests", append([]string{}, problems...))
	if err != nil {
		return err
	}
	return writeJSON(out, json.RawMessage(whole))
}

// withField is a JSON object with one more field at its end; the others keep their order.
func withField(object []byte, name string, value any) ([]byte, error) {
	var field bytes.Buffer
	if err := writeJSON(&field, map[string]any{name: value}); err != nil {
		return nil, err
	}
	open := bytes.TrimSuffix(bytes.TrimSpace(object), []byte("}"))
	return append(append(bytes.TrimRight(open, "\n "), ','), bytes.TrimPrefix(field.Bytes(), []byte("{"))...), nil
}
