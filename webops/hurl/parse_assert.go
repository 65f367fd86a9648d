package hurl

// parse_assert.go: captures and asserts: a query, filters, and a predicate.

import (
	"regexp"
	"strings"
)

// asserts reads the lines of [Asserts], and the comments among them that are asserts of ours.
func (p *parser) asserts(r *Response) {
	for !p.full() {
		start := p.cursor
		notes := p.gap(true)
		at, whole := p.pos(), p.end
		marked := p.peek() == '#'
		if marked {
			p.end = p.at + len(strings.TrimSuffix(p.lookLine(), "\r"))
			p.while(func(r rune) bool { return strings.ContainsRune("# \t", r) })
			p.skip(len("[" + degradedMark + "]"))
			p.blanks()
		}
		if !marked && (p.eof() || p.atPart() || p.atBody() || p.lookWord() == "") {
			p.cursor = start // the comments belong to what follows
			return
		}
		p.strayMarks(notes, "this line")
		a, err := p.assert(marked)
		if p.end = whole; err == nil {
			r.Asserts = append(r.Asserts, a)
		}
		p.keep(err)
		if err != nil || marked {
			p.nextLineAfter(at)
		}
	}
}

// assert reads query, filters and predicate.
func (p *parser) assert(degraded bool) (Assert, error) {
	a := Assert{Pos: p.pos(), Degraded: degraded}
	from := p.at
	var err error
	if a.Query, err = p.query(); err != nil {
		return a, err
	}
	if a.Filters, err = p.filters(); err != nil {
		return a, err
	}
	if a.Predicate, err = p.predicate(); err != nil {
		return a, err
	}
	text, more, cut := strings.Cut(p.src[from:p.at], "\n")
	if a.Text = strings.TrimRight(text, "\r"); cut && more != "" {
		a.Text += " …"
	}
	return a, p.lineEnd("the predicate")
}

// capture reads a line "name: query filters redact".
func (p *parser) capture() (c Capture, found bool, err error) {
	c.Pos = p.pos()
	key, found, err := p.key()
	if err != nil || !found {
		return c, found, err
	}
	c.Name = key.String()
	if err := p.badName(c.Pos, c.Name); err != nil {
		return c, true, err
	}
	if generated(c.Name) {
		return c, true, p.problem(c.Pos, "choose another name", "%s already names a value that Hurl makes", c.Name)
	}
	p.blanks()
	if c.Query, err = p.query(); err != nil {
		return c, true, err
	}
	if c.Filters, err = p.filters(); err != nil {
		return c, true, err
	}
	if p.blanks(); p.lookWord() == "redact" {
		p.skip(len("redact"))
		c.Redact = true
	} else if !p.atLineEnd() && p.peek() != '#' {
		return c, true, p.unknown("filter", "a filter, or redact")
	}
	return c, true, p.lineEnd("the capture")
}

// generated reports the names that make a new value each time they are used.
func generated(name string) bool { return name == "newUuid" || name == "newDate" }

// lookName is the word of letters, digits, - and _ that stands here.
func (p *parser) lookName() string {
	rest := p.rest()
	return rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return asciiLetter(r) || asciiDigit(r) || r == '-' || r == '_' }))]
}

// unknown refuses a word that is none of a part's.
func (p *parser) unknown(part, expected string) error {
	word := p.lookName()
	if word == "" {
		word = p.wordHere()
	}
	instead := p.words.adviceOr(part, word, "write "+expected)
	if word == "" || p.atLineEnd() {
		return p.problem(p.pos(), "write one of "+p.words.list(part), "%s is missing", expected)
	}
	return p.problem(p.pos(), instead, "%s is not %s that tminus knows", quoted(word), expected)
}

// query reads what is taken from an answer.
func (p *parser) query() (Query, error) {
	q := Query{Pos: p.pos(), Kind: p.lookName()}
	w, known := p.words.find("query", q.Kind)
	if !known {
		return q, p.unknown("query", "a query")
	}
	p.skip(len(q.Kind))
	if w.args == "" {
		return q, nil
	}
	if err := p.blank(q.Kind); err != nil {
		return q, err
	}
	arg, err := p.operand(w.args)
	if err != nil {
		return q, err
	}
	q.Arg, q.Pattern = arg.text(), arg.Pattern
	if w.args == "r" && q.Pattern == nil && !hasNames(q.Arg) {
		q.Pattern = regexp.MustCompile(q.Arg.String()) // operand compiled it once
	}
	return q, p.wrongArg(q.Kind, arg)
}

// text is what stands between an operand's quotes.
func (o Operand) text() Template {
	if len(o.Text) == 2 && o.Text[0].Text == "" {
		return o.Text[1:]
	}
	return o.Text
}

// hasNames reports a template with names in it.
func hasNames(t Template) bool {
	for _, piece := range t {
		if piece.Expr {
			return true
		}
	}
	return false
}

// filters reads what changes the value, up to the predicate.
func (p *parser) filters() ([]Filter, error) {
	var filters []Filter
	for {
		start := p.cursor
		if !p.blanks() {
			return filters, nil
		}
		f := Filter{Pos: p.pos(), Kind: p.lookName()}
		w, known := p.words.find("filter", f.Kind)
		if !known {
			p.cursor = start
			return filters, nil
		}
		p.skip(len(f.Kind))
		for _, kind := range w.args {
			if err := p.blank(f.Kind); err != nil {
				return nil, err
			}
			arg, err := p.operand(string(kind))
			if err != nil {
				return nil, err
			}
			if err := p.wrongArg(f.Kind, arg); err != nil {
				return nil, err
			}
			f.Args = append(f.Args, arg)
		}
		filters = append(filters, f)
	}
}

// predicate reads what must hold of the value.
func (p *parser) predicate() (Predicate, error) {
	if !p.blanks() && !p.atLineEnd() {
		return Predicate{}, p.problem(p.pos(), "write a blank in front of it", "%s touches what stands before it", quoted(p.wordHere()))
	}
	w := Predicate{Pos: p.pos()}
	if p.lookName() == "not" {
		w.Not = true
		p.skip(len("not"))
		p.blanks()
	}
	for _, sign := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if w.Kind == "" && p.take(sign) {
			w.Kind = sign
		}
	}
	if w.Kind == "" {
		w.Kind = p.lookName()
		if _, known := p.words.find("predicate", w.Kind); !known {
			return w, p.unknown("predicate", "a filter or a predicate")
		}
		p.skip(len(w.Kind))
		if !p.atLineEnd() && !strings.ContainsRune(" \t#", p.peek()) {
			return w, p.problem(p.pos(), "write a blank in front of it", "%s touches what stands before it", quoted(p.wordHere()))
		}
	}
	known, _ := p.words.find("predicate", w.Kind)
	if known.args == "" {
		return w, nil
	}
	if p.blanks(); p.atLineEnd() || p.peek() == '#' {
		return w, p.problem(p.pos(), "write "+known.written, "the value behind %s is missing", w.Kind)
	}
	want, err := p.operand(known.args)
	w.Want = &want
	return w, err
}

// blank reads the blanks between a word and its argument.
func (p *parser) blank(word string) error {
	if !p.blanks() || p.atLineEnd() {
		w, _ := p.words.any(word)
		return p.problem(p.pos(), "write "+w.written, "what %s works with is missing", word)
	}
	return nil
}
