package sshops

// rotate_test.go: the rotation against OpenSSH: both proofs, the way back, a crash after
// every effect, and everything after which it must not go on.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

const others = "# the team\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPHIqVHqaJYQq9b0oZ7TqXbAAWFOGXXUXRS2Gsmq0Yg somebody@example.com\n\nnot a key at all"

// opens reports whether a key in the run folder opens the host.
func opens(t *testing.T, h inhabited, name string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.runs, "keys", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: h.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.FixedHostKey(h.host)})
	if err != nil {
		return false
	}
	c.Close()
	return true
}

const rotated = "SCP100X0219-1-3dd470-R1-1"

func TestRotateOnOpenSSH(t *testing.T) {
	t.Parallel()
	h := inhabit(t, func(line string) string { return others + "\n" + `from="127.0.0.1",no-pty ` + line + " lx@example.com" })
	f := h.flight(nil)
	c := h.client(t)
	before := h.read(t)
	if err := f.fly(t.Context(), c.Rotate(nil)); err != nil {
		t.Fatal(err)
	}
	if opens(t, h, "scp") || !opens(t, h, rotated) {
		t.Error("the old key opens the host, or the new one does not")
	}
	after := h.read(t)
	if !strings.HasPrefix(after, others+"\n"+`from="127.0.0.1",no-pty ssh-ed25519 `) || !strings.HasSuffix(after, " tminus:SCP100X0219-1-3dd470:R1:1\n") ||
		strings.Count(after, "\n") != strings.Count(others, "\n")+2 {
		t.Errorf("authorized_keys:\n%s", after)
	}
	if info, err := os.Stat(h.keys()); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode: %v %v", info.Mode(), err)
	}
	beside, _ := filepath.Glob(filepath.Join(h.home, ".ssh", "*"))
	if len(beside) != 1 {
		t.Errorf("left beside it: %v", beside)
	}
	for _, ext := range []string{".pem", ".ppk"} {
		if info, err := os.Stat(filepath.Join(h.runs, "keys", rotated+ext)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", ext, err)
		}
	}
	if f.facts[tasks.FactKeyName] != rotated || f.facts[tasks.FactKeyPair] != "scp" || f.facts[tasks.FactKeyPrint] == ssh.FingerprintSHA256(h.old.PublicKey()) {
		t.Errorf("facts %v", f.facts)
	}
	waits := 0
	if r := do(t, c.Test().Steps[0], call(h.user, f.facts, &waits)); r.Verdict != tasks.Pass {
		t.Errorf("the SSH test with the new key: %s", r.Says)
	}
	private, _ := os.ReadFile(filepath.Join(h.runs, "keys", rotated+".pem"))
	for id, r := range f.results {
		noSecrets(t, r, private)
		if strings.Contains(fmt.Sprint(r), "example.com") {
			t.Errorf("%s tells somebody's address: %v", id, r)
		}
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !opens(t, h, "scp") || opens(t, h, rotated) {
		t.Error("after the way back: the old key does not open the host, or the new one does")
	}
	if f.facts[tasks.FactKeyName] != "scp" || f.facts[tasks.FactKeyPair] != "" {
		t.Errorf("facts %v", f.facts)
	}
	if want := strings.Replace(before, " lx@example.com", "\n", 1); h.read(t) != want {
		t.Errorf("authorized_keys:\n%s\nwant\n%s", h.read(t), want)
	}
}

// A crash between an effect and its outcome: the engine asks whether it happened, and goes on.
func TestRotateAfterCrashes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		step    string
		happens bool
	}{{"add", false}, {"add", true}, {"remove", false}, {"remove", true}} {
		t.Run(fmt.Sprintf("%s happened %v", tt.step, tt.happens), func(t *testing.T) {
			t.Parallel()
			h := inhabit(t, func(line string) string { return line })
			f, c := h.flight(nil), h.client(t)
			if tt.step == "remove" {
				if err := f.fly(t.Context(), c.Rotate(nil), "add"); err != nil {
					t.Fatal(err)
				}
			}
			step := c.Rotate(nil).Step(tt.step)
			intended := f.call(tt.step)
			var err error
			if intended.Pre, err = step.Look(t.Context(), intended); err != nil {
				t.Fatal(err)
			}
			if tt.happens {
				if _, err := step.Do(t.Context(), intended); err != nil {
					t.Fatal(err)
				}
			}
			again := h.client(t) // another process, which has the journal alone
			step = again.Rotate(nil).Step(tt.step)
			r, found, err := step.Find(t.Context(), intended)
			if err != nil || found != tt.happens {
				t.Fatalf("found %v, %v", found, err)
			}
			if !found {
				if r, err = step.Do(t.Context(), intended); err != nil {
					t.Fatal(err)
				}
			}
			f.learn(r)
			f.results[tt.step] = r
			f.effect(*step, intended, r)
			check := f.call(tt.step)
			check.Pre = intended.Pre
			if r, err := step.Check(t.Context(), check); err != nil || r.Verdict != tasks.Pass {
				t.Fatalf("%q %s %v", r.Verdict, r.Says, err)
			}
			if n := strings.Count(h.read(t), "\n"); n != map[string]int{"add": 2, "remove": 1}[tt.step] {
				t.Errorf("%d lines:\n%s", n, h.read(t))
			}
			if files, _ := filepath.Glob(filepath.Join(h.runs, "keys", "*.pem")); len(files) != 2 {
				t.Errorf("keys made: %v", files)
			}
			if err := f.undo(t.Context()); err != nil || !opens(t, h, "scp") || opens(t, h, rotated) {
				t.Errorf("the way back: %v", err)
			}
		})
	}
}

