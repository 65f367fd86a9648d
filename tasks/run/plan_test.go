package run_test

// plan_test.go: the plan in force is the newest one the journal names, byte for byte, or nothing is flown.

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

// amend changes the run's plan as the engine would, and returns the event and the new plan's bytes.
func amend(t *testing.T, dir, old, new string) (tasks.Amended, []byte) {
	t.Helper()
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, src := scp(t)
	src = bytes.ReplaceAll(src, []byte(old), []byte(new))
	p, err := plan.Load("changed.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	name, err := run.KeepPlan(dir, r.Events, src)
	if err != nil {
		t.Fatal(err)
	}
	return tasks.Amended{From: r.Plan.Hash, To: p.Hash, File: name, Reason: "late"}, src
}

const title = "Assign Elastic IP address and test connection"

func TestAmendedPlanIsInForce(t *testing.T) {
	dir := create(t, t.TempDir())
	first, err := os.ReadFile(filepath.Join(dir, "plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2019, 2, 7, 9, 0, 0, 0, time.UTC)
	for n, new := range []string{"Second", "Third"} {
		b, src := amend(t, dir, title, new)
		if want := []string{"plan-2.yaml", "plan-3.yaml"}[n]; b.File != want {
			t.Errorf("amendment %d is kept as %s", n+1, b.File)
		}
		if r, err := run.Load(dir); err != nil || r.Plan.Task("T7").Title == new {
			t.Errorf("a file that no event names is in force: %v", err)
		}
		add(t, dir, at, b)
		r, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if r.Plan.Task("T7").Title != new || r.Plan.Hash != b.To {
			t.Errorf("after amendment %d T7 is %q", n+1, r.Plan.Task("T7").Title)
		}
		if p, _ := scp(t); !r.Plan.Window.Start.Equal(p.Window.Start.Add(time.Hour)) {
			t.Errorf("the amended plan is not shifted as the run: its window starts %s", r.Plan.Window.Start)
		}
		if kept, err := os.ReadFile(filepath.Join(dir, b.File)); err != nil || !bytes.Equal(kept, src) {
			t.Errorf("%s is not the amendment: %v", b.File, err)
		}
	}
	if now, err := os.ReadFile(filepath.Join(dir, "plan.yaml")); err != nil || !bytes.Equal(now, first) {
		t.Errorf("the first plan was changed: %v", err)
	}
}

// A crash between the file and its event leaves a file that the next amendment replaces.
func TestAmendmentAfterACrashBetweenFileAndEvent(t *testing.T) {
	dir := create(t, t.TempDir())
	amend(t, dir, title, "Lost")
	b, _ := amend(t, dir, title, "Kept")
	add(t, dir, time.Now(), b)
	if r, err := run.Load(dir); err != nil || r.Plan.Task("T7").Title != "Kept" {
		t.Errorf("after the crash: %v", err)
	}
}

func TestPlanRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(t *testing.T, dir string, b *tasks.Amended)
		says  string
	}{
		"a file that was edited": {func(t *testing.T, dir string, b *tasks.Amended) {
			path := filepath.Join(dir, b.File)
			src, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, append(src, "# one more line\n"...), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "plan-2.yaml is not the plan this run is flown by (its hash differs): put the frozen copy back"},
		"a file of another folder":  {func(_ *testing.T, _ string, b *tasks.Amended) { b.File = "../plan.yaml" }, `names "../plan.yaml" as a plan, which is no file of the run's folder`},
		"a file by its whole path":  {func(_ *testing.T, dir string, b *tasks.Amended) { b.File = filepath.Join(dir, b.File) }, "which is no file of the run's folder"},
		"a file in a folder of its": {func(_ *testing.T, _ string, b *tasks.Amended) { b.File = "keys/plan.yaml" }, "which is no file of the run's folder"},
		"no file":                   {func(_ *testing.T, _ string, b *tasks.Amended) { b.File = "" }, "which is no file of the run's folder"},
		"the folder above":          {func(_ *testing.T, _ string, b *tasks.Amended) { b.File = ".." }, "which is no file of the run's folder"},
		"a file that is not there":  {func(_ *testing.T, _ string, b *tasks.Amended) { b.File = "plan-9.yaml" }, "reading the frozen plan"},
		"the plan before":           {func(_ *testing.T, _ string, b *tasks.Amended) { b.File = "plan.yaml" }, "its hash differs"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := create(t, t.TempDir())
			b, _ := amend(t, dir, title, "Changed")
			tt.spoil(t, dir, &b)
			add(t, dir, time.Now(), b)
			if r, err := run.Load(dir); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%+v, %v; want something about %q", r, err, tt.says)
			}
		})
	}
}

func TestRunWithoutAnOpeningHasNoPlan(t *testing.T) {
	for _, events := range [][]tasks.Event{nil, {{Body: tasks.Noted{Text: "x"}}}} {
		if p, err := run.Plan(t.TempDir(), events); err == nil {
			t.Errorf("%d events have the plan %v", len(events), p.Change)
		}
	}
}
