package journal

// writer_test.go: a slow disk is told, and a Writer in the hands of two goroutines is noticed.

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlowSyncIsTold(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		delay := time.Duration(0)
		w, err := Create(dir, Options{FS: faultFS{sync: func(string, func() error) error {
			time.Sleep(delay)
			return nil
		}}})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if w.LastSync() != 0 {
			t.Error("before the first record:", w.LastSync())
		}
		for i, took := range []time.Duration{0, 1500 * time.Millisecond, time.Minute, 0} {
			delay = took
			mustAppend(t, w, payloadOf(i))
			if w.LastSync() != took {
				t.Errorf("a sync of %s is told as %s", took, w.LastSync())
			}
		}
	})
}

// TestTwoGoroutines: the second one is refused and harms nothing; whoever was first goes on.
func TestTwoGoroutines(t *testing.T) {
	dir := t.TempDir()
	var w *Writer
	var second error
	w, err := Create(dir, Options{FS: faultFS{sync: func(name string, sync func() error) error {
		if name == journalName && w != nil {
			refused := make(chan error)
			go func() {
				_, err := w.Append(payloadOf(2))
				refused <- err
			}()
			second = <-refused
		}
		return sync()
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	mustAppend(t, w, payloadOf(1))
	if second == nil || errors.Is(second, ErrPoisoned) || !strings.Contains(second.Error(), "two goroutines") {
		t.Error("the second goroutine:", second)
	}
	mustAppend(t, w, payloadOf(3))
	if report, err := Verify(dir); err != nil || report.Verdict != Sound || report.Records != 2 {
		t.Errorf("%+v, %v", report, err)
	}
}
