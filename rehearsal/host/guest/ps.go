package guest

// ps.go: programs that measure: ps, free, df.

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tminus/rehearsal/host/shell"
)

// column is one output column of ps. measure orders rows; show is its text.
type column struct {
	head    string
	left    bool
	show    func(p process) string
	measure func(p process) float64
}

// columns knows the ps keywords at uptime t.
func (g *Guest) columns(t float64) map[string]column {
	num := func(head, format string, f func(process) float64) column {
		return column{head, false, func(p process) string { return fmt.Sprintf(format, f(p)) }, f}
	}
	text := func(head string, f func(process) string) column { return column{head, true, f, nil} }
	age := func(p process) float64 { return max(t-p.started, 0.01) }
	pcpu := num("%CPU", "%.1f", func(p process) float64 { return min(100*p.cpu()/age(p), 99.9) })
	pmem := num("%MEM", "%.1f", func(p process) float64 { return 100 * float64(p.rssKB) / float64(g.hardware.memKB) })
	args := func(p process) string { return p.args }
	rss := num("RSS", "%.0f", func(p process) float64 { return float64(p.rssKB) })
	vsz := num("VSZ", "%.0f", func(p process) float64 { return float64(p.vszKB()) })
	clock := func(s float64) string {
		return fmt.Sprintf("%02d:%02d:%02d", int(s)/3600, int(s)/60%60, int(s)%60)
	}
	return map[string]column{
		"pid":  num("PID", "%.0f", func(p process) float64 { return float64(p.pid) }),
		"ppid": num("PPID", "%.0f", func(p process) float64 { return float64(p.ppid) }),
		"user": text("USER", func(p process) string { return p.user }), "uid": num("UID", "%.0f", func(p process) float64 { return float64(uidOf(p.user)) }),
		"pcpu": pcpu, "%cpu": pcpu, "pmem": pmem, "%mem": pmem, "rss": rss, "rssize": rss, "vsz": vsz, "vsize": vsz,
		"comm": text("COMMAND", func(p process) string { return p.comm }), "ucmd": text("CMD", func(p process) string { return p.comm }),
		"args": text("COMMAND", args), "cmd": text("CMD", args), "command": text("COMMAND", args),
		"stat": text("STAT", func(p process) string { return string(p.state) }), "s": text("S", func(p process) string { return string(p.state) }),
		"tty": text("TT", func(process) string { return "?" }), "tname": text("TTY", func(process) string { return "?" }),
		"etimes": num("ELAPSED", "%.0f", age),
		"etime":  {"ELAPSED", false, func(p process) string { return clock(age(p)) }, age},
		"time":   {"TIME", false, func(p process) string { return clock(p.cpu()) }, process.cpu},
		"nlwp":   num("NLWP", "%.0f", func(process) float64 { return 1 }),
	}
}

// listing is what the options of ps ask for.
type listing struct {
	columns []string
	heads   map[string]string // PID=… of -o
	order   []string
	bare    bool
	pids    []string
}

func ps(g *Guest, _ context.Context, p *shell.Process) int {
	l := &listing{heads: map[string]string{}}
	if bad := l.options(p.Args[1:]); bad != "" {
		return complain(p, 1, "error: unsupported option %.40q", bad)
	}
	t := g.up()
	known := g.columns(t)
	for _, name := range slices.Concat(l.columns, l.order) {
		if _, ok := known[strings.TrimLeft(name, "+-")]; !ok {
			return complain(p, 1, "error: unknown user-defined format specifier %.40q", name)
		}
	}
	rows := slices.DeleteFunc(g.processes(t, "ps"), func(r process) bool {
		return l.pids != nil && !slices.Contains(l.pids, strconv.Itoa(r.pid))
	})
	for _, key := range slices.Backward(l.order) {
		sortBy(rows, key, known[strings.TrimLeft(key, "+-")])
	}
	l.print(p, rows, known)
	if len(rows) == 0 {
		return 1
	}
	return 0
}

// options reads the arguments and returns the first it does not know.
func (l *listing) options(args []string) string {
	for i := 0; i < len(args); i++ {
		a := args[i]
		value := func() string {
			if i++; i < len(args) {
				return args[i]
			}
			return ""
		}
		switch {
		case a == "-e", a == "-A", a == "ax", a == "-w", a == "-ww", a == "-H":
		case a == "-ef", a == "-f":
			l.columns = []string{"user", "pid", "ppid", "etime", "tty", "time", "cmd"}
		case a == "aux", a == "-aux", a == "auxww":
			l.columns = []string{"user", "pid", "%cpu", "%mem", "vsz", "rss", "tty", "stat", "etime", "time", "command"}
		case a == "-eo", a == "-Ao", a == "-o", a == "axo", a == "-axo", a == "o":
			l.format(value())
		case a == "-p":
			l.pids = strings.FieldsFunc(value(), func(r rune) bool { return r == ',' || r == ' ' })
		case a == "--sort":
			l.order = strings.Split(value(), ",")
		case strings.HasPrefix(a, "--sort="):
			l.order = strings.Split(a[len("--sort="):], ",")
		case a == "--no-headers", a == "--no-heading", a == "--noheader", a == "h":
			l.bare = true
		default:
			return a
		}
	}
	if len(l.columns) == 0 {
		l.columns = []string{"pid", "tname", "time", "ucmd"}
	}
	return ""
}

