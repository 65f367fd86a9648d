package shell

// builtin.go: the commands that change the shell itself, or need no machine.

import (
	"context"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"
)

type builtinFunc func(sh *Shell, ctx context.Context, args []string, io Streams) int

// builtin finds a builtin by name; nil means that the machine has to know.
func builtin(name string) builtinFunc {
	switch name {
	case ":", "true", "trap", "umask", "wait", "ulimit":
		return func(*Shell, context.Context, []string, Streams) int { return 0 }
	case "false":
		return func(*Shell, context.Context, []string, Streams) int { return 1 }
	case "echo":
		return echo
	case "printf":
		return printf
	case "exit", "break", "continue":
		return leave
	case "cd":
		return changeDir
	case "pwd":
		return func(sh *Shell, _ context.Context, _ []string, io Streams) int {
			fmt.Fprintln(io.Out, sh.dir)
			return 0
		}
	case "test", "[":
		return test
	case "export", "readonly", "local":
		return export
	case "set":
		return set
	case "unset":
		return unset
	case "read":
		return read
	case "eval":
		return eval
	case "exec":
		return replace
	case "command", "type":
		return which
	}
	return nil
}

func echo(_ *Shell, _ context.Context, args []string, io Streams) int {
	args = args[1:]
	end, escapes := "\n", false
	for len(args) > 0 && len(args[0]) > 1 && strings.Trim(args[0][1:], "neE") == "" && args[0][0] == '-' {
		if strings.Contains(args[0], "n") {
			end = ""
		}
		escapes = escapes || strings.Contains(args[0], "e")
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		text = Unescape(text)
	}
	fmt.Fprint(io.Out, text+end)
	return 0
}

