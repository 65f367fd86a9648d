package hurl

// parse_body.go: the forms in which a body is written.

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// atBody reports whether a body begins here.
func (p *parser) atBody() bool {
	rest := p.rest()
	for _, begin := range []string{"{", "[", "\"", "<", "`", "base64,", "hex,", "file,"} {
		if strings.HasPrefix(rest, begin) {
			return true
		}
	}
	switch word := p.lookName(); word {
	case "true", "false", "null":
		return noColon(rest[len(word):], " \t\r\n#")
	default:
		first := p.peek()
		return first == '-' && len(word) > 1 && asciiDigit(rune(word[1])) || asciiDigit(first)
	}
}

// body reads a body of any kind, up to its own end.
func (p *parser) body() (*Body, error) {
	b := &Body{Pos: p.pos()}
	rest := p.rest()
	var err error
	switch {
	case strings.HasPrefix(rest, "```"):
		return p.multiline()
	case rest[0] == '`':
		b.Kind = Oneline
		b.Text, err = p.delimited()
	case rest[0] == '<':
		b.Kind = XMLBody
		b.Text, err = p.xml()
	case strings.HasPrefix(rest, "base64,"):
		b.Kind = Base64Body
		b.Data, err = p.base64Bytes()
	case strings.HasPrefix(rest, "hex,"):
		b.Kind = HexBody
		b.Data, err = p.hexBytes()
	case strings.HasPrefix(rest, "file,"):
		b.Kind = FileBody
		b.File, err = p.file()
	default:
		b.Kind = JSONBody
		b.Text, err = p.json()
	}
	return b, err
}

// multiline reads what stands between ``` and ```, each line of it with its end.
func (p *parser) multiline() (*Body, error) {
	b := &Body{Pos: p.pos(), Kind: Multiline}
	opened := p.pos()
	p.skip(len("```"))
	at := p.pos()
	b.Lang = p.while(func(r rune) bool { return asciiLetter(r) || asciiDigit(r) })
	p.blanks()
	if !p.atLineEnd() {
		if lang := p.lookLine(); strings.Contains(lang, "```") {
			return b, p.problem(opened, "write `a text` between single backticks", "``` and its text stand on one line")
		}
		return b, p.problem(at, p.words.advice("body", "``` attributes"), "%s is not understood behind ```", quoted(b.Lang+p.wordHere()))
	}
	if _, known := p.words.find("body", "```"+b.Lang); !known {
		return b, p.problem(at, p.words.adviceOr("body", "```"+b.Lang, "write one of "+p.words.list("body")), "%s is not a language that tminus knows", quoted(b.Lang))
	}
	p.nextLine()
	length := strings.Index(p.rest(), "```")
	if length < 0 {
		p.at = p.end // where it was to end cannot be guessed
		return b, p.problem(opened, "close it with ``` on a line of its own", "``` is never closed; the rest of the file stands inside it")
	}
	var err error
	if b.Text, err = p.until(p.at+length, b.Lang == "raw"); err != nil {
		return b, err
	}
	if line, has := variables(b); has {
		return b, p.problem(Pos{Line: at.Line + line, Col: 1}, p.words.advice("body", "graphql variables"), "variables of GraphQL")
	}
	p.skip(len("```"))
	return b, nil
}

// until reads a text as it stands, with names in it unless it is raw.
func (p *parser) until(end int, raw bool) (Template, error) {
	var b pieces
	for p.at < end {
		at := p.pos()
		if !raw && strings.HasPrefix(p.src[p.at:end], "{{") {
			name, err := p.template()
			if err != nil {
				return nil, err
			}
			b.name(at, name)
			continue
		}
		b.rune(at, p.next())
	}
	return b.done(0), nil
}

// variables finds the part of a GraphQL query that is none.
func variables(b *Body) (line int, has bool) {
	if b.Lang != "graphql" {
		return 0, false
	}
	for text := range strings.Lines(b.Text.String()) {
		line++
		after, is := strings.CutPrefix(text, "variables")
		if is && strings.HasPrefix(strings.TrimLeft(after, " \t"), "{") {
			return line, true
		}
	}
	return 0, false
}

// xml reads an element with all that stands in it.
func (p *parser) xml() (Template, error) {
	opened := p.pos()
	d := xml.NewDecoder(strings.NewReader(p.rest()))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) || depth > maxDepth {
			p.at = p.end // where it was to end cannot be guessed
			return nil, p.problem(opened, "close each element", "the XML is never closed; the rest of the file stands inside it")
		}
		if unclosed := (&xml.SyntaxError{}); errors.As(err, &unclosed) && unclosed.Msg == "unexpected EOF" {
			p.at = p.end
			return nil, p.problem(opened, "close each element", "the XML is never closed; the rest of the file stands inside it")
		}
		if err != nil {
			p.skip(int(d.InputOffset()))
			return nil, p.problem(p.pos(), "write it between ```xml and ``` if it is meant to be so", "not XML: %s", quoted(strings.TrimPrefix(err.Error(), "XML syntax ")))
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if _, end := token.(xml.EndElement); end && depth == 0 {
			break
		}
	}
	text := p.rest()[:d.InputOffset()]
	if i := strings.Index(text, "{{"); i >= 0 {
		p.skip(i)
		return nil, p.problem(p.pos(), "write it between ```xml and ```, where {{names}} are filled in", "{{ in an XML body, which Hurl sends as it stands")
	}
	p.skip(len(text))
	return Template{{Pos: opened, Text: text}}, nil
}
