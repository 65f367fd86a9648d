package hurl

// pages_test.go: Hurl's documentation, section by section, held against real servers.
//
// testdata/documented has a file for each of its pages; a line "#### page: section" begins a case. The constructs are
// those of version 8.0 of the documentation, the cases are ours. Every line holds as it says there, but for one with
// "#! …" below it: that one must fail, and is told in these words (… stands for anything).

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// documented is one case.
type documented struct {
	section string
	at      int // the line it begins on
	text    string
}

// readDocumented cuts a file into its cases.
func readDocumented(t *testing.T, name string) []documented {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var cases []documented
	line := 0
	for part := range strings.Lines(string(text)) {
		line++
		section, begins := strings.CutPrefix(part, "#### ")
		if begins {
			cases = append(cases, documented{section: strings.TrimSpace(section), at: line})
		}
		if len(cases) == 0 {
			t.Fatalf("%s:%d: stands before the first ####", name, line)
		}
		cases[len(cases)-1].text += part
	}
	return cases
}

// told are the failures that a case announces: the line, and the words.
func (d documented) told() []string {
	var told []string
	above := 0
	for i, line := range strings.Split(d.text, "\n") {
		if words, ok := strings.CutPrefix(line, "#! "); ok {
			told = append(told, fmt.Sprintf("%d: %s", above, words))
			continue
		}
		above = i + 1
	}
	return told
}

// failures are those that happened, in the same form. What differs from run to run is left out.
func (d documented) failures(results []Result, s *shop) []string {
	var told []string
	for _, r := range results {
		if len(r.Tries) == 0 {
			continue
		}
		last := r.Tries[len(r.Tries)-1]
		if last.Err != nil {
			told = append(told, fmt.Sprintf("%d: error %s", r.Entry.Request.Pos.Line, s.placeless(last.Err.Error())))
		}
		for _, f := range last.Failures {
			told = append(told, fmt.Sprintf("%d: expected %s | actual %s", f.Pos.Line, s.placeless(f.Expected), s.placeless(f.Actual)))
		}
	}
	return told
}

// like reports a text that matches one with … in it.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(`\A(?s:` + strings.Join(parts, ".*") + `)\z`).MatchString(text)
}

func TestDocumented(t *testing.T) {
	s := openShop(t)
	files, err := filepath.Glob("testdata/documented/*.hurl")
	if err != nil || len(files) < 8 {
		t.Fatalf("%v %v", files, err)
	}
	held, failed := uses{}, uses{}
	for _, name := range files {
		for _, d := range readDocumented(t, name) {
			t.Run(filepath.Base(name)+"/"+d.section, func(t *testing.T) {
				results := s.runCase(t, d)
				got, want := d.failures(results, s), d.told()
				if !slices.EqualFunc(want, got, like) {
					t.Errorf("%s:%d: %s", name, d.at, cmp.Diff(want, got))
				}
				for _, r := range results {
					bad := map[int]bool{}
					if n := len(r.Tries); n > 0 {
						for _, f := range r.Tries[n-1].Failures {
							bad[f.Pos.Line] = true
						}
					}
					if r.Verdict != NotRun {
						collectWords(r.Entry, bad, held, failed)
					}
				}
			})
		}
	}
	for _, w := range knownWords() {
		use := w.part + " " + w.name
		judged := w.part == "query" || w.part == "filter" || w.part == "predicate" && w.name != "not"
		if !held[use] || judged && !failed[use] {
			t.Errorf("%s: no documented case holds by it, or none fails (%t, %t)", use, held[use], failed[use])
		}
	}
}

// uses are the words that cases were written with.
type uses map[string]bool

// collectWords keeps the words of an entry: of its asserts apart, whether they held or not.
func collectWords(e *Entry, bad map[int]bool, held, failed uses) {
	r := e.Request
	for name, there := range map[string]bool{"Query": r.Query != nil, "Form": r.Form != nil, "Multipart": r.Multipart != nil,
		"Cookies": r.Cookies != nil, "BasicAuth": r.BasicAuth != nil, "Options": r.Options != nil} {
		held["section "+name] = held["section "+name] || there
	}
	for _, o := range r.Options {
		held["option "+o.Name] = true
	}
	bodies := []*Body{r.Body}
	if e.Response != nil {
		bodies = append(bodies, e.Response.Body)
		held["section Captures"] = held["section Captures"] || e.Response.Captures != nil
		held["section Asserts"] = held["section Asserts"] || e.Response.Asserts != nil
		for _, a := range e.Response.Asserts {
			into := held
			if bad[a.Pos.Line] {
				into = failed
			}
			into["query "+a.Query.Kind] = true
			into["predicate "+a.Predicate.Kind] = true
			if a.Predicate.Not {
				into["predicate not"] = true
			}
			for _, f := range a.Filters {
				into["filter "+f.Kind] = true
			}
		}
	}
	names := map[BodyKind]string{JSONBody: "JSON", XMLBody: "XML", Multiline: "```", Oneline: "`text`", Base64Body: "base64", HexBody: "hex", FileBody: "file"}
	for _, b := range bodies {
		if b != nil {
			held["body "+names[b.Kind]+b.Lang] = true
		}
	}
}

