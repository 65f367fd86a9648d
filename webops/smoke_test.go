package webops

// smoke_test.go: the stages and their checks against a small real web server.

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestOnlyListedStagesAreFlown(t *testing.T) {
	check := []plan.Check{{Name: "home", Path: "/"}}
	for _, c := range []struct {
		stages []plan.Stage
		want   []string
	}{
		{nil, []string{"read-only", "functional", "full"}}, // each fails: nothing to test is not a tick
		{[]plan.Stage{{Name: "full", Checks: check}, {Name: "read-only", Checks: check}}, []string{"read-only", "full"}},
		{[]plan.Stage{{Name: "functional"}, {Name: "read-only", Checks: check}}, []string{"read-only"}},
	} {
		var got []string
		for _, step := range New(Options{}).Smoke(&plan.Plan{Smoke: c.stages}).Steps {
			got = append(got, step.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.stages, got, c.want)
		}
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	elastic  = "198.51.100.4"
	public   = "203.0.113.7"
	instance = "i-0c1f00d5cb1000001"
)

// to connects every address to one listener.
func to(addr string) Options {
	return Options{Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}
}

// server is a web server for a test, ended with it.
func server(t *testing.T, h http.HandlerFunc) Options {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return to(s.Listener.Addr().String())
}

func call(stages ...plan.Stage) tasks.Call {
	p := &plan.Plan{Smoke: stages}
	p.Environment.Application = plan.Application{Port: 80, Build: "1.0.0"}
	return tasks.Call{
		Plan:     p,
		Facts:    map[string]string{tasks.FactElasticIP: elastic, tasks.FactPublicIP: public, tasks.FactInstance: instance},
		Now:      time.Now,
		Wait:     func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Progress: func(string) {},
	}
}

func do(t *testing.T, step *tasks.Step, call tasks.Call) tasks.Result {
	t.Helper()
	r, err := step.Do(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// application answers what the cases need.
func application(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/":
		fmt.Fprint(w, "<title>Smart Contracts</title>\n<b>1.0.0</b> \x1b[31mred\x1b]0;title\x07")
	case "/empty":
	case "/moved":
		http.Redirect(w, r, "/login/?next=/moved", http.StatusFound)
	case "/large":
		fmt.Fprint(w, strings.Repeat("x", maxBody), "needle")
	case "/headers":
		w.Header().Set("X-Large", strings.Repeat("x", 2*maxHeader))
	case "/token":
		fmt.Fprint(w, `<input name="csrf" value="s3cr3t-token">`)
	case "/echo":
		fmt.Fprintf(w, "csrf=%s password=%s referer=%s", r.FormValue("csrf"), r.FormValue("password"), r.Referer())
	case "/broken":
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.Close()
	default:
		http.NotFound(w, r)
	}
}

func TestChecks(t *testing.T) {
	options := server(t, application)
	cases := []struct {
		name  string
		check plan.Check
		says  []string // of the row; the first case of none passes
	}{
		{"passes", plan.Check{Path: "/", Contains: "Smart Contracts"}, nil},
		{"redirect is not followed", plan.Check{Path: "/moved", Status: 302, Location: "/login/"}, nil},
		{"head", plan.Check{Method: "head", Path: "/"}, nil},
		{"status", plan.Check{Path: "/gone"}, []string{"status: expected 200 OK, got 404 Not Found", "404 page not found"}},
		{"contains", plan.Check{Path: "/", Contains: "2.0.0"}, []string{`expected "2.0.0" in it`, "␛red", "Smart Contracts"}},
		{"location", plan.Check{Path: "/moved", Status: 302, Location: "/contracts/"}, []string{`expected "/contracts/"…, got "/login/?next=/moved"`}},
		{"latency", plan.Check{Path: "/empty", Max: plan.Duration{Duration: 1}}, []string{"latency: expected at most 1ns, got", "(empty)"}},
		{"large body", plan.Check{Path: "/large", Contains: "needle"}, []string{"262144 bytes without", "cut at 256 KiB"}},
		{"large header", plan.Check{Path: "/headers"}, []string{"protocol:"}},
		{"no answer", plan.Check{Path: "/broken"}, []string{"closed: " + elastic + ":80"}},
		{"no capture", plan.Check{Path: "/", Capture: map[string]string{"csrf": `csrf="(.)"`}}, []string{`capture "csrf": expected a match`}},
		{"bad pattern", plan.Check{Path: "/", Capture: map[string]string{"csrf": `(a)(b)`}}, []string{"not a regular expression with one group"}},
		{"another host", plan.Check{Path: "//169.254.169.254/latest/"}, []string{"not one on the target"}},
		{"another scheme", plan.Check{Path: "http://169.254.169.254/"}, []string{"not one on the target"}},
		{"write in a safe stage", plan.Check{Method: "POST", Path: "/echo"}, []string{"not sent: POST may write"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.check.Name = c.name
			step := New(options).Smoke(&plan.Plan{}).Step(readOnly)
			// Safe is not said: the stage's name is enough.
			r := do(t, step, call(plan.Stage{Name: readOnly, Checks: []plan.Check{c.check}}))
			row := r.Rows[0]
			want := tasks.Fail
			if c.says == nil {
				want = tasks.Pass
			}
			if r.Verdict != want || row.Verdict != want {
				t.Errorf("stage %q, check %q: %s", r.Verdict, row.Verdict, row.Says)
			}
			for _, text := range c.says {
				if !strings.Contains(row.Says, text) {
					t.Errorf("%q\ndoes not say %q", row.Says, text)
				}
			}
			if strings.ContainsAny(row.Says+r.Says, "\x1b\x07\n") {
				t.Errorf("controls came through: %q", row.Says)
			}
			if r.Rests[0] != tasks.FactElasticIP {
				t.Errorf("rests on %v", r.Rests)
			}
		})
	}
}

func TestCaptureRefererAndMask(t *testing.T) {
	options := server(t, application)
	stage := plan.Stage{Name: "functional", Checks: []plan.Check{
		{Name: "form", Path: "/token", Capture: map[string]string{"csrf": `value="([^"]+)"`}},
		{Name: "post", Method: "POST", Path: "/echo", Form: map[string]string{"csrf": "{{ csrf }}", "password": "hunter2"},
			Contains: "csrf=s3cr3t-token password=hunter2 referer=http://" + elastic + "/token"},
		{Name: "again", Method: "POST", Path: "/echo", Form: map[string]string{"csrf": "{{csrf}}", "password": "hunter2"}, Contains: "never"},
		{Name: "after", Path: "/"},
	}}
	r := do(t, New(options).Smoke(&plan.Plan{}).Step("functional"), call(stage))
	if r.Rows[0].Verdict != tasks.Pass || r.Rows[1].Verdict != tasks.Pass {
		t.Errorf("rows %+v", r.Rows)
	}
	if r.Rows[2].Verdict != tasks.Fail || r.Rows[3].Verdict != tasks.NotTested || len(r.Trace) != 3 {
		t.Errorf("a stage that writes stops at the first failure: %+v", r.Rows)
	}
	if !strings.HasPrefix(r.Says, "2 of 4 checks passed in ") || !strings.Contains(r.Says, "again:") {
		t.Errorf("says %q", r.Says)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "s3cr3t") || strings.Contains(string(text), "hunter2") {
		t.Errorf("a secret stands in the result: %s", text)
	}
	if got := r.Trace[1].Line; got != "POST http://"+elastic+"/echo" {
		t.Errorf("trace %q", got)
	}
}

// A page that fails must not show what it was to be captured from it, nor a secret in another coat.
func TestMaskOfTheFailingPage(t *testing.T) {
	options := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			password := r.FormValue("password")
			fmt.Fprint(w, html.EscapeString(password), " ", url.QueryEscape(password))
			return
		}
		w.Header().Set("Location", "/next?csrf=s3cr3t-token")
		fmt.Fprint(w, `<input name="csrf" value="s3cr3t-token">`)
	})
	for name, check := range map[string]plan.Check{
		"captured": {Path: "/", Status: 302, Location: "/other", Capture: map[string]string{"csrf": `value="([^"]+)"`}},
		"escaped":  {Method: "POST", Path: "/", Form: map[string]string{"password": "hunter<2>&co"}, Contains: "never"},
	} {
		check.Name = name
		r := do(t, New(options).Smoke(&plan.Plan{}).Step("full"), call(plan.Stage{Name: "full", Checks: []plan.Check{check}}))
		if r.Verdict != tasks.Fail || !strings.Contains(r.Says, "•••") {
			t.Errorf("%s: %q %s", name, r.Verdict, r.Says)
		}
		if text := fmt.Sprint(r); strings.Contains(text, "s3cr3t") || strings.Contains(text, "hunter") {
			t.Errorf("%s: a secret stands in the result: %s", name, text)
		}
	}
}

