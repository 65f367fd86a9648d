package journal

// repair.go: cutting a torn tail. Its bytes are kept in a file of their own first: they are evidence of what was
// being done when the crash came, and this program never deletes them.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// cut takes the torn tail off the journal and returns the name of its copy, torn-<seq>-<n>, where seq is the
// number the lost record would have had. On a full disk it uses the reserve. The caller syncs the journal.
func (w *Writer) cut(tail Tail, seq uint64) (string, error) {
	name, err := keep(w.dir, tail, seq)
	if isDiskFull(err) && w.dir.Remove(reserveName) == nil {
		name, err = keep(w.dir, tail, seq)
	}
	if err != nil {
		return "", fmt.Errorf("keep a copy: %w", err)
	}
	// Not opened for appending: Windows would refuse to cut it then.
	journal, err := w.dir.OpenFile(journalName, os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	return name, errors.Join(journal.Truncate(tail.Offset), journal.Close())
}

// keep copies the tail into a new file and makes it last.
func keep(dir Dir, tail Tail, seq uint64) (string, error) {
	journal, err := dir.OpenFile(journalName, os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	var data []byte
	rest, err := from(journal, tail.Offset)
	if err == nil {
		data, err = io.ReadAll(rest)
	}
	if err = errors.Join(err, journal.Close()); err != nil {
		return "", err
	}
	if sumOf(data) != tail.Sum {
		return "", errors.New("it changed while it was being read")
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("torn-%d-%d", seq, n)
		err := store(dir, name, data)
		if !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// store writes a new file of the run folder, all of it or none.
func store(dir Dir, name string, data []byte) error {
	file, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		return dir.Sync()
	}
	return errors.Join(err, dir.Remove(name))
}
