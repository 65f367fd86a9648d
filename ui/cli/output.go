package cli

// output.go: the file that a command writes for a person. It is whole or not there, it takes
// no other file's place unless told to, and only its owner reads it: it may hold people.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tminus/tasks/journal"
)

// output is where it goes: a path, or "" or "-" for stdout.
type output struct {
	path  string
	force bool // write over what is there
}

func (o output) named() bool { return o.path != "" && o.path != "-" }

// free refuses a file that is there already, before anything is read or anybody asked.
func (o output) free() error {
	if !o.named() || o.force {
		return nil
	}
	if _, err := os.Lstat(o.path); err == nil {
		return taken(o.path)
	}
	return nil
}

// write puts the file on the disk, or the data onto stdout.
func (o output) write(data []byte, stdout io.Writer) error {
	switch {
	case !o.named():
		_, err := stdout.Write(data)
		return err
	case !o.force:
		return o.create(data)
	}
	path := o.path
	if linked, err := filepath.EvalSymlinks(path); err == nil { // the file that a link names is meant
		path = linked
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // root would lose /dev/null
		return code(Precondition, fmt.Errorf("%s is no ordinary file, and its place is not taken; name another one", o.path))
	}
	return journal.WriteFileAtomic(path, data, true)
}

// create makes the file. Somebody may have thought it over for long: what came meanwhile stays.
func (o output) create(data []byte) error {
	folder, name := filepath.Split(o.path)
	temp, err := os.CreateTemp(filepath.Clean(folder), "."+name+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing %s: %w", o.path, err)
	}
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = os.Link(temp.Name(), o.path) // unlike a rename it takes no other file's place
	}
	err = errors.Join(err, os.Remove(temp.Name()))
	switch {
	case errors.Is(err, os.ErrExist):
		return taken(o.path)
	case err != nil:
		return fmt.Errorf("writing %s: %w", o.path, err)
	}
	return nil
}

func taken(path string) error {
	return code(Precondition, fmt.Errorf("%s is there already, and may hold what people decided; name another file, or write over it with --force", path))
}
