package safe

// command.go: a command line that a person may paste into a shell: no word of it can become another.

import "strings"

// Command is words as a POSIX shell takes them, in one clean line.
func Command(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Word(w)
	}
	return Line(strings.Join(quoted, " "))
}

// Word is one word as a POSIX shell takes it.
func Word(w string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@+", r)
	}
	if w != "" && strings.TrimFunc(w, plain) == "" {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
