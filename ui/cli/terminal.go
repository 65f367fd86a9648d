package cli

// terminal.go: is there a person at a terminal, and what do they answer to one question?

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"tminus/tasks/safe"
)

// terminal reports whether somebody can be asked: keys come from a terminal, and words go to one.
func (s Stdio) terminal() bool { return isTerminal(s.In) && isTerminal(s.Out) }

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// press asks a question and returns the one key that was pressed, of those it takes: the
// last of them is also what ctrl+c, esc and a terminal that is gone answer.
func press(ctx context.Context, stdio Stdio, question, keys string) (byte, error) {
	in, ok := stdio.In.(*os.File)
	if !ok {
		return 0, errors.New("there is no terminal to ask at")
	}
	was, err := term.MakeRaw(in.Fd())
	if err != nil {
		return 0, fmt.Errorf("asking at the terminal: %w", err)
	}
	defer func() {
		_ = term.Restore(in.Fd(), was)
		fmt.Fprintln(stdio.Out)
	}()
	fmt.Fprint(stdio.Out, safe.Line(question)+" ")
	pressed := make(chan byte, 1)
	go func() { pressed <- key(in, keys) }() // outlives an interruption by nothing but the end of the program
	select {
	case k := <-pressed:
		return k, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// key reads until one of the keys comes. It takes no byte beyond it: they are the next reader's.
func key(in io.Reader, keys string) byte {
	const ctrlC, esc = 3, 27
	for one := make([]byte, 1); ; {
		n, err := in.Read(one)
		switch {
		case err != nil, n == 1 && (one[0] == ctrlC || one[0] == esc):
			return keys[len(keys)-1]
		case n == 1 && strings.IndexByte(keys, one[0]) >= 0:
			return one[0]
		}
	}
}
