package sshops

// rotate.go: the response "rotate the key", for the day on which somebody else may have it:
// add a new key, prove that it logs in, remove the old one, prove that it is refused. Two
// effects on one file; between them both keys open the host, and at no time none does.
// The way back (rotate_undo.go) is the same in reverse.

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const (
	kindAuthorized = "authorized key"
	kindRemoved    = "removed key"
)

// Rotate is the action "ssh.rotate": another key opens the host afterwards, and the one of
// before does not. The new one is keys/<run>-<task>-<attempt>.pem, and .ppk, in the run folder.
func (c *Client) Rotate(*plan.Plan) tasks.Action {
	return tasks.Action{Kind: "ssh.rotate", Steps: []tasks.Step{
		{
			ID: "add", Title: "make a key here and add it to the host's authorized_keys", Effect: true,
			Call: "ssh … 'append one line to ~/.ssh/authorized_keys'", Needs: errandNeeds(),
			Look: c.lookAdd, Do: c.addKey, Check: c.checkAdd, Find: c.findAdd,
			Undo: &tasks.Undo{Describe: describeAddUndo, Do: c.undoAdd, Gone: c.addGone, Prove: c.proveAdd},
		},
		{
			ID: "remove", Title: "remove the old key from the host's authorized_keys, once the new one has logged in", Effect: true,
			Call: "ssh … 'remove one line from ~/.ssh/authorized_keys'", Needs: errandNeeds(),
			Look: c.lookRemove, Do: c.removeKey, Check: c.checkRemove, Find: c.findRemove,
			Undo: &tasks.Undo{Describe: describeRemoveUndo, Do: c.undoRemove, Gone: c.removeGone, Prove: c.proveRemove},
		},
	}}
}

// oldKey is the key that a rotation replaces: the one of the look before it.
func oldKey(call tasks.Call) runKey { return runKey{call.Pre["old.key"], call.Pre["old.sha256"]} }

// writeToken names the file beside authorized_keys; of one effect it is always the same.
func writeToken(call tasks.Call) string { return "tminus-" + authorized(call.Token).sum()[:12] }

// lookAdd makes sure that the key in use really is the line that can be replaced.
func (c *Client) lookAdd(ctx context.Context, call tasks.Call) (map[string]string, error) {
	if _, _, err := newKeyName(call); err != nil {
		return nil, err
	}
	old := keyNow(call)
	e, f := c.errand(ctx, call, old)
	if f != nil {
		return nil, f
	}
	defer e.over()
	file, err := e.authorized(ctx)
	if err != nil {
		return nil, err
	}
	lines := file.lines(old.print)
	if len(lines) == 0 {
		return nil, fmt.Errorf("the key %s opens %s, but not by ~/%s: find out what else lets it in (AuthorizedKeysFile, AuthorizedKeysCommand of sshd_config), and rotate it there by hand",
			old.print, e.t.addr, authorizedFile)
	}
	if err := fitForJournal(lines); err != nil {
		return nil, err
	}
	return map[string]string{"old.key": old.name, "old.sha256": old.print, "options": options(lines[0]), "lines": strconv.Itoa(strings.Count(string(file), "\n"))}, nil
}

// fitForJournal refuses lines that the journal would not keep as they are: then nobody could put them back.
func fitForJournal(lines []string) error {
	all := strings.Join(lines, "\n")
	if what, found := safe.Secret(all); found || safe.Block(all) != all || len(all) > 8<<10 {
		if !found {
			what = "what cannot be written down"
		}
		return fmt.Errorf("the old key's line in ~/%s has options with %s, which the journal must not keep: rotate this key by hand", authorizedFile, what)
	}
	return nil
}

