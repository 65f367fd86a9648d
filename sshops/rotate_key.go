package sshops

// rotate_key.go: the key that a rotation makes. Its name follows from the run, the task
// and the attempt, so that after a crash it is found and not made once more; its files
// are on the disk before any host hears of it.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/sshops/keys"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// madeKey is a key that a rotation made.
type madeKey struct {
	runKey
	line   string // for authorized_keys: key and marker
	marker string // the comment by which the line is known as ours
}

// newKeyName is the name of the key that this attempt makes, and the marker of its line.
func newKeyName(call tasks.Call) (name, marker string, err error) {
	name = fmt.Sprintf("%s-%s-%d", call.Run, call.Task.ID, call.Attempt)
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$`).MatchString(name) {
		return "", "", fmt.Errorf("run and task make %q, which is no name for a key file; give the task an id of letters and digits", clean(name))
	}
	return name, fmt.Sprintf("tminus:%s:%s:%d", call.Run, call.Task.ID, call.Attempt), nil
}

// madeKey reads the key of this attempt. No file: [fs.ErrNotExist].
func (c *Client) madeKey(ctx context.Context, call tasks.Call) (madeKey, error) {
	name, marker, err := newKeyName(call)
	if err != nil {
		return madeKey{}, err
	}
	path, shown, err := plan.Instance{}.KeyFileOf(name, c.runDir) // a key of the day is where no plan says otherwise
	if err != nil {
		return madeKey{}, err
	}
	k, err := keys.Load(ctx, keys.File{Path: path, Shown: shown}, nil)
	if err != nil {
		return madeKey{}, err
	}
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.Signer.PublicKey()))) + " " + marker
	return madeKey{runKey{name, k.Info.SHA256}, line, marker}, nil
}

// makeKey makes the key of this attempt, or takes the one that is there already. The
// .ppk is for those of the team who use PuTTY; it comes first, so that where the .pem is,
// both are.
func (c *Client) makeKey(ctx context.Context, call tasks.Call) (madeKey, error) {
	k, err := c.madeKey(ctx, call)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	name, marker, err := newKeyName(call)
	if err != nil {
		return madeKey{}, err
	}
	private, text, err := keys.Make(marker)
	if err != nil {
		return madeKey{}, err
	}
	defer clear(text)
	defer clear(private)
	var putty bytes.Buffer
	if err := keys.WritePPK(&putty, private, marker); err != nil {
		return madeKey{}, err
	}
	defer clear(putty.Bytes())
	path, shown, err := plan.Instance{}.KeyFileOf(name, c.runDir)
	if err != nil {
		return madeKey{}, err
	}
	dir := filepath.Dir(path)
	err = os.MkdirAll(dir, 0o700)
	if err == nil {
		err = replace(strings.TrimSuffix(path, ".pem")+".ppk", putty.Bytes())
	}
	if err == nil {
		err = replace(path, text)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return madeKey{}, fmt.Errorf("keep the new private key as %s before anything uses it: %w; check space and permissions of the run folder", shown, pathless(err))
	}
	return c.madeKey(ctx, call)
}

// syncDir puts names on the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
