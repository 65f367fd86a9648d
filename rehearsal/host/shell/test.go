package shell

// test.go: test and [: what can be asked of files, strings and numbers.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
)

func test(sh *Shell, _ context.Context, args []string, io Streams) int {
	name, args := args[0], args[1:]
	if name == "[" {
		if len(args) == 0 || args[len(args)-1] != "]" {
			fmt.Fprintf(io.Err, "%s: [: missing `]'\n", sh.name)
			return StatusUsage
		}
		args = args[:len(args)-1]
	}
	ok, err := sh.holds(args)
	if err != nil {
		fmt.Fprintf(io.Err, "%s: %s: %v\n", sh.name, name, err)
		return StatusUsage
	}
	return status(ok)
}

func (sh *Shell) holds(args []string) (bool, error) {
	if len(args) > 1 && args[0] == "!" {
		ok, err := sh.holds(args[1:])
		return !ok, err
	}
	switch len(args) {
	case 0:
		return false, nil
	case 1:
		return args[0] != "", nil
	case 2:
		return sh.unary(args[0], args[1])
	case 3:
		return binary(args[0], args[1], args[2])
	}
	return false, errors.New("too many arguments")
}

func (sh *Shell) unary(op, arg string) (bool, error) {
	switch op {
	case "-n":
		return arg != "", nil
	case "-z":
		return arg == "", nil
	case "-t", "-h", "-L": // no terminal is asked for, and no file is a link
		return false, nil
	case "-e", "-f", "-d", "-r", "-s", "-x", "-w":
	default:
		return false, fmt.Errorf("%s: unary operator expected", op)
	}
	files, name := sh.machine.Files(sh.user), Inside(sh.dir, arg)
	info, err := fs.Stat(files, name)
	if err != nil {
		return false, nil
	}
	switch op {
	case "-f":
		return info.Mode().IsRegular(), nil
	case "-d":
		return info.IsDir(), nil
	case "-x":
		return info.Mode()&0o111 != 0, nil
	case "-w":
		return false, nil
	case "-r":
		f, err := files.Open(name)
		if err == nil {
			f.Close()
		}
		return err == nil, nil
	case "-s":
		return info.Size() > 0, nil
	}
	return true, nil
}

func binary(a, op, b string) (bool, error) {
	switch op {
	case "=", "==":
		return a == b, nil
	case "!=":
		return a != b, nil
	}
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	if err := errors.Join(errX, errY); err != nil {
		return false, fmt.Errorf("%.40s %s %.40s: integer expression expected", a, op, b)
	}
	switch op {
	case "-eq":
		return x == y, nil
	case "-ne":
		return x != y, nil
	case "-lt":
		return x < y, nil
	case "-le":
		return x <= y, nil
	case "-gt":
		return x > y, nil
	case "-ge":
		return x >= y, nil
	}
	return false, fmt.Errorf("%s: binary operator expected", op)
}
