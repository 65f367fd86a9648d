package sshops

// ladder_test.go: every way in which the ladder can end, against servers that
// are real on the wire and wrong on purpose.

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

// serve accepts connections on loopback and hands each to answer until the test
// ends. It returns the address.
func serve(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// sshServer is an SSH server with the given keys, on which answer handles each
// session request; nil refuses them all.
func sshServer(user ssh.PublicKey, answer func(ssh.Channel, *ssh.Request), hosts ...ssh.Signer) func(net.Conn) {
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(user.Marshal()) {
			return nil, io.EOF
		}
		return nil, nil
	}}
	for _, key := range hosts {
		config.AddHostKey(key)
	}
	return func(conn net.Conn) {
		_, channels, requests, err := ssh.NewServerConn(conn, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for c := range channels {
			channel, requests, err := c.Accept()
			if err != nil {
				return
			}
			go func() {
				defer channel.Close()
				for r := range requests {
					if answer == nil {
						_ = r.Reply(false, nil)
						continue
					}
					answer(channel, r)
				}
			}()
		}
	}
}

// exits answers any command with a status, and the ladder's own as a shell would.
func exits(status byte) func(ssh.Channel, *ssh.Request) {
	return func(c ssh.Channel, r *ssh.Request) {
		_ = r.Reply(true, nil)
		if status == 0 && strings.HasSuffix(string(r.Payload), hello) {
			_, _ = io.WriteString(c, answer+"\n")
		}
		_, _ = c.SendRequest("exit-status", false, []byte{0, 0, 0, status})
		c.Close()
	}
}

func TestLadderFailures(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	stranger, _ := newKey(t)
	ends := func(c ssh.Channel, r *ssh.Request) { _ = r.Reply(true, nil); c.Close() }
	cases := []struct {
		name    string
		answer  func(net.Conn) // nil: nobody listens
		change  func(map[string]string)
		rung    string
		kind    string
		verdict tasks.Verdict
		waits   int
	}{
		{name: "refused", rung: rungTCP, kind: "refused:", verdict: tasks.Fail, waits: retries},
		{name: "closed at once", answer: func(net.Conn) {}, rung: rungBanner, kind: "closed:", verdict: tasks.Fail, waits: retries},
		{name: "not SSH", answer: func(c net.Conn) { io.WriteString(c, strings.Repeat("HTTP/1.1 400 \x1b[2J\r\n", 9000)) },
			rung: rungBanner, kind: "protocol:", verdict: tasks.Fail},
		{name: "closed in key exchange", answer: func(c net.Conn) { io.WriteString(c, "SSH-2.0-x\r\n"); io.CopyN(io.Discard, c, 20) },
			rung: rungKeyExchange, kind: "closed:", verdict: tasks.Fail},
		{name: "wrong host key", answer: sshServer(user.PublicKey(), exits(0), stranger),
			rung: rungHostKey, kind: "host key:", verdict: tasks.Fail},
		{name: "no host key fact", answer: sshServer(user.PublicKey(), exits(0), host),
			change: func(f map[string]string) { delete(f, tasks.FactHostKey) },
			rung:   rungHostKey, kind: "host key unknown:", verdict: tasks.Inconclusive},
		{name: "wrong user key", answer: sshServer(stranger.PublicKey(), exits(0), host),
			rung: rungAuthentication, kind: "key not accepted:", verdict: tasks.Fail},
		{name: "no key file", answer: sshServer(user.PublicKey(), exits(0), host),
			change: func(f map[string]string) { f[tasks.FactKeyName] = "other" },
			rung:   rungAuthentication, kind: "key file:", verdict: tasks.Fail},
		{name: "key name that leaves the folder", answer: sshServer(user.PublicKey(), exits(0), host),
			change: func(f map[string]string) { f[tasks.FactKeyName] = "../scp" },
			rung:   rungAuthentication, kind: "key file:", verdict: tasks.Fail},
		{name: "key file of another key", answer: sshServer(user.PublicKey(), exits(0), host),
			change: func(f map[string]string) { f[tasks.FactKeyPrint] = ssh.FingerprintSHA256(stranger.PublicKey()) },
			rung:   rungAuthentication, kind: "key file:", verdict: tasks.Fail},
		{name: "shell refuses", answer: sshServer(user.PublicKey(), nil, host), rung: rungCommand, kind: "shell:", verdict: tasks.Fail},
		{name: "shell fails", answer: sshServer(user.PublicKey(), exits(7), host), rung: rungCommand, kind: "shell:", verdict: tasks.Fail},
		{name: "no exit status", answer: sshServer(user.PublicKey(), ends, host), rung: rungCommand, kind: "shell:", verdict: tasks.Fail},
		{name: "unknown name", answer: sshServer(user.PublicKey(), exits(0), host),
			change: func(f map[string]string) { f[tasks.FactPublicDNS] = "gone.example" },
			rung:   rungResolve, kind: "name:", verdict: tasks.Fail},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			addr := "127.0.0.1:" + freePort(t)
			if c.answer != nil {
				addr = serve(t, c.answer)
			}
			f := facts(host.PublicKey(), user.PublicKey())
			if c.change != nil {
				c.change(f)
			}
			dir := runDir(t, userPEM)
			client := New(Options{Dial: to(addr), Resolve: everything, RunDir: dir})
			waits := 0
			r := do(t, client.Test().Steps[0], call("ec2-user", f, &waits))
			got := row(t, r, c.rung)
			if r.Verdict != c.verdict || got.Verdict != c.verdict || !strings.HasPrefix(got.Says, c.kind) {
				t.Errorf("verdict %q, rung %s %q: %s", r.Verdict, c.rung, got.Verdict, got.Says)
			}
			if waits != c.waits {
				t.Errorf("waited %d times, %d expected", waits, c.waits)
			}
			restUntested(t, r, c.rung)
			noSecrets(t, r, userPEM)
			if strings.Contains(r.Says+got.Says, "\x1b") {
				t.Error("an escape sequence came through")
			}
			_, err := os.Stat(filepath.Join(dir, "known_hosts"))
			if recorded := err == nil; recorded != (c.rung == rungAuthentication && c.kind != "key file:" || c.rung == rungCommand) {
				t.Errorf("known_hosts written: %v", recorded)
			}
		})
	}
}

