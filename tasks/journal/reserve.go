package journal

// reserve.go: bytes set aside for a full disk, so that whoever was able to record an intent can record its outcome.
//
// A record that meets a full disk takes the reserve: it is deleted, the journal is read again from the start and
// repaired as after a crash, and the record is written once more. From then on Writer.Reserve is false, and nothing
// new should be begun, until there is room to set bytes aside again. On file systems that copy on write or
// compress, the reserve promises less: they may need room to delete.

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
)

const (
	reserveName = "reserve"
	reserveSize = 256 << 10
	// A reserve is written longer and cut back, so that it is set aside only where there is this much to spare;
	// a disk that is nearly full would otherwise be filled up by the reserve itself, over and over.
	reserveRoom = 1 << 20
)

// ErrDiskFull is matched by the error of a record that found no room although the reserve was given up for it.
var ErrDiskFull = errors.New("the disk is full")

// Reserve reports whether bytes are set aside for a full disk, trying to set them aside if they are not. Ask before
// starting anything whose outcome must be recorded, and do not start it on false.
func (w *Writer) Reserve() bool {
	if w.stopped != nil {
		return false
	}
	if info, err := w.dir.Lstat(reserveName); err == nil {
		if info.Mode().IsRegular() && info.Size() == reserveSize {
			return true
		}
		if w.dir.Remove(reserveName) != nil { // left half made by a crash
			return false
		}
	}
	return setAside(w.dir) == nil
}

func setAside(dir Dir) error {
	// Noise, because a file system that compresses would keep next to nothing of zeros. It need not be secret.
	filling := make([]byte, reserveRoom)
	_, _ = rand.NewChaCha8([32]byte{}).Read(filling) // never fails
	file, err := dir.OpenFile(reserveName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(filling)
	if err == nil {
		// For the room, not to last: many file systems find out only now whether there is any. A reserve that a
		// power cut undoes is made again.
		err = file.Sync()
	}
	if err == nil {
		err = file.Truncate(reserveSize)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, dir.Remove(reserveName))
	}
	return nil
}

// writeFromReserve writes a line that met a full disk, as told above. full is the first write's error.
func (w *Writer) writeFromReserve(line []byte, next chain, full error) error {
	before := w.at
	if err := w.dir.Remove(reserveName); err != nil {
		return fmt.Errorf("%w and no reserve is left (%w): make room", ErrDiskFull, full)
	}
	err := w.file.Close()
	w.file = nil
	if err != nil {
		return err
	}
	if _, err := w.resume(func(Record) {}); err != nil {
		return fmt.Errorf("%w; reading the journal again: %w", ErrDiskFull, err)
	}
	switch w.at {
	case next: // the line was whole after all
		return nil
	case before:
		if err := w.writeOnce(line); err != nil {
			return fmt.Errorf("%w even without the reserve: make room: %w", ErrDiskFull, err)
		}
		return nil
	}
	return errors.New("the journal was changed by something else")
}
