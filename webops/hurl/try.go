package hurl

// try.go: one try of an entry: the exchange, the captures, the asserts, and what a person is shown of them.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// try makes one try. Another one makes sense when the answer was lost or not as expected, not when the request could
// not or must not be sent.
func (r *Runner) try(ctx context.Context, e *Entry, s *Session, o settings) (t Try, again bool) {
	start := time.Now()
	w := &scope{session: s, now: r.now}
	out, err := w.request(r, e, o)
	if err != nil {
		return Try{Err: w.cleaned(err), Took: time.Since(start)}, false
	}
	w.hops, err = r.follow(ctx, e, w, o, out)
	if err == nil && e.Response != nil {
		t.Failures = w.examine(r, e.Response)
	}
	t.Took = time.Since(start)
	var lost *LostError
	if errors.As(err, &lost) {
		again = true
		lost.Says = short(s.mask(lost.Says), 2*mostShown)
	} else if again = err == nil; err != nil {
		err = w.cleaned(err)
	}
	t.Err = err
	for _, x := range w.hops { // last, for captures may have taught what to mask
		t.Calls = append(t.Calls, x.call(s))
	}
	return t, again
}

// cleanError is an error whose text may be shown.
type cleanError struct {
	text string
	err  error
}

func (c *cleanError) Error() string { return c.text }
func (c *cleanError) Unwrap() error { return c.err }

// cleaned masks and cleans what an error says.
func (w *scope) cleaned(err error) error {
	return &cleanError{short(w.session.mask(err.Error()), 2*mostShown), err}
}

// examine takes the captures and holds the asserts, all of them.
func (w *scope) examine(r *Runner, want *Response) []Failure {
	var failures []Failure
	keep := func(f *Failure) {
		if f != nil {
			f.Text = short(w.session.mask(f.Text), 2*mostShown)
			failures = append(failures, *f)
		}
	}
	for _, c := range want.Captures {
		keep(w.capture(c))
	}
	keep(w.statusLine(want))
	for _, h := range want.Headers {
		keep(w.expectHeader(h))
	}
	for _, a := range want.Asserts {
		f, err := w.assert(a)
		if err != nil {
			f = w.failed(err)
			f.Expected = w.wanted(a)
		}
		if f != nil {
			f.Pos, f.Text, f.Degraded = a.Pos, a.Text, a.Degraded
		}
		keep(f)
	}
	if want.Body != nil {
		keep(w.expectBody(r, want.Body))
	}
	slices.SortStableFunc(failures, func(x, y Failure) int { return cmp.Compare(x.Pos.Line, y.Pos.Line) })
	return failures
}

// failed is an error as a failure.
func (w *scope) failed(err error) *Failure {
	return &Failure{Actual: short(w.session.mask(err.Error()), 2*mostShown)}
}

// capture keeps a value; nothing is not kept.
func (w *scope) capture(c Capture) *Failure {
	v, err := w.query(c.Query, c.Filters)
	if err == nil && v == nil {
		err = errors.New("nothing was found")
	}
	if err != nil {
		f := w.failed(err)
		f.Pos, f.Text, f.Expected = c.Pos, captureLine(c), "a value to keep as "+Shown(c.Name)
		return f
	}
	w.session.hideCapture(c, v)
	w.session.Variables[c.Name] = v
	return nil
}

// captureLine is a capture much as it stands in the file.
func captureLine(c Capture) string {
	text := c.Name + ": " + c.Query.Kind
	if c.Query.Pattern != nil {
		text += " /" + c.Query.Pattern.String() + "/"
	} else if arg := c.Query.Arg.String(); arg != "" {
		text += ` "` + arg + `"`
	}
	for _, f := range c.Filters {
		text += " " + f.Kind
		for _, arg := range f.Args {
			text += " " + arg.line()
		}
	}
	if c.Redact {
		text += " redact"
	}
	return text
}

// line is an operand much as it stands in the file.
func (o Operand) line() string {
	switch {
	case o.Pattern != nil:
		return "/" + o.Pattern.String() + "/"
	case o.Quoted:
		return `"` + o.Text.String() + `"`
	}
	return written(o.Literal)
}

