package sshops

// main_test.go: what all tests share: the leak check, keys, a plan, a call.

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const instance = "i-0c1f00d5cb1000001"

// newKey returns a fresh key and its private half as a PEM file.
func newKey(t testing.TB) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

// runDir is a run folder that holds one key, named "scp".
func runDir(t testing.TB, key []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", "scp.pem"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// everything resolves names of the tests to one address of the documentation.
func everything(_ context.Context, host string) ([]string, error) {
	if host == "ec2.example" {
		return []string{"203.0.113.7"}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// to dials addr whatever was asked for, as an address that routes to a host.
func to(addr string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}
}

func facts(host, user ssh.PublicKey) map[string]string {
	return map[string]string{
		tasks.FactInstance:  instance,
		tasks.FactPublicDNS: "ec2.example",
		tasks.FactPublicIP:  "203.0.113.7",
		tasks.FactElasticIP: "198.51.100.4",
		tasks.FactKeyName:   "scp",
		tasks.FactKeyPrint:  ssh.FingerprintSHA256(user),
		tasks.FactHostKey:   ssh.FingerprintSHA256(host),
	}
}

// call is an execution whose waits take no time; each is counted.
func call(user string, facts map[string]string, waits *int) tasks.Call {
	return tasks.Call{
		Plan:  planFor(user),
		Facts: facts,
		Now:   time.Now,
		Wait: func(ctx context.Context, _ time.Duration) error {
			*waits++
			return ctx.Err()
		},
		Progress: func(string) {},
	}
}

func planFor(user string) *plan.Plan {
	p := &plan.Plan{}
	p.Environment.Instance.SSHUser, p.Environment.Instance.SSHPort = user, 22
	return p
}

// do runs the only step of an action or fails the test.
func do(t *testing.T, step tasks.Step, call tasks.Call) tasks.Result {
	t.Helper()
	r, err := step.Do(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// row finds a rung in a result.
func row(t *testing.T, r tasks.Result, name string) tasks.Row {
	t.Helper()
	for _, row := range r.Rows {
		if row.Name == name {
			return row
		}
	}
	t.Fatalf("no rung %q in %v", name, r.Rows)
	return tasks.Row{}
}
