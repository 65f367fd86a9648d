package keys

// ppkseal.go: what a .ppk is closed with, and the private halves inside it.

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"math/big"
	"slices"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/ssh"
)

// open takes the private key out of the file, which stays as it is.
func (k *ppk) open(passphrase []byte) (crypto.PrivateKey, error) {
	block, iv, macKey := k.derive(passphrase)
	closed := *k
	if k.cipher != cipherNone {
		if len(k.private)%aes.BlockSize != 0 {
			return nil, errDamaged
		}
		closed.private = slices.Clone(k.private)
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(closed.private, closed.private)
		defer clear(closed.private)
	}
	switch intact := hmac.Equal(closed.sum(macKey), k.mac); {
	case !intact && k.cipher != cipherNone:
		return nil, errPassphrase
	case !intact:
		return nil, errDamaged
	}
	return closed.key()
}

// seal encrypts the private half, unless cipher is none, and signs the file.
func (k *ppk) seal(passphrase []byte) {
	block, iv, macKey := k.derive(passphrase)
	if k.cipher != cipherNone {
		// Padded with a digest of itself, as PuTTY does: nobody learns from the padding.
		if over := len(k.private) % aes.BlockSize; over > 0 {
			pad := sha1.Sum(k.private)
			k.private = append(k.private, pad[:aes.BlockSize-over]...)
		}
	}
	k.mac = k.sum(macKey)
	if k.cipher != cipherNone {
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(k.private, k.private)
	}
}

// derive makes the keys of the file from its passphrase: for the cipher, and for the MAC,
// which an unencrypted file has as well, with a key that everybody knows.
func (k *ppk) derive(passphrase []byte) (block cipher.Block, iv, macKey []byte) {
	var key []byte
	switch {
	case k.version == 2:
		const macSalt = "putty-private-key-file-mac-key"
		mac := sha1.Sum(slices.Concat([]byte(macSalt), passphrase))
		for i := range byte(2) {
			half := sha1.Sum(slices.Concat([]byte{0, 0, 0, i}, passphrase))
			key = append(key, half[:]...)
		}
		key, iv, macKey = key[:32], make([]byte, aes.BlockSize), mac[:]
	case k.cipher == cipherNone:
		return nil, nil, nil
	default:
		derive := argon2.IDKey
		if k.cost.kind == "Argon2i" {
			derive = argon2.Key
		}
		const size = 32 + aes.BlockSize + 32
		all := derive(passphrase, k.cost.salt, uint32(k.cost.passes), uint32(k.cost.memory), uint8(k.cost.lanes), size)
		key, iv, macKey = all[:32], all[32:48], all[48:]
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("keys: " + err.Error()) // 32 bytes are a key
	}
	return block, iv, macKey
}

// sum is the MAC over the file with its private half in the clear.
func (k *ppk) sum(key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	if k.version == 2 {
		mac = hmac.New(sha1.New, key)
	}
	mac.Write(ssh.Marshal(struct {
		Algorithm, Cipher, Comment string
		Public, Private            []byte
	}{k.algorithm, k.cipher, k.comment, k.public, k.private}))
	return mac.Sum(nil)
}

// The private halves, as PuTTY puts them into the blob.
type (
	ppkRSA struct {
		D, P, Q, Inverse *big.Int
		Pad              []byte `ssh:"rest"`
	}
	ppkECDSA struct {
		D   *big.Int
		Pad []byte `ssh:"rest"`
	}
	ppkEd25519 struct {
		Seed []byte
		Pad  []byte `ssh:"rest"`
	}
)

