package guest

// units.go: services as systemctl shows and restarts them. A restarted one has other process
// ids and begins anew; what it had done is forgotten with it.

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"tminus/rehearsal/host/shell"
)

// units are the restarts so far, by the name of the program.
type units struct {
	mu      sync.Mutex
	count   map[string]int
	started map[string]float64 // seconds after boot
}

// restart begins a service anew, now.
func (g *Guest) restart(name string) {
	g.units.mu.Lock()
	defer g.units.mu.Unlock()
	if g.units.count == nil {
		g.units.count, g.units.started = map[string]int{}, map[string]float64{}
	}
	g.units.count[name]++
	g.units.started[name] = g.up()
}

// restarted is the table of services after all restarts.
func (g *Guest) restarted(all []service) []service {
	g.units.mu.Lock()
	defer g.units.mu.Unlock()
	for i, s := range all {
		n := g.units.count[s.comm]
		if n == 0 {
			continue
		}
		renumber := func(pid int) int { return 30_000 + 50*(n%40) + pid%50 }
		all[i].pid, all[i].started = renumber(s.pid), g.units.started[s.comm]
		if s.ppid != 1 {
			all[i].ppid = renumber(s.ppid)
		}
	}
	return all
}

// showUnit is systemctl show -p NAME… UNIT.
func showUnit(g *Guest, p *shell.Process, args []string) int {
	var wanted []string
	name := ""
	for len(args) > 0 {
		if args[0] == "-p" && len(args) > 1 {
			wanted, args = append(wanted, args[1]), args[2:]
			continue
		}
		name, args = strings.TrimSuffix(args[0], ".service"), args[1:]
	}
	up, known := g.active(name)
	values := map[string]string{"LoadState": "not-found", "ActiveState": "inactive", "MainPID": "0", "ActiveEnterTimestamp": "", "ActiveEnterTimestampMonotonic": "0"}
	if known {
		values["LoadState"] = "loaded"
	}
	for _, s := range g.restarted(g.services()) {
		if up && s.comm == name && s.ppid == 1 {
			values["ActiveState"], values["MainPID"] = "active", fmt.Sprint(s.pid)
			values["ActiveEnterTimestamp"] = g.o.BootedAt.Add(time.Duration(s.started * float64(time.Second))).UTC().Format("Mon 2006-01-02 15:04:05 MST")
			values["ActiveEnterTimestampMonotonic"] = fmt.Sprintf("%.0f", s.started*1e6)
		}
	}
	for _, key := range wanted {
		if v, ok := values[key]; ok {
			fmt.Fprintf(p.Out, "%s=%s\n", key, v)
		}
	}
	return 0
}

// restartUnits is systemctl restart UNIT….
func restartUnits(g *Guest, p *shell.Process, names []string) int {
	for _, name := range names {
		name = strings.TrimSuffix(name, ".service")
		if _, known := g.active(name); !known {
			return complain(p, 5, "Failed to restart %.40s.service: Unit not found.", name)
		}
		if p.User != "root" {
			return complain(p, 4, "Failed to restart %.40s.service: Access denied", name)
		}
		g.restart(name)
	}
	return 0
}
