package keys

// committed_test.go: the files in testdata, which need no tool: one of each kind.

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kayrus/putty"
	"golang.org/x/crypto/ssh"
)

type specimen struct {
	file   string
	format string // when it loads
	refuse string // else, why
}

func specimens() []specimen {
	return []specimen{
		{file: "ed25519", format: "OpenSSH"},
		{file: "ed25519-aes256-ctr", format: "OpenSSH"},
		{file: "ed25519-chacha20", refuse: "encrypted with chacha20-poly1305@openssh.com, which tminus does not open; encrypt it in the usual way: ssh-keygen -p -Z aes256-ctr -f k"},
		{file: "ecdsa521", format: "OpenSSH"},
		{file: "ecdsa256.pem", format: "PEM"},
		{file: "rsa2048.pem", format: "PEM"},
		{file: "rsa2048-encrypted.pem", format: "PEM"},
		{file: "rsa2048.pkcs8", format: "PKCS#8"},
		{file: "rsa2048-encrypted.pkcs8", refuse: "encrypted PKCS#8, which tminus does not open; write it in OpenSSH's format: ssh-keygen -p -f k"},
		{file: "rsa2048.sshcom", refuse: "format of ssh.com; convert it: puttygen k -O private-openssh-new -o new.key"},
		{file: "dsa1024", refuse: "DSA, which is obsolete"},
		{file: "ed25519.pub", refuse: "is a public key; name the private one"},
		{file: "ed25519-cert.pub", refuse: "is a public key; name the private one"},
		{file: "ed25519.v3.ppk", format: "PuTTY v3"},
		{file: "ed25519.v2.ppk", format: "PuTTY v2"},
		{file: "ed25519-argon2id.v3.ppk", format: "PuTTY v3"},
		{file: "ed25519-argon2i.v3.ppk", format: "PuTTY v3"},
		{file: "ed25519-argon2d.v3.ppk", refuse: "puttygen k --reencrypt --ppk-param kdf=argon2id -o new.ppk"},
		{file: "ed25519-encrypted.v2.ppk", format: "PuTTY v2"},
		{file: "ed25519-certified.v3.ppk", format: "PuTTY v3"},
		{file: "ecdsa384-encrypted.v3.ppk", format: "PuTTY v3"},
		{file: "ecdsa521.v3.ppk", refuse: "CVE-2024-31497"},
		{file: "ed448.v3.ppk", refuse: "Ed448, which OpenSSH's sshd does not know"},
		{file: "rsa2048-encrypted.v3.ppk", format: "PuTTY v3"},
		{file: "rsa2144-encrypted.v3.ppk", format: "PuTTY v3"},
		{file: "dsa2048.v3.ppk", refuse: "DSA, which is obsolete"},
		{file: "rsa1", refuse: "SSH-1, which no host should speak any more"},
	}
}

func TestSpecimens(t *testing.T) {
	loads, refused := 0, 0
	for _, s := range specimens() {
		t.Run(s.file, func(t *testing.T) {
			p := knows(passphrase)
			k, err := Load(t.Context(), File{Path: place(t, s.file), Shown: "k"}, p.ask)
			if s.format == "" {
				refused++
				if err == nil || !strings.HasPrefix(err.Error(), "the key k is ") || !strings.Contains(err.Error(), s.refuse) {
					t.Fatalf("not refused for %q: %v", s.refuse, err)
				}
				if len(p.asked) > 0 {
					t.Errorf("a person was asked for nothing: %+v", p.asked)
				}
				return
			}
			loads++
			if err != nil {
				t.Fatal(err)
			}
			signs(t, k)
			locked := strings.Contains(s.file, "encrypted") || strings.Contains(s.file, "argon") || strings.Contains(s.file, "aes")
			if k.Info.Format != s.format || k.Info.Encrypted != locked || (len(p.asked) > 0) != locked || !strings.HasPrefix(k.Info.Comment, "lx@") {
				t.Errorf("%+v, asked %d times", k.Info, len(p.asked))
			}
		})
	}
	t.Logf("figure: of the %d files in testdata %d load, %d are refused for their reason", loads+refused, loads, refused)
}

// Windows ends lines otherwise, as do people who send files by mail.
func TestLineEnds(t *testing.T) {
	for _, file := range []string{"ed25519", "rsa2048.pem", "ed25519.v2.ppk", "ed25519-argon2id.v3.ppk"} {
		for _, end := range []string{"\r\n", "\r"} {
			if end == "\r" && !strings.HasSuffix(file, ".ppk") {
				continue // an old Mac had PuTTY's at most
			}
			path := place(t, file)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(data, []byte("\n"), []byte(end))...))
			if _, err := Load(t.Context(), File{Path: path}, knows(passphrase).ask); err != nil {
				t.Errorf("%s with lines that end in %q: %v", file, end, err)
			}
		}
	}
}

// Somebody else's reader of the same format agrees with ours on every file that it can read.
func TestOtherReaderAgrees(t *testing.T) {
	files, err := filepath.Glob("testdata/*.ppk")
	if err != nil {
		t.Fatal(err)
	}
	// It has no argon2d, Ed448 and certificates, and takes a private half without padding for a wrong one.
	lacks := []string{"ed25519-argon2d.v3.ppk", "ed448.v3.ppk", "ed25519-certified.v3.ppk", "rsa2144-encrypted.v3.ppk"}
	agree := 0
	for _, file := range files {
		other, err := putty.NewFromFile(file)
		var raw any
		if err == nil {
			word := passphrase
			if other.Encryption == "none" {
				word = ""
			}
			raw, err = other.ParseRawPrivateKey([]byte(word))
		}
		name := filepath.Base(file)
		if lacking := slices.Contains(lacks, name); lacking != (err != nil) {
			t.Errorf("%s: the other reader: %v", name, err)
		}
		k, refused := Load(t.Context(), File{Path: place(t, name)}, knows(passphrase).ask)
		if err != nil || refused != nil {
			continue
		}
		signer, err := ssh.NewSignerFromKey(raw)
		if err != nil || !same(signer.PublicKey(), k.Signer.PublicKey()) {
			t.Errorf("%s: %v", name, err)
		}
		agree++
	}
	if agree < 6 {
		t.Errorf("compared %d files", agree)
	}
}
