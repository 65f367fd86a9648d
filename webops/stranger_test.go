package webops

// stranger_test.go: what a first reader of docs/smoke.md would take for granted, and what was not so.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// A page that hangs says nothing of the others, and a host of somebody else's nothing of the application.
func TestOneThatDoesNotAnswerIsNoDeadHost(t *testing.T) {
	options := server(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stuck" {
			<-r.Context().Done()
		}
	})
	dial := options.Dial
	options.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if !strings.HasPrefix(addr, elastic) {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return dial(ctx, network, addr)
	}
	for _, first := range []string{"GET {{base}}/stuck\n[Options]\nmax-time: 50ms\n", "GET http://192.0.2.9/\n"} {
		client, c := suiteOf(t, options, map[string]string{"a.hurl": first, "b.hurl": "GET {{base}}/\nHTTP 200\n"}, func(p *plan.Plan) {
			p.Testing.Parallel = 1
			p.Environment.Application.Hosts = []string{"192.0.2.9"}
		})
		if r := full(t, client, c); r.Verdict != tasks.Fail || r.Rows[1].Verdict != tasks.Pass {
			t.Errorf("%s then: %q %s", first, r.Rows[1].Verdict, r.Rows[1].Says)
		}
	}
}

// One-liners are run again one by one, and a test that was changed since is another test.
func TestOnlyTheSameTestCountsAsPassed(t *testing.T) {
	var mu sync.Mutex
	var log []string
	options := server(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, r.URL.Path)
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	options.FromHost = nil
	var before []tasks.Row
	for _, tt := range []struct {
		file, user string
		asked      string
	}{
		{"GET {{base}}/file\nHTTP 200\n", "qa", "/one/broken/file"},
		{"GET {{base}}/file\nHTTP 200\n", "qa", "/broken"},
		{"GET {{base}}/file\nHTTP *\n", "qa", "/broken/file"},
		{"GET {{base}}/file\nHTTP *\n", "qb", "/one/broken/file"},
	} {
		client, c := suiteOf(t, options, map[string]string{"a.hurl": tt.file}, func(p *plan.Plan) {
			p.Testing.Parallel, p.Testing.Variables = 1, map[string]string{"user": tt.user}
			for _, path := range []string{"/one", "/broken"} {
				p.Smoke[0].Checks = append(p.Smoke[0].Checks, plan.Check{Name: path, Method: "GET", Path: path, Status: 200, Within: plan.Duration{Duration: 2 * time.Second}})
			}
		})
		c.Before, log = before, nil
		before = full(t, client, c).Rows
		if got := strings.Join(log, ""); got != tt.asked || len(before) != 3 {
			t.Errorf("%q by %s: asked %s, want %s; %d rows", tt.file, tt.user, got, tt.asked, len(before))
		}
	}
}

// Files that join a chain keep the plan's order.
func TestAChainKeepsThePlansOrder(t *testing.T) {
	c := call(plan.Stage{Name: "full", Files: []string{"*.hurl"}})
	s, err := LoadSuite(c.Plan, folder(map[string]string{
		"1.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\na: status\n",
		"2.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\nb: status\n",
		"3.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\na: status\n",
		"4.hurl": "GET {{base}}/{{a}}/{{b}}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.stages["full"][0].label(); len(s.stages["full"]) != 1 || got != "1.hurl + 2.hurl + 3.hurl + 4.hurl" {
		t.Errorf("the chain is %s", got)
	}
}

// What was found is not lost when the person breaks off while the host is asked.
func TestAnAbortAtTheHostKeepsWhatWasFound(t *testing.T) {
	options := server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	ctx, cancel := context.WithCancel(t.Context())
	options.FromHost = func(ctx context.Context, _ tasks.Call, _, _ string) (net.Conn, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	c := call(plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "home", Path: "/"}}})
	r, err := tester(t, options, c, nil).Stage(ctx, c, plan.StageReadOnly)
	if !errors.Is(err, context.Canceled) || len(r.Rows) != 1 || r.Rows[0].Verdict != tasks.Fail {
		t.Errorf("%v, %d rows", err, len(r.Rows))
	}
}

// A test that could not be sent tells nothing of the application, and the host is not asked.
func TestWhatWasNeverSentAccusesNobody(t *testing.T) {
	var asked atomic.Int32
	options := server(t, func(http.ResponseWriter, *http.Request) {})
	options.FromHost = func(context.Context, tasks.Call, string, string) (net.Conn, error) {
		asked.Add(1)
		return nil, errors.New("nobody")
	}
	c := call(plan.Stage{Name: plan.StageReadOnly, Files: []string{"*.hurl"}})
	r, err := tester(t, options, c, folder(map[string]string{"a.hurl": "GET http://192.0.2.9/\n"})).Stage(t.Context(), c, plan.StageReadOnly)
	if err != nil || r.Verdict != tasks.Fail || asked.Load() != 0 || strings.Contains(r.Says, fromHost) || !strings.Contains(r.Says, "add it to environment") {
		t.Errorf("the host was asked %d times: %q %s, %v", asked.Load(), r.Verdict, r.Says, err)
	}
}

