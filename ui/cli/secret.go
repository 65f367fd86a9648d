package cli

// secret.go: what only a person knows, asked at the terminal itself, with nothing echoed. Never on
// stdin: that may be a file, or somebody else's.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// askAtTerminal is a tasks.Ask for commands without a cockpit.
func askAtTerminal(ctx context.Context, q tasks.Question) (tasks.Secret, error) {
	name := "/dev/tty"
	if runtime.GOOS == "windows" {
		name = "CON"
	}
	tty, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return tasks.Secret{}, errors.New("there is no terminal to ask at; start tminus at a terminal") // what for, the asker says
	}
	defer tty.Close()
	return askOn(ctx, tty, q)
}

// askOn asks one question on a terminal. An empty answer declines. The terminal stops echoing
// before it asks: whoever types at once is not shown either.
func askOn(ctx context.Context, tty *os.File, q tasks.Question) (tasks.Secret, error) {
	was, err := term.MakeRaw(tty.Fd())
	if err != nil {
		return tasks.Secret{}, fmt.Errorf("asking at the terminal: %w", err)
	}
	defer func() {
		_ = term.Restore(tty.Fd(), was)
		fmt.Fprintln(tty)
	}()
	fmt.Fprintf(tty, "%s %s\r\n(nothing is shown; enter alone declines): ", safe.Line(q.Title), safe.Line(q.Detail))
	given := make(chan string, 1)
	go func() { given <- typed(tty) }() // outlives an interruption by nothing but the end of the program
	select {
	case <-ctx.Done():
		return tasks.Secret{}, ctx.Err()
	case text := <-given:
		if text = strings.TrimSpace(text); text == "" {
			return tasks.Secret{}, tasks.ErrDeclined
		}
		return tasks.NewSecret(text), nil
	}
}

const longestSecret = 1 << 10 // bytes

// typed reads a line from a raw terminal. ctrl+c, ctrl+d and the end of the terminal decline.
func typed(tty io.Reader) string {
	var line []byte
	for b := make([]byte, 1); len(line) < longestSecret; {
		if n, err := tty.Read(b); n == 0 || err != nil {
			return ""
		}
		switch b[0] {
		case '\r', '\n':
			return string(line)
		case 3, 4:
			return ""
		case 8, 127: // backspace takes a whole character
			_, n := utf8.DecodeLastRune(line)
			line = line[:len(line)-n]
		default:
			line = append(line, b[0])
		}
	}
	return ""
}
