package keys

// fuzz_test.go: files that nobody made, with a person who answers whatever is asked: they
// end soon, in little memory, in a key that signs or an error that tells nothing.

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func seeds(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err == nil && info.Mode().IsRegular() && !strings.HasSuffix(file, ".md") {
			f.Add(readFile(f, file))
		}
	}
}

// cheap is an encrypted file that costs a fuzzer little.
func cheap(f *testing.F) []byte {
	f.Helper()
	private, _, err := Make("")
	if err != nil {
		f.Fatal(err)
	}
	algorithm, public, secret, err := halves(private)
	if err != nil {
		f.Fatal(err)
	}
	k := &ppk{version: 3, algorithm: algorithm, cipher: cipherAES, public: public, private: secret,
		cost: argon{kind: "Argon2id", memory: 8, passes: 1, lanes: 1, salt: make([]byte, 8)}}
	k.seal([]byte(passphrase))
	return []byte(k.String())
}

// FuzzLoad is the whole way from a file.
func FuzzLoad(f *testing.F) {
	seeds(f, "*")
	f.Add(cheap(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		ask := knows(passphrase).ask
		if dear(data) {
			ask = nil
		}
		path := filepath.Join(t.TempDir(), "k")
		write(t, path, data)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		k, err := Load(t.Context(), File{Path: path, Shown: "k"}, ask)
		runtime.ReadMemStats(&after)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
			t.Errorf("took %d MiB", grown>>20)
		}
		quiet(t, data, err)
		if err == nil {
			signs(t, k)
		}
	})
}

// FuzzPPK is PuTTY's format alone: what is read and written again is read the same. A file
// that names other private bytes has another MAC, which anybody can make: it is made here.
func FuzzPPK(f *testing.F) {
	seeds(f, "*.ppk")
	f.Add(cheap(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := parsePPK(string(data))
		if err != nil {
			quiet(t, data, err)
			return
		}
		if k.cipher != cipherNone {
			if k.version == 3 && (k.cost.bounded("k") != nil || dear(data)) {
				return
			}
		} else {
			k.mac = k.sum(macKeyOf(k))
		}
		private, err := func() (_ any, err error) {
			defer recovered(&err)
			return k.open([]byte(passphrase))
		}()
		quiet(t, data, err)
		if err != nil || k.version != 3 || strings.ContainsAny(k.comment, "\r\n") {
			return
		}
		again, err := parsePPK(k.String())
		if err != nil || !bytes.Equal(again.private, k.private) || !bytes.Equal(again.mac, k.mac) || private == nil {
			t.Errorf("written again it is another: %v", err)
		}
	})
}

func macKeyOf(k *ppk) []byte {
	_, _, key := k.derive(nil)
	return key
}

// dear reports whether a passphrase may cost a tenth of a second: more than a fuzzer has.
func dear(data []byte) bool {
	text := string(data)
	if strings.Contains(text, "OPENSSH") {
		return true // 16 rounds of bcrypt and more
	}
	if at := strings.Index(text, "PuTTY-User-Key-File-3"); at >= 0 {
		k, err := parsePPK(text[at:])
		return err == nil && k.cipher != cipherNone && k.cost.memory*k.cost.passes > 1<<10
	}
	return false
}
