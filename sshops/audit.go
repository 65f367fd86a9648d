package sshops

// audit.go: the audit of the guest: the sensor "guest", which looks again and again, and the action
// "guest.audit", with which a task of the plan looks once and writes down what it found.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const (
	auditEvery = 10 * time.Minute // real time
	// auditBeat is how often it is seen whether one is due: the facts may have changed.
	auditBeat  = 2 * time.Second
	auditLimit = 15 * time.Second // for one whole audit, real time
	auditRest  = time.Minute      // between a failed one and the next
)

// Audit is the action "guest.audit": is the software on the guest what the plan says? It only reads.
// It passes when every row that the plan has something to say of is as planned; what else stands out
// is told and does not fail it.
func (c *Client) Audit() tasks.Action {
	return tasks.Action{Kind: "guest.audit", Steps: []tasks.Step{{
		ID:    "audit",
		Title: "audit the guest against the plan",
		Needs: []string{tasks.FactInstance, tasks.FactPublicIP, tasks.FactKeyName},
		Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
			start := time.Now()
			guest, f := c.audit(ctx, call.Plan, call.Facts)
			if errors.Is(ctx.Err(), context.Canceled) {
				return tasks.Result{}, fmt.Errorf("audit of %s: %w", clean(address(call.Facts)), ctx.Err())
			}
			if f != nil {
				return tasks.Result{Verdict: tasks.Inconclusive, Says: "the guest could not be audited: " + f.Error(),
					Rests: auditRests()}, nil
			}
			return auditResult(guest, time.Since(start)), nil
		},
	}}}
}

// auditRests are the facts that an audit rests on.
func auditRests() []string {
	return []string{tasks.FactInstance, tasks.FactHostKey}
}

// planned reports the rows that decide: what the plan's configuration table has as well.
func planned(r reading.GuestRow) bool {
	switch r.Name {
	case reading.RowOS, reading.RowWebServer, reading.RowFramework, reading.RowLanguage, reading.RowPip:
		return r.Expected != ""
	}
	return false
}

// auditResult is an audit as a step tells it.
func auditResult(guest reading.Guest, took time.Duration) tasks.Result {
	r := tasks.Result{Verdict: tasks.Pass, Rests: auditRests()}
	var failed, unknown, remarkable []string
	compared := 0
	for _, row := range guest.Rows {
		out := tasks.Row{Name: row.Name, Says: rowWords(row)}
		switch row.Verdict {
		case reading.Fine:
			out.Verdict = tasks.Pass
		case reading.Drifted:
			out.Verdict = tasks.Fail
		case reading.Remarkable, reading.Unknown:
			out.Verdict = tasks.Inconclusive
		}
		r.Rows = append(r.Rows, out)
		r.Trace = append(r.Trace, tasks.Trace{Line: row.Command})
		switch {
		case row.Verdict == reading.Remarkable:
			remarkable = append(remarkable, row.Name)
		case planned(row) && row.Verdict == reading.Drifted:
			failed = append(failed, row.Name)
		case planned(row) && row.Verdict == reading.Unknown:
			unknown = append(unknown, row.Name)
		}
		if planned(row) {
			compared++
		}
	}
	r.Says = fmt.Sprintf("%d of %d rows are as planned, in %s", compared-len(failed)-len(unknown), compared, short(took))
	switch {
	case len(failed) > 0:
		r.Verdict, r.Says = tasks.Fail, "not as planned: "+strings.Join(failed, ", ")+"; "+r.Says
	case len(unknown) > 0:
		r.Verdict, r.Says = tasks.Inconclusive, "cannot be told: "+strings.Join(unknown, ", ")+"; "+r.Says
	}
	if len(remarkable) > 0 {
		r.Says += "; look at: " + strings.Join(remarkable, ", ")
	}
	return r
}

