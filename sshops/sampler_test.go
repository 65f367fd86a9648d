package sshops

// sampler_test.go: the sampler run by every sh and awk of this machine, with and
// without df, who and ps: what it answers must be a reading, and what is missing
// must be named.

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/tasks/reading"
)

// locally runs the sampler with no other programs on its PATH than those linked
// to in dir, and ends it with the test.
func locally(t *testing.T, dir string, sh ...string) *shell {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	cmd := exec.CommandContext(ctx, sh[0], sh[1:]...)
	cmd.Env = []string{"PATH=" + dir}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &shell{in: in, out: bufio.NewReader(out), mark: newMark(), runs: &sync.WaitGroup{}}
	t.Cleanup(func() { // the end of its input ends it, by itself
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the sampler ended with %v", err)
		}
		cancel()
		s.runs.Wait()
	})
	if _, err := io.WriteString(in, sampler); err != nil {
		t.Fatal(err)
	}
	if err := s.await(); err != nil {
		t.Fatal(err)
	}
	return s
}

// programs is a directory with links to programs, each "name" or "name=program".
func programs(t *testing.T, all ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, p := range all {
		name, target, other := strings.Cut(p, "=")
		if !other {
			target = name
		}
		path, err := exec.LookPath(target)
		if err != nil {
			t.Skipf("NOT TESTED with %s: it is not on this machine", target)
		}
		if path, err = filepath.EvalSymlinks(path); target == "busybox" && err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// twice is the reading of the second of two samples.
func twice(t *testing.T, s *shell) reading.Host {
	t.Helper()
	var before *sample
	for deadline := time.Now().Add(10 * time.Second); ; {
		found, err := s.ask(t.Context(), due(s.count, before))
		if err != nil {
			t.Fatal(err)
		}
		now, err := parse(found)
		if err != nil {
			t.Fatal(err)
		}
		h := now.since(before)
		if before == nil && len(h.Cores) != 0 || before == nil && !strings.Contains(strings.Join(h.Missing, ";"), "cores: shares of time need a second sample") {
			t.Fatalf("the first sample tells shares: %+v", h)
		}
		// A tick is 10 ms: until two samples differ, they are one.
		if before != nil && len(h.Cores) > 0 || time.Now().After(deadline) {
			return h
		}
		if before == nil || now.uptime > before.uptime {
			before = &now
		}
	}
}

func TestSamplerOnEveryShell(t *testing.T) {
	busybox := []string{"awk=busybox", "df=busybox", "who=busybox", "sh=busybox"}
	shells := map[string][]string{"dash": {"dash"}, "bash": {"bash", "--posix"}, "ash": {"busybox", "ash"}}
	tools := map[string][]string{
		"mawk": {"awk=mawk", "df", "who", "sh"}, "gawk": {"awk=gawk", "df", "who", "sh"}, "busybox": busybox,
	}
	for shell, sh := range shells {
		for awk, all := range tools {
			t.Run(shell+" and "+awk, func(t *testing.T) {
				path, err := exec.LookPath(sh[0])
				if err != nil {
					t.Skipf("NOT TESTED with %s: it is not on this machine", sh[0])
				}
				h := twice(t, locally(t, programs(t, all...), append([]string{path}, sh[1:]...)...))
				whole(t, h)
				if slices.ContainsFunc(h.Missing, func(m string) bool { return !strings.HasPrefix(m, partLimits) }) {
					t.Errorf("missing: %q", h.Missing)
				}
			})
		}
	}
}

// whole: what every Linux tells, whatever programs it has.
func whole(t *testing.T, h reading.Host) {
	t.Helper()
	for what, wrong := range map[string]bool{
		"cores":     len(h.Cores) == 0,
		"memory":    h.MemTotal == 0 || h.MemUsed <= 0 || h.MemUsed > h.MemTotal,
		"uptime":    h.Uptime <= 0,
		"processes": len(h.Processes) == 0 || h.Processes[0].User == "",
	} {
		if wrong {
			t.Errorf("%s in %+v", what, h)
		}
	}
}

// Without df and who the rest stands; each absence is told by name.
func TestSamplerWithoutPrograms(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	h := twice(t, locally(t, programs(t, "awk", "sh"), sh))
	whole(t, h)
	for _, want := range []string{"disks: df is not there", "users: who is not there"} {
		if !slices.Contains(h.Missing, want) {
			t.Errorf("%q is not among %q", want, h.Missing)
		}
	}
}

func TestSamplerWithoutAwk(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	h := twice(t, locally(t, programs(t, "cat", "head", "ps", "df", "who"), sh))
	whole(t, h)
	if want := []string{"processes: CPU is the average of their whole life, awk is not there"}; !slices.Equal(h.Missing, want) || len(h.Disks) == 0 {
		t.Errorf("missing %q, disks %v", h.Missing, h.Disks)
	}
	h = twice(t, locally(t, programs(t, "cat"), sh))
	if want := []string{"disks: df is not there", "processes: ps is not there", "users: who is not there"}; !slices.Equal(h.Missing, want) || len(h.Cores) == 0 {
		t.Errorf("missing %q, cores %v", h.Missing, h.Cores)
	}
}
