package sshops

// byhand.go: the same login by hand, as lines to paste into a shell in the run folder: for
// OpenSSH's client and for PuTTY's. Both accept the verified host keys and no others.

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/tasks/safe"
)

// byHand writes the words of programs.
type byHand struct {
	*Client
	at    func(path string) string // how a path is written
	saves [][]string               // commands that have to run before: a key in the form that the program reads
}

// openSSH are the words that open host with OpenSSH's client.
func (b *byHand) openSSH(t target, host string) []string {
	words := []string{"ssh"}
	switch b.config {
	case "":
	case "none":
		words = append(words, "-F", "none")
	default:
		words = append(words, "-F", b.at(b.config))
	}
	words = append(words, "-a", "-p", t.port())
	if t.user != "" {
		words = append(words, "-l", t.user)
	}
	file := t.identities[0].file
	words = append(words, "-i", b.at(b.saved(file.Path, "private-openssh")))
	if file.Certificate != "" {
		words = append(words, "-o", "CertificateFile="+quoted(b.at(file.Certificate)))
	}
	if t.settings.proxyJump != "" {
		words = append(words, "-o", "ProxyJump="+t.settings.proxyJump)
	}
	for _, option := range []string{
		"HostName=" + host, // the address of the day, whatever the config says of it
		"IdentitiesOnly=yes",
		"UserKnownHostsFile=" + quoted(b.at(b.known.path)),
		"GlobalKnownHostsFile=none",
		"HostKeyAlias=" + t.instance,
		"StrictHostKeyChecking=yes",
	} {
		words = append(words, "-o", option)
	}
	return append(words, host)
}

// plink are the words that open host with PuTTY's command line.
func (b *byHand) plink(t target, host string) []string {
	words := []string{"plink", "-ssh", "-noagent"}
	words = append(words, b.login(t, t.identities[0].file.Path)...)
	words = append(words, pinned(t.hostKey)...)
	if via := b.via(t.way, net.JoinHostPort(host, t.port())); via != "" {
		words = append(words, "-proxycmd", via)
	}
	return append(words, host)
}

// login is who logs in to t, and with which key; "" is whichever PuTTY's agent has.
func (b *byHand) login(t target, key string) []string {
	words := []string{"-P", t.port()}
	if t.user != "" {
		words = append(words, "-l", t.user)
	}
	if key == "" {
		return words
	}
	certificate := key + "-cert.pub" // OpenSSH looks there itself
	for _, i := range t.identities {
		if i.file.Path == key && i.file.Certificate != "" {
			certificate = i.file.Certificate
		}
	}
	words = append(words, "-i", b.at(b.saved(key, "private")))
	if there(certificate) {
		words = append(words, "-cert", b.at(certificate))
	}
	return words
}

// via is the command that brings PuTTY to an address through the hosts on the way: PuTTY goes
// through one, which it reaches through the one before. It cannot ask anybody for anything.
func (b *byHand) via(way []hop, to string) string {
	if len(way) == 0 {
		return ""
	}
	last := way[len(way)-1]
	key := ""
	for _, i := range last.target.identities {
		if there(i.file.Path) {
			key = i.file.Path
			break
		}
	}
	words := append([]string{"plink", "-ssh", "-batch"}, b.login(last.target, key)...)
	words = append(words, pinned(strings.Join(last.known.prints(), ","))...)
	if before := b.via(way[:len(way)-1], last.target.addr); before != "" {
		words = append(words, "-proxycmd", before)
	}
	host, _, _ := net.SplitHostPort(last.target.addr)
	return strings.NewReplacer(`\`, `\\`, "%", "%%").Replace(line(append(words, "-nc", to, host)))
}

// saved is where the key lies for OpenSSH or PuTTY. One that is only there for the other is to
// be saved beside it: a key of the run is there for both.
func (b *byHand) saved(path, form string) string {
	beside := strings.TrimSuffix(path, ".pem") + ".ppk"
	puttys := strings.EqualFold(filepath.Ext(path), ".ppk")
	if puttys {
		beside = path[:len(path)-len(".ppk")] + ".pem"
	}
	if puttys == (form == "private") {
		return path
	}
	save := []string{"puttygen", b.at(path), "-O", form, "-o", b.at(beside)}
	if !there(beside) && !slices.ContainsFunc(b.saves, func(s []string) bool { return slices.Equal(s, save) }) {
		b.saves = append(b.saves, save)
	}
	return beside
}

// there reports whether something lies at the path; what cannot be looked at may.
func there(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// prints are the fingerprints by which a host on the way is known.
func (k *knownHosts) prints() (all []string) {
	_, known, err := k.keys()
	if err != nil {
		return nil
	}
	for _, key := range known {
		if !key.signs {
			all = append(all, ssh.FingerprintSHA256(key.PublicKey))
		}
	}
	return all
}

// pasted writes words with a command as one line, for a shell in the run folder: no path of
// this machine but what is in somebody's own home.
func (c *Client) pasted(words func(*byHand) []string, command string) string {
	b := byHand{Client: c, at: c.fromRunDir}
	all := append(words(&b), command)
	var lines []string
	for _, save := range b.saves {
		lines = append(lines, line(save))
	}
	return safe.Line(strings.Join(append(lines, line(all)), " && "))
}

// fromRunDir is a path as a shell in the run folder finds it.
func (c *Client) fromRunDir(path string) string {
	from, err := filepath.Abs(c.runDir)
	if err != nil {
		return path
	}
	if path, err = filepath.Abs(path); err != nil {
		return path
	}
	if rel, err := filepath.Rel(from, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return shownAt(home, path)
}

// line is [safe.Command] with the home directory as the shell's own ~.
func line(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		rest, home := strings.CutPrefix(w, "~/")
		if all[i] = safe.Word(rest); home && rest != "" {
			all[i] = "~/" + all[i]
			continue
		}
		all[i] = safe.Word(w)
	}
	return strings.Join(all, " ")
}
