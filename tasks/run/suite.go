package run

// suite.go: the smoke tests' files, frozen with the plan that names them. They are read back only if they are, to the
// byte, those that the journal names: a test that was changed on the day is another test.

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"tminus/tasks"
	"tminus/tasks/journal"
)

// Suite are files by their path from the plan's folder, with / between folders.
type Suite map[string][]byte

// The most that is frozen with a plan.
const (
	maxSuite      = 8 << 20 // bytes, all files together
	maxSuiteFiles = 500
)

// Digest is the SHA-256 of all paths and contents, in hexadecimal; "" for no files.
func (s Suite) Digest() string {
	if len(s) == 0 {
		return ""
	}
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(all, "%s\x00%x\n", name, sha256.Sum256(s[name]))
	}
	return hex.EncodeToString(all.Sum(nil))
}

// keep writes the files below a folder, each synced.
func (s Suite) keep(dir string) error {
	size := 0
	for name, data := range s {
		size += len(data)
		if !fs.ValidPath(name) || name == "." {
			return fmt.Errorf("freezing the smoke tests: %q is no path below the plan's folder", name)
		}
	}
	if size > maxSuite || len(s) > maxSuiteFiles {
		return fmt.Errorf("freezing the smoke tests: %d files of %d bytes; at most %d files of %d MiB are kept with a run", len(s), size, maxSuiteFiles, maxSuite>>20)
	}
	if err := s.write(dir); err != nil {
		return fmt.Errorf("freezing the smoke tests: %w", err)
	}
	return nil
}

// write makes the files, and has them and their folders on the disk when it returns. They are synced side by side: one
// after the other they would hold up the first frame. Nobody looks at the folder yet, so none of them has to be atomic.
func (s Suite) write(dir string) error {
	folders := map[string]bool{}
	for name := range s {
		for at := path.Dir(name); ; at = path.Dir(at) {
			folders[filepath.Join(dir, filepath.FromSlash(at))] = true
			if at == "." {
				break
			}
		}
	}
	for folder := range folders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	err := abreast(slices.Collect(maps.Keys(s)), func(name string) error { return writeSynced(filepath.Join(dir, filepath.FromSlash(name)), s[name]) })
	if err != nil {
		return err
	}
	folders[filepath.Dir(dir)] = true // it holds the topmost of them
	return abreast(slices.Collect(maps.Keys(folders)), journal.SyncDir)
}

func writeSynced(file string, data []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // an amendment that was not written to its end may have left one
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// abreast does the same with each of the names, some of them at a time.
func abreast(names []string, do func(string) error) error {
	errs, places := make([]error, len(names)), make(chan struct{}, 16)
	var all sync.WaitGroup
	for i, name := range names {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			errs[i] = do(name)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// KeepSuite freezes an amended plan's files beside the older ones, under the number of the plan's copy.
func KeepSuite(dir, planName string, s Suite) error {
	if len(s) == 0 {
		return nil
	}
	return s.keep(filepath.Join(dir, suiteFolder(planName)))
}

// suiteFolder is where the files of a plan's copy lie: suite for plan.yaml, suite-2 for plan-2.yaml.
func suiteFolder(planName string) string {
	name := planName[:len(planName)-len(path.Ext(planName))]
	return "suite" + name[len("plan"):]
}

// SuiteOf is the folder of the smoke tests' files in force, once they are seen to be those that the journal names; ""
// when the plan in force has none.
func SuiteOf(dir string, events []tasks.Event) (string, error) {
	file, want := planFile, ""
	for _, e := range events {
		switch b := e.Body.(type) {
		case tasks.RunOpened:
			want = b.Suite
		case tasks.Amended:
			file, want = b.File, b.Suite
		}
	}
	if want == "" {
		return "", nil
	}
	folder := filepath.Join(dir, suiteFolder(file))
	s, err := readSuite(folder)
	if err != nil {
		return "", fmt.Errorf("reading the frozen smoke tests: %w", err)
	}
	if s.Digest() != want {
		return "", fmt.Errorf("the smoke tests in %s are not those this run was opened with (their digest differs): put the frozen copies back, or amend the plan", folder)
	}
	return folder, nil
}

func readSuite(folder string) (Suite, error) {
	s, size := Suite{}, 0
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := readBounded(filepath.Join(folder, filepath.FromSlash(name)), maxSuite)
		if size += len(data); err == nil && (size > maxSuite || len(s) >= maxSuiteFiles) {
			err = fmt.Errorf("%s holds more than a run keeps", folder)
		}
		s[name] = data
		return err
	})
	return s, err
}
