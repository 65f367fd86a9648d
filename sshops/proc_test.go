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

func TestParse(t *testing.T) {
	before, err := parse(canned())
	if err != nil {
		t.Fatal(err)
	}
	if first := before.since(nil); first.Cores != nil || first.NetIn != 0 || !slices.Equal(first.Missing, []string{
		"cores: shares of time need a second sample", "network: rates need a second sample",
	}) {
		t.Errorf("one sample has no shares, and says so: %+v", first)
	}
	later := canned()
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
	if h.Missing != nil {
		t.Errorf("missing of a whole reading: %q", h.Missing)
	}
	again, _ := parse(canned())
	if rebooted := again.since(&now); rebooted.Cores != nil || rebooted.NetIn != 0 || !strings.Contains(strings.Join(rebooted.Missing, "; "), "it restarted") {
		t.Errorf("after a reboot counters compare with nothing: %+v", rebooted)
	}
}

// A part that is missing or strange is missing, by name: zeros look like health.
// The other parts stand.
func TestPartsMissing(t *testing.T) {
	for _, c := range []struct{ name, section, text, says string }{
		{"no cores", secCPU, "cpu 1 2 3 4\n", "cores: /proc/stat: no core is listed"},
		{"negative ticks", secCPU, "cpu0 -1 2 3 4\n", "cores: /proc/stat: "},
		{"no memory", secMemory, "", "memory: /proc/meminfo: total or available memory is missing"},
		{"more free than all", secMemory, "MemTotal: 10 kB\nMemAvailable: 20 kB\n", "memory: /proc/meminfo: more is free"},
		{"huge memory", secMemory, "MemTotal: 99999999999999999 kB\nMemAvailable: 20 kB\n", "memory: /proc/meminfo: "},
		{"old kernel", secMemory, "MemTotal: 10 kB\nMemFree: 4 kB\nBuffers: 1 kB\nCached: 2 kB\n", "memory: what is available is estimated"},
		{"load is not a number", secLoad, "NaN 0 0\n", "load: /proc/loadavg: "},
		{"negative load", secLoad, "-1 0 0\n", "load: /proc/loadavg: "},
		{"no interface", secNet, "", "network: /proc/net/dev: no interface is listed"},
		{"few columns", secNet, "eth0: 1 2 3\n", "network: /proc/net/dev: "},
		{"uptime of ages", secUptime, "1e300\n", "uptime: /proc/uptime: "},
		{"no df", secDisks, "status 127\n", "disks: df is not there"},
		{"df fails", secDisks, "status 1\n", "disks: df ended with status 1"},
		{"df of nothing", secDisks, "Filesystem 1024-blocks\n", "disks: df lists no disk"},
		{"no who", secUsers, "status 127\n", "users: who is not there"},
		{"hidden processes", secTop, "all 3 2.00 0\n7 me 0.0 0.1 12 sh\n", "processes: only those of this user, /proc hides the others"},
		{"first look", secTop, "all 80 0 1\n7 me 0.0 0.1 12 sh\n", "processes: CPU shares need a second sample"},
		{"no processes", secTop, "all 0 2.01 0\n", "processes: /proc lists none"},
		{"container", secLimits, "memory\n", "limits: this is a container; its memory limit is not counted"},
	} {
		sections := canned()
		before, _ := parse(sections)
		sections[secUptime] = "103.00 1\n"
		sections[c.section] = c.text
		s, err := parse(sections)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		h := s.since(&before)
		if !slices.ContainsFunc(h.Missing, func(m string) bool { return strings.HasPrefix(m, c.says) }) {
			t.Errorf("%s: missing %q, %q expected", c.name, h.Missing, c.says)
		}
		if got := len(h.Missing); got > 1 && c.section != secUptime {
			t.Errorf("%s: %d parts missing: %q", c.name, got, h.Missing)
		}
	}
	if s, err := parse(map[string]string{secDisks: "df"}); err == nil {
		t.Errorf("a host without /proc is read as %+v", s)
	}
}

