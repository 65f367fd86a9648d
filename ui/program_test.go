package ui

// program_test.go: the cockpit inside a real Bubble Tea program, on pipes and a fake clock.

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// TestProgramFliesAndLeaves types into a program as a terminal does, bytes and all.
func TestProgramFliesAndLeaves(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T6")
	synctest.Test(t, func(t *testing.T) {
		d.slot = tasks.NewSlot()
		c := NewCockpit(Options{Send: d.Send, Slot: d.slot, First: d.snapshot(), Actor: "LX"})
		in, keyboard := io.Pipe()
		var screen strings.Builder
		p := tea.NewProgram(c, tea.WithInput(in), tea.WithOutput(&screen), tea.WithWindowSize(120, 36),
			tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignalHandler())
		ended := make(chan error, 1)
		go func() { _, err := p.Run(); ended <- err }()
		for _, typed := range []string{"s", "n", "hello", "\r", "\x03", "\x03"} {
			time.Sleep(100 * time.Millisecond)
			if _, err := keyboard.Write([]byte(typed)); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		keyboard.Close()
		c.Close()
		time.Sleep(10 * time.Second) // past the toasts
		same(t, "commands", d.kinds(), []string{"start", "note"})
		if d.last().Text != "hello" {
			t.Errorf("note %q", d.last().Text)
		}
		if !strings.Contains(screen.String(), "Timeline") {
			t.Error("nothing was drawn")
		}
	})
}
