package tasks_test

// schedule_bench_test.go: a plan of 2,000 tasks with 6,000 dependencies is loaded and
// forecast in time: its share of 150 ms and 60 MB, and under 5 ms after an event.

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// largePlan is the file of a plan: 2,000 tasks, each after three of the ten before it.
func largePlan() []byte {
	const many = 2000
	var b strings.Builder
	b.WriteString("release: R\nchange: C-1\ntimezone: Asia/Singapore\nwindow: {start: 2026-11-24 16:00, end: 2026-11-26 16:00}\n" +
		"contacts:\n  - {id: LX, name: Lingxing}\ntasks:\n")
	start := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	for i := range many {
		from := start.Add(time.Duration(i) * time.Minute)
		fmt.Fprintf(&b, "  - id: T%d\n    title: the task number %d\n    start: %s\n    end: %s\n    in_charge: LX\n",
			i, i, from.Format("2006-01-02 15:04"), from.Add(time.Minute).Format("2006-01-02 15:04"))
		var after []string
		for _, back := range []int{1, 1 + i%4 + 1, 1 + i%5 + 5} {
			if back <= i {
				after = append(after, fmt.Sprintf("T%d", i-back))
			}
		}
		if after != nil {
			fmt.Fprintf(&b, "    after: [%s]\n", strings.Join(after, ", "))
		}
	}
	return []byte(b.String())
}

func BenchmarkLargePlan(b *testing.B) {
	src := largePlan()
	p, err := plan.Load("large.yaml", src)
	if err != nil {
		b.Fatal(err)
	}
	edges := 0
	for _, t := range p.Tasks {
		edges += len(t.After)
	}
	if len(p.Tasks) != 2000 || edges < 5980 {
		b.Fatalf("%d tasks with %d dependencies", len(p.Tasks), edges)
	}
	now := p.Window.Start.Add(10 * time.Hour)
	b.Run("load", func(b *testing.B) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for b.Loop() {
			if _, err := plan.Load("large.yaml", src); err != nil {
				b.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/1e6, "MB/op")
	})
	b.Run("schedule", func(b *testing.B) {
		s := tasks.NewState(p)
		for b.Loop() {
			tasks.NewSchedule(p, s, now)
		}
	})
	b.Run("after-an-event", func(b *testing.B) {
		s := tasks.NewState(p)
		for i := 0; b.Loop(); i++ {
			s.Apply(p, tasks.Event{Seq: uint64(i + 1), Run: now, Body: tasks.TaskStarted{Task: p.Tasks[i%2000].ID, Attempt: 1}})
			tasks.NewSchedule(p, s, now)
		}
	})
}
