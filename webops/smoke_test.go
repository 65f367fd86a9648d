package webops

// smoke_test.go: the stages and their checks against a small real web server.

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
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

// call is a step's call for a plan with these stages, completed as a loaded plan's are.
func call(stages ...plan.Stage) tasks.Call {
	p := &plan.Plan{Smoke: stages}
	p.Environment.Application = plan.Application{Port: 80, Build: "1.0.0"}
	for i := range p.Smoke {
		st := &p.Smoke[i]
		st.Budget.Duration = cmp.Or(st.Budget.Duration, time.Minute)
		for j := range st.Checks {
			c := &st.Checks[j]
			c.Method, c.Status = cmp.Or(c.Method, http.MethodGet), cmp.Or(c.Status, http.StatusOK)
			c.Within.Duration = cmp.Or(c.Within.Duration, 2*time.Second)
			c.Name = cmp.Or(c.Name, c.Method+" "+c.Path)
		}
	}
	return tasks.Call{
		Plan:     p,
		Facts:    map[string]string{tasks.FactElasticIP: elastic, tasks.FactPublicIP: public, tasks.FactInstance: instance},
		Now:      time.Now,
		Wait:     func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Progress: func(string) {},
	}
}

// tester is a client with the tests of the call's plan; dir is the plan's folder.
func tester(t *testing.T, o Options, c tasks.Call, dir fs.FS) *Client {
	t.Helper()
	var err error
	if o.Suite, err = LoadSuite(c.Plan, dir); err != nil {
		t.Fatal(err)
	}
	return New(o)
}

// fly runs one stage of the call's plan.
func fly(t *testing.T, o Options, c tasks.Call, stage string) tasks.Result {
	t.Helper()
	return do(t, tester(t, o, c, nil).Smoke(c.Plan).Step(stage), c)
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
	case "/slow":
		time.Sleep(20 * time.Millisecond)
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
		{"head", plan.Check{Method: "HEAD", Path: "/"}, nil},
		{"status", plan.Check{Path: "/gone"}, []string{"the status is 404 Not Found, expected 200"}},
		{"contains", plan.Check{Path: "/", Contains: "2.0.0"}, []string{`body contains "2.0.0": got`, "␛", "Smart Contracts"}},
		{"location", plan.Check{Path: "/moved", Status: 302, Location: "/contracts/"}, []string{`header "Location" startsWith "/contracts/": got "/login/?next=/moved"`}},
		{"latency", plan.Check{Path: "/slow", Within: plan.Duration{Duration: time.Millisecond}}, []string{"duration <= 1: got"}},
		{"large body", plan.Check{Path: "/large", Contains: "needle"}, []string{"longer than 262144 bytes"}},
		{"large header", plan.Check{Path: "/headers"}, []string{"header"}},
		{"no answer", plan.Check{Path: "/broken"}, []string{"closed: " + elastic}},
		{"no capture", plan.Check{Path: "/", Capture: map[string]string{"csrf": `csrf="(.)"`}}, []string{`csrf: regex`}},
		{"write in a safe stage", plan.Check{Method: "POST", Path: "/echo"}, []string{"POST may write, and this stage is read-only"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.check.Name = c.name
			// Safe is not said: the stage's name is enough.
			r := fly(t, options, call(plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{c.check}}), plan.StageReadOnly)
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
			if strings.ContainsAny(fmt.Sprint(r, row.Exchange), "\x1b\x07\n") {
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
			Contains: "csrf=s3cr3t-token password=hunter2 referer=http://" + elastic + "/"},
		{Name: "again", Method: "POST", Path: "/echo", Form: map[string]string{"csrf": "{{csrf}}", "password": "hunter2"}, Contains: "never"},
		{Name: "after", Path: "/"},
	}}
	r := fly(t, options, call(stage), "functional")
	if r.Rows[0].Verdict != tasks.Pass || r.Rows[1].Verdict != tasks.Pass {
		t.Errorf("rows %+v", r.Rows)
	}
	if r.Rows[2].Verdict != tasks.Fail || r.Rows[3].Verdict != tasks.NotTested || len(r.Trace) != 3 {
		t.Errorf("a stage that writes stops at the first failure: %+v", r.Rows)
	}
	if !strings.HasPrefix(r.Says, "2 of 4 checks passed, 1 not tested in ") || !strings.Contains(r.Says, "again:") {
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
		"captured": {Path: "/", Location: "/other", Capture: map[string]string{"csrf": `value="([^"]+)"`}},
		"escaped":  {Method: "POST", Path: "/", Form: map[string]string{"password": "hunter<2>&co"}, Contains: "never"},
	} {
		check.Name = name
		r := fly(t, options, call(plan.Stage{Name: "full", Checks: []plan.Check{check}}), "full")
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
	c := call(plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "a", Path: "/"}}})
	client := tester(t, Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, io.EOF
	}}, c, nil)
	for _, addr := range []string{"169.254.169.254", "fd00:ec2::254", "127.0.0.1", "::1", "172.31.5.17", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1", "elsewhere.example"} {
		c.Facts = map[string]string{tasks.FactElasticIP: addr, tasks.FactInstance: instance}
		through := client.Through(tasks.FactElasticIP)
		for _, step := range []*tasks.Step{client.Smoke(c.Plan).Step(plan.StageReadOnly), &through} {
			if r := do(t, step, c); r.Verdict != tasks.Inconclusive || dials != 0 {
				t.Errorf("%s at %s: %q %s, %d connections", step.ID, addr, r.Verdict, r.Says, dials)
			}
		}
	}
	client.o.Emulated = true
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
	r := fly(t, options, call(stage), "full")
	if r.Verdict != tasks.Fail || len(r.Trace) != 0 || !strings.Contains(r.Says, "csrf") || !strings.Contains(r.Says, "capture") {
		t.Errorf("%q %s, sent %v", r.Verdict, r.Says, r.Trace)
	}
}

