package shell

// construct.go: parsing of what is built of keywords: if, for, while, until, { } and ( ).

import (
	"fmt"
	"strings"
)

// closers end a list without being part of it; openers begin a construct.
const (
	closers     = " do done then elif else fi } "
	unavailable = " case esac function select "
)

// construct reads a construct if one begins here; otherwise the command is empty.
func (p *parser) construct() (command, error) {
	p.blanks()
	var c command
	var err error
	switch {
	case p.keyword("while"):
		c.compound, err = p.loop(false)
	case p.keyword("until"):
		c.compound, err = p.loop(true)
	case p.keyword("for"):
		c.compound, err = p.each()
	case p.keyword("if"):
		c.compound, err = p.branch()
	case p.keyword("{"):
		c.compound, err = p.group(false, "}")
	case p.take("("):
		c.compound, err = p.group(true, ")")
	default:
		if w := p.upcoming(); w != "" && strings.Contains(unavailable, " "+w+" ") {
			err = fmt.Errorf("syntax error: `%s' is not available on this machine", w)
		}
	}
	return c, err
}

func (p *parser) loop(until bool) (compound, error) {
	l := &loop{until: until}
	var err error
	if l.test, err = p.block("do"); err != nil {
		return l, err
	}
	l.body, err = p.block("done")
	return l, err
}

func (p *parser) each() (compound, error) {
	e := &each{}
	p.blanks()
	n := nameLength(p.src[p.pos:])
	if n == 0 {
		return e, p.unexpected()
	}
	e.name, p.pos = p.src[p.pos:p.pos+n], p.pos+n
	if p.space(); !p.keyword("in") {
		return e, p.unexpected()
	}
	for {
		p.blanks()
		if p.take(";") || p.take("\n") {
			break
		}
		w, err := p.word()
		if err == nil && len(w) == 0 {
			err = p.unexpected()
		}
		if err != nil {
			return e, err
		}
		e.words = append(e.words, w)
	}
	if p.space(); !p.keyword("do") {
		return e, p.unexpected()
	}
	var err error
	e.body, err = p.block("done")
	return e, err
}

func (p *parser) branch() (compound, error) {
	b := &branch{}
	for {
		test, err := p.block("then")
		if err != nil {
			return b, err
		}
		body, err := p.list()
		if err != nil {
			return b, err
		}
		if len(body.list) == 0 {
			return b, p.unexpected()
		}
		b.tests, b.bodies = append(b.tests, test), append(b.bodies, body)
		switch {
		case p.keyword("elif"):
		case p.keyword("else"):
			b.otherwise, err = p.block("fi")
			return b, err
		case p.keyword("fi"):
			return b, nil
		default:
			return b, p.unexpected()
		}
	}
}

func (p *parser) group(subshell bool, end string) (compound, error) {
	body, err := p.block(end)
	return &group{subshell, body}, err
}

// block reads a list of at least one step and the word that must end it.
func (p *parser) block(end string) (Script, error) {
	s, err := p.list()
	if err != nil {
		return s, err
	}
	ended := p.keyword
	if end == ")" {
		ended = p.take
	}
	if len(s.list) == 0 || !ended(end) {
		return s, p.unexpected()
	}
	return s, nil
}

// keyword takes word if it stands here alone, unquoted.
func (p *parser) keyword(word string) bool {
	p.blanks()
	if p.upcoming() != word {
		return false
	}
	p.pos += len(word)
	return true
}

func (p *parser) atCloser() bool {
	w := p.upcoming()
	return p.peek(")") || w != "" && strings.Contains(closers, " "+w+" ")
}

// upcoming returns the characters up to the next blank or operator. Quotes and
// dollars stay in it, so that a quoted keyword is no keyword.
func (p *parser) upcoming() string {
	rest := p.src[p.pos:]
	if end := strings.IndexAny(rest, " \t\r\n;&|()<>"); end >= 0 {
		return rest[:end]
	}
	return rest
}

// nameLength is the length of the variable name at the start of s.
func nameLength(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9' {
			continue
		}
		return i
	}
	return len(s)
}
