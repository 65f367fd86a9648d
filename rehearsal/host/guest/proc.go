package guest

// proc.go: the texts of /proc, all of one moment.

import (
	"fmt"
	"math"
	"strings"
)

// jiffies turns CPU seconds into the kernel's 1/100 s.
func jiffies(s float64) int64 { return int64(math.Floor(s * 100)) }

// procFiles adds /proc to a tree.
func (g *Guest) procFiles(tree map[string]file) {
	t := g.up()
	for name, text := range map[string]func(float64) string{
		"stat": g.procStat, "meminfo": g.procMeminfo, "loadavg": g.procLoadavg, "uptime": g.procUptime,
		"net/dev": g.procNetDev, "diskstats": g.procDiskstats, "cpuinfo": g.procCPUInfo,
		"version": g.procVersion, "mounts": g.procMounts,
	} {
		tree["proc/"+name] = file{text: func() string { return text(t) }, mode: 0o444}
	}
	for _, p := range g.processes(t, "") {
		dir := fmt.Sprintf("proc/%d/", p.pid)
		tree[dir+"stat"] = file{text: func() string { return p.stat() }, mode: 0o444, owner: p.user}
		tree[dir+"status"] = file{text: func() string { return p.status() }, mode: 0o444, owner: p.user}
		tree[dir+"comm"] = file{text: func() string { return p.comm + "\n" }, mode: 0o444, owner: p.user}
		tree[dir+"cmdline"] = file{text: func() string { return p.cmdline() }, mode: 0o444, owner: p.user}
	}
}

func (g *Guest) procStat(t float64) string {
	var b strings.Builder
	line := func(name string, u usage) {
		fmt.Fprintf(&b, "%s %d 0 %d %d %d 0 %d %d 0 0\n", name, jiffies(u.user), jiffies(u.system),
			jiffies(u.idle), jiffies(u.iowait), jiffies(u.softirq), jiffies(u.steal))
	}
	all := g.total(t)
	line("cpu ", all)
	for i := range g.cores {
		line(fmt.Sprintf("cpu%d", i), g.usage(i, t))
	}
	interrupts := int64(4000 + 95*t + 900*all.busy())
	fmt.Fprintf(&b, "intr %d\nctxt %d\nbtime %d\nprocesses %d\nprocs_running %d\nprocs_blocked 0\nsoftirq %d 0 0 0 0 0 0 0 0 0 0\n",
		interrupts, int64(9000+210*t+1800*all.busy()), g.o.BootedAt.Unix(), lastPID(t), 1+g.running(t), interrupts/2)
	return b.String()
}

// running is how many processes want the CPU besides the one that asks.
func (g *Guest) running(t float64) int { return int(math.Round(g.loadavg(t)[0])) }

func (g *Guest) procMeminfo(t float64) string {
	m := g.memory(t)
	var b strings.Builder
	for _, row := range []struct {
		name string
		kb   int
	}{
		{"MemTotal", m.total}, {"MemFree", m.free}, {"MemAvailable", m.available}, {"Buffers", m.buffers},
		{"Cached", m.cached}, {"SwapCached", 0}, {"Active", m.cached/2 + 120_000}, {"Inactive", m.cached / 2},
		{"SwapTotal", 0}, {"SwapFree", 0}, {"Dirty", 40 + int(t)%60}, {"Writeback", 0},
		{"AnonPages", m.total - m.free - m.buffers - m.cached - m.slab - 46_000}, {"Mapped", 31_000},
		{"Shmem", 60}, {"Slab", m.slab}, {"SReclaimable", m.slab / 2}, {"SUnreclaim", m.slab - m.slab/2},
	} {
		fmt.Fprintf(&b, "%-15s %8d kB\n", row.name+":", row.kb)
	}
	return b.String()
}

func (g *Guest) procLoadavg(t float64) string {
	l := g.loadavg(t)
	return fmt.Sprintf("%.2f %.2f %.2f %d/%d %d\n", l[0], l[1], l[2], 1+g.running(t), len(g.processes(t, ""))+55, lastPID(t))
}

func (g *Guest) procUptime(t float64) string { return fmt.Sprintf("%.2f %.2f\n", t, g.total(t).idle) }

