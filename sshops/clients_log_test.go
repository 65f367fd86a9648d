package sshops

// clients_log_test.go: lines of an access log as servers write them and as clients would like them.

import (
	"bytes"
	"testing"
	"time"
)

func TestParseVisit(t *testing.T) {
	for line, agent := range map[string]string{
		`203.0.113.9 - - [07/Feb/2019:13:00:00 +0800] "GET / HTTP/1.1" 200 5 "-" "curl/8.1"`:                             "curl/8.1",
		`2001:db8::9 - - [07/Feb/2019:13:00:00 +0800] "GET / HTTP/1.1" 200 5 "http://a/\x22" "a \"b\" c" "198.51.100.1"`: `a \"b\" c`,
		`::ffff:203.0.113.9 - bob [x] [07/Feb/2019:13:00:00 +0800] "\x16\x03" 400 0 "-" "-"`:                             "-",
		`203.0.113.9 - - [07/Feb/2019:13:00:00 +0800] "GET / HTTP/1.1" 200 5`:                                            "",
		`203.0.113.9 - - [07/Feb/2019:13:00:00 +0800] "never closed`:                                                     "",
	} {
		v, ok := parseVisit(line)
		if !ok || v.agent != agent || !v.at.Equal(time.Date(2019, 2, 7, 5, 0, 0, 0, time.UTC)) || v.from.Is4In6() {
			t.Errorf("%s: %v %+v", line, ok, v)
		}
	}
	for _, line := range []string{"", "junk", "host.example - - [07/Feb/2019:13:00:00 +0800] \"GET /\" 200 5", `203.0.113.9 - - [yesterday] "GET /" 200 5`,
		`203.0.113.9 - - "GET [07/Feb/2019:13:00:00 +0800] "`, `203.0.113.9 - - 07/Feb/2019:13:00:00 +0800] "GET /"`} {
		if v, ok := parseVisit(line); ok {
			t.Errorf("%s: %+v", line, v)
		}
	}
}

func FuzzAccessLog(f *testing.F) {
	f.Add([]byte(logged("203.0.113.9", 3, time.Date(2019, 2, 7, 5, 0, 0, 0, time.UTC), "x")+"junk\n\x1b[31m\n"), true)
	f.Add([]byte(`1.2.3.4 - - [07/Feb/2019:13:00:00 +0800] "a\`), false)
	f.Fuzz(func(t *testing.T, log []byte, cut bool) {
		c := count(log, cut, 10*time.Minute, "tminus")
		lines := bytes.Count(log, []byte("\n")) + 1
		sum := 0
		for _, client := range c.clients {
			if sum += client.count; client.smoke > client.count {
				t.Errorf("%+v", client)
			}
		}
		if sum != c.within || c.within > c.lines || c.lines+c.junk > lines || c.lines > 0 && c.within == 0 {
			t.Errorf("%d in the window, %d counted, %d read, %d junk, %d lines", c.within, sum, c.lines, c.junk, lines)
		}
	})
}
