package host_test

// web_test.go: the web application, with the real client of net/http and a cookie jar.

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/rehearsal/host"
)

// browser is a client with cookies that does not follow redirects.
func (r *rig) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	tr := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return r.dial(r.ServeWeb, 80), nil }}
	r.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

const origin = "http://13.228.4.17"

// answer is a response read to its end.
type answer struct {
	*http.Response
	body string
}

func (r *rig) do(c *http.Client, method, path string, form url.Values) answer {
	r.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, origin+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := c.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{resp, string(text)}
}

// token finds the hidden field of a form.
func (a answer) token(t *testing.T) string {
	t.Helper()
	m := regexp.MustCompile(`name="csrfmiddlewaretoken" value="(\w{64})"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%d: no form with a token in\n%s", a.StatusCode, a.body)
	}
	return m[1]
}

// login logs c in as qa and returns the answer to the password.
func (r *rig) login(t *testing.T, c *http.Client, password, next string) answer {
	t.Helper()
	return r.loginAs(t, c, "qa", password, next)
}

func (r *rig) loginAs(t *testing.T, c *http.Client, user, password, next string) answer {
	t.Helper()
	token := r.do(c, "GET", "/login/?next="+next, nil).token(t)
	return r.do(c, "POST", "/login/", url.Values{"csrfmiddlewaretoken": {token}, "username": {user}, "password": {password}, "next": {next}})
}

func TestPublicPages(t *testing.T) {
	r := newRig(t, nil)
	c := r.browser()
	home := r.do(c, "GET", "/", nil)
	if home.StatusCode != 200 || home.Header.Get("X-Build") != "1.0.0" || home.Header.Get("Server") != "nginx/1.14.1" {
		t.Errorf("home: %s %v", home.Status, home.Header)
	}
	for name, want := range map[string]string{"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
		if got := home.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(home.body, "Smart Contracts build 1.0.0 on i-0c1f000000000001</footer>") || !strings.Contains(home.body, `<meta name="build" content="1.0.0">`) {
		t.Errorf("home does not say what it is:\n%s", home.body)
	}
	var health map[string]string
	if err := json.Unmarshal([]byte(r.do(c, "GET", "/healthz", nil).body), &health); err != nil || health["build"] != "1.0.0" || health["instance"] != "i-0c1f000000000001" {
		t.Errorf("healthz: %v, %v", health, err)
	}
	for _, tc := range []struct {
		method, path string
		status       int
		location     string
	}{
		{"HEAD", "/", 200, ""}, {"HEAD", "/healthz", 200, ""}, {"GET", "/static/site.css", 200, ""}, {"GET", "/robots.txt", 200, ""},
		{"GET", "/static/none.css", 404, ""}, {"GET", "/none/", 404, ""}, {"GET", "/none", 404, ""}, {"GET", "/contracts/x/y/", 404, ""},
		{"GET", "/login", 301, "/login/"}, {"GET", "/contracts?a=b", 301, "/contracts/?a=b"}, {"GET", "/contracts/1", 301, "/contracts/1/"},
		{"GET", "/contracts/", 302, "/login/?next=/contracts/"}, {"GET", "/contracts/1/", 302, "/login/?next=/contracts/1/"},
		{"GET", "/contracts/new/", 302, "/login/?next=/contracts/new/"},
		{"OPTIONS", "/", 405, ""}, {"POST", "/robots.txt", 405, ""}, {"DELETE", "/static/site.css", 405, ""},
		{"POST", "/", 403, ""}, {"PUT", "/healthz", 403, ""}, {"DELETE", "/contracts/1/", 403, ""},
	} {
		a := r.do(c, tc.method, tc.path, nil)
		if a.StatusCode != tc.status || a.Header.Get("Location") != tc.location {
			t.Errorf("%s %s: %s → %q", tc.method, tc.path, a.Status, a.Header.Get("Location"))
		}
		if tc.method == "HEAD" && (a.body != "" || a.ContentLength <= 0) {
			t.Errorf("HEAD %s: %d bytes of body, length %d", tc.path, len(a.body), a.ContentLength)
		}
	}
}

func TestLogin(t *testing.T) {
	r := newRig(t, nil)
	c := r.browser()
	wrong := r.login(t, c, "guess", "/contracts/1/")
	if wrong.StatusCode != 200 || !strings.Contains(wrong.body, "Please enter a correct username and password") {
		t.Errorf("wrong password: %s", wrong.Status)
	}
	right := r.login(t, c, "rehearsal", "/contracts/1/")
	if right.StatusCode != 302 || right.Header.Get("Location") != "/contracts/1/" {
		t.Fatalf("right password: %s → %q", right.Status, right.Header.Get("Location"))
	}
	for _, k := range right.Cookies() {
		if k.HttpOnly != (k.Name == "sessionid") {
			t.Errorf("cookie %s: HttpOnly %v", k.Name, k.HttpOnly)
		}
	}
	if list := r.do(c, "GET", "/contracts/", nil); list.StatusCode != 200 || !strings.Contains(list.body, "Supply of network equipment") {
		t.Errorf("list: %s", list.Status)
	}
	if a := r.do(c, "GET", "/contracts/99/", nil); a.StatusCode != 404 {
		t.Errorf("a contract that is not: %s", a.Status)
	}
	r.do(c, "GET", "/logout/", nil)
	if a := r.do(c, "GET", "/contracts/", nil); a.StatusCode != 302 {
		t.Errorf("after logging out: %s", a.Status)
	}
	for _, next := range []string{"//evil.example/", "http://evil.example/", "/\\evil.example", "javascript:1"} {
		if a := r.login(t, r.browser(), "rehearsal", url.QueryEscape(next)); strings.Contains(a.Header.Get("Location"), "evil") {
			t.Errorf("next=%s led to %s", next, a.Header.Get("Location"))
		}
		c := r.browser()
		token := r.do(c, "GET", "/login/", nil).token(t)
		if a := r.do(c, "POST", "/login/", url.Values{"csrfmiddlewaretoken": {token}, "username": {"qa"}, "password": {"rehearsal"}, "next": {next}}); a.Header.Get("Location") != "/contracts/" {
			t.Errorf("next=%s led to %s", next, a.Header.Get("Location"))
		}
	}
}

// TestForgery: every way to get the double submit wrong is 403.
func TestForgery(t *testing.T) {
	r := newRig(t, nil)
	good := r.browser()
	mine := r.do(good, "GET", "/login/", nil).token(t)
	other := r.do(r.browser(), "GET", "/login/", nil).token(t)
	form := func(token string) url.Values {
		return url.Values{"csrfmiddlewaretoken": {token}, "username": {"qa"}, "password": {"rehearsal"}}
	}
	broken := r.browser()
	site, _ := url.Parse(origin)
	broken.Jar.SetCookies(site, []*http.Cookie{{Name: "csrftoken", Value: "not-a-token", Path: "/"}})
	for name, tc := range map[string]struct {
		c     *http.Client
		token string
		hint  bool
	}{
		"no token": {good, "", false}, "another's token": {good, other, false}, "half a token": {good, mine[:32], false},
		"not a token": {good, strings.Repeat("é", 32), false}, "no cookie": {r.browser(), mine, true}, "a broken cookie": {broken, mine, true},
	} {
		a := r.do(tc.c, "POST", "/login/", form(tc.token))
		if a.StatusCode != 403 || !strings.Contains(a.body, "CSRF verification failed. Request aborted.") {
			t.Errorf("%s: %s", name, a.Status)
		}
		if strings.Contains(a.body, "requires a CSRF cookie") != tc.hint {
			t.Errorf("%s: the hint about cookies is there: %v", name, !tc.hint)
		}
	}
	again := r.do(good, "GET", "/login/", nil).token(t)
	if again == mine {
		t.Error("two forms carry the same token: it is not salted")
	}
	if a := r.do(good, "POST", "/login/", form(mine)); a.StatusCode != 302 {
		t.Errorf("the first of two forms: %s", a.Status)
	}
	if a := r.do(good, "POST", "/login/", form(mine)); a.StatusCode != 403 {
		t.Errorf("a token from before the login: %s", a.Status)
	}
}

func TestBadBuild(t *testing.T) {
	r := newRig(t, func(o *host.Options) { o.BadBuild = true })
	c := r.browser()
	if home := r.do(c, "GET", "/", nil); home.StatusCode != 200 || home.Header.Get("X-Build") != "1.0.0" {
		t.Errorf("home: %s, build %s", home.Status, home.Header.Get("X-Build"))
	}
	r.login(t, c, "rehearsal", "")
	if a := r.do(c, "GET", "/contracts/", nil); a.StatusCode != 500 || !strings.Contains(a.body, "Server Error (500)") {
		t.Errorf("list: %s", a.Status)
	}
}

func TestLimits(t *testing.T) {
	r := newRig(t, nil)
	c := r.browser()
	token := r.do(c, "GET", "/login/", nil).token(t)
	if a := r.do(c, "POST", "/login/", url.Values{"csrfmiddlewaretoken": {token}, "username": {strings.Repeat("x", 2<<20)}}); a.StatusCode != 413 {
		t.Errorf("2 MiB with a length: %s", a.Status)
	}
	req, _ := http.NewRequest("POST", origin+"/login/", io.LimitReader(strings.NewReader("username="+strings.Repeat("x", 2<<20)), 3<<20))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if resp, err := r.browser().Do(req); err == nil {
		resp.Body.Close()
		if resp.StatusCode != 413 {
			t.Errorf("2 MiB in chunks: %s", resp.Status)
		}
	}
	conn := r.dial(r.ServeWeb, 80)
	go fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("x", 64<<10))
	if text, _ := io.ReadAll(conn); !strings.HasPrefix(string(text), "HTTP/1.1 431 ") {
		t.Errorf("64 KiB of header: %.60q", text)
	}
}

// TestSlowClient: half a request does not hold the server for ever.
func TestSlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		conn := r.dial(r.ServeWeb, 80)
		started := time.Now()
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n")
		io.Copy(io.Discard, conn)
		if took := time.Since(started); took != time.Minute {
			t.Errorf("dropped after %v", took)
		}
		r.ends.Wait()
	})
}

// TestSeenFromInside: requests leave their marks on the machine.
func TestSeenFromInside(t *testing.T) {
	var since atomic.Int64 // a session looks at the clock once more when its client is gone
	r := newRig(t, func(o *host.Options) {
		o.Now = func() time.Time { return boot.Add(time.Hour + time.Duration(since.Load())) }
	})
	shell := r.mustClient()
	load := func() (v float64) {
		out, err := r.session(shell).Output("cat /proc/loadavg")
		if _, scan := fmt.Sscan(string(out), &v); err != nil || scan != nil {
			t.Fatal(err, scan)
		}
		return v
	}
	before := load()
	c := r.browser()
	for range 200 {
		r.do(c, "GET", "/", nil)
	}
	since.Store(int64(30 * time.Second))
	if after := load(); after < before+0.15 {
		t.Errorf("load %.2f before 200 requests, %.2f after", before, after)
	}
	out, _ := r.session(shell).Output("sudo -n tail -n 1 /var/log/nginx/access.log")
	if !strings.HasPrefix(string(out), `10.0.0.1 - - [07/Feb/2019:09:00:00 +0000] "GET / HTTP/1.1" 200 `) {
		t.Errorf("access log: %s", out)
	}
}
