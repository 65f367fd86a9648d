package sshops

// loudest_test.go: the loudest addresses of a real log on OpenSSH, and what is refused.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

// logged are n lines of one address, a second apart, the last one at end.
func logged(from string, n int, end time.Time, agent string) string {
	var b strings.Builder
	for i := range n {
		at := end.Add(time.Duration(i-n+1) * time.Second)
		fmt.Fprintf(&b, "%s - - [%s] \"GET /contracts/?q=\\x22a\\x22 HTTP/1.1\" 200 512 \"-\" \"%s\"\n", from, at.Format(stampLayout), agent)
	}
	return b.String()
}

func TestLoudestOnOpenSSH(t *testing.T) {
	t.Parallel()
	h := inhabit(t, func(line string) string { return line })
	file := filepath.Join(h.home, "log")
	// The log is where the plan says, and only below /var/log; the host's tail reads the test's.
	h.program(t, "tail", `exec /usr/bin/tail -c "$2" `+file)
	h.program(t, "sudo", `shift; exec "$@"`)
	h.program(t, "id", "echo 1000")
	end := time.Date(2019, 2, 7, 13, 0, 0, 0, time.FixedZone("", 8*3600))
	text := logged("198.51.100.9", 500, end.Add(-time.Hour), "old") + logged("203.0.113.50", 51, end, "curl/8") + logged("203.0.113.51", 50, end, "curl/8") +
		logged("2001:db8::1", 70, end.Add(-time.Minute), "ELB-HealthChecker/2.0") + logged("127.0.0.1", 90, end, "tminus") +
		"junk\n" + `203.0.113.50 - [08/Feb/2019:00:00:00 +0800] [07/Feb/2019:13:00:00 +0800] "GET / HTTP/1.1" 200 1 "-" "x"` + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, c := h.flight(nil), h.client(t)
	if err := f.fly(t.Context(), c.Loudest(nil)); err != nil {
		t.Fatal(err)
	}
	r := f.results["count"]
	want := "262 requests from 4 addresses in the 10m0s before 13:00:00 +0800; more than 50 came from 3 of them; 1 lines could not be read"
	if r.Verdict != tasks.Pass || r.Says != want {
		t.Errorf("%q %s", r.Verdict, r.Says)
	}
	for i, row := range []tasks.Row{
		{Name: "127.0.0.1", Verdict: tasks.Pass, Says: "90 requests, 9.0 a minute, more than 50 in 10m0s; this is us, do not ban it: the operator's address as the host sees it; 90 call themselves tminus, as our smoke tests do"},
		{Name: "2001:db8::1", Verdict: tasks.Fail, Says: "70 requests, 7.0 a minute, more than 50 in 10m0s; it calls itself a health check of AWS: ELB-HealthChecker/2.0"},
		{Name: "203.0.113.50", Verdict: tasks.Fail, Says: "52 requests, 5.2 a minute, more than 50 in 10m0s"},
		{Name: "203.0.113.51", Verdict: tasks.Pass, Says: "50 requests, 5.0 a minute"},
	} {
		if len(r.Rows) != 4 || r.Rows[i] != row {
			t.Fatalf("row %d of %v\nwant %v", i, r.Rows, row)
		}
	}

	t.Run("a log longer than what is read", func(t *testing.T) {
		if err := os.WriteFile(file, []byte(strings.Repeat(logged("203.0.113.50", 1, end, strings.Repeat("a", 900)), 6000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := f.fly(t.Context(), c.Loudest(nil)); err != nil {
			t.Fatal(err)
		}
		if r := f.results["count"]; r.Verdict != tasks.Pass || !strings.Contains(r.Says, "the last 4 MiB of the log reach back 0s only") || strings.Contains(r.Says, "could not be read") {
			t.Errorf("%q %s", r.Verdict, r.Says)
		}
	})
	for name, tt := range map[string]struct{ text, says string }{
		"empty":          {"", "no requests"},
		"another format": {"{\"at\": 1}\n{\"at\": 2}\n", "its format is not combined"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := f.fly(t.Context(), c.Loudest(nil)); err != nil {
				t.Fatal(err)
			}
			if r := f.results["count"]; !strings.Contains(r.Says, tt.says) || (r.Verdict == tasks.Pass) != (tt.text == "") {
				t.Errorf("%q %s", r.Verdict, r.Says)
			}
		})
	}
	t.Run("not ours to read", func(t *testing.T) {
		h.program(t, "sudo", "echo sudo: a password is required >&2; exit 1")
		f := h.flight(map[string]string{"log": "/var/log/of-no-server/access.log"}) // the usual one may be there, and ours
		if err := f.fly(t.Context(), c.Loudest(nil)); err != nil {
			t.Fatal(err)
		}
		if r := f.results["count"]; r.Verdict != tasks.Inconclusive || !strings.Contains(r.Says, "a password is required") {
			t.Errorf("%q %s", r.Verdict, r.Says)
		}
	})
}

func TestLoudestParameters(t *testing.T) {
	any, _ := newKey(t)
	for _, params := range []map[string]string{
		{"window": "ten"}, {"window": "0s"}, {"window": "25h"}, {"rate": "0"}, {"rate": "many"},
		{"log": "/etc/shadow"}, {"log": "/var/log/../../etc/shadow"}, {"log": "/var/log/a b"}, {"log": "/var/log/$(id)"}, {"log": "access.log"},
	} {
		f := newFlight("x", facts(any.PublicKey(), any.PublicKey()), params)
		if err := f.fly(t.Context(), New(Options{Config: "none"}).Loudest(nil)); err == nil || !strings.Contains(err.Error(), "amend the plan") {
			t.Errorf("%v: %v", params, err)
		}
	}
}
