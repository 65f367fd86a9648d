package main

// screen_test.go: the program in a terminal: keys go in by name, and what stands
// on the screen comes out.

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// screen is a terminal with the program in it.
type screen struct {
	process
	t     testing.TB
	tty   *os.File
	shown vt10x.Terminal
	read  chan struct{} // closed once everything the program wrote has been read
	bytes bytes.Buffer  // all of it, as it came; settled once read is closed
}

// newScreen starts a command in a terminal of so many columns and rows.
func newScreen(t testing.TB, columns, rows int, cmd *exec.Cmd) *screen {
	t.Helper()
	// screen-256color can do all that vt10x can, and nothing more: xterm would be sent REP, which vt10x drops.
	cmd.Env = append(cmd.Env, "TERM=screen-256color", "COLORTERM=", "TMUX=", "NO_COLOR=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{process: follow(cmd), t: t, tty: tty, shown: vt10x.New(vt10x.WithSize(columns, rows), vt10x.WithWriter(io.Discard)), read: make(chan struct{})}
	go func() {
		defer close(s.read)
		for from := bufio.NewReader(io.TeeReader(tty, &s.bytes)); s.shown.Parse(from) == nil; { // until the program or the terminal is gone
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // in vain, unless the test has failed
		<-s.gone
		_ = tty.Close()
		<-s.read
	})
	return s
}

// press sends keys by name, one after another.
func (s *screen) press(names ...string) {
	s.t.Helper()
	codes := map[string]string{"enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "esc": "\x1b", "up": "\x1b[A", "down": "\x1b[B", "pgdown": "\x1b[6~", "ctrl+c": "\x03"}
	for _, name := range names {
		code, ok := codes[name]
		if !ok {
			code = name
		}
		s.write(code)
	}
}

// types writes text as a quick typist does.
func (s *screen) types(text string) { s.write(text) }

func (s *screen) write(text string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatalf("typing %q: %v; the screen is\n%s", text, err, s)
	}
}

// sees waits until each of the words stands on the screen, in any order; runs of blanks count as one.
func (s *screen) sees(words ...string) {
	s.t.Helper()
	for _, w := range words {
		within(patience, func() bool { return s.has(w) || s.over() && s.drained() })
		if !s.has(w) {
			s.t.Fatalf("never saw %q; the screen is\n%s", w, s)
		}
	}
}

// drained reports whether all that the program wrote was read: it may have ended before that.
func (s *screen) drained() bool {
	select {
	case <-s.read:
		return true
	default:
		return false
	}
}

// misses waits until the words are gone.
func (s *screen) misses(words string) {
	s.t.Helper()
	if !within(patience, func() bool { return !s.has(words) }) {
		s.t.Fatalf("still there: %q; the screen is\n%s", words, s)
	}
}

func (s *screen) has(words string) bool {
	return strings.Contains(strings.Join(strings.Fields(s.shown.String()), " "), words)
}

// resize makes the terminal larger or smaller while the program runs.
func (s *screen) resize(columns, rows int) {
	s.t.Helper()
	s.shown.Resize(columns, rows)
	if err := pty.Setsize(s.tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		s.t.Fatal(err)
	}
}

// asked waits for a dialog with the words, and until it takes keys: the last line,
// which is drawn last, then says how to cancel it.
func (s *screen) asked(words ...string) {
	s.t.Helper()
	s.sees(append(words, "esc cancel")...)
	s.misses("keys are not taken yet")
}

// answers fills in a dialog's fields, goes to a button and presses it. A dialog
// without text to give has Cancel in focus, the button after it.
func (s *screen) answers(button string, fields ...string) {
	s.t.Helper()
	for _, text := range fields {
		s.types(text)
		s.sees(text)
		s.press("tab")
	}
	s.sees("▶ Cancel")
	s.press("tab")
	s.sees("▶ " + button)
	s.press("enter")
}

// ends waits for the program to end with the exit code.
func (s *screen) ends(code int) {
	s.t.Helper()
	if !within(patience, s.over) {
		s.t.Fatalf("it never ended; the screen is\n%s", s)
	}
	if got := s.ProcessState.ExitCode(); got != code {
		s.t.Fatalf("exit %d, want %d; the screen is\n%s", got, code, s)
	}
}

// wrote is every byte the program sent to the terminal, once it has ended.
func (s *screen) wrote() []byte {
	<-s.gone
	<-s.read
	return s.bytes.Bytes()
}

// String is what stands on the screen, framed.
func (s *screen) String() string {
	columns, _ := s.shown.Size()
	edge := "+" + strings.Repeat("-", columns) + "+\n"
	var b strings.Builder
	for _, row := range strings.Split(strings.TrimSuffix(s.shown.String(), "\n"), "\n") {
		fmt.Fprintf(&b, "|%s|\n", row)
	}
	return edge + b.String() + edge
}
