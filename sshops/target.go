package sshops

// target.go: one host, as the facts, the plan and the ssh config describe it, in
// that order: an address is a fact, whom we log in as stands in the plan, and the
// config fills what both leave open.

import (
	"cmp"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/sshops/keys"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// kindConfig is an ssh config that cannot be followed, where doing without would lead elsewhere.
const kindConfig kind = "ssh config"

// target is one host to log in to.
type target struct {
	instance   string // its id, under which its host key is known
	addr       string // host:port
	user       string
	hostKey    string     // fingerprints from the console by comma; "" = not known
	key        ssh.Signer // the first that is offered; nil before the login
	identities []identity // what to offer, the run's key first
	asks       bool       // somebody who declined to open a key may be asked again
	agentOnly  bool       // IdentitiesOnly: of the agent's keys only those named
	way        []hop      // the hosts to go through
	settings   settings
	noKey      func(error) *failure // for want of the run's key
	note       string               // what the ssh config did, and what is wrong with it; "" = nothing
}

// identity is a private key that may open a host.
type identity struct {
	file  keys.File
	print string // its fingerprint, SHA256:…; "" = any
	run   bool   // the key of this run
	usual bool   // nobody named it; OpenSSH tries it too
}

// port is the port that the plan expects SSH on.
func (t target) port() string {
	_, port, _ := net.SplitHostPort(t.addr)
	return port
}

// patience bounds connecting and logging in.
func (t target) patience() time.Duration { return cmp.Or(t.settings.timeout, limit) }

// target describes the host at addr from the facts.
func (c *Client) target(p *plan.Plan, facts map[string]string, addr string) (target, *failure) {
	machine := p.Environment.Instance
	t := target{
		instance: facts[tasks.FactInstance],
		addr:     net.JoinHostPort(addr, strconv.Itoa(machine.SSHPort)),
		user:     machine.SSHUser,
		hostKey:  printed(facts),
		asks:     true,
		noKey:    lostKey(machine, facts[tasks.FactKeyName]),
	}
	path, shown, err := machine.KeyFileOf(facts[tasks.FactKeyName], c.runDir)
	if err != nil {
		return target{}, t.noKey(err)
	}
	t.identities = []identity{{file: keys.File{Path: path, Shown: shown}, print: facts[tasks.FactKeyPrint], run: true}}
	conf := readConfig(c.config)
	t.settings = conf.settings(names(p, facts, addr)...)
	var f *failure
	if t.way, f = c.way(conf, t.settings.proxyJump); f != nil {
		return target{}, f
	}
	t.fill(conf, addr)
	return t, nil
}

// names are those that a person would write after Host for the instance.
func names(p *plan.Plan, facts map[string]string, addr string) []string {
	all := []string{addr}
	for _, name := range []string{
		facts[tasks.FactPublicDNS], facts[tasks.FactPublicIP], facts[tasks.FactElasticIP], facts[tasks.FactInstance],
		strings.ReplaceAll(p.Release, " ", "-"), p.Change,
	} {
		if name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, name := range all {
		if low := strings.ToLower(name); !slices.Contains(all, low) {
			all = append(all, low)
		}
	}
	return all
}

// fill takes from the config what plan and facts leave open.
func (t *target) fill(conf *config, addr string) {
	s := t.settings
	var took []string
	if t.user == "" && s.user != "" {
		t.user, took = s.user, append(took, "User "+s.user)
	}
	if host := s.hostName; host != "" && host != addr {
		conf.warn("HostName %s is left out: the address of the day is %s", host, addr)
	}
	if s.port != 0 && strconv.Itoa(s.port) != t.port() {
		conf.warn("Port %d is left out: the plan says ssh_port %s", s.port, t.port())
	}
	for _, path := range s.identities {
		took = append(took, "IdentityFile "+conf.shown(path))
	}
	for _, h := range t.way {
		took = append(took, "ProxyJump "+h.name)
	}
	if s.identitiesOnly {
		took = append(took, "IdentitiesOnly")
	}
	if s.timeout != 0 {
		took = append(took, "ConnectTimeout "+s.timeout.String())
	}
	t.identities, t.agentOnly = identities(conf, t.identities, s), s.identitiesOnly
	t.note = conf.note(took)
}

// note is what the config did, in one line.
func (c *config) note(took []string) string {
	parts := took
	for _, warning := range c.warnings {
		parts = append(parts, "warning: "+warning)
	}
	return clean(strings.Join(parts, "; "))
}

// identities are what to offer: what is there already, the files that the config names, each
// with the certificate for it. CertificateFiles name no key; they belong to the files in
// their order, and without any file to the first key.
func identities(conf *config, first []identity, s settings) []identity {
	all := slices.Clone(first)
	for _, path := range s.identities {
		if !slices.ContainsFunc(all, func(i identity) bool { return i.file.Path == path }) {
			all = append(all, identity{file: keys.File{Path: path, Shown: conf.shown(path)}})
		}
	}
	from := len(first)
	if len(all) == from {
		from = 0
	}
	for i, certificate := range s.certificates {
		if from+i < len(all) {
			all[from+i].file.Certificate = certificate
		}
	}
	return all
}

// usualIdentities are the files that OpenSSH tries when none is named.
func usualIdentities(conf *config) (all []identity) {
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		path := filepath.Join(conf.home, ".ssh", name)
		all = append(all, identity{file: keys.File{Path: path, Shown: conf.shown(path)}, usual: true})
	}
	return all
}

// lostKey is the failure for want of the key of the run.
func lostKey(machine plan.Instance, name string) func(error) *failure {
	next := "put the key of this run back into keys/ of the run folder, or launch with a new one"
	if machine.KeyPair == name {
		next = "put the private key of " + clean(machine.KeyPair) + " there, or amend key_pair and key_file of the plan"
	}
	return func(err error) *failure {
		return &failure{rung: rungAuthentication, kind: kindKeyFile, says: clean(err.Error()), err: err, next: next}
	}
}
