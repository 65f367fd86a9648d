package hurl

// run_test.go: whole files against real servers.

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a server and a runner for it.
type site struct {
	*httptest.Server
	*Runner
	session *Session
	options []Option // of every entry, beside those in the file
}

// serve starts an application.
func serve(t *testing.T, app http.Handler) *site {
	t.Helper()
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	return &site{Server: server, Runner: newRunner(t), session: NewSession(map[string]Value{"base": server.URL}, nil)}
}

// newRunner goes anywhere, and never waits.
func newRunner(t *testing.T) *Runner {
	transport := &http.Transport{DisableCompression: true, MaxResponseHeaderBytes: 16 << 10}
	t.Cleanup(transport.CloseIdleConnections)
	return &Runner{Transport: transport, Agent: "tminus", Limit: 5 * time.Second,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// run reads and runs a file.
func (s *site) run(t *testing.T, text string) []Result {
	t.Helper()
	f, err := Parse("test.hurl", []byte(text))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	for _, e := range f.Entries {
		e.Request.Options = append(e.Request.Options, s.options...)
	}
	results, err := s.Run(t.Context(), f, s.session)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return results
}

// passes wants every entry to pass.
func (s *site) passes(t *testing.T, text string) []Result {
	t.Helper()
	results := s.run(t, text)
	for _, r := range results {
		if r.Verdict != Passed {
			t.Errorf("line %d: verdict %d\n%s", r.Entry.Request.Pos.Line, r.Verdict, account(r))
		}
	}
	return results
}

// account is all that a person would read of a result.
func account(r Result) string {
	var b strings.Builder
	for _, try := range r.Tries {
		if try.Err != nil {
			fmt.Fprintln(&b, "error:", try.Err)
		}
		for _, f := range try.Failures {
			fmt.Fprintf(&b, "%d:%d %s | expected %s | actual %s\n", f.Pos.Line, f.Pos.Col, f.Text, f.Expected, f.Actual)
		}
		for _, c := range try.Calls {
			fmt.Fprintf(&b, "%s %s %d %s\n%s\n%s\n", c.Method, c.URL, c.Status, c.Proto, c.Excerpt, c.Body)
		}
	}
	return b.String()
}

// fails wants the last entry to fail, and all that is told of it to contain these words.
func (s *site) fails(t *testing.T, text string, words ...string) Result {
	t.Helper()
	results := s.run(t, text)
	last := results[len(results)-1]
	if last.Verdict != Failed {
		t.Fatalf("verdict %d, not failed\n%s", last.Verdict, account(last))
	}
	for _, word := range words {
		if got := account(last); !strings.Contains(got, word) {
			t.Errorf("%q is not told:\n%s", word, got)
		}
	}
	return last
}

// echo answers with what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "%s %s\nHost: %s\n", r.Method, r.URL.RequestURI(), r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(w, "%s: %s\n", name, strings.Join(r.Header[name], " | "))
	}
	fmt.Fprintf(w, "\n%s", body)
}

// mapFS is a suite's folder in memory.
func mapFS(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestRequestIsSentAsWritten(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.passes(t, `
GET {{base}}/a%20b?x=1
X-One: 1
X-One: 2
Host: scp.example
[Query]
q: a b&c
[Cookies]
theme: light
[BasicAuth]
bob: s3cr3t
HTTP/1.1 200
Content-Type: text/plain; charset=utf-8
[Asserts]
version == "1.1"
url endsWith "/a%20b?x=1&q=a%20b%26c"
ip == "127.0.0.1"
body contains "GET /a%20b?x=1&q=a%20b%26c\nHost: scp.example\n"
body contains "X-One: 1 | 2"
body contains "Accept: */*"
body contains "User-Agent: tminus"
body contains "Cookie: theme=light"
body contains "Authorization: Basic Ym9iOnMzY3IzdA=="
body not contains "Accept-Encoding"
duration < 5000
status >= 200
redirects count == 0
certificate "Subject" not exists
`)
}

func TestBodiesAreSent(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.Files = mapFS(map[string]string{"data/a.txt": "from a file", "logo.png": "png"})
	s.session.Variables["name"] = `a "b" \c`
	s.session.Variables["n"] = integer(5)
	s.passes(t, `
POST {{base}}/json
{
  "name": "{{name}}",
  "n": {{n}}
}
HTTP 200
[Asserts]
body contains "Content-Type: application/json\n"
body contains "\"name\": \"a \\\"b\\\" \\\\c\""
body contains "\"n\": 5"

POST {{base}}/xml
<a>1</a>
HTTP 200
[Asserts]
body contains "Content-Type: application/xml\n"
body endsWith "<a>1</a>"

POST {{base}}/form
[Form]
a: x y
b: {{n}}
HTTP 200
[Asserts]
body contains "Content-Type: application/x-www-form-urlencoded\n"
body endsWith "a=x%20y&b=5"

POST {{base}}/multipart
[Multipart]
field: value
file: file,data/a.txt;
logo: file,logo.png; image/webp
HTTP 200
[Asserts]
body contains "Content-Type: multipart/form-data; boundary="
body matches /(?s)name="field".*value.*name="file"; filename="a.txt"\r\nContent-Type: text\/plain\r\n\r\nfrom a file.*Content-Type: image\/webp/

POST {{base}}/file
file,data/a.txt;
HTTP 200
[Asserts]
body endsWith "from a file"
body not contains "Content-Type"

POST {{base}}/hex
hex,636166c3a9;
HTTP 200
[Asserts]
body endsWith "café"

POST {{base}}/base64
base64,Y2Fmw6k=;
HTTP 200
[Asserts]
body endsWith "café"

POST {{base}}/line
`+"`one {{n}}`"+`
HTTP 200
[Asserts]
body endsWith "\none 5"

POST {{base}}/lines
`+"```json\n{\"a\": {{n}}}\n```"+`
HTTP 200
[Asserts]
body contains "Content-Type: application/json\n"
body endsWith "{\"a\": 5}\n"
`)
}
