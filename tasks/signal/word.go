package signal

// word.go: a condition as words: names, numbers, texts and signs, with where each begins.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// word is one of them. at counts characters from the beginning of the condition.
type word struct {
	form form
	at   int
	text string // of a sign or a name as written, of a text what it says
	num  float64
}

type form int8

const (
	end form = iota
	sign
	name
	number
	text
)

// signs are what is no name; the longer before the shorter that begins the same.
func signs() []string {
	return []string{"==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "(", ")", "[", "]", ","}
}

// joints are the words of the language that look like names.
func joints() []string { return []string{"and", "or", "not", "in", "true", "false"} }

// split reads the words of a condition; the last is its end.
func split(condition string) ([]word, *Mistake) {
	s := []rune(condition)
	var words []word
	for at := 0; ; {
		for at < len(s) && unicode.IsSpace(s[at]) {
			at++
		}
		if at == len(s) {
			return append(words, word{form: end, at: at}), nil
		}
		w, length, wrong := next(s[at:])
		w.at = at
		if wrong != nil {
			wrong.At += at
			return nil, wrong
		}
		words, at = append(words, w), at+length
	}
}

// next reads one word, and says how many characters it is long.
func next(s []rune) (word, int, *Mistake) {
	switch c := s[0]; {
	case c == '"' || c == '\'':
		n := slices.Index(s[1:], c)
		if n < 0 {
			return word{}, 0, &Mistake{Message: "a text begins and does not end", Expected: "a " + string(c) + " where the text ends"}
		}
		if slices.Contains(s[1:n+1], '\\') {
			return word{}, 0, &Mistake{Message: "a text holds a \\", Expected: "a text as it is: no word of a reading needs one"}
		}
		return word{form: text, text: string(s[1 : n+1])}, n + 2, nil
	case digit(c):
		n := span(s, func(c rune) bool { return digit(c) || c == '.' })
		value, err := strconv.ParseFloat(string(s[:n]), 64)
		if whole := span(s, func(c rune) bool { return digit(c) || c == '.' || letter(c) }); err != nil || whole > n || s[n-1] == '.' {
			return word{}, 0, &Mistake{Message: fmt.Sprintf("%q is no number", string(s[:whole])), Expected: "a number, such as 90 or 0.5"}
		}
		return word{form: number, num: value, text: string(s[:n])}, n, nil
	case letter(c):
		n := span(s, func(c rune) bool { return letter(c) || digit(c) || c == '.' })
		w := word{form: name, text: string(s[:n])}
		if slices.Contains(joints(), w.text) {
			w.form = sign
		}
		return w, n, nil
	}
	for _, known := range signs() {
		if strings.HasPrefix(string(s[:min(len(s), 2)]), known) {
			return word{form: sign, text: known}, len(known), nil
		}
	}
	return word{}, 0, &Mistake{Message: fmt.Sprintf("a condition has no %q", s[0]), Expected: expectedForm}
}

func span(s []rune, in func(rune) bool) int {
	n := slices.IndexFunc(s, func(c rune) bool { return !in(c) })
	if n < 0 {
		return len(s)
	}
	return n
}

func digit(c rune) bool { return '0' <= c && c <= '9' }

func letter(c rune) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
