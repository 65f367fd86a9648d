package shell

// shell.go: a running shell: its state, and scripts read from a stream.

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
)

// Machine is what a shell stands on.
type Machine interface {
	// Files is the file system as user sees it; paths have no leading slash.
	Files(user string) fs.FS
	// Exec runs one program to its end and returns its exit status. found is
	// false when the machine has no program of that name. It must end with ctx.
	Exec(ctx context.Context, p *Process) (status int, found bool)
}

// Streams are the three files every command is given.
type Streams struct {
	In       *bufio.Reader
	Out, Err io.Writer
}

// Process is a program about to run.
type Process struct {
	Streams
	Args []string // Args[0] is the name it was called by
	Vars map[string]string
	User string
	Dir  string
	// Nesting counts the shells around it, so that shells that start shells end somewhere.
	Nesting int
}

// MaxNesting is how many shells may stand inside one another.
const MaxNesting = 20

// Exit statuses with a meaning of their own.
const (
	StatusUsage    = 2
	StatusNotFound = 127
	StatusEnded    = 143 // what a shell answers whose context ended
)

// Shell holds the state that commands leave behind. It is not for concurrent
// use; each part of a pipeline gets its own copy.
type Shell struct {
	machine Machine
	name    string
	user    string
	dir     string
	vars    map[string]string
	args    []string
	nesting int

	status int
	flow   flow
	levels int // how many loops break or continue still has to leave
	spent  int // commands since the last rest
}

// flow says whether commands follow one another or a construct is being left.
type flow int

const (
	onward flow = iota
	breaking
	continuing
	exiting
)

// New makes a shell that runs on m as the process p says; p.Args are $0, $1, ….
func New(m Machine, p *Process) *Shell {
	sh := &Shell{machine: m, name: "sh", user: p.User, dir: p.Dir, nesting: p.Nesting + 1}
	sh.vars = maps.Clone(p.Vars)
	if sh.vars == nil {
		sh.vars = map[string]string{}
	}
	if len(p.Args) > 0 {
		sh.name, sh.args = p.Args[0], p.Args[1:]
	}
	if sh.dir == "" {
		sh.dir = "/"
	}
	return sh
}

// Run parses and runs one piece of text and returns its exit status.
func (sh *Shell) Run(ctx context.Context, text string, io Streams) int {
	script, err := Parse(text)
	if err != nil {
		fmt.Fprintf(io.Err, "%s: %v\n", sh.name, err)
		return StatusUsage
	}
	sh.script(ctx, script, io)
	return sh.status
}

// Call runs one command that is already in words: a program or a builtin.
func (sh *Shell) Call(ctx context.Context, args []string, io Streams) int {
	return sh.invoke(ctx, args, sh.vars, io)
}

// Interpret reads io.In line by line and runs each command as soon as it is
// whole; commands that read their input read on from the same stream. It
// returns the last status at the end of the stream, on exit, or when ctx ends.
// A syntax error ends it with StatusUsage, as it ends a shell nobody sits at.
func (sh *Shell) Interpret(ctx context.Context, io Streams) int {
	return sh.Converse(ctx, io, nil)
}

// Console is a person's side of a shell.
type Console interface {
	// Prompt is called before each line; more says that it continues a command.
	Prompt(more bool)
	// Begin gives the context of one command, which the person may interrupt;
	// the shell calls the function when the command is over.
	Begin(ctx context.Context) (context.Context, context.CancelFunc)
}

// StatusInterrupted is the status of a command that was interrupted at a Console.
const StatusInterrupted = 130

// Converse is Interpret with a person at the console: it survives syntax
// errors and interruptions. Without a console it is Interpret itself.
func (sh *Shell) Converse(ctx context.Context, io Streams, console Console) int {
	var text []byte
	for ctx.Err() == nil && sh.flow != exiting {
		if console != nil {
			console.Prompt(len(text) > 0)
		}
		line, err := readLine(io.In, maxScript-len(text))
		text = append(text, line...)
		script, wrong := Parse(string(text))
		if errors.Is(wrong, ErrIncomplete) && err == nil {
			continue
		}
		text = nil
		switch {
		case wrong == nil:
			sh.consoled(ctx, script, io, console)
		case console == nil:
			fmt.Fprintf(io.Err, "%s: %v\n", sh.name, wrong)
			return StatusUsage
		default:
			fmt.Fprintf(io.Err, "%s: %v\n", sh.name, wrong)
			sh.status = StatusUsage
		}
		if err != nil {
			break
		}
	}
	return sh.status
}

// consoled runs one script; interrupting it does not end the shell.
func (sh *Shell) consoled(ctx context.Context, s Script, io Streams, console Console) {
	if console == nil {
		sh.script(ctx, s, io)
		return
	}
	own, over := console.Begin(ctx)
	defer over()
	sh.script(own, s, io)
	if own.Err() != nil && ctx.Err() == nil {
		sh.flow, sh.status = onward, StatusInterrupted
	}
}

var errLong = errors.New("line too long")

// readLine returns a line with its newline, but never more than limit bytes.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > limit {
			return line, errLong
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

// copy is the shell as a subshell sees it: same state, changes of its own.
func (sh *Shell) copy() *Shell {
	c := *sh
	c.vars = maps.Clone(sh.vars)
	return &c
}

// NoInput is what a command reads whose input is closed.
func NoInput() *bufio.Reader { return bufio.NewReader(bytes.NewReader(nil)) }
