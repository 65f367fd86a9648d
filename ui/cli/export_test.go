package cli

// export_test.go: what export writes, and over what it does not.

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"tminus/tasks/document"
)

const toyPlan = `release: Toy 1
change: TOY1
timezone: UTC
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts: [{id: LX, name: Guo Lingxing}]
tasks: [{id: T1, title: Launch, start: 2019-02-07 16:00, end: 2019-02-07 16:30, in_charge: LX}]
`

func TestExportsAreTheirOwnersOnly(t *testing.T) {
	folder := t.TempDir()
	plan, out := filepath.Join(folder, "plan.yaml"), filepath.Join(folder, "plan.ics")
	if err := os.WriteFile(plan, []byte(toyPlan), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, _, _, complaints := execute(t, nil, "export", plan, "--ics", "-o", out); exit != OK {
		t.Fatalf("exit %d: %s", exit, complaints)
	}
	info, err := os.Stat(out)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// TestForcedExportFollowsALink: --force writes the file that a link names, and the link stays.
func TestForcedExportFollowsALink(t *testing.T) {
	folder := t.TempDir()
	plan, out, link := filepath.Join(folder, "plan.yaml"), filepath.Join(folder, "real.csv"), filepath.Join(folder, "link.csv")
	for path, text := range map[string]string{plan: toyPlan, out: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(out, link); err != nil {
		t.Fatal(err)
	}
	if exit, _, _, _ := execute(t, nil, "export", plan, "--csv", "-o", link); exit != Precondition {
		t.Errorf("exit %d, want %d", exit, Precondition)
	}
	if exit, _, _, complaints := execute(t, nil, "export", plan, "--csv", "-o", link, "--force"); exit != OK {
		t.Fatalf("exit %d: %s", exit, complaints)
	}
	if src, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(src), "id,title,") {
		t.Errorf("%q, %v", src, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
}

// TestWriteBackIsAgreedTo: at a terminal the diff is shown, and a key says whether OUT is written.
func TestWriteBackIsAgreedTo(t *testing.T) {
	for key, written := range map[string]bool{"y": true, "n": false} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "flown.txt")
		args := []string{"export", "released", "--runs", filepath.Join("..", "..", "tasks", "testdata", "journals"), "-o", out,
			"--like", filepath.Join("..", "..", "tasks", "export", "testdata", "scp-1.0.0-plan.txt")}
		exit := make(chan int, 1)
		go func() { exit <- Execute(t.Context(), Program{}, args, Stdio{In: tty, Out: tty, Err: io.Discard}) }()
		said := read(t, master, "y = yes, n = no")
		if _, err := master.WriteString(key); err != nil {
			t.Fatal(err)
		}
		if got := <-exit; got != OK {
			t.Errorf("%s: exit %d", key, got)
		}
		if !strings.Contains(said, "+T3    1-Feb-19") || strings.Contains(said, "\t") {
			t.Errorf("%s: the diff is not shown, or not cleaned: %q", key, said)
		}
		if _, err := os.Stat(out); (err == nil) != written {
			t.Errorf("%s: written: %v", key, err)
		}
		_, _ = tty.Close(), master.Close()
	}
}

func TestExportBoundsWhatItReads(t *testing.T) {
	folder := t.TempDir()
	big, plan := filepath.Join(folder, "big.txt"), filepath.Join(folder, "plan.yaml")
	for path, size := range map[string]int{big: document.MaxText + 1, plan: 4<<20 + 1} {
		if err := os.WriteFile(path, []byte(strings.Repeat("x\n", size/2+1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := exporting{like: big}
	if _, err := w.source(folder, plan); exitCode(t.Context(), err) != Usage {
		t.Errorf("a plan file with --like: %v", err)
	}
	if exit, _, _, complaints := execute(t, nil, "export", plan, "--csv"); exit != PlanInvalid || !strings.Contains(complaints, "4 MiB") {
		t.Errorf("exit %d: %s", exit, complaints)
	}
}
