package journal

// atomic.go: replacing a small file of a run folder so that readers see the old one or the new one, never a part.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFileAtomic replaces the file at path, or makes it, readable for its owner only (0600). With sync it lasts
// through a power cut when this returns; without, a power cut may bring the old content back, or nothing.
func WriteFileAtomic(path string, data []byte, sync bool) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	temp, err := os.CreateTemp(dir, "."+base+".*") // made with 0600, beside the target: a rename stays on one disk
	if err != nil {
		return fmt.Errorf("replace %s: %w", base, err)
	}
	_, err = temp.Write(data)
	if err == nil && sync {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("replace %s: %w", base, err), os.Remove(temp.Name()))
	}
	if sync {
		return SyncDir(dir)
	}
	return nil
}
