package hurl

// parse_section.go: the sections of a request, and the two of an answer.

import (
	"io/fs"
	"strconv"
	"strings"
)

// requestSection reads the lines below [Query], [Form] …
func (p *parser) requestSection(r *Request, name string, at Pos) error {
	params := func(to *[]Param) {
		p.items(func() (bool, error) {
			param, found, err := p.param()
			if found && err == nil {
				*to = append(*to, param)
			}
			return found, err
		})
	}
	switch p.words.section(name) {
	case "Query":
		params(&r.Query)
	case "Form":
		params(&r.Form)
	case "Cookies":
		params(&r.Cookies)
	case "Multipart":
		p.items(func() (bool, error) { return p.multipartLine(r) })
	case "Options":
		p.items(func() (bool, error) { return p.option(r) })
	case "BasicAuth":
		var auth []Param
		if params(&auth); len(auth) > 1 {
			return p.problem(auth[1].Pos, "keep one line, user: password", "a second user")
		} else if len(auth) == 1 {
			r.BasicAuth = &auth[0]
		}
	case "Captures", "Asserts":
		return p.problem(at, "write the expected answer above it, such as HTTP 200 or HTTP *", "[%s] belongs to an answer", name)
	default:
		return p.problem(at, p.words.adviceOr("section", name, "write one of "+p.words.list("section")), "%s is not a section that tminus knows", quoted("["+name+"]"))
	}
	return nil
}

// responseSection reads the lines below [Captures] and [Asserts].
func (p *parser) responseSection(r *Response, name string, at Pos) error {
	switch p.words.section(name) {
	case "Captures":
		p.items(func() (bool, error) {
			c, found, err := p.capture()
			if found && err == nil {
				r.Captures = append(r.Captures, c)
			}
			return found, err
		})
	case "Asserts":
		p.asserts(r)
	case "":
		return p.problem(at, p.words.adviceOr("section", name, "write [Captures] or [Asserts]"), "%s is not a section that tminus knows", quoted("["+name+"]"))
	default:
		return p.problem(at, "write it above the line HTTP …", "[%s] belongs to a request", name)
	}
	return nil
}

// multipartLine reads a line of [Multipart]: a text, or a file with its type.
func (p *parser) multipartLine(r *Request) (bool, error) {
	part := Part{Param: Param{Pos: p.pos()}}
	var found bool
	var err error
	if part.Name, found, err = p.key(); err != nil || !found {
		return found, err
	}
	p.blanks()
	if !strings.HasPrefix(p.rest(), "file,") {
		if part.Value, err = p.value(); err != nil {
			return true, err
		}
		r.Multipart = append(r.Multipart, part)
		return true, p.lineEnd("the value")
	}
	part.File = true
	if part.Value, err = p.file(); err != nil {
		return true, err
	}
	at := p.pos()
	kind, err := p.value()
	if err == nil && len(kind) > 0 && (len(kind) > 1 || kind[0].Expr || strings.ContainsFunc(kind[0].Text, notType)) {
		err = p.problem(at, "write a type such as image/png behind the semicolon", "%s is not a content type", quoted(kind.String()))
	}
	if err != nil {
		return true, err
	}
	part.Type = kind.String()
	r.Multipart = append(r.Multipart, part)
	return true, p.lineEnd("the content type")
}

// notType reports what cannot stand in a content type.
func notType(r rune) bool { return r < ' ' || r >= 0x7f }

// file reads file,path; of a file in the suite's folder.
func (p *parser) file() (Template, error) {
	p.skip(len("file,"))
	p.blanks()
	at := p.pos()
	var b strings.Builder
	for !p.atLineEnd() && !strings.ContainsRune("#; \t", p.peek()) {
		if strings.HasPrefix(p.rest(), "{{") {
			return nil, p.problem(p.pos(), "write the name of the file itself", "a name in the path of a file: what is sent must be known before it is sent")
		}
		r, err := p.char("#; {}")
		if err != nil {
			return nil, err
		}
		b.WriteRune(r)
	}
	p.blanks()
	path := b.String()
	switch {
	case !p.take(";"):
		return nil, p.problem(p.pos(), `write file,name; and a blank in a name as "\ "`, "a semicolon is expected behind the name of a file")
	case path == "":
		return nil, p.problem(at, "write file,name;", "the name of a file is missing")
	case !fs.ValidPath(path) || path == "." || strings.ContainsAny(path, `\:`) || strings.ContainsFunc(path, notText):
		return nil, p.problem(at, "put the file into the suite's folder, and write its path from there, such as data/logo.png", "%s is not a plain path inside the suite's folder", quoted(path))
	}
	return Template{{Pos: at, Text: path}}, nil
}

