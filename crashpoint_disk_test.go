package main

// crashpoint_disk_test.go: the disk of a doomed flight. A process that dies leaves what it wrote; a power cut
// only what was synced, and perhaps a part of what was being written.

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"tminus/tasks/journal"
)

const journalFile = "journal.jsonl"

// platter is what of a run's folder would be there after a power cut. It outlives the process.
type platter struct {
	dir   string
	kept  []byte   // the journal, as it was last synced
	loose []string // files made since the folder was synced
	lies  bool     // it syncs nothing, and says it did
}

func newPlatter(dir string) (*platter, error) {
	kept, err := os.ReadFile(filepath.Join(dir, journalFile))
	return &platter{dir: dir, kept: kept}, err
}

// synced notes that a file, or the folder ".", was synced.
func (p *platter) synced(name string) (err error) {
	switch {
	case p.lies:
	case name == journalFile:
		p.kept, err = os.ReadFile(filepath.Join(p.dir, name))
	case name == ".":
		p.loose = nil
	}
	return err
}

// powerCut loses what was not synced, all of it or the latter half.
func (p *platter) powerCut(half bool) error {
	path := filepath.Join(p.dir, journalFile)
	now, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	left := bytes.Clone(p.kept)
	if rest, grew := bytes.CutPrefix(now, p.kept); grew && half {
		left = append(left, rest[:len(rest)/2]...)
	}
	err = os.WriteFile(path, left, 0o600)
	for _, name := range p.loose {
		if e := os.Remove(filepath.Join(p.dir, name)); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	p.kept, p.loose = left, nil // what was found after a power cut is there
	return err
}

// doomedFS, doomedDir and doomedFile are the way to the disk. The text in the lock does not matter.
type doomedFS struct {
	journal.FS
	*doom
}

type doomedDir struct {
	journal.Dir
	*doom
}

type doomedFile struct {
	journal.File
	*doom
	name string
}

func (f doomedFS) OpenDir(path string) (journal.Dir, error) {
	d, err := f.FS.OpenDir(path)
	return doomedDir{d, f.doom}, err
}

func (d doomedDir) OpenFile(name string, flag int, perm fs.FileMode) (journal.File, error) {
	if name == "lock" || flag&(os.O_WRONLY|os.O_RDWR) == 0 {
		return d.Dir.OpenFile(name, flag, perm)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return nil, errDead
	}
	f, err := d.Dir.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	if flag&os.O_CREATE != 0 {
		d.disk.loose = append(d.disk.loose, name)
	}
	return doomedFile{f, d.doom, name}, nil
}

func (d doomedDir) Remove(name string) error {
	return d.alive(func() error { return d.Dir.Remove(name) })
}

func (d doomedDir) Sync() error { return d.sync(".", d.Dir.Sync) }

func (f doomedFile) Sync() error { return f.sync(f.name, f.File.Sync) }

func (f doomedFile) Truncate(size int64) error {
	return f.alive(func() error { return f.File.Truncate(size) })
}

func (f doomedFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return 0, errDead
	}
	f.seen.writes++
	if f.strikes(f.seen.writes, unwritten) {
		return 0, errDead
	}
	if f.strikes(f.seen.writes, torn) {
		n, err := f.File.Write(p[:len(p)/2])
		return n, errors.Join(errDead, err)
	}
	return f.File.Write(p)
}

// sync syncs for a process that may die before it or after, or whose power goes.
func (d *doom) sync(name string, sync func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	d.seen.syncs++
	switch n := d.seen.syncs; {
	case d.strikes(n, unsynced):
		return errDead
	case d.strikes(n, powerCut):
		return errors.Join(errDead, d.disk.powerCut(false))
	case d.strikes(n, powerCutTorn):
		return errors.Join(errDead, d.disk.powerCut(true))
	}
	if err := errors.Join(sync(), d.disk.synced(name)); err != nil {
		return err
	}
	if d.strikes(d.seen.syncs, untold) {
		return errDead
	}
	return nil
}

// alive does what a dead process would not.
func (d *doom) alive(do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	return do()
}
