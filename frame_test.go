package main

// frame_test.go: how long a person waits for the first frame.

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/creack/pty"
)

// BenchmarkFirstFrame measures, through a terminal of 120 columns and 36 rows, the
// time from starting the program to a frame with header and timeline, for a new
// rehearsal in an empty folder of runs. It builds the program as users do and
// reports the median: go test -run '^$' -bench FirstFrame -benchtime 30x .
func BenchmarkFirstFrame(b *testing.B) {
	program := filepath.Join(b.TempDir(), "tminus")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	var took []time.Duration
	for b.Loop() {
		took = append(took, firstFrame(b, program))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(float64(took[0].Microseconds())/1000, "ms/fastest")
	b.ReportMetric(0, "ns/op") // the end of the program is no part of it
}

func firstFrame(b *testing.B, program string) time.Duration {
	cmd := tminus(b, "rehearse", "--runs", b.TempDir())
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