// restUntested checks that nothing above the failed rung has a verdict.
func restUntested(t *testing.T, r tasks.Result, failed string) {
	t.Helper()
	above := false
	for _, row := range r.Rows {
		if above && (row.Verdict != tasks.NotTested || row.Says != "") {
			t.Errorf("rung %s above the failed one: %q %s", row.Name, row.Verdict, row.Says)
		}
		above = above || row.Name == failed
	}
	if !above {
		t.Errorf("no rung %s", failed)
	}
}

// A host that says nothing is left when the deadline passes; a person's abort
// is no verdict at all.
func TestSilentHost(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	addr := serve(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	client := New(Options{Dial: to(addr), Resolve: everything, RunDir: runDir(t, userPEM)})
	waits := 0
	call := call("ec2-user", facts(host.PublicKey(), user.PublicKey()), &waits)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r, err := client.Test().Steps[0].Do(ctx, call)
	if err != nil {
		t.Fatal(err)
	}
	if got := row(t, r, rungBanner); got.Verdict != tasks.Fail || !strings.HasPrefix(got.Says, "timed out:") {
		t.Errorf("banner: %q %s", got.Verdict, got.Says)
	}

	ctx, abort := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, abort)
	if r, err := client.Test().Steps[0].Do(ctx, call); err == nil {
		t.Errorf("an aborted test has the verdict %q", r.Verdict)
	}
}

// A fingerprint does not tell its algorithm: the printed one may be that of a
// key which is not the host's first choice. The second test asks for it at once.
func TestHostKeyOfAnotherAlgorithm(t *testing.T) {
	first, _ := newKey(t)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	second, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	user, userPEM := newKey(t)
	connections := 0
	answer := sshServer(user.PublicKey(), exits(0), first, second)
	addr := serve(t, answer)
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		connections++
		return to(addr)(ctx, network, "")
	}
	client := New(Options{Dial: dial, Resolve: everything, RunDir: runDir(t, userPEM)})
	waits := 0
	for _, want := range []int{2, 3} {
		r := do(t, client.Test().Steps[0], call("ec2-user", facts(second.PublicKey(), user.PublicKey()), &waits))
		if r.Verdict != tasks.Pass || connections != want {
			t.Errorf("verdict %q after %d connections, %d expected: %s", r.Verdict, connections, want, r.Says)
		}
	}
}

// A host that is still booting refuses at first and passes later.
func TestBootingHost(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	closed := "127.0.0.1:" + freePort(t)
	up := serve(t, sshServer(user.PublicKey(), exits(0), host))
	waits := 0
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		if waits < 3 {
			return to(closed)(ctx, network, "")
		}
		return to(up)(ctx, network, "")
	}
	client := New(Options{Dial: dial, Resolve: everything, RunDir: runDir(t, userPEM)})
	r := do(t, client.Test().Steps[0], call("ec2-user", facts(host.PublicKey(), user.PublicKey()), &waits))
	if r.Verdict != tasks.Pass || waits != 3 || !strings.Contains(r.Says, "after 4 tries") {
		t.Errorf("verdict %q after %d waits: %s", r.Verdict, waits, r.Says)
	}
}
