package cloud

// ec2_keys.go: key pairs, of which the account only ever sees the public half.

import (
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

type keyPair struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Type        string    `json:"type"` // ed25519 or rsa
	PublicKey   string    `json:"public_key"`
	Fingerprint string    `json:"fingerprint"`
	CreatedAt   time.Time `json:"created_at"`
	Tags        []Tag     `json:"tags,omitempty"`
}

func (s *state) keyPair(name string) *keyPair {
	return find(s.KeyPairs, func(k *keyPair) bool { return k.Name == name })
}

func (c *call) importKeyPair() ([]element, error) {
	name, err := c.newKeyName()
	if err != nil {
		return nil, err
	}
	material, err := c.required("PublicKeyMaterial")
	if err != nil {
		return nil, err
	}
	text, err := base64.StdEncoding.DecodeString(material)
	if err != nil {
		return nil, refuse(400, "InvalidParameterValue", "Value for parameter PublicKeyMaterial is invalid. Invalid BASE64 encoding.")
	}
	k, err := parsePublicKey(string(text))
	if err != nil {
		return nil, refuse(400, "InvalidKey.Format", "Key is not in valid OpenSSH public key format")
	}
	tags, err := c.tagSpecifications("key-pair")
	if err != nil {
		return nil, err
	}
	k.ID, k.Name, k.CreatedAt, k.Tags = c.s.id("key"), name, c.now, tags["key-pair"]
	c.s.KeyPairs = append(c.s.KeyPairs, k)
	return []element{txt("keyName", name), txt("keyFingerprint", k.Fingerprint), txt("keyPairId", k.ID), tagSet(k.Tags)}, nil
}

// parsePublicKey reads one line of OpenSSH's form, an ed25519 or an RSA key, and fingerprints it the way EC2 does for
// imported keys: SHA-256 in base64 for ed25519, MD5 over the DER form for RSA.
func parsePublicKey(text string) (*keyPair, error) {
	fields := strings.Fields(text)
	if len(fields) < 2 || len(text) > 16<<10 || !utf8.ValidString(text) || strings.ContainsAny(strings.TrimSpace(text), "\n\x00") {
		return nil, errors.New("not one line of type, key and comment")
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return nil, errors.New("key is not base64")
	}
	kind, rest, ok := cutSSH(blob)
	if !ok || string(kind) != fields[0] {
		return nil, errors.New("type and key disagree")
	}
	k := &keyPair{PublicKey: strings.TrimSpace(text)}
	switch fields[0] {
	case "ssh-ed25519":
		public, rest, ok := cutSSH(rest)
		if !ok || len(public) != 32 || len(rest) > 0 {
			return nil, errors.New("not an ed25519 key")
		}
		sum := sha256.Sum256(blob)
		k.Type, k.Fingerprint = "ed25519", base64.StdEncoding.EncodeToString(sum[:])
		return k, nil
	case "ssh-rsa":
		k.Type = "rsa"
		k.Fingerprint, err = rsaFingerprint(rest)
		return k, err
	default:
		return nil, errors.New("neither ed25519 nor RSA")
	}
}

func rsaFingerprint(wire []byte) (string, error) {
	e, rest, ok := cutSSH(wire)
	n, rest, ok2 := cutSSH(rest)
	exponent, modulus := new(big.Int).SetBytes(e), new(big.Int).SetBytes(n)
	if !ok || !ok2 || len(rest) > 0 || !exponent.IsInt64() || exponent.Int64() > 1<<31-1 || exponent.Int64() < 3 ||
		modulus.BitLen() < 1024 || modulus.BitLen() > 16384 {
		return "", errors.New("not an RSA key of usable size")
	}
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: modulus, E: int(exponent.Int64())})
	if err != nil {
		return "", err
	}
	sum := md5.Sum(der)
	return colons(hex.EncodeToString(sum[:])), nil
}

func cutSSH(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

func (c *call) describeKeyPairs() ([]element, error) {
	all, err := selected(c, "KeyName", c.s.KeyPairs, func(k *keyPair, name string) bool { return k.Name == name }, func(name string) error {
		return refuse(400, "InvalidKeyPair.NotFound", "The key pair '%s' does not exist", clip(name))
	})
	if err != nil {
		return nil, err
	}
	all, err = selected(c, "KeyPairId", all, func(k *keyPair, id string) bool { return k.ID == id }, func(id string) error {
		return refuse(400, "InvalidKeyPair.NotFound", "The key pair ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	public, err := c.flag("IncludePublicKey", false)
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[*keyPair]{
		"key-name":    one(func(k *keyPair) string { return k.Name }),
		"key-pair-id": one(func(k *keyPair) string { return k.ID }),
		"fingerprint": one(func(k *keyPair) string { return k.Fingerprint }),
	}, func(k *keyPair) []Tag { return k.Tags })
	var rows [][]element
	for _, k := range all {
		row := []element{txt("keyPairId", k.ID), txt("keyName", k.Name), txt("keyType", k.Type),
			txt("keyFingerprint", k.Fingerprint), at("createTime", k.CreatedAt), tagSet(k.Tags)}
		if public {
			row = append(row, txt("publicKey", k.PublicKey))
		}
		rows = append(rows, row)
	}
	return []element{items("keySet", rows)}, err
}

// deleteKeyPair succeeds for a key that is not there, as AWS does.
func (c *call) deleteKeyPair() ([]element, error) {
	name, id := c.text("KeyName"), c.text("KeyPairId")
	if name == "" && id == "" {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter KeyName or KeyPairId")
	}
	out := []element{yes("return", true)}
	c.s.KeyPairs = slices.DeleteFunc(c.s.KeyPairs, func(k *keyPair) bool {
		hit := (name == "" || k.Name == name) && (id == "" || k.ID == id)
		if hit {
			out = append(out, txt("keyPairId", k.ID))
		}
		return hit
	})
	return out, nil
}
