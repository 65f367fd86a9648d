package sshops

// jump.go: the hosts to go through (ProxyJump). Each is a target of its own, with its
// own block of the ssh config, its own keys and its own host-key check.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// kindForward is a jump host that lets us in, and nothing through.
const kindForward kind = "forwarding"

// maxHops bounds the way, in hosts.
const maxHops = 8

// hop is one host on the way.
type hop struct {
	name   string // as the config names it
	target target
	known  *knownHosts
}

// spot is one host as ProxyJump writes it: [ssh://][user@]host[:port].
type spot struct {
	user, host string
	port       int
}

// way is the chain of hosts that the words after ProxyJump stand for. What the first of them
// is reached through is asked of its own block, as OpenSSH does.
func (c *Client) way(conf *config, words string) ([]hop, *failure) {
	var all []hop
	seen := map[string]bool{}
	for words != "" && !strings.EqualFold(words, "none") {
		spots, err := parseJump(words)
		if err == nil && seen[spots[0].host] {
			err = fmt.Errorf("%s is reached through itself", spots[0].host)
		}
		if err == nil && len(all)+len(spots) > maxHops {
			err = fmt.Errorf("more than %d hosts on the way", maxHops)
		}
		if err != nil {
			return nil, &failure{
				rung: rungConfig, kind: kindConfig, err: err,
				says: "ProxyJump " + clean(words) + " cannot be walked: " + clean(err.Error()),
				next: "mend ProxyJump in the ssh config; nothing is tried around a jump host",
			}
		}
		seen[spots[0].host] = true
		hops := make([]hop, 0, len(spots)+len(all))
		for _, s := range spots {
			hops = append(hops, c.hop(conf, s))
		}
		all = append(hops, all...)
		words = all[0].target.settings.proxyJump
	}
	return all, nil
}

func parseJump(words string) (all []spot, err error) {
	for one := range strings.SplitSeq(words, ",") {
		var s spot
		rest := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(one), "ssh://"), "/")
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			s.user, rest = rest[:at], rest[at+1:]
		}
		s.host = rest
		if host, port, err := net.SplitHostPort(rest); err == nil {
			s.host = host
			if s.port, err = strconv.Atoi(port); err != nil || s.port < 1 || s.port > 65535 {
				return nil, fmt.Errorf("%q is no port", port)
			}
		}
		s.host = strings.Trim(s.host, "[]")
		if s.host == "" || strings.HasPrefix(s.host, "-") || strings.ContainsFunc(s.host+s.user, oddInHost) {
			return nil, fmt.Errorf("%q names no host", one)
		}
		all = append(all, s)
	}
	return all, nil
}

// oddInHost are the characters that neither a host nor a user has, and a shell might heed.
func oddInHost(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune("\"'`$\\;&<>|(){}*?!#/", r)
}

// hop describes one host on the way.
func (c *Client) hop(conf *config, s spot) hop {
	set := conf.settings(s.host)
	host := cmp.Or(set.hostName, s.host)
	port := cmp.Or(s.port, set.port, 22)
	me, err := localUser()
	if err != nil && s.user == "" && set.user == "" {
		conf.warn("%v", err)
	}
	h := hop{name: s.host, known: conf.knownHosts(set, host, port)}
	h.target = target{
		addr:       net.JoinHostPort(host, strconv.Itoa(port)),
		user:       cmp.Or(s.user, set.user, me),
		identities: identities(conf, nil, set),
		asks:       true,
		agentOnly:  set.identitiesOnly,
		settings:   set,
	}
	if len(set.identities) == 0 {
		h.target.identities = identities(conf, usualIdentities(conf), set)
	}
	return h
}

// road is what a link runs over: the hosts on the way and the wire to the first.
type road struct {
	first   func(ctx context.Context, network, addr string) (net.Conn, error)
	clients []*ssh.Client
	last    string // the name of the last of them
	wire    net.Conn
}

// walk logs in to every host on the way.
func (c *Client) walk(ctx context.Context, way []hop, at reached) (*road, *failure) {
	r := &road{first: c.dial}
	for _, h := range way {
		says, f := c.pass(ctx, h, r)
		if f != nil {
			r.close()
			f.rung = rungJump(h.name)
			return nil, f
		}
		at(rungJump(h.name), says)
	}
	return r, nil
}

// pass logs in to the next host and goes on from there.
func (c *Client) pass(ctx context.Context, h hop, r *road) (says string, f *failure) {
	check := &hopCheck{hop: h}
	algorithms, f := check.algorithms()
	if f != nil {
		return "", f
	}
	offered, f := c.offers(ctx, h.target)
	if f != nil {
		return "", f
	}
	defer offered.close()
	t := h.target
	t.key = offered.all[0].signer
	client, f := c.attempt(ctx, t, r, offered, algorithms, check, nowhere)
	if f != nil {
		if check.failed == nil { // of its key it says what to do itself
			f.next = "log in by hand first: ssh " + clean(h.name) + "; then test again"
		}
		return "", f
	}
	r.clients, r.last = append(r.clients, client), h.name
	return clean("logged in as " + t.user + " with " + offered.told() + "; " + check.says), nil
}

// dial goes on from the last host on the way; from here, when there is none.
func (r *road) dial(ctx context.Context, addr string) (net.Conn, error) {
	if n := len(r.clients); n > 0 {
		conn, err := r.clients[n-1].DialContext(ctx, "tcp", addr)
		return conn, forwarded(err)
	}
	conn, err := r.first(ctx, "tcp", addr)
	if err == nil {
		r.wire = conn
	}
	return conn, err
}

// missed is the failure of dial.
func (r *road) missed(ctx context.Context, t target, err error) *failure {
	var refused *ssh.OpenChannelError
	if errors.As(err, &refused) && refused.Reason != ssh.ConnectionFailed {
		return &failure{
			rung: rungTCP, kind: kindForward, err: err,
			says: "jump host " + clean(r.last) + " does not open a way to " + t.addr + ": " + clean(refused.Message),
			next: "ask who runs it for AllowTcpForwarding, PermitOpen and permitopen= of your key",
		}
	}
	f := broken(ctx, rungTCP, t, err)
	if len(r.clients) > 0 {
		f.says += ", from jump host " + clean(r.last)
	}
	return f
}

// forwarded is the error of the network behind a jump host, which says it in words only.
func forwarded(err error) error {
	var refused *ssh.OpenChannelError
	if !errors.As(err, &refused) || refused.Reason != ssh.ConnectionFailed {
		return err
	}
	for words, number := range map[string]syscall.Errno{
		"refused": syscall.ECONNREFUSED, "timed out": syscall.ETIMEDOUT, "unreachable": syscall.EHOSTUNREACH, "No route": syscall.EHOSTUNREACH,
	} {
		if strings.Contains(refused.Message, words) {
			return fmt.Errorf("%w: %w", err, number)
		}
	}
	return err
}

// abandon ends a login whose time is up. Through a jump host only cutting the wire is sure to.
func (r *road) abandon(conn net.Conn) {
	if len(r.clients) > 0 {
		r.cut()
		return
	}
	conn.Close()
}

// cut closes the wire, and with it everything that runs over it.
func (r *road) cut() {
	if r.wire != nil {
		r.wire.Close()
	}
}

// wait waits for the end of the hosts on the way.
func (r *road) wait() {
	for _, client := range r.clients {
		_ = client.Wait()
	}
}

func (r *road) close() {
	r.cut()
	r.wait()
}
