package run

// folder.go: making a run's folder, and finding one again.

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tminus/tasks"
	"tminus/tasks/journal"
)

const planFile = "plan.yaml"

// maxRuns bounds the runs of one change, and so the search for a free number.
const maxRuns = 100_000

// ErrNone says that there is no run to go on with.
var ErrNone = errors.New("no unfinished run")

// Create makes the folder of a new run under root: <change>-<n>. The first event
// is what opening returns for the run's id, which is unique beyond this machine;
// it is asked again when another cockpit took the number meanwhile.
func Create(root, change string, src []byte, suite Suite, opening func(id string) tasks.Event) (dir string, err error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", fmt.Errorf("making the folder of runs: %w", err)
	}
	name := folderName(change)
	for n := next(root, name); n <= maxRuns; n++ {
		dir = filepath.Join(root, name+"-"+strconv.Itoa(n))
		if _, err := os.Lstat(dir); err == nil {
			continue
		}
		err := build(root, dir, src, suite, opening)
		if errors.Is(err, fs.ErrExist) {
			continue // taken since we looked: the id in the first event must be the folder's, so it is built anew
		}
		if err != nil {
			return "", err
		}
		return dir, journal.SyncDir(root)
	}
	return "", fmt.Errorf("%s holds no free number for another run of %s", root, change)
}

// build makes the folder under a name that nobody looks at, and renames it once
// its first event is synced. The rename fails with fs.ErrExist when the name is taken.
func build(root, dir string, src []byte, suite Suite, opening func(id string) tasks.Event) (err error) {
	building, err := os.MkdirTemp(root, ".new-*")
	if err != nil {
		return fmt.Errorf("making the folder of a run: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(building)
		}
	}()
	frozen := make(chan error, 1) // beside the journal: a disk syncs both in the time of one, and the first frame waits for it
	go func() { frozen <- freeze(building, src, suite) }()
	err = begin(building, opening(filepath.Base(dir)+"-"+random()))
	if err = errors.Join(err, <-frozen); err != nil {
		return err
	}
	if err := os.Rename(building, dir); err != nil {
		return fmt.Errorf("naming the folder of the run: %w", err)
	}
	return nil
}

// freeze writes what the run is flown by.
func freeze(dir string, src []byte, suite Suite) error {
	if err := journal.WriteFileAtomic(filepath.Join(dir, planFile), src, true); err != nil {
		return fmt.Errorf("freezing the plan: %w", err)
	}
	return KeepSuite(dir, planFile, suite)
}

// begin makes the folder of keys, and the journal with its first event.
func begin(dir string, e tasks.Event) error {
	if err := os.Mkdir(filepath.Join(dir, "keys"), 0o700); err != nil {
		return fmt.Errorf("making the folder of keys: %w", err)
	}
	return firstEvent(dir, e)
}

func firstEvent(dir string, e tasks.Event) error {
	w, err := journal.Create(dir, journal.Options{Holder: "being made"})
	if err != nil {
		return fmt.Errorf("making the journal: %w", err)
	}
	payload, err := tasks.Encode(e)
	if err == nil {
		_, err = w.Append(payload)
	}
	return errors.Join(err, w.Close())
}

// folderName is the change number as a file name.
func folderName(change string) string {
	return strings.Trim(regexp.MustCompile(`[^A-Za-z0-9._]+`).ReplaceAllString(change, "-"), "-.")
}

func random() string {
	var b [3]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

func next(root, name string) int {
	highest := 0
	for _, d := range folders(root) {
		if rest, ok := strings.CutPrefix(d, name+"-"); ok {
			if n, err := strconv.Atoi(rest); err == nil {
				highest = max(highest, n)
			}
		}
	}
	return highest + 1
}

// folders are the names of the runs under root, oldest first by their last change.
func folders(root string) []string {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil
	}
	type dated struct {
		name string
		info fs.FileInfo
	}
	var found []dated
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(root, e.Name(), "journal.jsonl"))
		if err == nil && !strings.HasPrefix(e.Name(), ".") {
			found = append(found, dated{e.Name(), info})
		}
	}
	slices.SortStableFunc(found, func(a, b dated) int { return a.info.ModTime().Compare(b.info.ModTime()) })
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.name
	}
	return names
}

// Find returns the folder of the run with the name (or at the path).
func Find(root, name string) (string, error) {
	for _, dir := range []string{filepath.Join(root, name), name} {
		if _, err := os.Stat(filepath.Join(dir, "journal.jsonl")); err == nil {
			return dir, nil
		}
	}
	known := folders(root)
	if len(known) == 0 {
		return "", fmt.Errorf("there is no run %q: %s holds no runs yet", name, root)
	}
	return "", fmt.Errorf("there is no run %q in %s: there are %s", name, root, strings.Join(known, ", "))
}

// Newest returns the run that was written to last, among the unfinished ones if
// so asked. ErrNone when there is none.
func Newest(root string, unfinished bool) (string, error) {
	names := folders(root)
	switch {
	case len(names) == 0:
		return "", ErrNone
	case !unfinished:
		return filepath.Join(root, names[len(names)-1]), nil
	}
	return newest(root, names, func(s *tasks.State) bool { return !s.Ended() })
}

// UnfinishedLive returns the newest live run of a change that has not ended. ErrNone when
// there is none. Runs of other changes are not read, but for one whose folder is called the same.
func UnfinishedLive(root, change string) (string, error) {
	names := slices.DeleteFunc(folders(root), func(name string) bool {
		n, of := strings.CutPrefix(name, folderName(change)+"-")
		_, err := strconv.Atoi(n)
		return !of || err != nil
	})
	return newest(root, names, func(s *tasks.State) bool { return s.Mode == tasks.LiveRun && s.Change == change && !s.Ended() })
}

// newest is the last of the names whose state is wanted.
func newest(root string, names []string, want func(*tasks.State) bool) (string, error) {
	for _, name := range slices.Backward(names) {
		dir := filepath.Join(root, name)
		r, err := Load(dir)
		if err != nil { // passing it over in silence would go on with another run than the one meant
			return "", fmt.Errorf("%s may be the newest unfinished run, but: %w. Another run can be named", name, err)
		}
		if want(tasks.Fold(r.Plan, r.Events)) {
			return dir, nil
		}
	}
	return "", ErrNone
}
