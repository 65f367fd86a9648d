package hurl

// run.go: making the requests of a file.

import (
	"context"
	"io/fs"
	"net/http"
	"time"
)

// Runner makes requests. Its fields are not changed while it runs; several files may be run by
// one Runner at a time, each with a Session of its own.
type Runner struct {
	// Transport makes one exchange, and follows nothing. Whom it talks to is its own affair. It should
	// bound the headers of an answer, and not ask for compression by itself.
	Transport http.RoundTripper
	// Insecure makes the exchanges of entries with "insecure: true"; nil refuses them.
	Insecure http.RoundTripper
	// Guard is asked before each request is sent, redirected ones too: an error refuses it. nil allows all.
	Guard func(e *Entry, r *http.Request) error
	// Files is the suite's folder, where bodies may lie; nil = none may. os.Root's keeps links inside.
	Files fs.FS
	// Now is the wall clock (dates, certificates). Wait passes the time of delay and retry-interval. nil = the real ones.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
	// Slots bounds requests at once over all files: taken before each exchange. nil = no bound.
	Slots chan struct{}
	// Begin is told before each try of an entry; nil = nobody is.
	Begin func(f *File, e *Entry, try int)
	// Agent is the User-Agent of each request that has none.
	Agent string
	// Limit bounds one exchange, from dialling to the last byte, unless max-time says less; MaxBody bounds a body in bytes,
	// uncompressed. 0 = 10 s and 256 KiB.
	Limit   time.Duration
	MaxBody int64
}

// Verdict is what came of an entry.
type Verdict int

// The verdicts.
const (
	NotRun Verdict = iota // an earlier entry failed, or the budget was spent
	Passed
	Degraded // passed, but for an assert marked [degraded]
	Failed
	Skipped // by its own option
)

// Result is what came of one entry.
type Result struct {
	Entry   *Entry
	Verdict Verdict
	Tries   []Try // all of them; the last one counts
}

// Try is one try of an entry.
type Try struct {
	Calls    []Call    // one, and one more for each redirect that was followed
	Failures []Failure // of captures and asserts, in the order of the file; amber ones too
	Err      error     // no answer at all, or none that could be read: a *LostError, a *RefusedError, or what a template or a file lacks
	Took     time.Duration
}

// Call is one exchange as it happened. Its texts are masked and cleaned. Status is 0 when no answer came. Excerpt and
// Body are kept of the last try only.
type Call struct {
	Method, URL string
	Status      int
	Proto       string // HTTP/1.1
	Addr        string // of the other side
	Took        time.Duration
	Bytes       int64  // of the body, as far as it was read, uncompressed
	Cut         bool   // it was longer than that
	Digest      string // SHA-256 of those bytes, in hexadecimal
	Excerpt     string // the beginning of the body
	Body        string // masked, cleaned, whole
}

// Failure is an assert that does not hold, or a capture that found nothing.
type Failure struct {
	Pos              Pos
	Text             string // the line, as in the file
	Degraded         bool
	Expected, Actual string
}

func (r *Runner) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func (r *Runner) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if r.Wait != nil {
		return r.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Runner) limit() time.Duration {
	if r.Limit <= 0 {
		return 10 * time.Second
	}
	return r.Limit
}

func (r *Runner) mostBody() int64 {
	if r.MaxBody <= 0 {
		return 256 << 10
	}
	return r.MaxBody
}

// Run makes the requests of a file in their order. The first one that fails ends it: what comes after it is NotRun.
// The only error is that of a context that is over; the results so far come with it.
func (r *Runner) Run(ctx context.Context, f *File, s *Session) ([]Result, error) {
	results := make([]Result, len(f.Entries))
	for i, e := range f.Entries {
		results[i].Entry = e
	}
	for i := range results {
		if err := r.run(ctx, f, s, &results[i]); err != nil {
			return results, err
		}
		if results[i].Verdict == Failed {
			break
		}
	}
	return results, nil
}

// run makes one entry's request, as often as it says. The error is the context's.
func (r *Runner) run(ctx context.Context, f *File, s *Session, result *Result) error {
	w := &scope{session: s, now: r.now}
	o, err := w.settings(r, result.Entry)
	if err != nil {
		result.Verdict, result.Tries = Failed, []Try{{Err: w.cleaned(err)}}
		return ctx.Err()
	}
	if o.skip {
		result.Verdict = Skipped
		return ctx.Err()
	}
	if err := r.wait(ctx, o.delay); err != nil {
		return over(ctx, err)
	}
	for try := 1; ; try++ {
		if r.Begin != nil {
			r.Begin(f, result.Entry, try)
		}
		t, again := r.try(ctx, result.Entry, s, o)
		if n := len(result.Tries); n > 0 {
			result.Tries[n-1].forget()
		}
		result.Tries = append(result.Tries, t)
		if err := ctx.Err(); err != nil {
			return err
		}
		if result.Verdict = t.verdict(); result.Verdict != Failed || !again || try > o.retries {
			return nil
		}
		if err := r.wait(ctx, o.interval); err != nil {
			return over(ctx, err)
		}
	}
}

// over is why waiting ended: the context's own reason when it has one.
func over(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// verdict is what one try comes to.
func (t Try) verdict() Verdict {
	v := Passed
	for _, f := range t.Failures {
		if !f.Degraded {
			return Failed
		}
		v = Degraded
	}
	if t.Err != nil {
		return Failed
	}
	return v
}

// forget drops the bodies of a try that does not count.
func (t *Try) forget() {
	for i := range t.Calls {
		t.Calls[i].Excerpt, t.Calls[i].Body = "", ""
	}
}