// Only addresses of the public internet are the application's: no metadata service, no machine of ours.
func TestOnlyPublicAddresses(t *testing.T) {
	dials := 0
	client := New(Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, io.EOF
	}})
	stage := plan.Stage{Name: readOnly, Checks: []plan.Check{{Name: "a", Path: "/"}}}
	for _, addr := range []string{"169.254.169.254", "fd00:ec2::254", "127.0.0.1", "::1", "172.31.5.17", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1", "elsewhere.example"} {
		c := call(stage)
		c.Facts = map[string]string{tasks.FactElasticIP: addr, tasks.FactInstance: instance}
		through := client.Through(tasks.FactElasticIP)
		for _, step := range []*tasks.Step{client.Smoke(&plan.Plan{}).Step(readOnly), &through} {
			if r := do(t, step, c); r.Verdict != tasks.Inconclusive || dials != 0 {
				t.Errorf("%s at %s: %q %s, %d connections", step.ID, addr, r.Verdict, r.Says, dials)
			}
		}
	}
	client.emulated = true
	for addr, found := range map[string]bool{"127.64.23.20": true, "169.254.169.254": false, "172.31.5.17": false} {
		if _, is := client.find(tasks.Call{Plan: &plan.Plan{Environment: plan.Environment{Application: plan.Application{Port: 80}}},
			Facts: map[string]string{tasks.FactElasticIP: addr}}, tasks.FactElasticIP); is != found {
			t.Errorf("where AWS is played on this machine, %s is the application's: %v", addr, is)
		}
	}
}

