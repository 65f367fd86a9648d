package guest

// lines.go: programs that look into lines: grep, sort, cut.

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tminus/rehearsal/host/shell"
)

// grep takes -E -F -i -v -c -q -o -h -n and one pattern; Go's regular
// expressions stand in for both dialects.
func grep(g *Guest, _ context.Context, p *shell.Process) int {
	options, names := arguments(p)
	flags := strings.ReplaceAll(strings.Join(options, ""), "-", "")
	if strings.Trim(flags, "EFivcqohnsel") != "" || len(names) == 0 {
		return complain(p, 2, "usage: grep [-EFivcqohln] PATTERN [FILE]...")
	}
	pattern, names := names[0], names[1:]
	has := func(f string) bool { return strings.Contains(flags, f) }
	if has("F") {
		pattern = regexp.QuoteMeta(pattern)
	}
	if has("i") {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return complain(p, 2, "Invalid regular expression")
	}
	total := 0
	st := each(g, p, names, func(name string, r *bufio.Reader) error {
		if has("l") {
			found, err := listFiles(p, name, func(line string) bool { return re.MatchString(line) != has("v") }, r)
			if found {
				total++
			}
			return err
		}
		prefix, found := "", 0
		if len(names) > 1 && !has("h") {
			prefix = name + ":"
		}
		scan := bufio.NewScanner(r)
		scan.Buffer(nil, maxHeld)
		for n := 1; scan.Scan(); n++ {
			line := scan.Text()
			if re.MatchString(line) == has("v") {
				continue
			}
			found++
			number := ""
			if has("n") {
				number = strconv.Itoa(n) + ":"
			}
			switch {
			case has("q"), has("c"):
			case has("o") && !has("v"):
				for _, m := range re.FindAllString(line, -1) {
					fmt.Fprintln(p.Out, prefix+number+m)
				}
			default:
				fmt.Fprintln(p.Out, prefix+number+line)
			}
		}
		if has("c") {
			fmt.Fprintf(p.Out, "%s%d\n", prefix, found)
		}
		total += found
		return scan.Err()
	})
	if st != 0 {
		return 2
	}
	if total == 0 {
		return 1
	}
	return 0
}

// sortLines is sort with -n, -r and -u over whole lines.
func sortLines(g *Guest, _ context.Context, p *shell.Process) int {
	options, names := arguments(p)
	flags := strings.Join(options, "")
	if strings.Trim(flags, "-nru") != "" {
		return complain(p, 2, "only -n, -r and -u are available on this machine")
	}
	var all []string
	st := each(g, p, names, func(_ string, r *bufio.Reader) error {
		part, err := lines(r)
		all = append(all, part...)
		return err
	})
	slices.SortStableFunc(all, func(a, b string) int {
		if strings.Contains(flags, "n") {
			return cmp.Or(cmp.Compare(leading(a), leading(b)), cmp.Compare(a, b))
		}
		return cmp.Compare(a, b)
	})
	if strings.Contains(flags, "r") {
		slices.Reverse(all)
	}
	if strings.Contains(flags, "u") {
		all = slices.Compact(all)
	}
	for _, l := range all {
		fmt.Fprintln(p.Out, l)
	}
	return st
}

// leading is the number a line begins with, or zero.
func leading(s string) float64 {
	s = strings.TrimLeft(s, " \t")
	end := strings.IndexFunc(s+"x", func(r rune) bool { return !strings.ContainsRune("-0123456789.", r) })
	n, _ := strconv.ParseFloat(s[:end], 64)
	return n
}

// cut is cut -dX -fN[,M].
func cut(g *Guest, _ context.Context, p *shell.Process) int {
	delimiter := "\t"
	var fields []int
	var names []string
	for args := p.Args[1:]; len(args) > 0; args = args[1:] {
		a := args[0]
		if (a == "-d" || a == "-f") && len(args) > 1 {
			args = args[1:]
			a += args[0]
		}
		switch {
		case strings.HasPrefix(a, "-d") && len(a) > 2:
			delimiter = a[2:]
		case strings.HasPrefix(a, "-f"):
			for _, f := range strings.Split(a[2:], ",") {
				n, err := strconv.Atoi(f)
				if err != nil || n < 1 {
					return complain(p, 1, "invalid field value %.20q", f)
				}
				fields = append(fields, n-1)
			}
		default:
			names = append(names, a)
		}
	}
	if len(fields) == 0 {
		return complain(p, 1, "you must specify a list of fields")
	}
	return each(g, p, names, func(_ string, r *bufio.Reader) error {
		all, err := lines(r)
		for _, l := range all {
			parts := strings.Split(l, delimiter)
			var kept []string
			for _, f := range fields {
				if f < len(parts) {
					kept = append(kept, parts[f])
				}
			}
			fmt.Fprintln(p.Out, strings.Join(kept, delimiter))
		}
		return err
	})
}
