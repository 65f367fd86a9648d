package sshops

// sample.go: the sampling protocol. One line goes to the shell; it prints a
// marker, then a file or a command's output, and so on to an end marker that
// carries the number of the sample. Whatever stands before the first marker of
// this sample (a greeting, the rest of an older answer) is skipped.

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A section is one part of a sample and the fixed command that prints it.
type section struct{ name, command string }

const (
	secCPU    = "cpu"
	secMemory = "memory"
	secLoad   = "load"
	secNet    = "net"
	secUptime = "uptime"
	secDisks  = "disks"
	secTop    = "top"
	secUsers  = "users"
	secEnd    = "end"
)

func protocol() []section {
	return []section{
		{secCPU, "cat /proc/stat"},
		{secMemory, "cat /proc/meminfo"},
		{secLoad, "cat /proc/loadavg"},
		{secNet, "cat /proc/net/dev"},
		{secUptime, "cat /proc/uptime"},
		{secDisks, "df -P -k"},
		// comm, not args: command lines hold passwords.
		{secTop, "ps -eo pid,user,pcpu,pmem,rss,comm --sort=-pcpu | head -n 13"},
		{secUsers, "who"},
	}
}

// newMark returns the beginning of the markers of one shell.
func newMark() string { return "--tminus-" + rand.Text()[:12] + "-" }

// ask takes one sample: the text of each section by name.
func (s *shell) ask() (map[string]string, error) {
	s.count++
	var line strings.Builder
	for _, part := range protocol() {
		fmt.Fprintf(&line, "echo %s%d-%s; %s; ", s.mark, s.count, part.name, part.command)
	}
	fmt.Fprintf(&line, "echo %s%d-%s\n", s.mark, s.count, secEnd)
	if _, err := io.WriteString(s.in, line.String()); err != nil {
		return nil, fmt.Errorf("the shell ended and takes no more input: %w", err)
	}
	return sections(s.out, fmt.Sprintf("%s%d-", s.mark, s.count))
}

// sections reads an answer up to its end marker, at most maxOutput bytes.
func sections(r *bufio.Reader, mark string) (map[string]string, error) {
	found := map[string]string{}
	var name string
	var text strings.Builder
	for size := 0; ; {
		line, err := r.ReadSlice('\n')
		if size += len(line); size > maxOutput {
			return nil, errors.New("the answer is longer than 256 KiB")
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil // a long line comes in pieces; none of them is a marker
		}
		if err != nil {
			return nil, fmt.Errorf("the shell ended: %w", err)
		}
		next, isMark := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), mark)
		if !isMark {
			if name != "" {
				text.Write(line)
			}
			continue
		}
		if name != "" {
			found[name] = text.String()
		}
		if next == secEnd {
			return found, nil
		}
		name = next
		text.Reset()
	}
}
