package guest

// report.go: programs that tell who and what this machine is.

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tminus/rehearsal/host/shell"
)

func id(_ *Guest, _ context.Context, p *shell.Process) int {
	uid, name := uidOf(p.User), p.User
	if len(p.Args) > 1 {
		switch p.Args[1] {
		case "-u":
			fmt.Fprintln(p.Out, uid)
		case "-un", "-gn":
			fmt.Fprintln(p.Out, name)
		case "-g", "-G":
			fmt.Fprintln(p.Out, uid)
		default:
			return complain(p, 1, "‘%.40s’: no such user", p.Args[1])
		}
		return 0
	}
	fmt.Fprintf(p.Out, "uid=%d(%s) gid=%d(%s) groups=%d(%s)", uid, name, uid, name, uid, name)
	if uid == 500 {
		fmt.Fprint(p.Out, ",10(wheel)")
	}
	fmt.Fprintln(p.Out)
	return 0
}

func whoami(_ *Guest, _ context.Context, p *shell.Process) int {
	fmt.Fprintln(p.Out, p.User)
	return 0
}

func hostname(g *Guest, _ context.Context, p *shell.Process) int {
	name := g.Hostname()
	if len(p.Args) > 1 {
		switch p.Args[1] {
		case "-s":
		case "-f":
			name += "." + g.o.Region + ".compute.internal"
		case "-I", "-i":
			name = g.o.PrivateIP
		default:
			return complain(p, 1, "you must be root to change the host name")
		}
	}
	fmt.Fprintln(p.Out, name)
	return 0
}

func uname(g *Guest, _ context.Context, p *shell.Process) int {
	parts := map[byte]string{
		's': "Linux", 'n': g.Hostname(), 'r': kernel, 'v': "#1 SMP Tue Feb 5 20:59:30 UTC 2019",
		'm': "x86_64", 'p': "x86_64", 'i': "x86_64", 'o': "GNU/Linux",
	}
	const order = "snrvmpio"
	wanted := ""
	for _, a := range p.Args[1:] {
		if !strings.HasPrefix(a, "-") || strings.Trim(a[1:], order+"a") != "" {
			return complain(p, 1, "invalid option -- '%.20s'", a)
		}
		wanted += strings.ReplaceAll(a[1:], "a", order)
	}
	if wanted == "" {
		wanted = "s"
	}
	var out []string
	for i := range len(order) {
		if strings.IndexByte(wanted, order[i]) >= 0 {
			out = append(out, parts[order[i]])
		}
	}
	fmt.Fprintln(p.Out, strings.Join(out, " "))
	return 0
}

func nproc(g *Guest, _ context.Context, p *shell.Process) int {
	fmt.Fprintln(p.Out, g.hardware.cpus)
	return 0
}

func getconf(g *Guest, _ context.Context, p *shell.Process) int {
	values := map[string]int{"CLK_TCK": 100, "PAGESIZE": 4096, "PAGE_SIZE": 4096, "LONG_BIT": 64,
		"_NPROCESSORS_ONLN": g.hardware.cpus, "_NPROCESSORS_CONF": g.hardware.cpus}
	if len(p.Args) != 2 {
		return complain(p, 2, "usage: getconf variable")
	}
	v, ok := values[p.Args[1]]
	if !ok {
		return complain(p, 2, "Unrecognized variable `%.40s'", p.Args[1])
	}
	fmt.Fprintln(p.Out, v)
	return 0
}

// date prints the guest's time: [-u] [+FORMAT] or --iso-8601=seconds. It sets nothing.
func date(g *Guest, _ context.Context, p *shell.Process) int {
	format := "%a %b %e %H:%M:%S %Z %Y"
	for _, a := range p.Args[1:] {
		switch {
		case strings.HasPrefix(a, "+"):
			format = a[1:]
		case a == "-u", a == "--utc":
		case a == "-Is", a == "--iso-8601=seconds":
			format = "%Y-%m-%dT%H:%M:%S%z"
		case a == "-R":
			format = "%a, %d %b %Y %H:%M:%S %z"
		default:
			return complain(p, 1, "invalid date ‘%.40s’", a)
		}
	}
	fmt.Fprintln(p.Out, strftime(g.now(), format))
	return 0
}

