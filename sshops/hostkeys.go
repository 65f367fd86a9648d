package sshops

// hostkeys.go: the run folder's known_hosts, in OpenSSH's format, with instance
// ids in place of host names (ssh -o HostKeyAlias=i-…): an address moves from
// host to host, and a file keyed by address would teach people to say yes.
// Only keys that matched the console output are ever written here.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// maxKnownHosts bounds the file, in bytes; a run knows a handful of hosts.
const maxKnownHosts = 1 << 20

// hostKeys is the file. The mutex orders its writers.
type hostKeys struct {
	path  string
	moved func(address string) string // what the run knows of an address that moved; may be nil
	mu    sync.Mutex
}

// algorithms lists, in the order to try them, the families of host-key
// algorithms that a key with one of the fingerprints may belong to: the very one
// when the instance's key is known, else all, most likely first.
func (k *hostKeys) algorithms(instance, printed string) [][]string {
	families := map[string][]string{
		ssh.KeyAlgoED25519:  {ssh.KeyAlgoED25519},
		ssh.KeyAlgoECDSA256: {ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521},
		ssh.KeyAlgoRSA:      {ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
	}
	for _, key := range k.keys(instance) {
		if _, same := matching(printed, key); !same {
			continue
		}
		if key.Type() == ssh.KeyAlgoRSA {
			return [][]string{families[ssh.KeyAlgoRSA]}
		}
		return [][]string{{key.Type()}}
	}
	return [][]string{families[ssh.KeyAlgoED25519], families[ssh.KeyAlgoECDSA256], families[ssh.KeyAlgoRSA]}
}

// keys returns the keys recorded for an instance.
func (k *hostKeys) keys(instance string) []ssh.PublicKey {
	var keys []ssh.PublicKey
	k.each(func(id string, key ssh.PublicKey) {
		if id == instance {
			keys = append(keys, key)
		}
	})
	return keys
}

// owner is the instance for which the key was verified; "" = none that the run knows.
func (k *hostKeys) owner(key ssh.PublicKey) (instance string) {
	k.each(func(id string, known ssh.PublicKey) {
		if bytes.Equal(known.Marshal(), key.Marshal()) {
			instance = id
		}
	})
	return instance
}

// each visits the recorded keys. What cannot be read counts as absent: the
// fingerprint decides, the file only saves asking.
func (k *hostKeys) each(visit func(instance string, key ssh.PublicKey)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, err := k.read()
	if err != nil {
		return
	}
	for line := range bytes.Lines(text) {
		if _, hosts, key, _, _, err := ssh.ParseKnownHosts(line); err == nil && len(hosts) == 1 {
			visit(hosts[0], key)
		}
	}
}

// record writes the verified key of an instance, in place of an older one of
// the same type. The file is replaced as a whole, readable by its owner only.
func (k *hostKeys) record(instance string, key ssh.PublicKey) error {
	if instance == "" || strings.ContainsAny(instance, " \t\r\n,*?!|[]#@:") {
		return fmt.Errorf("%q is not an instance id", instance)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	text, err := k.read()
	if err != nil {
		return pathless(err)
	}
	line := knownhosts.Line([]string{instance}, key) + "\n"
	if bytes.Contains(append([]byte("\n"), text...), []byte("\n"+line)) {
		return nil
	}
	var out bytes.Buffer
	for old := range bytes.Lines(text) {
		if !bytes.HasPrefix(old, []byte(instance+" "+key.Type()+" ")) {
			out.Write(bytes.TrimRight(old, "\n"))
			out.WriteByte('\n')
		}
	}
	out.WriteString(line)
	return pathless(replace(k.path, out.Bytes()))
}

func (k *hostKeys) read() ([]byte, error) {
	f, err := os.Open(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKnownHosts+1))
	if err == nil && len(text) > maxKnownHosts {
		err = errors.New("known_hosts is larger than 1 MiB")
	}
	return text, err
}

// replace writes a file beside path (os.CreateTemp makes it 0600), syncs it and
// renames it into place, so that a crash leaves the old file or the new one.
func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".known_hosts-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// pathless drops the run folder's path from an error: it goes on screen and
// into the journal, where paths of this machine do not belong.
func pathless(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return fmt.Errorf("%s: %w", path.Op, path.Err)
	case errors.As(err, &link):
		return fmt.Errorf("%s: %w", link.Op, link.Err)
	}
	return err
}
