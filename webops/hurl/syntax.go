package hurl

// syntax.go: the tree of a Hurl file, as Parse makes it, the shorthand of a plan
// compiles to it, and Format writes it. It is never changed once made.

import "regexp"

// Pos is a place in a file; both count from 1, Col in characters. The zero Pos is
// no place: the tree was not read from a file.
type Pos struct{ Line, Col int }

// File is one Hurl file.
type File struct {
	Name    string // as errors and reports name it: "smoke/home.hurl"
	Entries []*Entry
}

// Entry is a request and what must hold of its answer.
type Entry struct {
	Name     string // the comment right above the request; "" = none
	Login    bool   // marked "# [login]"
	Request  Request
	Response *Response // nil = any answer will do
}

// Request is what is sent.
type Request struct {
	Pos       Pos
	Method    string // GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS …: any upper-case word, as Hurl has it
	URL       Template
	Headers   []Param
	Query     []Param // appended to the URL's own
	Form      []Param // application/x-www-form-urlencoded
	Multipart []Part
	Cookies   []Param // sent beside those of the store
	BasicAuth *Param  // user and password; nil = none
	Options   []Option
	Body      *Body // nil = none
}

// Param is a name and a value.
type Param struct {
	Pos         Pos
	Name, Value Template
}

// Part is one part of a multipart form: a text, or with File a file of the suite's folder.
type Part struct {
	Param
	File bool   // Value is the file's path
	Type string // content type; "" = by the file's name
}

// Option is one line of [Options].
type Option struct {
	Pos   Pos
	Name  string   // location, max-redirs, insecure, retry, retry-interval, delay, skip, variable, output, max-time, compressed
	Value Template // still to be expanded: {{n}} is allowed
	Var   string   // of variable: the name
}

// Response is what must hold of the answer.
type Response struct {
	Pos      Pos
	Version  string // "HTTP/1.1"; "" = any
	Status   int    // 0 = any ("*")
	Headers  []Param
	Captures []Capture
	Asserts  []Assert
	Body     *Body // the whole body, exactly; nil = any
}

// Capture keeps a value under a name.
type Capture struct {
	Pos     Pos
	Name    string
	Query   Query
	Filters []Filter
	Redact  bool
}

// Assert is one line of [Asserts].
type Assert struct {
	Pos       Pos
	Text      string // the line as it stands in the file, without comment and blanks around it
	Degraded  bool   // from "# [degraded] …": amber, not red
	Query     Query
	Filters   []Filter
	Predicate Predicate
}

// Query takes a value from an answer.
type Query struct {
	Pos     Pos
	Kind    string         // status, version, url, ip, header, cookie, body, bytes, xpath, jsonpath, regex, variable, duration, certificate, sha256, md5, redirects
	Arg     Template       // header's name, cookie's name with attribute, expression, variable's name, certificate's field; empty without
	Pattern *regexp.Regexp // of regex, when it was written /…/ or holds no template; else nil and Arg is compiled when run
}

// Filter changes a value.
type Filter struct {
	Pos  Pos
	Kind string // count, nth, regex, replace …
	Args []Operand
}

// Predicate judges a value.
type Predicate struct {
	Pos  Pos
	Not  bool
	Kind string // ==, !=, <, <=, >, >=, startsWith, endsWith, contains, matches, includes, exists, isEmpty, isInteger …
	Want *Operand
}

// Operand is a value that stands in the file. Exactly one of the fields beside Pos counts:
// Pattern when set, else Text when Quoted, else Literal.
type Operand struct {
	Pos     Pos
	Pattern *regexp.Regexp // /…/
	Quoted  bool           // "…" or `…`, or a lone {{name}}, which keeps the type of what it names
	Text    Template
	Literal Value // number, true, false, null, base64,…; hex,…;
}

// Body is a request's body, or the one expected.
type Body struct {
	Pos  Pos
	Kind BodyKind
	Text Template // JSON, XML, multiline and one-line texts
	Data []byte   // base64,…; and hex,…;
	File Template // file,…;
	Lang string   // of a multiline text: "json", "xml", "graphql"; "" = plain
}

// BodyKind is the form in which a body is written.
type BodyKind int

// The kinds of bodies.
const (
	JSONBody BodyKind = iota + 1
	XMLBody
	Multiline // ```
	Oneline   // `
	Base64Body
	HexBody
	FileBody
)

// Template is text with {{names}} in it, in pieces.
type Template []Piece

// Piece is literal text, or with Expr the name (or newUuid, newDate) to be put in its place.
type Piece struct {
	Pos  Pos
	Text string
	Expr bool
}

// Text is a template without names.
func Text(s string) Template {
	if s == "" {
		return nil
	}
	return Template{{Text: s}}
}

// String is the template as it is written, {{names}} and all.
func (t Template) String() string {
	var s string
	for _, p := range t {
		if p.Expr {
			s += "{{" + p.Text + "}}"
		} else {
			s += p.Text
		}
	}
	return s
}
