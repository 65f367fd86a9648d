package webops

// shorthand.go: the plan's checks of one line, compiled to what Hurl files are read into.

import (
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/plan"
	"tminus/webops/hurl"
)

// compile makes the checks of a stage files. Checks that capture or write lean on each other,
// and are one file; others are one each, so that all that is broken is seen at once.
func compile(st *plan.Stage) []chain {
	leaning := slices.ContainsFunc(st.Checks, func(c plan.Check) bool { return len(c.Capture) > 0 || hurl.Writes(c.Method) })
	name := "checks of the plan, " + st.Name
	var chains []chain
	for i := range st.Checks {
		e := entry(&st.Checks[i])
		if leaning && len(chains) > 0 {
			chains[0][0].Entries = append(chains[0][0].Entries, e)
			continue
		}
		chains = append(chains, chain{{Name: name, Entries: []*hurl.Entry{e}}})
	}
	return chains
}

// entry is one check as a request and its asserts.
func entry(c *plan.Check) *hurl.Entry {
	e := &hurl.Entry{Name: c.Name, Request: hurl.Request{Method: c.Method, URL: templated("{{base}}" + c.Path)}}
	if hurl.Writes(c.Method) {
		e.Request.Headers = []hurl.Param{{Name: hurl.Text("Referer"), Value: templated("{{base}}/")}} // Django asks for it on HTTPS
	}
	for _, name := range slices.Sorted(maps.Keys(c.Form)) {
		e.Request.Form = append(e.Request.Form, hurl.Param{Name: hurl.Text(name), Value: templated(c.Form[name])})
	}
	r := &hurl.Response{Status: c.Status}
	for _, name := range slices.Sorted(maps.Keys(c.Capture)) {
		pattern, err := regexp.Compile(c.Capture[name])
		if err != nil {
			continue // the plan was refused for it
		}
		r.Captures = append(r.Captures, hurl.Capture{Name: name, Query: hurl.Query{Kind: "regex", Pattern: pattern}})
	}
	if c.Location != "" {
		r.Asserts = append(r.Asserts, asserted(`header "Location" startsWith `+quoted(c.Location),
			hurl.Query{Kind: "header", Arg: hurl.Text("Location")}, "startsWith", text(c.Location)))
	}
	if c.Contains != "" {
		r.Asserts = append(r.Asserts, asserted("body contains "+quoted(c.Contains), hurl.Query{Kind: "body"}, "contains", text(c.Contains)))
	}
	r.Asserts = append(r.Asserts, latency("<=", c.Within.Milliseconds(), false))
	if d := c.Degraded.Milliseconds(); d > 0 {
		r.Asserts = append(r.Asserts, latency("<=", d, true))
	}
	e.Response = r
	return e
}

// latency is a bound on the answer's time, in milliseconds.
func latency(op string, ms int64, degraded bool) hurl.Assert {
	a := asserted(fmt.Sprintf("duration %s %d", op, ms), hurl.Query{Kind: "duration"}, op, hurl.Operand{Literal: big.NewInt(ms)})
	a.Degraded = degraded
	return a
}

func asserted(line string, q hurl.Query, kind string, want hurl.Operand) hurl.Assert {
	return hurl.Assert{Text: line, Query: q, Predicate: hurl.Predicate{Kind: kind, Want: &want}}
}

// text is a text between quotes: one that is a name alone stays a text, whatever the name's value is.
func text(s string) hurl.Operand {
	return hurl.Operand{Quoted: true, Text: append(hurl.Template{{}}, templated(s)...)}
}

// quoted is a text as it stands between quotes in a line of asserts.
func quoted(s string) string { return fmt.Sprintf("%q", s) }

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_-]+)\s*\}\}`)

// templated is text of a plan with its {{names}}.
func templated(s string) (t hurl.Template) {
	for s != "" {
		at := placeholder.FindStringSubmatchIndex(s)
		if at == nil {
			return append(t, hurl.Piece{Text: s})
		}
		if at[0] > 0 {
			t = append(t, hurl.Piece{Text: s[:at[0]]})
		}
		t = append(t, hurl.Piece{Text: s[at[2]:at[3]], Expr: true})
		s = s[at[1]:]
	}
	return t
}

// withLimit is an entry with the stage's second latency limit, unless it has one of its own.
func withLimit(e *hurl.Entry, st *plan.Stage) *hurl.Entry {
	ms := st.Degraded.Milliseconds()
	if ms == 0 {
		return e
	}
	r := hurl.Response{}
	if e.Response != nil {
		r = *e.Response
	}
	if slices.ContainsFunc(r.Asserts, func(a hurl.Assert) bool { return a.Degraded && a.Query.Kind == "duration" }) {
		return e
	}
	limited := *e
	r.Asserts = append(slices.Clone(r.Asserts), latency("<=", ms, true))
	limited.Response = &r
	return &limited
}

// words is a request as a row is called when nobody gave it a name.
func words(e *hurl.Entry) string {
	if e.Name != "" {
		return e.Name
	}
	at := withoutQuery(strings.TrimPrefix(e.Request.URL.String(), "{{base}}"))
	if at == "" {
		at = "/"
	}
	return strings.TrimSpace(e.Request.Method + " " + at)
}

// statusText is a status with its name.
func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}
