package keys

// pem.go: OpenSSH's own format and the PEM ones before it, as x/crypto reads them.

import (
	"cmp"
	"crypto"
	//lint:ignore SA1019 it is recognised to be refused
	"crypto/dsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/tasks/safe"
)

// maxRounds bounds what a passphrase costs: ssh-keygen takes 16 to 24 rounds unless told
// otherwise, and 1000 are some seconds.
const maxRounds = 1000

// maxBlock is what RSA of 16384 bits needs and some, in bytes: the longer the numbers of
// a key, the longer it takes to check them.
const maxBlock = 12 << 10

const dsaRefused = "is DSA, which is obsolete: only 1024 bits, and OpenSSH has refused it since 7.0 and no longer has it since 10.0; make another: " + makeCommand

// recognisePEM tells what a PEM block is.
func recognisePEM(block *pem.Block, shown string) (*sealed, error) {
	s := &sealed{encrypted: strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")}
	switch block.Type {
	case "OPENSSH PRIVATE KEY":
		s.format = "OpenSSH"
		if err := s.openSSH(block.Bytes, shown); err != nil {
			return nil, err
		}
	case "RSA PRIVATE KEY", "EC PRIVATE KEY":
		s.format = "PEM"
		if err := cipherPEM(block, shown); s.encrypted && err != nil {
			return nil, err
		}
	case "PRIVATE KEY":
		s.format = "PKCS#8"
		if err := algorithmPKCS8(block.Bytes); err != nil {
			return nil, err
		}
	case "DSA PRIVATE KEY":
		return nil, errors.New(dsaRefused)
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("is encrypted PKCS#8, which tminus does not open; write it in OpenSSH's format: " + sshKeygen(shown, ""))
	case "SSH2 PUBLIC KEY", "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE":
		return nil, errors.New("is public only; name the file of the private key")
	default:
		return nil, fmt.Errorf("is a %s and no key; name another file", safe.Line(strings.ToLower(block.Type)))
	}
	if len(block.Bytes) > maxBlock {
		return nil, fmt.Errorf("is longer than any key: %d bytes, at most %d; use another file", len(block.Bytes), maxBlock)
	}
	whole := pem.EncodeToMemory(block)
	s.open = func(passphrase []byte) (crypto.PrivateKey, error) { return openPEM(s, whole, passphrase) }
	return s, nil
}

func openPEM(s *sealed, whole, passphrase []byte) (crypto.PrivateKey, error) {
	var private any
	var err error
	if s.encrypted {
		private, err = ssh.ParseRawPrivateKeyWithPassphrase(slices.Clone(whole), passphrase)
	} else {
		private, err = ssh.ParseRawPrivateKey(whole)
	}
	switch _, obsolete := private.(*dsa.PrivateKey); {
	case err != nil && s.encrypted:
		return nil, errPassphrase // an old PEM opens to noise as often as it says so
	case err != nil: // the libraries' words say what is wrong and quote no number
		return nil, fmt.Errorf("cannot be used: %s; use a copy of the file, or make another key: %s", safe.Line(err.Error()), makeCommand)
	case obsolete:
		return nil, errors.New(dsaRefused)
	}
	return private, nil
}

// cipherPEM refuses what crypto/x509 does not decrypt.
func cipherPEM(block *pem.Block, shown string) error {
	name, _, _ := strings.Cut(block.Headers["DEK-Info"], ",")
	if slices.Contains([]string{"DES-CBC", "DES-EDE3-CBC", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC"}, name) {
		return nil
	}
	return fmt.Errorf("is encrypted with %s, which tminus does not open; write it in OpenSSH's format: %s", safe.Line(cmp.Or(name, "nothing that it names")), sshKeygen(shown, ""))
}

// algorithmPKCS8 refuses what is a key, but of an algorithm that SSH does not use.
func algorithmPKCS8(der []byte) error {
	var outside struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Private   []byte
	}
	if _, err := asn1.Unmarshal(der, &outside); err != nil {
		return nil // its parser says what is wrong with it
	}
	switch id := outside.Algorithm.Algorithm.String(); id {
	case "1.2.840.10040.4.1":
		return errors.New(dsaRefused)
	case "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.3.101.112": // RSA, ECDSA, Ed25519
		return nil
	default:
		return fmt.Errorf("is of an algorithm (%s) that SSH does not use; make another: %s", id, makeCommand)
	}
}

// openSSH looks at the outside of OpenSSH's format, of which x/crypto opens two ciphers,
// so that nobody is asked for a passphrase in vain.
func (s *sealed) openSSH(data []byte, shown string) error {
	const magic = "openssh-key-v1\x00"
	var outside struct {
		Cipher, KDF, Options string
		Keys                 uint32
		Public, Private      []byte
		Tag                  []byte `ssh:"rest"` // of ciphers that have one
	}
	rest, ok := strings.CutPrefix(string(data), magic)
	if !ok || ssh.Unmarshal([]byte(rest), &outside) != nil || outside.Keys != 1 {
		return errDamaged
	}
	var kind struct {
		Type string
		Rest []byte `ssh:"rest"`
	}
	if ssh.Unmarshal(outside.Public, &kind) != nil {
		return errDamaged
	}
	switch {
	case kind.Type == "ssh-dss":
		return errors.New(dsaRefused)
	case strings.HasPrefix(kind.Type, "sk-"):
		return errors.New("is on a security key (FIDO), which only an agent can use: ssh-add " + word(shown))
	}
	public, err := ssh.ParsePublicKey(outside.Public)
	if err != nil {
		return fmt.Errorf("is of type %s, which tminus does not know; make another: %s", safe.Line(kind.Type), makeCommand)
	}
	s.public, s.encrypted = public, outside.Cipher != "none"
	if !s.encrypted {
		return nil
	}
	var cost struct {
		Salt   []byte
		Rounds uint32
	}
	switch {
	case outside.Cipher != "aes256-ctr" && outside.Cipher != "aes256-cbc":
		return fmt.Errorf("is encrypted with %s, which tminus does not open; encrypt it in the usual way: %s", safe.Line(outside.Cipher), sshKeygen(shown, "-Z aes256-ctr"))
	case outside.KDF != "bcrypt" || ssh.Unmarshal([]byte(outside.Options), &cost) != nil:
		return errDamaged
	case cost.Rounds > maxRounds:
		return fmt.Errorf("wants %d rounds for its passphrase, at most %d are done here; write it with fewer: %s", cost.Rounds, maxRounds, sshKeygen(shown, "-a 100"))
	}
	return nil
}
