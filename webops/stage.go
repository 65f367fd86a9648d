package webops

// stage.go: a stage as it runs: its chains beside each other, never more requests at once
// than the plan allows, within its budget. What passed in an earlier try of the same stage,
// against the same target, is not asked again.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/webops/hurl"
)

// usualParallel is how many requests are made at once: a t2.micro has one vCPU.
const usualParallel = 4

// stageRun is one run of a stage.
type stageRun struct {
	c       *Client
	call    tasks.Call
	stage   *plan.Stage
	fence   *fence
	vars    map[string]hurl.Value
	secrets []string
	slots   chan struct{}
	chains  []chain
	tests   map[*hurl.File]string // digests, by a chain's first file
	began   time.Time

	mu    sync.Mutex
	rows  [][]tasks.Row // by chain; nil = not begun
	trace []tasks.Trace
	done  int // entries begun
	all   int // entries that are to be run
	trouble
}

// trouble is what failures have in common.
type trouble struct {
	dead string // why nothing more is asked: the application takes no connections
	lost bool   // some exchange with it came to no answer
	sent bool   // some request that failed was sent, or tried to be
}

// begin prepares a run; nothing is asked yet.
func (c *Client) begin(ctx context.Context, call tasks.Call, stage *plan.Stage, f *fence) (*stageRun, error) {
	chains := c.o.Suite.stages[stage.Name]
	vars, secrets, err := c.variables(ctx, call, f.t, used(chains))
	if err != nil {
		return nil, err
	}
	s := &stageRun{c: c, call: call, stage: stage, fence: f, vars: vars, secrets: secrets, chains: chains, tests: map[*hurl.File]string{},
		slots: make(chan struct{}, cmp.Or(call.Plan.Testing.Parallel, usualParallel))}
	s.rows = make([][]tasks.Row, len(s.chains))
	for i, ch := range s.chains {
		s.tests[ch[0]] = s.digest(ch)
		if s.rows[i] = s.passedBefore(ch); s.rows[i] == nil {
			s.all += ch.entries()
		}
	}
	return s, nil
}

// target names what is tested, so that a result can be told from one of something else.
func (s *stageRun) target() string {
	text := s.fence.t.url()
	if id := s.call.Facts[tasks.FactInstance]; id != "" {
		text += " on " + id
	}
	if build := s.call.Plan.Environment.Application.Build; build != "" {
		text += ", build " + build
	}
	return text
}

// passedBefore are the rows of a chain that passed in an earlier try; nil = it has to be run.
func (s *stageRun) passedBefore(ch chain) (rows []tasks.Row) {
	for _, r := range s.call.Before {
		if r.Exchange == nil || r.Exchange.Test != s.tests[ch[0]] {
			continue
		}
		if !r.Verdict.Holds() && !r.Exchange.Skipped || r.Exchange.Target != s.target() {
			return nil
		}
		rows = append(rows, r)
	}
	if len(rows) != ch.entries() { // cut, or the same check twice
		return nil
	}
	return rows
}

// run makes the requests. Its error is ctx's: the person's abort, no verdict.
func (s *stageRun) run(ctx context.Context) error {
	s.began = time.Now()
	x := s.c.exchanges(s.fence)
	defer x.leave()
	bounded, cancel := context.WithTimeout(ctx, s.stage.Budget.Duration)
	defer cancel()
	var running sync.WaitGroup
	turns := make(chan struct{}, cap(s.slots)) // a chain holds one: those that wait have not begun
	for i, ch := range s.chains {
		if s.rows[i] != nil { // since before the run: nothing of this one is written yet
			continue
		}
		turns <- struct{}{} // a chain whose time is over is soon through
		running.Go(func() {
			defer func() { <-turns }()
			s.runChain(bounded, x, i, ch)
		})
	}
	running.Wait()
	return ctx.Err()
}

