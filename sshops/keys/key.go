package keys

// key.go: from a file to a key that can sign, asking for the passphrase on the way.

import (
	"cmp"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// File is where a key is. Shown is its path as a person is told, "" = Path.
// Certificate is the path of its certificate; "" = Path with -cert.pub, if there is one.
type File struct{ Path, Shown, Certificate string }

func (f File) shown() string { return safe.Line(cmp.Or(f.Shown, f.Path)) }

// Key is a key that can sign. Of a key with a certificate the signer is the certificate's.
type Key struct {
	Signer ssh.Signer
	Info   Info
}

// Info is what a person may be told of a key. The fingerprints are of the public key,
// not of a certificate for it. All of it is clean text.
type Info struct {
	Type       string   // ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, …
	Bits       int      // of the modulus or the curve
	Format     string   // "OpenSSH", "PEM", "PKCS#8", "PuTTY v2", "PuTTY v3", "agent"
	SHA256     string   // SHA256:…
	MD5        string   // MD5:aa:bb:…
	Comment    string   // of a .ppk, of the .pub beside another file, or of the agent
	Encrypted  bool     // on the disk
	Principals []string // the users that the certificate is for; nil = no certificate
	Made       string   // of RSA: the SHA-1 of the private key as PKCS#8, aa:bb:…: what EC2 shows of a key that it made
	Note       string   // why something beside the key is not used, a sentence; "" = nothing
}

// Load reads the key of a file. When it is encrypted, ask is asked for the passphrase,
// at most three times; nil: nobody can be asked. Errors are for people, name the file
// and what to do, and never quote it. [tasks.ErrDeclined] is wrapped.
func Load(ctx context.Context, f File, ask tasks.Ask) (Key, error) {
	return load(ctx, f, func(s *sealed, _ [sha256.Size]byte) (ssh.Signer, error) { return s.unlock(ctx, f, ask) })
}

// opener gets the key out of a file whose contents have that sum.
type opener func(s *sealed, sum [sha256.Size]byte) (ssh.Signer, error)

func load(ctx context.Context, f File, open opener) (Key, error) {
	if err := ctx.Err(); err != nil {
		return Key{}, err
	}
	data, err := readPrivate(f)
	if err != nil {
		return Key{}, fmt.Errorf("the key %s %w", f.shown(), err)
	}
	defer clear(data)
	s, err := recognise(data, f.shown())
	if err != nil {
		return Key{}, fmt.Errorf("the key %s %w", f.shown(), err)
	}
	signer, err := open(s, sha256.Sum256(data))
	if err != nil {
		return Key{}, err
	}
	info := describe(signer.PublicKey())
	info.Format, info.Encrypted, info.Comment = s.format, s.encrypted, safe.Line(s.comment)
	if m, ok := signer.(made); ok {
		info.Made = m.print
	}
	key, err := beside(f, s, Key{Signer: signer, Info: info}, time.Now())
	if err != nil {
		return Key{}, fmt.Errorf("the key %s %w", f.shown(), err)
	}
	return key, nil
}

// maxTries is how often a person may answer with a wrong passphrase.
const maxTries = 3

// unlock opens the file, with a passphrase when it needs one.
func (s *sealed) unlock(ctx context.Context, f File, ask tasks.Ask) (ssh.Signer, error) {
	if !s.encrypted {
		signer, err := s.signer(nil)
		if err != nil {
			return nil, fmt.Errorf("the key %s %w", f.shown(), err)
		}
		return signer, nil
	}
	if ask == nil {
		return nil, fmt.Errorf("the key %s is encrypted and nobody can be asked here; use it from the cockpit, through an agent, or without a passphrase", f.shown())
	}
	detail := fmt.Sprintf("to open the key %s (%s)", f.shown(), s.format)
	if s.public != nil {
		detail = fmt.Sprintf("to open the key %s (%s, %s)", f.shown(), s.format, ssh.FingerprintSHA256(s.public))
	}
	for try := 1; ; try++ {
		q := tasks.Question{ID: "passphrase-" + newID(), Title: "Passphrase", Detail: detail, Since: time.Now()}
		if try > 1 {
			q.Detail += fmt.Sprintf("; the last one did not open it, try %d of %d", try, maxTries)
		}
		answer, err := ask(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("the key %s is encrypted and stays closed: %w", f.shown(), err)
		}
		signer, err := s.signer([]byte(answer.Reveal()))
		switch {
		case err == nil:
			return signer, nil
		case !errors.Is(err, errPassphrase) || try == maxTries:
			return nil, fmt.Errorf("the key %s %w", f.shown(), err)
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
	}
}

// signer opens the file and makes sure that the key in it is one key, and one to use.
func (s *sealed) signer(passphrase []byte) (signer ssh.Signer, err error) {
	defer clear(passphrase)
	defer recovered(&err)
	private, err := s.open(passphrase)
	if err != nil {
		return nil, err
	}
	if err := sound(private); err != nil {
		return nil, err
	}
	signer, err = ssh.NewSignerFromKey(private)
	if err != nil {
		return nil, errors.New("is of a kind that SSH does not use; make another: " + makeCommand)
	}
	if s.public != nil && !same(s.public, signer.PublicKey()) {
		return nil, errDamaged
	}
	return madeOf(private, signer), nil
}

// made is an RSA signer that remembers the fingerprint of its private half.
type made struct {
	ssh.MultiAlgorithmSigner
	print string
}

func madeOf(private crypto.PrivateKey, signer ssh.Signer) ssh.Signer {
	key, isRSA := private.(*rsa.PrivateKey)
	many, whole := signer.(ssh.MultiAlgorithmSigner)
	if !isRSA || !whole {
		return signer
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return signer
	}
	defer clear(der)
	var pairs []string
	for _, b := range sha1.Sum(der) {
		pairs = append(pairs, fmt.Sprintf("%02x", b))
	}
	return made{many, strings.Join(pairs, ":")}
}

// Sizes of RSA keys in bits: below, sshd refuses them; above, no tool makes them.
const minRSA, maxRSA = 1024, 16384

// sound checks what the libraries leave unchecked.
func sound(private crypto.PrivateKey) error {
	switch k := private.(type) {
	case *ed25519.PrivateKey:
		return sound(*k)
	case ed25519.PrivateKey:
		if len(k) != ed25519.PrivateKeySize || !k.Equal(ed25519.NewKeyFromSeed(k.Seed())) {
			return errDamaged // x/crypto believes the public half that is written beside the seed
		}
	case *rsa.PrivateKey:
		if err := rsaSize(k.N); err != nil {
			return err
		}
	case *ecdsa.PrivateKey:
		if bits := k.Curve.Params().BitSize; bits < 256 {
			return fmt.Errorf("is on a curve of %d bits, which SSH does not use; make another: %s", bits, makeCommand)
		}
	}
	return nil
}

func rsaSize(n *big.Int) error {
	switch bits := n.BitLen(); {
	case bits < minRSA:
		return fmt.Errorf("is RSA of %d bits, which can be broken and which sshd refuses; make another: %s", bits, makeCommand)
	case bits > maxRSA:
		return fmt.Errorf("is RSA of %d bits, more than any tool makes; make another: %s", bits, makeCommand)
	}
	return nil
}

// describe tells what a public key tells.
func describe(public ssh.PublicKey) Info {
	public = plain(public)
	info := Info{Type: safe.Line(public.Type()), SHA256: ssh.FingerprintSHA256(public), MD5: "MD5:" + ssh.FingerprintLegacyMD5(public)}
	if c, ok := public.(ssh.CryptoPublicKey); ok {
		switch k := c.CryptoPublicKey().(type) {
		case *rsa.PublicKey:
			info.Bits = k.N.BitLen()
		case *ecdsa.PublicKey:
			info.Bits = k.Curve.Params().BitSize
		case ed25519.PublicKey:
			info.Bits = 256
		}
	}
	return info
}

// plain is the key that a certificate certifies, or the key itself.
func plain(public ssh.PublicKey) ssh.PublicKey {
	if c, ok := public.(*ssh.Certificate); ok {
		return c.Key
	}
	return public
}

func same(a, b ssh.PublicKey) bool { return string(plain(a).Marshal()) == string(plain(b).Marshal()) }
