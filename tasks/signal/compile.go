package signal

// compile.go: words in, Signal or Mistake out. The forms and their binding are those of
// expr-lang/expr, strongest first: - of one number; *; + -; not; comparisons; and; or. What
// expr can do besides is refused: a condition is read at two in the morning, and looked
// at every second. A test holds what a condition comes to against expr itself.
//
// expr is not in the program: it finds methods by name at run time, and a program that may
// do so keeps every method of everything it holds. With it the binary was 54 MB, not 19.

import (
	"fmt"
	"slices"
	"time"
)

// longest bounds a condition in bytes, and so its parts, its depth and its time.
const longest = 500

const expectedForm = "a condition on readings, such as cpu.percent > 90 and not address.associated"

// Signal is a compiled condition. It is never changed, and may be shared.
type Signal struct {
	For   time.Duration // how long it has to be true to raise; 0 = at once
	names []string
	root  part
}

// Names are the names that the condition asks, each once.
func (s *Signal) Names() []string { return slices.Clone(s.names) }

// Mistake is what is wrong with a condition.
type Mistake struct {
	At       int      // where, in characters from its beginning
	Message  string   // what is wrong
	Expected string   // what was expected there
	Written  string   // the word that is none of Valid, "" = it is another mistake
	Valid    []string // the words of which one was probably meant
}

func (m *Mistake) Error() string {
	return fmt.Sprintf("%s (at character %d; expected %s)", m.Message, m.At+1, m.Expected)
}

// Compile judges a condition, which raises after it has been true for so long. task
// reports whether the plan has a task; ids lists them for a mistake. The error is a
// *[Mistake], the first one found.
func Compile(condition string, after time.Duration, task func(id string) bool, ids func() []string) (*Signal, error) {
	if len(condition) > longest {
		return nil, &Mistake{Message: fmt.Sprintf("the condition is %d bytes long", len(condition)), Expected: fmt.Sprintf("at most %d", longest)}
	}
	words, wrong := split(condition)
	if wrong != nil {
		return nil, wrong
	}
	c := compiler{words: words, all: Names(), task: task, ids: ids}
	root := c.or()
	if w := c.peek(); w.form != end {
		c.fault(w.at, Mistake{Message: fmt.Sprintf("nothing joins %q to what stands before it", w.text), Expected: "and, or, or the end of the condition"})
	}
	c.want(root, YesNo)
	if c.wrong != nil {
		return nil, c.wrong
	}
	return &Signal{For: after, names: c.names, root: root}, nil
}

// compiler goes through the words once. After a mistake it goes on to the end, and only
// the first is kept.
type compiler struct {
	words []word
	all   []Name
	task  func(id string) bool
	ids   func() []string
	names []string
	wrong *Mistake
}

func (c *compiler) fault(at int, m Mistake) {
	if c.wrong == nil {
		m.At = at
		c.wrong = &m
	}
}

func (c *compiler) peek() word { return c.words[0] }

func (c *compiler) take() word {
	w := c.words[0]
	if w.form != end {
		c.words = c.words[1:]
	}
	return w
}

// takes takes the next word if it is one of the signs.
func (c *compiler) takes(signs ...string) (word, bool) {
	if w := c.peek(); w.form == sign && slices.Contains(signs, w.text) {
		return c.take(), true
	}
	return word{}, false
}

// want refuses a part of another kind.
func (c *compiler) want(p part, kind Kind) {
	if p.kind != kind {
		c.fault(p.at, Mistake{Message: fmt.Sprintf("this is a %s, and a %s is needed", p.kind, kind), Expected: expectedForm})
	}
}

func (c *compiler) or() part      { return c.chain(YesNo, c.and, "or", "||") }
func (c *compiler) and() part     { return c.chain(YesNo, c.comparison, "and", "&&") }
func (c *compiler) sum() part     { return c.chain(Number, c.product, "+", "-") }
func (c *compiler) product() part { return c.chain(Number, c.single, "*") }

// chain reads parts of one kind, joined by signs that bind alike, from the left.
func (c *compiler) chain(kind Kind, operand func() part, joins ...string) part {
	left := operand()
	for {
		w, ok := c.takes(joins...)
		if !ok {
			return left
		}
		right := operand()
		c.want(left, kind)
		c.want(right, kind)
		left = part{do: plainSign(w.text), at: left.at, kind: kind, of: []part{left, right}}
	}
}

// comparison reads "cpu.percent > 90", "instance.state not in [...]", or a yes or no alone.
func (c *compiler) comparison() part {
	left := c.negation()
	not, negated := c.takesNotIn()
	w, ok := c.takes("==", "!=", "<", "<=", ">", ">=", "in")
	if !ok {
		return left
	}
	compared := part{do: w.text, at: left.at, kind: YesNo}
	if w.text == "in" {
		compared.of = append([]part{left}, c.list()...)
		for _, p := range compared.of {
			c.want(p, Text)
		}
	} else {
		right := c.negation()
		compared.of = []part{left, right}
		switch {
		case left.kind != right.kind:
			c.fault(w.at, Mistake{Message: fmt.Sprintf("a %s is compared with a %s", left.kind, right.kind), Expected: "two of a kind"})
		case w.text != "==" && w.text != "!=":
			c.want(left, Number)
		}
		c.compareable(right, left)
	}
	for _, other := range compared.of[1:] {
		c.compareable(left, other)
	}
	if again, ok := c.takes("==", "!=", "<", "<=", ">", ">=", "in"); ok {
		c.fault(again.at, Mistake{Message: "a comparison is compared again", Expected: "and between two comparisons"})
	}
	if negated {
		return part{do: "not", at: not.at, kind: YesNo, of: []part{compared}}
	}
	return compared
}

// takesNotIn takes the not of not in.
func (c *compiler) takesNotIn() (word, bool) {
	if c.comes(0, sign, "not") && c.comes(1, sign, "in") {
		return c.take(), true
	}
	return word{}, false
}

// comes reports which word stands n words ahead; any text when it is "".
func (c *compiler) comes(n int, f form, text string) bool {
	return n < len(c.words) && c.words[n].form == f && (text == "" || c.words[n].text == text)
}

// plainSign is one spelling of each sign.
func plainSign(s string) string {
	switch s {
	case "&&":
		return "and"
	case "||":
		return "or"
	case "!":
		return "not"
	}
	return s
}
