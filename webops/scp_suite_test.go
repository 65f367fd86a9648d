package webops

// scp_suite_test.go: the SCP plan's Hurl files, against the pretend application and the real
// Django, and against a dozen ways in which the latter can be wrong.

import (
	"context"
	"crypto/x509"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/examples"
	"tminus/rehearsal/host/site"
	"tminus/tasks"
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
	says            map[string]string // by stage
}

// installation is where the suite is flown.
type installation struct {
	dial  func(ctx context.Context, network, addr string) (net.Conn, error)
	roots *x509.CertPool
	tls   bool
}

// fly runs the three stages of the SCP plan as T8 does, each whatever came of the one before.
func (in installation) fly(t *testing.T) suiteRun {
	t.Helper()
	c := call()
	c.Plan = scp(t)
	c.Facts = map[string]string{tasks.FactElasticIP: djangoAddress, tasks.FactInstance: djangoInstance}
	app := &c.Plan.Environment.Application
	app.Build = djangoBuild
	if in.tls {
		app.TLS, app.Port, app.Host = true, 443, djangoName
	}
	client := tester(t, Options{Dial: in.dial, Roots: in.roots, Getenv: func(string) string { return djangoPassword }}, c, examples.Folder())
	sum := suiteRun{failed: map[string]string{}, says: map[string]string{}}
	for _, stage := range Stages(c.Plan) {
		r := do(t, client.Smoke(c.Plan).Step(stage), c)
		sum.says[stage] = r.Says
		for _, row := range r.Rows {
			switch {
			case row.Verdict.Holds():
				sum.passed++
			case row.Exchange.Skipped:
				sum.skipped++
			case row.Verdict == tasks.Fail:
				sum.failed[strings.TrimPrefix(row.Exchange.Group, "scp-1.0.0/smoke/")+": "+row.Name] = row.Says
			}
		}
	}
	return sum
}

// whole fails the test unless every check passed, but for so many that were skipped.
func (s suiteRun) whole(t *testing.T, files []*hurl.File, skipped int) {
	t.Helper()
	want := planChecks - skipped
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

// planChecks is how many checks of the suite stand in the plan itself.
const planChecks = 3

// certificateChecks is how many checks of the suite make sense over HTTPS only.
const certificateChecks = 2

func TestSCPSuiteOnPretendApplication(t *testing.T) {
	server := httptest.NewServer(site.New(site.Options{InstanceID: djangoInstance, Build: djangoBuild, Now: time.Now}))
	defer server.Close()
	files := scpSuite(t)
	for range 2 { // what it made it has taken away: it can be run again
		installation{dial: to(server.Listener.Addr().String()).Dial}.fly(t).whole(t, files, certificateChecks)
	}
}

func TestSCPSuiteOnDjango(t *testing.T) {
	d, files := startDjango(t, ""), scpSuite(t)
	for range 2 {
		installation{dial: d.dial}.fly(t).whole(t, files, certificateChecks)
		installation{dial: d.dial, roots: d.roots, tls: true}.fly(t).whole(t, files, 0)
	}
}

// TestSCPSuiteNamesTheDefect: each defect fails the check that is there for it, in words that
// name the trouble, and beside it only checks that lean on the same thing.
func TestSCPSuiteNamesTheDefect(t *testing.T) {
	kit := newDjangoKit(t)
	for _, tc := range []struct {
		defect, check, words string
		also                 []string
	}{
		{"page-500", "read-only/contracts.hurl: the list of contracts opens", "the status is 500 Internal Server Error, expected 200", []string{"full/contract.hurl: the contract is in the list, once"}},
		{"csrf-off", "functional/csrf.hurl: a contract with a wrong CSRF token is refused", "the status is 200 OK, expected 403", nil},
		{"login-anything", "functional/login.hurl: a wrong password is refused", "the status is 302 Found to http://13.228.4.17/contracts/, expected 200", nil},
		{"stale-build", "read-only/build.hurl: health names the build and the instance", `jsonpath "$.build" == "{{build}}": got "0.9.9", expected "1.0.0"`, []string{"checks of the plan, read-only: home shows the build"}},
		{"slow-page", "read-only/speed.hurl: the home page answers in time", "duration < 2000: got 2", []string{
			"checks of the plan, read-only: home shows the application", "checks of the plan, read-only: home shows the build"}},
		{"broken-static", "read-only/static.hurl: the style sheet is served", "the status is 404 Not Found, expected 200", nil},
		{"wrong-redirect", "functional/login.hurl: the right password opens a session and leads to the contracts", `Location: /contracts/: got "/"`, nil},
		{"session-lost", "functional/session.hurl: the session is kept: the form for a contract opens", "the status is 302 Found to http://13.228.4.17/login/?next=/contracts/new/, expected 200", []string{
			"read-only/contracts.hurl: the list of contracts opens", "functional/permissions.hurl: the viewer may not open the form for a contract",
			"full/contract.hurl: the form for a contract opens"}},
		{"contract-lost", "full/contract.hurl: the contract was kept, and reads back as it was written", "the status is 404 Not Found, expected 200", nil},
		{"debug-leak", "read-only/errors.hurl: a page that does not exist gives our 404 page, and no debug page", `not contains "DEBUG"`, nil},
		{"wrong-type", "read-only/static.hurl: the style sheet is of type text/css: browsers ignore it otherwise", `"text/css": got "text/plain"`, nil},
	} {
		t.Run(tc.defect, func(t *testing.T) {
			d := kit.start(t, tc.defect)
			got := installation{dial: d.dial}.fly(t)
			if why, found := got.failed[tc.check]; !found || !strings.Contains(why, tc.words) {
				t.Errorf("%s: %q, want something with %q", tc.check, why, tc.words)
			}
			stage, _, _ := strings.Cut(tc.check, "/")
			_, name, _ := strings.Cut(tc.check, ": ")
			if told := got.says[stage]; tc.also == nil && (!strings.Contains(told, name) || !strings.Contains(told, tc.words)) {
				t.Errorf("the stage says %s", got.says[stage])
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
	got := installation{dial: d.dial, roots: d.roots, tls: true}.fly(t)
	const check = "read-only/tls.hurl: the certificate is valid for two more weeks"
	if why := got.failed[check]; !strings.Contains(why, `certificate "Expire-Date" daysAfterNow > 14`) || !strings.Contains(why, "-3") {
		t.Errorf("%s: %q", check, why)
	}
	t.Logf("%s: %s", check, got.failed[check])
	if len(got.failed) < len(files) || got.passed > 0 {
		t.Errorf("%d of %d files fail, %d checks pass", len(got.failed), len(files), got.passed)
	}
	for other, why := range got.failed {
		if other != check && !strings.Contains(why, "expired on ") {
			t.Errorf("%s: %s", other, why)
		}
	}
}
