package webops

// row.go: what came of one request, as a row: a sentence, and the exchange behind it.

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
	"tminus/webops/hurl"
)

// place of an entry or an assert: file:line:col, or the plan.
func (s *stageRun) place(f *hurl.File, at hurl.Pos) string {
	if at.Line == 0 {
		return safe.Line(f.Name)
	}
	return fmt.Sprintf("%s:%d:%d", safe.Line(f.Name), at.Line, at.Col)
}

func (s *stageRun) blank(ch chain, f *hurl.File, e *hurl.Entry) tasks.Row {
	return tasks.Row{Name: safe.Line(words(e)), Exchange: &tasks.Exchange{
		Group: safe.Line(ch.label()), Test: s.tests[ch[0]], At: s.place(f, e.Request.Pos), Target: s.target(), Ran: s.call.Now(),
		Request: safe.Line(e.Request.Method + " " + withoutQuery(e.Request.URL.String())),
	}}
}

func (s *stageRun) untested(ch chain, f *hurl.File, e *hurl.Entry, why string) tasks.Row {
	r := s.blank(ch, f, e)
	r.Says = "not tested: " + why
	return r
}

// row judges the last try of an entry.
func (s *stageRun) row(ch chain, f *hurl.File, res hurl.Result) tasks.Row {
	r := s.blank(ch, f, res.Entry)
	if res.Verdict == hurl.Skipped {
		r.Says, r.Exchange.Skipped = "skipped, as its file says", true
		return r
	}
	last := res.Tries[len(res.Tries)-1]
	x := r.Exchange
	x.Tries = len(res.Tries)
	r.Took = last.Took
	if n := len(last.Calls); n > 0 {
		c := last.Calls[n-1]
		x.Request, x.Status, x.Bytes, x.Digest, x.Excerpt = c.Method+" "+c.URL, c.Status, c.Bytes, c.Digest, c.Excerpt
		r.Took = c.Took
	}
	r.Verdict = map[hurl.Verdict]tasks.Verdict{hurl.Passed: tasks.Pass, hurl.Degraded: tasks.Degraded, hurl.Failed: tasks.Fail}[res.Verdict]
	switch {
	case last.Err != nil:
		r.Says = safe.Line(last.Err.Error())
		s.unanswered(last)
	case len(last.Failures) > 0:
		r.Says = sentence(last.Failures, x.Status)
		s.answered()
		worst := worst(last.Failures)
		x.At, x.Line, x.Expected, x.Actual = s.place(f, worst.Pos), worst.Text, worst.Expected, worst.Actual
	default:
		r.Says = fmt.Sprintf("%d in %s", x.Status, short(r.Took))
	}
	if blind(res.Entry) {
		r.Says += " · no certificate was looked at"
	}
	if x.Tries > 1 {
		r.Says += fmt.Sprintf(" · %s, after %s", ordinal(x.Tries), firstTrouble(res.Tries))
	}
	if r.Verdict == tasks.Fail && s.call.Plan.Testing.Bodies {
		var err error
		if x.Kept, err = s.body(last); err != nil {
			r.Says += " · its body is not kept: " + safe.Line(err.Error())
		}
	}
	s.traced(res, r)
	return r
}

// unanswered notes that an exchange came to nothing. When the application does not even take
// connections, nobody waits ten seconds a check for it. That one page hangs, or another host,
// says nothing of it.
func (s *stageRun) unanswered(t hurl.Try) {
	lost := gone(t.Err)
	if lost == nil || len(t.Calls) == 0 {
		return
	}
	last := t.Calls[len(t.Calls)-1]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = true
	if !s.fence.t.is(last.URL) {
		return
	}
	s.lost = true
	if connected := last.Addr != ""; !connected && (passing(lost) || lost.Kind == "timed out") {
		s.dead = "the application does not answer"
	}
}

// answered notes that a failure is about what came back.
func (s *stageRun) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = true
}

