package shell

// parse.go: from text to Script, by recursive descent.

import (
	"errors"
	"fmt"
	"strings"
)

// ErrIncomplete is wrapped by Parse when the text is the beginning of something
// longer: an open quote, a loop without its done. More lines may complete it.
var ErrIncomplete = errors.New("unexpected end of file")

// Bounds of one script, in bytes and in nested constructs.
const (
	maxScript = 64 << 10
	maxDepth  = 50
)

// Parse reads a whole script. Errors read as a shell's: "syntax error near …".
func Parse(text string) (Script, error) {
	if len(text) > maxScript {
		return Script{}, fmt.Errorf("script longer than %d bytes", maxScript)
	}
	p := &parser{src: text}
	s, err := p.list()
	if err == nil && p.pos < len(p.src) {
		err = p.unexpected()
	}
	if err == nil && p.joined {
		err = fmt.Errorf("syntax error: %w", ErrIncomplete)
	}
	return s, err
}

type parser struct {
	src    string
	pos    int
	depth  int
	joined bool // the text ends with a backslash that joins the next line to it
}

func (p *parser) unexpected() error {
	p.blanks()
	if p.pos >= len(p.src) {
		return fmt.Errorf("syntax error: %w", ErrIncomplete)
	}
	token := p.src[p.pos:]
	if end := strings.IndexAny(token[1:], " \t\n;|&()"); end >= 0 {
		token = token[:end+1]
	}
	return fmt.Errorf("syntax error near unexpected token `%.20s'", token)
}

// list reads steps until the text, or the construct it stands in, ends.
func (p *parser) list() (Script, error) {
	var s Script
	if p.depth++; p.depth > maxDepth {
		return s, fmt.Errorf("more than %d constructs inside one another", maxDepth)
	}
	defer func() { p.depth-- }()
	join := always
	for {
		p.space()
		if p.pos >= len(p.src) || p.atCloser() {
			if join != always {
				return s, p.unexpected()
			}
			return s, nil
		}
		pipe, err := p.pipeline()
		if err != nil {
			return s, err
		}
		s.list = append(s.list, step{join, pipe})
		p.blanks()
		switch {
		case p.take("&&"):
			join = andThen
		case p.take("||"):
			join = orElse
		case p.peek("&"):
			return s, errors.New("syntax error: background jobs are not available on this machine")
		case p.peek(";;"):
			return s, p.unexpected()
		case p.take(";"), p.take("\n"):
			join = always
		case p.pos >= len(p.src), p.peek(")"):
			return s, nil
		default:
			return s, p.unexpected()
		}
	}
}

func (p *parser) pipeline() (pipeline, error) {
	var pipe pipeline
	for p.keyword("!") {
		pipe.negated = !pipe.negated
	}
	for {
		c, err := p.command()
		if err != nil {
			return pipe, err
		}
		pipe.commands = append(pipe.commands, c)
		p.blanks()
		if p.peek("||") || !p.take("|") {
			return pipe, nil
		}
		p.space()
	}
}

func (p *parser) command() (command, error) {
	c, err := p.construct()
	if err != nil {
		return c, err
	}
	for {
		p.blanks()
		if done, err := p.redirection(&c); err != nil {
			return c, err
		} else if done {
			continue
		}
		if p.pos >= len(p.src) || strings.IndexByte(";&|\n)", p.src[p.pos]) >= 0 {
			break
		}
		if c.compound != nil || p.src[p.pos] == '(' {
			return c, p.unexpected()
		}
		if err := p.argument(&c); err != nil {
			return c, err
		}
	}
	if c.compound == nil && len(c.words)+len(c.assigns)+len(c.redirs) == 0 {
		return c, p.unexpected()
	}
	return c, nil
}

// argument reads one word of a simple command; before the command's name,
// NAME=value is an assignment.
func (p *parser) argument(c *command) error {
	if name := p.assignment(); name != "" && len(c.words) == 0 {
		p.pos += len(name) + 1
		w, err := p.word()
		c.assigns = append(c.assigns, assign{name, w})
		return err
	}
	w, err := p.word()
	c.words = append(c.words, w)
	return err
}

// assignment returns the NAME of a NAME= at the current place.
func (p *parser) assignment() string {
	n := nameLength(p.src[p.pos:])
	if n > 0 && strings.HasPrefix(p.src[p.pos+n:], "=") {
		return p.src[p.pos : p.pos+n]
	}
	return ""
}

// redirection reads [fd]op target into c, and says whether there was one.
func (p *parser) redirection(c *command) (bool, error) {
	rest, fd := p.src[p.pos:], -1
	if len(rest) > 1 && rest[0] >= '0' && rest[0] <= '2' && (rest[1] == '<' || rest[1] == '>') {
		fd, rest = int(rest[0]-'0'), rest[1:]
	}
	for _, op := range []string{"<<", "<&", ">>", ">&", ">", "<"} {
		if !strings.HasPrefix(rest, op) {
			continue
		}
		if op == "<<" || op == "<&" {
			return false, fmt.Errorf("syntax error: `%s' is not available on this machine", op)
		}
		p.pos = len(p.src) - len(rest) + len(op)
		p.blanks()
		if fd < 0 && op != "<" {
			fd = 1
		}
		w, err := p.word()
		if err == nil && len(w) == 0 {
			err = p.unexpected()
		}
		c.redirs = append(c.redirs, redir{fd, op, w})
		return true, err
	}
	return false, nil
}

// blanks skips spaces, tabs, joined lines and a comment; space also newlines.
func (p *parser) blanks() {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == ' ', c == '\t', c == '\r':
			p.pos++
		case p.peek("\\\n"):
			p.join()
		case c == '#' && (p.pos == 0 || strings.IndexByte(" \t\r\n;&|(){}", p.src[p.pos-1]) >= 0):
			if end := strings.IndexByte(p.src[p.pos:], '\n'); end >= 0 {
				p.pos += end
			} else {
				p.pos = len(p.src)
			}
		default:
			return
		}
	}
}

// join skips a backslash and the newline behind it.
func (p *parser) join() {
	p.pos += 2
	p.joined = p.pos == len(p.src)
}

func (p *parser) space() {
	for p.blanks(); p.take("\n"); p.blanks() {
	}
}

func (p *parser) peek(s string) bool { return strings.HasPrefix(p.src[p.pos:], s) }

func (p *parser) take(s string) bool {
	if !p.peek(s) {
		return false
	}
	p.pos += len(s)
	return true
}
