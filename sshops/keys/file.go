package keys

// file.go: files of other people's making: read only when they are files, of a
// sensible size, and private where they have to be. Nothing here waits.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// maxFile is five times what RSA of 16384 bits needs, in bytes.
const maxFile = 64 << 10

// readPrivate reads a file that nobody else may read. A symbolic link is followed; what
// counts is what it leads to. Windows has no such modes.
func readPrivate(f File) ([]byte, error) {
	return read(f.Path, func(mode fs.FileMode) error {
		if runtime.GOOS == "windows" || mode.Perm()&0o077 == 0 {
			return nil
		}
		return fmt.Errorf("has mode %04o, so that others may read it; think about who had access, then: chmod 600 %s", mode.Perm(), word(f.shown()))
	})
}

// readPublic reads a file that anybody may read. None: fs.ErrNotExist.
func readPublic(path string) ([]byte, error) {
	return read(path, func(fs.FileMode) error { return nil })
}

func read(path string, allowed func(fs.FileMode) error) ([]byte, error) {
	// O_NONBLOCK: a pipe put there is opened at once and refused, not waited for.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, absent{}
	case err != nil:
		return nil, fmt.Errorf("cannot be opened: %w", errors.Unwrap(err))
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", errors.Unwrap(err))
	case info.IsDir():
		return nil, errors.New("is a folder; name the file in it")
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a file; copy the key into one")
	}
	if err := allowed(info.Mode()); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", errors.Unwrap(err))
	}
	if len(data) > maxFile {
		clear(data)
		return nil, fmt.Errorf("is longer than %d KiB, so it is no key; name another file", maxFile>>10)
	}
	return data, nil
}

// absent is [fs.ErrNotExist] in the words of this package.
type absent struct{}

func (absent) Error() string        { return "does not exist" }
func (absent) Is(target error) bool { return target == fs.ErrNotExist }
