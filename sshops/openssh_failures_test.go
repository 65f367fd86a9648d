package sshops

// openssh_failures_test.go: every way in which a real sshd, or what stands in its place,
// refuses, provoked; and what the ladder makes of it.

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

func TestFailureClassesOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	stranger, _ := newKey(t)
	_, hostPEM := newKey(t)
	mine := authorize(user.PublicKey())
	banner := filepath.Join(t.TempDir(), "issue")
	if err := os.WriteFile(banner, []byte("login: /var/log/lastlog: No space left on device\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const root = `no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo 'Please login as the user \"ec2-user\" rather than the user \"root\".';echo;exit 142" `
	for _, c := range []struct {
		name       string
		authorized string
		config     []string
		instead    func(net.Conn) // what listens in place of sshd
		nobody     bool           // nothing listens
		as         string         // in place of the user who may log in
		hostKey    ssh.PublicKey  // what the console printed, in place of the host's own
		held       int            // connections that somebody else holds at the door
		within     time.Duration
		rung       string
		kind       kind
		words      []string
	}{
		{name: "refused port", nobody: true, rung: rungTCP, kind: kindRefused, words: []string{"nothing listens on 203.0.113.7:22", "security group lets us in"}},
		{name: "silent port", instead: func(c net.Conn) { io.Copy(io.Discard, c) }, within: 200 * time.Millisecond,
			rung: rungBanner, kind: kindTimedOut, words: []string{"took the connection", "out of memory"}},
		{name: "banner garbage", instead: func(c net.Conn) { io.WriteString(c, strings.Repeat("HTTP/1.1 400 Bad Request\r\n", 999)) },
			rung: rungBanner, kind: kindProtocol, words: []string{"does not speak SSH", "the host says: HTTP/1.1 400", "nothing else, listens on port 22"}},
		{name: "disk full before the banner", instead: func(c net.Conn) { io.WriteString(c, "sshd: /var/run/utmp: No space left on device\r\n") },
			rung: rungBanner, kind: kindDiskFull, words: []string{"utmp", "make room"}},
		{name: "wrong host key", authorized: mine, hostKey: stranger.PublicKey(), rung: rungHostKey, kind: kindHostKey,
			words: []string{"the console of " + instance + " printed " + ssh.FingerprintSHA256(stranger.PublicKey()), "do not log in"}},
		{name: "unknown user", authorized: mine, as: "ec2-user", rung: rungAuthentication, kind: kindKey,
			words: []string{"for user ec2-user", "nor for admin, debian, ubuntu, centos", "authorized_keys"}},
		{name: "root of a cloud image", authorized: root + mine, rung: rungCommand, kind: kindUser, words: []string{`login as the user "ec2-user"`, "amend ssh_user"}},
		{name: "wrong key", authorized: authorize(stranger.PublicKey()), rung: rungAuthentication, kind: kindKey,
			words: []string{ssh.FingerprintSHA256(user.PublicKey()), "nor for", "authorized_keys"}},
		{name: "keys are off", authorized: mine, config: []string{"KbdInteractiveAuthentication yes", "Match all", "PubkeyAuthentication no", "PasswordAuthentication yes"},
			rung: rungAuthentication, kind: kindKey, words: []string{"takes no keys at all", "PubkeyAuthentication"}},
		{name: "disk full on the banner", authorized: authorize(stranger.PublicKey()), config: []string{"Banner " + banner},
			rung: rungAuthentication, kind: kindDiskFull, words: []string{"lastlog", "make room"}},
		{name: "no session", authorized: mine, config: []string{"MaxSessions 0"}, rung: rungSession, kind: kindShell, words: []string{"let us in and opens no session", "MaxSessions"}},
		{name: "forced command", authorized: `command="echo backup only" ` + mine, rung: rungCommand, kind: kindForced, words: []string{"backup only", "command="}},
		{name: "forced command without a word", authorized: mine, config: []string{"ForceCommand true"}, rung: rungCommand, kind: kindForced, words: []string{"ForceCommand"}},
		{name: "files only", authorized: mine, config: []string{"ForceCommand internal-sftp"}, rung: rungCommand, kind: kindForced, words: []string{"allows sftp connections only", "internal-sftp"}},
		{name: "nologin", authorized: mine, config: []string{"ForceCommand /usr/sbin/nologin"}, rung: rungCommand, kind: kindNoShell, words: []string{"currently not available", "login shell"}},
		{name: "shell that ends at once", authorized: mine, config: []string{"ForceCommand exit 1"}, rung: rungCommand, kind: kindShell, words: []string{"status 1", "start-up files"}},
		{name: "disk full in the shell", authorized: mine, config: []string{"ForceCommand echo 'bash: cannot create temp file: No space left on device' >&2; exit 1"},
			rung: rungCommand, kind: kindDiskFull, words: []string{"cannot create temp file", "make room"}},
		{name: "shell that hangs, and says why", authorized: mine, config: []string{"ForceCommand echo waiting for /home; exec sleep 30"}, within: 2 * time.Second,
			rung: rungCommand, kind: kindShell, words: []string{"did not end", "waiting for /home"}},
		{name: "MaxStartups", authorized: mine, config: []string{"MaxStartups 1"}, held: 1, rung: rungBanner, kind: kindBusy, words: []string{"Exceeded MaxStartups", "wait a minute"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // what takes time is sshd's start
			var host sshd
			switch {
			case c.nobody:
				key, _ := newKey(t)
				host = sshd{addr: "127.0.0.1:" + freePort(t), host: key.PublicKey(), user: "nobody"}
			case c.instead != nil:
				key, _ := newKey(t)
				host = sshd{addr: serve(t, c.instead), host: key.PublicKey(), user: "nobody"}
			default:
				host = startSSHD(t, hostPEM, c.authorized, c.config...)
			}
			for range c.held {
				atTheDoor(t, host.addr)
			}
			if c.as != "" {
				host.user = c.as
			}
			if c.hostKey != nil {
				host.host = c.hostKey
			}
			ctx := t.Context()
			if c.within > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, c.within)
				defer cancel()
			}
			waits := 0
			client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
			defer client.Close()
			r, err := client.Test().Steps[0].Do(ctx, call(host.user, facts(host.host, user.PublicKey()), &waits))
			if err != nil {
				t.Fatal(err)
			}
			got := row(t, r, c.rung)
			if r.Verdict != tasks.Fail || got.Verdict != tasks.Fail || !strings.HasPrefix(got.Says, string(c.kind)+": ") {
				t.Errorf("%q, %s %q: %s, expected %s", r.Verdict, c.rung, got.Verdict, got.Says, c.kind)
			}
			for _, words := range c.words {
				if !strings.Contains(got.Says, words) {
					t.Errorf("%q is not in: %s", words, got.Says)
				}
			}
			if patient := slices.Contains([]kind{kindRefused, kindBusy}, c.kind); (waits > 0) != patient {
				t.Errorf("waited %d times", waits)
			}
			restUntested(t, r, c.rung)
			noSecrets(t, r, userPEM)
		})
	}
}

// atTheDoor holds one of the connections that sshd allows to those who have not logged in.
func atTheDoor(t *testing.T, addr string) {
	t.Helper()
	// Whoever waited for sshd to listen may be at the door still: until a banner comes, it is not us.
	for deadline := time.Now().Add(5 * time.Second); ; {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if _, version, err := readVersion(conn); err == nil && version != "" {
			t.Cleanup(func() { conn.Close() })
			return
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("sshd never gave its banner")
		}
	}
}

// What passes tells what was agreed on, and noise of start-up files does not fail it.
func TestNoisyShellOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()), "ForceCommand echo welcome; eval \"$SSH_ORIGINAL_COMMAND\"")
	client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
	defer client.Close()
	waits := 0
	r := do(t, client.Test().Steps[0], call(host.user, facts(host.host, user.PublicKey()), &waits))
	if got := row(t, r, rungCommand); r.Verdict != tasks.Pass || !strings.Contains(got.Says, "beside it: welcome") {
		t.Errorf("%q: %s; %s", r.Verdict, r.Says, got.Says)
	}
	for _, words := range []string{"25519", "ssh-ed25519"} {
		if got := row(t, r, rungKeyExchange); !strings.Contains(got.Says, words) {
			t.Errorf("%q is not in %q", words, got.Says)
		}
	}
}
