package sshops

// openkey_test.go: PuTTY's files and sealed ones have the fingerprints that EC2 would keep of them.

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"tminus/sshops/keys"
	"tminus/tasks"
)

func TestOpenKey(t *testing.T) {
	dir := t.TempDir()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ed, _, err := keys.Make("ed")
	if err != nil {
		t.Fatal(err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte("hummingbird"))
	if err != nil {
		t.Fatal(err)
	}
	var ppk, edPPK strings.Builder
	if keys.WritePPK(&ppk, key, "rsa") != nil || keys.WritePPK(&edPPK, ed, "ed") != nil {
		t.Fatal("no .ppk was written")
	}
	private, _ := x509.MarshalPKCS8PrivateKey(key)
	public, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	hex := func(sum []byte) string { return strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":") }
	made, imported := sha1.Sum(private), md5.Sum(public)
	signer, _ := ssh.NewSignerFromKey(ed)
	asked := 0
	c := New(Options{Config: "none", Ask: func(context.Context, tasks.Question) (tasks.Secret, error) {
		asked++
		return tasks.NewSecret("hummingbird"), nil
	}})
	defer c.Close()
	ofRSA := []string{hex(made[:]), hex(imported[:])}
	for name, tt := range map[string]struct {
		text  string
		want  []string
		asked int
	}{
		"rsa.ppk":    {ppk.String(), ofRSA, 0},
		"ed.ppk":     {edPPK.String(), []string{ssh.FingerprintSHA256(signer.PublicKey())}, 0},
		"locked.pem": {string(pem.EncodeToMemory(locked)), ofRSA, 1},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		asked = 0
		for range 2 { // once in the life of the client
			if _, prints, err := c.OpenKey(t.Context(), path, name); err != nil || !slices.Equal(prints, tt.want) {
				t.Errorf("%s: %v, %v, want %v", name, prints, err, tt.want)
			}
		}
		if asked != tt.asked {
			t.Errorf("%s: asked %d times", name, asked)
		}
	}
}
