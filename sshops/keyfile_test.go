package sshops

// keyfile_test.go: the plan's own key pair, in a file of its own, and a host that
// listens elsewhere than on port 22.

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/tasks"
)

func TestOwnKeyAndPort(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	server := serve(t, sshServer(user.PublicKey(), exits(0), host))
	home, dialled := t.TempDir(), ""
	t.Setenv("HOME", home)
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		dialled = addr
		return to(server)(ctx, network, addr)
	}
	f := facts(host.PublicKey(), user.PublicKey())
	f[tasks.FactKeyName] = "team"
	waits := 0
	c := call("ec2-user", f, &waits)
	in := &c.Plan.Environment.Instance
	in.KeyPair, in.KeyFile, in.SSHPort = "team", "~/team.pem", 2222
	client := New(Options{Dial: dial, Resolve: everything, RunDir: t.TempDir()})
	r := do(t, client.Test().Steps[0], c)
	if r.Verdict != tasks.Fail || !strings.Contains(r.Says, "~/team.pem does not exist; put the private key of team there") || strings.Contains(r.Says, home) {
		t.Errorf("without its file: %q %s", r.Verdict, r.Says)
	}
	if err := os.WriteFile(filepath.Join(home, "real.pem"), userPEM, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.pem", filepath.Join(home, "team.pem")); err != nil {
		t.Fatal(err)
	}
	r = do(t, client.Test().Steps[0], c)
	if r.Verdict != tasks.Pass || dialled != "203.0.113.7:2222" {
		t.Errorf("%q %s, dialled %s", r.Verdict, r.Says, dialled)
	}
	for i, part := range []string{" -p 2222 -l ec2-user -i ~/team.pem ", " -P 2222 -l ec2-user -i ~/team.ppk "} {
		if !strings.Contains(r.Trace[i].Line, part) {
			t.Errorf("no %q in %q", part, r.Trace[i].Line)
		}
	}
	t.Run("another port in every sentence", func(t *testing.T) {
		for _, k := range []kind{kindTimedOut, kindProtocol} {
			if _, next := wireWords(k, target{addr: "203.0.113.7:2222"}, errHostKey); !strings.Contains(next, "port 2222") {
				t.Errorf("%s: %s", k, next)
			}
		}
	})
}