func TestCaptureFromAnotherStage(t *testing.T) {
	options := server(t, application)
	stage := plan.Stage{Name: "full", Checks: []plan.Check{{Name: "post", Method: "POST", Path: "/echo", Form: map[string]string{"csrf": "{{csrf}}"}}}}
	r := do(t, New(options).Smoke(&plan.Plan{}).Step("full"), call(stage))
	if r.Verdict != tasks.Fail || len(r.Trace) != 0 || !strings.Contains(r.Says, `nothing was captured as "csrf"`) {
		t.Errorf("%q %s, sent %v", r.Verdict, r.Says, r.Trace)
	}
}

func TestReadingGoesOnAfterAFailure(t *testing.T) {
	options := server(t, application)
	stage := plan.Stage{Name: readOnly, Checks: []plan.Check{{Name: "a", Path: "/gone"}, {Name: "b", Path: "/"}, {Name: "c", Path: "/gone"}}}
	r := do(t, New(options).Smoke(&plan.Plan{}).Step(readOnly), call(stage))
	if r.Verdict != tasks.Fail || r.Rows[1].Verdict != tasks.Pass || r.Rows[2].Verdict != tasks.Fail {
		t.Errorf("rows %+v", r.Rows)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	dials := 0
	client := New(Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, io.EOF
	}})
	stage := plan.Stage{Name: readOnly, Checks: []plan.Check{{Name: "a", Path: "/"}}}
	if r := do(t, client.Smoke(&plan.Plan{}).Step("full"), call(stage)); r.Verdict != tasks.NotTested || !strings.Contains(r.Says, "no full checks") {
		t.Errorf("missing stage: %q %s", r.Verdict, r.Says)
	}
	c := call(stage)
	c.Facts = nil
	if r := do(t, client.Smoke(&plan.Plan{}).Step(readOnly), c); r.Verdict != tasks.Inconclusive {
		t.Errorf("no address: %q %s", r.Verdict, r.Says)
	}
	if dials != 0 {
		t.Errorf("%d connections", dials)
	}
	c.Facts = map[string]string{tasks.FactPublicIP: public}
	r := do(t, client.Smoke(&plan.Plan{}).Step(readOnly), c)
	if r.Verdict != tasks.Fail || r.Rests[0] != tasks.FactPublicIP || !strings.Contains(r.Says, public) {
		t.Errorf("public address: %q %s, rests on %v", r.Verdict, r.Says, r.Rests)
	}
}

// A proxy in the environment must not see what is tested, and not decide it.
func TestNoProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	stage := plan.Stage{Name: readOnly, Checks: []plan.Check{{Name: "home", Path: "/", Contains: "Smart Contracts"}}}
	r := do(t, New(server(t, application)).Smoke(&plan.Plan{}).Step(readOnly), call(stage))
	if r.Verdict != tasks.Pass || asked.Load() != 0 {
		t.Errorf("%q %s; the proxy was asked %d times", r.Verdict, r.Says, asked.Load())
	}
}

func TestAbortIsNoVerdict(t *testing.T) {
	ctx, abort := context.WithCancel(t.Context())
	options := server(t, func(_ http.ResponseWriter, r *http.Request) {
		abort()
		<-r.Context().Done()
	})
	stage := plan.Stage{Name: readOnly, Checks: []plan.Check{{Name: "home", Path: "/"}}}
	r, err := New(options).Smoke(&plan.Plan{}).Step(readOnly).Do(ctx, call(stage))
	if err == nil {
		t.Errorf("an aborted stage has the verdict %q", r.Verdict)
	}
}