// runChain runs the files of a chain one after the other, as if they were one.
func (s *stageRun) runChain(ctx context.Context, x *exchanges, n int, ch chain) {
	session := hurl.NewSession(s.vars, s.secrets)
	var rows []tasks.Row
	why := s.whyNot(ctx)
	for _, f := range ch {
		limited := &hurl.File{Name: f.Name}
		for _, e := range f.Entries {
			limited.Entries = append(limited.Entries, withLimit(e, s.stage))
		}
		var results []hurl.Result
		if why == "" {
			results = s.runFile(ctx, x, limited, session)
		}
		for i, e := range limited.Entries {
			if i >= len(results) || results[i].Verdict == hurl.NotRun {
				rows = append(rows, s.untested(ch, f, e, cmp.Or(why, s.whyNot(ctx), "an earlier request of its file failed")))
				continue
			}
			row := s.row(ch, f, results[i])
			rows = append(rows, row)
			if why == "" && row.Verdict == tasks.Fail {
				why = "an earlier request of its chain failed"
			}
		}
	}
	s.keep(n, rows)
}

// runFile runs one file with what lies beside it.
func (s *stageRun) runFile(ctx context.Context, x *exchanges, f *hurl.File, session *hurl.Session) []hurl.Result {
	var beside fs.FS
	if dir := s.c.o.Suite.dir; dir != nil && path.Ext(f.Name) == ".hurl" {
		if sub, err := fs.Sub(dir, path.Dir(f.Name)); err == nil {
			beside = sub
		}
	}
	r := x.runner(s.call, beside, s.slots, s.stage.ReadsOnly())
	r.Begin = s.progress
	results, _ := r.Run(ctx, f, session) // its error is the context's, which whyNot tells
	return results
}

func (s *stageRun) progress(f *hurl.File, e *hurl.Entry, try int) {
	s.mu.Lock()
	if try == 1 {
		s.done++
	}
	text := fmt.Sprintf("%d of %d: %s", s.done, s.all, words(e))
	s.mu.Unlock()
	if try > 1 {
		text += fmt.Sprintf(", try %d", try)
	}
	s.call.Progress(text)
}

// whyNot says why nothing more is asked; "" = go on.
func (s *stageRun) whyNot(ctx context.Context) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.dead != "":
		return s.dead
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Sprintf("the stage's budget of %s is spent", s.stage.Budget.Duration)
	case ctx.Err() != nil:
		return "it was stopped"
	}
	return ""
}

// keep puts the rows of a chain to the others and shows all so far.
func (s *stageRun) keep(n int, rows []tasks.Row) {
	s.mu.Lock() // while they are shown, too: never fewer than before
	defer s.mu.Unlock()
	s.rows[n] = rows
	if s.call.Show != nil {
		s.call.Show(slices.Concat(s.rows...))
	}
}

// result sums the rows up.
func (s *stageRun) result() tasks.Result {
	r := tasks.Result{Verdict: tasks.Pass, Rows: slices.Concat(s.rows...), Trace: s.trace}
	count := map[tasks.Verdict]int{}
	first := ""
	retried, skipped := 0, 0
	for _, row := range r.Rows {
		if row.Exchange != nil && row.Exchange.Skipped {
			skipped++
			continue
		}
		count[row.Verdict]++
		if row.Exchange != nil && row.Exchange.Tries > 1 && row.Verdict.Holds() {
			retried++
		}
		if first == "" && row.Verdict == tasks.Fail {
			first = fmt.Sprintf("; %s: %s", row.Name, row.Says)
		}
	}
	switch {
	case count[tasks.Fail] > 0:
		r.Verdict = tasks.Fail
	case count[tasks.NotTested] > 0 || len(r.Rows) == skipped:
		r.Verdict = tasks.Inconclusive
	case count[tasks.Degraded] > 0:
		r.Verdict = tasks.Degraded
	}
	r.Says = fmt.Sprintf("%d of %d checks passed", count[tasks.Pass]+count[tasks.Degraded], len(r.Rows)-skipped)
	for _, part := range []struct {
		n     int
		words string
	}{{count[tasks.Degraded], "degraded"}, {count[tasks.NotTested], "not tested"}, {skipped, "skipped"}, {retried, "only when tried again"}} {
		if part.n > 0 {
			r.Says += fmt.Sprintf(", %d %s", part.n, part.words)
		}
	}
	r.Says += " in " + short(time.Since(s.began)) + first
	return r
}
