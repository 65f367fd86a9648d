package sshops

// jump_test.go: the way to a host through another, against OpenSSH's own servers.

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"tminus/tasks"
)

func TestParseJump(t *testing.T) {
	for words, want := range map[string][]spot{
		"a":                      {{host: "a"}},
		"u@a:7,b":                {{"u", "a", 7}, {host: "b"}},
		"ssh://u@a:7/, [::1]:22": {{"u", "a", 7}, {host: "::1", port: 22}},
		"me@corp@a":              {{user: "me@corp", host: "a"}},
		"":                       nil,
		"a,":                     nil,
		"-oProxyCommand=touch":   nil,
		"a:0":                    nil,
		"a;b":                    nil,
		"$(id)@a":                nil,
		"a b":                    nil,
		"a:99999":                nil,
	} {
		got, err := parseJump(words)
		if (err != nil) != (want == nil) {
			t.Errorf("%q: %v", words, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(spot{})); err == nil && diff != "" {
			t.Errorf("%q: %s", words, diff)
		}
	}
}

func TestWay(t *testing.T) {
	conf := readConfig(configAt(t, "Host a\n ProxyJump b\nHost b\n ProxyJump c,d\n HostName b.example\n Port 7\n User ub\nHost c d\n ProxyJump none\nHost loop\n ProxyJump a,loop\nHost self\n ProxyJump self\n"))
	client := New(Options{Config: "none"})
	for words, want := range map[string]string{
		"":                "",
		"none":            "",
		"a":               "c:22 d:22 ub@b.example:7 a:22", // OpenSSH asks the first of a list only
		"x@b:9":           "c:22 d:22 x@b.example:9",
		"c":               "c:22",
		"c,a":             "c:22 a:22",
		"self":            "reached through itself",
		"a,b,c,d,a,b,c,d": "more than 8 hosts",
	} {
		hops, f := client.way(conf, words)
		var got []string
		me, _ := localUser()
		for _, h := range hops {
			got = append(got, strings.TrimPrefix(h.target.user+"@"+h.target.addr, me+"@"))
		}
		if f != nil {
			got = []string{f.says}
		}
		if all := strings.Join(got, " "); all != want && (f == nil || !strings.Contains(all, want)) {
			t.Errorf("%s: %q, %q expected", words, all, want)
		}
	}
}

// bastion is a pair of sshds on loopback, of which the config says to reach one through the other.
type bastion struct {
	jump, host sshd
	client     *Client
	call       tasks.Call
	home       string
	key        []byte // opens both
}

func throughBastion(t *testing.T, more ...string) *bastion {
	t.Helper()
	_, jumpPEM := newKey(t)
	return throughBastionWith(t, jumpPEM, more...)
}

// throughBastionWith is the same with a key of the jump host's own.
func throughBastionWith(t *testing.T, jumpPEM []byte, more ...string) *bastion {
	t.Helper()
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	b := &bastion{jump: startSSHD(t, jumpPEM, authorize(user.PublicKey()), more...), host: startSSHD(t, hostPEM, authorize(user.PublicKey())), key: userPEM}
	jumpHost, jumpPort, _ := net.SplitHostPort(b.jump.addr)
	path := configAt(t, "Host i-*\n ProxyJump bastion\nHost bastion\n HostName "+jumpHost+"\n Port "+jumpPort+"\n IdentityFile ~/key\n")
	b.home = filepath.Dir(filepath.Dir(path))
	write(t, filepath.Join(b.home, "key"), string(userPEM))
	b.knows(t, b.jump.host)
	b.client = New(Options{RunDir: runDir(t, userPEM), Resolve: func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }})
	t.Cleanup(func() { b.client.Close() })
	waits := 0
	b.call = call(b.host.user, facts(b.host.host, user.PublicKey()), &waits)
	_, port, _ := net.SplitHostPort(b.host.addr)
	b.call.Plan.Environment.Instance.SSHPort = portOf(t, port)
	return b
}

// knows makes the jump host known by a key.
func (b *bastion) knows(t *testing.T, key ssh.PublicKey) {
	t.Helper()
	write(t, filepath.Join(b.home, ".ssh", "known_hosts"), "a line of the future\n"+knownhosts.Line([]string{knownhosts.Normalize(b.jump.addr)}, key)+"\n")
}

// login is what the ladder does, with the rows that come of it.
func (b *bastion) login(t *testing.T) (map[string]string, *failure) {
	t.Helper()
	said := map[string]string{}
	target, f := b.client.target(b.call.Plan, b.call.Facts, "127.0.0.1")
	if f != nil {
		return said, f
	}
	l, f := b.client.login(t.Context(), target, func(rung, says string) { said[rung] = says })
	if f != nil {
		return said, f
	}
	defer func() { l.Close(); _ = l.Wait() }()
	if out, f := l.run(t.Context(), target, "echo $SSH_CONNECTION"); f != nil || !strings.HasPrefix(out, "127.0.0.1 ") {
		t.Errorf("%q %v", out, f)
	}
	return said, nil
}

