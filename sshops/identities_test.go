package sshops

// identities_test.go: which keys are offered, with the agent and the certificates of
// OpenSSH's own tools.

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

// startAgent runs OpenSSH's agent and adds the keys.
func startAgent(t *testing.T, pems ...[]byte) {
	t.Helper()
	for _, program := range []string{"ssh-agent", "ssh-add"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("NOT TESTED with OpenSSH's agent: no %s on this machine (package openssh-client)", program)
		}
	}
	dir, err := os.MkdirTemp("", "agent") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	cmd := exec.Command("ssh-agent", "-D", "-a", socket)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		os.RemoveAll(dir)
	})
	if _, err := io.ReadFull(out, make([]byte, len("SSH_AUTH_SOCK"))); err != nil { // it listens before it says so
		t.Fatal(err)
	}
	t.Setenv("SSH_AUTH_SOCK", socket)
	for _, key := range pems {
		add := exec.Command("ssh-add", "-q", "-")
		add.Stdin = strings.NewReader(string(key))
		if text, err := add.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add: %v\n%s", err, text)
		}
	}
}

func TestAgentOnOpenSSH(t *testing.T) {
	b := throughBastion(t)
	_, strange := newKey(t)
	b.client.agent = true
	if err := os.Remove(filepath.Join(b.home, "key")); err != nil {
		t.Fatal(err)
	}
	startAgent(t, strange, b.key)
	said, f := b.login(t)
	if f != nil {
		t.Fatal(f)
	}
	if !strings.Contains(said["jump bastion"], "with agent: ") || !strings.Contains(said[rungAuthentication], "with the run's key") {
		t.Errorf("%v", said)
	}
	// The file of the run's key is gone, the agent holds it.
	if err := os.Remove(filepath.Join(b.client.runDir, "keys", "scp.pem")); err != nil {
		t.Fatal(err)
	}
	if said, f = b.login(t); f != nil || !strings.Contains(said[rungAuthentication], "the run's key, in the agent") {
		t.Errorf("%v %v", said, f)
	}
	config, err := os.ReadFile(filepath.Join(b.home, ".ssh", "config"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(b.home, ".ssh", "config"), string(config)+" IdentitiesOnly yes\n")
	if _, f := b.login(t); f == nil || f.rung != "jump bastion" || f.kind != kindKeyFile {
		t.Errorf("IdentitiesOnly, without its file: %+v", f)
	}
	own, _ := ssh.ParsePrivateKey(b.key)
	write(t, filepath.Join(b.home, "key.pub"), authorize(own.PublicKey()))
	if said, f := b.login(t); f != nil || !strings.Contains(said["jump bastion"], "with agent: ") {
		t.Errorf("IdentitiesOnly, with the public half: %v %v", said, f)
	}
}

// TestCertificateOnOpenSSH: neither host knows the key itself, and both know who signed for it.
func TestCertificateOnOpenSSH(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("NOT TESTED with certificates of OpenSSH: no ssh-keygen on this machine")
	}
	dir := t.TempDir()
	authority, authorityPEM := newKey(t)
	user, userPEM := newKey(t)
	write(t, filepath.Join(dir, "ca"), string(authorityPEM))
	write(t, filepath.Join(dir, "ca.pub"), authorize(authority.PublicKey()))
	write(t, filepath.Join(dir, "user.pub"), authorize(user.PublicKey()))
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, "", "TrustedUserCAKeys "+filepath.Join(dir, "ca.pub"))
	if out, err := exec.Command(keygen, "-q", "-s", filepath.Join(dir, "ca"), "-I", "lx", "-n", host.user, "-V", "+5m", filepath.Join(dir, "user.pub")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	path := configAt(t, "CertificateFile "+filepath.Join(dir, "user-cert.pub")+"\n")
	c := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: path})
	waits := 0
	r := do(t, c.Test().Steps[0], call(host.user, facts(host.host, user.PublicKey()), &waits))
	if r.Verdict != tasks.Pass {
		t.Errorf("%q %s", r.Verdict, r.Says)
	}
	without := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
	if r := do(t, without.Test().Steps[0], call(host.user, facts(host.host, user.PublicKey()), &waits)); r.Verdict != tasks.Fail {
		t.Errorf("without the certificate: %q %s", r.Verdict, r.Says)
	}
}
