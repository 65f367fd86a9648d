package sshops

// parts.go: a reading from the sections of a sample and from the sample before.
// It degrades by part: what a host does not tell is missing from the reading, with
// the reason; the rest stands.

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tminus/tasks/reading"
)

// The parts of a reading, as a person reads them.
const (
	partCores     = "cores"
	partMemory    = "memory"
	partLoad      = "load"
	partNetwork   = "network"
	partUptime    = "uptime"
	partDisks     = "disks"
	partProcesses = "processes"
	partUsers     = "users"
	partLimits    = "limits"
)

// sample is one look at a host. Shares and rates need two.
type sample struct {
	host      reading.Host
	cores     []ticks
	in, out   uint64  // bytes since boot
	uptime    float64 // seconds; 0 = not told
	processes int     // on the host, not only those shown
	held      asked   // which of the slow parts are its own
	gaps      map[string]string
}

// parse reads the sections of one answer. It is an error when /proc said nothing.
func parse(sections map[string]string) (sample, error) {
	s := sample{gaps: map[string]string{}}
	var err error
	var failed []error
	lacks := func(part, file string, err error) {
		if err != nil {
			err = fmt.Errorf("%s: %w", file, err)
			s.gaps[part] = err.Error()
			failed = append(failed, err)
		}
	}
	s.cores, err = parseCores(sections[secCPU])
	lacks(partCores, "/proc/stat", err)
	estimated, err := parseMemory(sections[secMemory], &s.host)
	if estimated {
		s.gaps[partMemory] = "what is available is estimated, this kernel does not tell it"
	}
	lacks(partMemory, "/proc/meminfo", err)
	s.host.Load, err = parseLoad(sections[secLoad])
	lacks(partLoad, "/proc/loadavg", err)
	s.in, s.out, err = parseNet(sections[secNet])
	lacks(partNetwork, "/proc/net/dev", err)
	s.uptime, err = parseUptime(sections[secUptime])
	lacks(partUptime, "/proc/uptime", err)
	if len(failed) == 5 {
		return s, errors.Join(failed...)
	}
	s.host.Uptime = time.Duration(s.uptime * float64(time.Second))
	s.slow(sections)
	return s, nil
}

// slow reads what is not in every sample.
func (s *sample) slow(sections map[string]string) {
	var text string
	if text, s.held.disks = sections[secDisks]; s.held.disks {
		if s.host.Disks = parseDisks(text); len(s.host.Disks) == 0 {
			s.gaps[partDisks] = programFailed("df", text, "df lists no disk")
		}
		if what := strings.TrimSpace(sections[secLimits]); what != "" {
			s.gaps[partLimits] = "this is a container; its " + clean(what) + " limit is not counted, readings are of the machine around it"
		}
	}
	if text, s.held.users = sections[secUsers]; s.held.users {
		if s.host.Users = parseUsers(text); len(s.host.Users) == 0 {
			s.gaps[partUsers] = programFailed("who", text, "")
		}
	}
	if text, s.held.processes = sections[secTop]; s.held.processes {
		_, plain := sections[secPlain]
		s.host.Processes = parseProcesses(text)
		s.gaps[partProcesses] = s.looked(text, plain)
	}
}

// looked reads what stands before the processes, and says what they lack.
func (s *sample) looked(text string, plain bool) string {
	switch {
	case plain && len(s.host.Processes) == 0:
		return programFailed("ps", text, "neither awk nor a ps with --sort is there")
	case plain:
		return "CPU is the average of their whole life, awk is not there"
	}
	f := strings.Fields(text)
	if len(f) < 4 || f[0] != "all" {
		return "/proc lists none"
	}
	count, err := strconv.ParseUint(f[1], 10, 31)
	seconds, err2 := number(f[2])
	if err != nil || err2 != nil || count == 0 {
		return "/proc lists none"
	}
	s.processes = int(count)
	switch {
	case f[3] == "0":
		return "only those of this user, /proc hides the others"
	case seconds == 0:
		return "CPU shares need a second sample"
	}
	return ""
}

