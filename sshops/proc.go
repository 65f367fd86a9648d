package sshops

// proc.go: what Linux says of itself, parsed strictly. A file of /proc that cannot
// be understood is missing, not zero: zero looks like an idle machine. sample.go
// says which parts make a reading.

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

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

// ticks are a core's times since boot.
type ticks struct{ busy, total uint64 }

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

// parseMemory reads totals and what is in use. estimated tells that the kernel is
// older than 3.14 and does not say what is available; then it is what is free,
// and what is kept of files and can be given up.
func parseMemory(text string, h *reading.Host) (estimated bool, err error) {
	values := map[string]int64{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 || f[2] != "kB" {
			continue
		}
		n, err := kibibytes(f[1])
		if err != nil {
			return false, err
		}
		switch f[0] {
		case "MemTotal:", "MemAvailable:", "MemFree:", "Buffers:", "Cached:", "SReclaimable:", "Shmem:", "SwapTotal:", "SwapFree:":
			values[f[0]] = n
		}
	}
	total := values["MemTotal:"]
	available, known := values["MemAvailable:"]
	if !known {
		_, free := values["MemFree:"]
		_, cached := values["Cached:"]
		known, estimated = free && cached, true
		kept := values["Buffers:"] + values["Cached:"] + values["SReclaimable:"] - values["Shmem:"]
		available = min(values["MemFree:"]+max(kept, 0), total)
	}
	if !known || total == 0 {
		return false, errors.New("total or available memory is missing")
	}
	used, swapped := total-available, values["SwapTotal:"]-values["SwapFree:"]
	if used < 0 || swapped < 0 {
		return false, errors.New("more is free than there is")
	}
	h.MemTotal, h.MemUsed, h.SwapTotal, h.SwapUsed = total, used, values["SwapTotal:"], swapped
	return estimated, nil
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

// parseNet sums the bytes of all interfaces that lead out of the host: what passes
// a bridge, a tunnel or a container's end passes one of those as well.
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
		if inner(strings.TrimSpace(name)) {
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

// inner reports whether an interface is the loopback or made of others.
func inner(name string) bool {
	if name == "lo" || strings.Contains(name, ".") { // eth0.100 is a part of eth0
		return true
	}
	for _, kind := range []string{"veth", "cali", "lxc", "docker", "br-", "virbr", "cni", "flannel", "bond", "tun", "tap", "wg"} {
		if strings.HasPrefix(name, kind) {
			return true
		}
	}
	return false
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
