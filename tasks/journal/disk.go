package journal

// disk.go: the file operations a journal needs, small enough to be given with faults, and the real ones.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// FS opens run folders.
type FS interface {
	OpenDir(path string) (Dir, error)
}

// Dir is one run folder, held open: it stays the same folder when it is renamed. Names have no separators.
type Dir interface {
	// OpenFile is os.OpenFile for a regular file of the folder; anything else, a symbolic link too, is refused.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Lstat(name string) (fs.FileInfo, error) // "." is the folder itself
	Remove(name string) error
	Sync() error // of the folder's own entries
	// Remote names the kind of file system that holds the folder if it is not one of this machine's own disks.
	Remote() (kind string, err error)
	Close() error
}

// File is a file of a run folder.
type File interface {
	io.ReaderAt
	io.Writer
	Sync() error
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
	Close() error
}

// Disk is the FS of real files.
type Disk struct{}

// OpenDir opens the folder at path.
func (Disk) OpenDir(path string) (Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return diskDir{root}, nil
}

type diskDir struct{ *os.Root }

func (d diskDir) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	if flag&os.O_EXCL != 0 { // nothing is there yet: no link to follow, nothing to compare
		file, err := d.Root.OpenFile(name, flag, perm)
		if err != nil {
			return nil, err
		}
		return file, nil
	}
	// Looking before opening keeps us from waiting on a pipe; comparing after it, from a link put there in between.
	named, err := d.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !named.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file but %s: a run folder holds its own files only; put the real file there", name, named.Mode().Type())
	}
	file, err := d.Root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	opened, err := file.Stat()
	if err == nil && !os.SameFile(named, opened) {
		err = fmt.Errorf("%s was replaced while it was being opened", name)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func (d diskDir) Sync() error {
	handle, err := d.Root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(syncDir(handle), handle.Close())
}

func (d diskDir) Remote() (string, error) {
	handle, err := d.Root.Open(".")
	if err != nil {
		return "", err
	}
	kind, err := remoteKind(handle)
	return kind, errors.Join(err, handle.Close())
}

// SyncDir makes the names in a folder last through a power cut: after a file in it was made or renamed.
func SyncDir(path string) error {
	handle, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(syncDir(handle), handle.Close())
}

// from reads a file from offset to the end it has now. What lies between may not be longer than a journal.
func from(file File, offset int64) (*io.SectionReader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("journal: read: %w", err)
	}
	size := max(info.Size()-offset, 0)
	if size > MaxFile {
		return nil, fmt.Errorf("journal: read: %s has %d bytes, more than a journal can have (%d)", info.Name(), info.Size(), MaxFile)
	}
	return io.NewSectionReader(file, offset, size), nil
}
