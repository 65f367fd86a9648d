package hurl

// parse_entry.go: a request with its answer, part by part, and where reading goes on behind a
// problem: at the next line of a section, at the next section, or at the next request.

import (
	"strconv"
	"strings"
)

// entry reads a request and what must hold of its answer. It is nil when it cannot be read;
// then what follows was passed over up to the next request.
func (p *parser) entry(notes []note) *Entry {
	if err := p.noRequest(); err != nil {
		p.strayMarks(notes, "it")
		p.keep(err)
		p.nextLine()
		p.to(p.atRequest)
		return nil
	}
	e := &Entry{}
	e.Name, e.Login = p.heading(notes)
	p.request(&e.Request)
	start := p.cursor
	if notes = p.gap(false); !p.atResponse() {
		p.cursor = start
		return e
	}
	p.strayMarks(notes, "the expected answer")
	e.Response = p.response()
	return e
}

// noRequest refuses a line that does not begin an entry.
func (p *parser) noRequest() error {
	switch {
	case p.atRequest():
		return nil
	case p.atResponse():
		return p.problem(p.pos(), "write the request line, METHOD URL, above it", "an expected answer without a request")
	case p.atSection():
		return p.problem(p.pos(), "write the request line, METHOD URL, above it", "a section without a request")
	case isMethod(strings.ToUpper(p.lookWord())) && strings.Contains(p.lookLine(), "://"):
		return p.problem(p.pos(), "write "+strings.ToUpper(p.lookWord()), "a method is written in upper case")
	}
	return p.problem(p.pos(), "write METHOD URL, such as GET https://{{host}}/", "%s does not begin a request", quoted(p.wordHere()))
}

// lookWord is the word of letters that stands here.
func (p *parser) lookWord() string {
	word := p.rest()
	return word[:len(word)-len(strings.TrimLeftFunc(word, asciiLetter))]
}

// lookLine is the line that stands here.
func (p *parser) lookLine() string {
	line, _, _ := strings.Cut(p.rest(), "\n")
	return line
}

// isMethod reports a word in upper case, which every method is.
func isMethod(word string) bool {
	return word != "" && word != "HTTP" && word == strings.ToUpper(word)
}

// atRequest reports a line such as GET https://…
func (p *parser) atRequest() bool {
	word := p.lookWord()
	return isMethod(word) && noColon(p.rest()[len(word):], " \t\r\n")
}

// atResponse reports a line such as HTTP 200.
func (p *parser) atResponse() bool {
	after, is := strings.CutPrefix(p.rest(), "HTTP")
	return is && noColon(after, " \t/\r\n")
}

// noColon reports that a word ends here, and is not the name of a header.
func noColon(after, ends string) bool {
	return after == "" || strings.IndexByte(ends, after[0]) >= 0 && !strings.HasPrefix(strings.TrimLeft(after, " \t"), ":")
}

// atSection reports a line such as [Asserts]. A list in JSON that could be one is none for Hurl either.
func (p *parser) atSection() bool { return p.lookSection() != "" }

func (p *parser) lookSection() string {
	name, is := strings.CutPrefix(p.rest(), "[")
	after := strings.TrimLeftFunc(name, func(r rune) bool { return asciiLetter(r) || asciiDigit(r) })
	if !is || !strings.HasPrefix(after, "]") {
		return ""
	}
	return name[:len(name)-len(after)]
}

// to passes over lines up to the first of which stop is true.
func (p *parser) to(stop func() bool) {
	for !p.eof() {
		if strings.TrimLeft(p.src[p.at-min(p.col-1, p.at):p.at], " \t") == "" {
			if p.blanks(); stop() {
				return
			}
		}
		p.nextLine()
	}
}

// atPart reports where reading can go on behind something that is not understood.
func (p *parser) atPart() bool { return p.atRequest() || p.atResponse() || p.atSection() }

// atMessage reports where reading can go on behind a broken body.
func (p *parser) atMessage() bool { return p.atRequest() || p.atResponse() }

// message is what a request and a response have in common: headers, sections and a body.
type message struct {
	what    string // "request" or "answer"
	headers *[]Param
	body    **Body
	section func(name string, at Pos) error
}

// parts reads what stands between a first line and the next one.
func (p *parser) parts(m message) {
	seen := map[string]bool{}
	for !p.full() {
		start := p.cursor
		notes := p.gap(false)
		if p.eof() || p.atMessage() {
			p.cursor = start // the comments belong to what follows
			return
		}
		p.strayMarks(notes, "this line")
		if *m.body != nil {
			p.keep(p.problem(p.pos(), "headers and sections stand above the body", "%s stands behind the body", quoted(p.wordHere())))
			p.to(p.atMessage)
			return
		}
		p.part(m, seen)
	}
}

