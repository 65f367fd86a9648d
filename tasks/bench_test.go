package tasks_test

// bench_test.go: a long run is folded and shown in time.

import (
	"strconv"
	"testing"
	"time"

	"tminus/tasks"
)

// longRun is a run of n events: tasks verified again and again, effects, remarks.
func longRun(b *testing.B, n int) *day {
	d := newDay(b)
	d.fly("T4", "T5", "T6", "G1")
	for i := 0; len(d.events) < n; i++ {
		d.now = d.now.Add(time.Second)
		switch i % 4 {
		case 0:
			d.fly("T6")
		case 1:
			d.do(tasks.Noted{Text: "remark " + strconv.Itoa(i)})
		case 2:
			d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Facts: map[string]string{tasks.FactPublicDNS: strconv.Itoa(i)}}})
		case 3:
			if i%40 == 3 {
				d.do(tasks.TaskStarted{Task: "T7", Attempt: i})
				d.effect("T7", "allocate", nil)
			}
		}
	}
	d.events = d.events[:n]
	return d
}

func BenchmarkFold(b *testing.B) {
	d := longRun(b, 10_000)
	for b.Loop() {
		tasks.Fold(d.plan, d.events)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/event")
}

func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			d := longRun(b, n)
			live := tasks.Live{Now: d.now}
			for b.Loop() {
				tasks.NewSnapshot(d.plan, d.state.Clone(), live)
			}
		})
	}
}
