package keys

// made_test.go: every kind of key that ssh-keygen and puttygen of this machine can make,
// in every format and encryption of theirs, loads or is refused for a stated reason.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// count is how it went with one tool.
type count struct{ loads, refused int }

// check loads a file that a tool made; want is the tool's own fingerprint of it, or,
// when refuse is not empty, of no interest.
func (c *count) check(t *testing.T, path, want, refuse string) {
	t.Helper()
	k, err := Load(t.Context(), File{Path: path}, knows(passphrase).ask)
	name := filepath.Base(path)
	switch {
	case refuse != "" && (err == nil || !strings.Contains(err.Error(), refuse)):
		t.Errorf("%s is not refused for %q: %v", name, refuse, err)
	case refuse != "":
		c.refused++
	case err != nil:
		t.Errorf("%s: %v", name, err)
	case k.Info.SHA256 != want:
		t.Errorf("%s: %s, the tool says %s", name, k.Info.SHA256, want)
	default:
		signs(t, k)
		c.loads++
	}
}

func TestWhatSSHKeygenMakes(t *testing.T) {
	t.Parallel() // it waits for ssh-keygen
	dir := t.TempDir()
	c := &count{}
	for _, kind := range []string{"rsa 2048", "rsa 3072", "ecdsa 256", "ecdsa 384", "ecdsa 521", "ed25519 256", "dsa 1024"} {
		typ, bits, _ := strings.Cut(kind, " ")
		base := filepath.Join(dir, typ+bits)
		run(t, dir, "ssh-keygen", "-q", "-t", typ, "-b", bits, "-N", "", "-C", "made", "-f", base)
		want := strings.Fields(run(t, dir, "ssh-keygen", "-l", "-f", base))[1]
		for _, format := range []string{"RFC4716", "PEM", "PKCS8"} {
			for _, word := range []string{"", passphrase} {
				path := fmt.Sprintf("%s-%s-%t", base, format, word != "")
				clone(t, base, path)
				run(t, dir, "ssh-keygen", "-q", "-p", "-P", "", "-N", word, "-a", "4", "-m", format, "-f", path)
				refuse := ""
				switch {
				case format == "PKCS8" && word != "" && typ != "ed25519":
					refuse = "is encrypted PKCS#8"
				case typ == "dsa":
					refuse = "is DSA, which is obsolete"
				}
				c.check(t, path, want, refuse)
			}
		}
	}
	base := filepath.Join(dir, "ed25519256")
	want := strings.Fields(run(t, dir, "ssh-keygen", "-l", "-f", base))[1]
	for n, cipher := range strings.Fields(run(t, dir, "ssh", "-Q", "cipher")) {
		if n%stride != 0 {
			continue
		}
		path := base + "-" + cipher
		clone(t, base, path)
		run(t, dir, "ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-a", "4", "-Z", cipher, "-f", path)
		refuse := "is encrypted with " + cipher + ", which tminus does not open"
		if cipher == "aes256-ctr" || cipher == "aes256-cbc" {
			refuse = ""
		}
		c.check(t, path, want, refuse)
		if refuse == "" {
			continue
		}
		run(t, dir, "ssh-keygen", "-q", "-p", "-P", passphrase, "-N", passphrase, "-a", "4", "-Z", "aes256-ctr", "-f", path) // as it was advised
		c.check(t, path, want, "")
	}
	t.Logf("figure: of the kinds of key file that ssh-keygen makes %d load and %d are refused for their reason", c.loads, c.refused)
}

func clone(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, data)
}

// puttyKind is a type of key, and why it is refused however it is written; "" = it loads.
type puttyKind struct{ typ, bits, refuse string }

func TestWhatPuttygenMakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "word"), []byte(passphrase))
	write(t, filepath.Join(dir, "none"), nil)
	c := &count{}
	for _, k := range []puttyKind{
		{"rsa", "2048", ""}, {"ecdsa", "256", ""}, {"ecdsa", "384", ""}, {"ecdsa", "521", "CVE-2024-31497"},
		{"eddsa", "255", ""}, {"eddsa", "448", "Ed448"}, {"dsa", "1024", "is DSA, which is obsolete"},
	} {
		base := filepath.Join(dir, k.typ+k.bits)
		run(t, dir, "puttygen", "-q", "-t", k.typ, "-b", k.bits, "-C", "made", "--new-passphrase", "none", "-o", base)
		public, _, _, _, err := ssh.ParseAuthorizedKey([]byte(run(t, dir, "puttygen", base, "-L")))
		want := ""
		if err == nil {
			want = ssh.FingerprintSHA256(public)
		} else if k.refuse == "" {
			t.Fatal(err)
		}
		for n, how := range []string{
			"none version=2", "none version=3", "word version=2", "word version=3,passes=2", "word kdf=argon2id,passes=3",
			"word kdf=argon2i,passes=3", "word kdf=argon2d,passes=3", "word kdf=argon2id,memory=16384,passes=2,parallelism=4",
		} {
			if n%stride != 0 {
				continue
			}
			word, params, _ := strings.Cut(how, " ")
			path := base + "-" + word + "-" + params + ".ppk"
			run(t, dir, "puttygen", base, "--reencrypt", "--new-passphrase", word, "--ppk-param", params, "-o", path)
			refuse := k.refuse
			if strings.Contains(params, "argon2d") {
				refuse = "--ppk-param kdf=argon2id -o new.ppk"
			}
			c.check(t, path, want, refuse)
		}
		c.exports(t, base, want, k)
	}
	base := filepath.Join(dir, "rsa1")
	run(t, dir, "puttygen", "-q", "-t", "rsa1", "-b", "1024", "--new-passphrase", "none", "-o", base)
	c.check(t, base, "", "is for SSH-1")
	t.Logf("figure: of the kinds of key file that puttygen makes %d load and %d are refused for their reason", c.loads, c.refused)
}

// exports are the formats of others that puttygen writes.
func (c *count) exports(t *testing.T, base, want string, k puttyKind) {
	t.Helper()
	dir := filepath.Dir(base)
	for _, format := range []string{"private-openssh", "private-openssh-new", "private-sshcom"} {
		for _, word := range []string{"none", "word"} {
			refuse := k.refuse
			switch {
			case k.bits == "521":
				refuse = "" // nothing in these formats tells that PuTTY made it
			case format == "private-sshcom":
				refuse = "format of ssh.com"
			}
			if format == "private-sshcom" && k.typ != "rsa" && k.typ != "dsa" || k.bits == "448" {
				continue // puttygen cannot
			}
			path := base + "-" + word + "-" + format
			run(t, dir, "puttygen", base, "--new-passphrase", word, "-O", format, "-o", path)
			c.check(t, path, want, refuse)
		}
	}
}
