package ui

// probe_test.go: the probe's line and its word in the header: never read, well, stale, failing.

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks/reading"
)

func TestProbeSaysWhereItStands(t *testing.T) {
	broken := func(upTo int) func(int) string {
		return func(n int) string { return either(n < upTo, "no answer within 2 s", "") }
	}
	for name, tt := range map[string]struct {
		change  func(*scene)
		line    string
		header  bool
		nowhere string
	}{
		"never read": {func(s *scene) { s.live.Readings.Probe = reading.Probe{} }, "probe ? nothing asked yet: it begins with the address", false, "✓"},
		"well":       {func(s *scene) { probed(s, nil) }, "probe ✓ 28 ms · 120 of 120 in 10 min · build 1.0.0 on " + instanceID, false, "failing"},
		"one late":   {func(s *scene) { probed(s, broken(1)) }, "probe ✗ failing for 1 s · 1 in a row · 119 of 120", false, "▲ probe"},
		"two":        {func(s *scene) { probed(s, broken(2)) }, "probe ✗ failing for 6 s · 2 in a row", false, "▲ probe"},
		"three":      {func(s *scene) { probed(s, broken(3)) }, "probe ✗ failing for 11 s · 3 in a row", true, "probe ✓"},
		"stale": {func(s *scene) {
			probed(s, broken(5))
			s.live.Readings.Probe.At = s.now.Add(-time.Minute)
		}, "probe ? stale: now it failed", false, "in a row"},
		"sensor fails": {func(s *scene) {
			probed(s, nil)
			s.live.Readings.Failures = map[string]reading.Failure{"probe": {Kind: reading.Failed, Says: "the probe's variables are not set"}}
		}, "the probe's variables are not set", false, "AWS:"},
	} {
		s := testing8(t)
		tt.change(s)
		frame := frameOf(s, 120, 36, View{Focus: Smoke, Zoom: true})
		if !strings.Contains(frame, tt.line) {
			t.Errorf("%s: no %q in\n%s", name, tt.line, frame)
		}
		if strings.Contains(frame, tt.nowhere) {
			t.Errorf("%s: %q in\n%s", name, tt.nowhere, frame)
		}
		if got := strings.Contains(headOf(frame), "▲ probe failing 11 s"); got != tt.header {
			t.Errorf("%s: in the header: %v\n%s", name, got, headOf(frame))
		}
	}
}

func TestProbesBarsShowWhatFailed(t *testing.T) {
	p := reading.Probe{}
	at := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	for i := range 8 {
		p = p.With("u", 5*time.Second, 2*time.Second, reading.Beat{At: at.Add(time.Duration(i) * 5 * time.Second), OK: i != 3, Took: time.Duration(i+1) * 100 * time.Millisecond})
	}
	text := func(cols int) (got string) {
		for _, sp := range beats(p, cols) {
			got += sp.text
		}
		return got
	}
	if got := text(12); got != "▂▃▄✗▅▆▇█" {
		t.Errorf("a bar each: %q", got)
	}
	if got := text(4); got != "▃✗▆█" {
		t.Errorf("two a bar, the worse counts: %q", got)
	}
	calm := reading.Probe{}.With("u", 5*time.Second, 2*time.Second, reading.Beat{At: at, OK: true, Took: 5 * time.Millisecond})
	if got := beats(calm, 4)[0].text; got != "▁" {
		t.Errorf("a few milliseconds are a mountain: %q", got)
	}
}

func TestProbeIsNoneOfAWS(t *testing.T) {
	s := gate(t)
	s.live.Readings.Failures = map[string]reading.Failure{"probe": {Kind: reading.Failed, Says: "x"}}
	if kind, _ := worstOfAWS(s.snapshot()); kind != "" {
		t.Errorf("AWS is blamed for the probe: %s", kind)
	}
}
