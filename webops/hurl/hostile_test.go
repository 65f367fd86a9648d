package hurl

// hostile_test.go: servers that mean no good are bounded in bytes and time, and shown clean.

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answer is a server that always answers so.
func answer(header map[string]string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range header {
			w.Header().Set(name, value)
		}
		_, _ = w.Write(body) // the client may have gone
	}
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // into memory
	_ = z.Close()
	return b.Bytes()
}

const bodyAsserts = "GET {{base}}/\nHTTP 200\n[Asserts]\nbody contains \"x\"\nbytes count > 0\nsha256 exists\njsonpath \"$\" exists\nxpath \"//a\" exists\nregex /(x)/ == \"x\"\n"

func TestLongBodyIsCutAndNotJudged(t *testing.T) {
	for name, app := range map[string]http.HandlerFunc{
		"endless": func(w http.ResponseWriter, r *http.Request) {
			for block := bytes.Repeat([]byte("x"), 4096); r.Context().Err() == nil; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		},
		"gzip bomb":    answer(map[string]string{"Content-Encoding": "gzip"}, gzipped(make([]byte, 64<<20))),
		"bomb in bomb": answer(map[string]string{"Content-Encoding": "gzip, gzip"}, gzipped(gzipped(make([]byte, 64<<20)))),
		"gzip that yields nothing": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			empty := gzipped(nil)
			for r.Context().Err() == nil {
				if _, err := w.Write(empty); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, app)
			s.MaxBody = 10_000
			failed := s.fails(t, bodyAsserts, "the answer is longer than")
			try := failed.Tries[0]
			if len(try.Failures) != 6 || !try.Calls[0].Cut || try.Calls[0].Bytes > s.MaxBody || try.Calls[0].Status != 200 {
				t.Errorf("%d failures, %+v", len(try.Failures), try.Calls[0])
			}
			s.passes(t, "GET {{base}}/\nHTTP 200\n[Asserts]\nduration >= 0\n") // what does not need the body holds
		})
	}
}

func TestBodyOfJustTheLimitIsWhole(t *testing.T) {
	s := serve(t, answer(map[string]string{"Content-Encoding": "gzip"}, gzipped(bytes.Repeat([]byte("x"), 10_000))))
	s.MaxBody = 10_000
	s.passes(t, "GET {{base}}/\nHTTP 200\n[Asserts]\nbytes count == 10000\n")
}

func TestCompressedBodies(t *testing.T) {
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = z.Write([]byte("plain")) // into memory
	_ = z.Close()
	raw := deflated.Bytes()[2 : deflated.Len()-4]
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		coding := r.URL.Query().Get("c")
		w.Header().Set("Content-Encoding", coding)
		w.Header().Set("X-Asked", r.Header.Get("Accept-Encoding"))
		_, _ = w.Write(map[string][]byte{"gzip": gzipped([]byte("plain")), "deflate": deflated.Bytes(), "Deflate": raw,
			"br": []byte("br"), "x-gzip": []byte("no gzip"), "identity": []byte("plain")}[coding])
	}))
	for _, coding := range []string{"gzip", "deflate", "Deflate", "identity"} {
		s.passes(t, "GET {{base}}/?c="+coding+"\n[Options]\ncompressed: true\nHTTP 200\nX-Asked: gzip, deflate\n[Asserts]\nbody == \"plain\"\n")
		s.passes(t, "GET {{base}}/?c="+coding+"\nHTTP 200\n[Asserts]\nbody == \"plain\"\nheader \"X-Asked\" == \"\"\n")
	}
	s.fails(t, "GET {{base}}/?c=br\nHTTP 200\n[Asserts]\nbody == \"plain\"\n", "does not decode")
	s.fails(t, "GET {{base}}/?c=x-gzip\nHTTP 200\n[Asserts]\nbody == \"plain\"\n", "not what its Content-Encoding says")
	s.passes(t, "HEAD {{base}}/?c=gzip\nHTTP 200\n[Asserts]\nbody == \"\"\n")
}

func TestSlowDripIsBoundedInTime(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for tick := time.NewTicker(5 * time.Millisecond); ; <-tick.C {
			if _, err := w.Write([]byte("x")); err != nil || r.Context().Err() != nil {
				tick.Stop()
				return
			}
			w.(http.Flusher).Flush()
		}
	}))
	s.fails(t, "GET {{base}}/\n[Options]\nmax-time: 200ms\nHTTP 200\n", "timed out: 127.0.0.1", "within 200ms")
	s.Limit = 100 * time.Millisecond
	s.fails(t, "GET {{base}}/\n[Options]\nmax-time: 30s\nHTTP 200\n", "within 100ms")
}

