package run_test

// decode_test.go: a journal of many batches is decoded in its order, and the first thing wrong with it is what is told.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
)

// records is a journal with n remarks after its opening; those at the places named by odd are of a kind nobody knows.
func records(t *testing.T, n int, odd ...int) (dir string) {
	t.Helper()
	dir = create(t, t.TempDir())
	w, _, _, err := journal.Open(dir, journal.Options{FS: unsynced{}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	strange := map[int]bool{}
	for _, seq := range odd {
		strange[seq] = true
	}
	at := time.Date(2019, 2, 7, 9, 0, 0, 0, time.UTC)
	for seq := 2; seq < n+2; seq++ {
		payload, err := tasks.Encode(tasks.Event{Wall: at, Run: at, By: "LX", Body: tasks.Noted{Task: "T6", Text: fmt.Sprint("remark ", seq)}})
		if strange[seq] {
			payload = fmt.Appendf(nil, `{"t":"strange.%d","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00Z","m":0,"by":"LX","d":{}}`, seq)
		}
		if err == nil {
			_, err = w.Append(payload)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// batch is how many records are decoded at once.
const batch = 512

func TestEventsComeInTheJournalsOrder(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, n := range []int{0, 1, batch - 2, batch - 1, batch, 5*batch - 1, 5*batch + 7} {
		dir := records(t, n)
		loaded, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		w, opened, _, err := run.Open(dir, journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		read, _, err := journal.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		at := map[string][]tasks.Event{"Load": loaded.Events, "Open": opened}
		if at["Events"], err = run.Events(read); err != nil {
			t.Fatal(err)
		}
		for by, events := range at {
			if len(events) != n+1 {
				t.Errorf("%s: %d events of %d", by, len(events), n+1)
			}
			for i, e := range events[1:] {
				if want := fmt.Sprint("remark ", i+2); e.Seq != uint64(i+2) || e.Body.(tasks.Noted).Text != want {
					t.Fatalf("%s: event %d is %+v", by, i+2, e)
				}
			}
		}
	}
	if events, err := run.Events(nil); err != nil || len(events) != 0 {
		t.Errorf("no records are the events %v, %v", events, err)
	}
}

func TestFirstStrangeEventIsTold(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := records(t, 6*batch, 2*batch+9, 2*batch+10, 5*batch)
	want := fmt.Sprintf("strange.%d", 2*batch+9)
	var newer tasks.ErrNewerFormat
	for range 2 { // the first gives the lock back
		if _, _, _, err := run.Open(dir, journal.Options{}); !errors.As(err, &newer) || newer.Kind != want {
			t.Errorf("Open says %v, want %s", err, want)
		}
	}
}

// What is damaged is told before what is not known: the events after the damage were never looked at.
func TestDamageIsToldFirst(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := records(t, 3*batch, 7)
	path := filepath.Join(dir, "journal.jsonl")
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(strings.Replace(string(data), fmt.Sprint("remark ", 2*batch), "remark x", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	var damage *journal.CorruptError
	if _, err := run.Load(dir); !errors.As(err, &damage) || damage.Seq != 2*batch {
		t.Errorf("Load says %v", err)
	}
	if _, _, _, err := run.Open(dir, journal.Options{}); !errors.As(err, &damage) || damage.Seq != 2*batch {
		t.Errorf("Open says %v", err)
	}
}

func TestOpenSaysWhoHasTheRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := records(t, 2)
	w, _, _, err := run.Open(dir, journal.Options{Holder: "LX"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var locked *journal.LockedError
	if _, _, _, err := run.Open(dir, journal.Options{}); !errors.As(err, &locked) || !strings.Contains(err.Error(), "LX") {
		t.Errorf("the second Open says %v", err)
	}
}
