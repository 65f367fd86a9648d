package keys

// make.go: a new key, as OpenSSH and as PuTTY keep it.

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"

	"tminus/tasks/safe"
)

// Make makes an ed25519 key, and the text of its file in OpenSSH's format without a
// passphrase: it is the caller's to keep it from others (mode 0600).
func Make(comment string) (ed25519.PrivateKey, []byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make an SSH key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, safe.Line(comment))
	if err != nil {
		return nil, nil, fmt.Errorf("make an SSH key: %w", err)
	}
	return private, pem.EncodeToMemory(block), nil
}

// WritePPK writes a key as PuTTY's file, version 3 (PuTTY 0.75 and newer), without a
// passphrase: ed25519, RSA, or ECDSA but on P-521. It is the caller's to keep it from others.
func WritePPK(w io.Writer, private crypto.PrivateKey, comment string) error {
	algorithm, public, secret, err := halves(private)
	if err != nil {
		return fmt.Errorf("write a .ppk: the key %w", err)
	}
	defer clear(secret)
	k := &ppk{version: 3, algorithm: algorithm, cipher: cipherNone, comment: safe.Line(comment), public: public, private: secret}
	k.seal(nil)
	if _, err := io.WriteString(w, k.String()); err != nil {
		return fmt.Errorf("write a .ppk: %w", err)
	}
	return nil
}
