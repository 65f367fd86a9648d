package journal

// follow_test.go: reading along with a writer that is slow, dies, is repaired, or is not the same any more.

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustFollow(t *testing.T, dir string) *Follower {
	t.Helper()
	f, err := Follow(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func mustNext(t *testing.T, f *Follower) []Record {
	t.Helper()
	records, err := f.Next()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestFollowByteByByte(t *testing.T) {
	data, want, _ := inMemory(t, 6)
	dir := t.TempDir()
	setJournal(t, dir, nil)
	f := mustFollow(t, dir)
	file, err := os.OpenFile(filepath.Join(dir, journalName), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got []Record
	for i := range data {
		if _, err := file.Write(data[i : i+1]); err != nil {
			t.Fatal(err)
		}
		got = append(got, mustNext(t, f)...)
		if len(got) != bytes.Count(data[:i+1], []byte("\n")) {
			t.Fatalf("%d records after %d bytes", len(got), i+1)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || f.Head() != (Head{6, want[5].Sum}) {
		t.Error(diff, f.Head())
	}
}

// TestFollowWriter follows a writer that tears a line, is opened again and goes on.
func TestFollowWriter(t *testing.T) {
	dir, want := newJournal(t, 2)
	f := mustFollow(t, dir)
	got := mustNext(t, f)
	setJournal(t, dir, append(journalBytes(t, dir), `{"seq":3,"len":"0000`...))
	got = append(got, mustNext(t, f)...)
	w, _, tail := mustOpen(t, dir)
	if tail.Bytes == 0 {
		t.Fatal("no torn tail")
	}
	for i := range 3 {
		got = append(got, mustNext(t, f)...)
		want = append(want, mustAppend(t, w, payloadOf(10+i)))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got = append(got, mustNext(t, f)...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if more := mustNext(t, f); len(more) != 0 {
		t.Error("records without a write:", more)
	}
}

// TestFollowProcess follows another process while it writes as fast as it can, until it is killed.
func TestFollowProcess(t *testing.T) {
	dir, _ := newJournal(t, 1)
	f := mustFollow(t, dir)
	cmd, lines := otherWriter(t, dir)
	var got []Record
	for len(got) < 300 && lines.Scan() {
		got = append(got, mustNext(t, f)...)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // reports the kill
	got = append(got, mustNext(t, f)...)
	want, _, err := Read(dir)
	if err != nil || len(want) < 300 {
		t.Fatalf("%d records, err %v", len(want), err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFollowFork(t *testing.T) {
	mine, _, ends := inMemory(t, 4)
	lines := otherRun(t)
	other := bytes.Join(lines, nil)
	for name, c := range map[string]struct {
		change func(path string) error
		want   error // nil: a CorruptError
	}{
		"shorter":          {func(path string) error { return os.Truncate(path, int64(ends[1])) }, ErrForked},
		"empty":            {func(path string) error { return os.Truncate(path, 0) }, ErrForked},
		"rewritten":        {func(path string) error { return os.WriteFile(path, other, 0o600) }, ErrForked},
		"replaced by same": {func(path string) error { return WriteFileAtomic(path, mine, false) }, ErrForked},
		"removed":          {os.Remove, ErrForked},
		"goes on otherwise": {func(path string) error {
			return os.WriteFile(path, append(bytes.Clone(mine), lines[4]...), 0o600)
		}, nil},
		"goes on as text": {func(path string) error { return os.WriteFile(path, append(bytes.Clone(mine), "hello\n"...), 0o600) }, nil},
	} {
		dir := t.TempDir()
		setJournal(t, dir, mine)
		f := mustFollow(t, dir)
		if got := mustNext(t, f); len(got) != 4 {
			t.Fatalf("%s: %d records", name, len(got))
		}
		if err := c.change(filepath.Join(dir, journalName)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // and it stays that way
			_, err := f.Next()
			if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !isCorrupt(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestFollowRefused(t *testing.T) {
	if _, err := Follow(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error("no journal:", err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, journalName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Follow(dir); err == nil {
		t.Error("a folder was followed")
	}
}
