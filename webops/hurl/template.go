package hurl

// template.go: names in double braces replaced by what they stand for, as each place wants it.

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// scope is what templates, queries and filters may look at.
type scope struct {
	session *Session
	now     func() time.Time
	hops    []*exchange // of this try, the last one is judged
}

// lookup is the value of a name.
func (w *scope) lookup(p Piece) (Value, error) {
	switch p.Text {
	case "newUuid":
		return newUUID(), nil
	case "newDate":
		return w.now().UTC(), nil
	}
	if v, ok := w.session.Variables[p.Text]; ok {
		return v, nil
	}
	at := ""
	if p.Pos.Line > 0 {
		at = fmt.Sprintf("line %d: ", p.Pos.Line)
	}
	return nil, fmt.Errorf("%snothing is known as {{%s}}: capture it from an answer before this request, "+
		"in this file or in one that runs before it in the same session, or give it as a variable", at, p.Text)
}

// text is the plain form of the value of a name.
func (w *scope) text(p Piece) (string, error) {
	v, err := w.lookup(p)
	if err != nil {
		return "", err
	}
	text, ok := plain(v)
	if !ok {
		return "", fmt.Errorf("{{%s}} is %s, which has no form in a text; take one value of it with a filter, "+
			"such as nth, toHex or base64Encode", p.Text, kind(v))
	}
	return text, nil
}

// expand is the text of a template.
func (w *scope) expand(t Template) (string, error) {
	var b strings.Builder
	for _, p := range t {
		text := p.Text
		if p.Expr {
			var err error
			if text, err = w.text(p); err != nil {
				return "", err
			}
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// expandJSON is a JSON text: inside quotes a value is escaped as a string wants it, outside it must be a number, a
// boolean or null.
func (w *scope) expandJSON(t Template) (string, error) {
	var b strings.Builder
	quoted := false
	for _, p := range t {
		if !p.Expr {
			quoted = endsQuoted(p.Text, quoted)
			b.WriteString(p.Text)
			continue
		}
		text, err := w.text(p)
		if err != nil {
			return "", err
		}
		if quoted {
			b.WriteString(escapeJSON(text))
			continue
		}
		var bare any
		if err := json.Unmarshal([]byte(text), &bare); err != nil || !scalar(bare) {
			return "", fmt.Errorf("{{%s}} is neither a number, a boolean nor null; put it between quotes: \"{{%s}}\"", p.Text, p.Text)
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// endsQuoted reports whether a string is open at the end of a piece of JSON.
func endsQuoted(text string, quoted bool) bool {
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		}
	}
	return quoted
}

// escapeJSON is text as it stands between the quotes of a JSON string.
func escapeJSON(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return text // a string always encodes
	}
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

func scalar(v any) bool {
	switch v.(type) {
	case nil, bool, float64:
		return true
	}
	return false
}

// expandURL is a URL. Values go in as they are, as with Hurl; afterwards only what cannot stand in a URL at all is
// percent-encoded (controls, blanks, quotes, angles, braces and whatever is not ASCII), so that a space in a value
// does not end the URL, while "/" and "?" in one keep their meaning.
func (w *scope) expandURL(t Template) (string, error) {
	text, err := w.expand(t)
	if err != nil {
		return "", err
	}
	return percent(text, func(c byte) bool { return c > ' ' && c < 0x7f && !strings.ContainsRune("\"<>\\^`{|}", rune(c)) }), nil
}

// percent writes every byte that is not kept as %XX.
func percent(text string, keep func(byte) bool) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; keep(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// unreserved are the characters that mean nothing in a URL (RFC 3986).
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// operand is the value of what stands in the file: a text, a literal, or a *regexp.Regexp.
func (w *scope) operand(o *Operand) (Value, error) {
	switch {
	case o == nil:
		return nil, errors.New("a value is missing here")
	case o.Pattern != nil:
		return o.Pattern, nil
	case !o.Quoted:
		return o.Literal, nil
	case len(o.Text) == 1 && o.Text[0].Expr:
		return w.lookup(o.Text[0])
	}
	return w.expand(o.Text)
}

// newUUID is a random identifier (version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
