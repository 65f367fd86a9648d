package hurl

// parse_cursor.go: walking through the text of a file, character by character.

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tminus/tasks/safe"
)

// cursor is a place in the text: a byte, and the line and column a person calls it by.
type cursor struct {
	at        int
	line, col int
}

// parser reads one file. What is wrong is returned as a *Problem by the function that saw it,
// and kept by the one that knows where to go on.
type parser struct {
	cursor
	name     string
	src      string
	end      int // the text ends here: of the file, or of the comment that is read as an assert
	words    vocabulary
	problems Problems
}

func (p *parser) eof() bool { return p.at >= p.end }

func (p *parser) pos() Pos { return Pos{Line: p.line, Col: p.col} }

// rest is the text still to be read.
func (p *parser) rest() string { return p.src[p.at:p.end] }

// peek is the next character, and 0 at the end.
func (p *parser) peek() rune {
	if p.eof() {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(p.rest())
	return r
}

// next reads one character.
func (p *parser) next() rune {
	if p.eof() {
		return 0
	}
	r, n := utf8.DecodeRuneInString(p.rest())
	p.at += n
	if r == '\n' {
		p.line, p.col = p.line+1, 1
	} else {
		p.col++
	}
	return r
}

// skip reads n bytes of text that was looked at.
func (p *parser) skip(n int) {
	for to := p.at + n; p.at < to; {
		p.next()
	}
}

// take reads a literal text, if it stands here.
func (p *parser) take(text string) bool {
	if !strings.HasPrefix(p.rest(), text) {
		return false
	}
	p.skip(len(text))
	return true
}

// while reads the characters that are wanted.
func (p *parser) while(wanted func(rune) bool) string {
	from := p.at
	for !p.eof() && wanted(p.peek()) {
		p.next()
	}
	return p.src[from:p.at]
}

// blanks reads blanks and tabs, and tells whether there were any.
func (p *parser) blanks() bool {
	return p.while(func(r rune) bool { return r == ' ' || r == '\t' }) != ""
}

// atLineEnd reports whether the line ends here; CRLF is an end too.
func (p *parser) atLineEnd() bool {
	return p.eof() || p.peek() == '\n' || strings.HasPrefix(p.rest(), "\r\n")
}

// lineEnd reads blanks, a comment, and the end of the line; anything else is a problem.
func (p *parser) lineEnd(after string) error {
	p.blanks()
	if p.peek() == '#' {
		p.toLineEnd()
	}
	if !p.atLineEnd() {
		return p.problem(p.pos(), "", "%s does not belong here, behind %s", quoted(p.wordHere()), after)
	}
	p.take("\r")
	p.next()
	return nil
}

// toLineEnd passes over what stands before the end of the line.
func (p *parser) toLineEnd() string {
	from := p.at
	for !p.atLineEnd() {
		p.next()
	}
	return p.src[from:p.at]
}

// nextLine passes over the rest of the line.
func (p *parser) nextLine() {
	p.toLineEnd()
	p.take("\r")
	p.next()
}

// wordHere is what stands here up to a blank, to be quoted in a message.
func (p *parser) wordHere() string {
	word, _, _ := strings.Cut(p.rest(), "\n")
	if i := strings.IndexFunc(word, unicode.IsSpace); i > 0 {
		word = word[:i]
	}
	return strings.TrimRight(word, "\r")
}

// problem is what is wrong at a place.
func (p *parser) problem(at Pos, instead, format string, args ...any) error {
	return &Problem{File: p.name, Pos: at, Message: fmt.Sprintf(format, args...), Instead: instead}
}

// keep keeps a problem, with its line; the same place is told once.
func (p *parser) keep(err error) {
	found, is := err.(*Problem)
	if !is || p.full() {
		return
	}
	for _, other := range p.problems {
		if other.Pos == found.Pos {
			return
		}
	}
	p.problems = append(p.problems, found)
}

// full reports that no further problem is told, so that reading on tells nothing.
func (p *parser) full() bool { return len(p.problems) >= maxProblems }

// quoted is foreign text as a message shows it: short, clean and in quotes.
func quoted(s string) string {
	if r := []rune(s[:min(len(s), 240)]); len(s) > 60 && len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	if strings.Contains(s, `"`) {
		return "'" + safe.Line(s) + "'"
	}
	return `"` + safe.Line(s) + `"`
}