func TestHeaderFlood(t *testing.T) {
	s := serve(t, answer(map[string]string{"X-Flood": strings.Repeat("x", 1<<20)}, nil))
	s.fails(t, "GET {{base}}/\nHTTP 200\n", "protocol: ", "more headers than are read")
}

func TestRedirectLoop(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/?token=v3rysecret", http.StatusFound)
	}))
	failed := s.fails(t, "GET {{base}}/\n[Options]\nlocation: true\nmax-redirs: 1000\nHTTP 200\n", "redirect more than 10 times")
	if calls := failed.Tries[0].Calls; len(calls) != 11 {
		t.Errorf("%d calls", len(calls))
	}
	if strings.Contains(account(failed), "v3rysecret") {
		t.Error("the token of the redirect is shown")
	}
	s.fails(t, "GET {{base}}/\n[Options]\nlocation: true\nmax-redirs: 2\nHTTP 200\n", "redirect more than 2 times")
	s.fails(t, "GET {{base}}/\nHTTP 200\n", "actual 302 to ")
}

func TestLostAnswers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		switch r.URL.Path {
		case "/short":
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		case "/noise":
			fmt.Fprint(conn, "SSH-2.0-OpenSSH_9.2 \x1b[31mred\r\n")
		}
		conn.Close()
	}))
	s.session.Variables["gone"] = "http://" + addr
	s.fails(t, "GET {{gone}}/\nHTTP 200\n", "refused: nothing listens on "+addr)
	s.fails(t, "GET {{base}}/\nHTTP 200\n", "closed: 127.0.0.1")
	s.fails(t, "GET {{base}}/short\nHTTP 200\n", "closed: 127.0.0.1")
	noise := s.fails(t, "GET {{base}}/noise\nHTTP 200\n", "protocol: 127.0.0.1", "did not answer in HTTP")
	if strings.Contains(account(noise), "\x1b") {
		t.Error("an escape sequence got through")
	}
	s.fails(t, "GET {{base}}/\n[Options]\nretry: 1\nHTTP 200\n", "closed")
}

func TestEscapesInEveryText(t *testing.T) {
	evil := "\x1b]52;c;cm0gLXJm\x07\u202eevil\x1b[2J\x00"
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["X-Evil"] = []string{"\u202e" + strings.Repeat("é", 10)}
		w.Header().Set("Content-Type", "text/html\u202e")
		w.Header().Set("Location", "/\u202e%1b")
		w.Header().Set("Set-Cookie", "a=\u202e; Expires=\u202e")
		w.WriteHeader(302)
		fmt.Fprint(w, "<p>"+evil+"</p>", strings.Repeat(evil, 1000))
	}))
	failed := s.fails(t, `
GET {{base}}/`+`?q=`+`{{evil}}
[Options]
variable: evil="\u{1b}[31m\u{202e}"
HTTP 200
X-Evil: 1
[Captures]
a: jsonpath "$.a"
[Asserts]
header "X-Evil" == "\u{1b}[2J"
header "Content-Type" == "x"
cookie "a" == "x"
cookie "a[Expires]" exists
body == "x"
xpath "string(//p)" == "x"
xpath "//p" == "x"
bytes == hex,00;
body toInt == 1
body toDate "%Y" exists
body urlQueryParam "x" exists
`)
	for _, r := range account(failed) {
		if r == 0x1b || r == 0x9b || r == 0x202e || r < 0x20 && r != '\n' {
			t.Fatalf("%q got through:\n%q", r, account(failed))
		}
	}
	if n := len(failed.Tries[0].Failures); n < 12 {
		t.Errorf("%d failures", n)
	}
}

func TestBinaryAndOddBodies(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("t"))
		_, _ = io.WriteString(w, r.URL.Query().Get("b"))
	}))
	s.passes(t, `
GET {{base}}/?t=text/plain%3Bcharset%3Diso-8859-1&b=caf%e9
HTTP 200
[Asserts]
body == "café"
bytes == hex,636166e9;
md5 == hex,961f50f6282239d09e48f812c1ca7276;
`+"\n")
}
