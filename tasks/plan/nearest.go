package plan

// nearest.go: which of the valid names was probably meant.

import "strings"

// longestName is how long a word may be, in bytes, to be guessed at.
const longestName = 32

// guesses is how many findings of one file get a "did you mean".
const guesses = 300

// nearest returns the one name closest to what was written: at most one edit in three
// characters (one, in a short word), or equal once case and look-alike letters are put
// aside. Two equally close names are no guess: "". Only short words and the first thousand
// names are looked at, so that a hostile file costs no time.
func nearest(written string, names []string) string {
	if len(written) == 0 || len(written) > longestName {
		return ""
	}
	plain := strings.ToLower(ascii(written))
	best, least, tied := "", max(1, len([]rune(plain))/3), false
	for _, name := range names[:min(len(names), 1000)] {
		if name == "" || len(name) > longestName || len(name)-len(plain) > least || len(plain)-len(name) > least {
			continue
		}
		switch d := distance(plain, strings.ToLower(name)); {
		case d == 0:
			return name
		case d < least || d == least && best == "":
			best, least, tied = name, d, false
		case d == least:
			tied = true
		}
	}
	if tied {
		return ""
	}
	return best
}

// distance is the number of single-character insertions, deletions, replacements and
// swaps of neighbours between two words.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
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

// ascii replaces the letters of other scripts that look like ASCII ones. It proposes,
// and is never used to accept: a "Т7" in a plan stays an error.
func ascii(s string) string {
	return strings.NewReplacer(
		"А", "A", "В", "B", "Е", "E", "З", "3", "І", "I", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C",
		"Т", "T", "У", "Y", "Х", "X", "Ѕ", "S", "Ј", "J", "а", "a", "е", "e", "і", "i", "о", "o", "р", "p", "с", "c",
		"у", "y", "х", "x", "ѕ", "s", "ј", "j", "Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K",
		"Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X", "ο", "o", "‐", "-", "‑", "-", "–", "-",
	).Replace(s)
}
