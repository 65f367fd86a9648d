package sshops

// sampler_sshd_test.go: host readings over OpenSSH's server on this machine agree
// with /proc, ps and who, read at the same time.

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tminus/tasks/reading"
)

// sensorHere reads this machine over sshd; passed counts the bytes on the wire.
func sensorHere(t *testing.T) (c *Client, read func() reading.Host, passed *atomic.Int64) {
	t.Helper()
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	passed = new(atomic.Int64)
	dial := to(host.addr)
	c = New(Options{Resolve: everything, RunDir: runDir(t, userPEM), Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return counting{conn, passed}, nil
	}})
	t.Cleanup(func() { c.Close() })
	sensor, f := c.Sensors(planFor(host.user))[0], facts(host.host, user.PublicKey())
	return c, func() reading.Host {
		t.Helper()
		update, err := sensor.Read(t.Context(), f, time.Time{})
		if err != nil || update == nil {
			t.Fatalf("no reading: %v", err)
		}
		var now reading.Readings
		update(&now)
		return now.Host
	}, passed
}

// here is what this machine says of itself, of one moment.
type here struct {
	sample
	spent uint64 // ticks of one process
}

func lookHere(t *testing.T, pid int) here {
	t.Helper()
	sections := map[string]string{}
	for name, file := range map[string]string{
		secCPU: "stat", secMemory: "meminfo", secLoad: "loadavg", secNet: "net/dev", secUptime: "uptime",
	} {
		text, err := os.ReadFile("/proc/" + file)
		if err != nil {
			t.Fatal(err)
		}
		sections[name] = string(text)
	}
	s, err := parse(sections)
	if err != nil {
		t.Fatal(err)
	}
	_, spent := procOf(t, pid)
	return here{s, spent}
}

// procOf is the parent of a process and the ticks that it and its ended children used.
func procOf(t *testing.T, pid int) (parent int, spent uint64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	parent, _ = strconv.Atoi(f[1])
	for _, field := range f[11:15] { // utime stime cutime cstime
		n, _ := strconv.ParseUint(field, 10, 64)
		spent += n
	}
	return parent, spent
}

// until polls with a deadline.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

// Each sample is taken between two looks of ours, so what only grows must lie
// between them: uptime and the ticks of a busy process exactly, to a tick at each
// end. What floats is compared with a stated tolerance.
func TestHostReadingsAgree(t *testing.T) {
	burner := exec.Command("sh", "-c", "while :; do :; done")
	if err := burner.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = burner.Process.Kill(); _ = burner.Wait() }()
	pid := burner.Process.Pid
	_, read, _ := sensorHere(t)

	a := lookHere(t, pid)
	first := read()
	b := lookHere(t, pid)
	until(t, "a second", func() bool { return lookHere(t, pid).uptime > b.uptime+1 })
	c := lookHere(t, pid)
	h := read()
	d := lookHere(t, pid)
	for part, m := range map[string]string{partCores: "cores: shares of time need a second sample", partProcesses: "processes: CPU shares need a second sample"} {
		if !slices.Contains(first.Missing, m) {
			t.Errorf("the first sample does not say that %s are missing: %q", part, first.Missing)
		}
	}
	seconds := (h.Uptime - first.Uptime).Seconds()
	between := func(what string, got, low, high, slack float64) {
		t.Helper()
		if got < low-slack || got > high+slack {
			t.Errorf("%s: %.2f, %.2f to %.2f expected", what, got, low, high)
		}
	}
	between("uptime, s", h.Uptime.Seconds(), c.uptime, d.uptime, 0.001)
	i := slices.IndexFunc(h.Processes, func(p reading.Process) bool { return p.PID == pid })
	if i < 0 {
		t.Fatalf("a busy process is not among %v", h.Processes)
	}
	// Rounding: a tick at each end, and 0.05 % of the time.
	between("ticks of a busy process", h.Processes[i].CPU*seconds, float64(c.spent-b.spent), float64(d.spent-a.spent), 2.5)
	between("received, bytes", h.NetIn*seconds, float64(c.in-b.in), float64(d.in-a.in), 1)
	between("sent, bytes", h.NetOut*seconds, float64(c.out-b.out), float64(d.out-a.out), 1)
	const float = 64 << 20 // other tests come and go on this machine
	between("memory in use, bytes", float64(h.MemUsed), float64(min(c.host.MemUsed, d.host.MemUsed)), float64(max(c.host.MemUsed, d.host.MemUsed)), float)
	if h.MemTotal != d.host.MemTotal || h.SwapTotal != d.host.SwapTotal || h.Load != c.host.Load && h.Load != d.host.Load {
		t.Errorf("memory %d, swap %d, load %v; /proc says %d, %d, %v", h.MemTotal, h.SwapTotal, h.Load, d.host.MemTotal, d.host.SwapTotal, d.host.Load)
	}
	if len(h.Cores) != len(d.cores) {
		t.Fatalf("%d cores, /proc lists %d", len(h.Cores), len(d.cores))
	}
	for i, share := range h.Cores { // busy at least within, idle at most around, and the other way round
		busyIn, idleIn := used(b.cores[i], c.cores[i])
		busyAround, idleAround := used(a.cores[i], d.cores[i])
		between(fmt.Sprintf("core %d, share", i), share, busyIn/(busyIn+idleAround), busyAround/(busyAround+idleIn), 0.03)
	}
	agreesWithPrograms(t, h)
}

// used is how a core spent the time between two looks, in ticks.
func used(from, to ticks) (busy, idle float64) {
	busy = float64(to.busy) - float64(from.busy)
	return busy, float64(to.total) - float64(from.total) - busy
}

// agreesWithPrograms compares with ps, statfs and who, which look a moment later.
func agreesWithPrograms(t *testing.T, h reading.Host) {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/", &fs); err != nil {
		t.Fatal(err)
	}
	unit, total := int64(fs.Bsize), int64(fs.Blocks)*int64(fs.Bsize)
	if d := h.Disks[0]; d.Mount != "/" || d.Total != total || abs(d.Used-int64(fs.Blocks-fs.Bfree)*unit) > 256<<20 {
		t.Errorf("disk %+v, statfs says %+v", d, fs)
	}
	if who, err := exec.Command("who").Output(); err == nil && len(h.Users) != len(parseUsers(string(who))) {
		t.Errorf("users %q, who says %q", h.Users, who)
	}
	ps, err := exec.LookPath("ps")
	if err != nil {
		t.Skip("NOT TESTED against ps: it is not on this machine (package procps)")
	}
	compared := 0
	for _, p := range h.Processes {
		out, err := exec.Command(ps, "-o", "user:32=,rss=,comm=", "-p", strconv.Itoa(p.PID)).Output()
		f := strings.Fields(string(out))
		if err != nil || len(f) < 3 {
			continue // it ended
		}
		rss, err := kibibytes(f[1])
		command, busy := strings.Join(f[2:], " "), p.CPU >= 1
		if busy && p.Command != command {
			continue // it became another program
		}
		grown := !busy && abs(p.RSS-rss) > max(rss/5, 8<<20) // a compiler takes that in a moment
		if err != nil || p.User != f[0] || p.Command != command || grown {
			t.Errorf("%+v, ps says %q", p, out)
		}
		if share := 100 * float64(p.RSS) / float64(h.MemTotal); p.Mem < share-0.06 || p.Mem > share+0.06 {
			t.Errorf("%+v takes %.2f %% of memory", p, share)
		}
		compared++
	}
	if compared == 0 {
		t.Errorf("none of %v was there for ps", h.Processes)
	}
}

func abs(n int64) int64 { return max(n, -n) }
