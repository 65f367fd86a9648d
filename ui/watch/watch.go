package watch

// watch.go: the command: a cockpit without keys that act, or lines where there is no terminal.

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"tminus/tasks"
	"tminus/tasks/safe"
	"tminus/ui"
)

// Run shows the run in dir until the watcher leaves, or until ctx ends.
func Run(ctx context.Context, dir string, theme ui.Theme, in io.Reader, out io.Writer) error {
	f, err := Open(dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	var failure error
	first := f.First()
	go func() {
		defer close(done)
		failure = f.Run(ctx)
	}()
	defer func() { cancel(); <-done }()
	if tty, ok := out.(*os.File); !ok || !term.IsTerminal(tty.Fd()) {
		return lines(ctx, first, f.Slot(), done, func() error { return failure }, out)
	}
	c := ui.NewCockpit(ui.Options{
		Slot: f.Slot(), First: first, Watch: true, Done: done, Err: func() error { return failure },
		Theme: theme, Local: time.Local,
	})
	defer c.Close()
	// Signals are main's: they end ctx.
	_, err = tea.NewProgram(c, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithInput(in), tea.WithOutput(out), tea.WithFPS(30)).Run()
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		err = c.Err()
	}
	return err
}

// lines prints one line an event until the run has ended, and one when trouble begins or is over.
func lines(ctx context.Context, snap *tasks.Snapshot, slot *tasks.Slot, done <-chan struct{}, failure func() error, out io.Writer) error {
	for printed, trouble := 0, ""; ; {
		for _, e := range snap.State.Events[printed:] {
			fmt.Fprintln(out, ui.Told(snap, e))
		}
		printed = len(snap.State.Events)
		if now := snap.Trouble; (now == "") != (trouble == "") {
			fmt.Fprintf(out, "%s  %-9s  %s\n", snap.Now.In(snap.Plan.Zone).Format(time.TimeOnly), "-", safe.Line(cmp.Or(now, "the run is flown on")))
			trouble = now
		}
		if snap.State.Ended() {
			return nil
		}
		select {
		case snap = <-slot.Newest():
		case <-done:
			return failure()
		case <-ctx.Done():
			return nil
		}
	}
}
