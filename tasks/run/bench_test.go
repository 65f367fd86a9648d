package run_test

// bench_test.go: how long a very long run takes to open, and how much memory: read, verified, decoded, folded.

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
)

// many is the length of the run, in events: a real flight has about fifty.
const many = 100_000

var long = flag.Bool("long", false, "a hundred thousand events instead of ten thousand")

// sizes are runs of short events (remarks, starts, looks) and of ones with the rows and calls of a real flight.
var sizes = []struct {
	name string
	rows int
}{{"short", 0}, {"flown", 3}}

// BenchmarkOpen does what the engine does with a run's folder before its first frame, in a process of its own.
func BenchmarkOpen(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			dir := longRun(b, many, size.rows)
			var all opening
			for b.Loop() {
				one := openInChild(b, dir)
				all.Took, all.cpu, all.Memory = all.Took+one.Took, all.cpu+one.cpu, max(all.Memory, one.Memory)
			}
			b.ReportMetric(float64(b.N)*many/all.Took.Seconds(), "events/s")
			b.ReportMetric(float64(all.cpu.Milliseconds())/float64(b.N), "processor-ms/op")
			b.ReportMetric(float64(all.Memory>>20), "peak-MiB")
		})
	}
}

// opening is what it took to open a run.
type opening struct {
	Took   time.Duration
	Memory int           // the most the system ever gave the process, in bytes
	cpu    time.Duration // of the whole process
}

// The test program is also the process that opens the run: with this variable set it does so, says how long it took
// and how much memory the system ever gave it, and ends. Only so is neither the making nor another test counted.
const openIn = "RUN_TEST_OPEN"

func TestMain(m *testing.M) {
	dir := os.Getenv(openIn)
	if dir == "" {
		os.Exit(m.Run())
	}
	begun := time.Now()
	err := openAsTheEngineDoes(dir)
	took := time.Since(begun)
	memory, memoryErr := mostMemory()
	if err = errors.Join(err, memoryErr); err == nil {
		err = json.NewEncoder(os.Stdout).Encode(opening{Took: took, Memory: memory})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func openInChild(tb testing.TB, dir string) opening {
	tb.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), openIn+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.Output()
	var told opening
	if err = errors.Join(err, json.Unmarshal(out, &told)); err != nil {
		tb.Fatal(err)
	}
	told.cpu = child.ProcessState.UserTime() + child.ProcessState.SystemTime()
	return told
}

// TestLongRunOpens: a hundred thousand events are read in a second. On a busy machine the second says little, so in the
// long mode the processors' time is what may not grow, and the memory.
func TestLongRunOpens(t *testing.T) {
	n := many / 10
	if *long {
		n = many
	}
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			dir := longRun(t, n, size.rows)
			info, err := os.Stat(filepath.Join(dir, "journal.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			took := openInChild(t, dir)
			t.Logf("figure: %d events of %d bytes opened in %d ms (%d ms of processors) and %d MiB",
				n, info.Size()/int64(n), took.Took.Milliseconds(), took.cpu.Milliseconds(), took.Memory>>20)
			if *long && (took.cpu > 3*time.Second || took.Memory > 200<<20) {
				t.Errorf("opening %d events took %s of processors and %d MiB", n, took.cpu, took.Memory>>20)
			}
		})
	}
}

// mostMemory is the most memory the system ever gave this process, in bytes.
func mostMemory() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil { // not Linux: what Go asked the system for
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int(stats.Sys), nil
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib int
	_, err = fmt.Sscan(rest, &kib)
	return kib << 10, err
}

// openAsTheEngineDoes takes the lock, verifies, decodes and folds.
func openAsTheEngineDoes(dir string) error {
	w, events, _, err := run.Open(dir, journal.Options{})
	if err != nil {
		return err
	}
	p, err := run.Plan(dir, events)
	if err != nil {
		return errors.Join(err, w.Close())
	}
	if state := tasks.Fold(p, events); uint64(len(state.Events)) != w.Head().Seq || state.Tasks["T6"].Status != tasks.Active {
		err = fmt.Errorf("%d events folded, T6 is %s", len(state.Events), state.Tasks["T6"].Status)
	}
	return errors.Join(err, w.Close())
}

// longRun makes a run of n events. They are not synced one by one: that is measured elsewhere.
func longRun(tb testing.TB, n, rows int) string {
	tb.Helper()
	p, src := scp(tb)
	dir, err := run.Create(tb.TempDir(), change, src, nil, func(id string) tasks.Event { return opened(p, id) })
	if err != nil {
		tb.Fatal(err)
	}
	w, _, _, err := journal.Open(dir, journal.Options{FS: unsynced{}})
	if err != nil {
		tb.Fatal(err)
	}
	defer w.Close()
	at := p.Window.Start.UTC()
	for i := 1; i < n; i++ {
		at = at.Add(time.Second)
		payload, err := tasks.Encode(tasks.Event{Wall: at, Run: at, Steady: time.Duration(i) * time.Second, By: "LX", Body: nth(i, rows)})
		if err == nil {
			_, err = w.Append(payload)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// nth is one event of a task that is verified over and over, with an effect now and then.
func nth(i, rows int) tasks.Body {
	result := tasks.Result{Verdict: tasks.Pass, Says: fmt.Sprintf("look %d: the answer is as the plan wants it", i), Rests: []string{tasks.FactPublicDNS}}
	for row := range rows {
		result.Rows = append(result.Rows, tasks.Row{Name: fmt.Sprintf("rung %d", row), Verdict: tasks.Pass, Says: "the host answers", Took: time.Millisecond})
		result.Trace = append(result.Trace, tasks.Trace{Line: "aws ec2 describe-instances --instance-ids i-09b93a9c533c167d8 --region ap-southeast-1",
			Took: 2 * time.Millisecond, RequestID: "44469d1e-0c8e-43bc-aa11-9c2f3ad0c7ef"})
	}
	intent := fmt.Sprintf("T7.%d.allocate", i/20)
	switch i % 20 {
	case 0, 5, 10, 15:
		return tasks.TaskStarted{Task: "T6", Attempt: 1, Again: i > 5}
	case 18:
		return tasks.Intended{ID: intent, Task: "T7", Step: "allocate", Action: "eip.assign", Attempt: 1, Token: strings.Repeat("x", 40),
			Facts: map[string]string{tasks.FactPublicDNS: "ec2-54-169-198-22.ap-southeast-1.compute.amazonaws.com"}}
	case 19:
		return tasks.Outcome{Intent: intent, State: tasks.OutcomeOK, Took: time.Millisecond, Result: result}
	case 3, 8, 13:
		return tasks.Noted{Task: "T6", Text: fmt.Sprintf("remark %d of somebody who watches: %s", i, strings.Repeat("so far, so good; ", 4))}
	}
	return tasks.StepDone{Task: "T6", Step: "ladder", Took: 3 * time.Millisecond, Result: result}
}

// unsynced is the disk without its syncs.
type unsynced struct{ journal.Disk }

func (d unsynced) OpenDir(path string) (journal.Dir, error) {
	dir, err := d.Disk.OpenDir(path)
	return unsyncedDir{dir}, err
}

type unsyncedDir struct{ journal.Dir }

func (d unsyncedDir) OpenFile(name string, flag int, perm fs.FileMode) (journal.File, error) {
	file, err := d.Dir.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unsyncedFile{file}, nil
}

func (unsyncedDir) Sync() error { return nil }

type unsyncedFile struct{ journal.File }

func (unsyncedFile) Sync() error { return nil }
