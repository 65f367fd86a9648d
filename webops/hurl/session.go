package hurl

// session.go: what the requests of a chain share.

import (
	"maps"
	"net/http"
	"net/http/cookiejar"
)

// Session is what a chain of entries shares: cookies and variables. It is used by one goroutine.
type Session struct {
	Variables map[string]Value
	Secrets   []string // values never shown, beside redacted captures
	jar       http.CookieJar
	hidden    map[string]bool // secrets whose masks are made
	masks     []string        // all the forms of the hidden ones, the longest first
}

// NewSession is a fresh browser that knows some variables. The map is copied.
func NewSession(vars map[string]Value, secrets []string) *Session {
	jar, _ := cookiejar.New(nil) // never fails without options
	s := &Session{Variables: map[string]Value{}, Secrets: secrets, jar: jar}
	maps.Copy(s.Variables, vars)
	return s
}

// Shown is a value for a person, secrets taken out.
func (s *Session) Shown(v Value) string { return short(s.mask(written(v)), mostShown) }
