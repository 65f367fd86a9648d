package sshops

// restart_check.go: what has to be so after a restart: active, started anew, listening.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tminus/tasks"
)

// restartPort is where the service has to listen afterwards; 0 = the plan opens no such port.
func restartPort(call tasks.Call) (int, error) {
	if text := param(call, "port", ""); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return 0, fmt.Errorf("params.port of task %s is %q; amend the plan: a port is a number from 1 to 65535", call.Task.ID, clean(text))
		}
		return int(port), nil
	}
	first, in := 0, call.Plan.Environment.Instance
	for _, p := range in.Ports {
		if p.Port == 80 {
			return 80, nil
		}
		if first == 0 && p.Port != in.SSHPort {
			first = p.Port
		}
	}
	return first, nil
}

// checkRestart waits until the service is active again, under another mark, and listens.
func (c *Client) checkRestart(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	name, before, err := lookedAt(call)
	if err != nil {
		return tasks.Result{}, err
	}
	port, err := restartPort(call)
	if err != nil {
		return tasks.Result{}, err
	}
	e, f := c.errand(ctx, call, keyNow(call))
	if f != nil {
		return tasks.Result{}, f
	}
	defer e.over()
	began := call.Now()
	for {
		rows, s, err := e.restarted(ctx, name, before, port)
		if err != nil {
			return tasks.Result{}, err
		}
		r := tasks.Result{Verdict: tasks.Pass, Says: s.says(name), Rows: rows}
		failed := slices.IndexFunc(rows, func(r tasks.Row) bool { return r.Verdict != tasks.Pass })
		if failed < 0 {
			return r, nil
		}
		if call.Now().Sub(began) >= restartWithin {
			r.Verdict, r.Says = rows[failed].Verdict, fmt.Sprintf("%s after the restart of %s: %s; read `journalctl -u %s` or its log on the host",
				restartWithin, name, rows[failed].Says, name)
			return r, nil
		}
		call.Progress(rows[failed].Says)
		if err := call.Wait(ctx, restartLook); err != nil {
			return tasks.Result{}, err
		}
	}
}

// restarted looks once at what has to be so after a restart.
func (e *errand) restarted(ctx context.Context, name string, before service, port int) ([]tasks.Row, service, error) {
	s, err := e.service(ctx, name)
	if err != nil {
		return nil, s, err
	}
	verdict := func(ok bool) tasks.Verdict {
		if ok {
			return tasks.Pass
		}
		return tasks.Fail
	}
	rows := []tasks.Row{
		{Name: "active", Verdict: verdict(s.state == "active"), Says: s.says(name)},
		{Name: "restarted", Verdict: verdict(s.mark != "" && s.mark != before.mark), Says: "started as " + s.mark + ", before as " + clean(before.mark)},
	}
	if port == 0 {
		return rows, s, nil
	}
	text, err := e.do(ctx, order{title: "looking who listens", line: script(listenScript)})
	var stopped *failure
	if err != nil && (errors.Is(err, tasks.ErrUnknown) || !errors.As(err, &stopped)) {
		return nil, s, err
	}
	all, known := parseListening(text)
	row := tasks.Row{Name: "listening", Verdict: tasks.Inconclusive, Says: "neither ss nor netstat nor /proc/net/tcp answered"}
	if known {
		row.Verdict, row.Says = tasks.Fail, fmt.Sprintf("nobody listens on port %d", port)
		for _, l := range all {
			if l.Port == port {
				row.Verdict, row.Says = tasks.Pass, fmt.Sprintf("port %d is listened on", port)
			}
		}
	}
	return append(rows, row), s, nil
}