// sentence tells what does not hold, the worst first. Of an answer with another status nothing else
// is worth telling: it is another page.
func sentence(failures []hurl.Failure, status int) string {
	first := worst(failures)
	text := first.Text + ": got " + brief(first.Actual)
	if strings.Contains(first.Text, "{{") { // what the name stands for is not in the line
		text += ", expected " + brief(first.Expected)
	}
	switch rest, is := strings.CutPrefix(first.Actual, strconv.Itoa(status)); {
	case is && strings.HasPrefix(first.Text, "HTTP"):
		text = fmt.Sprintf("the status is %s%s, expected %s", statusText(status), rest, first.Expected)
	case first.Degraded && latencyFailed(first):
		text = "slower than it should be: " + text
	case first.Degraded:
		text = "worse than it should be: " + text
	}
	switch n := len(failures) - 1; n {
	case 0:
	case 1:
		text += "; one more assert does not hold"
	default:
		text += fmt.Sprintf("; %d more asserts do not hold", n)
	}
	return text
}

// brief is a value for a sentence; the row's exchange has more of it.
func brief(value string) string {
	const most = 80
	value = strings.Join(strings.Fields(strings.ReplaceAll(value, "␊", " ")), " ")
	if r := []rune(value); len(r) > most {
		return string(r[:most]) + "…"
	}
	return value
}

func latencyFailed(f hurl.Failure) bool { return strings.HasPrefix(f.Text, "duration") }

// statusOf is the status of a try's last answer; 0 = there was none.
func statusOf(t hurl.Try) int {
	if n := len(t.Calls); n > 0 {
		return t.Calls[n-1].Status
	}
	return 0
}

// worst is the failure that decides: the first red one, else the first.
func worst(failures []hurl.Failure) hurl.Failure {
	for _, f := range failures {
		if !f.Degraded {
			return f
		}
	}
	return failures[0]
}

// firstTrouble is why the first try was not the last.
func firstTrouble(tries []hurl.Try) string {
	t := tries[0]
	switch {
	case t.Err != nil:
		return safe.Line(t.Err.Error())
	case len(t.Failures) > 0:
		return sentence(t.Failures[:1], statusOf(t))
	}
	return "another try"
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s try", n, suffix)
}

// traced keeps every exchange as a line, retries and redirects too.
func (s *stageRun) traced(res hurl.Result, r tasks.Row) {
	var lines []tasks.Trace
	for i, t := range res.Tries {
		for _, c := range t.Calls {
			lines = append(lines, tasks.Trace{Line: c.Method + " " + c.URL, Took: c.Took})
		}
		if n := len(lines); n > 0 && i == len(res.Tries)-1 && r.Verdict == tasks.Fail {
			lines[n-1].Error = r.Says
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trace = append(s.trace, lines...)
}

// body keeps a failed answer, masked and cleaned, and returns its file's name; "" = there was none.
func (s *stageRun) body(t hurl.Try) (string, error) {
	if s.c.o.RunDir == "" || len(t.Calls) == 0 || t.Calls[len(t.Calls)-1].Body == "" {
		return "", nil
	}
	c := t.Calls[len(t.Calls)-1]
	dir := filepath.Join(s.c.o.RunDir, "bodies")
	name := fmt.Sprintf("%s-%s.txt", time.Now().UTC().Format("150405"), c.Digest[:min(12, len(c.Digest))])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(c.Body), 0o600); err != nil {
		return "", err
	}
	return filepath.Join("bodies", name), nil
}

// blind reports a request whose file turns the look at certificates off.
func blind(e *hurl.Entry) bool {
	return slices.ContainsFunc(e.Request.Options, func(o hurl.Option) bool { return o.Name == "insecure" && o.Value.String() != "false" })
}

// withoutQuery is an address as it is written, up to its query: a token may stand there.
func withoutQuery(url string) string {
	if at := strings.IndexByte(url, '?'); at >= 0 {
		return url[:at] + "?…"
	}
	return url
}
