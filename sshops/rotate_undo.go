package sshops

// rotate_undo.go: a rotation's way back: the old line first, proven by a login, and only
// then our own away. A rollback that ends the instance does not wait for a host that says
// nothing: its keys go with it.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// errNoFile is a key file that is not there.
var errNoFile = fs.ErrNotExist

// How often a host is looked at before "not there" is believed, and how far apart, in run
// time: a command whose answer was lost may still be running.
const (
	rotateLooks = 3
	rotatePause = 2 * time.Second
	rotateTime  = 10 * time.Second // as a person is told how long an undo takes
)

// anyOf logs in with the first of the keys that the host takes.
func (c *Client) anyOf(ctx context.Context, call tasks.Call, ks []runKey) (*errand, runKey, *failure) {
	var last *failure
	for _, k := range ks {
		e, f := c.errand(ctx, call, k)
		if f == nil {
			return e, k, nil
		}
		if last = f; !f.refusal() && f.kind != kindKeyFile {
			break
		}
	}
	return nil, runKey{}, last
}

// inTheEnd reads the file until it is as asked for, or was looked at often enough.
func (c *Client) inTheEnd(ctx context.Context, call tasks.Call, ks []runKey, is func(authorized) bool) (bool, error) {
	e, _, f := c.anyOf(ctx, call, ks)
	if f != nil {
		return false, f
	}
	defer e.over()
	for look := 1; ; look++ {
		file, err := e.authorized(ctx)
		if err != nil {
			return false, err
		}
		if is(file) || look == rotateLooks {
			return is(file), nil
		}
		if err := call.Wait(ctx, rotatePause); err != nil {
			return false, err
		}
	}
}

// both are the two keys of a rotation, the older first.
func (c *Client) both(ctx context.Context, call tasks.Call) (madeKey, []runKey, error) {
	k, err := c.madeKey(ctx, call)
	if errors.Is(err, errNoFile) {
		return k, []runKey{oldKey(call)}, nil
	}
	return k, []runKey{oldKey(call), k.runKey}, err
}

func describeAddUndo(call tasks.Call) tasks.UndoWords {
	name, _, _ := newKeyName(call)
	return tasks.UndoWords{Title: "remove our key's line from authorized_keys", Call: "ssh … 'remove one line from ~/.ssh/authorized_keys'",
		Lost: "the new key opens nothing any more; keys/" + name + ".pem stays in the run folder", Expect: rotateTime}
}

func describeRemoveUndo(tasks.Call) tasks.UndoWords {
	return tasks.UndoWords{Title: "put the old key's line back into authorized_keys", Call: "ssh … 'append one line to ~/.ssh/authorized_keys'",
		Lost: "whoever has the old key can log in again", Expect: rotateTime}
}

// unanswered says what to do of a host that answers nobody: when the plan ends the instance on a
// rollback, its keys end with it, and that must not wait for them.
func unanswered(call tasks.Call, f *failure, stays string) (tasks.Result, error) {
	if f.unreachable() && call.Plan.Rollback.Instance == "terminate" {
		return tasks.Result{Left: stays + ": " + f.says + "; it ends with the instance"}, nil
	}
	return tasks.Result{}, f
}

// undoRemove puts the old line back and proves that it lets in; then it is the key of the run again.
func (c *Client) undoRemove(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	k, ks, err := c.both(ctx, call)
	if err != nil {
		return tasks.Result{}, err
	}
	slices.Reverse(ks)
	e, with, f := c.anyOf(ctx, call, ks)
	if f != nil {
		return unanswered(call, f, "the old key stays removed and "+k.print+" opens the host")
	}
	defer e.over()
	old, began := oldKey(call), time.Now()
	lines := strings.Split(call.Pre["old.lines"], "\n")
	err = e.change(ctx, writeToken(call)+"-undo", with.print, func(a authorized) authorized {
		if a.holds(old.print) {
			return a
		}
		return a.with(lines...)
	})
	trace := c.traced(call, with, "echo "+safe.Word(firstLine(call.Pre["old.lines"]))+" >> ~/"+authorizedFile, began, err)
	if err != nil {
		return tasks.Result{Trace: trace}, err
	}
	row, f := c.provesLogin(ctx, call, "the old key", old)
	if f != nil {
		return tasks.Result{Rows: []tasks.Row{row}, Trace: trace}, fmt.Errorf("its line is back, but %s; the new key is left where it is", row.Says)
	}
	r := tasks.Result{Says: "the old key is back: " + row.Says, Rows: []tasks.Row{row}, Trace: trace,
		Facts: map[string]string{tasks.FactKeyName: old.name, tasks.FactKeyPrint: old.print}}
	if call.Pre["pair"] == old.name {
		r.Drop = []string{tasks.FactKeyPair}
	}
	return r, nil
}

