package sshops

// login.go: the one path to a host, from dialling to being logged in. Whoever
// walks it is told of each rung reached; whoever does not care passes nowhere.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks/safe"
)

// The rungs, in the order in which they are climbed.
const (
	rungResolve        = "resolve"
	rungTCP            = "tcp"
	rungBanner         = "banner"
	rungKeyExchange    = "key exchange"
	rungHostKey        = "host key"
	rungAuthentication = "authentication"
	rungCommand        = "command"
	rungLatency        = "latency"
)

// reached is told of every rung as it is reached, and what was seen there.
type reached func(rung, says string)

func nowhere(string, string) {}

// login connects to t and authenticates. A fingerprint does not tell its key's
// algorithm, and a host has a key for each: unless known_hosts tells, the host
// is asked for one algorithm after the other until the key is the printed one.
func (c *Client) login(ctx context.Context, t target, at reached) (*link, *failure) {
	var other *failure
	for _, algorithms := range c.known.algorithms(t.instance, t.hostKey) {
		l, f := c.attempt(ctx, t, algorithms, at)
		var missing *ssh.AlgorithmNegotiationError
		switch {
		case f == nil:
			return l, nil
		case f.kind != kindHostKey && !errors.As(f, &missing):
			return nil, f
		case other == nil || f.kind == kindHostKey && other.kind != kindHostKey:
			other = f // another key than the printed one says more than an algorithm not offered
		}
	}
	return nil, other
}

// attempt is one connection that accepts one family of host keys only.
func (c *Client) attempt(ctx context.Context, t target, algorithms []string, at reached) (*link, *failure) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := c.dial(ctx, "tcp", t.addr)
	if err != nil {
		return nil, broken(ctx, rungTCP, t, err)
	}
	// The deadline is the connection's own as well: no handshake step can outlive it.
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	at(rungTCP, "connected to "+t.addr)

	greeting, version, err := readVersion(conn)
	if err != nil {
		conn.Close()
		return nil, broken(ctx, rungBanner, t, err)
	}
	at(rungBanner, clean(version))

	check := hostCheck{known: c.known, target: t, at: at}
	sc, channels, requests, err := ssh.NewClientConn(&replay{Conn: conn, first: greeting}, t.addr, &ssh.ClientConfig{
		User:              t.user,
		Auth:              []ssh.AuthMethod{ssh.PublicKeys(t.key)},
		ClientVersion:     "SSH-2.0-tminus",
		HostKeyCallback:   check.verify,
		HostKeyAlgorithms: algorithms,
	})
	if err != nil {
		return nil, check.explain(ctx, err)
	}
	_ = conn.SetDeadline(time.Time{})
	at(rungAuthentication, "logged in as "+clean(t.user))
	return &link{Client: ssh.NewClient(sc, channels, requests)}, nil
}

// hostCheck compares the host's key with the one that its console printed.
type hostCheck struct {
	known   *hostKeys
	target  target
	at      reached
	failed  *failure
	matched bool
}

var errHostKey = errors.New("host key not accepted")

// verify is called once the host has proven that it holds the key.
func (h *hostCheck) verify(_ string, _ net.Addr, key ssh.PublicKey) error {
	h.at(rungKeyExchange, key.Type())
	shown, want := ssh.FingerprintSHA256(key), h.target.hostKey
	switch {
	case want == "":
		h.failed = &failure{
			rung: rungHostKey, kind: kindUnverified,
			says: "the host shows " + shown + " and there is no console output to compare it with",
			next: "wait for the console output of " + h.target.instance + ", read it again, then test again; it is never accepted unseen",
		}
	case shown != want:
		h.failed = &failure{
			rung: rungHostKey, kind: kindHostKey,
			says: "the host at " + h.target.addr + " shows " + shown + ", the console of " + h.target.instance + " printed " + clean(want),
			next: "do not log in: another machine answers at this address; find out which before anything else",
		}
	default:
		h.matched = true
		if err := h.known.record(h.target.instance, key); err != nil {
			h.failed = &failure{
				rung: rungHostKey, kind: kindRunFolder, err: err,
				says: "the verified key cannot be written to known_hosts: " + err.Error(),
				next: "check space and permissions of the run folder",
			}
		}
	}
	if h.failed != nil {
		return errHostKey
	}
	h.at(rungHostKey, shown+", as the console printed it")
	return nil
}

// explain says on which rung the handshake failed, from how far the check came.
func (h *hostCheck) explain(ctx context.Context, err error) *failure {
	if h.failed != nil {
		return h.failed
	}
	if !h.matched {
		return broken(ctx, rungKeyExchange, h.target, err)
	}
	if ctx.Err() != nil || !strings.Contains(err.Error(), "unable to authenticate") {
		return broken(ctx, rungAuthentication, h.target, err)
	}
	return &failure{
		rung: rungAuthentication, kind: kindAuthentication, err: err,
		says: "the host does not accept the key " + ssh.FingerprintSHA256(h.target.key.PublicKey()) + " for user " + clean(h.target.user),
		next: "compare ssh_user of the plan and the key pair of the instance with the key file of the run",
	}
}

// maxGreeting bounds what a host may send up to and with its version line, in
// bytes; RFC 4253 allows lines before it.
const maxGreeting = 8 << 10

// readVersion reads up to the host's version line. raw is all that was read, so
// that the SSH library can read it again.
func readVersion(r io.Reader) (raw []byte, version string, err error) {
	var one [1]byte // byte by byte: what follows the line belongs to the library
	line := 0
	for len(raw) < maxGreeting {
		if _, err := io.ReadFull(r, one[:]); err != nil {
			return nil, "", err
		}
		raw = append(raw, one[0])
		if one[0] != '\n' {
			continue
		}
		if bytes.HasPrefix(raw[line:], []byte("SSH-")) {
			return raw, strings.TrimRight(string(raw[line:]), "\r\n"), nil
		}
		line = len(raw)
	}
	return nil, "", errors.New("no version line in its first 8 KiB")
}

// replay is a connection whose first bytes were read before.
type replay struct {
	net.Conn
	first []byte
}

func (r *replay) Read(p []byte) (int, error) {
	if len(r.first) == 0 {
		return r.Conn.Read(p)
	}
	n := copy(p, r.first)
	r.first = r.first[n:]
	return n, nil
}

// clean is text from a host, short enough for a row.
func clean(raw string) string {
	const most = 300
	raw = strings.TrimSpace(raw)
	if len(raw) > most {
		raw = strings.ToValidUTF8(raw[:most], "") + "…"
	}
	return safe.Line(raw)
}