// rowWords is a row in one line.
func rowWords(row reading.GuestRow) string {
	words := orNone(row.Observed)
	if row.Observed == "" {
		words = "not known"
	}
	if row.Expected != "" {
		words = "planned " + row.Expected + ", is " + words
	}
	if row.Says != "" {
		words += " (" + row.Says + ")"
	}
	return words
}

// audit looks at the primary over the kept connection.
func (c *Client) audit(ctx context.Context, p *plan.Plan, facts map[string]string) (reading.Guest, *failure) {
	l, f := c.kept(ctx, p, facts)
	if f != nil {
		return reading.Guest{}, f
	}
	return l.audit(ctx, p, address(facts))
}

// audit asks all three scripts and compares. What is answered in time counts; it fails when nothing is.
func (l *link) audit(ctx context.Context, p *plan.Plan, addr string) (reading.Guest, *failure) {
	ctx, cancel := context.WithTimeout(ctx, auditLimit)
	defer cancel()
	machine := p.Environment.Instance
	t := target{addr: net.JoinHostPort(addr, strconv.Itoa(machine.SSHPort)), user: machine.SSHUser} // for words only
	answers, f := l.interview(ctx, t, lookAround())
	if _, begun := answers[ansOS]; f != nil && !begun {
		return reading.Guest{}, f
	}
	app := l.app(ctx, t, p.Environment.Guest, answers)
	updates, _ := l.interview(ctx, t, askUpdates()) // what did not come is a row of its own
	maps.Copy(answers, updates)
	guest := compareGuest(p, answers, app)
	guest.Stamp = reading.Stamp{At: time.Now(), Every: auditEvery}
	guest.Address = addr
	return guest, nil
}

// compareGuest holds the answers, and the rows of the application, against the plan.
func compareGuest(p *plan.Plan, answers map[string]string, app []finding) reading.Guest {
	var guest reading.Guest
	want := p.Environment.Guest
	system := parseRelease(answers[ansOS], answers[ansRelease])
	rows := []finding{systemRow(want.OS, system), serverRow(want.Nginx, answers)}
	rows = append(rows, app...)

	all, known := parseListening(answers[ansListening])
	rows = append(rows, portsRow(p.Environment.Instance, all, known))
	guest.Listening = all

	waiting := parseUpdates(answers[ansUpdates], system.id)
	if strings.Contains(waiting.command, " -C ") && parsePrivilege(answers[ansPrivilege]).sudo {
		waiting.command = "sudo -n " + waiting.command // another user has no lists
	}
	waiting.Age = parseAge(answers[ansClock], answers[ansCache])
	rows = append(rows, updatesRow(waiting))
	guest.Updates = waiting.Updates

	var row finding
	users, known := heard(answers[ansUsers])
	row, guest.Users = usersRow(users, known)
	rows = append(rows, row)
	last, known := heard(answers[ansLast])
	row, guest.Logins = loginsRow(last, known)
	rows = append(rows, row)
	row, guest.Failed = failedRow(answers[ansFailed], answers[ansAuthLog])
	rows = append(rows, row)
	for _, r := range rows {
		guest.Rows = append(guest.Rows, r.GuestRow)
	}
	return guest
}

// app asks the interpreter that runs the application.
func (l *link) app(ctx context.Context, t target, want plan.Guest, answers map[string]string) []finding {
	text, answered := answers[ansProcesses]
	if !answered {
		return noAppRows(want, "the guest did not list its processes in time")
	}
	found, why := interpreters(parseApps(text))
	if len(found) == 0 {
		return noAppRows(want, why)
	}
	prefix, why := parsePrivilege(answers[ansPrivilege]).as(found[0].uid)
	if why != "" {
		return noAppRows(want, clean(found[0].path)+": "+why)
	}
	told, f := l.interview(ctx, t, askInterpreter(prefix, found[0].path))
	if f != nil && len(told) == 0 {
		return noAppRows(want, f.says)
	}
	rows := appRows(want, found[0], len(found)-1, told)
	for i := range rows {
		rows[i].Command = prefix + rows[i].Command
	}
	return rows
}
