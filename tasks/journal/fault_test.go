package journal

// fault_test.go: disks that fail in the middle of a write, of a sync, or fill up. Nothing acknowledged is lost.

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// failingWrites makes the nth write of the journal stop after some bytes with an error.
func failingWrites(nth, after int, cause error) faultFS {
	return faultFS{sync: noSync, write: func(name string, data []byte, write func([]byte) (int, error)) (int, error) {
		if name != journalName {
			return noReserve(name, data, write)
		}
		if nth--; nth != 0 {
			return write(data)
		}
		n, err := write(data[:min(after, len(data))])
		if err != nil {
			return n, err
		}
		return n, cause
	}}
}

// appendUntilError appends up to n payloads and returns the acknowledged records.
func appendUntilError(t *testing.T, w *Writer, n int) (acknowledged []Record, err error) {
	t.Helper()
	for i := range n {
		rec, err := w.Append(payloadOf(i + 1))
		if err != nil {
			return acknowledged, err
		}
		acknowledged = append(acknowledged, rec)
	}
	return acknowledged, nil
}

// checkPoisoned expects w to refuse everything, and the journal to hold what was acknowledged and at most one more.
func checkPoisoned(t *testing.T, dir string, w *Writer, acknowledged []Record, err error) {
	t.Helper()
	if !errors.Is(err, ErrPoisoned) {
		t.Fatal("want ErrPoisoned, got", err)
	}
	if _, again := w.Append(payloadOf(1)); !errors.Is(again, ErrPoisoned) || again.Error() != err.Error() {
		t.Fatal("the poisoned writer went on:", again)
	}
	if w.Reserve() {
		t.Fatal("the poisoned writer invites new intents")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w, records, _, err := Open(dir, Options{FS: faultFS{sync: noSync, write: noReserve}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	known := records[:min(len(records), len(acknowledged))]
	same := func(a, b Record) bool {
		return a.Seq == b.Seq && a.Prev == b.Prev && a.Sum == b.Sum && bytes.Equal(a.Payload, b.Payload)
	}
	if !slices.EqualFunc(acknowledged, known, same) || len(records) > len(acknowledged)+1 {
		t.Fatalf("%d records acknowledged, %d found\n%s", len(acknowledged), len(records), cmp.Diff(acknowledged, known))
	}
	mustAppend(t, w, payloadOf(50))
}

func TestWriteFails(t *testing.T) {
	_, _, ends := inMemory(t, 10)
	dir, _ := newJournal(t, 0)
	cases, start := 0, 0
	for nth, end := range ends {
		size := end - start
		for after := 0; after <= size; after++ {
			if after > 2 && after < size-2 && after%61 != 0 && nth != 3 && !*long { // every byte of one record at least
				continue
			}
			cases++
			if err := os.Remove(filepath.Join(dir, journalName)); err != nil {
				t.Fatal(err)
			}
			w, err := Create(dir, Options{FS: failingWrites(nth+1, after, syscall.EIO)})
			if err != nil {
				t.Fatal(err)
			}
			acknowledged, err := appendUntilError(t, w, 10)
			if len(acknowledged) != nth || !errors.Is(err, syscall.EIO) {
				t.Fatalf("write %d after %d bytes: %d acknowledged, err %v", nth+1, after, len(acknowledged), err)
			}
			checkPoisoned(t, dir, w, acknowledged, err)
		}
		start = end
	}
	t.Logf("figure: writes that failed with EIO after some bytes, each poisoned the writer and lost nothing acknowledged, %d of %d", cases, cases)
}

// TestLyingWrite has the disk claim bytes that it did not write: the next append, or the next open, finds out.
func TestLyingWrite(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, Options{FS: faultFS{write: func(name string, data []byte, write func([]byte) (int, error)) (int, error) {
		if name == journalName && strings.Contains(string(data), `"T3.assoc"`) {
			_, err := write(data[:len(data)-3])
			return len(data), err
		}
		return write(data)
	}}})
	if err != nil {
		t.Fatal(err)
	}
	acknowledged, err := appendUntilError(t, w, 10)
	if len(acknowledged) != 3 || !errors.Is(err, ErrPoisoned) {
		t.Fatalf("%d acknowledged, err %v", len(acknowledged), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if report, err := Verify(dir); err != nil || report.Verdict != Torn || report.Records != 2 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestSyncFails(t *testing.T) {
	const cases = 10
	for nth := 1; nth <= cases; nth++ {
		dir, left := t.TempDir(), -1
		w, err := Create(dir, Options{FS: faultFS{sync: func(name string, sync func() error) error {
			if left--; name == journalName && left == 0 {
				return syscall.EIO // once: the next sync would succeed and mean nothing
			}
			return sync()
		}}})
		if err != nil {
			t.Fatal(err)
		}
		left = nth + 1
		acknowledged, err := appendUntilError(t, w, 12)
		if len(acknowledged) != nth-1 && len(acknowledged) != nth || !errors.Is(err, syscall.EIO) {
			t.Fatalf("sync %d: %d acknowledged, err %v", nth, len(acknowledged), err)
		}
		checkPoisoned(t, dir, w, acknowledged, err)
	}
	t.Logf("figure: syncs that failed with EIO, each poisoned the writer and lost nothing acknowledged, %d of %d", cases, cases)
}

// TestSyncFailsWhileOpening: a record that was read but is not known to be on the disk must not be acted on.
func TestSyncFailsWhileOpening(t *testing.T) {
	for _, c := range []struct {
		failing    string // the file whose sync fails
		torn, want int    // bytes cut off before, records found afterwards
	}{{journalName, 0, 3}, {journalName, 9, 2}, {"torn-3-1", 9, 2}, {".", 9, 2}} {
		dir, _ := newJournal(t, 3)
		whole := journalBytes(t, dir)
		setJournal(t, dir, whole[:len(whole)-c.torn])
		_, _, _, err := Open(dir, Options{FS: faultFS{sync: func(name string, sync func() error) error {
			if name == c.failing {
				return syscall.EIO
			}
			return sync()
		}}})
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("sync of %s fails: %v", c.failing, err)
		}
		w, records, _ := mustOpen(t, dir)
		if len(records) != c.want {
			t.Errorf("sync of %s fails: %d records afterwards, want %d", c.failing, len(records), c.want)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

// fullDisk has room for some bytes of journal and copies; the reserve, when deleted, makes room once.
type fullDisk struct {
	dir  string
	room int
	used bool // the reserve
}

func (d *fullDisk) write(name string, data []byte, write func([]byte) (int, error)) (int, error) {
	if name == lockName || name == reserveName && d.room >= reserveRoom {
		return noReserve(name, data, write)
	}
	if _, err := os.Lstat(filepath.Join(d.dir, reserveName)); errors.Is(err, fs.ErrNotExist) && !d.used {
		d.room, d.used = d.room+reserveSize, true
	}
	n, err := write(data[:min(d.room, len(data))])
	d.room -= n
	if err == nil && n < len(data) {
		err = syscall.ENOSPC
	}
	return n, err
}

func TestDiskFull(t *testing.T) {
	_, _, ends := inMemory(t, 6)
	first, cases := ends[3], 0
	if *long {
		first = 0
	}
	for room := first; room <= ends[4]; room += stride {
		dir := t.TempDir()
		disk := &fullDisk{dir: dir, room: reserveRoom}
		w, err := Create(dir, Options{FS: faultFS{sync: noSync, write: disk.write}})
		if err != nil || !w.Reserve() {
			t.Fatal("no reserve on an empty disk:", err)
		}
		disk.room = room
		acknowledged, err := appendUntilError(t, w, 6)
		if err != nil || len(acknowledged) != 6 {
			t.Fatalf("room %d: %d acknowledged, err %v", room, len(acknowledged), err)
		}
		if w.Reserve() {
			t.Fatalf("room %d: a full disk has a reserve", room)
		}
		disk.room = 20 // the reserve is spent: full for good
		_, err = w.Append(payloadOf(7))
		if !errors.Is(err, ErrDiskFull) {
			t.Fatalf("room %d: without a reserve: %v", room, err)
		}
		checkPoisoned(t, dir, w, acknowledged, err)
		cases++
	}
	t.Logf("figure: disks full (ENOSPC) after a number of bytes, every record kept by the reserve, %d of %d", cases, ends[4]-first+1)
}

// TestReserveComesBack: once there is room again, so is the reserve, and new intents may be recorded.
func TestReserveComesBack(t *testing.T) {
	dir := t.TempDir()
	disk := &fullDisk{dir: dir, room: reserveRoom}
	w, err := Create(dir, Options{FS: faultFS{sync: noSync, write: disk.write}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	disk.room = 10
	mustAppend(t, w, payloadOf(1))
	if w.Reserve() {
		t.Fatal("a full disk has a reserve")
	}
	disk.room = 2 * reserveRoom
	if !w.Reserve() {
		t.Error("no reserve although there is room again")
	}
	if info, err := os.Stat(filepath.Join(dir, reserveName)); err != nil || info.Size() != reserveSize {
		t.Error("the reserve:", info, err)
	}
}

// TestDiskFullWhileOpening cuts a torn tail with the reserve's bytes.
func TestDiskFullWhileOpening(t *testing.T) {
	dir, _ := newJournal(t, 3)
	whole := journalBytes(t, dir)
	setJournal(t, dir, whole[:len(whole)-9])
	disk := &fullDisk{dir: dir}
	w, records, tail, err := Open(dir, Options{FS: faultFS{write: disk.write}})
	if err != nil || len(records) != 2 || tail.Copy != "torn-3-1" || w.Reserve() {
		t.Fatalf("%d records, tail %+v, err %v", len(records), tail, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
