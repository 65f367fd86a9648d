package cli

// pilot.go: who flies a session: a person in the cockpit, or nobody (--auto).

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"tminus/ui"
)

func pilot(f Flight, stdio Stdio) Pilot {
	return func(ctx context.Context, s Session) error {
		if s.Notice != "" {
			fmt.Fprintln(stdio.Err, s.Notice)
		}
		fly := (&auto{session: s, out: stdio.Out, back: f.Back}).fly
		if !f.Auto {
			fly = func(ctx context.Context) error { return cockpit(ctx, f, s, stdio) }
		}
		err := fly(ctx)
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return code(Interrupted, fmt.Errorf("interrupted; the run stays: tminus resume %s goes on with it", filepath.Base(s.Dir)))
		}
		return err
	}
}

// cockpit shows a session on the terminal until somebody leaves it.
func cockpit(ctx context.Context, f Flight, s Session, stdio Stdio) error {
	if err := needTerminal(f, stdio); err != nil {
		return err
	}
	c := ui.NewCockpit(ui.Options{
		Send: s.Send, Slot: s.Slot, First: s.First, Actor: f.As, Faults: s.Faults,
		Done: s.Done, Err: s.Err, Theme: ui.Theme{Mono: os.Getenv("NO_COLOR") != ""}, Local: time.Local, Bell: true,
	})
	return show(ctx, c, stdio)
}

// needTerminal refuses a cockpit where there is no terminal, before anything is made.
func needTerminal(f Flight, stdio Stdio) error {
	if out, ok := stdio.Out.(*os.File); f.Auto || ok && term.IsTerminal(out.Fd()) {
		return nil
	}
	return code(Usage, errors.New("the cockpit needs a terminal; without one use --auto, or tminus watch in another one"))
}

// show runs a cockpit on the terminal.
func show(ctx context.Context, c *ui.Cockpit, stdio Stdio) error {
	defer c.Close()
	// Signals are main's: they end ctx. Bubble Tea's own handler would race with it, and call a SIGTERM a good end.
	_, err := tea.NewProgram(c, tea.WithContext(ctx), tea.WithoutSignalHandler(),
		tea.WithInput(stdio.In), tea.WithOutput(stdio.Out), tea.WithFPS(120)).Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = c.Err()
	}
	return err
}
