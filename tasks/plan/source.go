package plan

// source.go: the plan file as text: its lines for the excerpts, and the bytes no plan may hold.
//
// A plan is shown to people who act on it, so characters that change what is seen
// (controls, bidirectional overrides, line separators) are refused, not cleaned.

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// excerptWidth is how many characters of a long line a finding quotes.
const excerptWidth = 100

// longestLook is the column from which on no excerpt is shown: nobody reads a line of that length.
const longestLook = 20_000

// source is the text of one plan file.
type source struct {
	text  []byte   // without a byte order mark
	lines []string // as the YAML parser counts them: LF, CRLF or CR ends one
}

func newSource(src []byte) source {
	text := bytes.TrimPrefix(src, []byte("\uFEFF"))
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text))
	return source{text: text, lines: strings.Split(lines, "\n")}
}

// crowded refuses, at the speed of reading, what would cost the parser its time and memory.
func crowded(src []byte) (Finding, bool) {
	refused := Finding{Rule: unreadable, Line: 1, Col: 1}
	if len(src) > maxSize {
		refused.Message, refused.Expected = "the file is longer than 4 MiB", "at most 4 MiB"
		return refused, true
	}
	commas, marks := 0, 0
	for i, c := range src {
		switch c {
		case '\n', '\r':
			if c == '\n' || i+1 == len(src) || src[i+1] != '\n' {
				refused.Line++
			}
			marks = 0
		case ',':
			commas++
		case '"', '[', ']', '{', '}', '&', '*', '!':
			if marks++; marks > maxMarks {
				refused.Message = fmt.Sprintf("not YAML for people: a line with more than %d brackets, quotes and marks", maxMarks)
				refused.Expected = "it on several lines"
				return refused, true
			}
		}
	}
	if refused.Line+commas > maxLines {
		return tooMany(1, 1), true
	}
	return refused, false
}

// unreadable finds what makes the file not a text: another encoding, or invisible characters.
func (s source) unreadable() []Finding {
	if bytes.HasPrefix(s.text, []byte("\xFF\xFE")) || bytes.HasPrefix(s.text, []byte("\xFE\xFF")) {
		return []Finding{{Rule: unreadable, Line: 1, Col: 1, Message: "the file is UTF-16", Expected: "UTF-8; save it again as UTF-8"}}
	}
	var found []Finding
	for i, line := range s.lines {
		col := 0
		for at, r := range line {
			col++
			f := Finding{Rule: unreadable, Line: i + 1, Col: col}
			switch {
			case r == utf8.RuneError && !strings.HasPrefix(line[at:], "\uFFFD"):
				f.Message, f.Expected = fmt.Sprintf("byte 0x%02X is not UTF-8", line[at]), "UTF-8 text; save the file again as UTF-8"
			case !visible(r):
				f.Message, f.Expected = "invisible character "+codePoint(r), "text that shows everything it holds; delete the character"
			default:
				continue
			}
			if found = append(found, f); len(found) == maxFindings {
				return found // a binary file; more of them would tell no more
			}
		}
	}
	return found
}

// quote fills the finding's excerpt: the line, or the part of it around the column.
func (s source) quote(f Finding) Finding {
	if f.Line < 1 || f.Line > len(s.lines) || f.Col > longestLook {
		return f
	}
	line := s.lines[f.Line-1]
	seen := 0
	for at := range line { // what stands far behind the column is not shown, and not looked at
		if seen++; seen > f.Col+2*excerptWidth {
			line = line[:at]
			break
		}
	}
	line = strings.TrimRight(line, " \t")
	width := utf8.RuneCountInString(line)
	from, caret := 0, min(max(f.Col, 1), width+1)
	if width > excerptWidth && caret > excerptWidth*3/4 {
		from = min(caret-excerptWidth/2, width-excerptWidth)
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
		caret++
	}
	i := 0
	for _, r := range line {
		if i == from+excerptWidth {
			b.WriteString("…")
			break
		}
		if !visible(r) || r == '\t' {
			r = unicode.ReplacementChar // one cell, so that the caret stays true
		}
		if i >= from {
			b.WriteRune(r)
		}
		i++
	}
	f.Excerpt, f.Caret = b.String(), caret-from
	return f
}

// visible reports whether a character shows itself, or is white space a text needs.
// Joiners and the soft hyphen are let through: scripts and word processors need them.
func visible(r rune) bool {
	if ' ' <= r && r < 0x7F { // nearly all there is; the tables below cost
		return true
	}
	switch r {
	case '\t', '\n', '\u200C', '\u200D', '\u00AD':
		return true
	}
	return !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// codePoint names a character: U+0422 (Cyrillic).
func codePoint(r rune) string {
	for name, table := range unicode.Scripts {
		if name != "Common" && unicode.Is(table, r) {
			return fmt.Sprintf("U+%04X (%s)", r, name)
		}
	}
	return fmt.Sprintf("U+%04X", r)
}