// Without awk the host sends whole files and the table of ps; it says what that costs.
func TestPlainSample(t *testing.T) {
	for text, says := range map[string]string{
		"PID USER %CPU %MEM RSS COMMAND\n7 nginx 1.1 2.0 800 nginx\n": "processes: CPU is the average of their whole life, awk is not there",
		"status 127\n": "processes: ps is not there",
		"":             "processes: neither awk nor a ps with --sort is there",
	} {
		sections := canned()
		before, _ := parse(sections)
		sections[secPlain], sections[secTop], sections[secUptime] = "", text, "103 1\n"
		s, err := parse(sections)
		if h := s.since(&before); err != nil || !slices.Equal(h.Missing, []string{says}) {
			t.Errorf("%q: %v, missing %q", text, err, h.Missing)
		}
	}
}

// What a sample does not hold is taken over from the one before, its gap too.
func TestSlowPartsAreTakenOver(t *testing.T) {
	sections := canned()
	sections[secUsers] = "status 127\n"
	before, _ := parse(sections)
	before.since(nil)
	for _, name := range []string{secDisks, secUsers, secTop} {
		delete(sections, name)
	}
	for range 3 {
		now, err := parse(sections)
		h := now.since(&before)
		if err != nil || len(h.Disks) != 1 || len(h.Processes) != 1 || now.processes != 80 || !slices.Contains(h.Missing, "users: who is not there") {
			t.Fatalf("%v %+v", err, h)
		}
		before = now
	}
}

// Counters that go back are told and not reckoned with: of one core, of an interface.
func TestCountersGoBack(t *testing.T) {
	first, second := canned(), canned()
	second[secUptime] = "102 1\n"
	second[secCPU] = "cpu0 9 0 10 990 0 0 0 0 0 0\n"
	second[secNet] = "eth0: 10 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0\n"
	before, _ := parse(first)
	now, _ := parse(second)
	h := now.since(&before)
	want := []string{"cores: counters went back; shares of time need another sample", "network: counters went back; rates need another sample"}
	if h.Cores != nil || h.NetIn != 0 || !slices.Equal(h.Missing, want) {
		t.Errorf("%+v", h)
	}
	second[secCPU] = "cpu0 10 0 10 990 0 0 0 0\ncpu1 1 1 1 1 0 0 0 0\n"
	now, _ = parse(second)
	if h = now.since(&before); h.Cores != nil || h.Missing[0] != "cores: their number was another in the sample before" {
		t.Errorf("%+v", h)
	}
}

func TestDue(t *testing.T) {
	few, many := &sample{processes: crowd}, &sample{processes: crowd + 1}
	for taken, want := range map[int]asked{0: {true, true, true}, 1: {false, false, true}, 5: {false, true, true}, 10: {true, true, true}} {
		if got := due(taken, few); got != want {
			t.Errorf("after %d: %+v", taken, got)
		}
	}
	if !due(0, nil).processes || due(1, many).processes || !due(5, many).processes {
		t.Error("processes of a crowded host are not asked for each fifth time")
	}
}

func FuzzParse(f *testing.F) {
	s := canned()
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
		old.uptime, old.cores, old.in, old.out = min(s.uptime, 1), make([]ticks, len(s.cores)), 0, 0
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
			if unclean(text) {
				t.Errorf("%q is shown as it came", text)
			}
		}
	})
}

// shown are all texts of a reading that came from the host.
func shown(h reading.Host) []string {
	all := append(slices.Clone(h.Users), h.Missing...)
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
		found, err := (&shell{out: bufio.NewReader(strings.NewReader(text))}).sections("--m-1-")
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
	found, err := (&shell{out: bufio.NewReader(strings.NewReader(text))}).sections("--m-2-")
	if err != nil || len(found) != 1 || found[secCPU] != "new\n" {
		t.Errorf("%q %v", found, err)
	}
}
