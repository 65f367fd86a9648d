package webops

// hostile_test.go: servers that mean harm: a stage stays bounded in time, and what it says is clean and short. That
// no more of a body is kept than is allowed is held by the tests of package hurl.

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestHostileServers(t *testing.T) {
	evil := "\x1b[2J\x1b]0;owned\x07\u202egnp.exe\u200b\r\nT8 done\x00\xff"
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 512 { // 32 MiB
		if _, err := z.Write(make([]byte, 64<<10)); err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	endless := func(w http.ResponseWriter, piece string) {
		for {
			if _, err := fmt.Fprint(w, piece); err != nil {
				return
			}
		}
	}
	for _, tt := range []struct {
		name, says string
		answer     http.HandlerFunc
	}{
		{"a body without end", "longer than 262144 bytes", func(w http.ResponseWriter, _ *http.Request) { endless(w, strings.Repeat("x", 32<<10)) }},
		{"a body that calls itself 10 GB", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10737418240")
			endless(w, strings.Repeat("y", 32<<10))
		}},
		{"a gzip bomb", "longer than 262144 bytes", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes()) // it may not want all of it
		}},
		{"a slow drip", "did not answer in full within", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, "z")
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		}},
		{"a header flood", "header", func(w http.ResponseWriter, _ *http.Request) {
			for n := range 2000 {
				w.Header().Set(fmt.Sprintf("X-Flood-%d", n), strings.Repeat("h", 100))
			}
		}},
		{"a redirect loop", "redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }},
		{"the metadata service behind a redirect", "169.254.169.254 is a link-local or metadata address", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/iam/security-credentials/", http.StatusFound)
		}},
		{"escape sequences everywhere", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-Evil"] = []string{"\x1b[31mred"}
			w.Header().Set("Content-Type", "text/html; charset=\x1b[5m")
			fmt.Fprint(w, "<title>"+evil+"</title>")
		}},
		{"not HTTP", "protocol", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprint(conn, "SSH-2.0-OpenSSH_9.2"+evil+"\r\n\r\n")
			conn.Close()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src := "# it holds\nGET {{base}}/\n[Options]\nlocation: true\nmax-time: 700ms\nHTTP 200\n[Asserts]\nbody contains \"well\"\nxpath \"string(//title)\" == \"well\"\nheader \"X-Evil\" == \"well\"\n"
			client, c := suiteOf(t, server(t, tt.answer), map[string]string{"a.hurl": src}, func(p *plan.Plan) { p.Testing.Bodies = true })
			client.o.RunDir = t.TempDir()
			began := time.Now()
			r := full(t, client, c)
			took := time.Since(began)
			if r.Verdict != tasks.Fail || !strings.Contains(r.Says, tt.says) {
				t.Errorf("%q %s", r.Verdict, r.Says)
			}
			if took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var plain any
			if err := json.Unmarshal(text, &plain); err != nil {
				t.Fatal(err)
			}
			if dirty := strings.IndexFunc(fmt.Sprint(plain), func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.In(r, unicode.Cf) }); dirty >= 0 {
				t.Errorf("it says %.200q", fmt.Sprint(plain)[dirty:])
			}
			if len(text) > 16<<10 {
				t.Errorf("the result has %d bytes", len(text))
			}
		})
	}
}
