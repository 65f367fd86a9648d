package sshops

// failure.go: why a host could not be reached, as a kind that code can act on
// and sentences that a person can: what happened, on what, what to do next.

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"tminus/tasks"
)

// kind classifies failures.
type kind string

const (
	kindName           kind = "name"
	kindRefused        kind = "refused"
	kindUnreachable    kind = "unreachable"
	kindTimedOut       kind = "timed out"
	kindClosed         kind = "closed"
	kindProtocol       kind = "protocol"
	kindUnverified     kind = "host key unknown"
	kindHostKey        kind = "host key"
	kindKeyFile        kind = "key file"
	kindAuthentication kind = "authentication"
	kindShell          kind = "shell"
	kindRunFolder      kind = "run folder"
)

// failure is one failed rung.
type failure struct {
	rung string
	kind kind
	says string // what happened, on what
	next string // what to do about it
	err  error  // the cause, may be nil
}

func (f *failure) Error() string {
	return string(f.kind) + ": " + f.says + "; " + f.next
}

func (f *failure) Unwrap() error { return f.err }

// verdict of the rung: without a fingerprint to compare with, nothing is
// proven either way.
func (f *failure) verdict() tasks.Verdict {
	if f.kind == kindUnverified {
		return tasks.Inconclusive
	}
	return tasks.Fail
}

// passing reports whether a machine that is still booting, or an address that
// was associated a moment ago, would explain the failure. A time-out is not
// among them: it has been waited for already.
func (f *failure) passing() bool {
	return f.kind == kindRefused || f.kind == kindUnreachable || f.kind == kindClosed && f.rung == rungBanner
}

// broken turns an error of the wire into the failure of a rung against t.
func broken(ctx context.Context, rung string, t target, err error) *failure {
	err = cause(ctx, err)
	f := &failure{rung: rung, kind: wireKind(err), err: err}
	f.says, f.next = wireWords(f.kind, t, err)
	if rung == rungTCP || rung == rungBanner {
		return f
	}
	if f.kind == kindClosed {
		f.says = t.addr + " closed the connection during " + rung
		f.next = "read the host's sshd log in its console output, then test again"
	}
	return f
}

// wireKind says which kind of failure a network error is.
func wireKind(err error) kind {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return kindRefused
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return kindUnreachable
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, syscall.ETIMEDOUT), errors.As(err, &timeout) && timeout.Timeout():
		return kindTimedOut
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return kindClosed
	}
	return kindProtocol
}

func wireWords(k kind, t target, err error) (says, next string) {
	switch k {
	case kindRefused:
		return "nothing listens on " + t.addr,
			"the host may still be booting: read its console output, check that sshd runs, then test again"
	case kindUnreachable:
		return "no route leads to " + t.addr,
			"check that the instance runs and that the address is associated with it"
	case kindTimedOut:
		return t.addr + " did not answer within " + limit.String(),
			"check that the security group lets port " + t.port() + " in from here and that the status checks pass"
	case kindClosed:
		return t.addr + " closed the connection at once",
			"the host may still be booting, or sshd refuses this address: read its console output, then test again"
	}
	return t.addr + " does not speak SSH as expected: " + clean(err.Error()),
		"check that sshd, and nothing else, listens on port " + t.port()
}