// format reads -o a,b,c=HEAD; an empty head everywhere leaves the header out.
func (l *listing) format(spec string) {
	for _, c := range strings.FieldsFunc(spec, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, head, renamed := strings.Cut(c, "=")
		if l.columns = append(l.columns, name); renamed {
			l.heads[name] = head
		}
	}
}

func sortBy(rows []process, key string, c column) {
	slices.SortStableFunc(rows, func(a, b process) int {
		n := strings.Compare(c.show(a), c.show(b))
		if c.measure != nil {
			n = int(max(-1, min(1, (c.measure(a)-c.measure(b))*1e9)))
		}
		if strings.HasPrefix(key, "-") {
			n = -n
		}
		return n
	})
}

func (l *listing) print(p *shell.Process, rows []process, known map[string]column) {
	table := make([][]string, 0, len(rows)+1)
	heads := make([]string, len(l.columns))
	for i, name := range l.columns {
		heads[i] = known[name].head
		if h, ok := l.heads[name]; ok {
			heads[i] = h
		}
	}
	if !l.bare && strings.Join(heads, "") != "" {
		table = append(table, heads)
	}
	for _, r := range rows {
		line := make([]string, len(l.columns))
		for i, name := range l.columns {
			line[i] = known[name].show(r)
		}
		table = append(table, line)
	}
	for _, line := range table {
		for i, name := range l.columns {
			width := 0
			for _, other := range table {
				width = max(width, len(other[i]))
			}
			switch {
			case known[name].left && i == len(l.columns)-1:
				fmt.Fprint(p.Out, line[i])
			case known[name].left:
				fmt.Fprintf(p.Out, "%-*s ", width, line[i])
			default:
				fmt.Fprintf(p.Out, "%*s ", max(width, 5), line[i])
			}
		}
		fmt.Fprintln(p.Out)
	}
}

func free(g *Guest, _ context.Context, p *shell.Process) int {
	unit := 1
	for _, a := range p.Args[1:] {
		switch a {
		case "-k":
		case "-m":
			unit = 1024
		default:
			return complain(p, 1, "invalid option -- '%.20s'", a)
		}
	}
	m := g.memory(g.up())
	cache := m.buffers + m.cached + m.slab/2
	fmt.Fprintf(p.Out, "%19s %11s %11s %11s %11s %11s\n", "total", "used", "free", "shared", "buff/cache", "available")
	fmt.Fprintf(p.Out, "Mem:    %11d %11d %11d %11d %11d %11d\n",
		m.total/unit, (m.total-m.free-cache)/unit, m.free/unit, 60/unit, cache/unit, m.available/unit)
	fmt.Fprintf(p.Out, "Swap:   %11d %11d %11d\n", 0, 0, 0)
	return 0
}

// df lists the file systems in KiB or, with -m, MiB; -P and -T as usual.
func df(g *Guest, _ context.Context, p *shell.Process) int {
	unit, label, types := 1, "1K-blocks", false
	for _, a := range p.Args[1:] {
		if !strings.HasPrefix(a, "-") {
			continue // every path a caller may name lies on /
		}
		if strings.Trim(a[1:], "PklTm") != "" {
			return complain(p, 1, "invalid option -- '%.20s'", a)
		}
		if strings.Contains(a, "m") {
			unit, label = 1024, "1M-blocks"
		}
		if strings.Contains(a, "P") && unit == 1 {
			label = "1024-blocks"
		}
		types = types || strings.Contains(a, "T")
	}
	t := g.up()
	memory := g.hardware.memKB / 2
	size := g.o.VolumeGiB*1_019_000 + 100
	used := 2_163_400 + int(t*0.21) // logs grow
	all := []struct {
		name, kind, on      string
		size, used, reserve int
	}{
		{"devtmpfs", "devtmpfs", "/dev", memory - 4000, 60, 0},
		{"tmpfs", "tmpfs", "/dev/shm", memory, 0, 0},
		{"/dev/xvda1", "ext4", "/", size, min(used, size-200_000), 102_000},
	}
	rooted := len(p.Args) > 1 && !strings.HasPrefix(p.Args[len(p.Args)-1], "-")
	kind := func(s string) string {
		if types {
			return fmt.Sprintf("%-9s", s)
		}
		return ""
	}
	fmt.Fprintf(p.Out, "%-15s %s%11s %9s %9s %8s Mounted on\n", "Filesystem", kind("Type"), label, "Used", "Available",
		map[bool]string{true: "Capacity", false: "Use%"}[label == "1024-blocks"])
	for _, f := range all {
		if rooted && f.on != "/" {
			continue
		}
		free := f.size - f.used - f.reserve
		percent := (100*f.used + f.used + free - 1) / (f.used + free)
		fmt.Fprintf(p.Out, "%-15s %s%11d %9d %9d %7d%% %s\n", f.name, kind(f.kind), f.size/unit, f.used/unit, free/unit, percent, f.on)
	}
	return 0
}
