package export

// diff.go: what a write-back changes, as a unified diff. Lines are only ever changed, none
// comes or goes, so that line n of one is line n of the other.

import (
	"bytes"
	"fmt"

	"tminus/tasks/safe"
)

// context is how many lines around a change are shown.
const context = 3

// Diff is the change from Before to After as a unified diff, in bytes that patch takes; nil
// when there is none.
func (b *WriteBack) Diff(name string) []byte {
	before, after := bytes.SplitAfter(b.Before, []byte("\n")), bytes.SplitAfter(b.After, []byte("\n"))
	if n := len(before); n > 0 && len(before[n-1]) == 0 { // behind the last line feed is no line
		before, after = before[:n-1], after[:n-1]
	}
	var out bytes.Buffer
	for from := 0; from < len(before); {
		first := changed(before, after, from)
		if first == len(before) {
			break
		}
		last := first // of the changes that stand near enough to share their surroundings
		for next := changed(before, after, last+1); next < len(before) && next-last <= 2*context; next = changed(before, after, last+1) {
			last = next
		}
		if out.Len() == 0 {
			name = safe.Line(name)
			fmt.Fprintf(&out, "--- %s\n+++ %s\n", name, name)
		}
		hunk(&out, before, after, max(first-context, 0), min(last+context+1, len(before)))
		from = last + 1
	}
	return out.Bytes()
}

// changed is the first line from one on that differs; the number of lines when none does.
func changed(before, after [][]byte, from int) int {
	for from < len(before) && bytes.Equal(before[from], after[from]) {
		from++
	}
	return from
}

// hunk writes the lines from one to before another.
func hunk(out *bytes.Buffer, before, after [][]byte, from, to int) {
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n", from+1, to-from, from+1, to-from)
	line := func(sign byte, text []byte) {
		out.WriteByte(sign)
		out.Write(text)
		if !bytes.HasSuffix(text, []byte("\n")) {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
	for n := from; n < to; {
		if bytes.Equal(before[n], after[n]) {
			line(' ', before[n])
			n++
			continue
		}
		end := n
		for end < to && !bytes.Equal(before[end], after[end]) {
			line('-', before[end])
			end++
		}
		for ; n < end; n++ {
			line('+', after[n])
		}
	}
}
