package sshops

// command.go: the programs with which a person opens the instance: OpenSSH's own client, in
// this terminal, and PuTTY's, to paste. As words, of which no shell makes anything else.

import (
	"net"
	"path/filepath"
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// Command is the `ssh` that opens the instance where it is reached now, with the run's key
// and the host keys that were verified: it refuses a host that was not. nil: there is no
// instance with an address, or its key has no file.
func (c *Client) Command(p *plan.Plan, facts map[string]string) []string {
	t, addr := c.here(p, facts)
	if addr == "" {
		return nil
	}
	words := []string{"ssh"}
	if c.config != "" {
		words = append(words, "-F", c.config)
	}
	words = append(words, "-a", "-p", t.port(), "-l", t.user, "-i", t.identities[0].file.Path)
	if certificate := t.identities[0].file.Certificate; certificate != "" {
		words = append(words, "-o", "CertificateFile="+quoted(certificate))
	}
	if t.settings.proxyJump != "" {
		words = append(words, "-o", "ProxyJump="+t.settings.proxyJump)
	}
	for _, option := range []string{
		"HostName=" + addr, // the address of the day, whatever the config says of it
		"IdentitiesOnly=yes",
		"UserKnownHostsFile=" + quoted(c.known.path),
		"GlobalKnownHostsFile=none",
		"HostKeyAlias=" + t.instance,
		"StrictHostKeyChecking=yes",
	} {
		words = append(words, "-o", option)
	}
	return append(words, addr)
}

// Plink is the same for PuTTY's command line, whose key is the same one saved as .ppk. nil as
// for Command.
func (c *Client) Plink(p *plan.Plan, facts map[string]string) []string {
	t, addr := c.here(p, facts)
	if addr == "" {
		return nil
	}
	words := []string{"plink", "-ssh", "-noagent", "-P", t.port(), "-l", t.user, "-i", ppk(t.identities[0].file.Path)}
	words = append(words, pinned(t.hostKey)...)
	if n := len(t.way); n > 0 { // PuTTY goes through one host; that one has its own way
		last := t.way[n-1].target
		host, port, _ := net.SplitHostPort(last.addr)
		words = append(words, "-proxycmd", "plink -ssh -batch -P "+port+" -l "+last.user+" -nc %host:%port "+host)
	}
	return append(words, addr)
}

// here is the instance at the address where it is reached now.
func (c *Client) here(p *plan.Plan, facts map[string]string) (target, string) {
	addr := address(facts)
	if addr == "" || facts[tasks.FactInstance] == "" {
		return target{}, ""
	}
	t, f := c.target(p, facts, addr)
	if f != nil || len(t.identities) == 0 {
		return target{}, ""
	}
	return t, addr
}

// quoted is a path as the value of an option of ssh, which splits it at spaces and expands %.
func quoted(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(path) + `"`
}

// ppk is where the same key lies for PuTTY.
func ppk(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".ppk"
}
