package sshops

// hostcheck.go: what is made of the key that a host shows. It matches what its
// console printed; or there is nothing to compare it with yet; or it is another, and
// then nobody logs in. There is no fourth way.

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

// printed is what the console of the instance printed, by comma. A host that is too
// old for SHA-256 has MD5 and no tasks.FactHostKey; prints that hold SHA-256 and not the
// one we know are those of another boot, and count for nothing.
func printed(facts map[string]string) string {
	known, all := facts[tasks.FactHostKey], facts[tasks.FactHostPrints]
	switch {
	case known == "" && strings.Contains(all, "SHA256:"):
		return ""
	case known != "" && !slices.Contains(strings.Split(all, ","), known):
		return known
	}
	return all
}

// matching is the printed fingerprint that the key has. MD5 counts only where the
// console printed nothing better.
func matching(printed string, key ssh.PublicKey) (print string, found bool) {
	own := []string{ssh.FingerprintSHA256(key)}
	if !strings.Contains(printed, "SHA256:") {
		own = append(own, "MD5:"+ssh.FingerprintLegacyMD5(key))
	}
	for print := range strings.SplitSeq(printed, ",") {
		if slices.Contains(own, print) {
			return print, true
		}
	}
	return "", false
}

// pinned are the options by which PuTTY's programs accept the printed keys and no other.
func pinned(printed string) (options []string) {
	for print := range strings.SplitSeq(printed, ",") {
		if print != "" {
			options = append(options, "-hostkey", strings.TrimPrefix(clean(print), "MD5:"))
		}
	}
	return options
}

// hostCheck compares the host's key with those that its console printed.
type hostCheck struct {
	known   *hostKeys
	target  target
	at      reached
	says    string // the host's own words at the login, at most maxGreeting bytes
	failed  *failure
	matched bool
}

var errHostKey = errors.New("host key not accepted")

// verify is called once the host has proven that it holds the key.
func (h *hostCheck) verify(_ string, _ net.Addr, key ssh.PublicKey) error {
	h.at(rungKeyExchange, key.Type())
	shown := ssh.FingerprintSHA256(key)
	print, same := matching(h.target.hostKey, key)
	switch {
	case h.target.hostKey == "":
		h.failed = &failure{
			rung: rungHostKey, kind: kindUnverified,
			says: "the host shows " + shown + " and there is no console output to compare it with",
			next: "wait for the console output of " + h.target.instance + ", read it again, then test again; it is never accepted unseen",
		}
	case !same:
		h.failed = h.another(key)
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
	if print != shown {
		h.at(rungHostKey, print+", as the console printed it; MD5 is weak, and all that the image prints ("+shown+")")
		return nil
	}
	h.at(rungHostKey, shown+", as the console printed it")
	return nil
}

// another is the failure of a host that shows another key than the console printed,
// with whatever the run knows of it.
func (h *hostCheck) another(key ssh.PublicKey) *failure {
	id, address := h.target.instance, h.target.addr
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	says := "the host at " + h.target.addr + " shows " + ssh.FingerprintSHA256(key) + ", the console of " + id + " printed " + clean(strings.ReplaceAll(h.target.hostKey, ",", " and "))
	next := "do not log in: another machine answers at this address; find out which before anything else"
	switch owner := h.known.owner(key); owner {
	case "":
	case id:
		says += "; it is the key that was verified for " + id + " before: its console has printed others since"
		next = "do not log in: read the console of " + id + " again, and find out who made its host keys anew"
	default:
		says += "; the key is that of " + owner + ": the address leads to it and not to " + id
		next = "do not log in: find out who moved the address, then associate it with " + id + " again"
	}
	if h.known.moved != nil {
		if moved := clean(h.known.moved(address)); moved != "" {
			says += "; " + moved
		}
	}
	return &failure{rung: rungHostKey, kind: kindHostKey, says: says, next: next}
}

// heard keeps what the host says before it lets somebody in or not.
func (h *hostCheck) heard(message string) error {
	if room := maxGreeting - len(h.says); room > 0 {
		h.says += message[:min(room, len(message))]
	}
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
		return broken(ctx, rungAuthentication, h.target, err).heard(h.says)
	}
	f := &failure{
		rung: rungAuthentication, kind: kindAuthentication, err: err,
		says: "the host does not accept the key " + ssh.FingerprintSHA256(h.target.key.PublicKey()) + " for user " + clean(h.target.user),
		next: "compare ssh_user of the plan and the key pair of the instance with the key file of the run",
	}
	if !strings.Contains(err.Error(), "publickey") {
		f.kind, f.says = kindKey, "the host takes no keys at all from user "+clean(h.target.user)
		f.next = "sshd has PubkeyAuthentication off, or a Match block against this user: read its configuration on the host"
	}
	return f.heard(h.says)
}
