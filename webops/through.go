package webops

// through.go: does an address lead to the application of this run? An answer is
// not enough: after a move it may come from the machine that had the address before.

import (
	"context"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
	"tminus/webops/hurl"
)

// An address that was associated a moment ago may lead nowhere yet. It is given
// this many more tries, this far apart in run time.
const (
	retries    = 6
	retryPause = 10 * time.Second
)

// Through is a step that reaches the application through the address that a
// fact holds. It passes when the front page answers and the health page names
// the planned build and the instance of this run.
func (c *Client) Through(fact string) tasks.Step {
	return tasks.Step{
		ID:    "reach-application",
		Title: "reach the application through the address",
		Needs: []string{fact, tasks.FactInstance},
		Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
			return c.through(ctx, call, fact)
		},
	}
}

func (c *Client) through(ctx context.Context, call tasks.Call, fact string) (tasks.Result, error) {
	rests := []string{fact, tasks.FactInstance}
	t, found := c.find(call, fact)
	if !found {
		return tasks.Result{Verdict: tasks.Inconclusive, Says: "no public address is known, or not the application's port; look at the address in the console", Rests: rests}, nil
	}
	for try := 1; ; try++ {
		result, lost, err := c.reach(ctx, call, t)
		if err != nil {
			return tasks.Result{}, fmt.Errorf("reaching %s: %w", t.addr(), err)
		}
		if passing(lost) && try <= retries {
			call.Progress(fmt.Sprintf("%s; try %d of %d in %s", lost.Error(), try+1, retries+1, retryPause))
			if err := call.Wait(ctx, retryPause); err != nil {
				return tasks.Result{}, fmt.Errorf("waiting for %s: %w", t.addr(), err)
			}
			continue
		}
		result.Rests = rests
		return result, nil
	}
}

// reach asks the two pages once. lost is set when there was no answer. The error is ctx's.
func (c *Client) reach(ctx context.Context, call tasks.Call, t target) (tasks.Result, *hurl.LostError, error) {
	x := c.exchanges(c.fence(call, t))
	defer x.leave()
	f := &hurl.File{Name: "the address", Entries: []*hurl.Entry{front(), identity(call, "/healthz")}}
	session := hurl.NewSession(map[string]hurl.Value{"base": t.url()}, nil)
	results, err := x.runner(call, nil, nil, true).Run(ctx, f, session)
	if err != nil {
		return tasks.Result{}, nil, err
	}
	result := tasks.Result{Verdict: tasks.Pass}
	for _, r := range results {
		if r.Verdict == hurl.NotRun {
			break
		}
		last := r.Tries[len(r.Tries)-1]
		row := tasks.Row{Name: words(r.Entry), Verdict: tasks.Pass, Took: last.Took}
		trace := tasks.Trace{Line: "GET " + t.url() + row.Name[len("GET "):], Took: last.Took}
		row.Says = wrong(last)
		if row.Says != "" {
			row.Verdict, result.Verdict = tasks.Fail, tasks.Fail
			trace.Error, result.Says = row.Says, row.Says
		} else {
			row.Says = fmt.Sprintf("%d in %s", last.Calls[len(last.Calls)-1].Status, short(last.Took))
		}
		result.Rows, result.Trace = append(result.Rows, row), append(result.Trace, trace)
		if lost := gone(last.Err); lost != nil {
			return result, lost, nil
		}
	}
	if result.Verdict == tasks.Pass {
		result.Says = fmt.Sprintf("build %s on %s answers at %s",
			safe.Line(call.Plan.Environment.Application.Build), safe.Line(call.Facts[tasks.FactInstance]), t.url())
	}
	return result, nil, nil
}

// front asks for the front page, which is well when it is a page or leads to one.
func front() *hurl.Entry {
	return &hurl.Entry{Request: hurl.Request{Method: http.MethodGet, URL: templated("{{base}}/")},
		Response: &hurl.Response{Asserts: []hurl.Assert{asserted("status: expected below 400", hurl.Query{Kind: "status"}, "<", hurl.Operand{Literal: big.NewInt(400)})}}}
}

// identity asks for the page that names the build and the instance, which have to be ours.
func identity(call tasks.Call, path string) *hurl.Entry {
	e := &hurl.Entry{Request: hurl.Request{Method: http.MethodGet, URL: templated("{{base}}" + path)},
		Response: &hurl.Response{Asserts: []hurl.Assert{asserted("status: expected 200 OK", hurl.Query{Kind: "status"}, "==", hurl.Operand{Literal: big.NewInt(200)})}}}
	for _, want := range []struct{ what, value string }{
		{"build", call.Plan.Environment.Application.Build},
		{"instance", call.Facts[tasks.FactInstance]},
	} {
		a := asserted(fmt.Sprintf("%s: expected %s, and the health page does not name it; another machine may answer at this address", want.what, safe.Line(want.value)),
			hurl.Query{Kind: "body"}, "matches", hurl.Operand{Pattern: whole(want.value)})
		e.Response.Asserts = append(e.Response.Asserts, a)
	}
	return e
}

// whole matches a value as a whole word: build 1.0.0 is not in "11.0.0" or "1.0.0-rc1". An
// empty value is nowhere.
func whole(value string) *regexp.Regexp {
	if value == "" {
		return regexp.MustCompile(`[^\s\S]`)
	}
	return regexp.MustCompile(`(?:^|[^0-9A-Za-z._-])` + regexp.QuoteMeta(value) + `(?:$|[^0-9A-Za-z._-])`)
}

// wrong is what is wrong with an answer, in words; "" = nothing.
func wrong(t hurl.Try) string {
	switch {
	case t.Err != nil:
		return safe.Line(t.Err.Error())
	case len(t.Failures) == 0:
		return ""
	}
	c := t.Calls[len(t.Calls)-1]
	f := t.Failures[0]
	if strings.HasPrefix(f.Text, "status") {
		return fmt.Sprintf("%s, got %s; the answer begins: %s", f.Text, statusText(c.Status), c.Excerpt)
	}
	return fmt.Sprintf("%s; it begins: %s", f.Text, c.Excerpt)
}
