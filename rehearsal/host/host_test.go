package host_test

// host_test.go: a host to test on, when it listens, and what its keys say.

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host"
	"tminus/rehearsal/pipe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var boot = time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)

// key makes a client or host key from a word.
func key(t testing.TB, word string) (ed25519.PrivateKey, ssh.Signer) {
	t.Helper()
	sum := sha256.Sum256([]byte(word))
	private := ed25519.NewKeyFromSeed(sum[:])
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return private, signer
}

// rig is a host and the connections made to it. At the end of a test it waits
// until the host has let all of them go.
type rig struct {
	*host.Host
	t    testing.TB
	ctx  context.Context
	stop context.CancelFunc // ends the host
	ends sync.WaitGroup
}

// newRig boots a host ten minutes ago; change may alter its options.
func newRig(t testing.TB, change func(*host.Options)) *rig {
	t.Helper()
	hostKey, _ := key(t, "host")
	_, client := key(t, "client")
	o := host.Options{
		InstanceID: "i-0c1f000000000001", PrivateIP: "172.31.5.17", InstanceType: "t2.micro", BootedAt: boot,
		Now: func() time.Time { return boot.Add(10 * time.Minute) }, HostKey: hostKey, User: "ec2-user",
		AuthorizedKey: string(ssh.MarshalAuthorizedKey(client.PublicKey())), Seed: 42, Build: "1.0.0",
	}
	if change != nil {
		change(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &rig{Host: host.New(o), t: t, ctx: ctx, stop: cancel}
	t.Cleanup(func() { cancel(); r.ends.Wait() })
	return r
}

// dial connects to one of the host's servers.
func (r *rig) dial(serve func(context.Context, net.Conn), port int) net.Conn {
	here, there := pipe.New(&net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 50022}, &net.TCPAddr{IP: net.IPv4(13, 228, 4, 17), Port: port})
	r.ends.Go(func() { serve(r.ctx, there) })
	r.t.Cleanup(func() { here.Close() })
	return here
}

func TestListening(t *testing.T) {
	now := boot.Add(-time.Second)
	r := newRig(t, func(o *host.Options) { o.Now = func() time.Time { return now } })
	for _, tc := range []struct {
		after    time.Duration
		ssh, web bool
	}{{0, false, false}, {19 * time.Second, false, false}, {20 * time.Second, true, false}, {39 * time.Second, true, false}, {40 * time.Second, true, true}} {
		now = boot.Add(tc.after)
		if r.Listening(22) != tc.ssh || r.Listening(80) != tc.web || r.Listening(443) {
			t.Errorf("after %v: 22 %v, 80 %v, 443 %v", tc.after, r.Listening(22), r.Listening(80), r.Listening(443))
		}
	}
	r.SetSSHDown(true)
	if r.Listening(22) || !r.Listening(80) {
		t.Error("ssh down: port 22 still listens, or port 80 does not")
	}
	if n, err := r.dial(r.ServeSSH, 22).Read(make([]byte, 1)); n != 0 || err == nil {
		t.Error("a stopped sshd said something")
	}
}

func TestHostKey(t *testing.T) {
	_, signer := key(t, "host")
	r := newRig(t, nil)
	if public, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(r.HostKey())); err != nil || len(rest) > 0 || !bytes.Equal(public.Marshal(), signer.PublicKey().Marshal()) {
		t.Errorf("host key line %q: %v", r.HostKey(), err)
	}
	noKey := func(o *host.Options) { o.HostKey = nil }
	if a, b := newRig(t, noKey), newRig(t, noKey); a.HostKey() != b.HostKey() || a.HostKey() == r.HostKey() {
		t.Error("the key made from a seed is not the seed's")
	}
}
