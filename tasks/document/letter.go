package document

// letter.go: letters that look like ASCII ones and are none.

import (
	"fmt"
	"strings"
	"unicode"
)

// foreign lists the characters of a word that are not ASCII.
func foreign(s string) []rune {
	var found []rune
	for _, c := range s {
		if c >= 0x80 {
			found = append(found, c)
		}
	}
	return found
}

// script is the script a character belongs to, "" for what all scripts share.
func script(c rune) string {
	for _, name := range []string{"Cyrillic", "Greek", "Armenian", "Cherokee", "Latin"} {
		if unicode.Is(unicode.Scripts[name], c) {
			return name
		}
	}
	return ""
}

// spelled tells a word with the characters in it that the eye takes for ASCII:
// "Т7 with a Cyrillic Т (U+0422)", "ТЗ, both letters Cyrillic (U+0422 U+0417)".
func spelled(s string) string {
	odd := foreign(s)
	switch {
	case len(odd) == 0:
		return s
	case len(odd) == 1:
		return strings.TrimSpace(fmt.Sprintf("%s with a %s", s, strings.TrimSpace(script(odd[0])+" "+shown(odd[0])))) + fmt.Sprintf(" (U+%04X)", odd[0])
	}
	var points []string
	same := true
	for i, c := range odd {
		same = same && script(c) == script(odd[0]) && script(c) != ""
		if i < 8 {
			points = append(points, fmt.Sprintf("U+%04X", c))
		}
	}
	which := fmt.Sprintf("%d letters", len(odd))
	if len(odd) == 2 && len([]rune(s)) == 2 {
		which = "both letters"
	}
	if !same {
		return fmt.Sprintf("%s, %s not ASCII (%s)", s, which, strings.Join(points, " "))
	}
	return fmt.Sprintf("%s, %s %s (%s)", s, which, script(odd[0]), strings.Join(points, " "))
}

func shown(c rune) string {
	if invisible(c) {
		return "character"
	}
	return string(c)
}

// invisible reports characters that a plan may not hold: nobody sees them.
func invisible(c rune) bool {
	if ' ' <= c && c < 0x7F { // nearly all there is; the tables below cost
		return false
	}
	switch c {
	case '\t', '\n', '\u200C', '\u200D', '\u00AD':
		return false
	}
	return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// hidden lists the invisible characters of a text.
func hidden(s string) []rune {
	var found []rune
	for _, c := range s {
		if invisible(c) {
			found = append(found, c)
		}
	}
	return found
}

// clipped is a text as a sentence quotes it.
func clipped(s string) string {
	const width = 60
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return string(r[:width]) + "…"
}