// runCase runs one case in a session of its own.
func (s *shop) runCase(t *testing.T, d documented) []Result {
	t.Helper()
	f, err := Parse(d.section, []byte(d.text))
	if err != nil {
		t.Fatalf("line %d: %v", d.at, err)
	}
	if again, err := Parse(d.section, Format(f)); err != nil || !cmp.Equal(f, again, same()) {
		t.Errorf("line %d: written again, it is another file: %v %s", d.at, err, cmp.Diff(f, again, same()))
	}
	session := NewSession(map[string]Value{"base": s.plain.URL, "secure": s.secure.URL, "other": s.other.URL, "token": "tk-1",
		"text": `so "quoted" \ text`, "yes": true, "none": Null{}, "seven": integer(7), "half": 0.5}, nil)
	results, err := s.Run(t.Context(), f, session)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// manual.md: a second between two tries goes without saying, a number without a unit is milliseconds, and the delay
// stands before the first try alone.
func TestDocumentedTimes(t *testing.T) {
	s := openShop(t)
	for options, want := range map[string][]time.Duration{
		"retry: 2":                                       {time.Second, time.Second},
		"retry: 2\nretry-interval: 300":                  {300 * time.Millisecond, 300 * time.Millisecond},
		"retry: 1\nretry-interval: 2s\ndelay: 250":       {250 * time.Millisecond, 2 * time.Second},
		"retry: 1\nretry-interval: {{seven}}\ndelay: 1m": {time.Minute, 7 * time.Millisecond},
	} {
		var waited []time.Duration
		s.Wait = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
		s.runCase(t, documented{text: "GET {{base}}/missing\n[Options]\n" + options + "\nHTTP 200\n"})
		if !slices.Equal(waited, want) {
			t.Errorf("%q waits %v, not %v", options, waited, want)
		}
	}
}

// shop is the application that the cases ask, and another one that it leads to.
type shop struct {
	*Runner
	plain, secure, other *httptest.Server
}

// openShop starts it, with HTTP and HTTPS.
func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{Runner: newRunner(t)}
	pages := newPages()
	s.plain, s.other = httptest.NewServer(pages), httptest.NewServer(pages)
	now := time.Now()
	shown := certificate(t, "shop.example", now.Add(-48*time.Hour), now.Add(30*24*time.Hour+time.Hour))
	s.secure = httptest.NewUnstartedServer(pages)
	s.secure.EnableHTTP2 = true
	s.secure.TLS = &tls.Config{Certificates: []tls.Certificate{shown}}
	s.secure.StartTLS()
	for _, server := range []*httptest.Server{s.plain, s.other, s.secure} {
		t.Cleanup(server.Close)
	}
	roots := x509.NewCertPool()
	roots.AddCert(shown.Leaf)
	trusting := func(config *tls.Config) *http.Transport {
		tr := &http.Transport{DisableCompression: true, TLSClientConfig: config, ForceAttemptHTTP2: true}
		t.Cleanup(tr.CloseIdleConnections)
		return tr
	}
	s.Transport = trusting(&tls.Config{RootCAs: roots, ServerName: "shop.example"})
	s.Insecure = trusting(&tls.Config{InsecureSkipVerify: true})
	s.Files = mapFS(map[string]string{"note.txt": "a note\n", "data/shoe.png": "\x89PNG", "data.bin": "\x00\x01\xff", "x.zip": "PK"})
	return s
}

// placeless is a text without the ports of this run.
func (s *shop) placeless(text string) string {
	return strings.NewReplacer(s.plain.URL, "{{base}}", s.secure.URL, "{{secure}}", s.other.URL, "{{other}}").Replace(text)
}
