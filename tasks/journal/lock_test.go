package journal

// lock_test.go: one writer for each run, whatever is done to the folder; and a writer that is killed.

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The test program is also the other process: with this variable set it writes to the journal there until killed.
const writeIn = "JOURNAL_TEST_WRITE_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(writeIn); dir != "" {
		os.Exit(writeUntilKilled(dir))
	}
	if dir := os.Getenv(contendFor); dir != "" {
		os.Exit(contend(dir))
	}
	os.Exit(m.Run())
}

// writeUntilKilled prints the number of each record once it is acknowledged.
func writeUntilKilled(dir string) int {
	w, _, _, err := Open(dir, Options{Holder: "LX on fluke\x1b[2J"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for n := 0; ; n++ {
		rec, err := w.Append(payloadOf(n))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(rec.Seq)
	}
}

// otherWriter starts the other process.
func otherWriter(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writeIn+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // for a test that failed half-way
	return cmd, bufio.NewScanner(out)
}

// TestKilledWriter kills a writing process again and again: what it said was recorded is there.
func TestKilledWriter(t *testing.T) {
	dir, _ := newJournal(t, 1)
	const rounds = 20
	survived := 0
	for round := range rounds {
		cmd, lines := otherWriter(t, dir)
		acknowledged := 0
		for n := 0; n <= round*3 && lines.Scan(); n++ {
			acknowledged, _ = strconv.Atoi(lines.Text())
		}
		_, _, _, err := Open(dir, Options{})
		var locked *LockedError
		if !errors.As(err, &locked) || locked.Holder != "LX on fluke?[2J" {
			t.Fatalf("Open beside a living writer: %v", err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // said before it died
			acknowledged, _ = strconv.Atoi(lines.Text())
		}
		_ = cmd.Wait() // reports the kill
		w, records, _ := mustOpen(t, dir)
		if got := len(records); got != acknowledged && got != acknowledged+1 {
			t.Fatalf("round %d: %d acknowledged, %d found", round, acknowledged, got)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		survived++
	}
	t.Logf("figure: real SIGKILLs of a writing process after which every acknowledged record was there %d of %d", survived, rounds)
}

func TestManyWritersOneWins(t *testing.T) {
	dir, _ := newJournal(t, 1)
	for range 20 {
		var wg sync.WaitGroup
		winners := make(chan *Writer, 50)
		start := make(chan struct{})
		for range cap(winners) {
			wg.Go(func() {
				<-start
				switch w, _, _, err := Open(dir, Options{FS: faultFS{sync: noSync}}); {
				case err == nil:
					winners <- w
				case !errors.Is(err, ErrLocked):
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		close(winners)
		if len(winners) != 1 {
			t.Fatalf("%d writers opened the journal", len(winners))
		}
		if err := (<-winners).Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCreateTwice(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, Options{Holder: "JC"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, Options{}); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "held by JC") {
		t.Error("beside a living writer:", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, Options{}); !errors.Is(err, os.ErrExist) {
		t.Error("after it:", err)
	}
	w, _, _ = mustOpen(t, dir) // the refused Create left no lock behind
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLockTakenAway(t *testing.T) {
	for name, take := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600))
		},
	} {
		dir, _ := newJournal(t, 1)
		w, _, _ := mustOpen(t, dir)
		if err := take(filepath.Join(dir, lockName)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Append(payloadOf(2)); !errors.Is(err, ErrPoisoned) || !strings.Contains(err.Error(), "lock") {
			t.Errorf("%s: Append: %v", name, err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestJournalChangedUnderWriter: bytes that are not ours end the writing, even if they make a sound record.
func TestJournalChangedUnderWriter(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"longer":  func(data []byte) []byte { return append(data, data...) },
		"shorter": func(data []byte) []byte { return data[:len(data)/2] },
	} {
		dir, _ := newJournal(t, 2)
		w, _, _ := mustOpen(t, dir)
		changed := change(journalBytes(t, dir))
		setJournal(t, dir, changed)
		if _, err := w.Append(payloadOf(3)); !errors.Is(err, ErrPoisoned) {
			t.Errorf("%s: Append: %v", name, err)
		}
		if got := len(journalBytes(t, dir)); got != len(changed) {
			t.Errorf("%s: %d bytes became %d", name, len(changed), got)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestFolderRefused: a run folder in which somebody else could change things, or files that are none.
func TestFolderRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("NOT TESTED: folder modes, pipes and links do not exist on Windows as they do here")
	}
	move := func(name string) func(dir string) error {
		return func(dir string) error {
			path := filepath.Join(dir, name)
			return errors.Join(os.Rename(path, path+".real"), os.Symlink(name+".real", path))
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(dir string) error
		words string
	}{
		{"group may write", func(dir string) error { return os.Chmod(dir, 0o770) }, "chmod 700"},
		{"others may write", func(dir string) error { return os.Chmod(dir, 0o702) }, "chmod 700"},
		{"linked journal", move(journalName), "not a regular file"},
		{"linked lock", move(lockName), "not a regular file"},
		{"piped journal", func(dir string) error {
			path := filepath.Join(dir, journalName)
			return errors.Join(os.Remove(path), exec.Command("mkfifo", path).Run())
		}, "not a regular file"},
		{"no journal", func(dir string) error { return os.Remove(filepath.Join(dir, journalName)) }, "no such file"},
		{"no folder", os.RemoveAll, "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, _ := newJournal(t, 2)
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			w, _, _, err := Open(dir, Options{})
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, %v, want an error with %q", w, err, c.words)
			}
		})
	}
}

func TestForeignOwner(t *testing.T) {
	dir, _ := newJournal(t, 1)
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, 12345, -1); err != nil {
			t.Fatal(err)
		}
	} else {
		dir = "/"
	}
	if _, _, _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "belongs to user id") {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "CHG1-1")
	w, err := Create(dir, Options{Holder: "LX"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for name, want := range map[string]os.FileMode{".": 0o700, journalName: 0o600, lockName: 0o600, reserveName: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", name, info.Mode().Perm(), want)
		}
	}
}
