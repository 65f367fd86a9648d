package signal

// truth.go: three values. A comparison of what is not known is not known, and what is not
// known is joined by Kleene's tables.

// Truth is what a condition comes to.
type Truth int8

// The truths, in the order of Kleene's tables: and is the least of two, or the greatest.
// The zero value is that it is not known.
const (
	False   Truth = -1
	Unknown Truth = 0
	True    Truth = 1
)

func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "not known"
}

// Truth is what the condition comes to with what is known.
func (s *Signal) Truth(known Values) Truth { return s.root.truth(known) }

// part is a part of a condition: a value, a name, or what a sign makes of other parts.
type part struct {
	at    int  // where it begins, in characters
	kind  Kind // of what it comes to
	value any  // a float64, a string or a bool
	name  string
	do    string // and, or, not, in, a comparison, + - *
	of    []part
}

// truth is what a part that is a yes or no comes to.
func (p part) truth(known Values) Truth {
	switch p.do {
	case "and":
		return min(p.of[0].truth(known), p.of[1].truth(known))
	case "or":
		return max(p.of[0].truth(known), p.of[1].truth(known))
	case "not":
		return -p.of[0].truth(known)
	case "":
		yes, ok := p.result(known).(bool)
		return truthOf(yes, ok)
	case "==", "!=":
		if p.of[0].kind == YesNo {
			return equal(p.of[0].truth(known), p.of[1].truth(known), p.do == "==")
		}
	}
	return p.compare(known)
}

func truthOf(yes, known bool) Truth {
	switch {
	case !known:
		return Unknown
	case yes:
		return True
	}
	return False
}

// equal compares two truths; one that is not known equals nothing and differs from nothing.
func equal(a, b Truth, same bool) Truth {
	return truthOf((a == b) == same, a != Unknown && b != Unknown)
}

// compare is a comparison of numbers or texts.
func (p part) compare(known Values) Truth {
	left := p.of[0].result(known)
	if p.do == "in" {
		said, ok := left.(string)
		for _, other := range p.of[1:] {
			if ok && said == other.value {
				return True
			}
		}
		return truthOf(false, ok)
	}
	right := p.of[1].result(known)
	if p.of[0].kind == Text {
		a, okA := left.(string)
		b, okB := right.(string)
		return truthOf((a == b) == (p.do == "=="), okA && okB)
	}
	a, okA := left.(float64)
	b, okB := right.(float64)
	holds := false
	switch p.do {
	case "==":
		holds = a == b
	case "!=":
		holds = a != b
	case "<":
		holds = a < b
	case "<=":
		holds = a <= b
	case ">":
		holds = a > b
	case ">=":
		holds = a >= b
	}
	return truthOf(holds, okA && okB)
}

// result is the value of a part; nil = it is not known.
func (p part) result(known Values) any {
	switch {
	case p.name != "":
		return known[p.name]
	case p.do == "":
		return p.value
	}
	a, okA := p.of[0].result(known).(float64)
	b, okB := p.of[1].result(known).(float64)
	if !okA || !okB {
		return nil
	}
	var v float64
	switch p.do {
	case "+":
		v = a + b
	case "-":
		v = a - b
	case "*":
		v = a * b
	}
	if !sound(v) {
		return nil
	}
	return v
}
