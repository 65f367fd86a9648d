package cli

// look.go: watch and verify: the commands that take no lock and write nothing.

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tminus/tasks/journal"
	"tminus/tasks/run"
)

func watchCommand(p Program, root *string) *cobra.Command {
	var ascii bool
	c := &cobra.Command{
		Use:   "watch [RUN]",
		Short: "Follow a run, read-only (default: the newest one)",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var dir string
			var err error
			if len(args) == 1 {
				dir, err = run.Find(*root, args[0])
			} else if dir, err = run.Newest(*root, false); err == run.ErrNone {
				err = fmt.Errorf("there is no run to watch in %s: somebody has to fly one first (tminus rehearse)", *root)
			}
			if err != nil {
				return code(Precondition, err)
			}
			return p.Watch(cmd.Context(), dir, theme(ascii))
		},
	}
	asciiFlag(c, &ascii)
	return c
}

func verify(root *string, stdio Stdio) *cobra.Command {
	return &cobra.Command{
		Use:   "verify RUN",
		Short: "Check that a run's journal is whole: exit 0 sound, 4 torn or corrupt",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := run.Find(*root, args[0])
			if err != nil {
				return code(Precondition, err)
			}
			records, tail, err := journal.Read(dir)
			switch {
			case err != nil:
				return code(TaskFailed, err)
			case tail.Bytes > 0:
				return code(TaskFailed, fmt.Errorf("%d records are sound; after them %d bytes of one that was never finished: tminus resume keeps a copy and cuts them", len(records), tail.Bytes))
			}
			n := len(records)
			if n == 0 {
				return code(TaskFailed, errors.New("the journal is empty: every run has a first event, and this one was taken away"))
			}
			fmt.Fprintf(stdio.Out, "sound: %d records, head %s\n", n, records[n-1].Sum)
			return nil
		},
	}
}
