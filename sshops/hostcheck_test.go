package sshops

// hostcheck_test.go: the three outcomes of comparing a host with its console, and what
// is said of a key that differs.

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

func TestPrinted(t *testing.T) {
	for name, tt := range map[string]struct{ key, all, want string }{
		"nothing":                   {"", "", ""},
		"the key alone, as stated":  {"SHA256:a", "", "SHA256:a"},
		"all of the console":        {"SHA256:a", "SHA256:a,SHA256:b", "SHA256:a,SHA256:b"},
		"an old image":              {"", "MD5:a,MD5:b", "MD5:a,MD5:b"},
		"prints of another boot":    {"SHA256:c", "SHA256:a,SHA256:b", "SHA256:c"},
		"the key was dropped since": {"", "SHA256:a", ""},
		"MD5 of another boot":       {"SHA256:a", "MD5:a", "SHA256:a"},
	} {
		if got := printed(map[string]string{tasks.FactHostKey: tt.key, tasks.FactHostPrints: tt.all}); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestHostKeyOutcomes(t *testing.T) {
	const before = "i-0b000000000000002"
	host, _ := newKey(t)
	other, _ := newKey(t)
	user, userPEM := newKey(t)
	sha, md5 := ssh.FingerprintSHA256(host.PublicKey()), "MD5:"+ssh.FingerprintLegacyMD5(host.PublicKey())
	otherSHA, otherMD5 := ssh.FingerprintSHA256(other.PublicKey()), "MD5:"+ssh.FingerprintLegacyMD5(other.PublicKey())
	moved := func(address string) string {
		return "the address " + address + " moved from " + instance + " to " + before + " at 17:16 by LX \x1b[2J"
	}
	for _, tt := range []struct {
		name        string
		key, prints string
		known       string // the instance for which the key of the host was verified before
		moved       func(string) string
		verdict     tasks.Verdict
		words       []string
	}{
		{name: "verified", key: sha, prints: sha, verdict: tasks.Pass, words: []string{sha, "as the console printed it"}},
		{name: "one of several", key: otherSHA, prints: otherSHA + "," + sha, verdict: tasks.Pass, words: []string{sha}},
		{name: "by MD5", prints: md5, verdict: tasks.Pass, words: []string{md5, "MD5 is weak", sha}},
		{name: "MD5 beside another SHA-256", key: otherSHA, prints: otherSHA + "," + md5, verdict: tasks.Fail, words: []string{"printed " + otherSHA}},
		{name: "console not ready", verdict: tasks.Inconclusive, words: []string{"no console output", "never accepted unseen"}},
		{name: "prints of another boot", prints: sha, verdict: tasks.Inconclusive, words: []string{"no console output"}},
		{name: "mismatch", key: otherSHA, verdict: tasks.Fail, words: []string{sha, otherSHA, "another machine answers"}},
		{name: "mismatch by MD5", prints: otherMD5, verdict: tasks.Fail, words: []string{otherMD5}},
		{name: "key of the host before", key: otherSHA, known: before, verdict: tasks.Fail,
			words: []string{"the key is that of " + before + ": the address leads to it and not to " + instance, "associate it with " + instance}},
		{name: "moved, as the journal knows", key: otherSHA, known: before, moved: moved, verdict: tasks.Fail,
			words: []string{"203.0.113.7 moved from " + instance + " to " + before + " at 17:16 by LX"}},
		{name: "moved by nobody we know", key: otherSHA, moved: func(string) string { return "" }, verdict: tasks.Fail, words: []string{"another machine answers"}},
		{name: "host keys made anew", key: otherSHA, known: instance, verdict: tasks.Fail, words: []string{"was verified for " + instance + " before", "made its host keys anew"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, sshServer(user.PublicKey(), exits(0), host))
			dir := runDir(t, userPEM)
			client := New(Options{Dial: to(addr), Resolve: everything, RunDir: dir, Config: "none", Moved: tt.moved})
			defer client.Close()
			if tt.known != "" {
				if err := client.known.record(tt.known, host.PublicKey()); err != nil {
					t.Fatal(err)
				}
			}
			f := maps.Clone(facts(host.PublicKey(), user.PublicKey()))
			f[tasks.FactHostKey], f[tasks.FactHostPrints] = tt.key, tt.prints
			r := verified(t, client, f)
			got := row(t, r, rungHostKey)
			if r.Verdict != tt.verdict || got.Verdict != tt.verdict {
				t.Errorf("%q, %q: %s", r.Verdict, got.Verdict, got.Says)
			}
			for _, words := range tt.words {
				if !strings.Contains(got.Says, words) {
					t.Errorf("%q is not in: %s", words, got.Says)
				}
			}
			if strings.Contains(r.Says+got.Says, "\x1b") {
				t.Error("an escape sequence came through")
			}
			text, _ := os.ReadFile(filepath.Join(dir, "known_hosts"))
			if recorded := strings.Contains(string(text), instance+" "); recorded != (tt.verdict == tasks.Pass || tt.known == instance) {
				t.Errorf("known_hosts: %s", text)
			}
		})
	}
}

// PuTTY takes each printed key as an option of its own.
func TestPinned(t *testing.T) {
	if got := strings.Join(pinned("SHA256:a,MD5:0a:0b"), " "); got != "-hostkey SHA256:a -hostkey 0a:0b" {
		t.Errorf("%q", got)
	}
	if got := pinned(""); got != nil {
		t.Errorf("%q", got)
	}
}
