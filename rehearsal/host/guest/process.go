package guest

// process.go: the processes of the machine, as functions of the uptime.

import (
	"cmp"
	"math"
	"slices"
)

// process is one entry of the process table at one moment.
type process struct {
	pid, ppid int
	user      string
	comm      string
	args      string
	started   float64 // seconds after boot
	rssKB     int
	utime     float64 // CPU seconds spent in user mode and in the kernel
	stime     float64
	state     byte
}

func (p process) cpu() float64 { return p.utime + p.stime }

// service is a process that runs for as long as the machine does.
type service struct {
	pid, ppid  int
	user       string
	comm, args string
	started    float64
	rssKB      int
	growsKB    int     // more that it takes within its first hours
	share      float64 // part of the machine's own CPU time
	web        float64 // part of the web application's
	port       int     // runs only while this port is open; 0 always
}

// services lists the table; a kernel thread has no args.
func (g *Guest) services() []service {
	const (
		nginx = "nginx: worker process"
		app   = "/usr/bin/python3.6 -m gunicorn --bind 127.0.0.1:8000 --workers 2 scp.wsgi"
	)
	return []service{
		{1, 0, "root", "init", "/sbin/init", 0, 2600, 0, 0.03, 0, 0},
		{2, 0, "root", "kthreadd", "", 0, 0, 0, 0, 0, 0},
		{4, 2, "root", "kworker/0:0H", "", 0, 0, 0, 0, 0, 0},
		{6, 2, "root", "mm_percpu_wq", "", 0, 0, 0, 0, 0, 0},
		{7, 2, "root", "ksoftirqd/0", "", 0, 0, 0, 0.02, 0, 0},
		{8, 2, "root", "rcu_sched", "", 0, 0, 0, 0.03, 0, 0},
		{15, 2, "root", "kdevtmpfs", "", 0, 0, 0, 0, 0, 0},
		{26, 2, "root", "xenwatch", "", 0, 0, 0, 0.01, 0, 0},
		{31, 2, "root", "kswapd0", "", 1, 0, 0, 0, 0, 0},
		{1414, 2, "root", "jbd2/xvda1-8", "", 2, 0, 0, 0.03, 0, 0},
		{1840, 1, "root", "udevd", "/sbin/udevd -d", 3, 2500, 0, 0.01, 0, 0},
		{2193, 1, "root", "dhclient", "/sbin/dhclient -q -lf /var/lib/dhclient/dhclient--eth0.lease eth0", 8, 2300, 0, 0.01, 0, 0},
		{2310, 1, "root", "auditd", "auditd", 9, 2200, 0, 0.01, 0, 0},
		{2333, 1, "root", "rsyslogd", "/sbin/rsyslogd -i /var/run/syslogd.pid -c 5", 10, 3400, 600, 0.02, 0, 0},
		{2390, 1, "dbus", "dbus-daemon", "dbus-daemon --system", 11, 220, 0, 0.01, 0, 0},
		{2518, 1, "ntp", "ntpd", "ntpd -u ntp:ntp -p /var/run/ntpd.pid -g", 14, 4200, 0, 0.02, 0, 0},
		{2534, 1, "root", "crond", "crond", 16, 2700, 0, 0.01, 0, 0},
		{sshdPID, 1, "root", "sshd", "/usr/sbin/sshd", 19, 2600, 0, 0.04, 0, 22},
		{2602, 1, "root", "nginx", "nginx: master process /usr/sbin/nginx -c /etc/nginx/nginx.conf", 37, 1100, 0, 0.005, 0, 80},
		{2604, 2602, "nginx", "nginx", nginx, 37, 4300, 900, 0.12, 0.12, 80},
		{2611, 1, "scp", "python3", app, 32, 23400, 0, 0.06, 0.03, 80},
		{2615, 2611, "scp", "python3", app, 34, 46900, 9000, 0.23, 0.45, 80},
		{2616, 2611, "scp", "python3", app, 34, 46300, 8000, 0.21, 0.40, 80},
		{2650, 1, "root", "agetty", "/sbin/agetty ttyS0 9600 vt100-nav", 21, 1500, 0, 0, 0, 0},
	}
}

const sshdPID = 2561

// processes is the table at uptime t, by process id. self is added as the
// program that looks at it; empty adds nothing.
func (g *Guest) processes(t float64, self string) []process {
	base := g.ownCPU(t)
	done := g.work.doneAt(t)
	var all []process
	for _, s := range g.restarted(g.services()) {
		if t < s.started || s.port != 0 && !g.o.Listening(s.port) {
			continue
		}
		cpu := s.share*(base-g.ownCPU(s.started)) + s.web*done
		all = append(all, process{
			pid: s.pid, ppid: s.ppid, user: s.user, comm: s.comm, args: cmp.Or(s.args, "["+s.comm+"]"),
			started: s.started, state: 'S', utime: 0.75 * cpu, stime: 0.25 * cpu,
			rssKB: s.rssKB + int(float64(s.growsKB)*(1-math.Exp(-(t-s.started)/5400))),
		})
	}
	for _, l := range g.ledger.present() {
		at := max(0, l.at.Sub(g.o.BootedAt).Seconds())
		cpu := min(0.02, 0.002*max(0, t-at)) // a login costs little, and not at once
		name := "sshd: " + l.user + "@" + cmp.Or(l.tty, "notty")
		all = append(all,
			process{pid: l.pid, ppid: sshdPID, user: l.user, comm: "sshd", args: name, started: at, rssKB: 4100, utime: cpu, stime: cpu / 2, state: 'S'},
			process{pid: l.pid + 1, ppid: l.pid, user: l.user, comm: "bash", args: "-bash", started: at, rssKB: 3300, utime: cpu / 2, stime: cpu / 2, state: 'S'})
	}
	if self != "" {
		all = append(all, process{pid: lastPID(t), ppid: sshdPID, user: g.o.User, comm: self, args: self, started: t, rssKB: 1600, state: 'R'})
	}
	slices.SortFunc(all, func(a, b process) int { return a.pid - b.pid })
	return all
}

// ownCPU is the CPU time of the machine without the web application's requests.
func (g *Guest) ownCPU(t float64) float64 {
	sum := 0.0
	for _, c := range g.cores {
		sum += c.user.sum(t) + c.system.sum(t) + c.softirq.sum(t)
	}
	return sum
}

// lastPID is the newest process id: cron and logins use up a few a minute. It
// stays above those of the logins.
func lastPID(t float64) int { return 9000 + int(t/11) }

// memory is the use of memory in KiB at one moment.
type memory struct{ total, free, available, buffers, cached, slab int }

func (g *Guest) memory(t float64) memory {
	m := memory{total: g.hardware.memKB}
	used := 46_000 // the kernel
	for _, p := range g.processes(t, "") {
		used += p.rssKB
	}
	// The page cache fills while the services read their files, then slowly.
	fill := 0.7*(1-math.Exp(-t/40)) + 0.3*(1-math.Exp(-t/7200))
	room := float64(m.total - used)
	m.buffers = int(room * 0.025 * fill)
	m.cached = int(room * 0.36 * fill)
	m.slab = 18_000 + int(14_000*fill)
	m.free = m.total - used - m.buffers - m.cached - m.slab
	m.available = m.free + int(0.88*float64(m.buffers+m.cached)) + m.slab/2
	return m
}
