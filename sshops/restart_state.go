package sshops

// restart_state.go: a service on the host as it is now: who manages it, whether it
// runs and since when, how many workers it has, and whether we may restart it.

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"tminus/tasks/safe"
)

// The programs that restart services.
const (
	managerSystemd = "systemctl"
	managerOpenRC  = "rc-service"
	managerSysV    = "service"
)

// service is what is known of one.
type service struct {
	manager string // "" = the host knows no such service
	root    bool   // we are root there
	may     bool   // root, or sudo asks for no password
	state   string // active, inactive, failed, activating, …
	since   string // in the host's words; "" where it does not tell
	pid     int    // of its main process; 0 = none
	workers int
	// mark is another one after each start: systemd's monotonic clock, or the main
	// process with the tick that it started at.
	mark string
}

// serviceScript asks all of it, about $1. LC_ALL=C keeps words and numbers as they are parsed.
const serviceScript = `export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"; s="$1"; m=; ` +
	`if systemctl show -p LoadState "$s" 2>/dev/null | grep -q "^LoadState=loaded"; then m=systemctl; ` +
	`elif [ -x "/etc/init.d/$s" ] && command -v rc-service >/dev/null 2>&1; then m=rc-service; ` +
	`elif [ -x "/etc/init.d/$s" ] && command -v service >/dev/null 2>&1; then m=service; fi; echo "manager=$m"; ` +
	`if [ "$(id -u)" = 0 ]; then echo may=root; ` +
	`elif ! command -v sudo >/dev/null 2>&1; then echo may=none; ` +
	`elif sudo -n true </dev/null >/dev/null 2>&1; then echo may=sudo; ` +
	`elif [ "$m" = service ] && sudo -n -l service "$s" restart </dev/null >/dev/null 2>&1; then echo may=sudo; ` +
	`elif [ "$m" = rc-service ] && sudo -n -l rc-service "$s" restart </dev/null >/dev/null 2>&1; then echo may=sudo; ` +
	`elif [ "$m" = systemctl ] && sudo -n -l systemctl restart "$s" </dev/null >/dev/null 2>&1; then echo may=sudo; ` +
	`else echo may=password; fi; ` +
	`if [ "$m" = systemctl ]; then systemctl show -p ActiveState -p MainPID -p ActiveEnterTimestamp -p ActiveEnterTimestampMonotonic "$s"; fi; ` +
	`ps -eo pid,ppid,comm 2>/dev/null || ps -o pid,ppid,comm`

// listenScript tells who listens, in the first way that the host knows.
const listenScript = `export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"; ` +
	`ss -tlnH 2>/dev/null || ss -tln 2>/dev/null || netstat -tln 2>/dev/null || cat /proc/net/tcp /proc/net/tcp6 2>/dev/null`

// service asks the host for a service of that name.
func (e *errand) service(ctx context.Context, name string) (service, error) {
	text, err := e.do(ctx, order{title: "looking at " + name, line: script(serviceScript, name)})
	if err != nil {
		return service{}, err
	}
	s := parseService(text, name)
	if s.manager == managerSystemd || s.pid == 0 {
		return s, nil
	}
	// The tick of its start tells a process from another one that got its number later.
	stat, err := e.do(ctx, order{title: "looking at process " + strconv.Itoa(s.pid), line: fmt.Sprintf("cat /proc/%d/stat", s.pid)})
	if err != nil {
		return s, err
	}
	_, rest, _ := strings.Cut(stat, ") ")
	if f := strings.Fields(rest); len(f) > 19 {
		s.mark = fmt.Sprintf("%d@%.20s", s.pid, safe.Line(f[19]))
	}
	return s, nil
}

// parseService reads what serviceScript prints. Lines that are neither an answer nor a process are passed over.
func parseService(text, name string) service {
	s := service{}
	var table []proc
	var monotonic string
	for line := range strings.Lines(text) {
		key, value, isAnswer := strings.Cut(strings.TrimSpace(line), "=")
		switch {
		case !isAnswer || strings.Contains(key, " "):
			if p, ok := parseProc(line); ok {
				table = append(table, p)
			}
		case key == "manager":
			if value == managerSystemd || value == managerOpenRC || value == managerSysV {
				s.manager = value
			}
		case key == "may":
			s.root, s.may = value == "root", value == "root" || value == "sudo"
		case key == "ActiveState":
			s.state = clean(value)
		case key == "MainPID":
			s.pid, _ = strconv.Atoi(value)
		case key == "ActiveEnterTimestamp":
			s.since = clean(value)
		case key == "ActiveEnterTimestampMonotonic":
			monotonic = clean(value)
		}
	}
	if s.manager == managerSystemd {
		s.mark = fmt.Sprintf("%d@%s", s.pid, monotonic)
	} else if s.pid = mainProcess(table, strings.TrimSuffix(name, ".service")); s.pid > 0 {
		s.state = "active"
	} else {
		s.state = "inactive"
	}
	for _, p := range table {
		if p.parent == s.pid && s.pid > 0 {
			s.workers++
		}
	}
	return s
}

// proc is a process and the name of its program.
type proc struct {
	pid, parent int
	name        string
}

func parseProc(line string) (proc, bool) {
	f := strings.Fields(line)
	if len(f) < 3 {
		return proc{}, false
	}
	pid, err := strconv.Atoi(f[0])
	parent, err2 := strconv.Atoi(f[1])
	return proc{pid, parent, path.Base(strings.TrimSuffix(f[2], ":"))}, err == nil && err2 == nil && pid > 0
}

// mainProcess is the process of that name whose parent has another name; the kernel keeps 15 bytes of a name.
func mainProcess(table []proc, name string) int {
	name = name[:min(len(name), 15)]
	same := map[int]bool{}
	for _, p := range table {
		same[p.pid] = p.name == name
	}
	for _, p := range table {
		if same[p.pid] && !same[p.parent] {
			return p.pid
		}
	}
	return 0
}

// command restarts the service, as a person types it; words are safe by their pattern.
func (s service) command(name string) string {
	line := s.manager + " " + name + " restart"
	if s.manager == managerSystemd {
		line = s.manager + " restart " + name
	}
	if !s.root {
		line = "sudo -n " + line
	}
	return line
}

// says is the service in a few words.
func (s service) says(name string) string {
	out := name + " is " + s.state
	if s.since != "" {
		out += " since " + s.since
	}
	if s.pid > 0 {
		out += fmt.Sprintf(", main process %d, %d workers", s.pid, s.workers)
	}
	return out
}
