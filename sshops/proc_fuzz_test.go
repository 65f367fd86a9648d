package sshops

// proc_fuzz_test.go: each parser alone: whatever a host prints, the parser ends,
// keeps no more than its bound and tells no impossible number.

import (
	"math"
	"strings"
	"testing"

	"tminus/tasks/reading"
)

// seeds gives a fuzz target what real hosts print for a section.
func seeds(f *testing.F, of func(recorded) string, more ...string) {
	for _, r := range recordings() {
		f.Add(of(r))
	}
	for _, text := range more {
		f.Add(text)
	}
}

func FuzzCores(f *testing.F) {
	f.Add(canned()[secCPU])
	f.Add("cpu0 72057594037927935 1 1 1\ncpu1 1 1 1 1 1 1 1 1 1 1 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		cores, err := parseCores(text)
		if (err == nil) != (len(cores) > 0) || len(cores) > maxCores {
			t.Errorf("%d cores, error %v", len(cores), err)
		}
		for _, c := range cores {
			if c.busy > c.total {
				t.Errorf("%d of %d ticks are busy", c.busy, c.total)
			}
		}
	})
}

func FuzzMemory(f *testing.F) {
	seeds(f, func(r recorded) string { return r.memory }, "MemTotal: 1 kB\nMemFree: 1 kB\nCached: 9 kB\n", "MemTotal: 4503599627370495 kB\nMemAvailable: 0 kB\nSwapFree: 1 kB\n")
	f.Fuzz(func(t *testing.T, text string) {
		var h reading.Host
		_, err := parseMemory(text, &h)
		if h.MemUsed < 0 || h.MemUsed > h.MemTotal || h.SwapUsed < 0 || h.SwapUsed > h.SwapTotal || (err == nil) != (h.MemTotal > 0) {
			t.Errorf("%d of %d, swap %d of %d, error %v", h.MemUsed, h.MemTotal, h.SwapUsed, h.SwapTotal, err)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add("0.21 0.18 0.11 1/80 1234\n")
	f.Add("1e308 0x1p-2 +Inf")
	f.Fuzz(func(t *testing.T, text string) {
		load, err := parseLoad(text)
		for _, n := range load {
			if err == nil && (n < 0 || math.IsNaN(n) || math.IsInf(n, 0)) {
				t.Errorf("load %v", load)
			}
		}
	})
}

func FuzzNet(f *testing.F) {
	seeds(f, func(r recorded) string { return r.net }, "e:"+strings.Repeat(" 72057594037927935", 16))
	f.Fuzz(func(t *testing.T, text string) {
		if in, out, err := parseNet(text); err != nil && (in != 0 || out != 0) {
			t.Errorf("%d in, %d out and %v", in, out, err)
		}
	})
}

func FuzzUptime(f *testing.F) {
	f.Add("28047.31 27509.03\n")
	f.Add("-0 1")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := parseUptime(text); err == nil && (s < 0 || s > maxUptime || math.IsNaN(s)) {
			t.Errorf("uptime %v", s)
		}
	})
}

func FuzzDisks(f *testing.F) {
	seeds(f, func(r recorded) string { return r.disks }, "/dev/a 4503599627370495 4503599627370495 0 0% / b \x1b[2J\n")
	f.Fuzz(func(t *testing.T, text string) {
		disks := parseDisks(text)
		for _, d := range disks {
			if d.Total <= 0 || d.Used < 0 || d.Used > d.Total || unclean(d.Mount) {
				t.Errorf("%+v", d)
			}
		}
		if len(disks) > maxDisks {
			t.Errorf("%d disks", len(disks))
		}
	})
}

func FuzzProcesses(f *testing.F) {
	seeds(f, func(r recorded) string { return r.top }, "1 \x1b 1 1 1 \u202ex\n", "all 1 0 1\n2 a 1e308 1 4503599627370495 (b) c) d\n")
	f.Fuzz(func(t *testing.T, text string) {
		processes := parseProcesses(text)
		for _, p := range processes {
			if p.PID < 0 || p.CPU < 0 || p.Mem < 0 || p.RSS < 0 || unclean(p.User) || unclean(p.Command) {
				t.Errorf("%+v", p)
			}
		}
		var s sample
		if why := s.looked(text, false); len(processes) > maxProcesses || s.processes < 0 || why == "" && s.processes == 0 {
			t.Errorf("%d of %d processes, %q", len(processes), s.processes, why)
		}
	})
}

func FuzzUsers(f *testing.F) {
	seeds(f, func(r recorded) string { return r.users }, "\x07 \x07 \x07\n", "a b c d e f g\n")
	f.Fuzz(func(t *testing.T, text string) {
		users := parseUsers(text)
		for _, u := range users {
			if unclean(u) {
				t.Errorf("%q", u)
			}
		}
		if why := programFailed("who", text, ""); len(users) > maxUsers || unclean(why) {
			t.Errorf("%d users, %q", len(users), why)
		}
	})
}

func unclean(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u202e' })
}
