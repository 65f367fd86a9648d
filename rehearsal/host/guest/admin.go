package guest

// admin.go: programs that an audit asks: who owns what, what runs from where, what waits to be updated.

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"tminus/rehearsal/host/shell"
)

// lastIndexed is how long before boot the image last looked at its repositories, in seconds.
const lastIndexed = 7 * 3600

// tr is tr FROM TO for one character, and tr -d or -dc SET.
func tr(_ *Guest, _ context.Context, p *shell.Process) int {
	options, sets := arguments(p)
	flags := strings.Join(options, "")
	var change func(r rune) rune
	switch {
	case flags == "" && len(sets) == 2 && len(characters(sets[0])) == 1 && len(characters(sets[1])) == 1:
		from, to := characters(sets[0])[0], characters(sets[1])[0]
		change = func(r rune) rune {
			if r == from {
				return to
			}
			return r
		}
	case (flags == "-d" || flags == "-dc" || flags == "-cd") && len(sets) == 1:
		set := string(characters(sets[0]))
		change = func(r rune) rune {
			if strings.ContainsRune(set, r) != strings.Contains(flags, "c") {
				return -1
			}
			return r
		}
	default:
		return complain(p, 1, "only one character for another, -d SET and -dc SET are available on this machine")
	}
	text, _ := io.ReadAll(io.LimitReader(p.In, maxHeld))
	io.WriteString(p.Out, strings.Map(change, string(text)))
	return 0
}

// characters are those of a set without ranges; \000 is a zero byte.
func characters(set string) []rune {
	return []rune(strings.ReplaceAll(shell.Unescape(strings.ReplaceAll(set, `\000`, `\0`)), `\000`, "\x00"))
}

// readlink knows the executables of processes, for those who may.
func readlink(g *Guest, _ context.Context, p *shell.Process) int {
	_, names := arguments(p)
	if len(names) != 1 {
		return complain(p, 1, "missing operand")
	}
	var pid int
	if n, _ := fmt.Sscanf(names[0], "/proc/%d/exe", &pid); n != 1 {
		return 1
	}
	for _, at := range g.processes(g.up(), "") {
		if at.pid == pid && (p.User == "root" || p.User == at.user) && strings.HasPrefix(at.args, "/") {
			exe, _, _ := strings.Cut(at.args, " ")
			fmt.Fprintln(p.Out, exe)
			return 0
		}
	}
	return 1
}

// stat is stat -c FORMAT FILE… with %u, %U, %Y, %s and %n.
func stat(g *Guest, _ context.Context, p *shell.Process) int {
	if len(p.Args) < 4 || p.Args[1] != "-c" {
		return complain(p, 1, "only stat -c FORMAT FILE… is available on this machine")
	}
	status, files := 0, g.Files(p.User)
	for _, name := range p.Args[3:] {
		at := shell.Inside(p.Dir, name)
		info, err := fs.Stat(files, at)
		if err != nil {
			status = complain(p, 1, "cannot stat '%s': %s", name, shell.Reason(err))
			continue
		}
		owner, changed := fmt.Sprint(info.Sys()), info.ModTime()
		if f, err := fs.Stat(files, path.Join(at, "comm")); err == nil { // a process's folder is its owner's
			owner = fmt.Sprint(f.Sys())
		}
		if strings.HasPrefix(at, "var/cache/") {
			changed = g.o.BootedAt.Add(-lastIndexed * 1e9)
		}
		fmt.Fprintln(p.Out, strings.NewReplacer("%u", strconv.Itoa(uidOf(owner)), "%U", owner, "%Y", strconv.FormatInt(changed.Unix(), 10),
			"%s", strconv.FormatInt(info.Size(), 10), "%n", name).Replace(p.Args[2]))
	}
	return status
}

// lastb lists refused logins with a password. sshd takes none here, so there are none; refused keys
// stand in the secure log.
func lastb(g *Guest, _ context.Context, p *shell.Process) int {
	if p.User != "root" {
		return complain(p, 1, "cannot open /var/log/btmp: Permission denied")
	}
	fmt.Fprintf(p.Out, "\nbtmp begins %s\n", g.o.BootedAt.UTC().Format("Mon Jan _2 15:04:05 2006"))
	return 0
}

// yum is yum -C [-q] updateinfo list security, for root: another user has no cache.
func yum(g *Guest, _ context.Context, p *shell.Process) int {
	options, words := arguments(p)
	if !strings.Contains(strings.Join(options, " "), "-C") || strings.Join(words, " ") != "updateinfo list security" {
		return complain(p, 1, "only yum -C updateinfo list security is available on this machine")
	}
	if p.User != "root" {
		fmt.Fprintln(p.Out, "Error: Cache-only enabled but no cache for repository amzn-main")
		return 1
	}
	if g.o.Drifted {
		fmt.Fprintln(p.Out, "ALAS-2019-1150 important/Sec. kernel-4.14.104-78.84.amzn1.x86_64\nALAS-2019-1153 medium/Sec.    openssl-1:1.0.2k-16.150.amzn1.x86_64")
	}
	return 0
}

// listFiles is grep -l: the names of the files in which something matches.
func listFiles(p *shell.Process, name string, matches func(string) bool, r *bufio.Reader) (found bool, err error) {
	text, err := io.ReadAll(io.LimitReader(r, maxHeld))
	for line := range strings.Lines(string(text)) {
		if matches(line) {
			fmt.Fprintln(p.Out, name)
			return true, err
		}
	}
	return false, err
}
