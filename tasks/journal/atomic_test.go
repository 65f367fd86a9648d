package journal

// atomic_test.go: a reader beside WriteFileAtomic sees whole files only, and nothing is left lying about.

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestWriteFileAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "live.json")
	for _, sync := range []bool{true, false} {
		for n := range 3 {
			want := bytes.Repeat([]byte{byte('a' + n)}, 1000*(3-n))
			if err := WriteFileAtomic(path, want, sync); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes, err %v", len(got), err)
			}
		}
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	onlyFile(t, dir, "live.json")
}

// TestWriteFileAtomicFails: a folder cannot be replaced by a file, so the rename fails after all was written.
func TestWriteFileAtomicFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "live.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WriteFileAtomic(filepath.Join(dir, "live.json"), []byte("x"), false); err == nil {
		t.Error("no error")
	}
	onlyFile(t, dir, "live.json")
	if err := WriteFileAtomic(filepath.Join(dir, "missing", "live.json"), []byte("x"), false); err == nil {
		t.Error("no error in a folder that is not there")
	}
}

func TestWriteFileAtomicReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "live.json")
	if err := WriteFileAtomic(path, bytes.Repeat([]byte("a"), 50_000), false); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		for n := range 300 {
			if err := WriteFileAtomic(path, bytes.Repeat([]byte{byte('a' + n%26)}, 50_000), false); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for {
		got, err := os.ReadFile(path)
		if err != nil || len(got) != 50_000 || !bytes.Equal(got, bytes.Repeat(got[:1], len(got))) {
			t.Fatalf("a part of a file was seen: %d bytes, err %v", len(got), err)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("the folder holds %v, err %v", entries, err)
	}
}
