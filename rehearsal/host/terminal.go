package host

// terminal.go: a line-editing terminal for a session that asked for one.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Bounds of what is typed: bytes in a line and lines nobody has read yet.
const (
	maxTyped  = 4096
	maxQueued = 64
)

// terminal stands between a channel and a shell: it echoes, edits a line, and
// turns ^C and ^D into what they mean. It is the shell's input, output and console.
type terminal struct {
	raw    io.ReadWriter
	prompt string
	lines  chan []byte
	rest   []byte // of a line the shell has read in part
	gone   context.CancelFunc

	mu        sync.Mutex
	interrupt context.CancelFunc // of the command that runs; nil at the prompt
}

// turns lets the echo of keys and the output of a command write one after the
// other: an SSH channel has one packet buffer for all its writers.
type turns struct {
	io.ReadWriter
	mu sync.Mutex
}

func (t *turns) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ReadWriter.Write(p)
}

// newTerminal makes one; gone is called when nobody can read it any more.
func newTerminal(raw io.ReadWriter, user, hostname string, gone context.CancelFunc) *terminal {
	return &terminal{raw: &turns{ReadWriter: raw}, prompt: fmt.Sprintf("[%s@%s ~]$ ", user, hostname), lines: make(chan []byte, maxQueued), gone: gone}
}

// Prompt makes terminal a shell.Console.
func (t *terminal) Prompt(more bool) {
	if more {
		io.WriteString(t, "> ")
		return
	}
	io.WriteString(t, t.prompt)
}

// Begin gives a command a context that ^C ends.
func (t *terminal) Begin(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	t.mu.Lock()
	t.interrupt = cancel
	t.mu.Unlock()
	return ctx, func() {
		t.mu.Lock()
		t.interrupt = nil
		t.mu.Unlock()
		cancel()
	}
}

// Read gives typed lines to the shell, until ^D or the end of the channel.
func (t *terminal) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		line, ok := <-t.lines
		if !ok {
			return 0, io.EOF
		}
		t.rest = line
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// Write shows text, each newline also returning to the left.
func (t *terminal) Write(p []byte) (int, error) {
	if _, err := t.raw.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		t.gone()
		return 0, err
	}
	return len(p), nil
}

// pump reads what is typed until the channel ends.
func (t *terminal) pump() {
	defer close(t.lines)
	var line []byte
	escape := false // inside an escape sequence, up to its letter
	for buf := make([]byte, 256); ; {
		n, err := t.raw.Read(buf)
		for _, b := range buf[:n] {
			switch {
			case escape:
				escape = b == '[' || b == 'O' || b >= '0' && b <= '9' || b == ';'
			case b == 0x1b:
				escape = true
			case b == 0x04 && len(line) == 0:
				return // ^D; what is typed after it has no reader
			default:
				line = t.key(line, b)
			}
		}
		if err != nil {
			return
		}
	}
}

// key edits the line by one byte and returns it; a finished line goes to the shell.
func (t *terminal) key(line []byte, b byte) []byte {
	switch {
	case b == '\r' || b == '\n':
		io.WriteString(t, "\n")
		select {
		case t.lines <- append(line, '\n'):
		default:
			io.WriteString(t, "\a") // the shell is busy and has a screenful waiting
		}
		return nil
	case b == 0x03:
		io.WriteString(t, "^C\n")
		t.mu.Lock()
		interrupt := t.interrupt
		t.mu.Unlock()
		if interrupt != nil {
			interrupt()
		} else {
			t.Prompt(false)
		}
		return nil
	case b == 0x7f || b == 0x08:
		if len(line) > 0 {
			io.WriteString(t, "\b \b")
			return line[:len(line)-1]
		}
	case b == 0x15:
		io.WriteString(t, strings.Repeat("\b \b", len(line)))
		return nil
	case b >= ' ' && len(line) < maxTyped:
		t.raw.Write([]byte{b})
		return append(line, b)
	}
	return line
}
