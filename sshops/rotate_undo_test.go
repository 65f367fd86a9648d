package sshops

// rotate_undo_test.go: the way back never leaves a host that nobody can log in to, and never
// waits for one that is about to be terminated.

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
)

func TestRotateNeverLocksOut(t *testing.T) {
	t.Parallel()
	h := inhabit(t, func(line string) string { return line })
	f, c := h.flight(nil), h.client(t)
	if err := f.fly(t.Context(), c.Rotate(nil)); err != nil {
		t.Fatal(err)
	}
	t.Run("the undo of add alone leaves the new key", func(t *testing.T) {
		alone := &flight{user: f.user, facts: f.facts, results: f.results, steps: f.steps[:1], calls: f.calls[:1], now: f.now}
		if err := alone.undo(t.Context()); err != nil || len(alone.left) != 1 || !strings.Contains(alone.left[0], "nobody could any more") || !opens(t, h, rotated) {
			t.Errorf("left %q, %v", alone.left, err)
		}
	})
	t.Run("an old line that does not let in any more", func(t *testing.T) {
		f.calls[1].Pre["old.lines"] = `from="192.0.2.1" ` + f.calls[1].Pre["old.lines"]
		err := f.undo(t.Context())
		if err == nil || !strings.Contains(err.Error(), "the new key is left where it is") || !opens(t, h, rotated) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a host that says nothing, before it is terminated", func(t *testing.T) {
		deaf := New(Options{RunDir: h.runs, Resolve: everything, Config: "none", Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
		}})
		defer deaf.Close()
		f.steps = deaf.Rotate(nil).Steps
		if err := f.undo(t.Context()); err == nil {
			t.Error("an instance that is kept: its key was given up")
		}
		for i := range f.calls {
			f.calls[i].Plan.Rollback.Instance = "terminate"
		}
		if err := f.undo(t.Context()); err != nil || len(f.left) != 2 || !strings.Contains(f.left[0], "ends with the instance") {
			t.Errorf("left %q, %v", f.left, err)
		}
	})
}
