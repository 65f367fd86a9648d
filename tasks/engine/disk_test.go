package engine

// disk_test.go: disks that fail, and disks that are full.

import (
	"errors"
	"os"
	"strings"

	"tminus/tasks/journal"
)

// brokenFS lets a number of writes through and then fails every write and sync:
// to the engine that is the moment the machine died.
type brokenFS struct {
	journal.FS
	left *int
	torn bool // the failing write leaves half of its bytes behind
}

type brokenDir struct {
	journal.Dir
	fs brokenFS
}

type brokenFile struct {
	journal.File
	fs brokenFS
}

var errBroken = errors.New("the disk is gone")

func (b brokenFS) OpenDir(path string) (journal.Dir, error) {
	d, err := b.FS.OpenDir(path)
	return brokenDir{d, b}, err
}

func (b brokenDir) OpenFile(name string, flag int, perm os.FileMode) (journal.File, error) {
	f, err := b.Dir.OpenFile(name, flag, perm)
	if err != nil || !strings.HasPrefix(name, "journal") {
		return f, err
	}
	return brokenFile{f, b.fs}, nil
}

func (b brokenFile) Write(p []byte) (int, error) {
	if *b.fs.left <= 0 {
		n := 0
		if b.fs.torn && *b.fs.left == 0 {
			n, _ = b.File.Write(p[:len(p)/2])
		}
		*b.fs.left--
		return n, errBroken
	}
	*b.fs.left--
	return b.File.Write(p)
}

// fullFS has no room for a new reserve; what is written already can be added to.
type fullFS struct{ journal.FS }

type fullDir struct{ journal.Dir }

func (f fullFS) OpenDir(path string) (journal.Dir, error) {
	d, err := f.FS.OpenDir(path)
	return fullDir{d}, err
}

func (f fullDir) OpenFile(name string, flag int, perm os.FileMode) (journal.File, error) {
	if name == "reserve" && flag&os.O_CREATE != 0 {
		return nil, journal.ErrDiskFull
	}
	return f.Dir.OpenFile(name, flag, perm)
}

// hastyFS does not wait for the disk: what is written is there for whoever reads it,
// which is all that a program needs that dies while the machine goes on.
type hastyFS struct{ journal.FS }

type hastyDir struct{ journal.Dir }

type hastyFile struct{ journal.File }

func (h hastyFS) OpenDir(path string) (journal.Dir, error) {
	d, err := h.FS.OpenDir(path)
	return hastyDir{d}, err
}

func (h hastyDir) OpenFile(name string, flag int, perm os.FileMode) (journal.File, error) {
	f, err := h.Dir.OpenFile(name, flag, perm)
	if err != nil {
		return f, err
	}
	return hastyFile{f}, nil
}

func (hastyDir) Sync() error { return nil }

func (hastyFile) Sync() error { return nil }
