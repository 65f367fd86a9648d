package letters_test

// letters_test.go: what looks alike, and how far apart two words are.

import (
	"strings"
	"testing"

	"tminus/tasks/letters"
)

func TestASCII(t *testing.T) {
	for s, want := range map[string]string{"T7": "T7", "Т7": "T7", "ТЗ": "T3", "a‑b": "a-b", "Gödel": "Gödel", "": "", "\xff": "\xff"} {
		if got := letters.ASCII(s); got != want {
			t.Errorf("%q looks like %q, want %q", s, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"JC", "JC", 0}, {"JC", "CJ", 1}, {"region", "regoin", 1}, {"region", "regin", 1}, {"région", "region", 1}, {"ab", "", 2},
		{"kitten", "sitting", 3}, {strings.Repeat("x", 65), strings.Repeat("x", 65), 64}} {
		if got, back := letters.Distance(tt.a, tt.b), letters.Distance(tt.b, tt.a); got != tt.want || back != tt.want {
			t.Errorf("%q to %q: %d, and back %d; want %d", tt.a, tt.b, got, back, tt.want)
		}
	}
}

func TestOneLine(t *testing.T) {
	if got := letters.OneLine(" two \r\n\twords "); got != "two words" {
		t.Errorf("%q", got)
	}
}
