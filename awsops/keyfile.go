package awsops

// keyfile.go: private keys made on the day, as files keys/<name>.pem in OpenSSH
// format, mode 0600, complete or absent.

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

const maxKeyFile = 64 << 10 // bytes

func keyPath(runDir, name string) string { return filepath.Join(runDir, "keys", name+".pem") }

// makeKey makes a key and its file, or takes the file that is already there: a
// crash between the file and the import must not leave a second key. It returns
// the public half.
func makeKey(runDir, name string) (ssh.PublicKey, error) {
	key, err := readKey(runDir, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make an SSH key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, name)
	if err != nil {
		return nil, fmt.Errorf("make an SSH key: %w", err)
	}
	if err := writeKey(keyPath(runDir, name), pem.EncodeToMemory(block)); err != nil {
		return nil, fmt.Errorf("keep the private key before anything uses it: %w", err)
	}
	return readKey(runDir, name)
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

// readKey checks a key file and returns its public half. No file: fs.ErrNotExist.
func readKey(runDir, name string) (ssh.PublicKey, error) {
	short := "keys/" + name + ".pem"
	if name != filepath.Base(name) || !filepath.IsLocal(name) { // a stated instance may have been launched with any name
		return nil, fmt.Errorf("key name %q cannot be a file name", name)
	}
	f, err := os.Open(keyPath(runDir, name))
	if err != nil {
		return nil, fmt.Errorf("the key file %s of the run folder: %w", short, errors.Unwrap(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("the key file %s of the run folder: %w", short, errors.Unwrap(err))
	}
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm() != 0o600 {
		return nil, fmt.Errorf("the key file %s has mode %v and others may read it; set it to 0600 and think about who had access", short, mode)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil || len(data) > maxKeyFile {
		return nil, fmt.Errorf("the key file %s cannot be read or is longer than %d KiB", short, maxKeyFile>>10)
	}
	signer, err := ssh.ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("the key file %s holds no usable private key: %w", short, err)
	}
	return signer.PublicKey(), nil
}
