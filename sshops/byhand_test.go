package sshops

// byhand_test.go: the lines in a trace are not decoration. A shell in the run folder takes
// them as they are, and OpenSSH's and PuTTY's own clients log in, with the known_hosts that
// the ladder wrote and with keys where they really lie.

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"tminus/sshops/keys"
	"tminus/tasks"
)

// pasted runs a line as whoever pastes it would.
func pasted(t *testing.T, runDir, line string) {
	t.Helper()
	program, _, _ := strings.Cut(line, " ")
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("NOT TESTED with %s: it is not on this machine", program)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = runDir
	cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
}

// putty saves a key for PuTTY too, as those of a run are.
func putty(t *testing.T, pemText []byte, path string) {
	t.Helper()
	private, err := ssh.ParseRawPrivateKey(pemText)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := keys.WritePPK(&text, private, "scp"); err != nil {
		t.Fatal(err)
	}
	write(t, path, text.String())
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

func loopback(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }

func TestPastedLines(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	_, port, _ := strings.Cut(host.addr, ":")
	for name, tt := range map[string]struct {
		keyFile string // of the plan's own pair
		ppk     bool   // it lies beside, as that of a run does
	}{
		"a key of the run":     {"", true},
		"the plan's own":       {"~/my keys/team.pem", true},
		"not saved for PuTTY":  {"~/my keys/team.pem", false},
		"without an extension": {"~/id_it's", false},
	} {
		t.Run(name, func(t *testing.T) {
			home, dir := t.TempDir(), t.TempDir()
			t.Setenv("HOME", home)
			file := filepath.Join(dir, "keys", "scp.pem")
			if tt.keyFile != "" {
				file = filepath.Join(home, strings.TrimPrefix(tt.keyFile, "~/"))
			}
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, file, string(userPEM))
			if tt.ppk {
				putty(t, userPEM, strings.TrimSuffix(file, ".pem")+".ppk")
			}
			client := New(Options{Resolve: loopback, RunDir: dir, Config: "none"})
			defer client.Close()
			waits := 0
			c := call(host.user, facts(host.host, user.PublicKey()), &waits)
			c.Facts[tasks.FactPublicDNS] = "localhost"
			in := &c.Plan.Environment.Instance
			in.SSHPort = portOf(t, port)
			if tt.keyFile != "" {
				in.KeyPair, in.KeyFile = "scp", tt.keyFile
			}
			r := do(t, client.Test().Steps[0], c)
			if r.Verdict != tasks.Pass || len(r.Trace) != 2 {
				t.Fatalf("%s: %+v", r.Says, r.Trace)
			}
			for _, trace := range r.Trace {
				if strings.Contains(trace.Line, home) || strings.Contains(trace.Line, dir) {
					t.Errorf("where the home and the run folder are is nobody's business: %s", trace.Line)
				}
				pasted(t, dir, trace.Line)
			}
		})
	}
}

