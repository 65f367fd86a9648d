package sshops

// link.go: a logged-in connection, and what is done over it: one command, one
// round trip. x/crypto/ssh has no deadlines of its own and waits for ever for a
// dead peer, so everything here closes the connection when its time is up.

import (
	"bytes"
	"context"
	"errors"
	"time"

	"golang.org/x/crypto/ssh"
)

// maxOutput bounds what a host may answer to one command or sample, in bytes.
const maxOutput = 256 << 10

// link is a connection whose host was verified and who let us in.
type link struct{ *ssh.Client }

// bounded closes the link when ctx ends or limit has passed, until the returned
// function is called.
func (l *link) bounded(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	stop := context.AfterFunc(ctx, func() { l.Close() })
	return ctx, func() { stop(); cancel() }
}

// cause is what to tell of err: when ctx has ended, it closed the connection,
// and the error that came of that says nothing.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// run executes a fixed command and returns what it wrote.
func (l *link) run(ctx context.Context, t target, command string) (string, *failure) {
	ctx, done := l.bounded(ctx)
	defer done()
	session, err := l.NewSession()
	if err != nil {
		return "", shellFailure(ctx, t, command, err, "")
	}
	defer session.Close()
	var out, problem capped
	session.Stdout, session.Stderr = &out, &problem
	if err := session.Run(command); err != nil {
		return "", shellFailure(ctx, t, command, err, problem.String())
	}
	return out.String(), nil
}

// shellFailure says why a command did not end well on a host that let us in.
func shellFailure(ctx context.Context, t target, command string, err error, stderr string) *failure {
	err = cause(ctx, err)
	f := &failure{
		rung: rungCommand, kind: kindShell, err: err,
		says: "`" + command + "` did not run on " + t.addr + ": " + clean(err.Error()),
		next: "look at the login shell and start-up files of user " + clean(t.user),
	}
	var missing *ssh.ExitMissingError
	switch {
	case wireKind(err) == kindTimedOut:
		f.says = "`" + command + "` did not end within " + limit.String() + " on " + t.addr
	case errors.As(err, &missing):
		f.says = "`" + command + "` ended without a status on " + t.addr
	}
	if text := clean(stderr); text != "" {
		f.says += " (" + text + ")"
	}
	return f
}

// roundTrip is the time that one request and its answer take.
func (l *link) roundTrip(ctx context.Context) (time.Duration, error) {
	ctx, done := l.bounded(ctx)
	defer done()
	start := time.Now()
	// Hosts refuse this request, and the refusal is the answer we time.
	if _, _, err := l.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		return 0, cause(ctx, err)
	}
	return time.Since(start), nil
}

// capped keeps the first maxOutput bytes and lets the rest go.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
