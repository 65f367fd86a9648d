package engine

// disk_test.go: disks that fail, and disks that are full.

import (
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"tminus/tasks/journal"
)

// brokenFS lets a number of writes through and then fails every write and sync:
// to the engine that is the moment the machine died.
type brokenFS struct {
	journal.FS
	left *atomic.Int64
	ends breaking
}

// writes is so many writes that a disk lets through.
func writes(n int64) *atomic.Int64 {
	left := new(atomic.Int64)
	left.Store(n)
	return left
}

// breaking is what the failing write leaves behind.
type breaking string

const (
	clean    breaking = "nothing"
	torn     breaking = "half of its bytes"
	unsynced breaking = "all of it, not synced"
)

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
	switch left := b.fs.left.Add(-1); {
	case left >= 0 || left == -1 && b.fs.ends == unsynced:
		return b.File.Write(p)
	case left == -1 && b.fs.ends == torn:
		n, _ := b.File.Write(p[:len(p)/2])
		return n, errBroken
	}
	return 0, errBroken
}

func (b brokenFile) Sync() error {
	if b.fs.left.Load() < 0 {
		return errBroken
	}
	return b.File.Sync()
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

// nappingFS closes the lid for an hour while the first record that holds some text is written.
type nappingFS struct {
	journal.Disk
	lid   *lid
	on    string
	slept bool
}

type nappingDir struct {
	journal.Dir
	fs *nappingFS
}

type nappingFile struct {
	journal.File
	fs *nappingFS
}

func (n *nappingFS) OpenDir(path string) (journal.Dir, error) {
	d, err := n.Disk.OpenDir(path)
	return nappingDir{d, n}, err
}

func (n nappingDir) OpenFile(name string, flag int, perm os.FileMode) (journal.File, error) {
	f, err := n.Dir.OpenFile(name, flag, perm)
	if err != nil || !strings.HasPrefix(name, "journal") {
		return f, err
	}
	return nappingFile{f, n.fs}, nil
}

func (n nappingFile) Write(p []byte) (int, error) {
	if !n.fs.slept && strings.Contains(string(p), n.fs.on) {
		n.fs.slept = true
		n.fs.lid.sleep(time.Hour)
	}
	return n.File.Write(p)
}

// slowFS takes its time for each write.
type slowFS struct {
	journal.Disk
	takes *atomic.Int64 // nanoseconds
}

type slowDir struct {
	journal.Dir
	fs slowFS
}

type slowFile struct {
	journal.File
	fs slowFS
}

func (s slowFS) OpenDir(path string) (journal.Dir, error) {
	d, err := s.Disk.OpenDir(path)
	return slowDir{d, s}, err
}

func (s slowDir) OpenFile(name string, flag int, perm os.FileMode) (journal.File, error) {
	f, err := s.Dir.OpenFile(name, flag, perm)
	if err != nil || !strings.HasPrefix(name, "journal") {
		return f, err
	}
	return slowFile{f, s.fs}, nil
}

func (s slowFile) Write(p []byte) (int, error) {
	time.Sleep(time.Duration(s.fs.takes.Load()))
	return s.File.Write(p)
}
