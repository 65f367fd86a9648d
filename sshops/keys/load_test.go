package keys

// load_test.go: what may be read, who is asked how often, and what errors do not say.

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"tminus/tasks"
)

func TestFilesThatAreNotRead(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	key := place(t, "ed25519")
	open, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, at("open"), open)
	write(t, at("empty"), []byte("\n"))
	write(t, at("long"), make([]byte, maxFile+1))
	write(t, at("words"), []byte("my key\n"))
	write(t, at("cut"), open[:len(open)/2])
	run(t, dir, "mkfifo", "-m", "600", "pipe")
	if err := errors.Join(os.Chmod(at("open"), 0o640), os.Mkdir(at("folder"), 0o700),
		os.Symlink(key, at("link")), os.Symlink(at("open"), at("link to open")), os.Symlink(at("round"), at("round"))); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"absent":       "does not exist",
		"open":         "has mode 0640, so that others may read it; think about who had access, then: chmod 600 ~/open",
		"link to open": "chmod 600 ~/'link to open'",
		"folder":       "is a folder; name the file in it",
		"pipe":         "is not a file",
		"round":        "cannot be opened: ",
		"empty":        "is empty",
		"long":         "is longer than 64 KiB",
		"words":        "is none that tminus reads",
		"cut":          "is none that tminus reads",
	} {
		_, err := Load(t.Context(), File{Path: at(name), Shown: "~/" + name}, nil)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
		if errors.Is(err, fs.ErrNotExist) != (name == "absent") {
			t.Errorf("%s: ErrNotExist or not: %v", name, err)
		}
	}
	if _, err := Load(t.Context(), File{Path: at("link")}, nil); err != nil {
		t.Errorf("through a link: %v", err)
	}
}

