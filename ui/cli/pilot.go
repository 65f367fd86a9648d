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

	"tminus/tasks"
	"tminus/tasks/safe"
	"tminus/ui"
)

func pilot(f Flight, stdio Stdio) Pilot {
	return func(ctx context.Context, s Session) error {
		for _, v := range s.Environ {
			fmt.Fprintln(stdio.Err, "export "+v)
		}
		if s.Reach != "" {
			fmt.Fprintln(stdio.Err, "# how ssh and curl reach the instances, as they come and go: "+s.Reach)
		}
		if says := f.notice(); says != "" && f.Auto {
			fmt.Fprintln(stdio.Err, safe.Block(says))
		}
		var err error
		if f.Auto {
			err = (&auto{session: s, out: stdio.Out, seen: s.First}).fly(ctx, people{back: f.Back})
		} else {
			err = cockpit(ctx, f, s, stdio)
		}
		return interrupted(ctx, err, fmt.Sprintf("the run stays: tminus resume %s goes on with it", filepath.Base(s.Dir)))
	}
}

// interrupted says how to go on when a pilot was told to end; any other end stays what it is.
func interrupted(ctx context.Context, err error, goOn string) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return code(Interrupted, errors.New("interrupted; "+goOn))
	}
	return err
}

// cockpit shows a session on the terminal until somebody leaves it.
func cockpit(ctx context.Context, f Flight, s Session, stdio Stdio) error {
	if err := needTerminal(f, stdio); err != nil {
		return err
	}
	c := ui.NewCockpit(ui.Options{
		Send: s.Send, Answer: s.Answer, Command: stdio.lend, Shell: s.Shell, Slot: s.Slot, First: s.First, Actor: f.As, Faults: s.Faults,
		Done: s.Done, Err: s.Err, Theme: theme(f.ASCII), Local: time.Local, Bell: true,
		Notice: f.notice(), Resume: commandLine("resume", f, s.Dir), Follow: commandLine("watch", f, s.Dir),
	})
	err := show(ctx, c, stdio)
	if last := c.Last(); err == nil && last != nil {
		fmt.Fprintln(stdio.Err, safe.Line(farewell(last, f, s)))
	}
	return err
}

// theme is what the terminal can show, as far as somebody told.
func theme(ascii bool) ui.Theme {
	return ui.Theme{Mono: os.Getenv("NO_COLOR") != "", ASCII: ascii}
}

// commandLine is the one that does something with the run in dir.
func commandLine(verb string, f Flight, dir string) string {
	if filepath.Dir(dir) != filepath.Clean(f.Root) { // it was named by its path
		return "tminus " + verb + " " + dir
	}
	line := "tminus " + verb + " " + filepath.Base(dir)
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
		line := commandLine("resume", f, s.Dir)
		if st.Conn.Holder != "" {
			line += " --as " + st.Conn.Holder
		}
		return fmt.Sprintf("%s stays as it is: %s goes on with it", name, line)
	case st.Rollback.Phase != tasks.RolledBack:
		return fmt.Sprintf("%s is released: %s shows it, %s checks its journal", name, commandLine("watch", f, s.Dir), commandLine("verify", f, s.Dir))
	}
	return fmt.Sprintf("%s is rolled back, %s: %s shows it, %s opens it again", name, leftover(st.Rollback.Left), commandLine("watch", f, s.Dir), commandLine("resume", f, s.Dir))
}

// needTerminal refuses a cockpit where there is no terminal, before anything is made.
func needTerminal(f Flight, stdio Stdio) error {
	if f.Auto || isTerminal(stdio.Out) {
		return nil
	}
	return code(Usage, errors.New("the cockpit needs a terminal; without one a rehearsal flies with --auto, and tminus watch follows a run in another one"))
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
