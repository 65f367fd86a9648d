package keys

// make_test.go: what we write is read by puttygen, by ssh-keygen and by ourselves.

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestMadeKeyIsReadBySSHKeygen(t *testing.T) {
	dir := t.TempDir()
	private, file, err := Make("scp\n\x1b[2J")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "scp.pem")
	write(t, path, file)
	k, err := Load(t.Context(), File{Path: path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, _ := ssh.NewSignerFromKey(private)
	if !same(signer.PublicKey(), k.Signer.PublicKey()) || k.Info.Type != "ssh-ed25519" || k.Info.Bits != 256 {
		t.Errorf("made %+v", k.Info)
	}
	line := run(t, dir, "ssh-keygen", "-l", "-f", path)
	if !strings.HasPrefix(line, "256 "+k.Info.SHA256+" scp") || strings.Contains(line, "\x1b") {
		t.Errorf("ssh-keygen reads %q", line)
	}
	if line = run(t, dir, "ssh-keygen", "-l", "-E", "md5", "-f", path); !strings.HasPrefix(line, "256 "+k.Info.MD5+" ") {
		t.Errorf("ssh-keygen reads %q, not %s", line, k.Info.MD5)
	}
}

func TestWrittenPPKIsReadByPuttygen(t *testing.T) {
	dir := t.TempDir()
	made := map[string]crypto.PrivateKey{}
	var err error
	if made["ed25519"], _, err = Make(""); err != nil {
		t.Fatal(err)
	}
	if made["rsa 2048"], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	for name, curve := range map[string]elliptic.Curve{"ecdsa 256": elliptic.P256(), "ecdsa 384": elliptic.P384()} {
		if made[name], err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	read := 0
	for name, private := range made {
		signer, err := ssh.NewSignerFromKey(private)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WritePPK(&b, private, "the day"); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "key.ppk")
		write(t, path, b.Bytes())
		k, err := Load(t.Context(), File{Path: path}, nil)
		if err != nil || !same(k.Signer.PublicKey(), signer.PublicKey()) || k.Info.Comment != "the day" || k.Info.Encrypted {
			t.Fatalf("%s: read back %+v, %v", name, k.Info, err)
		}
		out := run(t, dir, "puttygen", "key.ppk", "-O", "public-openssh")
		public, _, _, _, err := ssh.ParseAuthorizedKey([]byte(out))
		if err != nil || !same(public, signer.PublicKey()) {
			t.Errorf("%s: puttygen reads %q: %v", name, out, err)
		}
		read++
	}
	t.Logf("figure: puttygen reads %d of %d .ppk files that we write", read, len(made))
}

func TestWhatIsNotWritten(t *testing.T) {
	weak, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	odd, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for want, key := range map[string]crypto.PrivateKey{"CVE-2024-31497": weak, "which SSH does not use": odd, "use ed25519": "a string"} {
		var b bytes.Buffer
		if err := WritePPK(&b, key, ""); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("not refused for %q: %v", want, err)
		}
	}
}
