package webops

// through_test.go: is it our application that answers at the address?

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"tminus/tasks"
)

func TestThrough(t *testing.T) {
	health := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/healthz" {
				w.WriteHeader(status)
			}
			fmt.Fprint(w, body)
		}
	}
	ours := `{"build":"1.0.0","instance":"` + instance + `"}`
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		says   string
		passes bool
	}{
		{"ours", health(200, ours), "build 1.0.0 on " + instance, true},
		{"another build", health(200, strings.Replace(ours, "1.0.0", "11.0.0", 1)), "build: expected 1.0.0", false},
		{"another instance", health(200, `{"build":"1.0.0","instance":"i-other"}`), "instance: expected " + instance, false},
		{"no health page", health(404, ours), "expected 200 OK, got 404", false},
		{"broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, "got 502 Bad Gateway", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			step := New(server(t, c.answer)).Through(tasks.FactElasticIP)
			r := do(t, &step, call())
			if (r.Verdict == tasks.Pass) != c.passes || !strings.Contains(r.Says, c.says) {
				t.Errorf("%q %s", r.Verdict, r.Says)
			}
			if len(r.Rests) == 0 || r.Rests[0] != tasks.FactElasticIP || len(r.Trace) != len(r.Rows) {
				t.Errorf("rests on %v, %d traces of %d rows", r.Rests, len(r.Trace), len(r.Rows))
			}
		})
	}
}

// A fresh association may lead nowhere for a while; that is waited for, and not for ever.
func TestThroughIsPatient(t *testing.T) {
	options := server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1.0.0 "+instance) })
	up, waits := options.Dial, 0
	opens := 3
	options.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if waits < opens {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return up(ctx, network, addr)
	}
	step := New(options).Through(tasks.FactElasticIP)
	c := call()
	c.Wait = func(context.Context, time.Duration) error { waits++; return nil }
	if r := do(t, &step, c); r.Verdict != tasks.Pass || waits != 3 {
		t.Errorf("%q after %d waits: %s", r.Verdict, waits, r.Says)
	}
	opens, waits = 1000, 0
	if r := do(t, &step, c); r.Verdict != tasks.Fail || waits != retries || !strings.HasPrefix(r.Says, "refused:") {
		t.Errorf("%q after %d waits: %s", r.Verdict, waits, r.Says)
	}
}

func TestWholeWords(t *testing.T) {
	for _, c := range []struct {
		text, value string
		want        bool
	}{
		{`"1.0.0"`, "1.0.0", true}, {"1.0.0", "1.0.0", true}, {"11.0.0 1.0.0", "1.0.0", true},
		{"1.0.0-rc1", "1.0.0", false}, {"1.0.01", "1.0.0", false}, {"", "1.0.0", false}, {"anything", "", false},
	} {
		if got := whole(c.value).MatchString(c.text); got != c.want {
			t.Errorf("%q in %q: %v", c.value, c.text, got)
		}
	}
}
