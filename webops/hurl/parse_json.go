package hurl

// parse_json.go: a JSON body: it is read as Hurl reads it, {{names}} and all, and sent as it stands.

import "strings"

// maxDepth is how deep JSON and XML may be nested.
const maxDepth = 200

// json reads a value of JSON. Names may stand inside its texts, and for a whole value.
func (p *parser) json() (Template, error) {
	j := jsonReader{parser: p}
	if err := j.value(0); err != nil {
		return nil, err
	}
	return j.b.done(0), nil
}

// jsonReader passes over JSON and keeps its text.
type jsonReader struct {
	*parser
	b pieces
}

// read keeps one character.
func (j *jsonReader) read() {
	at := j.pos()
	j.b.rune(at, j.next())
}

// space keeps blanks and line ends.
func (j *jsonReader) space() {
	for j.peek() != 0 && strings.ContainsRune(" \t\r\n", j.peek()) {
		j.read()
	}
}

// digits keeps digits, and tells whether there were any.
func (j *jsonReader) digits() bool {
	from := j.at
	for asciiDigit(j.peek()) {
		j.read()
	}
	return j.at > from
}

// literal keeps a text that stands here.
func (j *jsonReader) literal(text string) {
	for range text {
		j.read()
	}
}

// name keeps a {{name}}.
func (j *jsonReader) name() error {
	at := j.pos()
	name, err := j.template()
	if err != nil {
		return err
	}
	j.b.name(at, name)
	return nil
}

// wrong is a problem of the JSON.
func (j *jsonReader) wrong(expected string) error {
	switch r := j.peek(); {
	case j.eof():
		return j.problem(j.pos(), "write "+expected, "the JSON ends too early")
	case r == '#':
		return j.problem(j.pos(), "put the comment above the body", "JSON has no comments")
	default:
		return j.problem(j.pos(), "write "+expected, "not JSON: %s does not belong here", quoted(string(r)))
	}
}

// value reads any value.
func (j *jsonReader) value(depth int) error {
	if depth > maxDepth {
		return j.problem(j.pos(), "put the body into a file, and write file,name;", "the JSON is nested more than %d deep", maxDepth)
	}
	switch r := j.peek(); {
	case strings.HasPrefix(j.rest(), "{{"):
		return j.name()
	case r == '{':
		return j.object(depth)
	case r == '[':
		return j.list(depth)
	case r == '"':
		return j.text()
	case r == '-' || asciiDigit(r):
		return j.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if j.lookName() == word {
			j.literal(word)
			return nil
		}
	}
	return j.wrong("a value: a text between quotes, a number, true, false, null, a list, an object or {{name}}")
}

// object reads {"key": value, …}
func (j *jsonReader) object(depth int) error {
	j.read()
	j.space()
	for first := true; j.peek() != '}'; first = false {
		if !first {
			if j.peek() != ',' {
				return j.wrong(", or }")
			}
			j.read()
			j.space()
		}
		if j.peek() != '"' {
			return j.wrong(`a key between quotes; no comma stands behind the last member`)
		}
		if err := j.text(); err != nil {
			return err
		}
		if j.space(); j.peek() != ':' {
			return j.wrong(": behind the key")
		}
		j.read()
		j.space()
		if err := j.value(depth + 1); err != nil {
			return err
		}
		j.space()
	}
	j.read()
	return nil
}

// list reads [value, …]
func (j *jsonReader) list(depth int) error {
	j.read()
	j.space()
	for first := true; j.peek() != ']'; first = false {
		if !first {
			if j.peek() != ',' {
				return j.wrong(", or ]")
			}
			j.read()
			j.space()
		}
		if err := j.value(depth + 1); err != nil {
			return err
		}
		j.space()
	}
	j.read()
	return nil
}

// text reads "…" with its escapes, which are kept as they stand.
func (j *jsonReader) text() error {
	opened := j.pos()
	j.read()
	for j.peek() != '"' {
		switch {
		case j.eof() || j.peek() < ' ':
			return j.problem(opened, `close it on the same line, with \n for a line feed`, "the text is never closed on this line")
		case strings.HasPrefix(j.rest(), "{{"):
			if err := j.name(); err != nil {
				return err
			}
			continue
		case j.peek() == '\\':
			at := j.pos()
			j.read()
			if escape := j.peek(); escape == 'u' && !fourHex(j.rest()[1:]) || escape == 0 || !strings.ContainsRune(`"\/bfnrtu`, escape) {
				return j.problem(at, `write \\ for a backslash, and \u00e9 for a character by its number`, "not an escape of JSON")
			}
		}
		j.read()
	}
	j.read()
	return nil
}

// fourHex reports the digits behind \u.
func fourHex(s string) bool {
	return len(s) >= 4 && strings.Trim(s[:4], "0123456789abcdefABCDEF") == ""
}

// number reads -1.5e3.
func (j *jsonReader) number() error {
	start := j.pos()
	if j.peek() == '-' {
		j.read()
	}
	zero := j.peek() == '0'
	from := j.at
	if !j.digits() {
		return j.wrong("digits behind the sign")
	}
	if zero && j.at > from+1 {
		return j.problem(start, "take the zero out, or write a text between quotes", "not JSON: a number that begins with 0")
	}
	if j.peek() == '.' {
		if j.read(); !j.digits() {
			return j.wrong("digits behind the point")
		}
	}
	if j.peek() == 'e' || j.peek() == 'E' {
		j.read()
		if j.peek() == '-' || j.peek() == '+' {
			j.read()
		}
		if !j.digits() {
			return j.wrong("digits behind the e")
		}
	}
	return nil
}
