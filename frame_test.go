package main

// frame_test.go: how long a person waits for the first frame, on a new day and after a crash.

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/creack/pty"
)

// BenchmarkFirstFrame measures, through a terminal of 120 columns and 36 rows, the
// time from starting the program to a frame with header and timeline, for a new
// rehearsal in an empty folder of runs: go test -run '^$' -bench FirstFrame -benchtime 30x .
func BenchmarkFirstFrame(b *testing.B) {
	program := built(b)
	var took []time.Duration
	for b.Loop() {
		took = append(took, firstFrame(b, program, "rehearse", "--runs", b.TempDir()))
	}
	report(b, took)
}

// BenchmarkResume measures the same for a run in whose middle the program was killed, at
// another line of its journal each time: go test -run '^$' -bench Resume -benchtime 30x .
func BenchmarkResume(b *testing.B) {
	program := built(b)
	var took []time.Duration
	for b.Loop() {
		root := b.TempDir()
		cmd := tminus(b, "rehearse", "--auto", "--speed", "3600", "--runs", root)
		cmd.Path, cmd.Err = program, nil
		line := 8 + len(took)*7%32 // between the start of T4 and the end of T7
		flight := launch(b, cmd)
		eventually(b, fmt.Sprintf("journal line %d", line), func() bool { return flight.over() || journalLines(b, root) >= line })
		if flight.over() {
			b.Fatalf("the flight ended before line %d of its journal", line)
		}
		if err := flight.Process.Kill(); err != nil {
			b.Fatal(err)
		}
		<-flight.gone
		took = append(took, firstFrame(b, program, "resume", "--runs", root))
	}
	report(b, took)
}

// built builds the program as users do.
func built(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "tminus")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// report reports the median and the extremes.
func report(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fastest, median, slowest := ms(took[0]), ms(took[len(took)/2]), ms(took[len(took)-1])
	b.ReportMetric(fastest, "ms/fastest")
	b.ReportMetric(median, "ms/median")
	b.ReportMetric(slowest, "ms/slowest")
	b.ReportMetric(0, "ns/op") // the end of the program is no part of it
	b.Logf("figure: %s: %.0f ms median, %.0f ms at most, of %d", b.Name(), median, slowest, len(took))
}

// firstFrame is how long the program takes, from its start to a whole frame.
func firstFrame(b *testing.B, program string, args ...string) time.Duration {
	b.Helper()
	cmd := tminus(b, args...)
	cmd.Path, cmd.Err = program, nil
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	began := time.Now()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 36})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed: its error says so
		_ = tty.Close()
	}()
	var seen []byte
	for chunk := make([]byte, 64<<10); ; {
		n, err := tty.Read(chunk)
		seen = append(seen, chunk[:n]...)
		if bytes.Contains(seen, []byte("REHEARSAL")) && bytes.Contains(seen, []byte("Timeline")) && bytes.Contains(seen, []byte("T8")) {
			return time.Since(began)
		}
		if err != nil {
			b.Fatalf("it ended before the first frame: %v; it wrote\n%s", err, seen)
		}
	}
}
