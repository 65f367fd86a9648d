package keys

// make.go: a new key, as OpenSSH and as PuTTY keep it.

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
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
	return writePPK(w, private, comment, tasks.Secret{})
}

// WriteSealedPPK is [WritePPK] with a passphrase, at the cost that puttygen gives it.
func WriteSealedPPK(w io.Writer, private crypto.PrivateKey, comment string, passphrase tasks.Secret) error {
	if passphrase.Reveal() == "" {
		return errors.New("a .ppk with a passphrase needs one; give a passphrase that is not empty")
	}
	return writePPK(w, private, comment, passphrase)
}

func writePPK(w io.Writer, private crypto.PrivateKey, comment string, passphrase tasks.Secret) error {
	algorithm, public, secret, err := halves(private)
	if err != nil {
		return fmt.Errorf("write a .ppk: the key %w", err)
	}
	defer clear(secret)
	k := &ppk{version: 3, algorithm: algorithm, cipher: cipherNone, comment: safe.Line(comment), public: public, private: secret}
	if passphrase.Reveal() != "" {
		salt := make([]byte, 16)
		if _, err := rand.Read(salt); err != nil {
			return fmt.Errorf("write a .ppk: %w", err)
		}
		// puttygen's memory and lanes; its passes fill 100 ms, 13 to 21 in its files seen.
		k.cipher, k.cost = cipherAES, argon{kind: "Argon2id", memory: 8192, passes: 21, lanes: 1, salt: salt}
	}
	k.seal([]byte(passphrase.Reveal()))
	if _, err := io.WriteString(w, k.String()); err != nil {
		return fmt.Errorf("write a .ppk: %w", err)
	}
	return nil
}
