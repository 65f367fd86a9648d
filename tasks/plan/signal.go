package plan

// signal.go: the conditions that raise risks are compiled when the plan is read, so that
// none is found out to say nothing on the day. A mistake stands where it is written.

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"

	"tminus/tasks/signal"
)

// mostSignals bounds how many conditions are compiled. The SCP plan has 7.
const mostSignals = 100

func (r *reader) checkSignals() {
	known, n := map[string]bool{}, 0
	for t := range r.plan.All() {
		known[t.ID] = true
	}
	for i := range r.plan.Risks {
		if risk := &r.plan.Risks[i]; risk.Signal != "" {
			if n++; n > mostSignals { // counted first: a hostile plan costs no time
				r.fault(&risk.Signal, fmt.Sprintf("the plan has more than %d signals", mostSignals), "a plan that people can follow")
				return
			}
		}
	}
	for i := range r.plan.Risks {
		r.checkSignal(&r.plan.Risks[i], called("risk", r.plan.Risks[i].ID, i), func(id string) bool { return known[id] })
	}
}

func (r *reader) checkSignal(risk *Risk, what string, task func(id string) bool) {
	if r.sound(&risk.For) && risk.Signal == "" && !r.spoiled[&risk.Signal] {
		r.fault(&risk.For, what+" has a for and no signal", "a signal: the condition that has to hold for so long")
	}
	if !r.sound(&risk.Signal) || risk.Signal == "" {
		return
	}
	_, err := compile(risk, task, r.plan)
	var wrong *signal.Mistake
	if errors.As(err, &wrong) {
		r.mistake(r.at[&risk.Signal], "signal of "+what+": ", wrong)
	}
}

func compile(risk *Risk, task func(string) bool, p *Plan) (*signal.Signal, error) {
	return signal.Compile(risk.Signal, risk.For.Duration, task, func() []string {
		var ids []string
		for t := range p.All() {
			ids = append(ids, t.ID)
		}
		return ids
	})
}

// Condition is the risk's signal, compiled; nil for a risk without one. A loaded plan's
// signals all compile.
func (p *Plan) Condition(risk *Risk) (*signal.Signal, error) {
	if risk.Signal == "" {
		return nil, nil
	}
	return compile(risk, func(id string) bool { return p.Task(id) != nil }, p)
}

// mistake reports what is wrong with a condition at the character where it is.
func (r *reader) mistake(n *yaml.Node, lead string, m *signal.Mistake) {
	f := Finding{Message: lead + clipped(m.Message, 160), Expected: clipped(m.Expected, 200)}
	if m.Written != "" {
		f.Nearest = r.guess(m.Written, m.Valid)
	}
	at := *n
	at.Column += r.inside(n, m.At)
	r.report(&at, f)
}

// inside is how far from a value's beginning one of its characters stands in the file; 0
// when the value is not written as it is read: folded over lines, or with escapes.
func (r *reader) inside(n *yaml.Node, character int) int {
	if n.Line < 1 || n.Line > len(r.source.lines) {
		return 0
	}
	line, value, quotes := []rune(r.source.lines[n.Line-1]), []rune(n.Value), 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		quotes = 1
	}
	from := n.Column - 1 + quotes
	if from < 0 || from > len(line) || character > len(value) {
		return 0
	}
	if written := line[from:]; len(written) < character || string(written[:character]) != string(value[:character]) {
		return 0
	}
	return quotes + character
}
