package main

// amend_test.go: the SCP plan changed on the day, and flown on as it is then.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/examples"
	"tminus/tasks"
	"tminus/tasks/run"
)

// changed is the SCP plan as a file in which words were replaced.
func changed(t *testing.T, replace ...string) string {
	t.Helper()
	_, src := examples.SCP()
	text := strings.NewReplacer(replace...).Replace(string(src))
	if text == string(src) {
		t.Fatalf("the plan does not hold %q", replace)
	}
	path := filepath.Join(t.TempDir(), "changed.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	withSuite(t, filepath.Dir(path))
	return path
}

// withSuite puts the SCP plan's smoke tests beside a copy of it.
func withSuite(t *testing.T, dir string) {
	t.Helper()
	if err := os.CopyFS(dir, examples.Folder()); err != nil {
		t.Fatal(err)
	}
}

// TestAmendedFlightIsReleased amends twice on the way, and flies to released by the newest plan.
func TestAmendedFlightIsReleased(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	finish(t, tminus(t, "rehearse", "--auto", "--speed", "3600", "--fault", "eip-taken", "--runs", root)).want(t, 4, "T7 failed")
	dir := onlyRun(t, root)
	window := []string{"end: 2019-02-07 18:00", "end: 2019-02-07 18:15"}
	for _, words := range [][]string{window, append([]string{"Guo Lingxing", "Guo Ling Xing"}, window...)} {
		finish(t, tminus(t, "amend", dir, changed(t, words...), "--as", "LX", "--take", "--reason", "it takes longer", "--yes", "--runs", root)).want(t, 0, "amended: SCP100X0219-1")
	}
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	st := tasks.Fold(r.Plan, r.Events)
	if r.Plan.Contact("LX").Name != "Guo Ling Xing" || r.Plan.Task("T8").Duration() != 45*time.Minute || st.Plan != r.Plan.Hash {
		t.Errorf("the plan in force: LX is %s, T8 takes %s", r.Plan.Contact("LX").Name, r.Plan.Task("T8").Duration())
	}
	opened := r.Events[0].Body.(tasks.RunOpened)
	for _, kind := range []string{"ec2.launch", "eip.assign"} {
		if len(opened.States[kind]) == 0 || len(st.States[kind]) == 0 {
			t.Errorf("nobody knows what to state when %s was done by hand: opened %v, now %v", kind, opened.States, st.States)
		}
	}
	for _, file := range []string{"plan.yaml", "plan-2.yaml", "plan-3.yaml"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
}

// TestAmendAsksAtTheTerminal: n leaves the plan, y writes the changed one.
func TestAmendAsksAtTheTerminal(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := newScreen(t, 120, 36, tminus(t, "rehearse", "--speed", "60", "--as", "LX", "--runs", root))
	s.sees("Timeline")
	s.press("q")
	s.ends(0)
	file := changed(t, "Guo Lingxing", "Guo Ling Xing")
	for _, key := range []string{"n", "y"} {
		ask := newScreen(t, 160, 24, tminus(t, "amend", "SCP100X0219-1", file, "--as", "LX", "--reason", "a name", "--runs", root))
		ask.sees("contacts.LX.name: Guo Lingxing → Guo Ling Xing", "Write it? y = yes, n = no")
		ask.press(key)
		ask.ends(0)
		<-ask.read
		r, err := run.Load(onlyRun(t, root))
		if err != nil {
			t.Fatal(err)
		}
		if wrote := r.Plan.Contact("LX").Name == "Guo Ling Xing"; wrote != (key == "y") || wrote != ask.has("amended: SCP100X0219-1") {
			t.Fatalf("after %s the plan has %s; the screen is\n%s", key, r.Plan.Contact("LX").Name, ask)
		}
		if st := tasks.Fold(r.Plan, r.Events); st.Conn.Holder != "" {
			t.Errorf("%s has the conn: it was nobody's", st.Conn.Holder)
		}
	}
}