// addKey makes the key, and appends its line with the options of the old one: who was
// let in for one purpose only is not let in for all.
func (c *Client) addKey(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	k, err := c.makeKey(ctx, call)
	if err != nil {
		return tasks.Result{}, err
	}
	e, f := c.errand(ctx, call, oldKey(call))
	if f != nil {
		return tasks.Result{}, f
	}
	defer e.over()
	began, line := time.Now(), call.Pre["options"]+k.line
	err = e.change(ctx, writeToken(call), oldKey(call).print, func(a authorized) authorized {
		if a.marked(k.print, k.marker) {
			return a
		}
		return a.with(line)
	})
	trace := c.traced(call, oldKey(call), "echo "+safe.Word(line)+" >> ~/"+authorizedFile, began, err)
	if err != nil {
		return tasks.Result{Trace: trace}, err
	}
	r := addResult(k)
	r.Trace = trace
	return r, nil
}

func addResult(k madeKey) tasks.Result {
	return tasks.Result{Says: fmt.Sprintf("%s added; its private half is keys/%s.pem and .ppk in the run folder", k.print, k.name),
		Made: []tasks.Resource{{Kind: kindAuthorized, ID: k.print}}}
}

// findAdd asks whether our line is there.
func (c *Client) findAdd(ctx context.Context, call tasks.Call) (tasks.Result, bool, error) {
	k, err := c.madeKey(ctx, call)
	if errors.Is(err, errNoFile) { // the file comes first: no host has heard of the key
		return tasks.Result{}, false, nil
	}
	if err != nil {
		return tasks.Result{}, false, err
	}
	found, err := c.inTheEnd(ctx, call, []runKey{oldKey(call), k.runKey}, func(a authorized) bool { return a.marked(k.print, k.marker) })
	if err != nil || !found {
		return tasks.Result{}, false, err
	}
	return addResult(k), true, nil
}

// checkAdd proves the new key by a login on a connection of its own.
func (c *Client) checkAdd(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	k, err := c.madeKey(ctx, call)
	if err != nil {
		return tasks.Result{}, err
	}
	row, f := c.provesLogin(ctx, call, "the new key", k.runKey)
	if ctx.Err() != nil {
		return tasks.Result{}, ctx.Err()
	}
	r := tasks.Result{Verdict: row.Verdict, Says: row.Says, Rows: []tasks.Row{row}, Rests: []string{tasks.FactHostKey}}
	if f != nil {
		r.Says += "; the old key is untouched"
	}
	return r, nil
}

// provesLogin logs in with a key and runs a command.
func (c *Client) provesLogin(ctx context.Context, call tasks.Call, who string, k runKey) (tasks.Row, *failure) {
	began := time.Now()
	e, f := c.errand(ctx, call, k)
	if f == nil {
		defer e.over()
		_, f = e.run(ctx, e.t, "true")
	}
	row := tasks.Row{Name: who, Verdict: tasks.Pass, Says: fmt.Sprintf("%s %s logs in", who, k.print), Took: time.Since(began)}
	if f != nil {
		row.Verdict, row.Says = f.verdict(), fmt.Sprintf("%s %s does not log in: %s", who, k.print, f.Error())
	}
	return row, f
}

// lookRemove logs in with the new key, or nothing is removed.
func (c *Client) lookRemove(ctx context.Context, call tasks.Call) (map[string]string, error) {
	k, err := c.madeKey(ctx, call)
	if err != nil {
		return nil, err
	}
	old := keyNow(call)
	if old.print == k.print {
		return nil, errors.New("the new key is the one in use already; take the rotation back (R) before it is done once more")
	}
	e, f := c.errand(ctx, call, k.runKey)
	if f != nil {
		return nil, fmt.Errorf("the old key stays until the new one logs in: %w", f)
	}
	defer e.over()
	file, err := e.authorized(ctx)
	if err != nil {
		return nil, err
	}
	lines := file.lines(old.print)
	switch {
	case !file.marked(k.print, k.marker):
		return nil, fmt.Errorf("our line with %s is no longer in ~/%s, although it logs in: find out who changed the file before anything is removed", k.print, authorizedFile)
	case len(lines) == 0:
		return nil, fmt.Errorf("the old key %s is no longer in ~/%s: somebody else removed it; note who did", old.print, authorizedFile)
	}
	if err := fitForJournal(lines); err != nil {
		return nil, err
	}
	pair := call.Facts[tasks.FactKeyPair]
	if pair == "" {
		pair = old.name
	}
	return map[string]string{"old.key": old.name, "old.sha256": old.print, "old.lines": strings.Join(lines, "\n"), "pair": pair}, nil
}

