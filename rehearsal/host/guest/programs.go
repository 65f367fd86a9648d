package guest

// programs.go: the table of programs, and those that run others or tell of the machine.

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/rehearsal/host/shell"
)

// program runs to its end and returns its exit status.
type program func(g *Guest, ctx context.Context, p *shell.Process) int

// programs is everything in /usr/bin. A function and not a variable: programs
// that start others need the table themselves.
func programs() map[string]program {
	return map[string]program{
		"bash": runShell, "sh": runShell, "sudo": sudo, "env": env, "nohup": wrapped, "nice": wrapped, "timeout": timeout,
		"sleep": sleep, "cat": cat, "head": head, "tail": tail, "wc": wc, "grep": grep, "sort": sortLines, "cut": cut, "ls": ls,
		"true": asBuiltin, "false": asBuiltin, "echo": asBuiltin, "printf": asBuiltin, "pwd": asBuiltin, "test": asBuiltin,
		"id": id, "whoami": whoami, "hostname": hostname, "uname": uname, "nproc": nproc, "getconf": getconf,
		"date": date, "uptime": uptime, "who": who, "last": last, "ps": ps, "free": free, "df": df,
		"rpm": rpm, "python3": python, "python3.6": python, "pip3": pip, "pip-3.6": pip, "nginx": nginx,
		"cp": copyFile, "mv": copyFile, "rm": remove, "sync": asTrue, "sha256sum": sum256,
		"systemctl": systemctl, "service": serviceStatus, "ss": ss, "curl": curl,
		"tr": tr, "readlink": readlink, "stat": stat, "lastb": lastb, "yum": yum,
	}
}

// programNamed finds a program by name or by a path into one of the bin directories.
func programNamed(name string) program {
	if dir := path.Dir(name); dir != "." {
		if !slices.Contains([]string{"/bin", "/usr/bin", "/sbin", "/usr/sbin"}, dir) {
			return nil
		}
		name = path.Base(name)
	}
	return programs()[name]
}

// asTrue is a program that has nothing to do on this machine.
func asTrue(*Guest, context.Context, *shell.Process) int { return 0 }

// complain writes to stderr as programs do, and returns status.
func complain(p *shell.Process, status int, format string, args ...any) int {
	fmt.Fprintf(p.Err, path.Base(p.Args[0])+": "+format+"\n", args...)
	return status
}

// runShell is sh and bash: -c TEXT [NAME ARGS], a FILE, or commands from its input.
func runShell(g *Guest, ctx context.Context, p *shell.Process) int {
	if p.Nesting >= shell.MaxNesting {
		return complain(p, 1, "too many shells inside one another")
	}
	inner := *p
	inner.Args = p.Args[:1]
	rest := p.Args[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		flag := rest[0]
		rest = rest[1:]
		if strings.HasPrefix(flag, "--") || !strings.Contains(flag, "c") {
			continue // -s, -e, -u, -l, --norc: nothing here depends on them
		}
		if len(rest) == 0 {
			return complain(p, 2, "-c: option requires an argument")
		}
		if len(rest) > 1 {
			inner.Args = rest[1:]
		}
		return shell.New(g, &inner).Run(ctx, rest[0], p.Streams)
	}
	if len(rest) > 0 {
		return complain(p, 127, "%s: No such file or directory", rest[0])
	}
	return shell.New(g, &inner).Interpret(ctx, p.Streams)
}

// start runs args as p's user would: a builtin or a program, one level further in.
func start(g *Guest, ctx context.Context, p *shell.Process, args []string) int {
	if p.Nesting >= shell.MaxNesting {
		return complain(p, 1, "too many programs inside one another")
	}
	inner := *p
	inner.Args = []string{path.Base(p.Args[0])}
	return shell.New(g, &inner).Call(ctx, args, p.Streams)
}

// asBuiltin is /bin/echo and the like: what the shell has built in, as a program.
func asBuiltin(g *Guest, ctx context.Context, p *shell.Process) int {
	return start(g, ctx, p, append([]string{path.Base(p.Args[0])}, p.Args[1:]...))
}