// Unescape replaces \n, \t, \r, \\, \a, \0 and \e.
func Unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\a`, "\a", `\0`, "\x00", `\e`, "\x1b").Replace(s)
}

// printf knows %s %d %i %% and widths; the format is used again while arguments remain.
func printf(sh *Shell, _ context.Context, args []string, io Streams) int {
	if len(args) < 2 {
		fmt.Fprintf(io.Err, "%s: printf: usage: printf format [arguments]\n", sh.name)
		return StatusUsage
	}
	format, rest, st := args[1], args[2:], 0
	var out strings.Builder
	for {
		before := len(rest)
		for i := 0; i < len(format); i++ {
			if format[i] != '%' || i+1 == len(format) {
				esc := min(len(format), i+1)
				if format[i] == '\\' {
					esc = min(len(format), i+2)
				}
				out.WriteString(Unescape(format[i:esc]))
				i = esc - 1
				continue
			}
			n := i + 1 + strings.IndexFunc(format[i+1:]+"%", func(r rune) bool { return !strings.ContainsRune("-0123456789", r) })
			arg := ""
			if n < len(format) && format[n] != '%' && len(rest) > 0 {
				arg, rest = rest[0], rest[1:]
			}
			text, err := directive(format[i:min(n+1, len(format))], arg)
			if err != nil {
				fmt.Fprintf(io.Err, "%s: printf: %v\n", sh.name, err)
				st = 1
			}
			out.WriteString(text)
			i = n
		}
		if len(rest) == 0 || len(rest) == before || out.Len() > maxExpansion {
			break
		}
	}
	fmt.Fprint(io.Out, out.String())
	return st
}

func directive(d, arg string) (string, error) {
	width := d[1 : len(d)-1]
	if n, _ := strconv.Atoi(strings.TrimLeft(width, "-")); n > 4096 {
		return "", fmt.Errorf("%.20s: width too large", d)
	}
	switch d[len(d)-1] {
	case '%':
		return "%", nil
	case 's':
		return fmt.Sprintf("%"+width+"s", arg), nil
	case 'b':
		return Unescape(arg), nil
	case 'd', 'i':
		n, err := number(arg)
		return fmt.Sprintf("%"+width+"d", n), err
	}
	return "", fmt.Errorf("%.20s: invalid directive", d)
}

// leave is exit, break and continue, with their optional number.
func leave(sh *Shell, _ context.Context, args []string, io Streams) int {
	n, err := sh.status, error(nil)
	if args[0] != "exit" {
		n = 1
	}
	if len(args) > 1 {
		if n, err = strconv.Atoi(args[1]); err != nil {
			fmt.Fprintf(io.Err, "%s: %s: %.40s: numeric argument required\n", sh.name, args[0], args[1])
			n = StatusUsage
		}
	}
	switch args[0] {
	case "exit":
		sh.flow = exiting
		return n & 0xff
	case "break":
		sh.flow = breaking
	default:
		sh.flow = continuing
	}
	sh.levels = max(n, 1)
	return 0
}

func changeDir(sh *Shell, _ context.Context, args []string, io Streams) int {
	to := sh.vars["HOME"]
	if len(args) > 1 {
		to = args[1]
	}
	name := Inside(sh.dir, to)
	info, err := fs.Stat(sh.machine.Files(sh.user), name)
	if err != nil || !info.IsDir() {
		reason := "Not a directory"
		if err != nil {
			reason = Reason(err)
		}
		fmt.Fprintf(io.Err, "%s: cd: %s: %s\n", sh.name, to, reason)
		return 1
	}
	sh.dir = "/" + strings.TrimPrefix(name, ".")
	return 0
}

func export(sh *Shell, _ context.Context, args []string, _ Streams) int {
	for _, a := range args[1:] {
		if name, value, ok := strings.Cut(a, "="); ok && nameLength(name) == len(name) && name != "" {
			sh.vars[name] = value
		}
	}
	return 0
}

// set shows the variables; its options (-e, -u …) are taken and have no effect.
func set(sh *Shell, _ context.Context, args []string, io Streams) int {
	if len(args) > 1 {
		return 0
	}
	names := make([]string, 0, len(sh.vars))
	for n := range sh.vars {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(io.Out, "%s=%s\n", n, sh.vars[n])
	}
	return 0
}

func unset(sh *Shell, _ context.Context, args []string, _ Streams) int {
	for _, a := range args[1:] {
		delete(sh.vars, a)
	}
	return 0
}

func read(sh *Shell, _ context.Context, args []string, io Streams) int {
	line, err := readLine(io.In, maxScript)
	rest := strings.Trim(string(line), " \t\n")
	names := args[1:]
	for len(names) > 0 && strings.HasPrefix(names[0], "-") {
		names = names[1:]
	}
	for i, n := range names {
		value := rest
		if end := strings.IndexAny(rest, " \t"); end >= 0 && i < len(names)-1 {
			value, rest = rest[:end], strings.TrimLeft(rest[end:], " \t")
		} else {
			rest = ""
		}
		sh.vars[n] = value
	}
	return status(err == nil)
}

func eval(sh *Shell, ctx context.Context, args []string, io Streams) int {
	if sh.nesting++; sh.nesting > MaxNesting {
		fmt.Fprintf(io.Err, "%s: eval: too deep\n", sh.name)
		return 1
	}
	defer func() { sh.nesting-- }()
	return sh.Run(ctx, strings.Join(args[1:], " "), io)
}

// replace is exec: what it starts is the last thing this shell does.
func replace(sh *Shell, ctx context.Context, args []string, io Streams) int {
	if len(args) == 1 {
		return 0
	}
	st := sh.invoke(ctx, args[1:], sh.vars, io)
	sh.flow = exiting
	return st
}

// which is "command -v name", "type name" and "command name args…".
func which(sh *Shell, ctx context.Context, args []string, io Streams) int {
	name := args[0]
	args = args[1:]
	if name == "command" && (len(args) == 0 || args[0] != "-v" && args[0] != "-V") {
		if len(args) == 0 {
			return 0
		}
		return sh.invoke(ctx, args, sh.vars, io)
	}
	if name == "command" {
		args = args[1:]
	}
	st := 0
	for _, a := range args {
		switch {
		case builtin(a) != nil:
			fmt.Fprintln(io.Out, a)
		case sh.onPath(a) != "":
			fmt.Fprintln(io.Out, sh.onPath(a))
		default:
			st = 1
		}
	}
	return st
}

// onPath is where the machine keeps a program; empty if nowhere.
func (sh *Shell) onPath(name string) string {
	files := sh.machine.Files(sh.user)
	for _, dir := range []string{"/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"} {
		if _, err := fs.Stat(files, Inside(dir, name)); err == nil {
			return dir + "/" + name
		}
	}
	return ""
}
