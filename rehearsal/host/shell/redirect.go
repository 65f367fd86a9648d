package shell

// redirect.go: redirections, and paths as a person writes them.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
)

// Writable is a Machine that has files which can be written.
type Writable interface {
	// Create begins a file anew, or goes on at its end. What is written to it is there at
	// once; there is nothing to close.
	Create(user, name string, more bool) (io.Writer, error)
}

//lint:ignore ST1005 these are the words of a shell
var errReadOnly = errors.New("Read-only file system")

// redirect applies redirections from left to right. But for what a Writable machine
// allows, only /dev/null, /dev/stdout and /dev/stderr can be written.
func (sh *Shell) redirect(ctx context.Context, redirs []redir, s Streams) (Streams, error) {
	outer := s
	for _, r := range redirs {
		target, err := sh.joined(ctx, r.target, outer)
		if err != nil {
			return outer, err
		}
		if r.op == "<" {
			if s.In, err = sh.input(target); err != nil {
				return outer, err
			}
			continue
		}
		w, err := s.output(r.op, target)
		if m, can := sh.machine.(Writable); errors.Is(err, errReadOnly) && can {
			if w, err = m.Create(sh.user, Inside(sh.dir, target), r.op == ">>"); err != nil {
				err = fmt.Errorf("%s: %s", target, Reason(err))
			}
		}
		if err != nil {
			return outer, err
		}
		switch r.fd {
		case 1:
			s.Out = w
		case 2:
			s.Err = w
		default:
			return outer, fmt.Errorf("%d: Bad file descriptor", r.fd)
		}
	}
	return s, nil
}

func (s Streams) output(op, target string) (io.Writer, error) {
	switch {
	case op == ">&" && target == "1", op != ">&" && target == "/dev/stdout":
		return s.Out, nil
	case op == ">&" && target == "2", op != ">&" && target == "/dev/stderr":
		return s.Err, nil
	case op != ">&" && target == "/dev/null":
		return io.Discard, nil
	case op == ">&":
		return nil, fmt.Errorf("%s: Bad file descriptor", target)
	}
	return nil, fmt.Errorf("%s: %w", target, errReadOnly)
}

func (sh *Shell) input(target string) (*bufio.Reader, error) {
	if target == "/dev/null" {
		return NoInput(), nil
	}
	f, err := sh.machine.Files(sh.user).Open(Inside(sh.dir, target))
	if err != nil {
		return nil, fmt.Errorf("%s: %s", target, Reason(err))
	}
	return bufio.NewReader(f), nil
}

// Inside turns a path as a person writes it, seen from dir, into the form of io/fs.
func Inside(dir, name string) string {
	if !path.IsAbs(name) {
		name = path.Join(dir, name)
	}
	if name = path.Clean("/" + name); name == "/" {
		return "."
	}
	return name[1:]
}
