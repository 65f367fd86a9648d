package cli

// smoked.go: what came of the smoke tests, as every report of them starts from: cleaned, masked, bounded and counted.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// fromHost names the row that tells of the second vantage. It judges no check.
const fromHost = "from the host itself"

// maxExcerpt bounds what is quoted of a check, in characters: the evidence is the digest.
const maxExcerpt = 2000

// smoked is one run of the smoke tests.
type smoked struct {
	asked  Testing
	began  time.Time
	took   time.Duration
	stages []Tested
	before map[moment]bool // what an earlier try holds
	err    error           // what broke it off
}

// moment is one check when it was run.
type moment struct {
	stage, name, at string
	ran             int64
}

func newSmoked(asked Testing, stages []Tested, err error, began time.Time) *smoked {
	s := &smoked{asked: asked, began: began, took: time.Since(began), before: map[moment]bool{}, err: err}
	for stage, rows := range asked.Before {
		for _, r := range rows {
			s.before[momentOf(stage, r)] = true
		}
	}
	for _, t := range stages {
		t.Stage, t.Result.Says = clean(t.Stage), clean(t.Result.Says)
		t.Result.Rows = slices.Clone(t.Result.Rows)
		for i := range t.Result.Rows {
			t.Result.Rows[i] = cleanRow(t.Result.Rows[i])
		}
		s.stages = append(s.stages, t)
	}
	return s
}

// clean is one line, fit for a screen and a file, with nobody's secret, phone or e-mail in it.
func clean(text string) string { return safe.Redact(safe.Line(text)) }

// excerpt is the same of what may be several lines.
func excerpt(text string) string {
	return ansi.Truncate(safe.Redact(safe.Block(text)), maxExcerpt, "…")
}

func cleanRow(r tasks.Row) tasks.Row {
	r.Name, r.Says = clean(r.Name), clean(r.Says)
	if r.Exchange == nil {
		return r
	}
	x := *r.Exchange
	for _, line := range []*string{&x.Group, &x.At, &x.Line, &x.Request, &x.Digest, &x.Target, &x.Kept} {
		*line = clean(*line)
	}
	x.Expected, x.Actual, x.Excerpt = excerpt(x.Expected), excerpt(x.Actual), excerpt(x.Excerpt)
	r.Exchange = &x
	return r
}

// verdict is that of all stages together. What was not tested is never a pass.
func (s *smoked) verdict() tasks.Verdict {
	has := func(match func(tasks.Verdict) bool) bool {
		return slices.ContainsFunc(s.stages, func(t Tested) bool { return match(t.Result.Verdict) })
	}
	switch {
	case has(func(v tasks.Verdict) bool { return v == tasks.Fail }):
		return tasks.Fail
	case s.err != nil, len(s.stages) == 0, has(func(v tasks.Verdict) bool { return !v.Holds() }):
		return tasks.Inconclusive
	case has(func(v tasks.Verdict) bool { return v == tasks.Degraded }):
		return tasks.Degraded
	}
	return tasks.Pass
}

// counts is how many checks came to what, each counted once; beside them how many of them were tried more than
// once, and how many were not run again because they passed before.
type counts struct {
	Passed       int `json:"passed"`
	Degraded     int `json:"degraded"`
	Failed       int `json:"failed"`
	Inconclusive int `json:"inconclusive"`
	NotTested    int `json:"not_tested"`
	Skipped      int `json:"skipped"`
	Retried      int `json:"retried"`
	Earlier      int `json:"earlier"`
}

// count counts one stage, or with "" all.
func (s *smoked) count(stage string) (c counts) {
	for _, t := range s.stages {
		for _, r := range t.Result.Rows {
			if stage == "" || stage == t.Stage {
				c.add(r, s.earlier(t.Stage, r))
			}
		}
	}
	return c
}

func (c *counts) add(r tasks.Row, earlier bool) {
	switch wordOf(r) {
	case "pass":
		c.Passed++
	case "degraded":
		c.Degraded++
	case "fail":
		c.Failed++
	case "inconclusive":
		c.Inconclusive++
	case "not tested":
		c.NotTested++
	case "skipped":
		c.Skipped++
	}
	if r.Exchange != nil && r.Exchange.Tries > 1 {
		c.Retried++
	}
	if earlier {
		c.Earlier++
	}
}

// all is how many checks there are, but for those that were skipped on purpose.
func (c counts) all() int { return c.Passed + c.Degraded + c.Failed + c.Inconclusive + c.NotTested }

// words are the counts of what there is, what needs a person first.
func (c counts) words() string {
	var words []string
	for _, part := range []struct {
		n    int
		says string
	}{{c.Failed, "failed"}, {c.Inconclusive, "inconclusive"}, {c.Degraded, "degraded"}, {c.Passed, "passed"}, {c.NotTested, "not tested"},
		{c.Skipped, "skipped"}, {c.Retried, "tried more than once"}, {c.Earlier, "of an earlier try"}} {
		if part.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", part.n, part.says))
		}
	}
	return strings.Join(words, ", ")
}

// wordOf is the verdict of a check; "" = it is none, but a look at whose trouble it is.
func wordOf(r tasks.Row) string {
	switch {
	case remark(r):
		return ""
	case r.Exchange != nil && r.Exchange.Skipped:
		return "skipped"
	case r.Verdict == tasks.NotTested:
		return "not tested"
	}
	return string(r.Verdict)
}

func remark(r tasks.Row) bool { return r.Name == fromHost && r.Exchange == nil }

// momentOf is that of a row; zero for none, and for one that was not run.
func momentOf(stage string, r tasks.Row) moment {
	if r.Exchange == nil || r.Exchange.Ran.IsZero() {
		return moment{}
	}
	return moment{stage, r.Name, r.Exchange.At, r.Exchange.Ran.UnixNano()}
}

// earlier reports a check that passed in the earlier try, and was not run again.
func (s *smoked) earlier(stage string, r tasks.Row) bool {
	c := momentOf(stage, r)
	return c != moment{} && s.before[c]
}

// target is what a stage was asked of; "" = nothing was.
func target(t Tested) string {
	for _, r := range t.Result.Rows {
		if r.Exchange != nil && r.Exchange.Target != "" {
			return r.Exchange.Target
		}
	}
	return ""
}

// sentence is the verdict in numbers: "1 of 28 checks failed, 1 not tested; functional and full were not run".
func (s *smoked) sentence() string {
	c := s.count("")
	text := fmt.Sprintf("%d of %s", c.all()-c.Passed-c.Degraded, checks(c.all()))
	switch {
	case c.all() == 0:
		text = "there was no check to run"
	case c.Failed > 0:
		text = fmt.Sprintf("%d of %s failed", c.Failed, checks(c.all()))
		if c.NotTested > 0 {
			text += fmt.Sprintf(", %d not tested", c.NotTested)
		}
	default:
		text += " not tested, or nobody knows"
	}
	var behind []string
	for _, t := range s.stages {
		if t.Result.Verdict == tasks.NotTested && len(t.Result.Rows) == 0 {
			behind = append(behind, t.Stage)
		}
	}
	if len(behind) > 0 && c.all() > 0 {
		text += "; " + strings.Join(behind, " and ") + " not run"
	}
	return text
}

func checks(n int) string {
	if n == 1 {
		return "1 check"
	}
	return fmt.Sprintf("%d checks", n)
}
