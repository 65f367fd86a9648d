package sshops

// link.go: a logged-in connection, and what is done over it: one command, one
// round trip. x/crypto/ssh has no deadlines of its own and waits for ever for a
// dead peer. So whoever waits here leaves when its time is up, and what it waited
// for ends with the connection, which its owner cuts at the bottom.

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// maxOutput bounds what a host may answer to one command or sample, in bytes.
	maxOutput = 256 << 10
	// maxSessions is how many sessions we open at once over one connection. A stock
	// sshd allows 10; two are left to whoever shares it through another program.
	maxSessions = 8
)

// link is a connection whose host was verified and who let us in.
type link struct {
	*ssh.Client
	road  *road         // what it runs over
	slots chan struct{} // one for each session that is open
	ways  chan struct{} // one for each connection from the host (fromhost.go)
	asked chan struct{} // one for the request that waits for its answer: they come one at a time
}

func newLink(c *ssh.Client, r *road) *link {
	return &link{Client: c, road: r, slots: make(chan struct{}, maxSessions), ways: make(chan struct{}, maxWays), asked: make(chan struct{}, 1)}
}

// Close cuts the wire under the link and under whatever it runs through. Closing
// from the top would be polite, and waits for ever for a peer that reads nothing.
func (l *link) Close() error {
	l.road.cut()
	return l.Client.Close()
}

// Wait waits for the end of everything that runs for the link.
func (l *link) Wait() error {
	err := l.Client.Wait()
	l.road.wait()
	return err
}

// bounded closes the link when ctx ends or limit has passed, until the returned
// function is called.
func (l *link) bounded(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	stop := context.AfterFunc(ctx, func() { l.Close() })
	return ctx, func() { stop(); cancel() }
}

// session is one of the sessions that a link may have open.
type session struct {
	*ssh.Session
	free func()
}

// Close ends the session and lets the next one in.
func (s *session) Close() error {
	defer s.free()
	return s.Session.Close()
}

// session opens a session, as soon as fewer than maxSessions are open.
func (l *link) session(ctx context.Context) (*session, error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	free := sync.OnceFunc(func() { <-l.slots })
	type answer struct {
		s   *ssh.Session
		err error
	}
	ready := make(chan answer, 1)
	go func() {
		s, err := l.NewSession()
		ready <- answer{s, err}
	}()
	select {
	case a := <-ready:
		if a.err != nil {
			free()
			return nil, a.err
		}
		return &session{a.s, free}, nil
	case <-ctx.Done():
		go func() { // it may still open; then nobody wants it
			defer free()
			if a := <-ready; a.err == nil {
				a.s.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

// cause is what to tell of err: when ctx has ended, it closed the connection,
// and the error that came of that says nothing.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// run executes a fixed command and returns what it wrote, at most maxOutput bytes.
// Who leaves early leaves the command behind: it has its session until it ends, or
// the connection does.
func (l *link) run(ctx context.Context, t target, command string) (string, *failure) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	s, err := l.session(ctx)
	if err != nil {
		return "", shellFailure(ctx, t, command, err, "")
	}
	var out, problem capped
	s.Stdout, s.Stderr = &out, &problem
	ended := make(chan error, 1)
	go func() {
		err := s.Run(command)
		s.Close()
		ended <- err
	}()
	select {
	case err := <-ended:
		if err != nil {
			return "", shellFailure(ctx, t, command, err, problem.String()+out.String())
		}
		return out.String(), nil
	case <-ctx.Done():
		go s.Session.Close() // the slot is freed by whoever runs it
		return "", shellFailure(ctx, t, command, ctx.Err(), "")
	}
}

// shellFailure says why a command did not end well on a host that let us in.
func shellFailure(ctx context.Context, t target, command string, err error, said string) *failure {
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
	return f.heard(said)
}

// roundTrip is the time that one request and its answer take.
func (l *link) roundTrip(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case l.asked <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	start := time.Now()
	answered := make(chan error, 1)
	go func() {
		defer func() { <-l.asked }()
		// Hosts refuse this request, and the refusal is the answer we time.
		_, _, err := l.SendRequest("keepalive@openssh.com", true, nil)
		answered <- err
	}()
	select {
	case err := <-answered:
		return time.Since(start), err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// alive asks the peer again and again whether it is there, and cuts the link when it
// does not answer in time. It ends with the link.
func (l *link) alive(ctx context.Context, every, patience time.Duration) {
	beat := time.NewTicker(every)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		within, cancel := context.WithTimeout(ctx, patience)
		if _, err := l.roundTrip(within); err != nil {
			l.Close()
		}
		cancel()
	}
}

// capped keeps the first maxOutput bytes and lets the rest go. The buffer is not embedded:
// io.Copy would find its ReadFrom, which knows no bound.
type capped struct{ kept bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.kept.Len(); room > 0 {
		c.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (c *capped) String() string { return c.kept.String() }
