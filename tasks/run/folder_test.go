package run_test

// folder_test.go: folders of runs made at once, found again, half-built ones passed over.

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/examples"
	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

const change = "SCP100X0219"

func scp(t testing.TB) (*plan.Plan, []byte) {
	t.Helper()
	name, src := examples.SCP()
	p, err := plan.Load(name, src)
	if err != nil {
		t.Fatal(err)
	}
	return p, src
}

// opened is a first event an hour into the plan's future.
func opened(p *plan.Plan, id string) tasks.Event {
	at := p.Window.Start.UTC()
	return tasks.Event{Wall: at, Run: at, By: tasks.ActorEngine, Body: tasks.RunOpened{
		Run: id, Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun, Shift: time.Hour}}
}

func create(t *testing.T, root string) string {
	t.Helper()
	p, src := scp(t)
	dir, err := run.Create(root, change, src, nil, func(id string) tasks.Event { return opened(p, id) })
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// add appends events to a run and dates its journal, so that tests need not wait for a clock.
func add(t *testing.T, dir string, written time.Time, bodies ...tasks.Body) {
	t.Helper()
	w, _, _, err := journal.Open(dir, journal.Options{Holder: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bodies {
		payload, err := tasks.Encode(tasks.Event{Wall: written, Run: written, By: "LX", Body: b})
		if err == nil {
			_, err = w.Append(payload)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "journal.jsonl"), written, written); err != nil {
		t.Fatal(err)
	}
}

func TestCreateAndLoad(t *testing.T) {
	root := filepath.Join(t.TempDir(), "state", "runs")
	p, src := scp(t)
	dir := create(t, root)
	if filepath.Base(dir) != change+"-1" {
		t.Errorf("the first run is called %s", filepath.Base(dir))
	}
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	first := r.Events[0].Body.(tasks.RunOpened)
	if !strings.HasPrefix(first.Run, change+"-1-") || len(r.Events) != 1 {
		t.Errorf("the run's id is %q, its events are %d", first.Run, len(r.Events))
	}
	if want := p.Window.Start.Add(time.Hour); !r.Plan.Window.Start.Equal(want) {
		t.Errorf("the window starts %v, want it shifted to %v", r.Plan.Window.Start, want)
	}
	frozen, err := os.ReadFile(filepath.Join(dir, "plan.yaml"))
	if err != nil || !slices.Equal(frozen, src) {
		t.Errorf("the frozen plan is not the plan: %v", err)
	}
	if second := create(t, root); filepath.Base(second) != change+"-2" {
		t.Errorf("the second run is called %s", filepath.Base(second))
	}
}

func TestRunFolderIsForItsOwnerOnly(t *testing.T) {
	root := filepath.Join(t.TempDir(), "runs")
	dir := create(t, root)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "keys")); err != nil || !info.IsDir() {
		t.Errorf("there is no folder for keys: %v", err)
	}
}

func TestCreatesAtTheSameTimeGetDifferentNumbers(t *testing.T) {
	const many = 8
	root := t.TempDir()
	p, src := scp(t)
	dirs, errs := make([]string, many), make([]error, many)
	// All stand at the same point, the name chosen and the first event not written, before any goes on.
	var chosen, all sync.WaitGroup
	chosen.Add(many)
	for i := range many {
		all.Go(func() {
			var once sync.Once
			dirs[i], errs[i] = run.Create(root, change, src, nil, func(id string) tasks.Event {
				once.Do(func() { chosen.Done(); chosen.Wait() })
				return opened(p, id)
			})
		})
	}
	all.Wait()
	slices.Sort(dirs)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if len(slices.Compact(slices.Clone(dirs))) != many {
		t.Errorf("two runs share a folder: %v", dirs)
	}
	for _, dir := range dirs {
		r, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if id := r.Events[0].Body.(tasks.RunOpened).Run; !strings.HasPrefix(id, filepath.Base(dir)+"-") {
			t.Errorf("the run in %s calls itself %s", filepath.Base(dir), id)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(root, ".new-*")); len(left) > 0 {
		t.Errorf("half-built folders are left: %v", left)
	}
}

func TestFailedCreateLeavesNothing(t *testing.T) {
	root := t.TempDir()
	_, src := scp(t)
	// A time that JSON cannot hold: the first event cannot be written.
	dir, err := run.Create(root, change, src, nil, func(string) tasks.Event {
		return tasks.Event{Wall: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), Body: tasks.Released{}}
	})
	if err == nil || dir != "" {
		t.Errorf("made %q", dir)
	}
	if entries, _ := os.ReadDir(root); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestHalfBuiltFoldersAreIgnored(t *testing.T) {
	root := t.TempDir()
	dir := create(t, root)
	for _, name := range []string{".new-123", change + "-7"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(root, ".new-456"), os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if got, err := run.Newest(root, false); err != nil || got != dir {
		t.Errorf("Newest is %s, %v", got, err)
	}
	if next := create(t, root); filepath.Base(next) != change+"-2" {
		t.Errorf("the next run is called %s", filepath.Base(next))
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	if _, err := run.Find(root, "x"); err == nil || !strings.Contains(err.Error(), "holds no runs yet") {
		t.Errorf("in an empty root: %v", err)
	}
	dir := create(t, root)
	for _, name := range []string{change + "-1", dir} {
		if got, err := run.Find(root, name); err != nil || got != dir {
			t.Errorf("Find(%s) = %s, %v", name, got, err)
		}
	}
	if _, err := run.Find(root, change+"-9"); err == nil || !strings.Contains(err.Error(), "there are "+change+"-1") {
		t.Errorf("the error does not say which runs there are: %v", err)
	}
}

func TestNewest(t *testing.T) {
	root := t.TempDir()
	for _, where := range []string{root, filepath.Join(root, "missing")} {
		if _, err := run.Newest(where, true); !errors.Is(err, run.ErrNone) {
			t.Errorf("in %s: %v", where, err)
		}
	}
	day := time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)
	oldest, first, released, back := create(t, root), create(t, root), create(t, root), create(t, root)
	add(t, oldest, day)
	add(t, first, day.Add(time.Hour))
	add(t, released, day.Add(2*time.Hour), tasks.Released{})
	add(t, back, day.Add(3*time.Hour), tasks.RollbackDone{})
	if got, err := run.Newest(root, true); err != nil || got != first {
		t.Errorf("the newest unfinished is %s, %v; want %s", got, err, first)
	}
	if got, err := run.Newest(root, false); err != nil || got != back {
		t.Errorf("the newest is %s, %v; want %s", got, err, back)
	}
	add(t, oldest, day.Add(4*time.Hour), tasks.Noted{Text: "gone on with"})
	if got, err := run.Newest(root, true); err != nil || got != oldest {
		t.Errorf("the newest unfinished is %s, %v; want the one written to last, %s", got, err, oldest)
	}
}

// TestNewestDoesNotPassOverWhatItCannotRead: going on with another run than the one meant would be the worst answer.
func TestNewestDoesNotPassOverWhatItCannotRead(t *testing.T) {
	root := t.TempDir()
	day := time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)
	older, broken := create(t, root), create(t, root)
	add(t, older, day)
	add(t, broken, day.Add(time.Hour))
	if err := os.Remove(filepath.Join(broken, "plan.yaml")); err != nil {
		t.Fatal(err)
	}
	if dir, err := run.Newest(root, true); err == nil || !strings.Contains(err.Error(), filepath.Base(broken)) {
		t.Errorf("the newest unfinished is %s, %v", dir, err)
	}
	add(t, older, day.Add(2*time.Hour))
	if dir, err := run.Newest(root, true); err != nil || dir != older {
		t.Errorf("the newest unfinished is %s, %v; want %s, which was written to later", dir, err, older)
	}
}

// TestUnfinishedLive: a rehearsal, an ended run and another change are in nobody's way.
func TestUnfinishedLive(t *testing.T) {
	root := t.TempDir()
	p, src := scp(t)
	open := func(change string, mode tasks.Mode, bodies ...tasks.Body) string {
		t.Helper()
		dir, err := run.Create(root, change, src, nil, func(id string) tasks.Event {
			e := opened(p, id)
			body := e.Body.(tasks.RunOpened)
			body.Mode, body.Change = mode, change
			e.Body = body
			return e
		})
		if err != nil {
			t.Fatal(err)
		}
		written := time.Date(2026, 1, 1, 0, len(bodies), 0, 0, time.UTC)
		add(t, dir, written, bodies...)
		return dir
	}
	open("SCP/2", tasks.RehearsalRun)
	open("SCP/2", tasks.LiveRun, tasks.Released{})
	open("SCP 2", tasks.LiveRun) // its folder could be one of SCP/2
	open("SCP/2-1", tasks.LiveRun)
	for _, change := range []string{"SCP/2", "SCP/3"} {
		if dir, err := run.UnfinishedLive(root, change); !errors.Is(err, run.ErrNone) {
			t.Errorf("%s: %q, %v", change, dir, err)
		}
	}
	want := open("SCP/2", tasks.LiveRun)
	if dir, err := run.UnfinishedLive(root, "SCP/2"); dir != want || err != nil {
		t.Errorf("found %q, %v; want %q", dir, err, want)
	}
	if err := os.WriteFile(filepath.Join(root, "SCP-2-1", "journal.jsonl"), []byte("not a journal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run.UnfinishedLive(root, "SCP/2"); err == nil || errors.Is(err, run.ErrNone) {
		t.Errorf("a run that cannot be read is passed over: %v", err)
	}
}
