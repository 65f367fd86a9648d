package document

// text.go: a text with tabs between the cells, as a word processor saves it.

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// readText reads lines; LF, CRLF or CR ends one. Bytes are told by line and column, so
// that a person finds in an editor what the eye cannot see.
func (d *Document) readText(src []byte) error {
	if err := judgeText(src); err != nil {
		return err
	}
	at := 0
	if bytes.HasPrefix(src, []byte("\uFEFF")) {
		at = len("\uFEFF")
	}
	for number := 1; at < len(src); number++ {
		end, next := len(src), len(src)
		if i := bytes.IndexAny(src[at:], "\r\n"); i >= 0 {
			end, next = at+i, at+i+1
			if src[end] == '\r' && next < len(src) && src[next] == '\n' {
				next++
			}
		}
		if err := d.add(line(src, at, end, number)); err != nil {
			return err
		}
		at = next
	}
	return nil
}

// line is the row of the line from one byte to another.
func line(src []byte, from, to, number int) Row {
	row := Row{Place: Place{Line: number, Col: 1}}
	col := 1
	for {
		end := to
		if i := bytes.IndexByte(src[from:to], '\t'); i >= 0 {
			end = from + i
		}
		row.Cells = append(row.Cells, Cell{Text: strings.TrimSpace(string(src[from:end])),
			Place: Place{Line: number, Col: col}, From: from, To: end})
		if end == to {
			return row
		}
		col += utf8.RuneCount(src[from:end]) + 1
		from = end + 1
	}
}

// judgeText refuses what is no text, or more of it than a plan has, before anything is
// made of it.
func judgeText(src []byte) error {
	switch {
	case len(src) > MaxText:
		return fmt.Errorf("it is longer than %d MiB; import the part of it that is the plan", MaxText>>20)
	case bytes.HasPrefix(src, []byte("\xFF\xFE")), bytes.HasPrefix(src, []byte("\xFE\xFF")):
		return fmt.Errorf("it is UTF-16; save it as UTF-8")
	case bytes.Count(src, []byte("\n"))+bytes.Count(src, []byte("\r")) > 2*maxRows:
		return fmt.Errorf("it has more than %d lines; import the part of it that is the plan", maxRows)
	case bytes.Count(src, []byte("\t"))+bytes.Count(src, []byte(",")) > maxCells:
		return fmt.Errorf("it has more than %d cells; import the part of it that is the plan", maxCells)
	}
	number := 1
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n':
			number++
		case c < ' ' && c != '\t' && c != '\r' && c != '\f' && c != '\v', c == 0x7F:
			return fmt.Errorf("line %d holds the byte 0x%02X, which no text has; is it another kind of file?", number, c)
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(src[i:])
			if r == utf8.RuneError && n == 1 {
				return fmt.Errorf("line %d holds the byte 0x%02X, which is not UTF-8; save it as UTF-8", number, c)
			}
			i += n
			continue
		}
		i++
	}
	return nil
}