// PEM and PKCS#8 are not only SSH's: other tools put into them what SSH has no use for.
func TestOtherPeoplesPEM(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "word"), []byte(passphrase))
	made := func(name, command string, args ...string) string {
		run(t, dir, "openssl", append([]string{command, "-out", name}, args...)...)
		return filepath.Join(dir, name)
	}
	for want, path := range map[string]string{
		"":                              made("ed25519", "genpkey", "-algorithm", "ed25519"),
		"of an algorithm (1.3.101.110)": made("x25519", "genpkey", "-algorithm", "x25519"),
		"unknown elliptic curve":        made("koblitz", "ecparam", "-genkey", "-noout", "-name", "secp256k1"),
		"is on a curve of 224 bits":     made("p224", "ecparam", "-genkey", "-noout", "-name", "secp224r1"),
		"RSA of 768 bits":               made("short", "genrsa", "-traditional", "768"),
		"is encrypted with CAMELLIA-128-CBC, which tminus does not open; write it in OpenSSH's format: ssh-keygen -p -f k": made("camellia",
			"genrsa", "-traditional", "-camellia128", "-passout", "file:word", "2048"),
		"is public only": made("public", "pkey", "-in", "ed25519", "-pubout"),
	} {
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(t.Context(), File{Path: path, Shown: "k"}, nil)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestPassphrases(t *testing.T) {
	file := File{Path: place(t, "ed25519-argon2i.v3.ppk"), Shown: "~/team.ppk"}
	p := knows("no", "neither", passphrase)
	k, err := Load(t.Context(), file, p.ask)
	if err != nil || !k.Info.Encrypted || len(p.asked) != 3 {
		t.Fatalf("at the third: %v after %d", err, len(p.asked))
	}
	first, last := p.asked[0], p.asked[2]
	if first.Title != "Passphrase" || first.Detail != "to open the key ~/team.ppk (PuTTY v3, "+k.Info.SHA256+")" || first.Since.IsZero() || first.ID == last.ID {
		t.Errorf("asked %+v", first)
	}
	if !strings.HasSuffix(last.Detail, "; the last one did not open it, try 3 of 3") {
		t.Errorf("asked at last %+v", last)
	}
	p = knows("a", "b", "c", passphrase)
	if _, err = Load(t.Context(), file, p.ask); err == nil || !strings.Contains(err.Error(), "wrong passphrase or damaged file") || len(p.asked) != 3 {
		t.Errorf("three wrong: %v after %d", err, len(p.asked))
	}
	if _, err = Load(t.Context(), file, knows("").ask); !errors.Is(err, tasks.ErrDeclined) {
		t.Errorf("declined: %v", err)
	}
	if _, err = Load(t.Context(), file, nil); err == nil || !strings.HasPrefix(err.Error(), "the key ~/team.ppk is encrypted and nobody can be asked here") {
		t.Errorf("nobody: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = Load(ctx, file, p.ask); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestRingAsksOnce(t *testing.T) {
	file := File{Path: place(t, "ed25519-aes256-ctr")}
	var r Ring
	p := knows("wrong", passphrase)
	for range 3 {
		if _, err := r.Load(t.Context(), file, p.ask); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Load(t.Context(), file, nil); err != nil || len(p.asked) != 2 {
		t.Errorf("asked %d times: %v", len(p.asked), err)
	}
	other, err := os.ReadFile(place(t, "ed25519-argon2id.v3.ppk"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, file.Path, other)
	if err := os.Remove(file.Path + ".pub"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(t.Context(), file, nil); err == nil || !strings.Contains(err.Error(), "nobody can be asked") {
		t.Errorf("another file at the same path: %v", err)
	}
	file.Path = place(t, "ed25519-aes256-ctr")
	if err := os.Chmod(file.Path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(t.Context(), file, nil); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("known, and now open to others: %v", err)
	}
	r.Forget()
	if _, err := r.Load(t.Context(), File{Path: place(t, "ed25519-aes256-ctr")}, nil); err == nil {
		t.Error("nothing was forgotten")
	}
}

// Several panes may need the same key at once: one question, one answer for all, also
// when it is no; and only the one who asks may go away for himself.
func TestRingSharesAQuestion(t *testing.T) {
	for name, answer := range map[string]error{"opened": nil, "declined": tasks.ErrDeclined, "left": context.Canceled} {
		t.Run(name, func(t *testing.T) {
			file := File{Path: place(t, "ed25519-encrypted.v2.ppk")}
			synctest.Test(t, func(t *testing.T) {
				var r Ring
				asked, answered, all := 0, make(chan struct{}), make(chan error)
				ask := func(context.Context, tasks.Question) (tasks.Secret, error) {
					if asked++; asked > 1 {
						return tasks.NewSecret(passphrase), nil
					}
					<-answered
					return tasks.NewSecret(passphrase), answer
				}
				for range 3 {
					go func() { _, err := r.Load(t.Context(), file, ask); all <- err }()
				}
				synctest.Wait()
				if asked != 1 {
					t.Errorf("%d questions at once", asked)
				}
				close(answered)
				failed := 0
				for range 3 {
					if err := <-all; err != nil {
						failed++
					}
				}
				if want := map[string]int{"opened": 0, "declined": 3, "left": 1}[name]; failed != want {
					t.Errorf("%d of 3 failed, not %d", failed, want)
				}
			})
		})
	}
}

// A flipped byte anywhere in a file loads the same key or is an error that tells nothing
// of the key: not as it lies in the file, and not as the numbers that it is.
func TestDamageTellsNothing(t *testing.T) {
	for _, name := range []string{"ed25519", "rsa2048.pem", "ecdsa256.pem", "ed25519.v3.ppk", "ed25519-encrypted.v2.ppk"} {
		path := place(t, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path + ".pub")
		_ = os.Remove(path + "-cert.pub")
		step := 1 + len(whole)/120
		for i := 0; i < len(whole); i += step {
			bad := bytes.Clone(whole)
			bad[i] ^= 1
			write(t, path, bad)
			_, err := Load(t.Context(), File{Path: path, Shown: "k"}, knows(passphrase, passphrase, passphrase).ask)
			quiet(t, bad, err)
		}
	}
}

// quiet checks that an error has no run of the file in it, but its first line and words.
func quiet(t testing.TB, file []byte, err error) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	const most, run = 700, 12
	if len(text) > most || strings.ContainsAny(text, "\n\x1b") {
		t.Errorf("an error of %d bytes: %q", len(text), text)
	}
	for _, line := range strings.Split(string(file), "\n")[1:] {
		for i := 0; i+run <= len(line); i++ {
			if piece := line[i : i+run]; strings.Trim(piece, "-_. abcdefghijklmnopqrstuvwxyz0") != "" && strings.Contains(text, piece) {
				t.Fatalf("%q quotes the file: %q", text, piece)
			}
		}
	}
	digits := 0
	for _, r := range text {
		if digits++; r < '0' || r > '9' {
			digits = 0
		}
		if digits > 20 {
			t.Fatalf("%q has a long number in it", text)
		}
	}
}