// removeGone asks whether the old line is back.
func (c *Client) removeGone(ctx context.Context, call tasks.Call) (bool, error) {
	_, ks, err := c.both(ctx, call)
	if err != nil {
		return false, err
	}
	return c.inTheEnd(ctx, call, ks, func(a authorized) bool { return a.holds(oldKey(call).print) })
}

// undoAdd removes our line, if the old key then still lets in.
func (c *Client) undoAdd(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	k, ks, err := c.both(ctx, call)
	if err != nil || len(ks) == 1 { // without a file no host has heard of the key
		return tasks.Result{Says: "there is no such key"}, err
	}
	old := oldKey(call)
	e, with, f := c.anyOf(ctx, call, ks)
	if f != nil {
		return unanswered(call, f, k.print+" stays in authorized_keys")
	}
	defer e.over()
	if with != old {
		return tasks.Result{Left: fmt.Sprintf("%s stays in authorized_keys: the old key does not log in, and nobody could any more", k.print)}, nil
	}
	began := time.Now()
	err = e.change(ctx, writeToken(call)+"-undo", old.print, func(a authorized) authorized { return a.without(k.print, k.marker) })
	trace := c.traced(call, old, "sed -i '/"+k.marker+"$/d' ~/"+authorizedFile, began, err)
	if err != nil {
		return tasks.Result{Trace: trace}, err
	}
	row, f := c.provesLogin(ctx, call, "the old key", old)
	return tasks.Result{Says: "our key's line is removed; " + row.Says, Rows: []tasks.Row{row}, Trace: trace}, asError(f)
}

// addGone asks whether our line is no longer there.
func (c *Client) addGone(ctx context.Context, call tasks.Call) (bool, error) {
	k, ks, err := c.both(ctx, call)
	if err != nil || len(ks) == 1 {
		return err == nil, err
	}
	return c.inTheEnd(ctx, call, ks, func(a authorized) bool { return !a.marked(k.print, k.marker) })
}

// proveAdd looks once whether our line is there, and ours by its marker.
func (c *Client) proveAdd(ctx context.Context, call tasks.Call) (string, bool, error) {
	return c.proveFile(ctx, call, func(a authorized, k madeKey) (string, bool) {
		if a.marked(k.print, k.marker) {
			return "our line is in ~/" + authorizedFile + ", marked " + k.marker, true
		}
		return "our line is no longer in ~/" + authorizedFile, false
	})
}

// proveRemove looks once whether the old line is still away.
func (c *Client) proveRemove(ctx context.Context, call tasks.Call) (string, bool, error) {
	return c.proveFile(ctx, call, func(a authorized, _ madeKey) (string, bool) {
		if a.holds(oldKey(call).print) {
			return "the old key's line is back in ~/" + authorizedFile, false
		}
		return "the old key's line is not in ~/" + authorizedFile, true
	})
}

func (c *Client) proveFile(ctx context.Context, call tasks.Call, judge func(authorized, madeKey) (string, bool)) (string, bool, error) {
	k, ks, err := c.both(ctx, call)
	if err != nil {
		return "", false, err
	}
	e, _, f := c.anyOf(ctx, call, ks)
	if f != nil {
		r, err := unanswered(call, f, "the host's keys cannot be looked at")
		return r.Left, err == nil, err
	}
	defer e.over()
	file, err := e.authorized(ctx)
	if err != nil {
		return "", false, err
	}
	says, there := judge(file, k)
	return says, there, nil
}
