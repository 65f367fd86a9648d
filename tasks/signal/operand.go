package signal

// operand.go: what stands between the signs: names, numbers, texts, lists and brackets.

import (
	"fmt"
	"slices"
	"strings"
)

// negation reads a sum, or what is not so.
func (c *compiler) negation() part {
	w, ok := c.takes("not", "!")
	if !ok {
		return c.sum()
	}
	inner := c.negation()
	c.want(inner, YesNo)
	return part{do: "not", at: w.at, kind: YesNo, of: []part{inner}}
}

func (c *compiler) single() part {
	if w, ok := c.takes("-"); ok {
		inner := c.single()
		c.want(inner, Number)
		return part{do: "-", at: w.at, kind: Number, of: []part{{value: 0.0, kind: Number}, inner}}
	}
	if w, ok := c.takes("not", "!"); ok { // only in the middle of a sum, where expr takes it too, and it is never one
		c.fault(w.at, Mistake{Message: "not stands where a number belongs", Expected: "brackets around what is not so"})
		return part{at: w.at, kind: YesNo}
	}
	if open, ok := c.takes("("); ok {
		inner := c.or()
		if _, closed := c.takes(")"); !closed {
			c.fault(c.peek().at, Mistake{Message: fmt.Sprintf("the bracket at character %d is not closed", open.at+1), Expected: ")"})
		}
		return inner
	}
	switch w := c.take(); {
	case w.form == number:
		return part{value: w.num, at: w.at, kind: Number}
	case w.form == text:
		return part{value: w.text, at: w.at, kind: Text}
	case w.form == name:
		return c.name(w)
	case w.form == sign && (w.text == "true" || w.text == "false"):
		return part{value: w.text == "true", at: w.at, kind: YesNo}
	case w.form == end:
		c.fault(w.at, Mistake{Message: "the condition ends in the middle", Expected: "a name, a number or a text"})
		return part{at: w.at, kind: Number}
	default:
		c.fault(w.at, Mistake{Message: fmt.Sprintf("%s stands where a value belongs", w.text), Expected: "a name, a number or a text"})
		return part{at: w.at, kind: Number}
	}
}

// list reads what stands behind in: texts in square brackets.
func (c *compiler) list() []part {
	const expected = `texts in square brackets: ["stopped", "terminated"]`
	if _, ok := c.takes("["); !ok {
		c.fault(c.peek().at, Mistake{Message: "in has no list behind it", Expected: expected})
		return nil
	}
	var all []part
	for {
		w := c.take()
		if w.form != text {
			c.fault(w.at, Mistake{Message: "a list holds something else than texts", Expected: expected})
			return all
		}
		all = append(all, part{value: w.text, at: w.at, kind: Text})
		if _, more := c.takes(","); more {
			continue
		}
		if _, closed := c.takes("]"); !closed {
			c.fault(c.peek().at, Mistake{Message: "the list is not closed", Expected: expected})
		}
		return all
	}
}

// name resolves a name, and refuses one that nobody knows. task["T-4"] is one, too.
func (c *compiler) name(w word) part {
	asked := w.text
	if w.text == "task" && c.comes(0, sign, "[") && c.comes(1, text, "") && c.comes(2, sign, "]") {
		asked, c.words = "task."+c.words[1].text, c.words[3:]
	}
	if bracket, ok := c.takes("("); ok {
		c.fault(bracket.at, Mistake{Message: "a condition calls nothing", Expected: "readings and comparisons; what can be asked has a name"})
		return part{at: w.at, kind: Number}
	}
	known, ok := c.lookup(asked)
	if !ok {
		c.fault(w.at, c.unknown(asked))
		return part{at: w.at, kind: Number}
	}
	if !slices.Contains(c.names, asked) {
		c.names = append(c.names, asked)
	}
	return part{name: asked, at: w.at, kind: known.Kind}
}

func (c *compiler) lookup(asked string) (Name, bool) {
	if id, ofTasks := strings.CutPrefix(asked, "task."); ofTasks {
		return ofTask(id), c.task(id)
	}
	if i := slices.IndexFunc(c.all, func(n Name) bool { return n.Name == asked }); i >= 0 {
		return c.all[i], true
	}
	return Name{}, false
}

func (c *compiler) unknown(asked string) Mistake {
	if id, ofTasks := strings.CutPrefix(asked, "task."); ofTasks {
		m := Mistake{Message: fmt.Sprintf("the plan has no task %q", id), Expected: "task. and the id of a task of the plan", Written: asked}
		for _, id := range c.ids() {
			m.Valid = append(m.Valid, "task."+id)
		}
		return m
	}
	m := Mistake{Message: fmt.Sprintf("there is no reading %q", asked), Expected: "a name of docs/signals.md, or task. and the id of a task", Written: asked}
	for _, known := range c.all {
		m.Valid = append(m.Valid, known.Name)
	}
	return m
}

// compareable refuses to compare a name with a word that it never is: it would be silent for ever.
func (c *compiler) compareable(asked, with part) {
	known, _ := c.lookup(asked.name)
	if said, ok := with.value.(string); ok && known.Words != nil && !slices.Contains(known.Words, said) {
		c.fault(with.at, Mistake{Message: fmt.Sprintf("%s is never %q", known.Name, said), Expected: "one of " + strings.Join(known.Words, ", "),
			Written: said, Valid: known.Words})
	}
}