// notText reports control characters.
func notText(r rune) bool { return r < ' ' || r == 0x7f }

// option reads a line of [Options].
func (p *parser) option(r *Request) (bool, error) {
	start := p.cursor
	o := Option{Pos: p.pos()}
	o.Name = p.while(func(r rune) bool { return nameRune(r) || r == '.' })
	p.blanks()
	if o.Name == "" || !p.take(":") {
		p.cursor = start
		return false, nil
	}
	word, known := p.words.find("option", o.Name)
	if !known {
		return true, p.problem(o.Pos, p.words.adviceOr("option", o.Name, "write one of "+p.words.list("option")), "%s is not an option that tminus knows", quoted(o.Name))
	}
	p.blanks()
	var err error
	if word.args == "variable" {
		from := p.pos()
		o.Var = p.while(nameRune)
		if err := p.badName(from, o.Var); err != nil {
			return true, err
		}
		if p.blanks(); !p.take("=") {
			return true, p.problem(p.pos(), "write variable: name=value", "= is expected behind the name")
		}
		p.blanks()
	}
	at := p.pos()
	if o.Value, err = p.optionValue(word); err != nil {
		return true, err
	}
	if wrong := wrongOption(word.args, o.Value); wrong != "" {
		return true, p.problem(at, wrong, "%s is not a value of %s", quoted(o.Value.String()), o.Name)
	}
	r.Options = append(r.Options, o)
	return true, p.lineEnd("the value")
}

// optionValue reads a value. The quotes of a variable's value are kept: "1" is a text, 1 a number.
func (p *parser) optionValue(w word) (Template, error) {
	at, quote := p.pos(), p.peek() == '"'
	if w.args != "variable" || !quote {
		value, err := p.value()
		if err == nil && w.args == "variable" && strings.HasPrefix(value.String(), `"`) {
			err = p.problem(at, `write it between quotes, as "\"…"`, "a value that begins with an escaped quote")
		}
		return value, err
	}
	value, err := p.delimited()
	if err != nil {
		return nil, err
	}
	return merged(append(append(Template{{Pos: at, Text: `"`}}, value...), Piece{Pos: at, Text: `"`})), nil
}

// merged is a template without two literals in a row.
func merged(t Template) Template {
	var out Template
	for _, piece := range t {
		if last := len(out) - 1; last >= 0 && !piece.Expr && !out[last].Expr {
			out[last].Text += piece.Text
			continue
		}
		out = append(out, piece)
	}
	return out
}

// wrongOption is what to write when a value is not of its kind; "" when it is, or is not known yet.
func wrongOption(kind string, value Template) string {
	if len(value) == 1 && value[0].Expr {
		return ""
	}
	text := value.String()
	n, err := strconv.Atoi(text)
	plain := len(value) == 1 && !value[0].Expr
	digits := plain && strings.TrimFunc(text, asciiDigit) == ""
	switch {
	case kind == "boolean" && !(plain && (text == "true" || text == "false")):
		return "write true, false or {{name}}"
	case kind == "count" && (!digits || err != nil || n > 1000):
		return "write a number from 0 to 1000, or {{name}}: what never ends is not for a deployment day"
	case kind == "duration" && (!plain || !isDuration(text)):
		return "write a number and its unit (ms, s, m), such as 500ms or 2s, at most an hour"
	case kind == "timespan" && (!plain || !isDuration(text) || digits):
		return "write a number and its unit, such as 10s: without one, Hurl takes milliseconds here and seconds on its command line"
	case kind == "dash" && text != "-":
		return "take the line out: tminus keeps digests and excerpts, and bodies when the plan asks for them"
	}
	return ""
}

// isDuration reports a time as Hurl writes it, of at most an hour.
func isDuration(text string) bool {
	unit := strings.TrimLeftFunc(text, asciiDigit)
	n, err := strconv.Atoi(strings.TrimSuffix(text, unit))
	longest := map[string]int{"": 3_600_000, "ms": 3_600_000, "s": 3600, "m": 60, "h": 1}
	most, known := longest[unit]
	return err == nil && known && n <= most
}
