package journal

// diskfull_linux_test.go: a disk that is really full: a tmpfs of two megabytes, filled to every level.

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestRealDiskFull(t *testing.T) {
	mount := t.TempDir()
	if err := syscall.Mount("tmpfs", mount, "tmpfs", 0, "size=2m,mode=0700"); err != nil {
		t.Skip("NOT TESTED: a really full disk needs the right to mount a tmpfs:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(mount, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	levels := 24
	if *long {
		levels = 512
	}
	kept := 0
	for level := range levels {
		dir := filepath.Join(mount, "run")
		w, err := Create(dir, Options{})
		if err != nil || !w.Reserve() {
			t.Fatal("no reserve on an empty disk:", err)
		}
		for i := range level {
			mustAppend(t, w, payloadOf(i))
		}
		fillUp(t, filepath.Join(mount, "filler"))
		acknowledged := level
		for w.Reserve() { // intents, as long as they are invited
			mustAppend(t, w, payloadOf(acknowledged))
			acknowledged++
		}
		mustAppend(t, w, payloadOf(acknowledged)) // the last intent's outcome
		acknowledged++
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if report, err := Verify(dir); err != nil || report.Verdict != Sound || report.Records != acknowledged {
			t.Fatalf("level %d: %d acknowledged, %+v, %v", level, acknowledged, report, err)
		}
		kept++
		if err := errors.Join(os.RemoveAll(dir), os.Remove(filepath.Join(mount, "filler"))); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("figure: tmpfs really full, the last intent's outcome kept, %d of %d", kept, levels)
}

// fillUp writes until there is not a byte left.
func fillUp(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for {
		if _, err := file.Write(make([]byte, 4096)); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
