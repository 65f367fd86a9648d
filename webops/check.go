package webops

// check.go: one check: a request of the plan and what must hold of its answer.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// maxLatency bounds an answer when the check names no bound of its own.
const maxLatency = 2 * time.Second

// outcome is a check that was made.
type outcome struct {
	row   tasks.Row
	trace *tasks.Trace // nil when nothing was sent
	lost  bool         // there was no answer at all
}

func method(c plan.Check) string { return strings.ToUpper(cmp.Or(c.Method, http.MethodGet)) }

// writes reports methods that may change something on the application.
func writes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// check makes one check. The error is ctx's: the person's abort, no verdict.
func (v *visit) check(ctx context.Context, c plan.Check, safe bool) (outcome, error) {
	o := outcome{row: tasks.Row{Name: c.Name, Verdict: tasks.Fail}}
	how := method(c)
	if safe && writes(how) {
		o.row.Says = "not sent: " + excerpt(how) + " may write, and this stage is read-only; move the check to a later stage of the plan"
		return o, nil
	}
	a, err := v.send(ctx, how, c.Path, c.Form)
	if errors.Is(err, context.Canceled) {
		return o, err
	}
	var gone *lost
	sent := err == nil || errors.As(err, &gone)
	if sent {
		// The path as the plan has it: no captured value, no form in it.
		o.trace = &tasks.Trace{Line: excerpt(how) + " " + v.target.url() + excerpt(c.Path), Took: a.latency}
	}
	o.row.Took = a.latency
	if err != nil {
		o.row.Says, o.lost = err.Error(), sent
	} else if wrong := v.judge(c, a); wrong != "" {
		o.row.Says = wrong
	} else {
		o.row.Verdict = tasks.Pass
		o.row.Says = fmt.Sprintf("%d in %s", a.status, short(a.latency))
	}
	if o.trace != nil && o.row.Verdict == tasks.Fail {
		o.trace.Error = o.row.Says
	}
	return o, nil
}

// judge compares an answer with the check and takes what is to be captured. It
// returns what is wrong: expected, actual and an excerpt; "" = nothing.
func (v *visit) judge(c plan.Check, a answer) string {
	missing := v.capture(c, a) // first of all: what is captured is not shown, not even from this answer
	seen := v.shown(a.body)
	if a.cut {
		seen += " (cut at 256 KiB)"
	}
	var wrong []string
	miss := func(what, want, got string) {
		wrong = append(wrong, fmt.Sprintf("%s: expected %s, got %s", what, want, got))
	}
	if want := cmp.Or(c.Status, http.StatusOK); a.status != want {
		miss("status", statusText(want), statusText(a.status))
	}
	if c.Location != "" && !strings.HasPrefix(a.location, c.Location) {
		miss("location", fmt.Sprintf("%q…", excerpt(c.Location)), fmt.Sprintf("%q", v.shown(a.location)))
	}
	if c.Contains != "" && !strings.Contains(a.body, c.Contains) {
		miss("body", fmt.Sprintf("%q in it", excerpt(c.Contains)), fmt.Sprintf("%d bytes without", len(a.body)))
	}
	if limit := cmp.Or(c.Max.Duration, maxLatency); a.latency > limit {
		miss("latency", "at most "+limit.String(), short(a.latency))
	}
	wrong = append(wrong, missing...)
	if len(wrong) == 0 {
		return ""
	}
	return strings.Join(wrong, "; ") + "; the answer begins: " + cmp.Or(seen, "(empty)")
}

// capture takes the named values out of the body and says which are not there.
func (v *visit) capture(c plan.Check, a answer) (wrong []string) {
	for name, pattern := range c.Capture {
		re, err := regexp.Compile(pattern)
		if err != nil || re.NumSubexp() != 1 {
			wrong = append(wrong, fmt.Sprintf("capture %q: %q is not a regular expression with one group", name, excerpt(pattern)))
			continue
		}
		found := re.FindStringSubmatch(a.body)
		if found == nil || len(found[1]) > 4<<10 {
			wrong = append(wrong, fmt.Sprintf("capture %q: expected a match of %q, got none", name, excerpt(pattern)))
			continue
		}
		v.captured[name] = found[1]
	}
	slices.Sort(wrong) // maps have no order, rows must
	return wrong
}

func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// short is a duration as a person reads it.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
