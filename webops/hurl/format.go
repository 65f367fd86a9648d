package hurl

// format.go: a tree written as a Hurl file, which real Hurl reads, and Parse as the same tree.

import (
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
)

// Format writes a file.
func Format(f *File) []byte {
	var w writer
	for i, e := range f.Entries {
		if i > 0 {
			w.line("")
		}
		w.entry(e)
	}
	return []byte(w.String())
}

// writer puts a file together, line by line.
type writer struct{ strings.Builder }

func (w *writer) line(parts ...string) {
	for _, part := range parts {
		w.WriteString(part)
	}
	w.WriteByte('\n')
}

// entry writes a request and what must hold of its answer.
func (w *writer) entry(e *Entry) {
	if name := strings.TrimLeft(strings.Join(strings.Fields(e.Name), " "), "# "); name != "" {
		if word, _ := (note{text: name}).mark(); isMark(word) {
			name = strings.TrimLeft(name, "[") // a name must not become a permission
		}
		w.line("# ", name)
	}
	if e.Login {
		w.line("# [", loginMark, "]")
	}
	r := &e.Request
	w.line(r.Method, " ", addressText(r.URL))
	w.params("", r.Headers)
	w.options(r.Options)
	w.params("[Query]", r.Query)
	w.params("[Form]", r.Form)
	w.multipart(r.Multipart)
	w.params("[Cookies]", r.Cookies)
	if r.BasicAuth != nil {
		w.params("[BasicAuth]", []Param{*r.BasicAuth})
	}
	w.body(r.Body)
	if e.Response != nil {
		w.response(e.Response)
	}
}

// response writes what must hold of an answer.
func (w *writer) response(r *Response) {
	version, status := "HTTP", "*"
	if r.Version != "" {
		version = r.Version
	}
	if r.Status != 0 {
		status = strconv.Itoa(r.Status)
	}
	w.line(version, " ", status)
	w.params("", r.Headers)
	if len(r.Captures) > 0 {
		w.line("[Captures]")
	}
	for _, c := range r.Captures {
		redact := ""
		if c.Redact {
			redact = " redact"
		}
		w.line(c.Name, ": ", c.Query.String(), filtersText(c.Filters), redact)
	}
	if len(r.Asserts) > 0 {
		w.line("[Asserts]")
	}
	for _, a := range r.Asserts {
		mark := ""
		if a.Degraded {
			mark = "# [" + degradedMark + "] "
		}
		w.line(mark, a.String())
	}
	w.body(r.Body)
}

// params writes the lines of a section, or headers.
func (w *writer) params(section string, params []Param) {
	if section != "" && len(params) > 0 {
		w.line(section)
	}
	for _, p := range params {
		w.line(keyText(p.Name), ": ", valueText(p.Value))
	}
}

func (w *writer) options(options []Option) {
	if len(options) > 0 {
		w.line("[Options]")
	}
	for _, o := range options {
		switch text := o.Value.String(); {
		case o.Name == "variable" && len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"':
			w.line("variable: ", o.Var, "=", quotedText(withoutQuotes(o.Value)))
		case o.Name == "variable":
			w.line("variable: ", o.Var, "=", valueText(o.Value))
		default:
			w.line(o.Name, ": ", valueText(o.Value))
		}
	}
}

// withoutQuotes is a value without the quotes that tell a text from a number.
func withoutQuotes(t Template) Template {
	t = append(Template{}, t...)
	t[0].Text = t[0].Text[1:]
	last := &t[len(t)-1]
	last.Text = last.Text[:len(last.Text)-1]
	return t
}

func (w *writer) multipart(parts []Part) {
	if len(parts) > 0 {
		w.line("[Multipart]")
	}
	for _, p := range parts {
		switch {
		case !p.File:
			w.line(keyText(p.Name), ": ", valueText(p.Value))
		case p.Type == "":
			w.line(keyText(p.Name), ": file,", pathText(p.Value), ";")
		default:
			w.line(keyText(p.Name), ": file,", pathText(p.Value), "; ", valueText(Text(p.Type)))
		}
	}
}

// body writes a body of any kind.
func (w *writer) body(b *Body) {
	if b == nil {
		return
	}
	switch text := b.Text.String(); {
	case b.Kind == Base64Body:
		w.line("base64,", base64.StdEncoding.EncodeToString(b.Data), ";")
	case b.Kind == HexBody:
		w.line("hex,", hex.EncodeToString(b.Data), ";")
	case b.Kind == FileBody:
		w.line("file,", pathText(b.File), ";")
	case b.Kind == Multiline && !strings.Contains(text, "```"):
		w.line("```", b.Lang)
		w.line(text, "```")
	case b.Kind == Multiline || b.Kind == Oneline:
		w.line("`", escapedText(b.Text, "`"), "`")
	default:
		w.line(text)
	}
}

// String is an assert as it is written, without its mark.
func (a Assert) String() string {
	s := a.Query.String() + filtersText(a.Filters)
	if a.Predicate.Not {
		s += " not"
	}
	if s += " " + a.Predicate.Kind; a.Predicate.Want != nil {
		s += " " + a.Predicate.Want.String()
	}
	return s
}

// String is a query as it is written.
func (q Query) String() string {
	w, _ := newVocabulary().find("query", q.Kind)
	switch {
	case w.args == "":
		return q.Kind
	case q.Pattern != nil && len(q.Arg) == 0:
		return q.Kind + " " + slashed(q.Pattern.String())
	}
	return q.Kind + " " + quotedText(q.Arg)
}

// filtersText is filters as they are written behind a query.
func filtersText(filters []Filter) string {
	var s string
	for _, f := range filters {
		s += " " + f.Kind
		for _, arg := range f.Args {
			if arg.Pattern == nil && arg.Quoted && f.Kind != "nth" { // which alone takes a bare {{name}}
				s += " " + quotedText(arg.text())
			} else {
				s += " " + arg.String()
			}
		}
	}
	return s
}

// String is a value as it is written.
func (o Operand) String() string {
	switch {
	case o.Pattern != nil:
		return slashed(o.Pattern.String())
	case o.Quoted && len(o.Text) == 1 && o.Text[0].Expr:
		return o.Text.String()
	case o.Quoted:
		return quotedText(o.Text)
	}
	switch v := o.Literal.(type) {
	case *big.Int:
		return v.String()
	case float64:
		s := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	case []byte:
		return "hex," + hex.EncodeToString(v) + ";"
	case bool:
		return strconv.FormatBool(v)
	}
	return "null"
}
