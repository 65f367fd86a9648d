package sshops

// proc_test.go: the parsers: what they make of a host, and that nothing a host
// prints makes them panic, grow or lie.

import (
	"bufio"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/tasks/reading"
)

func cannedSections() map[string]string {
	outputs, sections := canned(), map[string]string{}
	for _, part := range protocol() {
		sections[part.name] = outputs[part.command]
	}
	return sections
}

func TestParse(t *testing.T) {
	before, err := parse(cannedSections())
	if err != nil {
		t.Fatal(err)
	}
	if first := before.since(nil); first.Cores != nil || first.NetIn != 0 {
		t.Errorf("one sample has no shares: %+v", first)
	}
	later := cannedSections()
	later[secCPU] = "cpu0 40 0 30 1030 0 0 0 0 99 0\n" // 50 busy of 100; guest time is in user time
	later[secNet] = "eth0: 3000 0 0 0 0 0 0 0 600 0 0 0 0 0 0 0\n"
	later[secUptime] = "102.00 91.00\n"
	now, err := parse(later)
	if err != nil {
		t.Fatal(err)
	}
	h := now.since(&before)
	if len(h.Cores) != 1 || math.Abs(h.Cores[0]-0.5) > 1e-9 || h.NetIn != 1000 || h.NetOut != 50 {
		t.Errorf("cores %v, net %v in %v out", h.Cores, h.NetIn, h.NetOut)
	}
	if h.MemUsed != 600<<10 || h.MemTotal != 1000<<10 || h.Load != [3]float64{0.21, 0.18, 0.11} || h.Uptime != 102*time.Second {
		t.Errorf("memory %d of %d, load %v, uptime %s", h.MemUsed, h.MemTotal, h.Load, h.Uptime)
	}
	if want := []reading.Disk{{Mount: "/", Used: 4000 << 10, Total: 10000 << 10}}; !slices.Equal(h.Disks, want) {
		t.Errorf("disks %v", h.Disks)
	}
	if want := []reading.Process{{PID: 7, User: "nginx", CPU: 1.1, Mem: 2, RSS: 800 << 10, Command: "nginx"}}; !slices.Equal(h.Processes, want) {
		t.Errorf("processes %v", h.Processes)
	}
	if want := []string{"ec2-user pts/0 (203.0.113.9)"}; !slices.Equal(h.Users, want) {
		t.Errorf("users %q", h.Users)
	}
	if rebooted := before.since(&now); rebooted.Cores != nil || rebooted.NetIn != 0 {
		t.Errorf("after a reboot counters compare with nothing: %+v", rebooted)
	}
}

// A part that is missing or strange is an error: zeros look like health.
func TestParseRefuses(t *testing.T) {
	for name, bad := range map[string]map[string]string{
		"no cores":             {secCPU: "cpu 1 2 3 4\n"},
		"negative ticks":       {secCPU: "cpu0 -1 2 3 4\n"},
		"no memory":            {secMemory: ""},
		"old kernel":           {secMemory: "MemTotal: 10 kB\nMemFree: 5 kB\n"},
		"more free than all":   {secMemory: "MemTotal: 10 kB\nMemAvailable: 20 kB\n"},
		"huge memory":          {secMemory: "MemTotal: 99999999999999999 kB\nMemAvailable: 20 kB\n"},
		"load is not a number": {secLoad: "NaN 0 0\n"},
		"negative load":        {secLoad: "-1 0 0\n"},
		"no interface":         {secNet: ""},
		"few columns":          {secNet: "eth0: 1 2 3\n"},
		"uptime of ages":       {secUptime: "1e300\n"},
		"no uptime":            {secUptime: "\n"},
	} {
		sections := cannedSections()
		for k, v := range bad {
			sections[k] = v
		}
		if s, err := parse(sections); err == nil {
			t.Errorf("%s: accepted as %+v", name, s)
		}
	}
}

func FuzzParse(f *testing.F) {
	s := cannedSections()
	f.Add(s[secCPU], s[secMemory], s[secNet], s[secUptime], s[secDisks], s[secTop], s[secUsers])
	f.Add("cpu0 1 1 1 1\n", "MemTotal: 1 kB\nMemAvailable: 1 kB\n", "e: "+strings.Repeat("1 ", 16), "1", "/dev/a 1 1 1 1 / \x1b[2J", "1 \x1b 1 1 1 \u202ex", "\x07 \x07")
	f.Fuzz(func(t *testing.T, cpu, memory, net, uptime, disks, top, users string) {
		sections := map[string]string{
			secCPU: cpu, secMemory: memory, secLoad: "0 0 0", secNet: net,
			secUptime: uptime, secDisks: disks, secTop: top, secUsers: users,
		}
		s, err := parse(sections)
		if err != nil {
			return
		}
		old := s
		old.uptime, old.cores, old.in, old.out = 0, make([]ticks, len(s.cores)), 0, 0
		h := s.since(&old)
		if h.MemUsed < 0 || h.MemUsed > h.MemTotal || h.SwapUsed < 0 || h.Uptime < 0 || h.NetIn < 0 || h.NetOut < 0 {
			t.Errorf("out of bounds: %+v", h)
		}
		for _, share := range h.Cores {
			if share < 0 || share > 1 || math.IsNaN(share) {
				t.Errorf("busy share %v", share)
			}
		}
		if len(h.Disks) > maxDisks || len(h.Processes) > maxProcesses || len(h.Users) > maxUsers || len(h.Cores) > maxCores {
			t.Error("more rows than are kept")
		}
		for _, text := range shown(h) {
			if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u202e' }) {
				t.Errorf("%q is shown as it came", text)
			}
		}
	})
}

// shown are all texts of a reading that came from the host.
func shown(h reading.Host) []string {
	all := slices.Clone(h.Users)
	for _, d := range h.Disks {
		all = append(all, d.Mount)
	}
	for _, p := range h.Processes {
		all = append(all, p.User, p.Command)
	}
	return all
}

func FuzzSections(f *testing.F) {
	f.Add("greeting\n--m-1-cpu\ncpu0 1\n--m-1-end\n")
	f.Add("--m-1-cpu\n--m-2-end\n--m-1-end")
	f.Fuzz(func(t *testing.T, text string) {
		found, err := sections(bufio.NewReader(strings.NewReader(text)), "--m-1-")
		size := 0
		for name, part := range found {
			size += len(part)
			if strings.Contains(name, "\n") {
				t.Errorf("section %q", name)
			}
		}
		if size > maxOutput || (err == nil) != (found != nil) {
			t.Errorf("%d bytes kept, error %v", size, err)
		}
	})
}

// The rest of an answer that was given up on must not be taken for this one's.
func TestSectionsSkipOlderAnswers(t *testing.T) {
	text := "Last login\n--m-1-cpu\nold\n--m-1-end\n--m-2-cpu\nnew\n--m-2-end\n"
	found, err := sections(bufio.NewReader(strings.NewReader(text)), "--m-2-")
	if err != nil || len(found) != 1 || found[secCPU] != "new\n" {
		t.Errorf("%q %v", found, err)
	}
}
