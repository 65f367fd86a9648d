package plan

// smoke.go: the smoke tests' stages. A safe stage may only ask; a value that a form
// repeats must have been captured before.

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The stages of a smoke test, in the order they are run. A stage with another name would never be.
const (
	StageReadOnly   = "read-only"
	StageFunctional = "functional"
	StageFull       = "full"
)

// Provided are the names that every test may use without anybody defining them: where the application is, and what it should be.
func Provided() []string { return []string{"base", "host", "build", "instance", "tls", "no_tls"} }

// Names are all the names that a test of the plan may use from the start. The map is the caller's.
func (p *Plan) Names() map[string]bool {
	known := map[string]bool{}
	for _, name := range Provided() {
		known[name] = true
	}
	for _, table := range []map[string]string{p.Testing.Variables, p.Testing.Secrets} {
		for name := range table {
			known[name] = true
		}
	}
	return known
}

// ReadsOnly reports a stage that never writes, whatever its tests say.
func (s *Stage) ReadsOnly() bool { return s.Safe || s.Name == StageReadOnly }

// longestName is how long a name in {{ }} may be, in bytes.
const longestName = 32

// longestPattern bounds a capture's regular expression in bytes, and so its compiled size.
const longestPattern = 500

func (r *reader) checkSmoke() {
	first := map[string]int{}
	for i := range r.plan.Smoke {
		s := &r.plan.Smoke[i]
		what := called("stage", s.Name, i)
		r.need(s, what, "name", &s.Name)
		if r.at[&s.Files] == nil {
			r.need(s, what, "checks", &s.Checks)
		}
		r.oneOf(&s.Name, "stage", StageReadOnly, StageFunctional, StageFull)
		if line, twice := first[s.Name]; twice && r.sound(&s.Name) {
			r.fault(&s.Name, what+" is given twice", fmt.Sprintf("all its checks in one; the first is on line %d", line))
		} else if r.sound(&s.Name) {
			first[s.Name] = r.at[&s.Name].Line
		}
		r.within(&s.Budget, "budget", time.Second, 2*time.Hour)
		r.within(&s.Degraded, "degraded", time.Millisecond, time.Minute)
		for j := range s.Files {
			r.form(&s.Files[j], "file", "Hurl files below this plan's folder, with / between folders: smoke/read-only/*.hurl", isSuiteFile)
		}
		known := r.plan.Names() // each stage is a fresh visit
		for j := range s.Checks {
			r.checkCheck(s, &s.Checks[j], known, called("check", s.Checks[j].Name, j)+" of "+what)
		}
	}
}

// isSuiteFile reports a pattern that cannot lead out of the plan's folder.
func isSuiteFile(s string) bool {
	_, err := path.Match(s, "")
	return err == nil && path.Ext(s) == ".hurl" && path.Clean(s) == s && !path.IsAbs(s) && !strings.HasPrefix(s, "../") && !strings.ContainsAny(s, "\\\n\t")
}

// asked is one of the ways to say what a check asks.
type asked struct {
	method string
	path   *string
}

func (c *Check) asks() []asked {
	return []asked{{http.MethodGet, &c.Get}, {http.MethodHead, &c.Head}, {http.MethodPost, &c.Post}, {http.MethodPut, &c.Put}, {http.MethodPatch, &c.Patch}, {http.MethodDelete, &c.Delete}}
}

func (r *reader) checkCheck(s *Stage, c *Check, known map[string]bool, what string) {
	r.oneOf(&c.Method, "method", http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete)
	var said []any
	method, at := c.Method, any(&c.Method)
	for _, a := range append(c.asks(), asked{c.Method, &c.Path}) {
		if r.at[a.path] == nil {
			continue
		}
		said = append(said, a.path)
		r.form(a.path, "path", "a path from / on, without spaces", func(path string) bool {
			return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, " \t\n")
		})
		if a.path != &c.Path {
			method, at = a.method, a.path
		}
	}
	switch {
	case len(said) == 0:
		r.need(c, what, "path", &c.Path)
	case len(said) > 1:
		r.fault(said[1], what+" asks twice", "one of get, head, post, put, patch, delete, or method and path")
	case at != any(&c.Method) && r.at[&c.Method] != nil:
		r.fault(&c.Method, what+" names its method twice", "get, post … alone, or method and path")
	}
	reads := method == "" || method == http.MethodGet || method == http.MethodHead
	if s.ReadsOnly() && !reads && r.sound(at) {
		r.fault(at, what+" writes: "+shown(method), "GET or HEAD: the stage only reads")
	}
	if len(c.Form) > 0 && reads && !r.spoiled[&c.Method] {
		r.fault(&c.Form, what+" sends a form without writing", "post: beside a form")
	}
	r.from(100, 599, &c.Status, "status")
	for _, limit := range []*Duration{&c.Within, &c.Max, &c.Degraded} {
		r.within(limit, "a latency", time.Millisecond, time.Minute)
	}
	for _, text := range []*string{&c.Get, &c.Head, &c.Post, &c.Put, &c.Patch, &c.Delete, &c.Path, &c.Contains, &c.Location} {
		if r.sound(text) {
			r.uses("a text of "+what, *text, known, func(f Finding) { r.report(r.at[text], f) })
		}
	}
	r.checkForm(c, known)
	r.checkCaptures(c, known)
}

