package hurl

// secret.go: what must not be shown, and taking it out of texts.
//
// Masked are: the secrets a session was given; redacted captures; what is sent or set under a name that suggests a
// secret (password, token, secret, key, csrf, session: of a form, a query, a header, a cookie, a basic login), if it
// has 4 bytes or more; and captures of 8 bytes or more whose name or query suggests one. Other captures stay readable: the number of a
// contract is what a failure is about. Each is taken out as it is and as HTML, URLs, JSON, base64 and hexadecimal
// write it. A part of a secret (a filter cut it) and other encodings are beyond this.

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"slices"
	"strings"
)

const (
	maskText      = "•••"
	leastNamed    = 4 // bytes of a secret known by its name; a shorter one would blank ordinary words
	leastCaptured = 8 // bytes of a captured one; shorter ones are no tokens
	leastPart     = 4 // bytes at the end of a cut text that may be the beginning of a secret
)

// suspicious reports names whose values are not shown.
func suspicious(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"pass", "pwd", "token", "secret", "key", "csrf", "xsrf", "session", "sessid",
		"credential", "authorization", "jwt"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// hide keeps a value out of all texts from now on.
func (s *Session) hide(secret string) {
	if secret == "" || s.hidden[secret] {
		return
	}
	if s.hidden == nil {
		s.hidden = map[string]bool{}
	}
	s.hidden[secret] = true
	raw := []byte(secret)
	escaped := html.EscapeString(secret)
	forms := []string{
		secret, escaped, strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;").Replace(escaped),
		url.QueryEscape(secret), url.PathEscape(secret), percent(secret, unreserved), escapeJSON(secret),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw), hex.EncodeToString(raw),
	}
	s.masks = append(s.masks, forms...)
	slices.SortFunc(s.masks, func(x, y string) int { return cmp.Or(len(y)-len(x), strings.Compare(x, y)) })
	s.masks = slices.Compact(s.masks)
}

// hideNamed keeps a value out of all texts if its name suggests a secret.
func (s *Session) hideNamed(name, value string) {
	if suspicious(name) && len(value) >= leastNamed {
		s.hide(value)
	}
}

// hideCapture does so for what was captured.
func (s *Session) hideCapture(c Capture, v Value) {
	items, ok := v.(List)
	if !ok {
		items = List{v}
	}
	for _, item := range items {
		text, ok := plain(item)
		if !ok {
			text = strings.Trim(written(item), `"`)
		}
		if c.Redact || len(text) >= leastCaptured && (suspicious(c.Name) || suspicious(c.Query.Arg.String())) {
			s.hide(text)
		}
	}
}

// mask takes every secret out of a text.
func (s *Session) mask(text string) string {
	for _, secret := range s.Secrets {
		s.hide(secret)
	}
	type span struct{ from, to int }
	var spans []span
	for _, m := range s.masks { // the longest first
		for from := 0; ; {
			at := strings.Index(text[from:], m)
			if at < 0 {
				break
			}
			spans = append(spans, span{from + at, from + at + len(m)})
			from += at + len(m)
		}
	}
	if spans == nil {
		return text
	}
	// Where secrets overlap, all of both goes.
	slices.SortFunc(spans, func(x, y span) int { return cmp.Or(x.from-y.from, y.to-x.to) })
	var b strings.Builder
	end := 0
	for _, at := range spans {
		if at.from >= end {
			b.WriteString(text[end:at.from] + maskText)
		}
		end = max(end, at.to)
	}
	b.WriteString(text[end:])
	return b.String()
}

// maskCut does so for a text that was cut off, whose end may be the beginning of a secret.
func (s *Session) maskCut(text string) string {
	text = s.mask(text)
	for _, m := range s.masks {
		for n := min(len(m)-1, len(text)); n >= leastPart; n-- {
			if strings.HasSuffix(text, m[:n]) {
				return text[:len(text)-n] + maskText
			}
		}
	}
	return text
}
