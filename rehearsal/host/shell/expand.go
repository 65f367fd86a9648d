package shell

// expand.go: from words to fields: variables, substitutions, splitting, wildcards.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// maxExpansion bounds, in bytes, what one command line may grow to.
const maxExpansion = 1 << 20

var errExpansion = errors.New("argument list too long")

// field is one field in the making. pattern is the text with every quoted
// wildcard escaped, for matching against file names.
type field struct {
	text, pattern strings.Builder
	begun, wild   bool
}

func (f *field) add(s string, quoted bool) {
	f.begun = true
	f.text.WriteString(s)
	if !quoted {
		f.wild = f.wild || strings.ContainsAny(s, "*?[")
		f.pattern.WriteString(s)
		return
	}
	for _, r := range s {
		if strings.ContainsRune(`*?[\`, r) {
			f.pattern.WriteByte('\\')
		}
		f.pattern.WriteRune(r)
	}
}

// fields expands words into the arguments of a command.
func (sh *Shell) fields(ctx context.Context, words []word, io Streams) ([]string, error) {
	var out []string
	size := 0
	for _, w := range words {
		var f field
		flush := func() {
			if f.begun {
				found := sh.glob(&f)
				for _, s := range found {
					size += len(s)
				}
				out = append(out, found...)
			}
			f = field{}
		}
		for i, p := range w {
			text, err := sh.piece(ctx, p, i == 0, io)
			if err != nil {
				return nil, err
			}
			if p.quoted || p.kind == literal {
				f.add(text, p.quoted)
				continue
			}
			f.split(text, flush)
		}
		if flush(); size > maxExpansion {
			return nil, errExpansion
		}
	}
	return out, nil
}

// split adds unquoted expanded text: blanks in it end one field and begin the next.
func (f *field) split(text string, flush func()) {
	for text != "" {
		n := strings.IndexAny(text, " \t\n")
		if n < 0 {
			f.add(text, false)
			return
		}
		if n > 0 {
			f.add(text[:n], false)
		}
		flush()
		text = text[n+1:]
	}
}

// joined expands a word into one string, as assignments and redirections do.
func (sh *Shell) joined(ctx context.Context, w word, io Streams) (string, error) {
	var b strings.Builder
	for i, p := range w {
		text, err := sh.piece(ctx, p, i == 0, io)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	if b.Len() > maxExpansion {
		return "", errExpansion
	}
	return b.String(), nil
}

func (sh *Shell) piece(ctx context.Context, p piece, first bool, io Streams) (string, error) {
	switch p.kind {
	case variable:
		value := sh.value(p.text)
		if value == "" && p.alt != nil {
			return sh.joined(ctx, p.alt, io)
		}
		return value, nil
	case substitution:
		return sh.substitute(ctx, p.script, io)
	case arithmetic:
		n, err := sh.calculate(p.text)
		return strconv.FormatInt(n, 10), err
	}
	if rest, ok := strings.CutPrefix(p.text, "~"); ok && first && !p.quoted && (rest == "" || rest[0] == '/') {
		return sh.vars["HOME"] + rest, nil
	}
	return p.text, nil
}

// value is a variable or parameter; unset ones are empty.
func (sh *Shell) value(name string) string {
	switch name {
	case "?":
		return strconv.Itoa(sh.status)
	case "#":
		return strconv.Itoa(len(sh.args))
	case "@", "*":
		return strings.Join(sh.args, " ")
	case "$":
		return strconv.Itoa(shellPID + sh.nesting)
	case "!":
		return ""
	case "0":
		return sh.name
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n <= len(sh.args) {
			return sh.args[n-1]
		}
		return ""
	}
	if name == "PWD" {
		return sh.dir
	}
	return sh.vars[name]
}

// shellPID is the process id of a login shell; shells inside count up from it.
const shellPID = 2900

// substitute runs a script and returns what it printed, without the newlines at its end.
func (sh *Shell) substitute(ctx context.Context, s Script, io Streams) (string, error) {
	if sh.nesting >= MaxNesting {
		return "", errors.New("too many shells inside one another")
	}
	sub := sh.copy()
	sub.nesting++
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var out bytes.Buffer
	io.Out = &stopping{&limited{&out}, stop}
	sub.script(ctx, s, io)
	sh.status = sub.status
	if out.Len() >= maxExpansion {
		return "", errExpansion
	}
	return strings.TrimRight(out.String(), "\n"), nil
}

// limited refuses to hold more than an expansion may be.
type limited struct{ buf *bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	room := maxExpansion - l.buf.Len()
	if len(p) > room {
		l.buf.Write(p[:room])
		return room, errExpansion
	}
	return l.buf.Write(p)
}

// glob replaces a field with wildcards by the names it matches, if there are any.
func (sh *Shell) glob(f *field) []string {
	text := f.text.String()
	if !f.wild {
		return []string{text}
	}
	pattern := f.pattern.String()
	rooted := path.IsAbs(pattern)
	names, err := fs.Glob(sh.machine.Files(sh.user), Inside(sh.dir, pattern))
	if err != nil || len(names) == 0 {
		return []string{text}
	}
	base := strings.TrimPrefix(Inside(sh.dir, ".")+"/", "./")
	for i, n := range names {
		if rooted {
			names[i] = "/" + n
		} else {
			names[i] = strings.TrimPrefix(n, base)
		}
	}
	return names
}

// Reason is the last part of a file error in the words of a Unix program.
func Reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Sprint(err)
}
