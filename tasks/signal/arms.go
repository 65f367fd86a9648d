package signal

// arms.go: a condition taken apart, for who watches a part of it elsewhere, as an alarm
// of CloudWatch does.

import (
	"fmt"
	"strconv"
	"strings"
)

// Arm is one of the conditions that raise a signal by themselves: those that "or" joins.
type Arm struct {
	Text string // as a person writes it
	// A comparison of a name with a value, "cloudwatch.cpu > 90"; Name is "" when the arm
	// is something else.
	Name  string
	Op    string // ==, !=, <, <=, >, >=
	Value any    // a float64, a string or a bool
}

// Arms are the signal's arms, in the order they are written.
func (s *Signal) Arms() []Arm { return s.root.arms() }

func (p part) arms() []Arm {
	if p.do == "or" {
		return append(p.of[0].arms(), p.of[1].arms()...)
	}
	arm := Arm{Text: p.String()}
	turned := map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
	if turned[p.do] == "" {
		return []Arm{arm}
	}
	left, right := p.of[0], p.of[1]
	switch {
	case left.name != "" && right.constant():
		arm.Name, arm.Op, arm.Value = left.name, p.do, right.result(nil)
	case right.name != "" && left.constant():
		arm.Name, arm.Op, arm.Value = right.name, turned[p.do], left.result(nil)
	}
	return []Arm{arm}
}

// constant reports that a part asks nothing.
func (p part) constant() bool {
	for _, inner := range p.of {
		if !inner.constant() {
			return false
		}
	}
	return p.name == "" && (p.do == "" || p.kind == Number)
}

// String is the part as a person writes it, with no bracket too few.
func (p part) String() string {
	switch {
	case p.name != "":
		return p.name
	case p.constant() && p.kind == Text:
		return fmt.Sprintf("%q", p.value)
	case p.constant() && p.kind == Number:
		n, _ := p.result(nil).(float64)
		return strconv.FormatFloat(n, 'f', -1, 64)
	case p.constant():
		return fmt.Sprint(p.value)
	case p.do == "not":
		return "not " + p.of[0].inner()
	case p.do == "in":
		var words []string
		for _, word := range p.of[1:] {
			words = append(words, word.String())
		}
		return p.of[0].inner() + " in [" + strings.Join(words, ", ") + "]"
	}
	return p.of[0].inner() + " " + p.do + " " + p.of[1].inner()
}

// inner is the part inside another one.
func (p part) inner() string {
	if p.do == "" || p.constant() {
		return p.String()
	}
	return "(" + p.String() + ")"
}