// strftime knows the directives below; others stay as they are, as in date.
func strftime(t time.Time, format string) string {
	layouts := map[byte]string{
		'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'M': "04", 'S': "05", 'I': "03", 'p': "PM",
		'F': "2006-01-02", 'T': "15:04:05", 'D': "01/02/06", 'R': "15:04", 'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January",
		'Z': "MST", 'z': "-0700", 'j': "002", 'c': "Mon Jan _2 15:04:05 2006",
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch c := format[i]; {
		case c == 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case c == 'N':
			fmt.Fprintf(&b, "%09d", t.Nanosecond())
		case c == '%':
			b.WriteByte('%')
		case c == 'n':
			b.WriteByte('\n')
		case layouts[c] != "":
			b.WriteString(t.Format(layouts[c]))
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}

func uptime(g *Guest, _ context.Context, p *shell.Process) int {
	t := g.up()
	users := 0
	for _, l := range g.ledger.present() {
		if l.tty != "" {
			users++
		}
	}
	plural := map[bool]string{true: "", false: "s"}[users == 1]
	l := g.loadavg(t)
	fmt.Fprintf(p.Out, " %s up %s, %2d user%s,  load average: %.2f, %.2f, %.2f\n",
		g.now().Format("15:04:05"), upFor(t), users, plural, l[0], l[1], l[2])
	return 0
}

// upFor words an uptime in seconds: "3 min", " 2:05", "1 day,  2:05".
func upFor(t float64) string {
	minutes := int(t / 60)
	days, hours, minutes := minutes/1440, minutes/60%24, minutes%60
	text := fmt.Sprintf("%d min", minutes)
	if hours > 0 {
		text = fmt.Sprintf("%2d:%02d", hours, minutes)
	}
	switch {
	case days == 1:
		return "1 day, " + text
	case days > 1:
		return fmt.Sprintf("%d days, %s", days, text)
	}
	return text
}

// who lists sessions with a terminal; others have no line in utmp, as with sshd.
func who(g *Guest, _ context.Context, p *shell.Process) int {
	for _, l := range g.ledger.present() {
		if l.tty != "" {
			fmt.Fprintf(p.Out, "%-8s %-12s %s (%s)\n", l.user, l.tty, l.at.Format("2006-01-02 15:04"), l.from)
		}
	}
	return 0
}

// last lists the sessions with a terminal and the boot, newest first: last [-n N | -N].
func last(g *Guest, _ context.Context, p *shell.Process) int {
	limit := math.MaxInt
	args := p.Args[1:]
	for i := 0; i < len(args); i++ {
		a := strings.TrimPrefix(args[i], "-n")
		if a == "" && i+1 < len(args) {
			i++
			a = args[i]
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(a, "-")); err == nil {
			limit = n
		}
	}
	history := g.ledger.history()
	for i := len(history) - 1; i >= 0 && limit > 0; i-- {
		l := history[i]
		if l.tty == "" {
			continue
		}
		end := "  still logged in"
		if !l.left.IsZero() {
			end = l.left.Format("- 15:04") + "  " + span(l.left.Sub(l.at))
		}
		fmt.Fprintf(p.Out, "%-8s %-12s %-16s %s %s\n", l.user, l.tty, l.from, l.at.Format("Mon Jan _2 15:04"), end)
		limit--
	}
	boot := g.o.BootedAt.UTC()
	if limit > 0 {
		fmt.Fprintf(p.Out, "%-8s %-12s %-16s %s %s\n", "reboot", "system boot", kernel[:16], boot.Format("Mon Jan _2 15:04"),
			g.now().Format("- 15:04")+"  "+span(g.now().Sub(boot)))
	}
	fmt.Fprintf(p.Out, "\nwtmp begins %s\n", boot.Format("Mon Jan _2 15:04:05 2006"))
	return 0
}

func span(d time.Duration) string {
	return fmt.Sprintf("(%02d:%02d)", int(d.Hours()), int(d.Minutes())%60)
}
