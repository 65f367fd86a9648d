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
	kindUser           kind = "wrong user"
	kindKey            kind = "key not accepted"
	kindAccount        kind = "account"
	kindShell          kind = "shell"
	kindNoShell        kind = "no shell"
	kindForced         kind = "forced command"
	kindDiskFull       kind = "disk full"
	kindBusy           kind = "too many logins"
	kindBarred         kind = "barred"
	kindStarting       kind = "starting"
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
	switch f.kind {
	case kindRefused, kindUnreachable, kindBusy, kindStarting:
		return true
	}
	return f.kind == kindClosed && f.rung == rungBanner
}

// broken turns an error of the wire into the failure of a rung against t.
func broken(ctx context.Context, rung string, t target, err error) *failure {
	err = cause(ctx, err)
	f := &failure{rung: rung, kind: wireKind(err), err: err}
	f.says, f.next = wireWords(f.kind, t, err)
	switch {
	case f.kind == kindClosed && rung != rungTCP && rung != rungBanner:
		f.says = t.addr + " closed the connection during " + rung
		f.next = "read the host's sshd log in its console output, then test again"
	case f.kind == kindTimedOut && rung != rungTCP:
		f.says, f.next = mute(rung, t)
	}
	return f
}

// mute is a host that took the connection and then said nothing more.
func mute(rung string, t target) (says, next string) {
	says = t.addr + " took the connection and did not finish the " + rung + " within " + t.patience().String()
	switch rung {
	case rungBanner:
		return says, "the way there is open: the host is out of memory or CPU credits, or another program listens on port " + t.port() + "; read its status checks and console"
	case rungKeyExchange:
		return says, "large packets get lost on the way (a VPN with a smaller MTU), or the host is overloaded; try another network, then read the CPU credits"
	}
	return says, "the host is overloaded, or its sshd waits for a name server, PAM or a full disk; read its console output"
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
			"the security group lets us in; the host may still be booting: read its console output, check that sshd runs, then test again"
	case kindUnreachable:
		return "no route leads to " + t.addr,
			"check that the instance runs and that the address is associated with it"
	case kindTimedOut:
		return t.addr + " did not answer within " + t.patience().String(),
			"the instance is down or somebody drops the packets: check that the security group and the network ACL let port " + t.port() + " in from here and that the status checks pass"
	case kindClosed:
		return t.addr + " closed the connection at once",
			"the host may still be booting, or refuses this address (hosts.deny, MaxStartups): read its console output, then test again"
	}
	return t.addr + " does not speak SSH as expected: " + clean(err.Error()),
		"check that sshd, and nothing else, listens on port " + t.port()
}
