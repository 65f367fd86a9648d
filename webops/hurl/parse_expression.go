package hurl

// parse_expression.go: what queries and filters work with, as far as it can be judged before
// there is an answer: patterns, JSONPath, XPath, and words of which there are few.

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/antchfx/xpath"
	"github.com/theory/jsonpath"
	"golang.org/x/net/html/charset"
)

// wrongArg refuses an argument that its query or filter could never use.
func (p *parser) wrongArg(kind string, arg Operand) error {
	text := arg.Text.String()
	if hasNames(arg.Text) {
		return nil
	}
	switch kind {
	case "jsonpath":
		return p.wrongExpression(arg.Pos, text, "JSONPath", "$.items[0].name, as RFC 9535 has it", func() error { _, err := jsonpath.Parse(text); return err })
	case "xpath":
		return p.wrongExpression(arg.Pos, text, "XPath", "string(//h1), as XPath 1.0 has it", func() error { _, err := xpath.Compile(text); return err })
	case "certificate":
		return p.oneOf(arg.Pos, text, "Subject", "Issuer", "Start-Date", "Expire-Date", "Serial-Number", "Subject-Alt-Name", "Value")
	case "cookie":
		if name, rest, attribute := strings.Cut(text, "["); name == "" {
			return p.problem(arg.Pos, `write cookie "name" or cookie "name[Path]"`, "the name of the cookie is missing")
		} else if attribute {
			return p.oneOf(arg.Pos, strings.TrimSuffix(rest, "]"), "Value", "Expires", "Max-Age", "Domain", "Path", "Secure", "HttpOnly", "SameSite")
		}
	case "variable":
		return p.badName(arg.Pos, text)
	case "decode", "charsetDecode":
		if known, _ := charset.Lookup(text); known == nil {
			return p.problem(arg.Pos, "write a name of the Encoding Standard, such as utf-8, latin1 or gb2312", "%s is not a charset", quoted(text))
		}
	}
	return nil
}

// oneOf refuses what is none of a few words.
func (p *parser) oneOf(at Pos, text string, words ...string) error {
	for _, w := range words {
		if w == text {
			return nil
		}
	}
	return p.problem(at, "write one of "+strings.Join(words, ", ")+runner, "%s is not known here", quoted(text))
}

// wrongExpression refuses an expression that cannot be compiled.
func (p *parser) wrongExpression(at Pos, text, kind, instead string, compile func() error) (wrong error) {
	defer func() {
		if why := recover(); why != nil { // the libraries say some of it so
			wrong = p.problem(at, "write such as "+instead, "not %s: %s", kind, quoted(fmt.Sprint(why)))
		}
	}()
	if len(text) > mostExpression {
		return p.problem(at, "make it shorter", "the %s is longer than %d bytes", kind, mostExpression)
	}
	if err := compile(); err != nil {
		return p.problem(at, "write such as "+instead, "not %s: %s", kind, quoted(err.Error()))
	}
	return nil
}

// wrongPattern refuses a pattern between quotes that is none.
func (p *parser) wrongPattern(o Operand) error {
	if o.Pattern != nil || hasNames(o.Text) {
		return nil
	}
	_, err := p.pattern(o.Pos, o.Text.String())
	return err
}

// pattern compiles a regular expression.
func (p *parser) pattern(at Pos, text string) (*regexp.Regexp, error) {
	if len(text) > mostExpression {
		return nil, p.problem(at, "make it shorter", "the pattern is longer than %d bytes", mostExpression)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		_, why, _ := strings.Cut(err.Error(), "error parsing regexp: ")
		return nil, p.problem(at, "write it as RE2 has it (no look-around, no back-references)"+runner, "not a regular expression: %s", quoted(why))
	}
	return re, nil
}