// assert holds one assert. The error says why its value could not be had.
func (w *scope) assert(a Assert) (*Failure, error) {
	v, err := w.query(a.Query, a.Filters)
	if err != nil {
		return nil, err
	}
	return w.judge(v, a.Predicate)
}

// wanted is what an assert wants, for when its value could not even be had.
func (w *scope) wanted(a Assert) string {
	known := predicates()[a.Predicate.Kind]
	var want Value
	if known.wants && a.Predicate.Want != nil {
		var err error
		if want, err = w.operand(a.Predicate.Want); err != nil {
			return known.words + " " + short(w.session.mask(a.Predicate.Want.line()), mostShown)
		}
	}
	return w.expected(a.Predicate, known, want)
}

// statusLine holds "HTTP 200".
func (w *scope) statusLine(want *Response) *Failure {
	x := w.hops[len(w.hops)-1]
	version := cmp.Or(want.Version, "HTTP")
	status := "*"
	if want.Status != 0 {
		status = strconv.Itoa(want.Status)
	}
	actual := "HTTP/" + x.version()
	f := &Failure{Pos: want.Pos, Text: version + " " + status}
	switch {
	case want.Version != "" && want.Version != "HTTP" && want.Version != actual:
		f.Expected, f.Actual = want.Version, actual
		if want.Status != 0 {
			f.Expected, f.Actual = f.Text, fmt.Sprintf("%s %d", actual, x.status)
		}
		return f
	case want.Status != 0 && want.Status != x.status:
		f.Expected, f.Actual = status, strconv.Itoa(x.status)
		if next := x.leads(); next != nil {
			f.Actual += " to " + short(w.session.mask(next.String()), mostShown)
		}
		return f
	}
	return nil
}

// expectHeader holds a header line below it: one of the values must be this one.
func (w *scope) expectHeader(h Param) *Failure {
	f := &Failure{Pos: h.Pos, Text: h.Name.String() + ": " + h.Value.String()}
	name, err := w.expand(h.Name)
	value := ""
	if err == nil {
		value, err = w.expand(h.Value)
	}
	if err != nil {
		f.Actual = w.failed(err).Actual
		return f
	}
	got := w.hops[len(w.hops)-1].headerNamed(name)
	if list, ok := got.(List); ok && slices.Contains(list, Value(value)) || got == Value(value) {
		return nil
	}
	f.Expected, f.Actual = w.session.Shown(value), w.session.Shown(got)
	return f
}

// expectBody holds the whole body: text for text, byte for byte.
func (w *scope) expectBody(r *Runner, b *Body) *Failure {
	x := w.hops[len(w.hops)-1]
	f := &Failure{Pos: b.Pos, Text: "the expected body"}
	want, err := w.body(r, b)
	var got []byte
	if err == nil {
		got, err = x.whole()
	}
	binary := b.Kind == Base64Body || b.Kind == HexBody || b.Kind == FileBody
	if err == nil && !binary {
		var text string
		text, err = x.text()
		got = []byte(text)
	}
	switch {
	case err != nil:
		f.Expected, f.Actual = "this body", w.failed(err).Actual
		return f
	case bytes.Equal(got, want):
		return nil
	}
	f.Expected, f.Actual = w.difference(got, want, readable(got) && readable(want))
	return f
}

// readable reports bytes that are text for a person.
func readable(data []byte) bool { return utf8.Valid(data) && !bytes.Contains(data, []byte{0}) }

// difference shows two bodies from a little before the place where they part. Texts are masked first: a beginning in
// the middle of a secret would show the rest of it.
func (w *scope) difference(got, want []byte, text bool) (expected, actual string) {
	as := func(b []byte) Value { return b }
	if text {
		got, want = []byte(w.session.mask(string(got))), []byte(w.session.mask(string(want)))
		as = func(b []byte) Value { return string(b) }
		if bytes.Equal(got, want) {
			return "this body", "another one: they differ within a secret"
		}
	}
	const before = 40
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	from := max(0, at-before)
	for text && from > 0 && !utf8.RuneStart(got[from]) {
		from--
	}
	show := func(b []byte) string {
		shown := w.session.Shown(as(b[from:]))
		if from > 0 {
			shown = fmt.Sprintf("from byte %d on: %s", from, shown)
		}
		return shown
	}
	return show(want), show(got)
}
