package journal

// follow.go: reading along while another process writes.

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrForked is matched by the error of a Follower whose journal is no longer the one it read.
var ErrForked = errors.New("the journal is not the one that was followed")

// Follower reads a journal as it grows. It takes no lock and never waits. It belongs to one goroutine.
//
// A record may be read between its write and its sync: what must not be shown before it is safe has to be held
// back by the sequence number that the writer announces elsewhere.
type Follower struct {
	dir  Dir
	file File
	at   chain
}

// Follow starts at the first record of the journal in a run folder.
func Follow(dir string) (*Follower, error) {
	folder, err := Disk{}.OpenDir(dir)
	if err != nil {
		return nil, fmt.Errorf("journal: open run folder: %w", err)
	}
	file, err := folder.OpenFile(journalName, os.O_RDONLY, 0)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal: open: %w", err), folder.Close())
	}
	return &Follower{dir: folder, file: file}, nil
}

// Next returns the whole records written since the last call, verified; often none. A line being written is left for
// a later call. Errors are lasting: *CorruptError, or ErrForked when the file was replaced, became shorter, or ends
// otherwise than it did.
func (f *Follower) Next() ([]Record, error) {
	if err := f.same(); err != nil {
		return nil, err
	}
	// The last line's end is read again: if it changed, so did what was shown.
	known := f.at.lastClosing()
	rest, err := from(f.file, f.at.offset-int64(len(known)))
	if err != nil {
		return nil, err
	}
	found := make([]byte, len(known))
	n, err := io.ReadFull(rest, found)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("journal: read: %w", err)
	}
	if string(found[:n]) != known {
		return nil, fmt.Errorf("%w: record %d changed or is gone: close this view and check the run with tminus verify", ErrForked, f.at.head.Seq)
	}
	if rest.Size() == int64(n) { // nothing new, as mostly
		return nil, nil
	}
	var records []Record
	_, err = f.at.extend(rest, func(r Record) { records = append(records, r) })
	return records, err
}

// same makes sure that the run folder's journal still is the file that is open.
func (f *Follower) same() error {
	named, err := f.dir.Lstat(journalName)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForked, err)
	}
	opened, err := f.file.Stat()
	if err != nil {
		return fmt.Errorf("journal: look at it: %w", err)
	}
	if !os.SameFile(named, opened) {
		return fmt.Errorf("%w: another file took its place: close this view and check the run with tminus verify", ErrForked)
	}
	return nil
}

// lastClosing is how the last verified line ends, or nothing before the first.
func (c *chain) lastClosing() string {
	if c.head.Seq == 0 {
		return ""
	}
	return closing(c.head.Sum)
}

// Head names the last record that Next returned.
func (f *Follower) Head() Head { return f.at.head }

// Close ends the following.
func (f *Follower) Close() error { return errors.Join(f.file.Close(), f.dir.Close()) }