func (g *Guest) procNetDev(t float64) string {
	rx, tx := uint64(g.traffic[0].sum(t))+g.rx.Load(), uint64(g.traffic[1].sum(t))+g.tx.Load()
	lo := uint64(40*t) + g.tx.Load()/2 // nginx asks the application over the loopback
	row := func(name string, rx, tx uint64) string {
		return fmt.Sprintf("%6s: %7d %7d    0    0    0     0          0         0 %8d %7d    0    0    0     0       0          0\n",
			name, rx, rx/310, tx, tx/350)
	}
	return "Inter-|   Receive                                                |  Transmit\n" +
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n" +
		row("eth0", rx, tx) + row("lo", lo, lo)
}

func (g *Guest) procDiskstats(t float64) string {
	// A machine that boots reads its services from disk; after that it mostly writes logs.
	reads := uint64(6200*(1-math.Exp(-t/15)) + g.traffic[2].sum(t))
	writes := uint64(g.traffic[3].sum(t))
	row := func(minor int, name string, reads, writes uint64) string {
		return fmt.Sprintf(" 202 %7d %s %d 0 %d %d %d %d %d %d 0 %d %d\n", minor, name,
			reads, reads*44, reads*2/3, writes, writes/2, writes*18, writes*3/2, reads/2+writes, reads*2/3+writes*3/2)
	}
	return row(0, "xvda", reads+95, writes) + row(1, "xvda1", reads, writes)
}

func (g *Guest) procCPUInfo(float64) string {
	var b strings.Builder
	for i := range g.cores {
		fmt.Fprintf(&b, "processor\t: %d\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 63\n"+
			"model name\t: Intel(R) Xeon(R) CPU E5-2676 v3 @ 2.40GHz\nstepping\t: 2\ncpu MHz\t\t: 2400.052\n"+
			"cache size\t: 30720 KB\nphysical id\t: 0\nsiblings\t: %d\ncore id\t\t: %d\ncpu cores\t: %d\n"+
			"flags\t\t: fpu tsc msr pae cx8 sep cmov clflush mmx fxsr sse sse2 ht syscall nx lm constant_tsc sse4_1 sse4_2 aes avx hypervisor avx2 xsaveopt\n"+
			"bogomips\t: 4800.10\naddress sizes\t: 46 bits physical, 48 bits virtual\n\n", i, len(g.cores), i, len(g.cores))
	}
	return b.String()
}

const kernel = "4.14.97-74.72.amzn1.x86_64"

func (g *Guest) procVersion(float64) string {
	return "Linux version " + kernel + " (mockbuild@gobi-build-64010) (gcc version 7.2.1 20170915 (Red Hat 7.2.1-2) (GCC)) #1 SMP Tue Feb 5 20:59:30 UTC 2019\n"
}

func (g *Guest) procMounts(float64) string {
	return "proc /proc proc rw,relatime 0 0\nsysfs /sys sysfs rw,relatime 0 0\n" +
		"devtmpfs /dev devtmpfs rw,relatime,mode=755 0 0\ntmpfs /dev/shm tmpfs rw,relatime 0 0\n" +
		"/dev/xvda1 / ext4 rw,noatime,data=ordered 0 0\n"
}

// stat is /proc/PID/stat up to field 24, the resident set in pages; the rest is zero.
func (p process) stat() string {
	return fmt.Sprintf("%d (%s) %c %d %d %d 0 -1 4194560 0 0 0 0 %d %d 0 0 20 0 1 0 %d %d %d"+strings.Repeat(" 0", 28)+"\n",
		p.pid, p.comm, p.state, p.ppid, p.pid, p.pid, jiffies(p.utime), jiffies(p.stime), jiffies(p.started), p.vszKB()*1024, p.rssKB/4)
}

func (p process) vszKB() int { return p.rssKB * 4 }

func (p process) status() string {
	uid := uidOf(p.user)
	s := fmt.Sprintf("Name:\t%s\nState:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nUid:\t%d\t%d\t%d\t%d\n", p.comm, p.state,
		map[byte]string{'S': "sleeping", 'R': "running"}[p.state], p.pid, p.pid, p.ppid, uid, uid, uid, uid)
	if p.rssKB > 0 {
		s += fmt.Sprintf("VmSize:\t%8d kB\nVmRSS:\t%8d kB\n", p.vszKB(), p.rssKB)
	}
	return s + "Threads:\t1\n"
}

// cmdline is the arguments with a zero byte behind each; a kernel thread has none.
func (p process) cmdline() string {
	if p.rssKB == 0 {
		return ""
	}
	return strings.ReplaceAll(p.args, " ", "\x00") + "\x00"
}
