package journal

// lock.go: one writer for each run. The lock is the kernel's (flock), so it ends with the process however that
// ends; the text in the file is only for the message to whoever comes second.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

const (
	lockName  = "lock"
	maxHolder = 200 // bytes of the holder's text
)

// ErrLocked is matched by every LockedError.
var ErrLocked = errors.New("the run is held by another writer")

// LockedError says who holds a run.
type LockedError struct {
	Holder string // printable ASCII; empty when the holder could not be read
}

func (e *LockedError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another tminus"
	}
	return fmt.Sprintf("the run is held by %s: end that one first, or follow it with tminus watch", holder)
}

// Unwrap makes errors.Is(err, ErrLocked) true.
func (e *LockedError) Unwrap() error { return ErrLocked }

type lock struct{ file *flock.Flock }

// takeLock takes the lock of the folder at path, which dir has open, or returns a LockedError at once.
func takeLock(dir Dir, path, holder string) (*lock, error) {
	if info, err := dir.Lstat(lockName); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("journal: %s is not a regular file but %s: remove it", lockName, info.Mode().Type())
	}
	l := &lock{flock.New(filepath.Join(path, lockName), flock.SetPermissions(0o600))}
	locked, err := l.file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("journal: take the lock: %w; keep runs on a local disk", err)
	}
	if !locked {
		return nil, &LockedError{Holder: readHolder(dir)}
	}
	if err := l.check(dir); err != nil {
		return nil, errors.Join(err, l.file.Unlock())
	}
	l.writeHolder(dir, holder)
	return l, nil
}

// check finds out whether the lock's file was taken away under us: then a second writer could lock a new one.
func (l *lock) check(dir Dir) error {
	ours, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("journal: look at the lock: %w", err)
	}
	named, err := dir.Lstat(lockName)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(ours, named) {
		return errors.New("journal: the run's lock file was removed or replaced: another tminus may be writing")
	}
	return err
}

// writeHolder leaves the holder's name. Failing that, and on Windows it must fail because a lock there keeps
// everybody from the bytes, the message to the second comer is less helpful and nothing else.
func (l *lock) writeHolder(dir Dir, holder string) {
	file, err := dir.OpenFile(lockName, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	if text := printable(holder); text != "" {
		_, _ = file.Write([]byte(text + "\n"))
	}
}

func readHolder(dir Dir) string {
	file, err := dir.OpenFile(lockName, os.O_RDONLY, 0)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	text := make([]byte, maxHolder)
	n, _ := file.ReadAt(text, 0) // io.EOF is the usual answer, and a name half read still helps
	return printable(strings.TrimSpace(string(text[:n])))
}

// printable keeps one short line of ASCII: the text goes to the terminal of another process.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), maxHolder-1)]
}

func (l *lock) release(dir Dir) error {
	l.writeHolder(dir, "") // so that a later second comer is not told of us
	return l.file.Unlock()
}
