package cli

// terminal_test.go: one question, one key.

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestOneKey(t *testing.T) {
	for typed, want := range map[string]byte{"\r": '\r', "q": 'q', "xyz\rq": '\r', "\x03\r": 'q', "\x1b\r": 'q', "": 'q', "xyz": 'q'} {
		in := strings.NewReader(typed)
		if got := key(in, "\rq"); got != want {
			t.Errorf("%q typed: %q, want %q", typed, got, want)
		}
		if rest, _ := io.ReadAll(in); typed == "xyz\rq" && string(rest) != "q" {
			t.Errorf("it read beyond its key: %q is left", rest)
		}
	}
}

func TestNobodyIsAskedWithoutATerminal(t *testing.T) {
	s := Stdio{In: strings.NewReader("y"), Out: new(bytes.Buffer)}
	if s.terminal() {
		t.Error("a buffer is a terminal")
	}
	if k, err := press(t.Context(), s, "Write it?", "yn"); err == nil {
		t.Errorf("asked all the same: %q", k)
	}
}
