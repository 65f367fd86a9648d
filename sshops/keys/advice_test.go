package keys

// advice_test.go: the commands that refusals end in are run, and then the key loads.

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestAdviceWorks(t *testing.T) {
	for file, result := range map[string]string{
		"ed25519-chacha20":        "k",
		"rsa2048-encrypted.pkcs8": "k",
		"rsa2048.sshcom":          "new.key",
		"ed25519-argon2d.v3.ppk":  "new.ppk",
	} {
		t.Run(file, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "k")
			write(t, path, readFile(t, filepath.Join("testdata", file)))
			write(t, filepath.Join(dir, "word"), []byte(passphrase))
			_, err := Load(t.Context(), File{Path: path, Shown: "k"}, nil)
			if err == nil {
				t.Fatal("it is not refused")
			}
			words := strings.Fields(err.Error()[strings.LastIndex(err.Error(), ": ")+2:])
			switch words[0] { // the passphrases that a person types
			case "ssh-keygen":
				words = append(words, "-q", "-P", passphrase, "-N", passphrase)
			case "puttygen":
				words = append(words, "--old-passphrase", "word", "--new-passphrase", "word")
			}
			run(t, dir, words[0], words[1:]...)
			if _, err := Load(t.Context(), File{Path: filepath.Join(dir, result)}, knows(passphrase).ask); err != nil {
				t.Errorf("after %v: %v", words, err)
			}
		})
	}
}
