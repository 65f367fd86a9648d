package letters

// letters.go: look-alikes, slips and spaces.

import "strings"

// ASCII replaces the letters of other scripts that look like ASCII ones; Ze (З) in an id
// is the digit 3.
func ASCII(s string) string {
	if strings.IndexFunc(s, func(c rune) bool { return c >= 0x80 }) < 0 {
		return s
	}
	return strings.NewReplacer(
		"А", "A", "В", "B", "Е", "E", "З", "3", "І", "I", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C",
		"Т", "T", "У", "Y", "Х", "X", "Ѕ", "S", "Ј", "J", "а", "a", "е", "e", "і", "i", "о", "o", "р", "p", "с", "c",
		"у", "y", "х", "x", "ѕ", "s", "ј", "j", "Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K",
		"Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X", "ο", "o", "‐", "-", "‑", "-", "–", "-",
	).Replace(s)
}

// longest is up to how many characters two words are compared.
const longest = 64

// Distance is the number of single-character insertions, deletions, replacements and
// swaps of neighbours between two words. Long ones are not looked at: they are far apart.
func Distance(a, b string) int {
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

// OneLine is a text with one space between its words.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
