package guest

// filters.go: programs that read files or their input from one end: cat, head, tail, wc; and ls.

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"tminus/rehearsal/host/shell"
)

// maxHeld bounds, in bytes, what a program keeps that needs its whole input.
const maxHeld = 4 << 20

// arguments splits args into options and the names of files.
func arguments(p *shell.Process) (options, names []string) {
	for i, a := range p.Args[1:] {
		if a == "--" {
			return options, append(names, p.Args[i+2:]...)
		}
		if len(a) > 1 && a[0] == '-' {
			options = append(options, a)
		} else {
			names = append(names, a)
		}
	}
	return options, names
}

// each opens the files in turn, or the input when there are none, and returns
// 1 if one could not be read.
func each(g *Guest, p *shell.Process, names []string, use func(name string, r *bufio.Reader) error) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	files, status := g.Files(p.User), 0
	for _, name := range names {
		r := p.In
		var err error
		if name != "-" {
			var f fs.File
			if f, err = files.Open(shell.Inside(p.Dir, name)); err == nil {
				r = bufio.NewReader(f)
			}
		}
		if err == nil {
			err = use(name, r)
		}
		if err != nil && err != io.EOF {
			status = complain(p, 1, "%s: %s", name, shell.Reason(err))
		}
	}
	return status
}

func cat(g *Guest, _ context.Context, p *shell.Process) int {
	_, names := arguments(p)
	return each(g, p, names, func(_ string, r *bufio.Reader) error {
		_, err := io.Copy(p.Out, r)
		return err
	})
}

// count reads -n N, -nN or -N from the options of head and tail.
func count(p *shell.Process) (n int, names []string, ok bool) {
	n = 10
	options, names := arguments(p)
	for _, o := range options {
		text := strings.TrimPrefix(o[1:], "n")
		if text == "" && len(names) > 0 {
			text, names = names[0], names[1:]
		}
		v, err := strconv.Atoi(text)
		if err != nil || v < 0 {
			return 0, nil, false
		}
		n = v
	}
	return n, names, true
}

func head(g *Guest, _ context.Context, p *shell.Process) int {
	n, names, ok := count(p)
	if !ok {
		return complain(p, 1, "invalid number of lines")
	}
	return each(g, p, names, func(name string, r *bufio.Reader) error {
		if len(names) > 1 {
			fmt.Fprintf(p.Out, "==> %s <==\n", name)
		}
		for left := n; left > 0; {
			line, err := r.ReadSlice('\n')
			p.Out.Write(line)
			if err == nil {
				left--
			} else if err != bufio.ErrBufferFull {
				return err
			}
		}
		return nil
	})
}

// lines reads all lines that fit into maxHeld.
func lines(r io.Reader) ([]string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxHeld))
	if len(text) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), err
}

func tail(g *Guest, _ context.Context, p *shell.Process) int {
	if len(p.Args) > 2 && p.Args[1] == "-c" {
		if n, err := strconv.Atoi(p.Args[2]); err == nil && n >= 0 {
			return lastBytes(g, p, n, p.Args[3:])
		}
	}
	n, names, ok := count(p)
	if !ok {
		return complain(p, 1, "only -n N and -c N are available on this machine")
	}
	return each(g, p, names, func(_ string, r *bufio.Reader) error {
		all, err := lines(r)
		for _, l := range all[max(0, len(all)-n):] {
			fmt.Fprintln(p.Out, l)
		}
		return err
	})
}

func wc(g *Guest, _ context.Context, p *shell.Process) int {
	options, names := arguments(p)
	wanted := strings.Join(options, "")
	return each(g, p, names, func(name string, r *bufio.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, maxHeld))
		counts := []struct {
			flag string
			n    int
		}{{"l", strings.Count(string(text), "\n")}, {"w", len(strings.Fields(string(text)))}, {"c", len(text)}}
		var out []string
		for _, c := range counts {
			if wanted == "" || strings.Contains(wanted, c.flag) {
				out = append(out, strconv.Itoa(c.n))
			}
		}
		if name != "-" {
			out = append(out, name)
		}
		fmt.Fprintln(p.Out, strings.Join(out, " "))
		return err
	})
}

// ls takes -l, -a, -1 and -d.
func ls(g *Guest, _ context.Context, p *shell.Process) int {
	options, names := arguments(p)
	flags := strings.Join(options, "")
	if strings.Trim(flags, "-la1dhAF") != "" {
		return complain(p, 2, "invalid option -- '%.20s'", flags)
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	files, st := g.Files(p.User), 0
	show := func(name string, i fs.FileInfo) {
		if strings.Contains(flags, "l") {
			owner := fmt.Sprint(i.Sys())
			fmt.Fprintf(p.Out, "%s 1 %-8s %-8s %8d %s ", i.Mode(), owner, owner, i.Size(), i.ModTime().Format("Jan _2 15:04"))
		}
		fmt.Fprintln(p.Out, name)
	}
	for _, name := range names {
		at := shell.Inside(p.Dir, name)
		info, err := fs.Stat(files, at)
		if err != nil {
			st = complain(p, 2, "cannot access %s: %s", name, shell.Reason(err))
			continue
		}
		if !info.IsDir() || strings.Contains(flags, "d") {
			show(name, info)
			continue
		}
		entries, _ := fs.ReadDir(files, at)
		for _, e := range entries {
			if i, err := e.Info(); err == nil && (e.Name()[0] != '.' || strings.ContainsAny(flags, "aA")) {
				show(e.Name(), i)
			}
		}
	}
	return st
}