// The answer to the write is lost while it happens: nobody knows, until the file is read again.
func TestRotateWithALostAnswer(t *testing.T) {
	t.Parallel()
	h := inhabit(t, func(line string) string { return line })
	var newest atomic.Pointer[lossy]
	c := New(Options{RunDir: h.runs, Resolve: everything, Config: "none", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, h.addr)
		if err != nil {
			return nil, err
		}
		wire := &lossy{Conn: conn}
		newest.Store(wire)
		return wire, nil
	}})
	defer c.Close()
	cutting := filepath.Join(h.home, "cut")
	h.program(t, "mv", "/bin/mv \"$@\"; : >"+cutting+"; exec sleep 5")
	f := h.flight(nil)
	step := c.Rotate(nil).Step("add")
	intended := f.call("add")
	var err error
	if intended.Pre, err = step.Look(t.Context(), intended); err != nil {
		t.Fatal(err)
	}
	go func() {
		for ; t.Context().Err() == nil; time.Sleep(5 * time.Millisecond) { // polled: the host is another process
			if _, err := os.Stat(cutting); err == nil {
				newest.Load().cut()
				return
			}
		}
	}()
	_, err = step.Do(t.Context(), intended)
	if !errors.Is(err, tasks.ErrUnknown) {
		t.Fatalf("the answer was lost: %v", err)
	}
	if _, found, err := step.Find(t.Context(), intended); err != nil || !found {
		t.Errorf("found %v, %v", found, err)
	}
}

// What must stop it, before anything is removed.
func TestRotateRefuses(t *testing.T) {
	t.Parallel()
	plain := func(line string) string { return line }
	for name, tt := range map[string]struct {
		authorized func(string) string
		prepare    func(t *testing.T, h inhabited)
		step, says string
	}{
		"a symbolic link": {plain, func(t *testing.T, h inhabited) {
			if err := errors.Join(os.Rename(h.keys(), h.keys()+"2"), os.Symlink(h.keys()+"2", h.keys())); err != nil {
				t.Fatal(err)
			}
		}, "add", "is a symbolic link"},
		"options that hold a secret": {func(line string) string { return `environment="PASSWORD=hunter2hunter2" ` + line }, nil, "add", "options with a password"},
		"a full disk":                {plain, func(t *testing.T, h inhabited) { h.program(t, "cp", "echo No space left on device >&2; exit 1") }, "add", "No space left"},
		"half of the text": {plain, func(t *testing.T, h inhabited) {
			h.program(t, "cat", `[ $# = 1 ] && exec /bin/cat "$@"; exec head -c 20`)
		}, "add", "did not arrive whole"},
		"somebody else at the same time": {plain, func(t *testing.T, h inhabited) {
			h.program(t, "sync", "printf '\\n# now\\n' >>"+h.keys())
		}, "add", "somebody else changed"},
		"the new key is not let in": {plain, func(t *testing.T, h inhabited) { // a file that sshd does not read
			h.program(t, "mv", `/bin/mv "$@"; grep -v tminus: "$3" >"$3.x"; /bin/cat "$3.x" >"$3"; rm "$3.x"`)
		}, "add", "does not log in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := inhabit(t, tt.authorized)
			if tt.prepare != nil {
				tt.prepare(t, h)
			}
			err := h.flight(nil).fly(t.Context(), h.client(t).Rotate(nil))
			if err == nil || !strings.HasPrefix(err.Error(), tt.step+": ") || !strings.Contains(err.Error(), tt.says) || errors.Is(err, tasks.ErrUnknown) {
				t.Errorf("%v", err)
			}
			if !opens(t, h, "scp") {
				t.Error("the old key no longer opens the host")
			}
			if beside, _ := filepath.Glob(filepath.Join(h.home, ".ssh", "*tminus*")); len(beside) != 0 {
				t.Errorf("left beside: %v", beside)
			}
		})
	}
}

// A host that lets the old key in from elsewhere: removing its line is not enough, and that is said.
func TestRotateWhereTheOldKeyStillOpens(t *testing.T) {
	t.Parallel()
	h := inhabit(t, func(line string) string { return line })
	second := filepath.Join(t.TempDir(), "more")
	if err := os.WriteFile(second, []byte(h.read(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	f := h.flight(nil)
	c := h.client(t)
	if err := f.fly(t.Context(), c.Rotate(nil), "add"); err != nil {
		t.Fatal(err)
	}
	h.program(t, "mv", `/bin/mv "$@"; /bin/cat `+second+` >>"$3"`) // configuration management puts it back at once
	err := f.fly(t.Context(), c.Rotate(nil), "remove")
	if err == nil || !strings.Contains(err.Error(), "still lets the old key") {
		t.Errorf("%v", err)
	}
}
