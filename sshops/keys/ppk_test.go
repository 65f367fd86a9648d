package keys

// ppk_test.go: files that want too much of us, and private halves that are not what
// their MAC vouches for.

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Nobody is asked, and nothing spent, for a file that would cost too much.
func TestCostsAreBoundedBefore(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"Argon2-Memory: 8192", "Argon2-Memory: 1048576", "wants 1024 MiB of memory for its passphrase, at most 256 are given here; write it anew: puttygen k --reencrypt -o new.ppk"},
		{"Argon2-Memory: 8192", "Argon2-Memory: 4294967295", "wants 4194303 MiB"},
		{"Argon2-Memory: 8192", "Argon2-Memory: 42949672960", "is damaged"},
		{"Argon2-Memory: 8192", "Argon2-Memory: 0", "is damaged"},
		{"Argon2-Memory: 8192", "Argon2-Memory: 1", "more than is done here"},
		{"Argon2-Passes: ", "Argon2-Passes: 99999", "more than is done here"},
		{"Argon2-Parallelism: 1", "Argon2-Parallelism: 255", "more than is done here"},
		{"Argon2-Parallelism: 1", "Argon2-Parallelism: 0", "is damaged"},
		{"Argon2-Parallelism: 1", "Argon2-Parallelism: -1", "is damaged"},
		{"Argon2-Salt: ", "Argon2-Salt: " + strings.Repeat("00", 65), "is damaged"},
		{"Argon2id", "Argon2x", "is damaged"},
		{"aes256-cbc", "aes256-gcm", "is damaged"},
		{"Public-Lines: 2", "Public-Lines: 4294967295", "is damaged"},
		{"Public-Lines: 2", "Public-Lines: 0", "is damaged"},
		{"Private-Lines: 1", "Private-Lines: 9", "is damaged"},
		{"File-3", "File-4", "newer than version 3"},
		{"File-3", "File-1", "first format"},
		{"ssh-ed25519", "ssh-rsa", "is damaged"},
		{"ssh-ed25519", "ssh-other", "of a type that PuTTY does not make"},
	} {
		path := place(t, "ed25519-argon2id.v3.ppk")
		text := strings.Replace(string(readFile(t, path)), c.from, c.to, 1)
		if strings.HasPrefix(c.to, "Argon2-Memory: 1") && len(c.to) == 16 {
			text = strings.Replace(text, "Argon2-Passes: ", "Argon2-Passes: 99999", 1)
		}
		write(t, path, []byte(text))
		p := knows(passphrase)
		began := time.Now()
		_, err := Load(t.Context(), File{Path: path, Shown: "k"}, p.ask)
		if err == nil || !strings.Contains(err.Error(), c.want) || len(p.asked) > 0 || time.Since(began) > 5*time.Second {
			t.Errorf("%s: after %v, asked %d times: %v", c.to, time.Since(began), len(p.asked), err)
		}
	}
}

// What is just within the bounds is some seconds of work at most.
func TestDearestFileOpens(t *testing.T) {
	if testing.Short() || stride > 1 {
		t.Skip("SKIPPED, not tested here: 256 MiB of memory, with -short or under the race detector")
	}
	private, _, err := Make("")
	if err != nil {
		t.Fatal(err)
	}
	algorithm, public, secret, err := halves(private)
	if err != nil {
		t.Fatal(err)
	}
	k := &ppk{version: 3, algorithm: algorithm, cipher: cipherAES, public: public, private: secret,
		cost: argon{kind: "Argon2id", memory: maxMemory, passes: 1, lanes: maxLanes, salt: make([]byte, maxSalt)}}
	k.seal([]byte(passphrase))
	path := filepath.Join(t.TempDir(), "dear.ppk")
	write(t, path, []byte(k.String()))
	began := time.Now()
	if _, err := Load(t.Context(), File{Path: path}, knows(passphrase).ask); err != nil {
		t.Error(err)
	}
	t.Logf("figure: a .ppk that wants the most memory allowed (256 MiB, one pass) opens in %v", time.Since(began).Round(10*time.Millisecond))
}

