package keys

// beside_test.go: public halves and certificates, made by ssh-keygen and puttygen.

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestPublicHalfOfAnotherKey(t *testing.T) {
	path := place(t, "ed25519")
	write(t, path+".pub", readFile(t, "testdata/ecdsa521.pub"))
	_, err := Load(t.Context(), File{Path: path, Shown: "~/k"}, nil)
	if err == nil || !strings.Contains(err.Error(), "the key ~/k does not belong to the public key beside it: ~/k.pub is of SHA256:") {
		t.Errorf("%v", err)
	}
	write(t, path+".pub", []byte("no key\n"))
	if _, err := Load(t.Context(), File{Path: path}, nil); err != nil {
		t.Errorf("an unreadable .pub is no obstacle: %v", err)
	}
}

func TestCertificateBeside(t *testing.T) {
	k, err := Load(t.Context(), File{Path: place(t, "ed25519")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := k.Signer.PublicKey().(*ssh.Certificate); !ok || k.Info.Type != "ssh-ed25519" || !slices.Equal(k.Info.Principals, []string{"ec2-user", "ubuntu"}) || k.Info.Note != "" {
		t.Errorf("%T %+v", k.Signer.PublicKey(), k.Info)
	}
	signs(t, k)
	k, err = Load(t.Context(), File{Path: place(t, "ed25519-certified.v3.ppk")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := k.Signer.PublicKey().(*ssh.Certificate); !ok || !slices.Equal(k.Info.Principals, []string{"ec2-user"}) {
		t.Errorf("inside a .ppk: %T %+v", k.Signer.PublicKey(), k.Info)
	}
	signs(t, k)
}

// One that merely lies there is left with a note; one that was named must be good.
func TestExpiredCertificate(t *testing.T) {
	path := place(t, "ecdsa521")
	k, err := Load(t.Context(), File{Path: path}, nil)
	if err != nil || k.Info.Note != "the certificate beside it is not used: it expired on 2 January 2020 00:00 UTC" || k.Info.Principals != nil {
		t.Errorf("%+v %v", k.Info, err)
	}
	if _, ok := k.Signer.PublicKey().(*ssh.Certificate); ok {
		t.Error("and it is used")
	}
	_, err = Load(t.Context(), File{Path: path, Shown: "k", Certificate: path + "-cert.pub"}, nil)
	if err == nil || !strings.Contains(err.Error(), "that cannot be used: it expired on 2 January 2020 00:00 UTC; sign another, or name none") {
		t.Errorf("named: %v", err)
	}
}

func TestCertificatesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	key := place(t, "ed25519")
	write(t, filepath.Join(dir, "k"), readFile(t, key))
	write(t, filepath.Join(dir, "k.pub"), readFile(t, key+".pub"))
	run(t, dir, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "authority")
	for want, args := range map[string][]string{
		"is for a host, not for a user": {"-h", "-n", "ec2.example"},
		"is valid only from 1 January":  {"-n", "lx", "-V", "20990101Z:20990102Z"},
		"names no user":                 {},
		"expired on ":                   {"-n", "lx", "-V", "20200101Z:20200102Z"},
	} {
		run(t, dir, "ssh-keygen", append(append([]string{"-q", "-s", "authority", "-I", "id"}, args...), "k.pub")...)
		_, err := Load(t.Context(), File{Path: filepath.Join(dir, "k"), Certificate: filepath.Join(dir, "k-cert.pub")}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not refused for %q: %v", want, err)
		}
	}
	for want, name := range map[string]string{
		"does not exist":            "absent",
		"is no certificate":         key, // a private key
		"is a public key and no":    key + ".pub",
		"is for another key, SHA25": "testdata/ecdsa521-cert.pub",
		"is a folder":               dir,
	} {
		_, err := Load(t.Context(), File{Path: filepath.Join(dir, "k"), Certificate: name}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not refused for %q: %v", want, err)
		}
	}
}
