package webops

// scp_suite_test.go: the SCP plan's Hurl files, against the pretend application and the real
// Django, and against a dozen ways in which the latter can be wrong.

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/rehearsal/host/site"
	"tminus/webops/hurl"
)

// scpSuite is the SCP plan's Hurl files, read.
func scpSuite(t *testing.T) []*hurl.File {
	t.Helper()
	folder := os.DirFS("../examples/scp-1.0.0/smoke")
	names, err := fs.Glob(folder, "*/*.hurl")
	if err != nil || len(names) < 10 {
		t.Fatalf("the suite: %d files, %v", len(names), err)
	}
	var files []*hurl.File
	for _, name := range names {
		src, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := hurl.Parse(name, src)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range f.Entries {
			stage, _, _ := strings.Cut(name, "/")
			if e.Name == "" {
				t.Errorf("%s:%d: %s %s has no name", name, e.Request.Pos.Line, e.Request.Method, e.Request.URL)
			}
			if stage == "read-only" && !e.Login && e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead {
				t.Errorf("%s:%d: %s writes, and is not marked as a login", name, e.Request.Pos.Line, e.Request.Method)
			}
		}
		files = append(files, f)
	}
	return files
}

// suiteRun is what came of running the suite: how many checks passed, which were skipped, and
// by "file: check" why one failed. A check that is only late is none of those.
type suiteRun struct {
	passed, skipped int
	failed          map[string]string
}