// within reports a time outside its bounds. Left out, it has its default.
func (r *reader) within(value *Duration, key string, low, high time.Duration) {
	if r.sound(value) && (value.Duration < low || value.Duration > high) {
		r.fault(value, fmt.Sprintf("%s is %s", key, value.Duration), fmt.Sprintf("%s to %s", low, high))
	}
}

// checkTesting judges what the stages share. A secret is named here and never written here.
func (r *reader) checkTesting() {
	t := &r.plan.Testing
	r.from(1, 32, &t.Parallel, "parallel")
	names := func(table *map[string]string) {
		if !r.sound(table) {
			return
		}
		r.pairsOf(table, func(name, value string, at func(Finding)) {
			_, twice := t.Variables[name]
			switch {
			case !plainWord(name, longestName):
				at(Finding{Message: "variable " + quoted(name) + " cannot be named in {{ }}", Expected: "a name of ASCII letters, digits, - and _"})
			case slices.Contains(Provided(), name):
				at(Finding{Message: "variable " + quoted(name) + " is tminus's own", Expected: "another name than " + strings.Join(Provided(), ", ")})
			case table == &t.Secrets && twice:
				at(Finding{Message: quoted(name) + " is a variable and a secret", Expected: "one of the two"})
			case table == &t.Secrets && !plainWord(strings.TrimLeft(value, "_"), 200):
				at(Finding{Message: "secret " + quoted(name) + " does not name an environment variable", Expected: "a name such as SCP_QA_PASSWORD: the value itself never stands in a plan"})
			case len(value) > 4<<10:
				at(Finding{Message: "variable " + quoted(name) + " is very long", Expected: "at most 4 KiB"})
			}
		})
	}
	names(&t.Variables)
	names(&t.Secrets)
	r.checkApplication()
}

// checkApplication judges where the tests go: these names end up in connections and headers.
func (r *reader) checkApplication() {
	a := &r.plan.Environment.Application
	r.form(&a.Host, "host", "a host name, such as scp.example.com", isHostName)
	for i := range a.Hosts {
		r.form(&a.Hosts[i], "an entry of hosts", "a host name or an address, with or without :port", func(s string) bool {
			if host, port, err := net.SplitHostPort(s); err == nil {
				n, err := strconv.ParseUint(port, 10, 16)
				return err == nil && n > 0 && (isHostName(host) || isAddress(host))
			}
			return isHostName(s) || isAddress(s)
		})
	}
	p := &a.Probe
	r.form(&p.Path, "path", "a path from / on, without spaces", func(path string) bool {
		return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, " \t\n")
	})
	r.within(&p.Every, "every", time.Second, 10*time.Minute)
	r.within(&p.Within, "within", 10*time.Millisecond, time.Minute)
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func isHostName(s string) bool {
	if len(s) > 253 || isAddress(s) {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !plainWord(label, 63) || strings.Contains(label, "_") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return true
}

// checkForm holds each {{name}} of a form against what earlier checks capture.
func (r *reader) checkForm(c *Check, known map[string]bool) {
	if !r.sound(&c.Form) {
		return
	}
	r.pairsOf(&c.Form, func(name, value string, at func(Finding)) { r.uses("form "+quoted(name), value, known, at) })
}

// uses holds each {{name}} of a text against the names that are known there.
func (r *reader) uses(what, text string, known map[string]bool, at func(Finding)) {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{{")
		if !found {
			return
		}
		used, end, closed := strings.Cut(after, "}}")
		if !closed {
			at(Finding{Message: what + " opens {{ and does not close it", Expected: "{{name}}"})
			return
		}
		if used = strings.TrimSpace(used); !known[used] {
			names := sorted(known)
			at(Finding{Message: what + " uses " + quoted(used) + ", which no earlier check of the stage captures and the plan does not define",
				Expected: listed(names, "a capture in an earlier check of the stage"), Nearest: r.guess(used, names)})
		}
		rest = end
	}
}

// checkCaptures compiles each capture's pattern.
func (r *reader) checkCaptures(c *Check, known map[string]bool) {
	if !r.sound(&c.Capture) {
		return
	}
	r.pairsOf(&c.Capture, func(name, pattern string, at func(Finding)) {
		known[name] = true
		if !plainWord(name, longestName) {
			at(Finding{Message: "capture " + quoted(name) + " cannot be named in {{ }}", Expected: "a name of ASCII letters, digits, - and _"})
		}
		if len(pattern) > longestPattern {
			at(Finding{Message: "capture " + quoted(name) + " is a very long pattern", Expected: "at most 500 bytes"})
			return
		}
		switch compiled, err := regexp.Compile(pattern); {
		case err != nil:
			at(Finding{Message: "capture " + quoted(name) + ": " + shown(strings.TrimPrefix(err.Error(), "error parsing regexp: ")),
				Expected: "a Go regular expression with one group"})
		case compiled.NumSubexp() != 1:
			at(Finding{Message: "capture " + quoted(name) + " does not have exactly one group", Expected: "one ( ) around what is kept; (?: ) groups without keeping"})
		}
	})
}

// pairsOf calls each with the names and values of a decoded map, in the order of the
// file, and with what reports a finding at the value.
func (r *reader) pairsOf(table *map[string]string, each func(name, value string, at func(Finding))) {
	n := r.at[table]
	done := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		if text, decoded := (*table)[name]; decoded && !done[name] {
			done[name] = true
			each(name, text, func(f Finding) { r.report(value, f) })
		}
	}
}

func sorted(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
