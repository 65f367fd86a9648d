package sshops

// bench_test.go: what our path costs beside OpenSSH's own client, both against the same
// sshd with the same key exchange, turn by turn, so that the machine's mood is the same for
// both. It measures and judges nothing:
//
//	go test -run none -bench SSH ./sshops

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// minRounds is how many turns make a median that means something.
const minRounds = 31

// race times two ways to the same end, turn by turn, and reports the medians and their ratio.
func race(b *testing.B, name string, ours, theirs func() error) {
	b.Helper()
	var took [2][]time.Duration
	round := func() {
		for i, way := range []func() error{ours, theirs} {
			start := time.Now()
			if err := way(); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	round() // whoever is first warms the machine for the other
	took = [2][]time.Duration{}
	for b.Loop() {
		round()
	}
	for len(took[0]) < minRounds {
		round()
	}
	slices.Sort(took[0])
	slices.Sort(took[1])
	us, them := took[0][len(took[0])/2], took[1][len(took[1])/2]
	b.ReportMetric(float64(us)/float64(them), "ratio")
	b.ReportMetric(float64(us.Microseconds()), "ours-µs")
	b.ReportMetric(float64(them.Microseconds()), "OpenSSH-µs")
	fmt.Printf("figure: %s: %s against %s of OpenSSH, %.2f× (medians of %d)\n", name, short(us), short(them), float64(us)/float64(them), len(took[0]))
}

// sameExchange is the key exchange that we would agree on with OpenSSH here.
func sameExchange(b *testing.B) string {
	b.Helper()
	out, err := exec.Command("ssh", "-Q", "kex").Output()
	if err != nil {
		b.Skip("NOT MEASURED: no ssh on this machine (package openssh-client)")
	}
	if strings.Contains(string(out), "mlkem768x25519-sha256") {
		return "mlkem768x25519-sha256"
	}
	return "curve25519-sha256"
}

func BenchmarkSSH(b *testing.B) {
	exchange := sameExchange(b)
	user, userPEM := newKey(b)
	_, hostPEM := newKey(b)
	// At SHLVL 2 bash leaves out .bashrc: what a host does at each login is its own affair,
	// costs both the same, and would be measured in place of the clients.
	host := startSSHD(b, hostPEM, authorize(user.PublicKey()), "KexAlgorithms "+exchange, "SetEnv SHLVL=2")
	dir := runDir(b, userPEM)
	c := New(Options{RunDir: dir, Config: "none"})
	defer c.Close()
	p, f := planFor(host.user), facts(host.host, user.PublicKey())
	addr, port, _ := net.SplitHostPort(host.addr)
	p.Environment.Instance.SSHPort, f["instance.public_ip"] = portOf(b, port), addr
	// The verified key is known to both from here on.
	l, failed := c.kept(b.Context(), p, f)
	if failed != nil {
		b.Fatal(failed)
	}
	ssh := func(more ...string) func() error {
		words := c.Command(p, f)
		words = slices.Concat(words[1:len(words)-1], []string{"-o", "KexAlgorithms=" + exchange}, more, []string{addr, "true"})
		return func() error {
			out, err := exec.Command("ssh", words...).CombinedOutput()
			if err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		}
	}
	b.Run("handshake and exec", func(b *testing.B) {
		race(b, "handshake and exec", func() error {
			t, failed := c.target(p, f, addr)
			if failed != nil {
				return failed
			}
			l, failed := c.login(b.Context(), t, nowhere)
			if failed != nil {
				return failed
			}
			defer l.Close()
			if _, failed = l.run(b.Context(), t, "true"); failed != nil {
				return failed
			}
			return nil
		}, ssh())
	})
	b.Run("exec over the kept connection", func(b *testing.B) {
		socket := filepath.Join(b.TempDir(), "s")
		words := c.Command(p, f)
		master := exec.Command("ssh", slices.Concat(words[1:len(words)-1], []string{"-M", "-N", "-S", socket, addr})...)
		if err := master.Start(); err != nil {
			b.Fatal(err)
		}
		defer func() { _ = master.Process.Kill(); _ = master.Wait() }()
		for deadline := time.Now().Add(10 * time.Second); exec.Command("ssh", "-S", socket, "-O", "check", addr).Run() != nil; {
			if time.Now().After(deadline) {
				b.Fatal("the ControlMaster does not answer")
			}
		}
		race(b, "exec over the kept connection", func() error {
			if _, failed := l.run(b.Context(), target{}, "true"); failed != nil {
				return failed
			}
			return nil
		}, ssh("-S", socket))
	})
}
