package watch

// watch_test.go: the command where there is no terminal.

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/ui"
)

// page is what was printed, for one who reads while another prints.
type page struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func TestLinesUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newRun(t)
		e, land := fly(t, dir)
		time.Sleep(2 * time.Second)
		var out page
		ended := make(chan error, 1)
		go func() { ended <- Run(context.Background(), dir, ui.Theme{}, strings.NewReader(""), &out) }()
		send(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"})
		time.Sleep(2 * time.Second)
		land()
		time.Sleep(time.Minute)
		e, land = fly(t, dir)
		time.Sleep(2 * time.Second)
		send(t, e, tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"})
		if err := <-ended; err != nil {
			t.Error(err)
		}
		land()
		said := out.String()
		at := 0
		for _, words := range []string{"M1 started", "nobody flies this run now", "the run is flown on", "M1 done", "released"} {
			n := strings.Index(said[at:], words)
			if n < 0 {
				t.Fatalf("no %q after %d bytes of\n%s", words, at, said)
			}
			at += n
		}
		if n := strings.Count(said, "nobody flies"); n != 1 {
			t.Errorf("told %d times that nobody flies:\n%s", n, said)
		}
	})
}

func TestLeavingAWatchIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newRun(t)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := Run(ctx, dir, ui.Theme{}, strings.NewReader(""), new(page)); err != nil {
			t.Error(err)
		}
		if err := Run(t.Context(), t.TempDir(), ui.Theme{}, strings.NewReader(""), new(page)); err == nil {
			t.Error("an empty folder can be watched")
		}
	})
}
