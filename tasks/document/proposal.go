package document

// proposal.go: what import would change, and what it cannot know. Nothing is changed
// before a person says so.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/tasks/letters"
)

// Severity is how much hangs on a proposal, in the words of the catalogue of findings.
type Severity string

const (
	Error   Severity = "error" // undecided, the plan cannot be flown
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Proposal is one thing that import found: a repair to accept or leave, a question to
// answer, or a note, which only tells.
type Proposal struct {
	ID       string // the key of an answers file: "T3.id"
	Rule     string // of the catalogue: "L01"
	Severity Severity
	Place    Place
	What     string // what is wrong
	From, To string // of a repair: the text as it stands, and what takes its place
	Reason   string // why
	// Candidates are the answers of a question that the document speaks for.
	Candidates []Candidate

	was   string            // what the comment beside an accepted repair says the document has
	none  string            // of a question: the answer that means nothing belongs there; "" = something must
	other func(string) bool // of a question: which answers beyond the candidates can be meant

	decided bool
	choice  string // of a decided question
}

// Candidate is one possible answer and what speaks for it.
type Candidate struct{ Value, Reason string }

// Repair reports whether the proposal is one to accept or leave.
func (p *Proposal) Repair() bool { return p.To != "" }

// Question reports whether the proposal is one to answer.
func (p *Proposal) Question() bool { return !p.Repair() && (len(p.Candidates) > 0 || p.other != nil) }

// Open reports whether a person still has to decide.
func (p *Proposal) Open() bool { return (p.Repair() || p.Question()) && !p.decided }

// The answers that every repair, and every question, knows.
const (
	Accept = "accept"
	Keep   = "keep" // a repair: leave the document's text
	Open   = "open" // a question: somebody else has to say
)

// Answer decides the proposal: accept or keep for a repair; one of the candidates, another
// value that can be meant, or open for a question. Any other answer is refused with those
// that could be given.
func (p *Proposal) Answer(choice string) error {
	choice = strings.TrimSpace(choice)
	switch {
	case p.Repair() && (choice == Accept || choice == p.To):
		p.decided, p.choice = true, p.To
	case p.Repair() && choice == Keep, p.Question() && choice == Open:
		p.decided, p.choice = false, ""
	case p.Question() && choice != "" && (choice == p.none || p.candidate(choice) || p.other != nil && p.other(choice)):
		p.decided, p.choice = true, choice
	case p.Repair():
		return fmt.Errorf("%s: %q is no answer: say %s or %s", p.ID, clipped(choice), Accept, Keep)
	case p.Question():
		return fmt.Errorf("%s: %q is no answer: say %s", p.ID, clipped(choice), strings.Join(p.Choices(), ", "))
	default:
		return fmt.Errorf("%s only tells: it takes no answer", p.ID)
	}
	return nil
}

func (p *Proposal) candidate(value string) bool {
	return slices.ContainsFunc(p.Candidates, func(c Candidate) bool { return c.Value == value })
}

// Choices lists the answers that are known beforehand, the one that leaves all as it is last.
func (p *Proposal) Choices() []string {
	if p.Repair() {
		return []string{Accept, Keep}
	}
	var known []string
	for _, c := range p.Candidates {
		known = append(known, c.Value)
	}
	if p.none != "" && !slices.Contains(known, p.none) {
		known = append(known, p.none)
	}
	return append(known, Open)
}

// String tells the proposal in lines: its place, what is wrong, what is proposed and why.
func (p *Proposal) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s: %s", p.Place, p.Severity, p.Rule, p.What)
	say := func(format string, args ...any) { fmt.Fprintf(&b, "\n    "+format, args...) }
	switch {
	case p.Repair():
		say("%s: %s", p.ID, p.Change())
		say("because %s", p.Reason)
	case p.Question():
		say("%s: %s", p.ID, strings.Join(p.Choices(), ", "))
		for _, c := range p.Candidates {
			say("%s: %s", c.Value, c.Reason)
		}
	}
	return b.String()
}

// Change is what a repair changes into what; letters that are not what they look like are
// told with their code points.
func (p *Proposal) Change() string {
	switch {
	case p.From == "":
		return p.To
	case letters.ASCII(p.From) != p.From:
		return spelled(p.From) + " → " + p.To
	}
	return p.From + " → " + p.To
}

// Choice is what was decided; "" while it is open.
func (p *Proposal) Choice() string {
	if p.Repair() && p.decided {
		return p.Change()
	}
	return p.choice
}

// Field is one value of the draft: as the document has it, or as a decision has it.
type Field struct {
	Value string    // as the plan would write it
	Bare  bool      // a number, a yes-or-no or a time: written without quotes
	Was   string    // the document's words, where they are others: told in a comment
	Ask   *Proposal // what has to be decided about it; nil = nothing
}

// text is a field that says what the document says.
func text(s string) Field { return Field{Value: s} }

// settled is what the plan gets, and the comment beside it.
func (f Field) settled() (value string, comment string) {
	switch p := f.Ask; {
	case p == nil && f.Was != "":
		return f.Value, "was: " + f.Was
	case p == nil:
		return f.Value, ""
	case p.decided && p.choice == p.none:
		return "", "was: " + cmp.Or(said(p), "an empty cell") + ", which means nothing here"
	case p.decided && said(p) == "":
		return p.choice, "lacking: " + p.What + because(p)
	case p.decided && p.Repair():
		return p.choice, "was: " + said(p)
	case p.decided:
		return p.choice, "was: " + said(p) + because(p)
	default:
		return f.Value, "open: " + open(p)
	}
}

// said is what the document has where a decision has something else; "" = nothing.
func said(p *Proposal) string { return cmp.Or(p.was, p.From) }

// because is what speaks for the choice that was made.
func because(p *Proposal) string {
	if p.Repair() {
		return "; " + p.Reason
	}
	for _, c := range p.Candidates {
		if c.Value == p.choice {
			return "; " + c.Reason
		}
	}
	return ""
}

// open tells an undecided proposal in one line.
func open(p *Proposal) string {
	if p.Repair() {
		return fmt.Sprintf("%s: %s; proposed: %s, because %s", p.Rule, p.What, p.To, p.Reason)
	}
	var told []string
	for _, c := range p.Candidates {
		told = append(told, c.Value+" ("+c.Reason+")")
	}
	line := p.Rule + ": " + p.What
	if len(told) > 0 {
		line += "; " + strings.Join(told, " or ")
	}
	return line
}

// absent reports whether the plan gets nothing at all for an optional field.
func (f Field) absent() bool {
	value, _ := f.settled()
	return value == "" && (f.Ask == nil || f.Ask.decided)
}
