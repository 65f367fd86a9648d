package journal

// place_test.go: a run folder that is not on a disk of this machine is refused for writing, and can be read.

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// refusedPlace expects that nothing can be written to dir because its file system is of the kind.
func refusedPlace(t *testing.T, dir string, opts Options, kind string) {
	t.Helper()
	_, createErr := Create(dir, opts)
	_, _, _, openErr := Open(dir, opts)
	for _, err := range []error{createErr, openErr} {
		if err == nil {
			t.Fatalf("%s: accepted", kind)
		}
		for _, word := range []string{dir, kind, "local disk", "--runs", "XDG_STATE_HOME"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q does not say %q", kind, err, word)
			}
		}
	}
}

func TestRemotePlaceRefused(t *testing.T) {
	for _, kind := range []string{"NFS", "SMB", "CIFS", "9p", "FUSE"} {
		dir := t.TempDir()
		refusedPlace(t, dir, Options{FS: faultFS{kind: kind}}, kind)
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("%s: the refused folder holds %v, %v", kind, entries, err)
		}
	}
	dir, want := newJournal(t, 3)
	refusedPlace(t, dir, Options{FS: faultFS{kind: "NFS"}}, "NFS")
	if records, _, err := Read(dir); err != nil || len(records) != len(want) {
		t.Errorf("reading there: %d records, %v", len(records), err)
	}
	if _, _, _, err := Open(dir, Options{FS: faultFS{ask: syscall.EIO}}); err == nil || !strings.Contains(err.Error(), "file system") {
		t.Error("a place that cannot be asked about:", err)
	}
}

// TestLocalPlaces: wherever this machine keeps temporary files, and its memory, is its own.
func TestLocalPlaces(t *testing.T) {
	for _, parent := range []string{os.TempDir(), "/dev/shm", "/var/tmp"} {
		dir, err := os.MkdirTemp(parent, "tminus-place-*")
		if err != nil {
			t.Logf("NOT TESTED: %s: %v", parent, err)
			continue
		}
		w, err := Create(filepath.Join(dir, "run"), Options{})
		if err != nil {
			t.Errorf("%s: %v", parent, err)
		} else if err := w.Close(); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}
}