// key puts the two halves together; the blob is in the clear and its MAC was right, and
// still nothing in it is believed.
func (k *ppk) key() (crypto.PrivateKey, error) {
	public, err := ssh.ParsePublicKey(k.public)
	if err != nil {
		return nil, errDamaged
	}
	half, ok := plain(public).(ssh.CryptoPublicKey)
	if !ok {
		return nil, errDamaged
	}
	switch of := half.CryptoPublicKey().(type) {
	case *rsa.PublicKey:
		var in ppkRSA
		if ssh.Unmarshal(k.private, &in) != nil || k.overlong(in.Pad) {
			return nil, errDamaged
		}
		if err := rsaSize(of.N); err != nil {
			return nil, err
		}
		for _, n := range []*big.Int{in.D, in.P, in.Q} {
			if n.Sign() <= 0 || n.BitLen() > of.N.BitLen() {
				return nil, errDamaged
			}
		}
		private := &rsa.PrivateKey{PublicKey: *of, D: in.D, Primes: []*big.Int{in.P, in.Q}}
		if private.Validate() != nil {
			return nil, errDamaged
		}
		private.Precompute()
		return private, nil
	case *ecdsa.PublicKey:
		var in ppkECDSA
		if ssh.Unmarshal(k.private, &in) != nil || k.overlong(in.Pad) || in.D.Sign() <= 0 || in.D.Cmp(of.Params().N) >= 0 {
			return nil, errDamaged
		}
		return scalar(of.Curve, in.D)
	case ed25519.PublicKey:
		var in ppkEd25519
		if ssh.Unmarshal(k.private, &in) != nil || k.overlong(in.Pad) || len(in.Seed) != ed25519.SeedSize {
			return nil, errDamaged
		}
		return ed25519.NewKeyFromSeed(in.Seed), nil
	}
	return nil, errDamaged
}

// scalar is the key of d, which is in range; its public half is computed, not believed.
func scalar(curve elliptic.Curve, d *big.Int) (*ecdsa.PrivateKey, error) {
	raw := d.FillBytes(make([]byte, (curve.Params().BitSize+7)/8))
	defer clear(raw)
	private, err := ecdsa.ParseRawPrivateKey(curve, raw)
	if err != nil {
		return nil, errDamaged
	}
	return private, nil
}

// overlong reports whether more follows the key than fills a block of the cipher.
func (k *ppk) overlong(pad []byte) bool {
	if k.cipher == cipherNone {
		return len(pad) > 0
	}
	return len(pad) >= aes.BlockSize
}

// halves are the two blobs of a key and its name, for writing; the opposite of key.
func halves(private crypto.PrivateKey) (algorithm string, public, secret []byte, err error) {
	switch k := private.(type) {
	case *ed25519.PrivateKey:
		return halves(*k)
	case ed25519.PrivateKey:
		secret = ssh.Marshal(ppkEd25519{Seed: k.Seed()})
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P521() {
			return "", nil, nil, errors.New("is ECDSA on P-521, which PuTTY before 0.81 betrays by its signatures (CVE-2024-31497); make another: " + makeCommand)
		}
		raw, err := k.Bytes()
		if err != nil {
			return "", nil, nil, errors.New("is on a curve that SSH does not use; make another: " + makeCommand)
		}
		secret = ssh.Marshal(ppkECDSA{D: new(big.Int).SetBytes(raw)})
	case *rsa.PrivateKey:
		if len(k.Primes) != 2 {
			return "", nil, nil, errors.New("is RSA of more than two primes, which PuTTY cannot have; make another: " + makeCommand)
		}
		p, q := k.Primes[0], k.Primes[1]
		inverse := new(big.Int).ModInverse(q, p)
		if inverse == nil || k.Validate() != nil {
			return "", nil, nil, errDamaged
		}
		secret = ssh.Marshal(ppkRSA{D: k.D, P: p, Q: q, Inverse: inverse})
	default:
		return "", nil, nil, errors.New("is of a type that PuTTY's format does not have here; use ed25519, RSA or ECDSA")
	}
	if err := sound(private); err != nil {
		return "", nil, nil, err
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return "", nil, nil, errors.New("is on a curve that SSH does not use; make another: " + makeCommand)
	}
	return signer.PublicKey().Type(), signer.PublicKey().Marshal(), secret, nil
}
