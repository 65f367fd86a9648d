package webops

// through.go: does an address lead to the application of this run? An answer is
// not enough: after a move it may come from the machine that had the address before.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tminus/tasks"
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
		result, err := c.reach(ctx, call, t)
		var gone *lost
		if errors.As(err, &gone) && gone.passing() && try <= retries {
			call.Progress(fmt.Sprintf("%s; try %d of %d in %s", gone.Error(), try+1, retries+1, retryPause))
			if err := call.Wait(ctx, retryPause); err != nil {
				return tasks.Result{}, fmt.Errorf("waiting for %s: %w", t.addr, err)
			}
			continue
		}
		if err != nil && gone == nil {
			return tasks.Result{}, fmt.Errorf("reaching %s: %w", t.addr, err)
		}
		result.Rests = rests
		return result, nil
	}
}

// reach asks the two pages once. The error is a *lost with the result that it
// makes if nobody tries again, or ctx's.
func (c *Client) reach(ctx context.Context, call tasks.Call, t target) (tasks.Result, error) {
	v := c.visit(t)
	defer c.leave(v)
	result := tasks.Result{Verdict: tasks.Pass}
	var gone *lost
	for _, page := range []struct {
		path  string
		wrong func(answer) string
	}{
		{"/", answers},
		{"/healthz", func(a answer) string { return v.ours(call, a) }},
	} {
		a, err := v.send(ctx, http.MethodGet, page.path, nil)
		if err != nil && !errors.As(err, &gone) {
			return result, err
		}
		row := tasks.Row{Name: "GET " + page.path, Verdict: tasks.Pass, Took: a.latency}
		trace := tasks.Trace{Line: "GET " + t.url() + page.path, Took: a.latency}
		if gone != nil {
			row.Says = gone.Error()
		} else {
			row.Says = page.wrong(a)
		}
		if row.Says != "" {
			row.Verdict, result.Verdict = tasks.Fail, tasks.Fail
			trace.Error, result.Says = row.Says, row.Says
		} else {
			row.Says = fmt.Sprintf("%d in %s", a.status, short(a.latency))
		}
		result.Rows, result.Trace = append(result.Rows, row), append(result.Trace, trace)
		if result.Verdict == tasks.Fail {
			break
		}
	}
	if gone != nil {
		return result, gone
	}
	if result.Verdict == tasks.Pass {
		result.Says = fmt.Sprintf("build %s on %s answers at %s",
			excerpt(call.Plan.Environment.Application.Build), excerpt(call.Facts[tasks.FactInstance]), t.url())
	}
	return result, nil
}

// answers says what is wrong with the front page: nothing, if it is a page or
// leads to one.
func answers(a answer) string {
	if a.status < http.StatusBadRequest {
		return ""
	}
	return fmt.Sprintf("status: expected below 400, got %s; the answer begins: %s", statusText(a.status), excerpt(a.body))
}

// ours says what is wrong with the health page: it must name our build and our instance.
func (v *visit) ours(call tasks.Call, a answer) string {
	if a.status != http.StatusOK {
		return fmt.Sprintf("status: expected 200 OK, got %s; the answer begins: %s", statusText(a.status), v.shown(a.body))
	}
	for _, want := range []struct{ what, value string }{
		{"build", call.Plan.Environment.Application.Build},
		{"instance", call.Facts[tasks.FactInstance]},
	} {
		if !names(a.body, want.value) {
			return fmt.Sprintf("%s: expected %s, and the health page does not name it; another machine may answer at this address; it begins: %s",
				want.what, excerpt(want.value), v.shown(a.body))
		}
	}
	return ""
}

// names reports whether the value stands in the text as a whole word: build
// 1.0.0 is not in "11.0.0" or "1.0.0-rc1".
func names(text, value string) bool {
	if value == "" {
		return false
	}
	inside := func(c byte) bool {
		return c == '.' || c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], value)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(value)
		if (start == 0 || !inside(text[start-1])) && (end == len(text) || !inside(text[end])) {
			return true
		}
		from = start + 1
	}
}
