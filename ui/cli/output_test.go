package cli

// output_test.go: what a command writes takes the place of files only.

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoDeviceIsTaken: root would lose it.
func TestNoDeviceIsTaken(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(fifo, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, os.DevNull} {
		err := output{path: path, force: true}.write([]byte("x"), io.Discard)
		if err == nil || !strings.Contains(err.Error(), "no ordinary file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
