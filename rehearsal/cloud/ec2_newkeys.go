package cloud

// ec2_newkeys.go: CreateKeyPair. The account makes the key, hands out the private half once and keeps the public one.

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

func (c *call) createKeyPair() ([]element, error) {
	name, err := c.newKeyName()
	if err != nil {
		return nil, err
	}
	if f := c.text("KeyFormat"); f != "" && f != "pem" {
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter keyFormat is invalid. The pretend account hands out keys as pem only.", clip(f))
	}
	tags, err := c.tagSpecifications("key-pair")
	if err != nil {
		return nil, err
	}
	var private string
	var k *keyPair
	switch kind := c.text("KeyType"); kind {
	case "", "rsa":
		if c.dry {
			return nil, nil // making it takes a while, and it would be thrown away
		}
		k, private, err = newRSAKey()
	case "ed25519":
		seed := c.s.draw("key-pair")
		k, private, err = newEd25519Key(ed25519.NewKeyFromSeed(seed[:]), name)
	default:
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter keyType is invalid. Valid values are rsa and ed25519.", clip(kind))
	}
	if err != nil {
		return nil, fmt.Errorf("make a key pair: %w", err)
	}
	k.ID, k.Name, k.CreatedAt, k.Tags = c.s.id("key"), name, c.now, tags["key-pair"]
	c.s.KeyPairs = append(c.s.KeyPairs, k)
	return []element{txt("keyName", name), txt("keyFingerprint", k.Fingerprint), txt("keyMaterial", private), txt("keyPairId", k.ID), tagSet(k.Tags)}, nil
}

// newKeyName reads the name for a key pair that is to be made or imported.
func (c *call) newKeyName() (string, error) {
	name, err := c.required("KeyName")
	switch {
	case err != nil:
		return "", err
	case len(name) > 255:
		return "", refuse(400, "InvalidParameterValue", "Value for parameter KeyName is longer than 255 characters")
	case c.s.keyPair(name) != nil:
		return "", refuse(400, "InvalidKeyPair.Duplicate", "The keypair '%s' already exists.", clip(name))
	}
	return name, nil
}

func newEd25519Key(key ed25519.PrivateKey, name string) (*keyPair, string, error) {
	k, err := publicHalf(key.Public())
	if err != nil {
		return nil, "", err
	}
	block, err := ssh.MarshalPrivateKey(key, name)
	if err != nil {
		return nil, "", err
	}
	return k, strings.TrimSpace(string(pem.EncodeToMemory(block))), nil
}

// newRSAKey makes a key that no seed decides: RSA takes its primes from the machine's randomness. Its fingerprint is the
// one AWS shows for keys it made: SHA-1 over the private key.
func newRSAKey() (*keyPair, string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, "", err
	}
	k, err := publicHalf(key.Public())
	if err != nil {
		return nil, "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, "", err
	}
	sum := sha1.Sum(der)
	k.Fingerprint = colons(hex.EncodeToString(sum[:]))
	block := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	return k, strings.TrimSpace(string(block)), nil
}

func publicHalf(key crypto.PublicKey) (*keyPair, error) {
	public, err := ssh.NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	return parsePublicKey(string(ssh.MarshalAuthorizedKey(public)))
}

// colons puts a colon between every two digits.
func colons(digits string) string {
	var pairs []string
	for ; len(digits) > 1; digits = digits[2:] {
		pairs = append(pairs, digits[:2])
	}
	return strings.Join(pairs, ":")
}
