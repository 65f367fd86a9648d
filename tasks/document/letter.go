package document

// letter.go: letters that look like ASCII ones and are none.

import (
	"fmt"
	"strings"
	"unicode"
)

// ascii replaces the letters of other scripts that look like ASCII ones; Ze (З) in an id
// is the digit 3. It proposes, and is never used to accept.
func ascii(s string) string {
	if len(foreign(s)) == 0 {
		return s
	}
	return strings.NewReplacer(
		"А", "A", "В", "B", "Е", "E", "З", "3", "І", "I", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C",
		"Т", "T", "У", "Y", "Х", "X", "Ѕ", "S", "Ј", "J", "а", "a", "е", "e", "і", "i", "о", "o", "р", "p", "с", "c",
		"у", "y", "х", "x", "ѕ", "s", "ј", "j", "Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K",
		"Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X", "ο", "o", "‐", "-", "‑", "-", "–", "-",
	).Replace(s)
}

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

// distance is the number of single-character insertions, deletions, replacements and
// swaps of neighbours between two words. Long ones are not looked at.
func distance(a, b string) int {
	const longest = 64
	s, t := []rune(a), []rune(b)
	if len(s) > longest || len(t) > longest {
		return longest
	}
	older, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, last, row = last, row, older
	}
	return last[len(t)]
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
