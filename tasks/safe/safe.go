// Package safe is the one door through which foreign text reaches a person.
//
// Everything remote (EC2 tags, console output, banners, command output, HTTP
// bodies, error strings) and everything from a file may hold escape sequences,
// controls, bidi marks or look-alike invisibles. Clean makes each visible
// instead of acting on it, so that nothing can repaint the operator's screen or
// hide what it says.
package safe

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

func clean(raw string, limit int, multi bool) string {
	cut := len(raw) > limit
	if cut {
		raw = raw[:limit]
	}
	if plain(raw, multi) {
		return ellipsis(raw, cut)
	}
	var b strings.Builder
	marks := 0
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRuneInString(raw[i:])
		if r == 0x1b || r == 0x9b || r == 0x9d || r == 0x90 {
			b.WriteString("␛")
			i += sequence(raw[i:], r, n)
			marks = 0
			continue
		}
		i += n
		if unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteString(visible(r, n, multi))
	}
	return ellipsis(b.String(), cut)
}

func ellipsis(s string, cut bool) string {
	if cut {
		return strings.ToValidUTF8(s, "�") + "…"
	}
	return s
}

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
		default:
			if s[1] >= utf8.RuneSelf || s[1] < 0x20 {
				return 1
			}
			return 2
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
	for ; i < len(s); i++ { // a string: until BEL, ST or the line's end
		switch {
		case s[i] == 0x07:
			return i + 1
		case s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\':
			return i + 2
		case s[i] == '\n':
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

// hidden reports runes that change what is read without being seen.
func hidden(r rune) bool {
	switch {
	case r >= 0x80 && r <= 0x9f, r == 0xad, r == 0x61c, r == 0x34f,
		r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f,
		r >= 0xe0000 && r <= 0xe0fff, r >= 0xfff9 && r <= 0xfffb:
		return true
	}
	return unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cc, r)
}
