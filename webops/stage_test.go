package webops

// stage_test.go: a stage as a whole: how many requests at once, how long, what is run again,
// what is amber, where secrets come from, what is kept.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// suiteOf is a call whose full stage runs these files, and the client for it.
func suiteOf(t *testing.T, o Options, files map[string]string, change func(*plan.Plan)) (*Client, tasks.Call) {
	t.Helper()
	c := call(plan.Stage{Name: "full", Files: []string{"*.hurl"}})
	if change != nil {
		change(c.Plan)
	}
	return tester(t, o, c, folder(files)), c
}

func full(t *testing.T, client *Client, c tasks.Call) tasks.Result {
	t.Helper()
	return do(t, client.Smoke(c.Plan).Step("full"), c)
}

func TestNoMoreRequestsAtOnceThanThePlanAllows(t *testing.T) {
	for want, parallel := range map[int32]int{4: 0, 2: 2, 9: 9} {
		var now, most atomic.Int32
		gate := make(chan struct{})
		var once sync.Once
		options := server(t, func(http.ResponseWriter, *http.Request) {
			n := now.Add(1)
			defer now.Add(-1)
			for {
				seen := most.Load()
				if n <= seen || most.CompareAndSwap(seen, n) {
					break
				}
			}
			if n == want {
				once.Do(func() { close(gate) })
			}
			<-gate // all that may come at once are here
		})
		files := map[string]string{}
		for n := range 12 {
			files[fmt.Sprintf("%c.hurl", 'a'+n)] = "GET {{base}}/\n\nGET {{base}}/again\n"
		}
		client, c := suiteOf(t, options, files, func(p *plan.Plan) { p.Testing.Parallel = parallel })
		if r := full(t, client, c); r.Verdict != tasks.Pass || most.Load() != want || len(r.Rows) != 24 {
			t.Errorf("parallel %d: %q with %d rows, %d at once, want %d", parallel, r.Verdict, len(r.Rows), most.Load(), want)
		}
	}
}

func TestBudget(t *testing.T) {
	options := server(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stuck" {
			<-r.Context().Done()
		}
	})
	client, c := suiteOf(t, options, map[string]string{"a.hurl": "GET {{base}}/\n", "b.hurl": "# it is stuck\nGET {{base}}/stuck\n\nGET {{base}}/after\n"},
		func(p *plan.Plan) { p.Smoke[0].Budget.Duration = 100 * time.Millisecond })
	began := time.Now()
	r := full(t, client, c)
	if r.Verdict != tasks.Inconclusive || time.Since(began) > 5*time.Second || !strings.Contains(r.Says, "1 of 3 checks passed, 2 not tested") {
		t.Errorf("after %s: %q %s", time.Since(began), r.Verdict, r.Says)
	}
	for _, row := range r.Rows[1:] {
		if row.Verdict != tasks.NotTested || !strings.Contains(row.Says, "budget of 100ms is spent") {
			t.Errorf("%s: %q %s", row.Name, row.Verdict, row.Says)
		}
	}
}

// Nobody waits ten seconds a check for a host that takes no connections.
func TestADeadHostIsAskedOnce(t *testing.T) {
	var dials atomic.Int32
	files := map[string]string{}
	for n := range 12 {
		files[fmt.Sprintf("%c.hurl", 'a'+n)] = "GET {{base}}/\n"
	}
	client, c := suiteOf(t, Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials.Add(1)
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}}, files, func(p *plan.Plan) { p.Testing.Parallel = 1 })
	r := full(t, client, c)
	if r.Verdict != tasks.Fail || dials.Load() != 1 || !strings.Contains(r.Says, "11 not tested") || !strings.Contains(r.Says, "refused: nothing listens") ||
		!strings.Contains(r.Rows[5].Says, "the application does not answer") {
		t.Errorf("%d dials: %s; %s", dials.Load(), r.Says, r.Rows[5].Says)
	}
}