// runSuite runs all files at once, each with a fresh session, four requests at a time.
func runSuite(t *testing.T, files []*hurl.File, base string, verifying, insecure *http.Transport) suiteRun {
	t.Helper()
	defer verifying.CloseIdleConnections()
	defer insecure.CloseIdleConnections()
	runner := &hurl.Runner{
		Transport: verifying, Insecure: insecure, Now: time.Now, Agent: "tminus",
		Wait:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Slots: make(chan struct{}, 4), Limit: 20 * time.Second, MaxBody: 1 << 20,
	}
	secure := strings.HasPrefix(base, "https:")
	vars := map[string]hurl.Value{
		"base": base, "build": djangoBuild, "instance": djangoInstance, "tls": secure, "no_tls": !secure,
		"qa_user": "qa", "qa_password": djangoPassword, "viewer_user": "viewer", "viewer_password": djangoPassword,
	}
	results := make([][]hurl.Result, len(files))
	var all sync.WaitGroup
	for i, f := range files {
		all.Go(func() {
			var err error
			if results[i], err = runner.Run(t.Context(), f, hurl.NewSession(vars, []string{djangoPassword})); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sum := suiteRun{failed: map[string]string{}}
	for i, f := range files {
		for _, r := range results[i] {
			switch r.Verdict {
			case hurl.Passed, hurl.Degraded:
				sum.passed++
			case hurl.Skipped:
				sum.skipped++
			case hurl.Failed:
				sum.failed[f.Name+": "+r.Entry.Name] = whyFailed(r)
			}
		}
	}
	return sum
}

// whyFailed is why a check failed.
func whyFailed(r hurl.Result) string {
	last := r.Tries[len(r.Tries)-1]
	if last.Err != nil {
		return last.Err.Error()
	}
	var why []string
	for _, f := range last.Failures {
		if !f.Degraded {
			why = append(why, fmt.Sprintf("%s: expected %s, got %s", f.Text, f.Expected, f.Actual))
		}
	}
	return strings.Join(why, "; ")
}

// whole fails the test unless every check passed, but for so many that were skipped.
func (s suiteRun) whole(t *testing.T, files []*hurl.File, skipped int) {
	t.Helper()
	want := -skipped
	for _, f := range files {
		want += len(f.Entries)
	}
	if s.passed != want || s.skipped != skipped {
		t.Errorf("%d checks passed, %d were skipped; want %d and %d", s.passed, s.skipped, want, skipped)
	}
	for _, check := range slices.Sorted(maps.Keys(s.failed)) {
		t.Errorf("%s: %s", check, s.failed[check])
	}
}

// certificateChecks is how many checks of the suite make sense over HTTPS only.
const certificateChecks = 2

func TestSCPSuiteOnPretendApplication(t *testing.T) {
	server := httptest.NewServer(site.New(site.Options{InstanceID: djangoInstance, Build: djangoBuild, Now: time.Now}))
	defer server.Close()
	transport := func() *http.Transport {
		return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		}}
	}
	files := scpSuite(t)
	for range 2 { // what it made it has taken away: it can be run again
		runSuite(t, files, "http://"+djangoAddress, transport(), transport()).whole(t, files, certificateChecks)
	}
}

func TestSCPSuiteOnDjango(t *testing.T) {
	d, files := startDjango(t, ""), scpSuite(t)
	for range 2 {
		runSuite(t, files, "http://"+djangoAddress, d.transport(false), d.transport(true)).whole(t, files, certificateChecks)
		runSuite(t, files, "https://"+djangoName, d.transport(false), d.transport(true)).whole(t, files, 0)
	}
}

// TestSCPSuiteNamesTheDefect: each defect fails the check that is there for it, in words that
// name the trouble, and beside it only checks that lean on the same thing.
func TestSCPSuiteNamesTheDefect(t *testing.T) {
	kit, files := newDjangoKit(t), scpSuite(t)
	for _, tc := range []struct {
		defect, check, words string
		also                 []string
	}{
		{"page-500", "read-only/contracts.hurl: the list of contracts opens", "expected 200, got 500", []string{"full/contract.hurl: the contract is in the list, once"}},
		{"csrf-off", "functional/csrf.hurl: a contract with a wrong CSRF token is refused", "expected 403, got 200", nil},
		{"login-anything", "functional/login.hurl: a wrong password is refused", "expected 200, got 302", nil},
		{"stale-build", "read-only/build.hurl: health names the build and the instance", `expected "1.0.0", got "0.9.9"`, nil},
		{"slow-page", "read-only/speed.hurl: the home page answers in time", "duration < 2000: expected less than 2000, got 2", nil},
		{"broken-static", "read-only/static.hurl: the style sheet is served", "expected 200, got 404", nil},
		{"wrong-redirect", "functional/login.hurl: the right password opens a session and leads to the contracts", `expected "/contracts/", got "/"`, nil},
		{"session-lost", "functional/session.hurl: the session is kept: the form for a contract opens", "expected 200, got 302", []string{
			"read-only/contracts.hurl: the list of contracts opens", "functional/permissions.hurl: the viewer may not open the form for a contract",
			"full/contract.hurl: the form for a contract opens"}},
		{"contract-lost", "full/contract.hurl: the contract was kept, and reads back as it was written", "expected 200, got 404", nil},
		{"debug-leak", "read-only/errors.hurl: a page that does not exist gives our 404 page, and no debug page", `not contains "DEBUG"`, nil},
		{"wrong-type", "read-only/static.hurl: the style sheet is of type text/css: browsers ignore it otherwise", `"text/css", got "text/plain"`, nil},
	} {
		t.Run(tc.defect, func(t *testing.T) {
			d := kit.start(t, tc.defect)
			got := runSuite(t, files, "http://"+djangoAddress, d.transport(false), d.transport(true))
			if why, found := got.failed[tc.check]; !found || !strings.Contains(why, tc.words) {
				t.Errorf("%s: %q, want something with %q", tc.check, why, tc.words)
			}
			t.Logf("%s: %s", tc.check, got.failed[tc.check])
			for check, why := range got.failed {
				if check != tc.check && !slices.Contains(tc.also, check) {
					t.Errorf("not the point here: %s: %s", check, why)
				}
			}
		})
	}
}

// TestSCPSuiteNamesTheExpiredCertificate: nothing can be said of an application whose
// certificate is over, but that it is.
func TestSCPSuiteNamesTheExpiredCertificate(t *testing.T) {
	d, files := startDjango(t, "expired-certificate"), scpSuite(t)
	got := runSuite(t, files, "https://"+djangoName, d.transport(false), d.transport(true))
	const check = "read-only/tls.hurl: the certificate is valid for two more weeks"
	if why := got.failed[check]; !strings.Contains(why, `certificate "Expire-Date" daysAfterNow > 14`) || !strings.Contains(why, "-3") {
		t.Errorf("%s: %q", check, why)
	}
	t.Logf("%s: %s", check, got.failed[check])
	if len(got.failed) != len(files) || got.passed > 0 {
		t.Errorf("%d of %d files fail, %d checks pass", len(got.failed), len(files), got.passed)
	}
	for other, why := range got.failed {
		if other != check && !strings.Contains(why, "expired on ") {
			t.Errorf("%s: %s", other, why)
		}
	}
}
