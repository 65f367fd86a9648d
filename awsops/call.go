package awsops

// call.go: ask and tell, the two doors to AWS, and the trail they leave.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// ask makes a call that only looks. line is the arguments of the aws command that does the same.
func ask[In, Out, O any](ctx context.Context, t *trail, line []string,
	op func(context.Context, *In, ...func(*O)) (*Out, error), in *In) (*Out, error) {
	return send(ctx, t, line, op, in, false)
}

// tell makes a call that changes the world: once, and to its end, and with no credentials
// but those that were seen to be of the plan's account (unmoved). After an abort
// it is not begun; once begun, an abort no longer ends it, because half a call is
// the one thing nobody can reason about.
func tell[In, Out, O any](ctx context.Context, t *trail, line []string,
	op func(context.Context, *In, ...func(*O)) (*Out, error), in *In) (*Out, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := t.a.unmoved(ctx, t); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTimeout)
	defer cancel()
	return send(ctx, t, line, op, in, true)
}

func send[In, Out, O any](ctx context.Context, t *trail, line []string,
	op func(context.Context, *In, ...func(*O)) (*Out, error), in *In, mutates bool) (*Out, error) {
	seen, n := withNote(ctx)
	start := time.Now()
	out, err := op(seen, in)
	switch {
	case err == nil:
	case mutates || ctx.Err() == nil:
		err = classify(err, *n, mutates)
		var no *refused
		if errors.As(err, &no) {
			no.mend = t.a.opt.Mend
		}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("%w: %w", &silence{text: "no answer in time"}, ctx.Err())
	default:
		err = ctx.Err() // an abort is an abort, however the SDK wraps it
	}
	t.a.heard(line, err)
	t.add(line, time.Since(start), n.requestID, err)
	return out, err
}

// trail is the calls that one step made.
type trail struct {
	a     *Account
	calls []tasks.Trace
}

func (t *trail) add(line []string, took time.Duration, requestID string, err error) {
	call := tasks.Trace{Line: t.a.command(line), Took: took, RequestID: safe.Line(requestID)}
	if err != nil {
		call.Error = safe.Line(err.Error())
	}
	if t.a.opt.Log != nil {
		t.a.opt.Log(call)
	}
	// A poll asks the same thing a hundred times; its last answer is the evidence.
	if n := len(t.calls) - 1; n >= 0 && t.calls[n].Line == call.Line {
		t.calls[n] = call
		return
	}
	t.calls = append(t.calls, call)
}

// command is the aws command line that repeats a call. The endpoint is part of
// it: without, a line copied from a rehearsal would act on the real account.
func (a *Account) command(line []string) string {
	words := append([]string{"aws"}, line...)
	if a.opt.Region != "" {
		words = append(words, "--region", a.opt.Region)
	}
	return safe.Command(append(words, a.reached(line)...))
}

// work is the inside of a step: it may ask and tell, and leaves a trail.
type work func(context.Context, *trail, tasks.Call) (tasks.Result, error)

// step turns work into what a step needs. The trail is kept also when it failed.
func (a *Account) step(do work) func(context.Context, tasks.Call) (tasks.Result, error) {
	return func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		t := &trail{a: a}
		r, err := do(ctx, t, c)
		r.Trace = append(t.calls, r.Trace...)
		return r, err
	}
}

// no is a look that came to a no: a verdict and, so that nothing goes on, an error.
func no(says string) (tasks.Result, error) {
	return tasks.Result{Verdict: tasks.Fail, Says: says}, errors.New(says)
}

// unclear is a look that came to nothing.
func unclear(says string) (tasks.Result, error) {
	return tasks.Result{Verdict: tasks.Inconclusive, Says: says}, errors.New(says)
}
