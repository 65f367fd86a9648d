package run_test

// suite_test.go: the smoke tests' files are frozen with the plan, and read back as they were or not at all.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/tasks"
	"tminus/tasks/run"
)

func TestSuiteIsFrozen(t *testing.T) {
	p, src := scp(t)
	suite := run.Suite{"smoke/read-only/home.hurl": []byte("GET {{base}}/\n"), "smoke/data/a.json": []byte("{}")}
	open := func(s run.Suite) (string, []tasks.Event) {
		t.Helper()
		dir, err := run.Create(t.TempDir(), change, src, s, func(id string) tasks.Event {
			e := opened(p, id)
			body := e.Body.(tasks.RunOpened)
			body.Suite = s.Digest()
			e.Body = body
			return e
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		return dir, r.Events
	}
	dir, events := open(suite)
	folder, err := run.SuiteOf(dir, events)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(folder, "smoke/read-only/home.hurl")); err != nil || string(got) != "GET {{base}}/\n" {
		t.Errorf("frozen as %q, %v", got, err)
	}
	for what, change := range map[string]func(string) error{
		"changed":  func(f string) error { return os.WriteFile(filepath.Join(f, "smoke/data/a.json"), []byte("[]"), 0o600) },
		"missing":  func(f string) error { return os.Remove(filepath.Join(f, "smoke/data/a.json")) },
		"one more": func(f string) error { return os.WriteFile(filepath.Join(f, "smoke/b.hurl"), nil, 0o600) },
		"gone":     os.RemoveAll,
	} {
		dir, events := open(suite)
		folder, _ := run.SuiteOf(dir, events)
		if err := change(folder); err != nil {
			t.Fatal(err)
		}
		if _, err := run.SuiteOf(dir, events); err == nil || !strings.Contains(err.Error(), "smoke tests") {
			t.Errorf("%s: %v", what, err)
		}
	}

	amended := append(events, tasks.Event{Seq: 2, Body: tasks.Amended{File: "plan-2.yaml", Suite: run.Suite{"x.hurl": []byte("GET {{base}}/x\n")}.Digest()}})
	if err := run.KeepSuite(dir, "plan-2.yaml", run.Suite{"x.hurl": []byte("GET {{base}}/x\n")}); err != nil {
		t.Fatal(err)
	}
	if folder, err := run.SuiteOf(dir, amended); err != nil || filepath.Base(folder) != "suite-2" {
		t.Errorf("amended: %s, %v", folder, err)
	}
	dir, events = open(nil)
	if folder, err := run.SuiteOf(dir, events); err != nil || folder != "" {
		t.Errorf("no suite: %q, %v", folder, err)
	}
}

func TestSuiteStaysInItsFolder(t *testing.T) {
	p, src := scp(t)
	for _, s := range []run.Suite{{"../x.hurl": nil}, {"/etc/x.hurl": nil}, {".": nil}, {"a.hurl": make([]byte, 9<<20)}} {
		root := t.TempDir()
		if _, err := run.Create(root, change, src, s, func(id string) tasks.Event { return opened(p, id) }); err == nil {
			t.Errorf("%d files were frozen", len(s))
		}
		if left, _ := os.ReadDir(root); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
