package cli

// secret_test.go: what only a person knows is asked at the terminal, and shown nowhere.

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/creack/pty"

	"tminus/tasks"
)

// TestSecretIsAskedAtTheTerminal: nothing of it is shown, and stdin is not read.
func TestSecretIsAskedAtTheTerminal(t *testing.T) {
	q := tasks.Question{Title: "MFA code", Detail: "to assume the role d\x1b[31meployer"}
	for typed, want := range map[string]string{"123456\n": "123456", " 654321 \r": "654321", "\r": "", "12\x7f\x7f\x7f123456\r": "123456", "123456\x03": "", "123456\x04": ""} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		type end struct {
			s   tasks.Secret
			err error
		}
		done := make(chan end, 1)
		go func() {
			s, err := askOn(t.Context(), tty, q)
			done <- end{s, err}
		}()
		said := read(t, master, "declines): ")
		if _, err := master.WriteString(typed); err != nil {
			t.Fatal(err)
		}
		got := <-done
		if got.s.Reveal() != want || errors.Is(got.err, tasks.ErrDeclined) != (want == "") {
			t.Errorf("%q: %v", typed, got.err)
		}
		said += read(t, master, "\n")
		if strings.Contains(said, "123456") || strings.Contains(said, "654321") || strings.Contains(said, "\x1b[31m") {
			t.Errorf("shown: %q", said)
		}
		_, _ = tty.Close(), master.Close()
	}
}

// TestSecretTypedBeforeItIsAskedFor is an answer like any other, and shown no more than the rest once it is asked for.
func TestSecretTypedBeforeItIsAskedFor(t *testing.T) {
	for early, late := range map[string]string{"123": "456\r", "123456\n": ""} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := master.WriteString(early); err != nil {
			t.Fatal(err)
		}
		read(t, master, "3") // the terminal has it, and echoes: nobody has asked yet
		done := make(chan tasks.Secret, 1)
		go func() {
			s, err := askOn(t.Context(), tty, tasks.Question{Title: "MFA code"})
			if err != nil {
				t.Error(err)
			}
			done <- s
		}()
		if late != "" {
			read(t, master, "declines): ")
			if _, err := master.WriteString(late); err != nil {
				t.Fatal(err)
			}
		}
		if got := (<-done).Reveal(); got != "123456" {
			t.Errorf("%q and %q: got %q", early, late, got)
		}
		if _, err := tty.WriteString("the end"); err != nil {
			t.Fatal(err)
		}
		if said := read(t, master, "the end"); late != "" && strings.Contains(said, "4") {
			t.Errorf("shown: %q", said)
		}
		_, _ = tty.Close(), master.Close()
	}
}

func TestQuestionEndsWithTheCommand(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := askOn(ctx, tty, tasks.Question{Title: "MFA code"})
		done <- err
	}()
	read(t, master, "declines): ")
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := master.WriteString("\n"); err != nil { // lets go of the terminal
		t.Error(err)
	}
	tty.Close()
	master.Close()
}
