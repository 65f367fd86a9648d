package check_test

// bench_test.go: time and memory: plans of thousands of tasks, and files made to hurt.
//
//	go test ./tasks/check -run xxx -bench . -benchmem

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"tminus/examples"
	"tminus/tasks/check"
)

// large is a plan of many tasks, each of which waits for up to three before it.
func large(tasks, after int) string {
	var b strings.Builder
	b.WriteString("release: Large 1\nchange: C-1\ntimezone: Asia/Singapore\nwindow: {start: 2019-02-04 00:00, end: 2019-03-04 00:00}\ncontacts:\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  - {id: P%d, name: Person Number%d, phone: '+65 5550 %04d', team: Team %d}\n", i, i, i, i%8)
	}
	b.WriteString("tasks:\n")
	for i := range tasks {
		start := time.Date(2019, 2, 4, 0, i, 0, 0, time.UTC)
		fmt.Fprintf(&b, "  - id: T%d\n    title: Update service %d and test its answer\n    start: %s\n    end: %s\n    teams: [Team %d]\n    in_charge: P%d\n    deputy: P%d\n",
			i, i, start.Format("2006-01-02 15:04"), start.Add(time.Minute).Format("2006-01-02 15:04"), i%8, i%40, (i+1)%40)
		fmt.Fprintf(&b, "    preparation: [The package of service %d is built]\n    post_check: [Service %d answers]\n", i, i)
		if n := min(i, after); n > 0 {
			var ids []string
			for j := range n {
				ids = append(ids, fmt.Sprintf("T%d", i-1-j))
			}
			fmt.Fprintf(&b, "    after: [%s]\n", strings.Join(ids, ", "))
		}
	}
	return b.String()
}

func BenchmarkCheck2000Tasks(b *testing.B) {
	src := []byte(large(2000, 3))
	b.ReportAllocs()
	for b.Loop() {
		if rep := check.Check("p.yaml", src); !rep.Loaded {
			b.Fatal(rep.Sum())
		}
	}
}

func BenchmarkCheckSCP(b *testing.B) {
	name, src := examples.SCP()
	b.ReportAllocs()
	for b.Loop() {
		check.Check(name, src)
	}
}

// cost is what a check takes: real time, and everything it ever allocated.
func cost(name string, src []byte) (*check.Report, time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	rep := check.Check(name, src)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return rep, took, after.TotalAlloc - before.TotalAlloc
}

// least repeats a measurement a few times: a busy machine makes one slow, not all.
func least(t *testing.T, src string, patience time.Duration, memory uint64) *check.Report {
	t.Helper()
	var rep *check.Report
	var took time.Duration
	var bytes uint64
	text := []byte(src)
	for range 5 {
		if rep, took, bytes = cost("p.yaml", text); took <= patience {
			break
		}
	}
	if took > patience*slowness || bytes > memory*appetite {
		t.Errorf("took %s and %d MB; %s and %d MB are allowed", took, bytes>>20, patience, memory>>20)
	}
	return rep
}

func TestLargePlanInTime(t *testing.T) {
	src := large(2000, 3)
	if n := strings.Count(src, ", T") + strings.Count(src, "after: [T"); n < 5990 {
		t.Fatalf("only %d dependencies", n)
	}
	if rep := least(t, src, 150*time.Millisecond, 60<<20); !rep.Loaded {
		t.Error(rep.Sum())
	}
}

func TestHostileFilesInTime(t *testing.T) {
	const size = 4 << 20
	for name, src := range map[string]string{
		"100 MB": strings.Repeat("a", 100<<20), "a word": strings.Repeat("a", size), "NULs": strings.Repeat("\x00", size),
		"100,000 brackets": strings.Repeat("[", 100_000), "brackets": strings.Repeat("[", size), "empty mappings": strings.Repeat("{}", size/2),
		"quotes": strings.Repeat(`"`, size), "aliases": strings.Repeat("*a ", size/3), "anchors": strings.Repeat("&a ", size/3), "tags": strings.Repeat("!a ", size/3),
		"dashes": strings.Repeat("- ", size/2), "entries": "notes: [" + strings.Repeat("1,", size/2-8) + "]", "lines": strings.Repeat("\n", size),
		"carriage returns": strings.Repeat("\r", size), "overrides": strings.Repeat("\u202e", size/3), "a bomb": bomb(), "keys": strings.Repeat("a:\n", size/3),
		"BOM and NUL": "\uFEFF" + strings.Repeat("\x00\r\n", 1000), "UTF-16": "\xFF\xFE" + strings.Repeat("a\x00", 1000), "a comment": "#" + strings.Repeat("#", size-1),
	} {
		t.Run(name, func(t *testing.T) {
			if rep := least(t, src, 100*time.Millisecond, 64<<20); rep.Loaded || rep.Errors == 0 || len(rep.Findings) == 0 {
				t.Error(rep.Sum())
			}
		})
	}
}

func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	return b.String()
}
