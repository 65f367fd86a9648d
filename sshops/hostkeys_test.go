package sshops

// hostkeys_test.go: the file of verified keys.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestKnownHosts(t *testing.T) {
	dir := t.TempDir()
	k := &hostKeys{path: filepath.Join(dir, "known_hosts")}
	first, _ := newKey(t)
	second, _ := newKey(t)
	record := func(id string, key ssh.Signer) {
		t.Helper()
		if err := k.record(id, key.PublicKey()); err != nil {
			t.Fatal(err)
		}
	}
	record("i-1", first)
	record("i-2", first)
	record("i-1", first) // again changes nothing
	record("i-1", second)
	text, err := os.ReadFile(k.path)
	if err != nil {
		t.Fatal(err)
	}
	want := "i-2 " + authorize(first.PublicKey()) + "i-1 " + authorize(second.PublicKey())
	if string(text) != want {
		t.Errorf("known_hosts\n%swant\n%s", text, want)
	}
	if info, err := os.Stat(k.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("files left behind: %v", files)
	}
	if got := k.algorithms("i-1", ssh.FingerprintSHA256(second.PublicKey())); len(got) != 1 || got[0][0] != ssh.KeyAlgoED25519 {
		t.Errorf("a known key pins its algorithm: %v", got)
	}
	if got := k.algorithms("i-1", ssh.FingerprintSHA256(first.PublicKey())); len(got) != 3 {
		t.Errorf("another key than the recorded one is asked for in every algorithm: %v", got)
	}
}

func TestRecordRefuses(t *testing.T) {
	dir := t.TempDir()
	key, _ := newKey(t)
	for _, id := range []string{"", "i-1 i-2", "*", "i-1\n@cert-authority *", "|1|hash"} {
		k := &hostKeys{path: filepath.Join(dir, "known_hosts")}
		if err := k.record(id, key.PublicKey()); err == nil {
			t.Errorf("%q accepted as a host", id)
		}
	}
	k := &hostKeys{path: filepath.Join(dir, "missing", "known_hosts")}
	if err := k.record("i-1", key.PublicKey()); err == nil || strings.Contains(err.Error(), dir) {
		t.Errorf("error %v", err)
	}
}
