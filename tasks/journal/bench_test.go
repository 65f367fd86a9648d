package journal

// bench_test.go: what the chain and the checks cost beside the disk, and how long a long journal takes to read.

import (
	"os"
	"path/filepath"
	"testing"
)

func BenchmarkAppend(b *testing.B) {
	w, err := Create(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	for b.Loop() {
		mustAppend(b, w, payloadOf(5))
	}
}

// BenchmarkRawWriteSync is the floor: the same bytes, written and synced, nothing else.
func BenchmarkRawWriteSync(b *testing.B) {
	_, line, err := seal(Head{}, payloadOf(5))
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(b.TempDir(), "raw"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	for b.Loop() {
		if _, err := file.Write(line); err != nil {
			b.Fatal(err)
		}
		if err := file.Sync(); err != nil {
			b.Fatal(err)
		}
	}
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
