package hurl

// parse_text.go: texts as they stand in a file, with their escapes and {{names}}.

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how long the name of a variable may be.
const maxName = 200

// pieces puts a template together from characters and names.
type pieces struct {
	t    Template
	text strings.Builder
	from Pos
}

func (b *pieces) rune(at Pos, r rune) {
	if b.text.Len() == 0 {
		b.from = at
	}
	b.text.WriteRune(r)
}

func (b *pieces) name(at Pos, name string) {
	b.flush()
	b.t = append(b.t, Piece{Pos: at, Text: name, Expr: true})
}

func (b *pieces) flush() {
	if b.text.Len() > 0 {
		b.t = append(b.t, Piece{Pos: b.from, Text: b.text.String()})
		b.text.Reset()
	}
}

// done is the template, without the blanks that stood at its end when trim is set.
func (b *pieces) done(trim int) Template {
	if s := b.text.String(); trim > 0 {
		b.text.Reset()
		b.text.WriteString(s[:len(s)-trim])
	}
	b.flush()
	return b.t
}

// template reads {{name}}, at which it stands.
func (p *parser) template() (string, error) {
	at := p.pos()
	p.skip(len("{{"))
	p.blanks()
	from := p.pos()
	name := p.while(nameRune)
	p.blanks()
	switch {
	case name == "":
		return "", p.problem(from, "write {{name}}; a brace that is meant as text is written \\{", "a name is expected between {{ and }}")
	case !p.take("}}"):
		if p.atLineEnd() {
			return "", p.problem(at, "close it with }}", "{{ is never closed on this line")
		}
		return "", p.problem(p.pos(), p.words.advice("template", "{{name filter}}"), "%s does not belong in {{%s}}", quoted(p.wordHere()), name)
	}
	return name, p.badName(from, name)
}

// badName refuses what cannot be the name of a variable.
func (p *parser) badName(at Pos, name string) error {
	first, _ := utf8.DecodeRuneInString(name)
	if len(name) > maxName || !unicode.IsLetter(first) || strings.TrimFunc(name, nameRune) != "" {
		return p.problem(at, "a name is a letter, and then letters, digits, _ and -", "%s is not the name of a variable", quoted(name))
	}
	return nil
}

func nameRune(r rune) bool { return r == '_' || r == '-' || asciiLetter(r) || asciiDigit(r) }

func asciiLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func asciiDigit(r rune) bool { return '0' <= r && r <= '9' }

// value reads a text without quotes: to the comment or the end of the line, without the
// blanks around it.
func (p *parser) value() (Template, error) {
	p.blanks()
	var b pieces
	blanks := 0
	for !p.atLineEnd() && p.peek() != '#' {
		at := p.pos()
		if strings.HasPrefix(p.rest(), "{{") {
			name, err := p.template()
			if err != nil {
				return nil, err
			}
			b.name(at, name)
			blanks = 0
			continue
		}
		escaped := p.peek() == '\\'
		r, err := p.char("\"`#/{}")
		if err != nil {
			return nil, err
		}
		if r == '\t' && !escaped {
			p.blanks()
			if p.atLineEnd() || p.peek() == '#' {
				break
			}
			return nil, p.problem(at, `write \t, or blanks`, "a tab inside a text without quotes")
		}
		if blanks++; r != ' ' || escaped {
			blanks = 0
		}
		b.rune(at, r)
	}
	return b.done(blanks), nil
}

// delimited reads a text between two quotes or two backticks, which stands on one line.
func (p *parser) delimited() (Template, error) {
	opened := p.pos()
	quote := p.next()
	var b pieces
	for p.peek() != quote {
		at := p.pos()
		if p.atLineEnd() {
			return nil, p.problem(opened, "close it on the same line, with \\n for a line feed", "%c is never closed on this line", quote)
		}
		if strings.HasPrefix(p.rest(), "{{") {
			name, err := p.template()
			if err != nil {
				return nil, err
			}
			b.name(at, name)
			continue
		}
		tab := p.peek() == '\t'
		r, err := p.char("\"`#/{}")
		if err != nil {
			return nil, err
		}
		if tab {
			return nil, p.problem(at, `write \t`, "a tab between quotes")
		}
		b.rune(at, r)
	}
	p.next()
	return b.done(0), nil
}