// Only a stage whose tests use a secret needs it.
func TestASecretIsAskedForWhereItIsUsed(t *testing.T) {
	c := call(plan.Stage{Name: plan.StageReadOnly, Files: []string{"a.hurl"}}, plan.Stage{Name: "full", Files: []string{"b.hurl"}})
	c.Plan.Testing.Secrets = map[string]string{"pw": "SCP_PW"}
	options := server(t, func(http.ResponseWriter, *http.Request) {})
	options.Getenv = func(string) string { return "" }
	client := tester(t, options, c, folder(map[string]string{"a.hurl": "GET {{base}}/\n", "b.hurl": "GET {{base}}/\nX-Key: {{pw}}\n"}))
	for stage, want := range map[string]tasks.Verdict{plan.StageReadOnly: tasks.Pass, "full": tasks.Inconclusive} {
		if r, err := client.Stage(t.Context(), c, stage); err != nil || r.Verdict != want {
			t.Errorf("%s: %q %s, %v", stage, r.Verdict, r.Says, err)
		}
	}
}

// A name that has no value is said before anything is asked, not compared with nothing.
func TestBuildAndInstanceAreKnownOrAsked(t *testing.T) {
	var asked atomic.Int32
	options := server(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	for _, name := range []string{"build", "instance"} {
		client, c := suiteOf(t, options, map[string]string{"a.hurl": "GET {{base}}/\nHTTP 200\n[Asserts]\nbody contains \"{{" + name + "}}\"\n"}, func(p *plan.Plan) {
			p.Environment.Application.Build = ""
		})
		delete(c.Facts, tasks.FactInstance)
		if r := full(t, client, c); r.Verdict != tasks.Inconclusive || asked.Load() != 0 || !strings.Contains(r.Says, "{{"+name+"}}") || !strings.Contains(r.Says, "--"+name) {
			t.Errorf("%q %s", r.Verdict, r.Says)
		}
	}
}

// Rows that are shown while a stage runs never become fewer.
func TestRowsShownNeverBecomeFewer(t *testing.T) {
	files := map[string]string{}
	for n := range 40 {
		files[fmt.Sprintf("%02d.hurl", n)] = "GET {{base}}/\n"
	}
	client, c := suiteOf(t, server(t, func(http.ResponseWriter, *http.Request) {}), files, func(p *plan.Plan) { p.Testing.Parallel = 32 })
	var mu sync.Mutex
	most, fewer := 0, 0
	c.Show = func(rows []tasks.Row) {
		mu.Lock()
		defer mu.Unlock()
		if len(rows) < most {
			fewer++
		}
		most = max(most, len(rows))
	}
	full(t, client, c)
	if fewer > 0 || most != 40 {
		t.Errorf("%d times fewer rows than before, at most %d", fewer, most)
	}
}

// What is no file would be waited for, and nothing ends that: a pipe that nobody writes to.
func TestWhatIsNoFileIsNotOpened(t *testing.T) {
	c := call(plan.Stage{Name: "full", Files: []string{"*.hurl"}})
	_, err := LoadSuite(c.Plan, fstest.MapFS{"pipe.hurl": {Mode: fs.ModeNamedPipe, Data: []byte("GET {{base}}/\n")}})
	if err == nil || !strings.Contains(err.Error(), "pipe.hurl is no ordinary file") {
		t.Errorf("error %v", err)
	}
}

// What failed on its fourth try did not pass when tried again; and the host's calls are told apart from ours.
func TestWhatFailedAfterRetriesIsNoPassOnRetry(t *testing.T) {
	options := server(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	dial := options.Dial
	options.FromHost = func(ctx context.Context, _ tasks.Call, network, addr string) (net.Conn, error) {
		return dial(ctx, network, addr)
	}
	c := call(plan.Stage{Name: plan.StageReadOnly, Files: []string{"*.hurl"}})
	r, err := tester(t, options, c, folder(map[string]string{"a.hurl": "GET {{base}}/\n[Options]\nretry: 1\nretry-interval: 1ms\nHTTP 200\n"})).Stage(t.Context(), c, plan.StageReadOnly)
	if err != nil || strings.Contains(r.Says, "only when tried again") || !strings.Contains(r.Says, "2nd try") {
		t.Errorf("%s, %v", r.Says, err)
	}
	if n := len(r.Trace); n != 3 || !strings.HasSuffix(r.Trace[2].Line, ", "+fromHost) || r.Trace[2].Error == "" {
		t.Errorf("the calls are %+v", r.Trace)
	}
}

// A file may be called as somebody likes; what is shown of it is clean.
func TestNamesOfFilesAreClean(t *testing.T) {
	name := "a\x1b[2Jb.hurl"
	client, c := suiteOf(t, server(t, func(http.ResponseWriter, *http.Request) {}), map[string]string{name: "GET {{base}}/\nHTTP 500\n\nGET {{base}}/\n"}, nil)
	for range 2 {
		r := full(t, client, c)
		for _, row := range r.Rows {
			if x := row.Exchange; strings.ContainsRune(x.At+x.Group+row.Says+r.Says, '\x1b') {
				t.Errorf("shown %q %q", x.At, x.Group)
			}
		}
		c.Before = r.Rows
	}
}