// sudo knows no password: the login user of an EC2 image may do everything.
func sudo(g *Guest, ctx context.Context, p *shell.Process) int {
	args, user := p.Args[1:], "root"
	for len(args) > 0 && slices.Contains([]string{"-n", "-S", "-E", "-H", "-u", "--"}, args[0]) {
		if args[0] == "-u" && len(args) > 1 {
			args = args[1:]
			if user = userOf(args[0]); user == "" {
				return complain(p, 1, "unknown user: %.40s", args[0])
			}
		}
		args = args[1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return complain(p, 1, "usage: sudo [-n] command")
	}
	if p.User != g.o.User && p.User != "root" {
		return complain(p, 1, "a password is required")
	}
	inner := *p
	inner.User = user
	return start(g, ctx, &inner, args)
}

// env is env [NAME=VALUE]… [COMMAND]; alone it lists the environment.
func env(g *Guest, ctx context.Context, p *shell.Process) int {
	inner := *p
	inner.Vars = map[string]string{}
	for k, v := range p.Vars {
		inner.Vars[k] = v
	}
	args := p.Args[1:]
	for len(args) > 0 {
		name, value, ok := strings.Cut(args[0], "=")
		if !ok {
			return start(g, ctx, &inner, args)
		}
		inner.Vars[name] = value
		args = args[1:]
	}
	return start(g, ctx, &inner, []string{"set"})
}

// wrapped is nice and nohup: they start what follows their options.
func wrapped(g *Guest, ctx context.Context, p *shell.Process) int {
	args := p.Args[1:]
	if len(args) > 1 && args[0] == "-n" {
		args = args[2:]
	}
	if len(args) == 0 {
		return complain(p, 125, "missing operand")
	}
	return start(g, ctx, p, args)
}

func timeout(g *Guest, ctx context.Context, p *shell.Process) int {
	if len(p.Args) < 3 {
		return complain(p, 125, "missing operand")
	}
	d, ok := seconds(p.Args[1])
	if !ok {
		return complain(p, 125, "invalid time interval '%.40s'", p.Args[1])
	}
	limited, stop := context.WithTimeout(ctx, d)
	defer stop()
	st := start(g, limited, p, p.Args[2:])
	if limited.Err() == context.DeadlineExceeded && ctx.Err() == nil {
		return 124
	}
	return st
}

// sleep waits in real time; its limit is a day.
func sleep(_ *Guest, ctx context.Context, p *shell.Process) int {
	if len(p.Args) < 2 {
		return complain(p, 1, "missing operand")
	}
	d, ok := seconds(p.Args[1])
	if !ok {
		return complain(p, 1, "invalid time interval '%.40s'", p.Args[1])
	}
	if !shell.Sleep(ctx, d) {
		return shell.StatusEnded
	}
	return 0
}

// seconds reads 2, 0.5, 2s, 1m, 1h.
func seconds(s string) (time.Duration, bool) {
	unit := time.Second
	for suffix, u := range map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour} {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			s, unit = n, u
			break
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0) {
		return 0, false
	}
	return time.Duration(min(n*float64(unit), float64(24*time.Hour))), true
}

// userOf is the user that sudo -u names, by name or as #uid; "" = there is none.
func userOf(name string) string {
	for _, user := range []string{"root", "ntp", "sshd", "dbus", "nginx", "scp"} {
		if name == user || name == fmt.Sprintf("#%d", uidOf(user)) {
			return user
		}
	}
	return ""
}

// uidOf is the numeric id of a user in /etc/passwd.
func uidOf(user string) int {
	switch user {
	case "root":
		return 0
	case "ntp":
		return 38
	case "sshd":
		return 74
	case "dbus":
		return 81
	case "nginx":
		return 498
	case "scp":
		return 501
	}
	return 500 // the login user is the first that was made
}
