package safe

// safe.go: text cleaned rune by rune.

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	lineCap  = 4 << 10
	blockCap = 64 << 10
	// maxMarks is the number of combining marks one base may carry; more is an attack on the layout.
	maxMarks = 4
)

// Line cleans one line of text: at most 4 KiB, line feeds shown as ␊.
func Line(raw string) string { return clean(raw, lineCap, false) }

// Block cleans several lines: at most 64 KiB, line feeds kept.
func Block(raw string) string { return clean(raw, blockCap, true) }

// clean bounds what it reads and what it writes, in bytes, so that cleaning twice is cleaning once.
func clean(raw string, limit int, multi bool) string {
	cut := len(raw) > limit
	if cut {
		raw = whole(raw[:limit])
	}
	if plain(raw, multi) {
		return ellipsis(raw, limit, cut)
	}
	var b strings.Builder
	marks := 0
	for i := 0; i < len(raw) && b.Len() <= limit; {
		r, n := utf8.DecodeRuneInString(raw[i:])
		if r == 0x1b || r == 0x9b || r == 0x9d || r == 0x90 {
			b.WriteString("␛")
			i += sequence(raw[i:], r, n)
			marks = 0
			continue
		}
		i += n
		if !stacks(r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			if marks == maxMarks+1 {
				b.WriteString("…")
			}
			continue
		}
		b.WriteString(visible(r, n, multi))
	}
	return ellipsis(b.String(), limit, cut || b.Len() > limit)
}

// ellipsis marks a text that was cut, and makes room for the mark.
func ellipsis(s string, limit int, cut bool) string {
	if !cut {
		return s
	}
	return whole(s[:min(len(s), limit-len("…"))]) + "…"
}

// whole is a text cut off anywhere without the part of a rune at its end.
func whole(s string) string {
	for n := 1; n < utf8.UTFMax && n <= len(s); n++ {
		if c := s[len(s)-n]; utf8.RuneStart(c) {
			if !utf8.FullRuneInString(s[len(s)-n:]) {
				return s[:len(s)-n]
			}
			break
		}
	}
	return s
}

// stacks reports marks that are drawn onto the rune before them.
func stacks(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) && !hidden(r) }

// plain reports printable ASCII, by far the most common case.
func plain(s string, multi bool) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 0x20 && !(multi && c == '\n')) || c > 0x7e {
			return false
		}
	}
	return true
}

// sequence is the length of the escape sequence at the start of s, also an unterminated one.
func sequence(s string, intro rune, width int) int {
	kind := intro
	i := width
	if intro == 0x1b {
		if len(s) < 2 {
			return 1
		}
		i = 2
		switch s[1] {
		case '[':
			kind = 0x9b
		case ']', 'P', '_', '^', 'X':
			kind = 0x9d
		default: // any number of intermediates, then one final byte
			for i = 1; i < len(s) && s[i] >= 0x20 && s[i] < 0x30; i++ {
			}
			if i < len(s) && s[i] >= 0x30 && s[i] <= 0x7e {
				i++
			}
			return i
		}
	}
	if kind == 0x9b { // CSI: parameters, then one final byte
		for ; i < len(s); i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
			if s[i] < 0x20 || s[i] >= utf8.RuneSelf {
				return i
			}
		}
		return i
	}
	for ; i < len(s); i++ { // a string: until BEL, CAN, SUB, ST, another ESC or the line's end
		switch {
		case s[i] == 0x07, s[i] == 0x18, s[i] == 0x1a:
			return i + 1
		case strings.HasPrefix(s[i:], "\x1b\\"), strings.HasPrefix(s[i:], "\u009c"):
			return i + 2
		case s[i] == '\n', s[i] == 0x1b: // an ESC that is no ST begins another sequence
			return i
		}
	}
	return i
}

func visible(r rune, width int, multi bool) string {
	switch {
	case r == utf8.RuneError && width <= 1:
		return "�"
	case r == '\n' && multi:
		return "\n"
	case r == '\t':
		return "    "
	case r < 0x20:
		return string(rune(0x2400) + r) // ␀ … ␟: the control pictures
	case r == 0x7f:
		return "␡"
	case hidden(r):
		return fmt.Sprintf("⟨U+%04X⟩", r)
	}
	return string(r)
}

// hidden reports runes that change what is read without being seen: controls,
// bidi and zero-width marks, tags, variation selectors, fillers, private use,
// line separators, and what Unicode has not assigned yet.
func hidden(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
