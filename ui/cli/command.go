package cli

// command.go: the command line. Each command is thin: it reads its flags and calls
// what main or the watcher supplies.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"charm.land/fang/v2"
	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// Execute runs the command line and returns its exit code.
func Execute(ctx context.Context, p Program, args []string, stdio Stdio) int {
	root := &cobra.Command{
		Use:   "tminus",
		Short: "The cockpit for a deployment day",
		Long:  "tminus flies an hour-by-hour deployment plan from the terminal: one operator has the conn, the team watches.\n\nStart with: tminus rehearse",
	}
	root.SetArgs(args)
	root.SetIn(stdio.In)
	root.SetOut(stdio.Out)
	root.SetErr(stdio.Err)
	runs := root.PersistentFlags().String("runs", defaultRoot(), "folder of runs")
	root.AddCommand(
		rehearse(p, runs, stdio), runCommand(p, runs, stdio), resume(p, runs, stdio), amendCommand(p, runs, stdio), rollbackCommand(p, runs, stdio),
		importCommand(stdio), watchCommand(p, runs), verify(runs, stdio),
	)
	root.AddCommand(checkCommand(p, stdio), doctorCommand(p, stdio))
	root.AddCommand(exportCommand(runs, stdio), smokeCommand(p, runs, stdio))
	err := fang.Execute(ctx, root, fang.WithoutManpage(), fang.WithErrorHandler(tell))
	return exitCode(ctx, err)
}

// defaultRoot is where runs live by the XDG rules.
func defaultRoot() string { return filepath.Join(xdg.StateHome, "tminus", "runs") }

// tell prints an error as the sentence it is. What it quotes may come from anywhere;
// plan errors are many lines, clean already, and stay so.
func tell(w io.Writer, _ fang.Styles, err error) {
	text := err.Error()
	if !errors.As(err, new(*plan.Errors)) {
		text = safe.Block(text)
	}
	fmt.Fprintln(w, "tminus: "+text)
}
