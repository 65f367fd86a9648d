package rehearsal

// keeping.go: the world on disk. A file is replaced as a whole, by a rename after a sync, so that a crash at any moment
// leaves the world before a change or after it.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tminus/rehearsal/cloud"
)

const maxKept = 16 << 20 // bytes read back from a world's file

// keeping is what a world keeps.
type keeping struct {
	Account json.RawMessage `json:"account,omitempty"` // as the account saved it
	Faults  []string        `json:"faults,omitempty"`  // in force
	Spent   map[string]bool `json:"spent,omitempty"`   // faults that have struck, for those that strike once
}

func (k keeping) clone() keeping {
	k.Faults, k.Spent = slices.Clone(k.Faults), maps.Clone(k.Spent)
	return k
}

// SavedTime returns the pretend time of the newest change of the world kept at path; zero if there is no such file or
// nothing ever changed. The clock of a resumed world must not start before it.
func SavedTime(path string) (time.Time, error) {
	k, err := readKeeping(path)
	if err != nil || k.Account == nil {
		return time.Time{}, err
	}
	t, err := cloud.SavedTime(k.Account)
	if err != nil {
		return t, fmt.Errorf("%s is damaged; start a new rehearsal: %w", path, err)
	}
	return t, nil
}

// readKeeping reads a world's file; none is an empty world.
func readKeeping(path string) (k keeping, err error) {
	if path == "" {
		return k, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return k, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxKept+1))
	if err != nil {
		return k, err
	}
	if len(b) > maxKept {
		return k, fmt.Errorf("%s is larger than %d bytes; it is not a pretend world", path, maxKept)
	}
	if err := json.Unmarshal(b, &k); err != nil {
		return k, fmt.Errorf("%s is damaged; start a new rehearsal: %w", path, err)
	}
	return k, nil
}

// keepAccount is the account's Save. It is called with the account's lock held.
func (w *World) keepAccount(state []byte) error {
	return w.keep(func(k *keeping) { k.Account = state })
}

// keep changes what is kept and writes it; if that fails, nothing has changed.
func (w *World) keep(change func(*keeping)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.keepLocked(change)
}

// keepLocked is keep for those who hold the lock.
func (w *World) keepLocked(change func(*keeping)) error {
	next := w.kept.clone()
	change(&next)
	if w.opt.Path != "" {
		b, err := json.Marshal(next)
		if err != nil {
			return fmt.Errorf("keep the pretend world: %w", err)
		}
		if err := replace(w.opt.Path, b); err != nil {
			return fmt.Errorf("keep the pretend world: %w", err)
		}
	}
	w.kept = next
	return nil
}

// replace puts b at path so that there is never half of it: written beside, synced, renamed, and the folder synced.
func replace(path string, b []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