func TestDegradedAndRetriedAreSeen(t *testing.T) {
	var asked atomic.Int32
	options := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			time.Sleep(30 * time.Millisecond)
		case "/flaky":
			if asked.Add(1) < 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
	})
	client, c := suiteOf(t, options, map[string]string{
		"a.hurl": "# slow\nGET {{base}}/slow\nHTTP 200\n[Asserts]\nduration < 2000\n# [degraded] duration < 10\n\n# quick\nGET {{base}}/\n",
		"b.hurl": "# flaky\nGET {{base}}/flaky\n[Options]\nretry: 5\nretry-interval: 1ms\nHTTP 200\n",
		"c.hurl": "# by the stage's limit\nGET {{base}}/slow\n",
		"d.hurl": "# not here\nGET {{base}}/\n[Options]\nskip: {{no_tls}}\n",
	}, func(p *plan.Plan) { p.Smoke[0].Degraded.Duration = 20 * time.Millisecond })
	r := full(t, client, c)
	if r.Verdict != tasks.Degraded || !strings.HasPrefix(r.Says, "4 of 4 checks passed, 2 degraded, 1 skipped, 1 only when tried again in ") {
		t.Errorf("%q %s", r.Verdict, r.Says)
	}
	for i, want := range []struct {
		verdict tasks.Verdict
		says    string
	}{
		{tasks.Degraded, "slower than it should be: duration < 10: got "},
		{tasks.Pass, "200 in "},
		{tasks.Pass, "3rd try, after the status is 503 Service Unavailable, expected 200"},
		{tasks.Degraded, "slower than it should be: duration <= 20: got "},
		{tasks.NotTested, "skipped, as its file says"},
	} {
		if row := r.Rows[i]; row.Verdict != want.verdict || !strings.Contains(row.Says, want.says) {
			t.Errorf("%s: %q %s", row.Name, row.Verdict, row.Says)
		}
	}
	if x := r.Rows[2].Exchange; x.Tries != 3 || x.At != "b.hurl:2:1" || len(x.Digest) != 64 {
		t.Errorf("the exchange is %+v", x)
	}
	if len(r.Trace) != 6 {
		t.Errorf("%d calls are told of 6", len(r.Trace))
	}
}

// What passed is not asked again, as long as it is the same thing that would be asked.
func TestOnlyWhatFailedIsRunAgain(t *testing.T) {
	var log []string
	var mu sync.Mutex
	broken := true
	options := server(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, r.URL.Path)
		if broken && r.URL.Path == "/b2" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	files := map[string]string{"a.hurl": "GET {{base}}/a\nHTTP 200\n", "b.hurl": "GET {{base}}/b1\nHTTP 200\n\nGET {{base}}/b2\nHTTP 200\n",
		"c.hurl": "GET {{base}}/c\n[Options]\nskip: true\n"}
	client, c := suiteOf(t, options, files, func(p *plan.Plan) { p.Testing.Parallel = 1 })
	r := full(t, client, c)
	if r.Verdict != tasks.Fail || strings.Join(log, "") != "/a/b1/b2" {
		t.Fatalf("%s, asked %v", r.Says, log)
	}
	mu.Lock()
	log, broken = nil, false
	mu.Unlock()
	first := r.Rows[0].Exchange.Ran
	c.Before = r.Rows
	if r = full(t, client, c); r.Verdict != tasks.Pass || strings.Join(log, "") != "/b1/b2" || len(r.Rows) != 4 || !r.Rows[0].Exchange.Ran.Equal(first) {
		t.Errorf("again: %s, asked %v", r.Says, log)
	}
	log = nil
	c.Facts[tasks.FactInstance] = "i-0another"
	c.Before = r.Rows
	if r = full(t, client, c); r.Verdict != tasks.Pass || strings.Join(log, "") != "/a/b1/b2" {
		t.Errorf("of another instance: %s, asked %v", r.Says, log)
	}
}

