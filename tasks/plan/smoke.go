package plan

// smoke.go: the smoke tests' stages. A safe stage may only ask; a value that a form
// repeats must have been captured before.

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// The stages of a smoke test, in the order they are run. A stage with another name would never be.
const (
	StageReadOnly   = "read-only"
	StageFunctional = "functional"
	StageFull       = "full"
)

// longestPattern bounds a capture's regular expression in bytes, and so its compiled size.
const longestPattern = 500

func (r *reader) checkSmoke() {
	first := map[string]int{}
	for i := range r.plan.Smoke {
		s := &r.plan.Smoke[i]
		what := called("stage", s.Name, i)
		r.need(s, what, "name", &s.Name)
		r.need(s, what, "checks", &s.Checks)
		r.oneOf(&s.Name, "stage", StageReadOnly, StageFunctional, StageFull)
		if line, twice := first[s.Name]; twice && r.sound(&s.Name) {
			r.fault(&s.Name, what+" is given twice", fmt.Sprintf("all its checks in one; the first is on line %d", line))
		} else if r.sound(&s.Name) {
			first[s.Name] = r.at[&s.Name].Line
		}
		captured := map[string]bool{} // each stage is a fresh visit
		for j := range s.Checks {
			r.checkCheck(s, &s.Checks[j], captured, called("check", s.Checks[j].Name, j)+" of "+what)
		}
	}
}

func (r *reader) checkCheck(s *Stage, c *Check, captured map[string]bool, what string) {
	r.need(c, what, "name", &c.Name)
	r.need(c, what, "path", &c.Path)
	r.form(&c.Path, "path", "a path from / on, without spaces", func(path string) bool {
		return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, " \t\n")
	})
	r.oneOf(&c.Method, "method", http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete)
	reads := c.Method == "" || c.Method == http.MethodGet || c.Method == http.MethodHead
	if (s.Safe || s.Name == StageReadOnly) && !reads && r.sound(&c.Method) {
		r.fault(&c.Method, what+" writes: "+shown(c.Method), "GET or HEAD: the stage only reads")
	}
	if len(c.Form) > 0 && reads && !r.spoiled[&c.Method] {
		r.fault(&c.Form, what+" sends a form without writing", "method: POST beside a form")
	}
	r.from(100, 599, &c.Status, "status")
	r.checkForm(c, captured)
	r.checkCaptures(c, captured)
}

// checkForm holds each {{name}} of a form against what earlier checks capture.
func (r *reader) checkForm(c *Check, captured map[string]bool) {
	if !r.sound(&c.Form) {
		return
	}
	r.pairsOf(&c.Form, func(name, value string, at func(Finding)) {
		for rest := value; ; {
			_, after, found := strings.Cut(rest, "{{")
			if !found {
				return
			}
			used, end, closed := strings.Cut(after, "}}")
			if !closed {
				at(Finding{Message: "form " + quoted(name) + " opens {{ and does not close it", Expected: "{{name}}"})
				return
			}
			if used = strings.TrimSpace(used); !captured[used] {
				names := sorted(captured)
				at(Finding{Message: "form " + quoted(name) + " uses " + quoted(used) + ", which no earlier check of the stage captures",
					Expected: listed(names, "a capture in an earlier check of the stage"), Nearest: r.guess(used, names)})
			}
			rest = end
		}
	})
}

// checkCaptures compiles each capture's pattern.
func (r *reader) checkCaptures(c *Check, captured map[string]bool) {
	if !r.sound(&c.Capture) {
		return
	}
	r.pairsOf(&c.Capture, func(name, pattern string, at func(Finding)) {
		captured[name] = true
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
