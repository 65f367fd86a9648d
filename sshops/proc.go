package sshops

// proc.go: what Linux says of itself, parsed strictly. A section that cannot be
// understood is an error, not a zero: zero looks like an idle machine. df, ps
// and who may be missing on a small image; their parts are then empty.

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tminus/tasks/reading"
)

// Bounds on what a host may make us keep.
const (
	maxCores     = 256
	maxDisks     = 32
	maxProcesses = 12
	maxUsers     = 32
	maxUptime    = 100 * 365 * 24 * 3600 // seconds
)

// sample is one look at a host. Shares and rates need two.
type sample struct {
	host    reading.Host
	cores   []ticks
	in, out uint64  // bytes since boot, loopback left out
	uptime  float64 // seconds
}

// ticks are a core's times since boot.
type ticks struct{ busy, total uint64 }

// parse reads the sections of one answer.
func parse(sections map[string]string) (sample, error) {
	var s sample
	var err error
	if s.cores, err = parseCores(sections[secCPU]); err != nil {
		return s, fmt.Errorf("/proc/stat: %w", err)
	}
	if err = parseMemory(sections[secMemory], &s.host); err != nil {
		return s, fmt.Errorf("/proc/meminfo: %w", err)
	}
	if s.host.Load, err = parseLoad(sections[secLoad]); err != nil {
		return s, fmt.Errorf("/proc/loadavg: %w", err)
	}
	if s.in, s.out, err = parseNet(sections[secNet]); err != nil {
		return s, fmt.Errorf("/proc/net/dev: %w", err)
	}
	if s.uptime, err = parseUptime(sections[secUptime]); err != nil {
		return s, fmt.Errorf("/proc/uptime: %w", err)
	}
	s.host.Uptime = time.Duration(s.uptime * float64(time.Second))
	s.host.Disks = parseDisks(sections[secDisks])
	s.host.Processes = parseProcesses(sections[secTop])
	s.host.Users = parseUsers(sections[secUsers])
	return s, nil
}

// since is the reading, with shares and rates over the time since the sample
// before. Time is the host's own uptime: ours would count the network's delay
// in. Without a comparable sample before, cores are none and rates 0.
func (s sample) since(before *sample) reading.Host {
	host := s.host
	if before == nil || s.uptime <= before.uptime || len(s.cores) != len(before.cores) {
		return host
	}
	host.Cores = make([]float64, len(s.cores))
	for i, now := range s.cores {
		was := before.cores[i]
		if now.total > was.total && now.busy >= was.busy {
			host.Cores[i] = min(1, float64(now.busy-was.busy)/float64(now.total-was.total))
		}
	}
	seconds := s.uptime - before.uptime
	if s.in >= before.in && s.out >= before.out {
		host.NetIn, host.NetOut = float64(s.in-before.in)/seconds, float64(s.out-before.out)/seconds
	}
	return host
}

// parseCores reads the cpuN lines: user nice system idle iowait irq softirq steal.
func parseCores(text string) ([]ticks, error) {
	var cores []ticks
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 || !strings.HasPrefix(f[0], "cpu") || f[0] == "cpu" {
			continue
		}
		if len(f) < 5 || len(cores) == maxCores {
			return nil, fmt.Errorf("line %.40q or its number is out of bounds", line)
		}
		var t ticks
		// Guest time is contained in user time already, so eight columns are all.
		for i, field := range f[1:min(len(f), 9)] {
			n, err := strconv.ParseUint(field, 10, 56)
			if err != nil {
				return nil, fmt.Errorf("%.40q is not a number of ticks", field)
			}
			t.total += n
			if i != 3 && i != 4 {
				t.busy += n
			}
		}
		cores = append(cores, t)
	}
	if len(cores) == 0 {
		return nil, errors.New("no core is listed")
	}
	return cores, nil
}

func parseMemory(text string, h *reading.Host) error {
	values := map[string]int64{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 || f[2] != "kB" {
			continue
		}
		n, err := kibibytes(f[1])
		if err != nil {
			return err
		}
		switch f[0] {
		case "MemTotal:", "MemAvailable:", "SwapTotal:", "SwapFree:":
			values[f[0]] = n
		}
	}
	available, known := values["MemAvailable:"]
	if !known || values["MemTotal:"] == 0 {
		return errors.New("total or available memory is missing")
	}
	h.MemTotal, h.SwapTotal = values["MemTotal:"], values["SwapTotal:"]
	h.MemUsed, h.SwapUsed = h.MemTotal-available, h.SwapTotal-values["SwapFree:"]
	if h.MemUsed < 0 || h.SwapUsed < 0 {
		return errors.New("more is free than there is")
	}
	return nil
}

func parseLoad(text string) (load [3]float64, err error) {
	f := strings.Fields(text)
	if len(f) < 3 {
		return load, errors.New("three averages expected")
	}
	for i := range load {
		if load[i], err = number(f[i]); err != nil {
			return load, err
		}
	}
	return load, nil
}

// parseNet sums the bytes of all interfaces but loopback.
func parseNet(text string) (in, out uint64, err error) {
	listed := false
	for line := range strings.Lines(text) {
		name, counters, found := strings.Cut(line, ":")
		if !found {
			continue // the two lines of headings
		}
		f := strings.Fields(counters)
		if len(f) < 16 {
			return 0, 0, fmt.Errorf("%.40q has too few columns", line)
		}
		listed = true
		if strings.TrimSpace(name) == "lo" {
			continue
		}
		received, err1 := strconv.ParseUint(f[0], 10, 56)
		sent, err2 := strconv.ParseUint(f[8], 10, 56)
		if err := errors.Join(err1, err2); err != nil {
			return 0, 0, errors.New("a byte counter is not a number")
		}
		in, out = in+received, out+sent
	}
	if !listed {
		return 0, 0, errors.New("no interface is listed")
	}
	return in, out, nil
}

func parseUptime(text string) (float64, error) {
	f := strings.Fields(text)
	if len(f) == 0 {
		return 0, errors.New("it is empty")
	}
	seconds, err := number(f[0])
	if err == nil && seconds > maxUptime {
		err = fmt.Errorf("%.40q is out of bounds", f[0])
	}
	return seconds, err
}

// number reads a plain decimal that is not negative.
func number(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
		return 0, fmt.Errorf("%.40q is not a number", text)
	}
	return n, nil
}

// kibibytes reads a number of 1024 bytes as bytes.
func kibibytes(text string) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 52)
	if err != nil {
		return 0, fmt.Errorf("%.40q is not a size", text)
	}
	return int64(n) << 10, nil
}
