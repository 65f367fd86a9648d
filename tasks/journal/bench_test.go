package journal

// bench_test.go: what the chain and the checks cost beside the disk, and how long a long journal takes to read.

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkAppend writes the same bytes in the same folder twice, in turn: as a record, with its chain, checks and
// lock, and raw, which is the floor: written and synced, nothing else. It reports the medians and their ratio.
func BenchmarkAppend(b *testing.B) {
	dir := b.TempDir()
	w, err := Create(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	raw, err := os.OpenFile(filepath.Join(dir, "raw"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	payload := fmt.Appendf(nil, `{"t":"outcome","note":"%s"}`, strings.Repeat("x", 373)) // 400 bytes
	_, line, err := seal(Head{}, payload)
	if err != nil {
		b.Fatal(err)
	}
	var records, floors []time.Duration
	record := func() { records = append(records, timed(func() { mustAppend(b, w, payload) })) }
	floor := func() {
		floors = append(floors, timed(func() {
			if _, err := raw.Write(line); err != nil {
				b.Fatal(err)
			}
			if err := raw.Sync(); err != nil {
				b.Fatal(err)
			}
		}))
	}
	for n := 0; b.Loop(); n++ { // each is first in its turn: a sync may pay for the one before it
		if n%2 == 0 {
			record()
			floor()
		} else {
			floor()
			record()
		}
	}
	ours, least := median(records), median(floors)
	b.ReportMetric(float64(ours), "append-ns")
	b.ReportMetric(float64(least), "raw-ns")
	b.ReportMetric(float64(ours)/float64(least), "ratio")
}

func timed(work func()) time.Duration {
	begun := time.Now()
	work()
	return time.Since(begun)
}

func median(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}

func BenchmarkVerify100000(b *testing.B) {
	data, _, _ := inMemory(b, 100_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if records, _, err := read(data); err != nil || len(records) != 100_000 {
			b.Fatal(len(records), err)
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	for b.Loop() {
		w, err := Create(b.TempDir(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
