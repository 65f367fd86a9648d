package keys

// agent_test.go: a real ssh-agent, and agents that are none.

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// startAgent starts an ssh-agent and returns its socket.
func startAgent(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	cmd := exec.Command(tool(t, "ssh-agent"), "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	t.Setenv("SSH_AUTH_SOCK", socket)
	return socket
}

func TestAgent(t *testing.T) {
	socket := startAgent(t)
	dir := t.TempDir()
	run(t, dir, "ssh-add", "-q", place(t, "ed25519"), place(t, "rsa2048.pem"), place(t, "ecdsa521"))
	all, closer, err := Agent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	listed := run(t, dir, "ssh-add", "-l")
	kinds := map[string]int{}
	for _, k := range all {
		signs(t, k)
		kinds[k.Signer.PublicKey().Type()]++
		if k.Info.Format != "agent" || !strings.Contains(listed, k.Info.SHA256) || k.Info.Bits == 0 || k.Info.Comment == "" {
			t.Errorf("%+v", k.Info)
		}
	}
	if kinds[ssh.KeyAlgoED25519] != 1 || kinds[ssh.CertAlgoED25519v01] != 1 || kinds[ssh.KeyAlgoRSA] != 1 || kinds[ssh.KeyAlgoECDSA521] != 1 {
		t.Errorf("listed %v", kinds)
	}
	if err := closer.Close(); err != nil {
		t.Error(err)
	}
	if _, err := all[0].Signer.Sign(nil, []byte("late")); err == nil {
		t.Error("signs after it was closed")
	}
	for range maxAgentKeys + 1 {
		path := filepath.Join(dir, "k")
		_, file, err := Make("many")
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, file)
		run(t, dir, "ssh-add", "-q", path)
	}
	all, closer, err = agentAt(t.Context(), socket, time.Minute)
	if err != nil || len(all) != maxAgentKeys {
		t.Fatalf("of many: %d, %v", len(all), err)
	}
	closer.Close()
}

func TestNoAgent(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	if _, _, err := Agent(t.Context()); !errors.Is(err, ErrNoAgent) {
		t.Errorf("%v", err)
	}
	t.Setenv("SSH_AUTH_SOCK", filepath.Join(t.TempDir(), "gone"))
	if _, _, err := Agent(t.Context()); err == nil || errors.Is(err, ErrNoAgent) || !strings.Contains(err.Error(), "cannot be reached: start it again") {
		t.Errorf("%v", err)
	}
}

// fakeAgent answers every question in its way until the test is over.
func fakeAgent(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		answer(conn)
		<-over
	}()
	t.Cleanup(func() { close(over); l.Close(); <-ended })
	return socket
}

func TestHostileAgents(t *testing.T) {
	length := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	list := func(blob []byte) func(net.Conn) {
		one := ssh.Marshal(struct {
			Type byte
			N    uint32
			Blob []byte
			Note string
		}{12, 1, blob, "\x1b[2J"})
		return func(c net.Conn) { _, _ = c.Write(append(length(uint32(len(one))), one...)) }
	}
	for name, c := range map[string]struct {
		answer func(net.Conn)
		want   string // "" = no keys and no error
	}{
		"silent":     {func(net.Conn) {}, "did not list its keys within 200ms; start it again"},
		"hangs up":   {func(c net.Conn) { c.Close() }, "does not list its keys"},
		"half":       {func(c net.Conn) { _, _ = c.Write(append(length(100), 12)) }, "did not list its keys within"},
		"huge":       {func(c net.Conn) { _, _ = c.Write(length(1 << 31)) }, "does not list its keys"},
		"nonsense":   {func(c net.Conn) { _, _ = c.Write(append(length(5), "\x0c\xff\xff\xff\xff"...)) }, "does not list its keys"},
		"a bad blob": {list([]byte("\x1b]0;x\a")), "does not list its keys"},
		"a new type": {list(ssh.Marshal(struct{ Type, Rest string }{"ssh-\x1b[2J", ""})), ""},
	} {
		t.Run(name, func(t *testing.T) {
			socket := fakeAgent(t, c.answer)
			all, closer, err := agentAt(t.Context(), socket, 200*time.Millisecond)
			if c.want == "" && (err != nil || len(all) != 0) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\x1b")) {
				t.Errorf("%d keys, %v", len(all), err)
			}
			if closer != nil {
				closer.Close()
			}
		})
	}
}

// An agent that answers too late has lost its connection: its answer is nobody's.
func TestLateAgentIsCut(t *testing.T) {
	mine, its := net.Pipe()
	defer its.Close()
	p := &patience{Conn: mine}
	p.limit.Store(int64(20 * time.Millisecond))
	go func() { _, _ = io.ReadFull(its, make([]byte, 4)) }()
	if _, err := p.Write([]byte("sign")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("next")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("and goes on: %v", err)
	}
}
