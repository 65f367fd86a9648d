package cli

// lend_test.go: an interrupt is the lent command's for as long as it runs, and no longer.

import (
	"strings"
	"sync/atomic"
	"testing"
)

// seen is who has the terminal while something is written there.
type seen struct {
	lent *atomic.Bool
	all  []bool
}

func (s *seen) Write(p []byte) (int, error) { s.all = append(s.all, s.lent.Load()); return len(p), nil }

func TestTheTerminalIsLentWhileACommandRuns(t *testing.T) {
	for _, tt := range []struct {
		words []string
		runs  bool
		fails string
	}{
		{[]string{"sh", "-c", "read line; echo $line"}, true, ""},
		{[]string{"sh", "-c", "echo no; exit 3"}, true, "exit status 3"},
		{[]string{"sh", "-c", "echo stopped; kill -INT $$"}, true, "signal: interrupt"},
		{[]string{"/no/such/command"}, false, "no such file"},
		{[]string{"no such command"}, false, "executable file not found"},
	} {
		lent := new(atomic.Bool)
		screen := &seen{lent: lent}
		c := Stdio{Lent: lent}.lend(tt.words)
		c.SetStdin(strings.NewReader("signed in\n"))
		c.SetStdout(screen)
		c.SetStderr(screen)
		err := c.Run()
		if (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%v: %v", tt.words, err)
		}
		if (len(screen.all) > 0) != tt.runs || tt.runs && !screen.all[0] || lent.Load() {
			t.Errorf("%v: lent %v while it ran, %v after it", tt.words, screen.all, lent.Load())
		}
	}
	if err := (Stdio{}).lend([]string{"true"}).Run(); err != nil { // nobody asks
		t.Error(err)
	}
}
