package document

// answers.go: decisions from a file: one line each, "T3.id: accept".

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// maxAnswers bounds an answers file in bytes.
const maxAnswers = 1 << 20

// Decision is one line of an answers file.
type Decision struct {
	ID, Choice string
	Line       int
}

// ReadAnswers reads an answers file: the plainest YAML there is, a key and a value on each
// line. Errors name their lines, all at once.
func ReadAnswers(name string, src []byte) ([]Decision, error) {
	if len(src) > maxAnswers {
		return nil, fmt.Errorf("%s is larger than 1 MiB: it is no file of answers", name)
	}
	var found []Decision
	var wrong []error
	first := map[string]int{}
	for i, line := range bytes.Split(bytes.TrimPrefix(src, []byte("\uFEFF")), []byte("\n")) {
		text := strings.TrimSpace(string(line))
		if before, _, comment := strings.Cut(" "+text, " #"); comment {
			text = strings.TrimSpace(before)
		}
		if text == "" || text == "---" {
			continue
		}
		id, choice, pair := strings.Cut(text, ": ")
		id, choice = unquoted(strings.TrimSpace(id)), unquoted(strings.TrimSpace(choice))
		switch {
		case !pair || id == "" || choice == "":
			wrong = append(wrong, fmt.Errorf("%s:%d: %q is no answer; write one as T3.id: accept", name, i+1, clipped(text)))
		case first[id] > 0:
			wrong = append(wrong, fmt.Errorf("%s:%d: %s is answered twice; the first is on line %d", name, i+1, clipped(id), first[id]))
		default:
			first[id] = i + 1
			found = append(found, Decision{id, choice, i + 1})
		}
		if len(wrong) == 20 {
			break
		}
	}
	return found, errors.Join(wrong...)
}

func unquoted(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// AcceptAll accepts every repair. Questions stay open: no document answers them.
func (d *Draft) AcceptAll() {
	for _, p := range d.Proposals {
		if p.Repair() {
			p.decided, p.choice = true, p.To
		}
	}
}

// Decide takes what an answers file says. An answer to nothing that was asked, and one that
// cannot be given, is an error with its line; all errors come at once.
func (d *Draft) Decide(file string, answers []Decision) error {
	byID := map[string]*Proposal{}
	for _, p := range d.Proposals {
		byID[p.ID] = p
	}
	var wrong []error
	for _, a := range answers {
		p := byID[a.ID]
		if p == nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: the document raises no %q; tminus import without -o lists what it does", file, a.Line, clipped(a.ID)))
		} else if err := p.Answer(a.Choice); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", file, a.Line, err))
		}
		if len(wrong) == 20 {
			break
		}
	}
	return errors.Join(wrong...)
}
