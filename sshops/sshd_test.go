package sshops

// sshd_test.go: the ladder and the sensor against OpenSSH's own server.

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// sshd is a running OpenSSH server on loopback.
type sshd struct {
	addr string
	host ssh.PublicKey
	user string
}

// startSSHD runs sshd with its own configuration, the host key and a list of
// keys that may log in; more are further lines of the configuration.
func startSSHD(t testing.TB, hostKey []byte, authorized string, more ...string) sshd {
	t.Helper()
	path, err := exec.LookPath("sshd")
	if err != nil {
		path = "/usr/sbin/sshd"
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("NOT TESTED against OpenSSH: no sshd on this machine (package openssh-server)")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/run/sshd"); me.Uid == "0" && errors.Is(err, os.ErrNotExist) {
		t.Skip("NOT TESTED against OpenSSH: started by root, sshd wants the directory /run/sshd")
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	port := freePort(t)
	config := write("config", strings.Join(append([]string{
		"ListenAddress 127.0.0.1:" + port,
		"HostKey " + write("host_key", string(hostKey)),
		"AuthorizedKeysFile " + write("authorized_keys", authorized),
		"PidFile none", "StrictModes no", "PermitRootLogin prohibit-password",
		"PasswordAuthentication no", "KbdInteractiveAuthentication no", "PubkeyAuthentication yes",
	}, more...), "\n")+"\n")
	var log bytes.Buffer
	cmd := exec.Command(path, "-D", "-e", "-f", config)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("sshd:\n%s", log.String())
		}
	})
	addr := "127.0.0.1:" + port
	awaitListening(t, addr, ended)
	signer, err := ssh.ParsePrivateKey(hostKey)
	if err != nil {
		t.Fatal(err)
	}
	return sshd{addr: addr, host: signer.PublicKey(), user: me.Username}
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func awaitListening(t testing.TB, addr string, ended chan struct{}) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatal("sshd ended at once")
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("sshd does not listen: %v", err)
		}
	}
}

func authorize(key ssh.PublicKey) string { return string(ssh.MarshalAuthorizedKey(key)) }

func TestLadderOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM)})
	waits := 0
	r := do(t, client.Test().Steps[0], call(host.user, facts(host.host, user.PublicKey()), &waits))
	if r.Verdict != tasks.Pass {
		t.Fatalf("verdict %q: %s", r.Verdict, r.Says)
	}
	if len(r.Rows) != 9 {
		t.Fatalf("%d rungs, 9 expected: %v", len(r.Rows), r.Rows)
	}
	for _, row := range r.Rows {
		if row.Verdict != tasks.Pass || row.Says == "" {
			t.Errorf("rung %s: %q %s", row.Name, row.Verdict, row.Says)
		}
	}
	if b := row(t, r, rungBanner); !strings.Contains(b.Says, "OpenSSH") {
		t.Errorf("banner %q", b.Says)
	}
	if !strings.Contains(r.Says, host.user) || !strings.Contains(r.Says, "ec2.example") {
		t.Errorf("summary %q names neither host nor user", r.Says)
	}
	noSecrets(t, r, userPEM)

	through := do(t, client.Through(tasks.FactElasticIP), call(host.user, facts(host.host, user.PublicKey()), &waits))
	if through.Verdict != tasks.Pass || through.Rests[0] != tasks.FactElasticIP {
		t.Errorf("through the address: %q %s, rests on %v", through.Verdict, through.Says, through.Rests)
	}
}

func TestShellFailsOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()), "ForceCommand echo no home >&2; exit 3")
	client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM)})
	waits := 0
	r := do(t, client.Test().Steps[0], call(host.user, facts(host.host, user.PublicKey()), &waits))
	got := row(t, r, rungCommand)
	if r.Verdict != tasks.Fail || got.Verdict != tasks.Fail || !strings.Contains(got.Says, "no home") || !strings.HasPrefix(got.Says, "shell:") {
		t.Errorf("command: %q %s", got.Verdict, got.Says)
	}
	if l := row(t, r, rungLatency); l.Verdict != tasks.NotTested {
		t.Errorf("latency after a failed rung: %q", l.Verdict)
	}
}

func TestOtherUserKeyOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	other, _ := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(other.PublicKey()))
	client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM)})
	waits := 0
	r := do(t, client.Test().Steps[0], call(host.user, facts(host.host, user.PublicKey()), &waits))
	if got := row(t, r, rungAuthentication); got.Verdict != tasks.Fail || !strings.HasPrefix(got.Says, "key not accepted:") {
		t.Errorf("authentication: %q %s", got.Verdict, got.Says)
	}
	if got := row(t, r, rungHostKey); got.Verdict != tasks.Pass {
		t.Errorf("host key: %q %s", got.Verdict, got.Says)
	}
}

func TestHostReadingsOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM)})
	defer client.Close()
	sensor := client.Sensors(planFor(host.user))[0]
	f := facts(host.host, user.PublicKey())
	var now reading.Readings
	// Shares need two samples at least a hundredth apart, as /proc/uptime counts.
	for deadline := time.Now().Add(10 * time.Second); len(now.Host.Cores) == 0 && time.Now().Before(deadline); {
		update, err := sensor.Read(t.Context(), f, time.Time{})
		if err != nil || update == nil {
			t.Fatalf("no reading: %v", err)
		}
		update(&now)
	}
	h := now.Host
	problems := map[string]bool{
		"cores":     len(h.Cores) == 0,
		"memory":    h.MemTotal == 0 || h.MemUsed <= 0 || h.MemUsed > h.MemTotal,
		"uptime":    h.Uptime <= 0,
		"disks":     len(h.Disks) == 0,
		"processes": len(h.Processes) == 0,
		"stamp":     !h.Taken() || h.Every != every,
		"address":   h.Address != "203.0.113.7",
	}
	for what, wrong := range problems {
		if wrong {
			t.Errorf("%s in %+v", what, h)
		}
	}
}

func noSecrets(t *testing.T, r tasks.Result, key []byte) {
	t.Helper()
	all := fmt.Sprintf("%+v", r)
	for line := range strings.Lines(string(key)) {
		if line = strings.TrimSpace(line); len(line) > 8 && !strings.HasPrefix(line, "-----") && strings.Contains(all, line) {
			t.Error("the private key is in the result")
		}
	}
}
