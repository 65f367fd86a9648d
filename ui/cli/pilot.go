package cli

// pilot.go: who flies a session: a person in the cockpit, or nobody (--auto).

import (
	"context"
	"errors"
	"fmt"
	"os"
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
		if f.Auto {
			return (&auto{session: s, out: stdio.Out, back: f.Back}).fly(ctx)
		}
		return cockpit(ctx, f, s, stdio)
	}
}

// cockpit shows a session on the terminal until somebody leaves it.
func cockpit(ctx context.Context, f Flight, s Session, stdio Stdio) error {
	c := ui.NewCockpit(ui.Options{
		Send: s.Send, Slot: s.Slot, First: s.First, Actor: f.As, Faults: s.Faults,
		Done: s.Done, Err: s.Err, Theme: ui.Theme{Mono: os.Getenv("NO_COLOR") != ""}, Local: time.Local, Bell: true,
	})
	return show(ctx, c, stdio)
}

// show runs a cockpit on the terminal.
func show(ctx context.Context, c *ui.Cockpit, stdio Stdio) error {
	if f, ok := stdio.Out.(*os.File); !ok || !term.IsTerminal(f.Fd()) {
		return code(Usage, errors.New("the cockpit needs a terminal; without one use --auto, or tminus watch in another one"))
	}
	defer c.Close()
	_, err := tea.NewProgram(c, tea.WithContext(ctx), tea.WithInput(stdio.In), tea.WithOutput(stdio.Out), tea.WithFPS(120)).Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = c.Err()
	}
	return err
}