// programFailed says why a program printed nothing that was understood; otherwise is the
// reason when it did not say that it failed.
func programFailed(program, text, otherwise string) string {
	for line := range strings.Lines(text) {
		status, found := strings.CutPrefix(strings.TrimSpace(line), "status ")
		switch {
		case !found:
		case status == "127":
			return program + " is not there"
		case status == "126":
			return program + " may not be run"
		default:
			return program + " ended with status " + clean(status)
		}
	}
	return otherwise
}

// since is the reading, with shares and rates over the time since the sample
// before. Time is the host's own uptime: ours would count the network's delay
// in. Without a comparable sample before, cores are none and rates 0, and the
// reading says so. What this sample does not hold it takes over from there.
func (s *sample) since(before *sample) reading.Host {
	s.host.Cores, s.host.NetIn, s.host.NetOut = nil, 0, 0
	if before != nil {
		s.takeOver(before)
	}
	switch {
	case before == nil:
		s.gap("need a second sample")
	case s.uptime == 0 || before.uptime == 0:
		s.gap("cannot be reckoned without the uptime")
	case s.uptime <= before.uptime:
		s.gap("begin anew, the host's clock went back: it restarted")
	default:
		s.shares(before)
		s.rates(before, s.uptime-before.uptime)
	}
	s.host.Missing = s.missing()
	return s.host
}

// gap is why neither shares nor rates can be told.
func (s *sample) gap(why string) {
	if s.gaps[partCores] == "" {
		s.gaps[partCores] = "shares of time " + why
	}
	if s.gaps[partNetwork] == "" {
		s.gaps[partNetwork] = "rates " + why
	}
}

func (s *sample) takeOver(before *sample) {
	if !s.held.disks {
		s.host.Disks = before.host.Disks
		s.gaps[partDisks], s.gaps[partLimits] = before.gaps[partDisks], before.gaps[partLimits]
	}
	if !s.held.users {
		s.host.Users, s.gaps[partUsers] = before.host.Users, before.gaps[partUsers]
	}
	if !s.held.processes {
		s.host.Processes, s.processes, s.gaps[partProcesses] = before.host.Processes, before.processes, before.gaps[partProcesses]
	}
}

// shares are told for all cores or for none: a list with holes has other numbers
// than the host has.
func (s *sample) shares(before *sample) {
	if s.gaps[partCores] != "" {
		return
	}
	if len(s.cores) != len(before.cores) {
		s.gaps[partCores] = "their number was another in the sample before"
		return
	}
	s.host.Cores = make([]float64, len(s.cores))
	for i, now := range s.cores {
		was := before.cores[i]
		if now.total < was.total || now.busy < was.busy {
			s.host.Cores, s.gaps[partCores] = nil, "counters went back; shares of time need another sample"
			return
		}
		if now.total > was.total {
			s.host.Cores[i] = min(1, float64(now.busy-was.busy)/float64(now.total-was.total))
		}
	}
}

func (s *sample) rates(before *sample, seconds float64) {
	switch {
	case s.gaps[partNetwork] != "":
	case before.gaps[partNetwork] != "" && before.in == 0 && before.out == 0:
		s.gaps[partNetwork] = "rates need a second sample"
	case s.in < before.in || s.out < before.out:
		s.gaps[partNetwork] = "counters went back; rates need another sample"
	default:
		s.host.NetIn, s.host.NetOut = float64(s.in-before.in)/seconds, float64(s.out-before.out)/seconds
	}
}

// missing is each gap as a sentence, in the order in which a host is read.
func (s *sample) missing() []string {
	var all []string
	for _, part := range []string{
		partCores, partMemory, partLoad, partNetwork, partUptime, partDisks, partProcesses, partUsers, partLimits,
	} {
		if why := s.gaps[part]; why != "" {
			all = append(all, part+": "+clean(why))
		}
	}
	return all
}