// removeKey removes the old key's line, over a connection that the new key opened.
func (c *Client) removeKey(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	k, err := c.madeKey(ctx, call)
	if err != nil {
		return tasks.Result{}, err
	}
	e, f := c.errand(ctx, call, k.runKey)
	if f != nil {
		return tasks.Result{}, f
	}
	defer e.over()
	began, old := time.Now(), oldKey(call)
	err = e.change(ctx, writeToken(call), k.print, func(a authorized) authorized { return a.without(old.print, "") })
	blob := strings.Fields(strings.TrimPrefix(call.Pre["old.lines"], options(firstLine(call.Pre["old.lines"]))))
	trace := c.traced(call, k.runKey, "sed -i '\\|"+strings.Join(blob[min(1, len(blob)):min(2, len(blob))], "")+"|d' ~/"+authorizedFile, began, err)
	if err != nil {
		return tasks.Result{Trace: trace}, err
	}
	r := removeResult(call, k)
	r.Trace = trace
	return r, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// removeResult makes the new key the one that everything else logs in with, in the same
// event in which the old one went.
func removeResult(call tasks.Call, k madeKey) tasks.Result {
	old := oldKey(call)
	return tasks.Result{Says: fmt.Sprintf("%s removed; %s opens the host now", old.print, k.print),
		Facts: map[string]string{tasks.FactKeyName: k.name, tasks.FactKeyPrint: k.print, tasks.FactKeyPair: call.Pre["pair"]},
		Made:  []tasks.Resource{{Kind: kindRemoved, ID: old.print}}}
}

// findRemove asks whether the old key's line is gone.
func (c *Client) findRemove(ctx context.Context, call tasks.Call) (tasks.Result, bool, error) {
	k, err := c.madeKey(ctx, call)
	if err != nil {
		return tasks.Result{}, false, err
	}
	found, err := c.inTheEnd(ctx, call, []runKey{k.runKey}, func(a authorized) bool { return !a.holds(oldKey(call).print) })
	if err != nil || !found {
		return tasks.Result{}, false, err
	}
	return removeResult(call, k), true, nil
}

// checkRemove proves both: the new key logs in, and a handshake with the old one is refused.
func (c *Client) checkRemove(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	k, err := c.madeKey(ctx, call)
	if err != nil {
		return tasks.Result{}, err
	}
	fresh, _ := c.provesLogin(ctx, call, "the new key", k.runKey)
	refused := c.provesRefusal(ctx, call, oldKey(call))
	if ctx.Err() != nil {
		return tasks.Result{}, ctx.Err()
	}
	r := tasks.Result{Verdict: tasks.Pass, Rows: []tasks.Row{fresh, refused}, Says: fresh.Says + "; " + refused.Says,
		Rests: []string{tasks.FactHostKey, tasks.FactKeyPrint}}
	for _, row := range r.Rows {
		if row.Verdict != tasks.Pass {
			r.Verdict, r.Says = row.Verdict, row.Says
		}
	}
	return r, nil
}

// provesRefusal is a handshake of its own that has to fail on authentication and on nothing before it.
func (c *Client) provesRefusal(ctx context.Context, call tasks.Call, old runKey) tasks.Row {
	began := time.Now()
	row := tasks.Row{Name: "the old key", Verdict: tasks.Pass, Says: fmt.Sprintf("the host refuses the old key %s", old.print)}
	e, f := c.errand(ctx, call, old)
	switch {
	case f == nil:
		e.over()
		row.Verdict, row.Says = tasks.Fail, fmt.Sprintf("the host still lets the old key %s in: its line is gone from ~/%s, so something else does (AuthorizedKeysFile, AuthorizedKeysCommand of sshd_config); remove it there",
			old.print, authorizedFile)
	case !f.refusal():
		row.Verdict, row.Says = tasks.Inconclusive, "whether the host refuses the old key could not be seen: "+f.Error()
	}
	row.Took = time.Since(began)
	return row
}
