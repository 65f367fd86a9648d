package engine

// watch_test.go: how a test waits for what it wants to see, plays a person at the
// keyboard, and closes the lid of the laptop.

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/reading"
)

// lid is a laptop's. Closed, the wall goes on and steady time does not.
type lid struct {
	began time.Time
	ahead atomic.Int64 // of the wall, in nanoseconds
	woke  atomic.Int64 // how often the adapters were told to drop their connections
}

func newLid() *lid { return &lid{began: time.Now()} }

// sleep closes the lid for d; no time passes for whoever is asleep.
func (l *lid) sleep(d time.Duration) { l.ahead.Add(int64(d)) }

func (l *lid) source() clock.Source {
	return clock.Source{
		Wall:   func() time.Time { return time.Now().Round(0).Add(time.Duration(l.ahead.Load())) },
		Steady: func() time.Duration { return time.Since(l.began) },
	}
}

// eyes is a sensor that can be kept from answering.
type eyes struct {
	mu   sync.Mutex
	shut chan struct{} // closed = open
}

func (y *eyes) close() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.shut = make(chan struct{})
}

func (y *eyes) open() {
	y.mu.Lock()
	defer y.mu.Unlock()
	close(y.shut)
}

func (y *eyes) sensor() tasks.Sensor {
	return tasks.Sensor{Name: "eyes", Every: time.Second, Real: true, Read: func(ctx context.Context, _ map[string]string, _ time.Time) (reading.Update, error) {
		y.mu.Lock()
		shut := y.shut
		y.mu.Unlock()
		select {
		case <-shut:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}

// until waits for a snapshot that satisfies ok.
func until(t *testing.T, e *Engine, what string, ok func(*tasks.Snapshot) bool) *tasks.Snapshot {
	t.Helper()
	deadline := time.After(time.Hour) // of synctest's time, or never reached in real time
	var last *tasks.Snapshot
	for {
		select {
		case s := <-e.Snapshots().Newest():
			if last = s; ok(s) {
				return s
			}
		case <-e.Done():
			t.Fatalf("waiting for %s: the engine stopped: %v", what, e.Err())
		case <-deadline:
			t.Fatalf("never saw %s; tasks: %s", what, statuses(last))
		}
	}
}

func statuses(s *tasks.Snapshot) string {
	if s == nil {
		return "no snapshot"
	}
	var b strings.Builder
	for _, t := range s.Plan.Tasks {
		fmt.Fprintf(&b, "%s %s %s; ", t.ID, s.State.Tasks[t.ID].Status, s.State.Tasks[t.ID].Reason)
	}
	return b.String()
}

func status(id string, want tasks.Status) func(*tasks.Snapshot) bool {
	return func(s *tasks.Snapshot) bool { return s.State.Tasks[id].Status == want }
}

// must sends commands that have to be allowed.
func must(t *testing.T, e *Engine, cs ...tasks.Command) {
	t.Helper()
	for _, c := range cs {
		if c.By == "" {
			c.By = "AA"
		}
		if err := e.Send(c); err != nil {
			t.Fatalf("%s %s: %v", c.Kind, c.Task, err)
		}
	}
}

// toT1 takes the conn and starts T1.
func toT1(t *testing.T, e *Engine) {
	t.Helper()
	must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"},
		tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"}, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
}