// part reads one header, section or body.
func (p *parser) part(m message, seen map[string]bool) {
	at := p.pos()
	if name := p.lookSection(); name != "" {
		p.skip(len("[]") + len(name))
		err := p.lineEnd("the section's name")
		if err == nil {
			err = m.section(name, at)
		} else {
			p.nextLine()
		}
		if full := p.words.section(name); err == nil && seen[full] {
			err = p.problem(at, "put all of it into one section", "[%s] stands here twice", full)
		} else {
			seen[full] = true
		}
		if err != nil {
			p.keep(err)
			p.to(p.atPart)
		}
		return
	}
	param, found, err := p.param()
	switch {
	case err != nil:
		p.keep(err)
		p.nextLineAfter(at)
	case found && len(seen) > 0:
		p.keep(p.problem(at, "headers stand right below the first line, above the sections", "%s stands behind a section", quoted(param.Name.String())))
	case found:
		*m.headers = append(*m.headers, param)
	case p.atBody():
		if *m.body, err = p.body(); err == nil {
			err = p.lineEnd("the body")
		}
		if err != nil {
			*m.body = &Body{Pos: at}
			p.keep(err)
			p.to(p.atMessage)
		}
	default:
		p.keep(p.problem(at, "write a header (name: value), a [Section], a body, or the next request", "%s is not understood in a "+m.what, quoted(p.wordHere())))
		p.nextLine()
	}
}

// nextLineAfter passes over the rest of a line, unless what began at a place was read to its end.
func (p *parser) nextLineAfter(at Pos) {
	if p.line == at.Line || p.col > 1 {
		p.nextLine()
	}
}

// request reads the request line and all that is sent.
func (p *parser) request(r *Request) {
	r.Pos = p.pos()
	r.Method = p.while(asciiLetter)
	if advice := p.words.advice("method", r.Method); advice != "" {
		p.keep(p.problem(r.Pos, advice, "%s is not sent by tminus", r.Method))
	}
	p.blanks()
	var err error
	if r.URL, err = p.url(); err == nil {
		err = p.lineEnd("the address")
	}
	if err != nil {
		p.keep(err)
		p.nextLineAfter(r.Pos)
	}
	p.parts(message{"request", &r.Headers, &r.Body, func(name string, at Pos) error { return p.requestSection(r, name, at) }})
	if form, multipart := r.Form != nil, r.Multipart != nil; form && multipart || r.Body != nil && (form || multipart) {
		p.keep(p.problem(r.Pos, "keep one of a body, [Form] and [Multipart]", "a request has one body"))
	}
}

// response reads the line HTTP 200 and all that must hold.
func (p *parser) response() *Response {
	r := &Response{Pos: p.pos()}
	if err := p.statusLine(r); err != nil {
		p.keep(err)
		p.nextLineAfter(r.Pos)
	}
	p.parts(message{"answer", &r.Headers, &r.Body, func(name string, at Pos) error { return p.responseSection(r, name, at) }})
	return r
}

func (p *parser) statusLine(r *Response) error {
	version := p.while(func(r rune) bool { return r != ' ' && r != '\t' && r != '\r' && r != '\n' && r != '#' })
	switch version {
	case "HTTP":
	case "HTTP/1.0", "HTTP/1.1", "HTTP/2":
		r.Version = version
	default:
		return p.problem(r.Pos, p.words.adviceOr("version", version, "write HTTP, HTTP/1.0, HTTP/1.1 or HTTP/2"), "%s is not a version of HTTP that tminus tells apart", quoted(version))
	}
	p.blanks()
	at := p.pos()
	if !p.take("*") {
		status := p.while(asciiDigit)
		r.Status, _ = strconv.Atoi(status)
		if len(status) != 3 || r.Status < 100 || r.Status > 599 {
			return p.problem(at, "write a number from 100 to 599, or * and a line status < 400 among the [Asserts]", "%s is not a status", quoted(status+p.wordHere()))
		}
	}
	return p.lineEnd("the status")
}

// items reads the lines of a section as long as item finds one. A line with a problem is passed over.
func (p *parser) items(item func() (found bool, err error)) {
	for !p.full() {
		start := p.cursor
		notes := p.gap(false)
		at := p.pos()
		found := false
		var err error
		if !p.eof() && !p.atPart() {
			found, err = item()
		}
		if !found && err == nil {
			p.cursor = start // the comments belong to what follows
			return
		}
		p.strayMarks(notes, "this line")
		if err != nil {
			p.keep(err)
			p.nextLineAfter(at)
		}
	}
}

// param reads a line "name: value".
func (p *parser) param() (param Param, found bool, err error) {
	param.Pos = p.pos()
	if param.Name, found, err = p.key(); err != nil || !found {
		return param, found, err
	}
	if param.Value, err = p.value(); err != nil {
		return param, true, err
	}
	return param, true, p.lineEnd("the value")
}