func TestSecretsComeFromTheEnvironmentOrAPerson(t *testing.T) {
	options := server(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.FormValue("password")) })
	files := map[string]string{"a.hurl": "POST {{base}}/\n[Form]\npassword: {{pw}}\nHTTP 200\n[Asserts]\nbody == \"hunter22\"\nbody == \"never\"\n"}
	change := func(p *plan.Plan) { p.Testing.Secrets = map[string]string{"pw": "SCP_PW"} }

	options.Getenv = func(string) string { return "" }
	client, c := suiteOf(t, options, files, change)
	if r := full(t, client, c); r.Verdict != tasks.Inconclusive || !strings.Contains(r.Says, "the environment variable SCP_PW is not set") {
		t.Errorf("nobody to ask: %q %s", r.Verdict, r.Says)
	}
	asked := 0
	options.Ask = func(_ context.Context, q tasks.Question) (tasks.Secret, error) {
		asked++
		if !strings.Contains(q.Detail, "SCP_PW") {
			t.Errorf("asked %+v", q)
		}
		return tasks.NewSecret("hunter22"), nil
	}
	client, c = suiteOf(t, options, files, change)
	for range 2 {
		r := full(t, client, c)
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != tasks.Fail || strings.Contains(string(text), "hunter22") || !strings.Contains(string(text), "•••") {
			t.Errorf("%q %s", r.Verdict, text)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	options.Ask = func(context.Context, tasks.Question) (tasks.Secret, error) { return tasks.Secret{}, tasks.ErrDeclined }
	client, c = suiteOf(t, options, files, change)
	if r := full(t, client, c); r.Verdict != tasks.Inconclusive || !strings.Contains(r.Says, "declined") {
		t.Errorf("declined: %q %s", r.Verdict, r.Says)
	}
	options.Getenv = func(name string) string { return map[string]string{"SCP_PW": "hunter22"}[name] }
	client, c = suiteOf(t, options, files, change)
	if r := full(t, client, c); r.Verdict != tasks.Fail || !strings.Contains(r.Says, "never") {
		t.Errorf("from the environment: %q %s", r.Verdict, r.Says)
	}
}

func TestBodiesAreKeptOnlyIfThePlanAsks(t *testing.T) {
	options := server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "broken \x1b[2J by s3cret-token") })
	files := map[string]string{"a.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\ntoken: regex \"by (.*)$\"\n[Asserts]\nbody contains \"well\"\n"}
	for _, keep := range []bool{false, true} {
		options.RunDir = t.TempDir()
		client, c := suiteOf(t, options, files, func(p *plan.Plan) { p.Testing.Bodies = keep })
		r := full(t, client, c)
		kept := r.Rows[0].Exchange.Kept
		if (kept != "") != keep {
			t.Fatalf("asked for %v, kept %q", keep, kept)
		}
		if !keep {
			if left, _ := os.ReadDir(options.RunDir); len(left) != 0 {
				t.Errorf("left %v", left)
			}
			continue
		}
		body, err := os.ReadFile(filepath.Join(options.RunDir, kept))
		if err != nil || !strings.HasPrefix(string(body), "broken ") || strings.ContainsAny(string(body), "\x1b") || strings.Contains(string(body), "s3cret") {
			t.Errorf("kept %q, %v", body, err)
		}
	}
}

func TestProgressAndRowsWhileItRuns(t *testing.T) {
	client, c := suiteOf(t, server(t, func(http.ResponseWriter, *http.Request) {}),
		map[string]string{"a.hurl": "# first\nGET {{base}}/\n", "b.hurl": "# second\nGET {{base}}/\n"}, func(p *plan.Plan) { p.Testing.Parallel = 1 })
	var told []string
	var rows []int
	c.Progress = func(s string) { told = append(told, s) }
	c.Show = func(r []tasks.Row) { rows = append(rows, len(r)) }
	full(t, client, c)
	if fmt.Sprint(told) != "[1 of 2: first 2 of 2: second]" || fmt.Sprint(rows) != "[1 2]" {
		t.Errorf("told %q, shown %v", told, rows)
	}
}

func TestAStageWithoutItsSuiteIsAnError(t *testing.T) {
	c := call(plan.Stage{Name: "full", Files: []string{"a.hurl"}})
	if _, err := New(Options{}).Smoke(c.Plan).Step("full").Do(t.Context(), c); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
