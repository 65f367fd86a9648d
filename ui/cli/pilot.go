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

	"tminus/tasks"
	"tminus/tasks/safe"
	"tminus/ui"
)

func pilot(f Flight, stdio Stdio) Pilot {
	return func(ctx context.Context, s Session) error {
		for _, v := range s.Environ {
			fmt.Fprintln(stdio.Err, "export "+v)
		}
		if s.Notice != "" && f.Auto {
			fmt.Fprintln(stdio.Err, safe.Line(s.Notice))
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
		Notice: s.Notice, Resume: commandLine("resume", f, s), Follow: commandLine("watch", f, s),
	})
	err := show(ctx, c, stdio)
	if last := c.Last(); err == nil && last != nil {
		fmt.Fprintln(stdio.Err, safe.Line(farewell(last, f, s)))
	}
	return err
}

// commandLine is the one that comes back to the session's run.
func commandLine(verb string, f Flight, s Session) string {
	line := "tminus " + verb + " " + filepath.Base(s.Dir)
	if f.Root != defaultRoot() {
		line += " --runs " + f.Root
	}
	return line
}

// farewell says on leaving what became of the run, and how to come back to it.
func farewell(last *tasks.Snapshot, f Flight, s Session) string {
	name, st := filepath.Base(s.Dir), last.State
	switch {
	case !st.Ended():
		line := commandLine("resume", f, s)
		if st.Conn.Holder != "" {
			line += " --as " + st.Conn.Holder
		}
		return fmt.Sprintf("%s stays as it is: %s goes on with it", name, line)
	case st.Rollback.Phase != tasks.RolledBack:
		return fmt.Sprintf("%s is released: %s shows it, %s checks its journal", name, commandLine("watch", f, s), commandLine("verify", f, s))
	}
	return fmt.Sprintf("%s is rolled back, %s: %s shows it", name, leftover(st.Rollback.Left), commandLine("watch", f, s))
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