// The longest numbers that a file may hold, which belong together but are no primes, do
// not take long to be checked.
func TestLongestNumbers(t *testing.T) {
	odd := func() *big.Int {
		n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), maxRSA/2))
		if err != nil {
			t.Fatal(err)
		}
		return n.SetBit(n.SetBit(n, maxRSA/2-1, 1).SetBit(n, maxRSA/2-2, 1), 0, 1)
	}
	one, e := big.NewInt(1), big.NewInt(65537)
	var p, q, d, inverse *big.Int
	for d == nil || inverse == nil {
		p, q = odd(), odd()
		inverse = new(big.Int).ModInverse(q, p)
		d = new(big.Int).ModInverse(e, new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)))
	}
	n := new(big.Int).Mul(p, q)
	k := &ppk{version: 3, algorithm: "ssh-rsa", cipher: cipherNone, private: ssh.Marshal(ppkRSA{D: d, P: p, Q: q, Inverse: inverse}), public: ssh.Marshal(struct {
		Type string
		E, N *big.Int
	}{"ssh-rsa", e, n})}
	k.seal(nil)
	der, err := asn1.Marshal(struct {
		Version                  int
		N, E, D, P, Q, Dp, Dq, I *big.Int
	}{0, n, e, d, p, q, new(big.Int).Mod(d, new(big.Int).Sub(p, one)), new(big.Int).Mod(d, new(big.Int).Sub(q, one)), inverse})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "k")
	for name, data := range map[string][]byte{"ppk": []byte(k.String()), "pem": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der})} {
		write(t, path, data)
		began := time.Now()
		_, err := Load(t.Context(), File{Path: path}, nil)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s of %d bytes: %v, %v", name, len(data), took, err)
		}
	}
}

// The MAC of an unencrypted file is no secret: anybody can vouch for anything.
func TestHalvesMustBelongTogether(t *testing.T) {
	one, _, err := Make("")
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := Make("")
	if err != nil {
		t.Fatal(err)
	}
	algorithm, public, secret, err := halves(one)
	if err != nil {
		t.Fatal(err)
	}
	big1 := big.NewInt(1)
	rsaPublic := ssh.Marshal(struct {
		Type string
		E, N *big.Int
	}{"ssh-rsa", big.NewInt(65537), new(big.Int).Lsh(big1, 2047)})
	for name, k := range map[string]*ppk{
		"another seed":     {algorithm: algorithm, public: public, private: ssh.Marshal(ppkEd25519{Seed: two.Seed()})},
		"a short seed":     {algorithm: algorithm, public: public, private: ssh.Marshal(ppkEd25519{Seed: two.Seed()[:31]})},
		"something after":  {algorithm: algorithm, public: public, private: append(secret[:len(secret):len(secret)], 0)},
		"nothing":          {algorithm: algorithm, public: public, private: []byte{0}},
		"a short public":   {algorithm: algorithm, public: public[:len(public)-1], private: secret},
		"RSA of nothing":   {algorithm: "ssh-rsa", public: rsaPublic, private: ssh.Marshal(ppkRSA{D: big.NewInt(0), P: big.NewInt(0), Q: big.NewInt(-1), Inverse: big1})},
		"RSA of one prime": {algorithm: "ssh-rsa", public: rsaPublic, private: ssh.Marshal(ppkRSA{D: big1, P: big1, Q: new(big.Int).Lsh(big1, 2047), Inverse: big1})},
	} {
		k.version, k.cipher = 3, cipherNone
		k.seal(nil)
		path := filepath.Join(t.TempDir(), "k")
		write(t, path, []byte(k.String()))
		if _, err := Load(t.Context(), File{Path: path}, nil); err == nil || !strings.Contains(err.Error(), "is damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := &ppk{version: 3, algorithm: algorithm, cipher: cipherNone, public: public, private: secret}
	good.seal(nil)
	path := filepath.Join(t.TempDir(), "k")
	write(t, path, []byte(good.String()))
	if k, err := Load(t.Context(), File{Path: path}, nil); err != nil || !one.Public().(ed25519.PublicKey).Equal(k.Signer.PublicKey().(ssh.CryptoPublicKey).CryptoPublicKey()) {
		t.Errorf("the same with its own halves: %v", err)
	}
}
