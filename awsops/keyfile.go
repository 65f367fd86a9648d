package awsops

// keyfile.go: private keys as files. Those made on the day are keys/<name>.pem in
// OpenSSH format, mode 0600, complete or absent; the plan's own is where the plan says.

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/crypto/ssh"

	"tminus/tasks/plan"
)

const maxKeyFile = 64 << 10 // bytes

// keyFile is a private key as it lies on the disk. The key itself is forgotten once it was looked at.
type keyFile struct {
	shown  string // where it is, as a person is told
	mode   fs.FileMode
	public ssh.PublicKey
	prints []string // as EC2 may show its fingerprint
}

func (f keyFile) sha256() string { return ssh.FingerprintSHA256(f.public) }

// is reports whether a key pair at EC2 is of this key.
func (f keyFile) is(k types.KeyPairInfo) bool {
	return slices.ContainsFunc(f.prints, func(p string) bool { return samePrint(aws.ToString(k.KeyFingerprint), p) })
}

// makeKey makes a key and its file, or takes the file that is already there: a
// crash between the file and the import must not leave a second key.
func (a *Account) makeKey(name string) (keyFile, error) {
	runDir := a.opt.RunDir
	day := plan.Instance{} // a key of the day is where no plan says otherwise
	key, err := readKey(day, runDir, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return keyFile{}, fmt.Errorf("make an SSH key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, name)
	if err != nil {
		return keyFile{}, fmt.Errorf("make an SSH key: %w", err)
	}
	path, _, err := day.KeyFileOf(name, runDir)
	if err != nil {
		return keyFile{}, err
	}
	if err := a.forPuTTY(path, private, name); err != nil {
		return keyFile{}, err
	}
	if err := writeKey(path, pem.EncodeToMemory(block)); err != nil {
		return keyFile{}, fmt.Errorf("keep the private key before anything uses it: %w", err)
	}
	return readKey(day, runDir, name)
}

// forPuTTY writes the same key beside it as <name>.ppk, for those of the team who use PuTTY. It
// comes first: that the other file is there means that both are.
func (a *Account) forPuTTY(path string, private ed25519.PrivateKey, name string) error {
	if a.opt.PuTTY == nil {
		return nil
	}
	var text bytes.Buffer
	err := a.opt.PuTTY(&text, private, name)
	if err == nil {
		err = writeKey(strings.TrimSuffix(path, ".pem")+".ppk", text.Bytes())
	}
	if err != nil {
		return fmt.Errorf("write the key for PuTTY: %w", err)
	}
	return nil
}

// writeKey puts a whole file in place and on the disk, or none.
func writeKey(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already once renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// readKey checks the key file of a key pair. No file: fs.ErrNotExist. A symbolic link
// is followed; others may not read what it leads to.
func readKey(in plan.Instance, runDir, pair string) (keyFile, error) {
	path, shown, err := in.KeyFileOf(pair, runDir)
	if err != nil {
		return keyFile{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return keyFile{}, fmt.Errorf("the key file %s: %w", shown, errors.Unwrap(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return keyFile{}, fmt.Errorf("the key file %s: %w", shown, errors.Unwrap(err))
	}
	mode := info.Mode()
	if !mode.IsRegular() {
		return keyFile{}, fmt.Errorf("%s is no file", shown)
	}
	if mode.Perm()&0o077 != 0 {
		return keyFile{}, fmt.Errorf("the key file %s has mode %v and others may read it; set it to 0600 and think about who had access", shown, mode)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil || len(data) > maxKeyFile {
		return keyFile{}, fmt.Errorf("the key file %s cannot be read or is longer than %d KiB", shown, maxKeyFile>>10)
	}
	defer clear(data)
	key := keyFile{shown: shown, mode: mode}
	key.public, key.prints, err = unlocked(data)
	if err != nil {
		return keyFile{}, fmt.Errorf("the key file %s %w", shown, err)
	}
	return key, nil
}

// sealed is a key file that is looked into on the day only: PuTTY's, or one with a passphrase.
type sealed struct{ says string }

func (s *sealed) Error() string { return s.says }

// openedKey is readKey for the day: what is sealed is opened, and somebody may be asked.
func (a *Account) openedKey(ctx context.Context, in plan.Instance, pair string) (keyFile, error) {
	key, err := readKey(in, a.opt.RunDir, pair)
	if closed := (*sealed)(nil); a.opt.OpenKey == nil || !errors.As(err, &closed) {
		return key, err
	}
	path, shown, err := in.KeyFileOf(pair, a.opt.RunDir)
	if err != nil {
		return keyFile{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return keyFile{}, fmt.Errorf("the key file %s: %w", shown, errors.Unwrap(err))
	}
	public, prints, err := a.opt.OpenKey(ctx, path, shown)
	return keyFile{shown: shown, mode: info.Mode(), public: public, prints: prints}, err
}

// unlocked is the public half of a private key, and the fingerprints that EC2 may keep
// of it: of ed25519 the SHA-256; of RSA the SHA-1 of the private key where EC2 made it,
// the MD5 of the public one where it was imported.
func unlocked(data []byte) (ssh.PublicKey, []string, error) {
	if bytes.HasPrefix(data, []byte("PuTTY-User-Key-File-")) {
		return nil, nil, &sealed{"is PuTTY's (.ppk): it is opened in the cockpit; elsewhere save it with puttygen as an OpenSSH key"}
	}
	raw, err := ssh.ParseRawPrivateKey(data)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		return nil, nil, &sealed{"has a passphrase: it is asked for in the cockpit; elsewhere use a copy without (ssh-keygen -p)"}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("holds no usable private key: %w", err)
	}
	signer, err := ssh.NewSignerFromKey(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("holds no usable private key: %w", err)
	}
	public := signer.PublicKey()
	prints := []string{ssh.FingerprintSHA256(public)}
	if key, ok := raw.(*rsa.PrivateKey); ok {
		made, err := x509.MarshalPKCS8PrivateKey(key)
		imported, err2 := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err := errors.Join(err, err2); err != nil {
			return nil, nil, fmt.Errorf("holds no usable private key: %w", err)
		}
		prints = []string{colons(sha1.Sum(made)), colons(md5.Sum(imported))}
	}
	return public, prints, nil
}

// colons is a digest as EC2 shows it, 1f:51:ae….
func colons[D [md5.Size]byte | [sha1.Size]byte](sum D) string {
	var pairs []string
	for i := range len(sum) {
		pairs = append(pairs, fmt.Sprintf("%02x", sum[i]))
	}
	return strings.Join(pairs, ":")
}
