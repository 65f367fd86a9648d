package sshops

// sampler_cost_test.go: what host readings cost this machine and the wire, over
// OpenSSH's server, and that they leave nothing behind.

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// counting is a connection that counts what passes it.
type counting struct {
	net.Conn
	passed *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.passed.Add(int64(n))
	return n, err
}

func (c counting) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.passed.Add(int64(n))
	return n, err
}

// samplerHere finds the processes of the sampler below the sshd that this test started,
// and those of sshd between us and them.
func samplerHere(t *testing.T) (sampling, serving []int) {
	t.Helper()
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	parents := map[int]int{}
	awk := 0
	for _, file := range files {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		parents[pid], _ = procOf(t, pid)
	}
	for _, file := range files {
		text, _ := os.ReadFile(file)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if !bytes.Contains(text, []byte(looker)) {
			continue
		}
		for above := parents[pid]; above > 1; above = parents[above] {
			if above == os.Getpid() {
				awk = pid
			}
		}
	}
	if awk == 0 {
		return nil, nil
	}
	sh := parents[awk]
	sampling = []int{sh}
	for pid, parent := range parents {
		if parent == sh {
			sampling = append(sampling, pid)
		}
	}
	for pid := parents[sh]; pid > 1 && pid != os.Getpid(); pid = parents[pid] {
		serving = append(serving, pid)
	}
	return sampling, serving
}

// A sample costs the host under 1 % of a core at its cadence and under 10 KB on
// the wire, of a normal host and of one with hundreds of processes.
func TestSampleCost(t *testing.T) {
	for _, more := range []int{0, 300} {
		t.Run(fmt.Sprintf("%d more", more), func(t *testing.T) {
			crowdHere(t, more)
			_, read, passed := sensorHere(t)
			read()
			sampling, serving := samplerHere(t)
			if len(sampling) != 3 || len(serving) == 0 {
				t.Fatalf("sh, its loop and awk expected: %v, below sshd %v", sampling, serving)
			}
			spent := func(pids []int) (ticks uint64) {
				for _, pid := range pids {
					_, n := procOf(t, pid)
					ticks += n
				}
				return ticks
			}
			const samples = 50
			ours, theirs, most := spent(sampling), spent(serving), int64(0)
			all := passed.Load()
			for range samples {
				before := passed.Load()
				read()
				most = max(most, passed.Load()-before)
			}
			all = passed.Load() - all
			// In a sample each, and as a share of the time between two.
			cost := time.Duration(spent(sampling)-ours) * 10 * time.Millisecond / samples
			crypto := time.Duration(spent(serving)-theirs) * 10 * time.Millisecond / samples
			share := 100 * cost.Seconds() / every.Seconds()
			processes, _ := filepath.Glob("/proc/[0-9]*")
			t.Logf("figure: a sample of a host with %d processes: %d B on the wire, %d B at most; %s of CPU, %.2f %% of a core at a sample every %s (sshd besides: %s)",
				len(processes), all/samples, most, cost, share, every, crypto)
			if most >= 10_000 {
				t.Errorf("%d bytes on the wire for one sample, less than 10000 expected", most)
			}
			if share >= 1 {
				t.Errorf("%.2f %% of a core, less than 1 expected", share)
			}
		})
	}
}

// crowdHere starts n more processes, which end with the test.
func crowdHere(t *testing.T, n int) {
	t.Helper()
	if n == 0 {
		return
	}
	cmd := exec.Command("sh", "-c", `i=0; while [ $i -lt $1 ]; do sleep 100 & i=$((i+1)); done; echo; wait`, "sh", strconv.Itoa(n))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestSamplerLeavesNothing(t *testing.T) {
	c, read, _ := sensorHere(t)
	read()
	sampling, _ := samplerHere(t)
	if len(sampling) == 0 {
		t.Fatal("no sampler on the host")
	}
	c.Close()
	until(t, "the sampler ended", func() bool {
		return !slices.ContainsFunc(sampling, func(pid int) bool {
			line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			return err == nil && len(line) > 0 // one that ended and was not waited for has none
		})
	})
}