func TestReadingGoesOnAfterAFailure(t *testing.T) {
	options := server(t, application)
	stage := plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "a", Path: "/gone"}, {Name: "b", Path: "/"}, {Name: "c", Path: "/gone"}}}
	r := fly(t, options, call(stage), plan.StageReadOnly)
	if r.Verdict != tasks.Fail || r.Rows[1].Verdict != tasks.Pass || r.Rows[2].Verdict != tasks.Fail {
		t.Errorf("rows %+v", r.Rows)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	dials := 0
	c := call(plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "a", Path: "/"}}})
	client := tester(t, Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, io.EOF
	}}, c, nil)
	if r := do(t, client.Smoke(&plan.Plan{}).Step("full"), c); r.Verdict != tasks.NotTested || !strings.Contains(r.Says, "no full checks") {
		t.Errorf("missing stage: %q %s", r.Verdict, r.Says)
	}
	c.Facts = nil
	if r := do(t, client.Smoke(c.Plan).Step(plan.StageReadOnly), c); r.Verdict != tasks.Inconclusive {
		t.Errorf("no address: %q %s", r.Verdict, r.Says)
	}
	if dials != 0 {
		t.Errorf("%d connections", dials)
	}
	c.Facts = map[string]string{tasks.FactPublicIP: public}
	r := do(t, client.Smoke(c.Plan).Step(plan.StageReadOnly), c)
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
	stage := plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "home", Path: "/", Contains: "Smart Contracts"}}}
	r := fly(t, server(t, application), call(stage), plan.StageReadOnly)
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
	stage := plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "home", Path: "/"}}}
	c := call(stage)
	r, err := tester(t, options, c, nil).Smoke(c.Plan).Step(plan.StageReadOnly).Do(ctx, c)
	if err == nil {
		t.Errorf("an aborted stage has the verdict %q", r.Verdict)
	}
}
