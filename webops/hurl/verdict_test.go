package hurl

// verdict_test.go: what comes of a file, and when it is broken off.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFirstFailureEndsTheFileAndAllAssertsAreTold(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	results := s.run(t, `
GET {{base}}/1
HTTP 200

GET {{base}}/2
HTTP 404
X-Build: 7
[Captures]
gone: header "X-Gone"
[Asserts]
status == 404
body contains "nothing of it"
# [degraded] duration < 0
header "X-Build" exists

GET {{base}}/3
`)
	if got := []Verdict{results[0].Verdict, results[1].Verdict, results[2].Verdict}; !slices.Equal(got, []Verdict{Passed, Failed, NotRun}) {
		t.Fatalf("verdicts %v", got)
	}
	failures := results[1].Tries[0].Failures
	var lines []int
	for _, f := range failures {
		lines = append(lines, f.Pos.Line)
		if f.Text == "" || f.Actual == "" || f.Expected == "" {
			t.Errorf("incomplete: %+v", f)
		}
	}
	if want := []int{6, 7, 9, 11, 12, 13, 14}; !slices.Equal(lines, want) {
		t.Errorf("failures at %v, want %v\n%s", lines, want, account(results[1]))
	}
	if f := failures[0]; f.Text != "HTTP 404" || f.Expected != "404" || f.Actual != "200" {
		t.Errorf("%+v", f)
	}
}

func TestDegradedAlone(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	results := s.run(t, "GET {{base}}/\nHTTP 200\n[Asserts]\n# [degraded] duration < 0\n")
	if results[0].Verdict != Degraded || !results[0].Tries[0].Failures[0].Degraded {
		t.Errorf("%+v", results[0])
	}
	if s.passes(t, "GET {{base}}/\n"); t.Failed() {
		t.Error("any answer will do without a response")
	}
}

func TestCancelEndsAtOnce(t *testing.T) {
	entered := make(chan struct{})
	s := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { close(entered); <-r.Context().Done() }))
	f, err := Parse("x.hurl", []byte("GET {{base}}/\nHTTP 200\n\nGET {{base}}/\n"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	results, err := s.Run(ctx, f, s.session)
	if !errors.Is(err, context.Canceled) || len(results) != 2 || results[0].Verdict != NotRun || results[1].Verdict != NotRun {
		t.Errorf("%v %+v", err, results)
	}
}

func TestARunnerNeedsOnlyATransport(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.Runner = &Runner{Transport: s.Transport}
	s.passes(t, "GET {{base}}/{{newUuid}}\n[Options]\ndelay: 1ms\nHTTP 200\nDate: {{date}}\n[Captures]\ndate: header \"Date\"\nat: header \"Date\" toDate \"%a, %d %b %Y %T GMT\"\n"+
		"id: url regex /([^\\/]+)$/\n[Asserts]\nvariable \"at\" isDate\nvariable \"id\" isUuid\nvariable \"date\" toDate \"%a, %d %b %Y %T GMT\" daysBeforeNow == 0\n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSlotsBoundRequestsAtOnce(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.Slots = make(chan struct{}, 1)
	s.passes(t, "GET {{base}}/\nHTTP 200\n\nGET {{base}}/\nHTTP 200\n")
	s.Slots <- struct{}{}
	f, err := Parse("x.hurl", []byte("GET {{base}}/\nHTTP 200\n"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { _, err := s.Run(ctx, f, s.session); done <- err }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestExpectedBodies(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Query().Get("b")) }))
	s.Files = mapFS(map[string]string{"a.txt": "hello"})
	s.passes(t, "GET {{base}}/?b=hello\nHTTP 200\n`hello`\n")
	s.passes(t, "GET {{base}}/?b=hello\nHTTP 200\nfile,a.txt;\n")
	s.passes(t, "GET {{base}}/?b=hello\nHTTP 200\nhex,68656c6c6f;\n")
	s.passes(t, "GET {{base}}/?b=%7B%22a%22:1%7D\nHTTP 200\n{\"a\":1}\n")
	s.fails(t, "GET {{base}}/?b="+strings.Repeat("long", 20)+"er\nHTTP 200\n`"+strings.Repeat("long", 20)+"est`\n", "from byte 41 on: ", `ger"`, `gest"`)
	s.fails(t, "GET {{base}}/?b=%00%01\nHTTP 200\nhex,0002;\n", "hex,0002;", "hex,0001;")
	s.fails(t, "GET {{base}}/\nHTTP/2 200\n", "expected HTTP/2 200 | actual HTTP/1.1 200")
}