// char reads one character, or an escape: those that every text has, and those of plain.
func (p *parser) char(plain string) (rune, error) {
	at := p.pos()
	r := p.next()
	switch {
	case r != '\\' && (r >= ' ' && r != 0x7f || r == '\t'):
		return r, nil
	case r != '\\':
		return 0, p.problem(at, "delete it, or write it as \\u{"+strconv.FormatInt(int64(r), 16)+"}", "an invisible character (U+%04X)", r)
	case p.atLineEnd():
		return 0, p.problem(at, `write \\ for a backslash`, "a backslash at the end of the line")
	}
	switch c := p.next(); c {
	case '\\':
		return c, nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return p.codePoint(at)
	default:
		if strings.ContainsRune(plain, c) {
			return c, nil
		}
		return 0, p.problem(at, `write \\ for a backslash; in a pattern, /…/ needs no such doubling`, `%s is not an escape`, quoted(`\`+string(c)))
	}
}

// codePoint reads the {2708} of \u{2708}.
func (p *parser) codePoint(at Pos) (rune, error) {
	hex := ""
	if p.take("{") {
		hex = p.while(func(r rune) bool { return asciiDigit(r) || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F' })
	}
	n, err := strconv.ParseInt(hex, 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || len(hex) > 8 || !p.take("}") {
		return 0, p.problem(at, `write \u{2708}: the number of a character, in hexadecimal`, `\u is not followed by a character's number`)
	}
	return rune(n), nil
}

// key reads the name in front of a colon. It is no key when no colon follows: then nothing is read.
func (p *parser) key() (key Template, found bool, err error) {
	start := p.cursor
	if p.peek() == '[' {
		return nil, false, nil
	}
	var b pieces
	for {
		at, r := p.pos(), p.peek()
		switch {
		case strings.HasPrefix(p.rest(), "{{"):
			name, err := p.template()
			if err != nil {
				return nil, true, err
			}
			b.name(at, name)
			continue
		case r == '\\':
			if r, err = p.char("#:/"); err != nil {
				return nil, true, err
			}
			b.rune(at, r)
			continue
		case keyRune(r):
			b.rune(at, p.next())
			continue
		}
		break
	}
	key = b.done(0)
	p.blanks()
	if len(key) == 0 || !p.take(":") {
		p.cursor = start
		return nil, false, nil
	}
	return key, true, nil
}

// keyRune reports the characters a key is written in; others are escaped.
func keyRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r != 0 && strings.ContainsRune("_-.[]@$", r)
}

// url reads an address. What an address cannot hold is escaped with % there, not with \.
func (p *parser) url() (Template, error) {
	start := p.pos()
	var b pieces
	for !p.atLineEnd() && p.peek() != '#' && p.peek() != ' ' && p.peek() != '\t' {
		at := p.pos()
		if strings.HasPrefix(p.rest(), "{{") {
			name, err := p.template()
			if err != nil {
				return nil, err
			}
			b.name(at, name)
			continue
		}
		if r := p.peek(); !urlRune(r) {
			return nil, p.problem(at, "write it as % and its number, such as %20 for a blank", "%s cannot stand in an address", quoted(string(r)))
		}
		b.rune(at, p.next())
	}
	url := b.done(0)
	switch {
	case len(url) == 0:
		return nil, p.problem(start, "write METHOD URL on one line", "the address is missing")
	case url[0].Expr, strings.HasPrefix(url[0].Text, "http://"), strings.HasPrefix(url[0].Text, "https://"):
		return url, nil
	}
	return nil, p.problem(start, "write the whole address, such as https://{{host}}/login", "an address begins with http://, https:// or {{a name}}")
}

// urlRune reports the characters an address is written in.
func urlRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r != 0 && strings.ContainsRune(":/.-?=&_%*,@~+!$'()[];|", r)
}
