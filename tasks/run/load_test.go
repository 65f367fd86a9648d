package run_test

// load_test.go: what is read back of a run, and what is refused.

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/reading"
	"tminus/tasks/run"
)

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string) error
		says  string
	}{
		"another plan": {func(t *testing.T, dir string) error {
			_, src := scp(t)
			return os.WriteFile(filepath.Join(dir, "plan.yaml"), append(src, "# one more line\n"...), 0o600)
		}, "its hash differs"},
		"a huge plan": {func(_ *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, "plan.yaml"), make([]byte, 5<<20), 0o600)
		}, "larger than 4 MiB"},
		"no plan": {func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "plan.yaml")) }, "frozen plan"},
		"an edited journal": {func(_ *testing.T, dir string) error {
			path := filepath.Join(dir, "journal.jsonl")
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, []byte(strings.Replace(string(data), "rehearsal", "Rehearsal", 1)), 0o600)
		}, "journal"},
		"an empty journal": {func(_ *testing.T, dir string) error {
			return os.Truncate(filepath.Join(dir, "journal.jsonl"), 0)
		}, "no first event"},
		"no journal": {func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "journal.jsonl")) }, "journal"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := create(t, t.TempDir())
			if err := c.spoil(t, dir); err != nil {
				t.Fatal(err)
			}
			if _, err := run.Load(dir); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Load says %v, want something about %q", err, c.says)
			}
		})
	}
}

// What a newer build wrote can be looked at. Nothing can be written after it.
func TestANewerFormatIsReadAndNotWritten(t *testing.T) {
	dir := create(t, t.TempDir())
	w, _, _, err := journal.Open(dir, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Append([]byte(`{"t":"task.teleported","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00Z","m":0,"by":"LX","d":{}}`))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	var newer tasks.ErrNewerFormat
	r, err := run.Load(dir)
	if err != nil || r.Events[len(r.Events)-1].Body.Kind() != "task.teleported" {
		t.Errorf("Load says %v", err)
	}
	if _, _, _, err := run.Open(dir, journal.Options{}); !errors.As(err, &newer) || newer.Kind != "task.teleported" {
		t.Errorf("Open says %v", err)
	}
}

func TestRunMustBeginWithItsOpening(t *testing.T) {
	_, src := scp(t)
	dir, err := run.Create(t.TempDir(), change, src, nil, func(string) tasks.Event { return tasks.Event{Body: tasks.Noted{Text: "hello"}} })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Load(dir); err == nil || !strings.Contains(err.Error(), `begins with "note" instead of run.open`) {
		t.Errorf("Load says %v", err)
	}
}

func TestLive(t *testing.T) {
	dir := create(t, t.TempDir())
	if live, err := run.Live(dir); err != nil || !cmp.Equal(live, tasks.Live{}) {
		t.Errorf("before anything was written: %+v, %v", live, err)
	}
	now := time.Date(2019, 2, 7, 9, 0, 0, 0, time.UTC)
	want := tasks.Live{Now: now, Wall: now.Add(time.Minute), Speed: 10, Seq: 7, Head: "ab", Progress: map[string]string{"T4": "pending"}}
	want.Readings.Cloud = reading.Cloud{Stamp: reading.Stamp{At: now, Every: time.Minute}, Instances: []reading.Instance{{ID: "i-1", Role: "primary"}}}
	for range 2 { // the second replaces the first
		if err := run.WriteLive(dir, want); err != nil {
			t.Fatal(err)
		}
	}
	if live, err := run.Live(dir); err != nil || !cmp.Equal(live, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, live))
	}
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if last := run.LastTime(r); !last.Equal(now) {
		t.Errorf("LastTime is %v, want live.json's %v", last, now)
	}
}

func TestBrokenLiveIsToldAndIsNoEvidence(t *testing.T) {
	dir := create(t, t.TempDir())
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"torn": []byte(`{"now":"2030-01-01T`), "huge": make([]byte, 9<<20)} {
		if err := os.WriteFile(filepath.Join(dir, "live.json"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if live, err := run.Live(dir); err == nil || !cmp.Equal(live, tasks.Live{}) {
			t.Errorf("%s: %v, %v", name, live, err)
		}
		if last := run.LastTime(r); !last.Equal(r.Events[0].Run) {
			t.Errorf("%s: LastTime is %v, want the journal's %v", name, last, r.Events[0].Run)
		}
	}
}
