package sshops

// respond.go: what the responses to a risk share: a connection of their own, one
// command whose fate is known or said to be unknown, a shell script in one line.
//
// A response does not use the kept connection: what it proves, it proves by a
// handshake of its own, and a log of megabytes must not delay the host readings.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// errandNeeds are the facts without which no response can begin.
func errandNeeds() []string {
	return []string{tasks.FactInstance, tasks.FactPublicIP, tasks.FactHostKey, tasks.FactKeyName, tasks.FactKeyPrint}
}

// runKey is a key of this run: the name of its pair, and its fingerprint.
type runKey struct{ name, print string }

// keyNow is the key that opens the host now.
func keyNow(call tasks.Call) runKey {
	return runKey{call.Facts[tasks.FactKeyName], call.Facts[tasks.FactKeyPrint]}
}

// in is what would be known if this were the key of the run.
func (k runKey) in(facts map[string]string) map[string]string {
	facts = maps.Clone(facts)
	facts[tasks.FactKeyName], facts[tasks.FactKeyPrint] = k.name, k.print
	return facts
}

// errand is a logged-in connection for one response.
type errand struct {
	*link
	t target
}

// errand logs in with this very key and no other, on a new connection.
func (c *Client) errand(ctx context.Context, call tasks.Call, k runKey) (*errand, *failure) {
	facts := k.in(call.Facts)
	t, f := c.target(call.Plan, facts, address(facts))
	if f != nil {
		return nil, f
	}
	t.identities, t.agentOnly = t.identities[:1], true
	t.identities[0].file.Certificate = ""
	l, f := c.login(ctx, t, nowhere)
	if f != nil {
		return nil, f
	}
	return &errand{l, t}, nil
}

// over ends the errand, and waits until nothing of it is left.
func (e *errand) over() {
	e.Close()
	_ = e.Wait()
}

// order is one command on the host.
type order struct {
	title string // as an error names it; the line itself may be a whole script
	line  string
	in    []byte // its input
	most  int    // of its output, in bytes; 0 = maxOutput
}

// do runs one command to its end. An error wraps [tasks.ErrUnknown] when nobody
// knows whether it came to its end; any other says that it failed, or never began.
func (e *errand) do(ctx context.Context, o order) (string, error) {
	ctx, done := e.bounded(ctx)
	defer done()
	s, err := e.NewSession()
	if err != nil {
		return "", shellFailure(ctx, e.t, o.title, err, "")
	}
	defer s.Close()
	if o.most == 0 {
		o.most = maxOutput
	}
	out, problem := &atMost{most: o.most}, &atMost{most: maxOutput}
	s.Stdin, s.Stdout, s.Stderr = bytes.NewReader(o.in), out, problem
	if err := s.Start(o.line); err != nil {
		if wireKind(cause(ctx, err)) == kindProtocol { // it was asked for and refused; the error quotes the whole line
			return "", shellFailure(ctx, e.t, o.title, errors.New("the host runs no command of ours"), "")
		}
		return "", tasks.Unknown(shellFailure(ctx, e.t, o.title, err, ""))
	}
	err = s.Wait()
	var exit *ssh.ExitError
	switch {
	case err == nil && out.over:
		return "", fmt.Errorf("%s on %s answered more than %d KiB", o.title, e.t.addr, o.most>>10)
	case err == nil:
		return out.String(), nil
	case errors.As(err, &exit) && exit.Signal() == "":
		return out.String(), shellFailure(ctx, e.t, o.title, err, problem.String())
	}
	return "", tasks.Unknown(shellFailure(ctx, e.t, o.title, err, problem.String()))
}

// atMost keeps the first bytes of an output and lets the rest go.
type atMost struct {
	bytes.Buffer
	most int
	over bool
}

func (a *atMost) Write(p []byte) (int, error) {
	room := max(0, a.most-a.Len())
	a.over = a.over || len(p) > room
	a.Buffer.Write(p[:min(room, len(p))])
	return len(p), nil
}

// ReadFrom hides that of the buffer, which knows no bound.
func (a *atMost) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{a}, r)
}

// script is a fixed text for sh as one line that every login shell takes alike, with
// words as $1, $2, …; the text has neither single quotes nor line ends.
func script(text string, words ...string) string {
	line := "sh -c '" + text + "' tminus"
	for _, w := range words {
		line += " " + safe.Word(w)
	}
	return line
}

// traced is the command with how long it took.
func (c *Client) traced(call tasks.Call, k runKey, command string, began time.Time, err error) []tasks.Trace {
	facts := k.in(call.Facts)
	to, f := c.target(call.Plan, facts, address(facts))
	if f != nil {
		return nil
	}
	t := tasks.Trace{Line: c.pasted(func(b *byHand) []string { return b.openSSH(to, address(facts)) }, command), Took: time.Since(began)}
	if err != nil {
		t.Error = clean(err.Error())
	}
	return []tasks.Trace{t}
}

// asError is a failure as an error, nil for none: a nil pointer in an error is not nil.
func asError(f *failure) error {
	if f == nil {
		return nil
	}
	return f
}

// unreachable reports a failure to which the host has said nothing at all.
func (f *failure) unreachable() bool {
	switch f.kind {
	case kindRefused, kindUnreachable, kindTimedOut, kindClosed, kindName:
		return true
	}
	return false
}

// refusal reports that the host, proven to be the right one, does not take the key.
func (f *failure) refusal() bool {
	return f.kind == kindAuthentication || f.kind == kindKey
}

// param is a parameter of the task, or what is taken without it.
func param(call tasks.Call, name, otherwise string) string {
	if v := strings.TrimSpace(call.Task.Params[name]); v != "" {
		return v
	}
	return otherwise
}
