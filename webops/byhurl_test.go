package webops

// byhurl_test.go: what the real Hurl is told, and how its report is read. Where it is installed it
// runs the SCP suite; where it is not, a stand-in shows only our side of the agreement.

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tminus/examples"
	"tminus/rehearsal/host/site"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// standIn answers as Hurl's documentation and its report's source say: the third file fails an assert.
const standIn = `#!/bin/sh
printf '%s\n' "$@" > "$OUT/args"
env | grep ^HURL_ | sort > "$OUT/env"
while [ $# -gt 0 ]; do case "$1" in --report-json) report=$2; shift;; *.hurl) files="$files $1";; esac; shift; done
mkdir -p "$report"
sep='['
for f in $files; do
  cp "$f" "$OUT/$(basename "$f")"
  case "$f" in
  */b.hurl) printf '%s{"filename":"%s","success":false,"time":9,"cookies":[],"entries":[
    {"index":1,"line":1,"time":3,"curl_cmd":"","captures":[],"calls":[{"request":{"method":"GET","url":"http://a/"},"response":{"status":503},"timings":{}}],"asserts":[{"success":false,"message":"no","line":2}]},
    {"index":1,"line":1,"time":3,"curl_cmd":"","captures":[],"calls":[{"request":{"method":"GET","url":"http://a/"},"response":{"status":200},"timings":{}}],"asserts":[{"success":true,"line":2}]},
    {"index":2,"line":4,"time":3,"curl_cmd":"","captures":[],"calls":[{"request":{"method":"GET","url":"http://a/x?pw=hunter22"},"response":{"status":500},"timings":{}}],
     "asserts":[{"success":false,"message":"error: Assert status code\\n  --> b.hurl:5:6\\n   | actual value is <500>\\u001b[0m of hunter22","line":5}]}]}' "$sep" "$f";;
  *) printf '%s{"filename":"%s","success":true,"time":1,"cookies":[],"entries":[{"index":1,"line":1,"time":7,"curl_cmd":"","captures":[],
    "calls":[{"request":{"method":"GET","url":"http://a/"},"response":{"status":200},"timings":{}}],"asserts":[{"success":true,"line":2}]}]}' "$sep" "$f";;
  esac
  sep=','
done > "$report/report.json"
echo ']' >> "$report/report.json"
exit 4
`

func TestWhatHurlIsToldAndTells(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: the stand-in for hurl is a shell script")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "hurl")
	if err := os.WriteFile(program, []byte(standIn), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OUT", dir)
	files := map[string]string{
		"a.hurl": "# one\nGET {{base}}/\nHTTP 200\n\n# left out\nGET {{base}}/\n[Options]\nskip: true\n",
		"b.hurl": "GET {{base}}/\nHTTP 200\n\nGET {{base}}/x\nHTTP 200\n\nGET {{base}}/y\n",
		"c.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\nn: status\n", "d.hurl": "GET {{base}}/{{n}}\nHTTP 200\n",
	}
	client, c := suiteOf(t, Options{Getenv: func(string) string { return "hunter22" }}, files, func(p *plan.Plan) {
		p.Testing = plan.Testing{Parallel: 3, Variables: map[string]string{"user": "qa"}, Secrets: map[string]string{"pw": "X"}}
		p.Environment.Application.Host = "scp.example.com"
		p.Smoke[0].Checks = []plan.Check{{Name: "health", Method: "GET", Path: "/healthz", Status: 200, Within: plan.Duration{Duration: 2 * time.Second}}}
	})
	r, err := client.ByHurl(t.Context(), c, "full", program)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != tasks.Fail || !strings.HasPrefix(r.Says, "5 of 7 checks passed") && !strings.Contains(r.Says, "by hurl") {
		t.Errorf("%q %s", r.Verdict, r.Says)
	}
	byName := map[string]tasks.Row{}
	for _, row := range r.Rows {
		byName[row.Exchange.Group+" "+row.Name] = row
	}
	for name, want := range map[string]struct {
		verdict tasks.Verdict
		says    string
		tries   int
	}{
		"checks of the plan, full health": {tasks.Pass, "200 in 7ms", 1},
		"a.hurl one":                      {tasks.Pass, "200 in 7ms", 1},
		"a.hurl left out":                 {tasks.NotTested, "skipped", 0},
		"b.hurl GET /":                    {tasks.Pass, "200", 2},
		"b.hurl GET /x":                   {tasks.Fail, "actual value is <500>", 1},
		"b.hurl GET /y":                   {tasks.NotTested, "hurl did not come to it", 0},
		"c.hurl + d.hurl GET /":           {tasks.Pass, "200", 1},
	} {
		row, there := byName[name]
		if !there || row.Verdict != want.verdict || !strings.Contains(row.Says, want.says) || row.Exchange.Tries != want.tries || strings.Contains(row.Says, "\x1b") {
			t.Errorf("%s: %q %q after %d tries", name, row.Verdict, row.Says, row.Exchange.Tries)
		}
	}
	if text, err := json.Marshal(r); err != nil || strings.Contains(string(text), "hunter22") || !strings.Contains(string(text), "x?pw=•••") {
		t.Errorf("a secret in what hurl tells: %s, %v", text, err)
	}
	args, env := read(t, dir, "args"), read(t, dir, "env")
	for _, want := range []string{"--test", "--jobs\n3", "--max-time\n10", "--resolve\nscp.example.com:80:" + elastic, "chain-4.hurl"} {
		if !strings.Contains(args, want) {
			t.Errorf("hurl is not told %q: %s", want, args)
		}
	}
	if strings.Contains(args, "hunter22") || !strings.Contains(env, "HURL_SECRET_pw=hunter22") || !strings.Contains(env, "HURL_VARIABLE_user=qa") ||
		!strings.Contains(env, "HURL_VARIABLE_base=http://scp.example.com\n") {
		t.Errorf("arguments %s\nenvironment %s", args, env)
	}
	if chain := read(t, dir, "chain-4.hurl"); !strings.Contains(chain, "n: status") || !strings.Contains(chain, "{{n}}") {
		t.Errorf("a chain is laid out as %q", chain)
	}
	if _, err := client.ByHurl(t.Context(), c, "full", "no-such-hurl"); !errors.Is(err, ErrNoHurl) {
		t.Errorf("without hurl: %v", err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The SCP suite in the hands of the real Hurl, where there is one.
func TestSCPSuiteByHurl(t *testing.T) {
	if _, err := exec.LookPath("hurl"); err != nil {
		t.Skip("SKIPPED: hurl is not installed (https://hurl.dev): the SCP suite was not run by the real one")
	}
	at := httptest.NewServer(site.New(site.Options{InstanceID: instance, Build: "1.0.0", Now: time.Now}))
	defer at.Close()
	c := call()
	c.Plan = scp(t)
	client := tester(t, Options{Getenv: func(string) string { return site.Password }, Base: mustURL(t, at.URL)}, c, examples.Folder())
	for _, stage := range Stages(c.Plan) {
		r, err := client.ByHurl(t.Context(), c, stage, "hurl")
		if err != nil || r.Verdict != tasks.Pass {
			t.Errorf("%s: %q %s, %v", stage, r.Verdict, r.Says, err)
		}
	}
}
