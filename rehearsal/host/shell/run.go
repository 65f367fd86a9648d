package shell

// run.go: running a script: lists, pipelines, constructs and simple commands.

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"
)

// A script that does nothing but spin is put to sleep for rest after each
// burst commands. A sampling loop of a monitor is far below it.
const (
	burst = 500
	rest  = 10 * time.Millisecond
)

func (sh *Shell) script(ctx context.Context, s Script, io Streams) {
	for _, st := range s.list {
		if sh.flow != onward {
			return
		}
		if st.join == andThen && sh.status != 0 || st.join == orElse && sh.status == 0 {
			continue
		}
		sh.pipeline(ctx, st.pipe, io)
	}
}

func (sh *Shell) pipeline(ctx context.Context, p pipeline, io Streams) {
	if len(p.commands) == 1 {
		sh.command(ctx, p.commands[0], io)
	} else {
		sh.piped(ctx, p.commands, io)
	}
	if p.negated && sh.flow != exiting {
		sh.status = status(sh.status != 0)
	}
}

// piped runs all commands at once, each in a shell of its own, output to input.
// A command whose reader has gone is stopped at its next write, as by SIGPIPE.
func (sh *Shell) piped(ctx context.Context, commands []command, streams Streams) {
	var all sync.WaitGroup
	in, source := streams.In, (*io.PipeReader)(nil)
	for i, c := range commands {
		part, own := sh.copy(), streams
		own.In = in
		mine, stop := context.WithCancel(ctx)
		closeIn := source
		var out *io.PipeWriter
		if i < len(commands)-1 {
			source, out = io.Pipe()
			in = bufio.NewReader(source)
			own.Out = &stopping{out, stop}
		}
		work := func() {
			defer stop()
			part.command(mine, c, own)
			if closeIn != nil {
				closeIn.Close()
			}
			if out != nil {
				out.Close()
			}
		}
		if out != nil {
			all.Go(work)
			continue
		}
		work()
		sh.status = part.status
	}
	all.Wait()
	if ctx.Err() != nil {
		sh.end()
	}
}

// stopping is a writer that ends its command on the first error.
type stopping struct {
	io.Writer
	stop context.CancelFunc
}

func (w *stopping) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.stop()
	}
	return n, err
}

// end leaves everything because the context has ended.
func (sh *Shell) end() { sh.flow, sh.status = exiting, StatusEnded }

func (sh *Shell) command(ctx context.Context, c command, io Streams) {
	if sh.spent++; sh.spent >= burst {
		sh.spent = 0
		Sleep(ctx, rest)
	}
	if ctx.Err() != nil {
		sh.end()
		return
	}
	io, err := sh.redirect(ctx, c.redirs, io)
	if err != nil {
		sh.fail(io, err)
		return
	}
	switch k := c.compound.(type) {
	case *loop:
		sh.loop(ctx, k, io)
	case *each:
		sh.each(ctx, k, io)
	case *branch:
		sh.branch(ctx, k, io)
	case *group:
		sh.group(ctx, k, io)
	default:
		sh.simple(ctx, c, io)
	}
	if ctx.Err() != nil {
		sh.end()
	}
}

func (sh *Shell) fail(io Streams, err error) {
	fmt.Fprintf(io.Err, "%s: %v\n", sh.name, err)
	sh.status = 1
}

func (sh *Shell) simple(ctx context.Context, c command, io Streams) {
	args, err := sh.fields(ctx, c.words, io)
	if err != nil {
		sh.fail(io, err)
		return
	}
	vars := sh.vars
	if len(args) > 0 && len(c.assigns) > 0 {
		vars = maps.Clone(sh.vars) // X=1 command: for that command alone
	}
	substituted := false
	for _, a := range c.assigns {
		value, err := sh.joined(ctx, a.value, io)
		if err != nil {
			sh.fail(io, err)
			return
		}
		vars[a.name] = value
		for _, p := range a.value {
			substituted = substituted || p.kind == substitution
		}
	}
	if len(args) > 0 {
		sh.status = sh.invoke(ctx, args, vars, io)
	} else if !substituted && len(c.words) == 0 {
		sh.status = 0
	}
}

// invoke runs a builtin or a program of the machine and returns its status.
func (sh *Shell) invoke(ctx context.Context, args []string, vars map[string]string, io Streams) int {
	if b := builtin(args[0]); b != nil {
		return b(sh, ctx, args, io)
	}
	p := &Process{Streams: io, Args: args, Vars: vars, User: sh.user, Dir: sh.dir, Nesting: sh.nesting}
	st, found := sh.machine.Exec(ctx, p)
	if !found {
		fmt.Fprintf(io.Err, "%s: %s: command not found\n", sh.name, args[0])
		return StatusNotFound
	}
	return st
}

func (sh *Shell) loop(ctx context.Context, l *loop, io Streams) {
	last := 0
	for {
		sh.script(ctx, l.test, io)
		if sh.left() {
			break
		}
		if (sh.status == 0) == l.until {
			sh.status = last
			return
		}
		sh.script(ctx, l.body, io)
		last = sh.status
		if sh.left() {
			break
		}
	}
}

func (sh *Shell) each(ctx context.Context, e *each, io Streams) {
	values, err := sh.fields(ctx, e.words, io)
	if err != nil {
		sh.fail(io, err)
		return
	}
	sh.status = 0
	for _, v := range values {
		sh.vars[e.name] = v
		sh.script(ctx, e.body, io)
		if sh.left() {
			return
		}
	}
}

// left settles break and continue at the edge of a loop: true to leave it.
func (sh *Shell) left() bool {
	switch sh.flow {
	case onward:
		return false
	case exiting:
		return true
	}
	if sh.levels--; sh.levels > 0 {
		return true
	}
	leave := sh.flow == breaking
	sh.flow = onward
	return leave
}

func (sh *Shell) branch(ctx context.Context, b *branch, io Streams) {
	for i, test := range b.tests {
		sh.script(ctx, test, io)
		if sh.flow != onward {
			return
		}
		if sh.status == 0 {
			sh.script(ctx, b.bodies[i], io)
			return
		}
	}
	sh.status = 0
	sh.script(ctx, b.otherwise, io)
}

func (sh *Shell) group(ctx context.Context, g *group, io Streams) {
	if !g.subshell {
		sh.script(ctx, g.body, io)
		return
	}
	sub := sh.copy()
	sub.script(ctx, g.body, io)
	sh.status = sub.status
}

// Sleep waits in real time and says whether it was allowed to end by itself.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func status(ok bool) int {
	if ok {
		return 0
	}
	return 1
}
