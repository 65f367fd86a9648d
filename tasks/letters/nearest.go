package letters

// nearest.go: which of the valid names was probably meant.

import "strings"

// longestGuess is how long a word may be, in bytes, to be guessed at.
const longestGuess = 32

// Nearest returns the one name closest to what was written: at most one edit in three
// characters (one, in a short word), or equal once case and look-alike letters are put
// aside. Two equally close names are no guess: "". Only short words and the first thousand
// names are looked at, so that a hostile file costs no time.
func Nearest(written string, names []string) string {
	if len(written) == 0 || len(written) > longestGuess {
		return ""
	}
	plain := strings.ToLower(ASCII(written))
	best, least, tied := "", max(1, len([]rune(plain))/3), false
	for _, name := range names[:min(len(names), 1000)] {
		if name == "" || len(name) > longestGuess || len(name)-len(plain) > least || len(plain)-len(name) > least {
			continue
		}
		switch d := Distance(plain, strings.ToLower(name)); {
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
