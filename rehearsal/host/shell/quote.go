package shell

// quote.go: parsing of words: quotes, backslashes, dollars and backticks.

import (
	"fmt"
	"strings"
)

// word reads one word; it is empty if none begins here.
func (p *parser) word() (word, error) {
	var w word
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		var err error
		switch {
		case strings.IndexByte(" \t\r\n;&|()<>", c) >= 0:
			return w, nil
		case c == '\'':
			err = p.single(&w)
		case c == '"':
			err = p.double(&w)
		case c == '\\':
			err = p.escaped(&w)
		case c == '$':
			err = p.dollar(&w, false)
		case c == '`':
			err = p.backticks(&w, false)
		default:
			w.literal(string(c), false)
			p.pos++
		}
		if err != nil {
			return w, err
		}
	}
	return w, nil
}

// literal adds text, joining it to a neighbour of the same kind.
func (w *word) literal(text string, quoted bool) {
	if n := len(*w); n > 0 {
		if last := &(*w)[n-1]; last.kind == literal && last.quoted == quoted {
			last.text += text
			return
		}
	}
	*w = append(*w, piece{text: text, quoted: quoted})
}

func (p *parser) single(w *word) error {
	rest := p.src[p.pos+1:]
	end := strings.IndexByte(rest, '\'')
	if end < 0 {
		return fmt.Errorf("unterminated quoted string: %w", ErrIncomplete)
	}
	w.literal(rest[:end], true)
	p.pos += end + 2
	return nil
}

func (p *parser) double(w *word) error {
	p.pos++
	w.literal("", true) // "" is a field of its own, though empty
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		var err error
		switch {
		case c == '"':
			p.pos++
			return nil
		case p.peek("\\\n"):
			p.pos += 2
		case c == '\\' && p.pos+1 < len(p.src) && strings.IndexByte("$`\"\\", p.src[p.pos+1]) >= 0:
			w.literal(p.src[p.pos+1:p.pos+2], true)
			p.pos += 2
		case c == '$':
			err = p.dollar(w, true)
		case c == '`':
			err = p.backticks(w, true)
		default:
			w.literal(string(c), true)
			p.pos++
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("unterminated quoted string: %w", ErrIncomplete)
}

func (p *parser) escaped(w *word) error {
	if p.pos+1 >= len(p.src) {
		return fmt.Errorf("backslash at the end: %w", ErrIncomplete)
	}
	if p.peek("\\\n") {
		p.join()
		return nil
	}
	w.literal(p.src[p.pos+1:p.pos+2], true)
	p.pos += 2
	return nil
}

// dollar reads $name, ${name}, ${name:-word}, $(list) and $((sum)); a dollar
// that begins none of these stands for itself.
func (p *parser) dollar(w *word, quoted bool) error {
	p.pos++
	switch {
	case p.peek("(("):
		return p.sum(w, quoted)
	case p.take("("):
		s, err := p.list()
		if err != nil {
			return err
		}
		if !p.take(")") {
			return p.unexpected()
		}
		*w = append(*w, piece{kind: substitution, script: s, quoted: quoted})
		return nil
	case p.take("{"):
		return p.braced(w, quoted)
	}
	n := nameLength(p.src[p.pos:])
	if n == 0 && p.pos < len(p.src) && strings.IndexByte("?$#@*!0123456789", p.src[p.pos]) >= 0 {
		n = 1
	}
	if n == 0 {
		w.literal("$", quoted)
		return nil
	}
	*w = append(*w, piece{kind: variable, text: p.src[p.pos : p.pos+n], quoted: quoted})
	p.pos += n
	return nil
}

func (p *parser) braced(w *word, quoted bool) error {
	n := nameLength(p.src[p.pos:])
	if n == 0 && p.pos < len(p.src) && strings.IndexByte("?$#@*0123456789", p.src[p.pos]) >= 0 {
		n = 1
	}
	v := piece{kind: variable, text: p.src[p.pos : p.pos+n], quoted: quoted}
	p.pos += n
	if n > 0 && p.take(":-") {
		end := strings.IndexByte(p.src[p.pos:], '}')
		if end < 0 {
			return fmt.Errorf("bad substitution: %w", ErrIncomplete)
		}
		v.alt = word{{text: p.src[p.pos : p.pos+end], quoted: quoted}}
		p.pos += end
	}
	switch {
	case p.pos >= len(p.src):
		return fmt.Errorf("bad substitution: %w", ErrIncomplete)
	case n == 0 || !p.take("}"):
		return fmt.Errorf("${%.20s: bad substitution", v.text)
	}
	*w = append(*w, v)
	return nil
}

// sum reads $((…)) up to the parentheses that close it; arith.go judges what is inside.
func (p *parser) sum(w *word, quoted bool) error {
	start, depth := p.pos, 0
	for ; p.pos < len(p.src); p.pos++ {
		switch p.src[p.pos] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				text := p.src[start+2 : p.pos-1]
				if p.src[p.pos-1] != ')' {
					return fmt.Errorf("syntax error: `$((' without `))'")
				}
				p.pos++
				*w = append(*w, piece{kind: arithmetic, text: text, quoted: quoted})
				return nil
			}
		}
	}
	return fmt.Errorf("syntax error: %w", ErrIncomplete)
}

func (p *parser) backticks(w *word, quoted bool) error {
	rest := p.src[p.pos+1:]
	end := strings.IndexByte(rest, '`')
	if end < 0 {
		return fmt.Errorf("unterminated `: %w", ErrIncomplete)
	}
	inner := &parser{src: rest[:end], depth: p.depth}
	s, err := inner.list()
	if err != nil {
		return err
	}
	if inner.pos < len(inner.src) {
		return inner.unexpected()
	}
	*w = append(*w, piece{kind: substitution, script: s, quoted: quoted})
	p.pos += end + 2
	return nil
}