func TestJumpOnOpenSSH(t *testing.T) {
	b := throughBastion(t)
	said, f := b.login(t)
	if f != nil {
		t.Fatal(f)
	}
	for rung, part := range map[string]string{
		"jump bastion":     "with ~/key; " + ssh.FingerprintSHA256(b.jump.host) + " is in ~/.ssh/known_hosts",
		rungConfig:         "ProxyJump bastion",
		rungAuthentication: "logged in as " + b.host.user + " with the run's key",
	} {
		if !strings.Contains(said[rung], part) {
			t.Errorf("%s: %q", rung, said[rung])
		}
	}
	t.Run("unknown", func(t *testing.T) {
		write(t, filepath.Join(b.home, ".ssh", "known_hosts"), "other.example "+authorize(b.jump.host))
		_, f := b.login(t)
		if f == nil || f.rung != "jump bastion" || f.kind != kindUnverified || !strings.Contains(f.says, "not in ~/.ssh/known_hosts under [127.0.0.1]:") {
			t.Errorf("%+v", f)
		}
		if text, _ := os.ReadFile(filepath.Join(b.home, ".ssh", "known_hosts")); !strings.HasPrefix(string(text), "other.example ") || strings.Count(string(text), "\n") != 1 {
			t.Errorf("known_hosts was written: %q", text)
		}
	})
	t.Run("changed", func(t *testing.T) {
		other, _ := newKey(t)
		b.knows(t, other.PublicKey())
		_, f := b.login(t)
		if f == nil || f.rung != "jump bastion" || f.kind != kindHostKey || !strings.Contains(f.Error(), "ssh-keygen -R [127.0.0.1]:") {
			t.Errorf("%+v", f)
		}
	})
	t.Run("another key", func(t *testing.T) {
		b.knows(t, b.jump.host)
		_, strange := newKey(t)
		write(t, filepath.Join(b.home, "key"), string(strange))
		_, f := b.login(t)
		if f == nil || f.rung != "jump bastion" || f.kind != kindAuthentication || !strings.Contains(f.next, "ssh bastion") {
			t.Errorf("%+v", f)
		}
	})
}

func TestJumpHostThatForwardsNothing(t *testing.T) {
	b := throughBastion(t, "AllowTcpForwarding no")
	if _, f := b.login(t); f == nil || f.kind != kindForward || !strings.Contains(f.says, "bastion") {
		t.Errorf("%+v", f)
	}
}

func TestNothingListensBehindTheJumpHost(t *testing.T) {
	b := throughBastion(t)
	b.call.Plan.Environment.Instance.SSHPort = portOf(t, freePort(t))
	if _, f := b.login(t); f == nil || f.kind != kindRefused || f.rung != rungTCP {
		t.Errorf("%+v", f)
	}
}

// TestDeadPeerBehindAJumpHost: the wire to the jump host swallows everything. Closing politely,
// from the top, would wait for it; the keepalive cuts the wire, and all that runs over it ends.
func TestDeadPeerBehindAJumpHost(t *testing.T) {
	b := throughBastion(t)
	config, err := os.ReadFile(filepath.Join(b.home, ".ssh", "config"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(b.home, ".ssh", "config"), string(config)+"Host *\n ServerAliveInterval 1\n ServerAliveCountMax 1\n")
	b.call.Facts[tasks.FactPublicIP] = "127.0.0.1"
	n := overWire(b.client)
	l, f := b.client.kept(t.Context(), b.call.Plan, b.call.Facts)
	if f != nil {
		t.Fatal(f)
	}
	n.sleep()
	start := time.Now()
	if _, f := l.run(t.Context(), target{}, "true"); f == nil {
		t.Error("a command ran on a dead peer")
	}
	_ = l.Wait()
	if took := time.Since(start); took > limit-time.Second || n.open() != 0 {
		t.Errorf("cut after %s, %d connections are open", took, n.open())
	}
}

// TestJumpHostWithACertificate: known_hosts knows who signed for the host, not the host.
func TestJumpHostWithACertificate(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("NOT TESTED with certificates of OpenSSH: no ssh-keygen on this machine")
	}
	for principal, right := range map[string]bool{"127.0.0.1": true, "other.example": false} {
		dir := t.TempDir()
		authority, authorityPEM := newKey(t)
		jump, jumpPEM := newKey(t)
		write(t, filepath.Join(dir, "ca"), string(authorityPEM))
		write(t, filepath.Join(dir, "host.pub"), authorize(jump.PublicKey()))
		sign := exec.Command(keygen, "-q", "-s", filepath.Join(dir, "ca"), "-I", "bastion", "-h", "-n", principal, filepath.Join(dir, "host.pub"))
		if out, err := sign.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		b := throughBastionWith(t, jumpPEM, "HostCertificate "+filepath.Join(dir, "host-cert.pub"))
		write(t, filepath.Join(b.home, ".ssh", "known_hosts"), "@cert-authority "+knownhosts.Normalize(b.jump.addr)+" "+authorize(authority.PublicKey()))
		if _, f := b.login(t); (f == nil) != right || f != nil && f.kind != kindHostKey {
			t.Errorf("for %s: %v", principal, f)
		}
	}
}

func portOf(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
