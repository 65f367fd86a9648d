package sshops

// jump_hostkey.go: who a host on the way is. No console tells us, so it is one that the
// known_hosts of whoever sits here knows. That file is read and never written: an unknown
// host is refused, and so is a changed one.

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// knownHosts are the files in which a host on the way is looked up, and its name there.
type knownHosts struct {
	paths []string
	shown string
	name  string // host:port
}

func (c *config) knownHosts(s settings, host string, port int) *knownHosts {
	k := &knownHosts{paths: s.knownHosts, name: net.JoinHostPort(host, strconv.Itoa(port))}
	if s.hostKeyAlias != "" {
		k.name = net.JoinHostPort(s.hostKeyAlias, "22") // as OpenSSH: an alias has no port
	}
	if len(k.paths) == 0 {
		k.paths = []string{filepath.Join(c.home, ".ssh", "known_hosts"), filepath.Join(c.home, ".ssh", "known_hosts2")}
	}
	k.shown = c.shown(k.paths[0])
	k.paths = append(slices.Clone(k.paths), "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
	return k
}

// hopCheck compares the key of a host on the way with those known.
type hopCheck struct {
	hop     hop
	known   ssh.HostKeyCallback
	failed  *failure
	matched bool
	says    string // what made it right
	heardOf string // the host's own words
}

// heard keeps what the host says before it lets somebody in or not.
func (h *hopCheck) heard(message string) error {
	h.heardOf = message[:min(len(message), maxGreeting)]
	return nil
}

// algorithms are those of the keys that are known, so that the host shows one of these; it is
// a failure when none is.
func (h *hopCheck) algorithms() ([]string, *failure) {
	check, keys, err := h.hop.known.keys()
	switch {
	case err != nil:
		return nil, h.fail(kindUnverified, "its key cannot be compared: "+clean(err.Error()), "mend "+clean(h.hop.known.shown)+", then test again")
	case len(keys) == 0:
		return nil, h.unknown()
	}
	h.known = check
	var all []string
	for _, known := range keys {
		kind := known.Type()
		switch {
		case known.signs: // of whatever key the certificate is
			all = append(all, ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
				ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01)
		case kind == ssh.KeyAlgoRSA:
			all = append(all, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		default:
			all = append(all, kind)
		}
	}
	return all, nil
}

// knownKey is a key by which a host is known: its own, or that of who signs for it.
type knownKey struct {
	ssh.PublicKey
	signs bool
}

// keys are those by which the host is known, and how to compare one with them.
func (k *knownHosts) keys() (check ssh.HostKeyCallback, all []knownKey, err error) {
	text, err := k.read()
	if err != nil {
		return nil, nil, err
	}
	check, lines, err := lookup(text)
	if err != nil {
		return nil, nil, err
	}
	var want *knownhosts.KeyError
	if err := check(k.name, &net.TCPAddr{}, noKey{}); errors.As(err, &want) {
		for _, known := range want.Want {
			all = append(all, knownKey{known.Key, bytes.HasPrefix(lines[known.Line-1], []byte("@cert-authority"))})
		}
	}
	return check, all, nil
}

// noKey is a key that nobody has.
type noKey struct{}

func (noKey) Type() string                        { return "none" }
func (noKey) Marshal() []byte                     { return nil }
func (noKey) Verify([]byte, *ssh.Signature) error { return errHostKey }

// read is the text of all files, of which some may be missing; not of more than 1 MiB.
func (k *knownHosts) read() ([]byte, error) {
	var all bytes.Buffer
	for _, path := range k.paths {
		text, err := readRegular(path, maxKnownHosts-all.Len())
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	return all.Bytes(), nil
}

// lookup is the library's reading of the lines that it can read, and these lines; as for
// OpenSSH, one of which it knows nothing does not spoil the others. It takes files only.
func lookup(text []byte) (ssh.HostKeyCallback, [][]byte, error) {
	var lines [][]byte
	for line := range bytes.Lines(text) {
		if _, _, _, _, _, err := ssh.ParseKnownHosts(line); err == nil {
			lines = append(lines, bytes.TrimSpace(line))
		}
	}
	f, err := os.CreateTemp("", "tminus-known-*")
	if err != nil {
		return nil, nil, pathless(err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(bytes.Join(lines, []byte("\n")))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, nil, pathless(err)
	}
	callback, err := knownhosts.New(f.Name())
	return callback, lines, err
}

// verify is called once the host has proven that it holds the key.
func (h *hopCheck) verify(_ string, remote net.Addr, key ssh.PublicKey) error {
	if _, _, err := net.SplitHostPort(remote.String()); err != nil {
		remote = &net.TCPAddr{} // behind another host: nobody knows its address
	}
	shown := ssh.FingerprintSHA256(key)
	err := h.known(h.hop.known.name, remote, key)
	var differs *knownhosts.KeyError
	var revoked *knownhosts.RevokedError
	switch {
	case err == nil:
		h.matched, h.says = true, shown+" is in "+clean(h.hop.known.shown)
		return nil
	case errors.As(err, &revoked):
		h.fail(kindHostKey, "it shows "+shown+", which is revoked in "+clean(h.hop.known.shown), "do not log in; ask who runs that host")
	case errors.As(err, &differs) && len(differs.Want) > 0:
		h.fail(kindHostKey, "it shows "+shown+", "+clean(h.hop.known.shown)+" knows it by "+ssh.FingerprintSHA256(differs.Want[0].Key),
			"do not log in: ask who runs that host whether its key was changed, and only then: ssh-keygen -R "+clean(h.name()))
	case errors.As(err, &differs):
		h.unknown()
	default: // a certificate that is not for it, or not now
		h.fail(kindHostKey, "it shows a certificate that does not hold: "+clean(err.Error()), "ask who runs that host")
	}
	return errHostKey
}

// name is how known_hosts writes the host.
func (h *hopCheck) name() string { return knownhosts.Normalize(h.hop.known.name) }

func (h *hopCheck) unknown() *failure {
	return h.fail(kindUnverified, "its key is not in "+clean(h.hop.known.shown)+" under "+clean(h.name())+", and is not accepted unseen",
		"log in by hand once, comparing the fingerprint with whoever runs that host: ssh "+clean(h.hop.name))
}

func (h *hopCheck) fail(k kind, says, next string) *failure {
	h.failed = &failure{rung: rungJump(h.hop.name), kind: k, says: "jump host " + clean(h.hop.name) + ": " + says, next: next}
	return h.failed
}

// explain says on which step the login failed.
func (h *hopCheck) explain(ctx context.Context, err error) *failure {
	if h.failed != nil {
		return h.failed
	}
	if h.matched && ctx.Err() == nil && strings.Contains(err.Error(), "unable to authenticate") {
		f := &failure{kind: kindAuthentication, err: err}
		f.says = "jump host " + clean(h.hop.name) + " does not accept the key for user " + clean(h.hop.target.user)
		return f.heard(h.heardOf)
	}
	return broken(ctx, rungKeyExchange, h.hop.target, err)
}
