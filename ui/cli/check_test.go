package cli

// check_test.go: findings are coloured where a person looks on, and nowhere else.

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

const broken = "release: One\n"

func TestCheckIsColouredOnATerminalOnly(t *testing.T) {
	path := t.TempDir() + "/plan.yaml"
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TERM", "xterm-256color")
	for _, tt := range []struct {
		name, noColor string
		coloured      bool
	}{{"a terminal", "", true}, {"a terminal that wants none", "1", false}} {
		t.Setenv("NO_COLOR", tt.noColor)
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		if err := (checking{}).judge(Program{}, path, tty); exitCode(t.Context(), err) != PlanInvalid {
			t.Errorf("%s: %v", tt.name, err)
		}
		said := read(t, master, "4 errors, 0 warnings")
		if got := strings.Contains(said, "\x1b["); got != tt.coloured || !strings.Contains(said, "error P08") {
			t.Errorf("%s: coloured %v: %q", tt.name, got, said)
		}
		_, _ = tty.Close(), master.Close()
	}
	t.Setenv("NO_COLOR", "")
	var out bytes.Buffer
	if err := (checking{}).judge(Program{}, path, &out); err == nil || strings.Contains(out.String(), "\x1b") {
		t.Errorf("%v: %q", err, out.String())
	}
}

// read reads a terminal until it has shown a text.
func read(t *testing.T, master *os.File, until string) string {
	t.Helper()
	if err := master.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for buf := make([]byte, 4096); !strings.Contains(said.String(), until); {
		n, err := master.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v after %q", err, said.String())
		}
	}
	return said.String()
}
