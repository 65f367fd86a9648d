package sshops

// loudest.go: the response "who is so loud": the client addresses with the most requests, from
// the end of the access log. It only reads. Nobody is banned here, and those whom nobody
// should ban are named: the operator's own address, our smoke tests, health checks.

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

const (
	loudestLog    = "/var/log/nginx/access.log"
	loudestWindow = 10 * time.Minute
	loudestRate   = 50
	loudestRows   = 20
	// maxLog is how much of the log's end is read, in bytes: at a usual 200 a line some 20,000 requests.
	maxLog = 4 << 20
	// smokeAgent is what the smoke tests call themselves (webops).
	smokeAgent = "tminus"
)

// logScript tells from where we come, then the end of the log $1, at most $2 bytes; as root where only root may read it.
const logScript = `echo "from $SSH_CONNECTION $SSH_CLIENT"; if [ -r "$1" ]; then tail -c "$2" "$1"; else sudo -n tail -c "$2" "$1"; fi`

// Loudest is the action "ssh.loudest": who sent more than params.rate requests (50) within
// params.window (10m) before the newest line of params.log? It passes when that could be
// counted, whatever came out.
func (c *Client) Loudest(*plan.Plan) tasks.Action {
	return tasks.Action{Kind: "ssh.loudest", Steps: []tasks.Step{{
		ID: "count", Title: "count the requests by client address in the access log", Needs: errandNeeds(), Do: c.loudest,
	}}}
}

// logQuestion is what is asked of a log.
type logQuestion struct {
	log    string
	window time.Duration
	rate   int
}

func readLogQuestion(call tasks.Call) (logQuestion, error) {
	q := logQuestion{log: param(call, "log", loudestLog)}
	var err error
	if q.window, err = time.ParseDuration(param(call, "window", loudestWindow.String())); err != nil || q.window < time.Second || q.window > 24*time.Hour {
		return q, fmt.Errorf("params.window of task %s is no time between 1s and 24h; amend the plan, as in window: 10m", call.Task.ID)
	}
	if q.rate, err = strconv.Atoi(param(call, "rate", strconv.Itoa(loudestRate))); err != nil || q.rate < 1 {
		return q, fmt.Errorf("params.rate of task %s is no number of requests from 1; amend the plan, as in rate: 50", call.Task.ID)
	}
	if !regexp.MustCompile(`^/[A-Za-z0-9@_./-]{1,200}$`).MatchString(q.log) || path.Clean(q.log) != q.log || !strings.HasPrefix(q.log, "/var/log/") {
		return q, fmt.Errorf("params.log of task %s is %q; amend the plan: a path below /var/log of letters, digits and @ _ . -", call.Task.ID, clean(q.log))
	}
	return q, nil
}

func (c *Client) loudest(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	q, err := readLogQuestion(call)
	if err != nil {
		return tasks.Result{}, err
	}
	began, command := time.Now(), fmt.Sprintf("sudo -n tail -c %d %s", maxLog, q.log)
	r := tasks.Result{Verdict: tasks.Inconclusive, Rests: []string{tasks.FactInstance, tasks.FactHostKey}}
	text, err := c.readLog(ctx, call, q)
	if errors.Is(ctx.Err(), context.Canceled) {
		return tasks.Result{}, fmt.Errorf("reading %s: %w", q.log, ctx.Err())
	}
	r.Trace = c.traced(call, keyNow(call), command, began, err)
	if err != nil {
		r.Says = q.log + " could not be read: " + clean(err.Error())
		return r, nil
	}
	head, log, _ := strings.Cut(text, "\n")
	t := count([]byte(log), len(log) >= maxLog, q.window, smokeAgent)
	if t.lines == 0 && t.junk > 0 {
		r.Says = fmt.Sprintf("none of the %d lines of %s can be read: its format is not combined, or params.log names another file", t.junk, q.log)
		return r, nil
	}
	r.Verdict, r.Rows, r.Says = tasks.Pass, t.rows(q, ourAddress(head)), t.says(q, len(log) >= maxLog)
	return r, nil
}

func (c *Client) readLog(ctx context.Context, call tasks.Call, q logQuestion) (string, error) {
	e, f := c.errand(ctx, call, keyNow(call))
	if f != nil {
		return "", f
	}
	defer e.over()
	return e.do(ctx, order{title: "reading the end of " + q.log, line: script(logScript, q.log, strconv.Itoa(maxLog)), most: maxLog + 4<<10})
}

// ourAddress is from where the host sees us: the first word that is an address.
func ourAddress(head string) netip.Addr {
	for _, word := range strings.Fields(head) {
		if a, err := netip.ParseAddr(word); err == nil {
			return a.Unmap().WithZone("")
		}
	}
	return netip.Addr{}
}

// says is the count in one line.
func (t logCount) says(q logQuestion, cut bool) string {
	if t.lines == 0 {
		return q.log + " is empty: no requests"
	}
	over := 0
	for _, c := range t.clients {
		if c.count > q.rate {
			over++
		}
	}
	says := fmt.Sprintf("%d requests from %d addresses in the %s before %s; more than %d came from %d of them",
		t.within, len(t.clients), short(q.window), t.newest.Format("15:04:05 -0700"), q.rate, over)
	if covered := t.newest.Sub(t.oldest); cut && covered < q.window {
		says += fmt.Sprintf("; the last %d MiB of the log reach back %s only", maxLog>>20, short(covered))
	}
	if t.junk > 0 {
		says += fmt.Sprintf("; %d lines could not be read", t.junk)
	}
	return says
}

// rows are the loudest addresses. Who is over the threshold fails, unless it is ours for certain:
// an address is; what a client calls itself is not.
func (t logCount) rows(q logQuestion, ours netip.Addr) []tasks.Row {
	covered := min(q.window, max(t.newest.Sub(t.oldest), time.Second))
	var rows []tasks.Row
	for _, c := range t.clients[:min(len(t.clients), loudestRows)] {
		row := tasks.Row{Name: c.from.String(), Verdict: tasks.Pass}
		row.Says = fmt.Sprintf("%d requests, %.1f a minute", c.count, float64(c.count)/covered.Minutes())
		us := ours.IsValid() && c.from == ours
		if c.count > q.rate {
			row.Says += fmt.Sprintf(", more than %d in %s", q.rate, short(q.window))
			if !us && !c.from.IsLoopback() {
				row.Verdict = tasks.Fail
			}
		}
		switch {
		case us:
			row.Says += "; this is us, do not ban it: the operator's address as the host sees it"
		case c.from.IsLoopback():
			row.Says += "; the host itself"
		}
		switch {
		case c.smoke > 0:
			row.Says += fmt.Sprintf("; %d call themselves %s, as our smoke tests do", c.smoke, smokeAgent)
		case strings.HasPrefix(c.agent, "ELB-HealthChecker/"), strings.HasPrefix(c.agent, "Amazon-Route53-Health-Check"):
			row.Says += "; it calls itself a health check of AWS: " + clean(c.agent)
		}
		rows = append(rows, row)
	}
	return rows
}
