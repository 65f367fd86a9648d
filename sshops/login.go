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

// The rungs, in the order in which they are climbed. Before rungTCP there is one of
// the ssh config, if it said anything, and one for each host on the way: rungJump.
const (
	rungResolve        = "resolve"
	rungConfig         = "ssh config"
	rungTCP            = "tcp"
	rungBanner         = "banner"
	rungKeyExchange    = "key exchange"
	rungHostKey        = "host key"
	rungAuthentication = "authentication"
	rungSession        = "session"
	rungCommand        = "command"
	rungLatency        = "latency"
)

// rungJump is the rung of a host on the way.
func rungJump(host string) string { return "jump " + clean(host) }

// reached is told of every rung as it is reached, and what was seen there.
type reached func(rung, says string)

func nowhere(string, string) {}

// login connects to t and authenticates. A fingerprint does not tell its key's
// algorithm, and a host has a key for each: unless known_hosts tells, the host
// is asked for one algorithm after the other until the key is the printed one.
func (c *Client) login(ctx context.Context, t target, at reached) (*link, *failure) {
	offered, f := c.offers(ctx, t)
	if f != nil {
		return nil, f
	}
	defer offered.close()
	t.key = offered.all[0].signer
	if t.note != "" {
		at(rungConfig, t.note)
	}
	road, f := c.walk(ctx, t.way, at)
	if f != nil {
		return nil, f
	}
	var other *failure
	for _, algorithms := range c.known.algorithms(t.instance, t.hostKey) {
		check := &hostCheck{known: c.known, target: t, at: at}
		client, f := c.attempt(ctx, t, road, offered, algorithms, check, at)
		var missing *ssh.AlgorithmNegotiationError
		switch {
		case f == nil:
			return newLink(client, road), nil
		case f.kind != kindHostKey && !errors.As(f, &missing):
			road.close()
			return nil, f
		case other == nil || f.kind == kindHostKey && other.kind != kindHostKey:
			other = f // another key than the printed one says more than an algorithm not offered
		}
	}
	road.close()
	return nil, other
}

// checker knows which host keys are right, and why a handshake failed.
type checker interface {
	verify(hostname string, remote net.Addr, key ssh.PublicKey) error
	heard(message string) error // what the host says before it lets us in
	explain(ctx context.Context, err error) *failure
}

// attempt is one connection that accepts one family of host keys only.
func (c *Client) attempt(ctx context.Context, t target, by *road, offered *offers, algorithms []string, check checker, at reached) (*ssh.Client, *failure) {
	ctx, cancel := context.WithTimeout(ctx, t.patience())
	defer cancel()
	conn, err := by.dial(ctx, t.addr)
	if err != nil {
		return nil, by.missed(ctx, t, err)
	}
	// The deadline is the connection's own as well: no handshake step can outlive it.
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	defer context.AfterFunc(ctx, func() { by.abandon(conn) })()
	at(rungTCP, "connected to "+t.addr)

	greeting, version, err := readVersion(conn)
	if err != nil {
		conn.Close()
		return nil, broken(ctx, rungBanner, t, err).heard(string(greeting))
	}
	at(rungBanner, clean(version))

	sc, channels, requests, err := ssh.NewClientConn(&replay{Conn: conn, first: greeting}, t.addr, &ssh.ClientConfig{
		User:              t.user,
		Auth:              []ssh.AuthMethod{offered.method()},
		ClientVersion:     "SSH-2.0-tminus",
		HostKeyCallback:   check.verify,
		BannerCallback:    check.heard,
		HostKeyAlgorithms: algorithms,
	})
	if err != nil {
		conn.Close()
		f := check.explain(ctx, err)
		if f.rung == rungAuthentication || f.kind == kindAuthentication {
			offered.refused(f)
		}
		return nil, f
	}
	_ = conn.SetDeadline(time.Time{})
	at(rungAuthentication, clean("logged in as "+t.user+" with "+offered.told()))
	return ssh.NewClient(sc, channels, requests), nil
}

// told is the key that the host took, and what happened to the run's own.
func (o *offers) told() string {
	says := o.taken
	if o.runErr != nil {
		says += "; not with the run's key: " + o.runErr.Error()
	}
	return says
}

// refused adds to a failure which keys were offered, and which could not be. That the run's
// key alone was offered it says itself.
func (o *offers) refused(f *failure) {
	if len(o.all) > 1 || len(o.notes) > 0 || o.runErr != nil {
		f.says += "; offered: " + clean(strings.Join(append([]string{o.names()}, o.notes...), "; "))
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
			return raw, "", err
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
	return raw, "", errors.New("no version line in its first 8 KiB")
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
