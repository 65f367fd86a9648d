package awsops

// poller_test.go: when a sensor may read, what it says when it may not, and the allowance.

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// paceOf is a sensor every ten seconds that is due as told, and how often it really read.
func paceOf(t *testing.T, due *bool, fails *error) (s tasks.Sensor, a *Account, reads *int) {
	t.Helper()
	a, reads = New(Options{Region: "ap-southeast-1"}), new(int)
	t.Cleanup(a.Close)
	p := newPoller(a, time.Now)
	s = tasks.Sensor{Name: "eye", Every: 10 * time.Second, Read: func(context.Context, map[string]string, time.Time) (reading.Update, error) {
		if *reads++; *fails != nil {
			return nil, *fails
		}
		return func(*reading.Readings) {}, nil
	}}
	return p.paced(s, 1, func(map[string]string, time.Time) bool { return *due }), a, reads
}

func TestTurns(t *testing.T) {
	due, fails := true, error(nil)
	s, a, reads := paceOf(t, &due, &fails)
	start := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
	busy := &refused{op: "DescribeInstances", code: "RequestLimitExceeded", message: "Request limit exceeded."}
	broken := errors.New("broken")
	for n, step := range []struct {
		at     time.Duration
		before func()
		read   bool
		err    error
		says   string
	}{
		{0, nil, true, nil, ""},
		{10 * time.Second, func() { due = false }, false, nil, ""},
		{12 * time.Second, nil, true, nil, ""}, // out of turn: somebody looks again
		{22 * time.Second, nil, false, nil, ""},
		{32 * time.Second, a.Wake, true, nil, ""},
		{42 * time.Second, func() { due, fails = true, broken }, true, broken, "broken"},
		{52 * time.Second, func() { due = false }, true, broken, "broken"}, // what failed is due
		{62 * time.Second, func() { fails = busy }, true, busy, "; not asked again for 20s"},
		{72 * time.Second, nil, false, busy, "; not asked again for 10s"},
		{73 * time.Second, nil, false, busy, "; not asked again for 9s"}, // not even out of turn
		{83 * time.Second, nil, true, busy, "; not asked again for 40s"},
		{123 * time.Second, nil, true, busy, "; not asked again for 1m20s"},
		{203 * time.Second, nil, true, busy, "; not asked again for 2m0s"},
		{323 * time.Second, nil, true, busy, "; not asked again for 2m0s"},
		{443 * time.Second, func() { fails = nil }, true, nil, ""},
		{453 * time.Second, func() { fails = busy; due = true }, true, busy, "; not asked again for 20s"},
	} {
		if step.before != nil {
			step.before()
		}
		before := *reads
		update, err := s.Read(t.Context(), nil, start.Add(step.at))
		if read := *reads > before; read != step.read || (update != nil) != (read && step.err == nil) || !errors.Is(err, step.err) {
			t.Errorf("%d: after %s it read %v: %v", n, step.at, read, err)
		}
		if err != nil && !strings.HasSuffix(err.Error(), step.says) {
			t.Errorf("%d: %v, want %q", n, err, step.says)
		}
	}
}

// TestNobodyStarves: under a fast clock everybody is due at every beat, and the allowance of
// real time is too small for all. Who needs many calls at once still gets its turn.
func TestNobodyStarves(t *testing.T) {
	now := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
	real := now
	a := New(Options{})
	t.Cleanup(a.Close)
	p := newPoller(a, func() time.Time { return real })
	var reads [3]int
	var turns []tasks.Sensor
	for n, calls := range []int{1, 2, 6} {
		turns = append(turns, p.paced(tasks.Sensor{Every: 10 * time.Second, Read: func(ctx context.Context, _ map[string]string, _ time.Time) (reading.Update, error) {
			reads[n]++
			for range calls {
				countCall(ctx)
			}
			return nil, nil
		}}, calls, nil))
	}
	for range 4 * 60 { // a minute of four beats a second, at 1800×
		real, now = real.Add(250*time.Millisecond), now.Add(450*time.Second)
		for _, s := range turns {
			if _, err := s.Read(t.Context(), nil, now); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n, times := range reads {
		if times < 20 {
			t.Errorf("sensor %d read %d times in a minute: %v", n, times, reads)
		}
	}
}

// TestATurnGivenUpSaysNothing: an abort is no failure of AWS, and the next turn waits for its end.
func TestATurnGivenUpSaysNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	now := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
	began, end := make(chan struct{}), make(chan struct{})
	a := New(Options{})
	t.Cleanup(a.Close)
	turns := 0
	slow := newPoller(a, time.Now).paced(tasks.Sensor{Every: time.Minute, Read: func(ctx context.Context, _ map[string]string, _ time.Time) (reading.Update, error) {
		if turns++; turns == 1 {
			close(began)
			<-end
		}
		return nil, ctx.Err()
	}}, 1, func(map[string]string, time.Time) bool { return false })
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := slow.Read(ctx, nil, now); !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
	}()
	<-began
	cancel()
	if _, err := slow.Read(ctx, nil, now); !errors.Is(err, context.Canceled) || turns != 1 {
		t.Errorf("a second turn beside the first: %v, %d turns", err, turns)
	}
	close(end)
	<-done
	if _, err := slow.Read(t.Context(), nil, now.Add(time.Minute)); err != nil || turns != 1 {
		t.Errorf("nothing is due and nothing has failed, and yet: %v, %d turns", err, turns)
	}
}

// TestAllowance: however the two clocks go, no minute of either holds more calls than its bound.
func TestAllowance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newAllowance()
		run := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
		real := run
		var inRun, inReal []time.Time
		for range rapid.IntRange(50, 400).Draw(t, "looks") {
			passed := time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond
			real, run = real.Add(passed), run.Add(passed*time.Duration(rapid.SampledFrom([]int{0, 1, 10, 600}).Draw(t, "speed")))
			calls := rapid.IntRange(1, 8).Draw(t, "calls")
			if !w.room(run, real, calls) {
				continue
			}
			for range calls {
				w.spend(run, real)
				inRun, inReal = append(inRun, run), append(inReal, real)
			}
		}
		for _, of := range []struct {
			calls []time.Time
			bound int
		}{{inRun, callsBound}, {inReal, callsBoundReal}} {
			from := 0
			for n, at := range of.calls {
				for at.Sub(of.calls[from]) >= time.Minute {
					from++
				}
				if n-from+1 > of.bound {
					t.Fatalf("%d calls in a minute, bound %d", n-from+1, of.bound)
				}
			}
		}
		if got := w.perMinute(run); got < 0 || got > callsBound {
			t.Fatalf("%g calls a minute are shown", got)
		}
	})
}