// TestPastedLinesThroughJumpHosts, two of them, with a certificate, without which the host lets nobody in.
func TestPastedLinesThroughJumpHosts(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("NOT TESTED with certificates of OpenSSH: no ssh-keygen on this machine")
	}
	b := throughBastion(t)
	authority, authorityPEM := newKey(t)
	user, err := ssh.ParsePrivateKey(b.key)
	if err != nil {
		t.Fatal(err)
	}
	signed := t.TempDir() // not in HOME: ssh asks the system where ~ in an option is
	write(t, filepath.Join(signed, "ca"), string(authorityPEM))
	write(t, filepath.Join(signed, "team.pub"), authorize(user.PublicKey()))
	sign := exec.Command(keygen, "-q", "-s", filepath.Join(signed, "ca"), "-I", "team", "-n", b.host.user, filepath.Join(signed, "team.pub"))
	if out, err := sign.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write(t, filepath.Join(b.home, "authorities"), authorize(authority.PublicKey()))
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, "", "TrustedUserCAKeys "+filepath.Join(b.home, "authorities"))
	_, port, _ := strings.Cut(host.addr, ":")
	gate := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	_, gatePort, _ := strings.Cut(gate.addr, ":")
	_, jumpPort, _ := strings.Cut(b.jump.addr, ":")
	b.client.config = filepath.Join(b.home, ".ssh", "config")
	write(t, b.client.config, "Host i-*\n ProxyJump bastion\n CertificateFile "+filepath.Join(signed, "team-cert.pub")+
		"\nHost bastion\n HostName localhost\n HostKeyAlias bastion\n ProxyJump gate\n Port "+jumpPort+
		"\nHost gate\n HostName 127.0.0.1\n HostKeyAlias gate\n Port "+gatePort+
		"\nHost gate bastion\n IdentityFile "+b.home+"/key\n UserKnownHostsFile "+b.home+"/.ssh/known_hosts\n")
	write(t, filepath.Join(b.home, ".ssh", "known_hosts"), "bastion "+authorize(b.jump.host)+"gate "+authorize(gate.host))
	write(t, filepath.Join(b.home, "team.pem"), string(b.key))
	b.client.resolve = loopback
	b.call.Facts[tasks.FactPublicDNS], b.call.Facts[tasks.FactHostKey] = "localhost", ssh.FingerprintSHA256(host.host)
	in := &b.call.Plan.Environment.Instance
	in.SSHPort, in.KeyPair, in.KeyFile = portOf(t, port), "scp", "~/team.pem"
	r := do(t, b.client.Test().Steps[0], b.call)
	if r.Verdict != tasks.Pass {
		t.Fatal(r.Says)
	}
	for _, trace := range r.Trace {
		pasted(t, b.client.runDir, trace.Line)
	}
}

// TestPastedPaths: what the clients of this machine cannot be asked.
func TestPastedPaths(t *testing.T) {
	t.Setenv("HOME", "/home/lx")
	c := New(Options{RunDir: "/home/lx/runs/SCP-1", Config: "/home/lx/.ssh/config"})
	defer c.Close()
	for path, want := range map[string]string{
		"/home/lx/runs/SCP-1/keys/a.pem": "keys/a.pem", "/home/lx/runs/SCP-10/keys/a.pem": "~/runs/SCP-10/keys/a.pem",
		"/home/lx/.ssh/a": "~/.ssh/a", "/etc/ssh/a": "/etc/ssh/a", "/home/lx2/a": "/home/lx2/a",
	} {
		if got := c.fromRunDir(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	to := target{
		instance: instance, addr: "203.0.113.7:22", user: "ec2-user", hostKey: "SHA256:a,MD5:0a:0b",
		way:        []hop{{known: &knownHosts{}, target: target{addr: "[2001:db8::1]:2222", user: "o'neill"}}},
		identities: []identity{{file: keys.File{Path: "/home/lx/.ssh/team.ppk", Certificate: "/home/lx/.ssh/100%.pub"}}},
	}
	for want, words := range map[string]func(*byHand) []string{
		`puttygen ~/.ssh/team.ppk -O private-openssh -o ~/.ssh/team.pem && ssh -F ~/.ssh/config -a -p 22 -l ec2-user -i ~/.ssh/team.pem -o 'CertificateFile="~/.ssh/100%%.pub"' ` +
			`-o HostName=203.0.113.7 -o IdentitiesOnly=yes -o UserKnownHostsFile=known_hosts -o GlobalKnownHostsFile=none -o HostKeyAlias=` + instance +
			` -o StrictHostKeyChecking=yes 203.0.113.7 'echo ~'`: func(b *byHand) []string { return b.openSSH(to, "203.0.113.7") },
		`plink -ssh -noagent -P 22 -l ec2-user -i ~/.ssh/team.ppk -hostkey SHA256:a -hostkey 0a:0b ` +
			`-proxycmd 'plink -ssh -batch -P 2222 -l '\''o'\''\\'\'''\''neill'\'' -nc 203.0.113.7:22 2001:db8::1' 203.0.113.7 'echo ~'`: func(b *byHand) []string { return b.plink(to, "203.0.113.7") },
	} {
		if got := c.pasted(words, "echo ~"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
