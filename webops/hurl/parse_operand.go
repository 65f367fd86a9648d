package hurl

// parse_operand.go: the values that stand in a file, beside queries, filters and predicates.

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// maxDigits bounds a number.
const maxDigits = 400

// operandKinds says what each kind of operand may be, as advice has it.
func operandKinds(kind string) string {
	switch kind {
	case textArg:
		return `a text between quotes, such as "name"; a pattern /…/ goes with regex, replaceRegex and matches`
	case patternArg:
		return `a pattern, /…/ or "…"`
	case indexArg:
		return "a number, such as 0, or -1 for the last, or {{name}}"
	case orderArg:
		return `a number, "a text" or {{name}}`
	case stringArg:
		return `"a text", hex,…; or base64,…;`
	}
	return `"a text", a number, true, false, null, {{name}}, hex,…; or base64,…;`
}

// operand reads a value of a kind.
func (p *parser) operand(kind string) (Operand, error) {
	at := p.pos()
	o, form, err := p.anyOperand()
	if err != nil {
		return o, err
	}
	allowed := map[string]string{
		textArg: `"`, patternArg: `"/`, indexArg: "i{", orderArg: "\"`{i.", stringArg: "\"`{b", valueArg: "\"`{i.btn/", matchArg: "\"`{/",
	}[kind]
	if !strings.ContainsRune(allowed, form) {
		return o, p.problem(at, "write "+operandKinds(kind), "this kind of value does not go here")
	}
	if kind == patternArg || kind == matchArg {
		return o, p.wrongPattern(o)
	}
	return o, nil
}

// anyOperand reads whatever value stands here, and tells its form: one of " ` { / i . b t n,
// for the quotes, a name, a pattern, the two kinds of numbers, bytes, true or false, null.
func (p *parser) anyOperand() (o Operand, form rune, err error) {
	o.Pos = p.pos()
	rest := p.rest()
	switch r := p.peek(); {
	case strings.HasPrefix(rest, "```"):
		body, err := p.multiline()
		if err == nil && body.Lang == "graphql" {
			err = p.problem(o.Pos, "write ``` alone, or a text between quotes", "a GraphQL query in an assert")
		}
		o.Quoted, o.Text = true, lone(body.Text)
		return o, '"', err
	case r == '"' || r == '`':
		o.Quoted = true
		o.Text, err = p.delimited()
		o.Text = lone(o.Text)
		return o, r, err
	case strings.HasPrefix(rest, "{{"):
		name, err := p.template()
		o.Quoted, o.Text = true, Template{{Pos: o.Pos, Text: name, Expr: true}}
		return o, '{', err
	case r == '/':
		o.Pattern, err = p.slashes()
		return o, '/', err
	case r == '-' || asciiDigit(r):
		o.Literal, form, err = p.number()
		return o, form, err
	case strings.HasPrefix(rest, "hex,"):
		o.Literal, err = p.hexBytes()
		return o, 'b', err
	case strings.HasPrefix(rest, "base64,"):
		o.Literal, err = p.base64Bytes()
		return o, 'b', err
	case strings.HasPrefix(rest, "file,"):
		return o, 0, p.problem(o.Pos, p.words.advice("predicate", "file,…;"), "the bytes of a file are not compared by tminus")
	}
	switch word := p.lookName(); word {
	case "true", "false":
		p.skip(len(word))
		o.Literal = word == "true"
		return o, 't', nil
	case "null":
		p.skip(len(word))
		o.Literal = Null{}
		return o, 'n', nil
	}
	return o, 0, p.problem(o.Pos, "write "+operandKinds(valueArg), "%s is not a value", quoted(p.wordHere()))
}

// lone keeps a text that is nothing but a name apart from the name alone, which keeps its
// type: an empty literal stands in front of it.
func lone(t Template) Template {
	if len(t) == 1 && t[0].Expr {
		return Template{{Pos: t[0].Pos}, t[0]}
	}
	return t
}

// slashes reads /pattern/, in which only the slash is escaped by Hurl; other backslashes are the pattern's.
func (p *parser) slashes() (*regexp.Regexp, error) {
	at := p.pos()
	p.next()
	var b strings.Builder
	for p.peek() != '/' {
		if p.atLineEnd() {
			return nil, p.problem(at, `close it with /; a slash inside is written \/`, "the pattern is never closed on this line")
		}
		r := p.next()
		if r == '\\' && p.peek() == '/' {
			r = p.next()
		} else if r == '\\' && !p.atLineEnd() {
			b.WriteRune(r)
			r = p.next()
		}
		b.WriteRune(r)
	}
	p.next()
	return p.pattern(at, b.String())
}

// number reads 12, -3, 0.5, 1e6.
func (p *parser) number() (Value, rune, error) {
	at := p.pos()
	from := p.at
	p.take("-")
	digits := p.while(asciiDigit)
	whole := true
	if strings.HasPrefix(p.rest(), ".") {
		p.next()
		whole = false
		digits += p.while(asciiDigit)
	}
	if r := p.peek(); digits != "" && (r == 'e' || r == 'E') {
		p.next()
		whole = false
		if !p.take("-") {
			p.take("+")
		}
		p.while(asciiDigit)
	}
	text := p.src[from:p.at]
	if tail := p.lookName(); tail != "" || digits == "" || len(text) > maxDigits || strings.HasSuffix(text, ".") {
		return nil, 0, p.problem(at, "write a plain number: 2000 for two seconds of duration, 1.5, -3", "%s is not a number", quoted(text+tail))
	}
	if whole {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, 0, p.problem(at, "write a plain number", "%s is not a number", quoted(text))
		}
		return n, 'i', nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, 0, p.problem(at, "write a plain number", "%s is not a number", quoted(text))
	}
	return f, '.', nil
}

// hexBytes reads hex,0a0b;
func (p *parser) hexBytes() ([]byte, error) {
	at := p.pos()
	p.skip(len("hex,"))
	p.blanks()
	data, err := hex.DecodeString(p.while(func(r rune) bool { return r != ';' && r != ' ' && r != '\t' && r != '\r' && r != '\n' }))
	if p.blanks(); err != nil || !p.take(";") {
		return nil, p.problem(at, "write hex,c3a9; with two digits for each byte", "the bytes behind hex, cannot be read")
	}
	return append([]byte{}, data...), nil
}

// base64Bytes reads base64,w6k=; over several lines if need be.
func (p *parser) base64Bytes() ([]byte, error) {
	at := p.pos()
	p.skip(len("base64,"))
	text := p.while(func(r rune) bool {
		return asciiLetter(r) || asciiDigit(r) || strings.ContainsRune("+/= \t\r\n", r) && r != 0
	})
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || !p.take(";") {
		return nil, p.problem(at, "write base64,w6k=; with a semicolon at its end", "the bytes behind base64, cannot be read")
	}
	return append([]byte{}, data...), nil
}
