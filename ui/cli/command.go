package cli

// command.go: the commands and their flags. Each is thin: it reads its flags and
// calls what main or the watcher supplies.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"charm.land/fang/v2"
	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

// Session is an open run, being flown.
type Session struct {
	Dir    string
	Send   func(tasks.Command) error
	Slot   *tasks.Slot
	First  *tasks.Snapshot
	Done   <-chan struct{}
	Err    func() error // why the engine stopped, once Done is closed
	Faults []string     // that can be switched on in the pretend world
	Notice string       // something to know before the first frame, "" = nothing
	// Environ points other AWS clients at the pretend account, as KEY=value; nil = nobody asked.
	Environ []string
}

// Flight is how a run is to be flown.
type Flight struct {
	Plan      string // path; "" = the embedded SCP plan
	Run       string // name or path of the run to resume; "" = the newest unfinished
	Root      string // folder of runs
	Speed     float64
	Seed      int64
	AWSListen string
	Faults    []string
	Auto      bool
	Back      bool // roll back when a task fails
	As        string
	Err       io.Writer // messages
}

// Program is what main supplies: each wires a run, flies it with the given pilot and takes it apart again.
type Program struct {
	Rehearse func(context.Context, Flight, Pilot) error
	Resume   func(context.Context, Flight, Pilot) error
	Watch    func(ctx context.Context, dir string) error
	Faults   []string // names for --fault
}

// Pilot flies an open session to its end, or until somebody leaves it.
type Pilot func(context.Context, Session) error

// Stdio is where a command reads and writes.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

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
	root.AddCommand(rehearse(p, runs, stdio), resume(p, runs, stdio), watchCommand(p, runs), fly(), verify(runs, stdio))
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

func rehearse(p Program, root *string, stdio Stdio) *cobra.Command {
	f := Flight{Err: stdio.Err}
	c := &cobra.Command{
		Use:   "rehearse [PLAN]",
		Short: "Fly a plan in a pretend world: no account, no network, no configuration",
		Long:  "rehearse opens the cockpit on a plan (default: the embedded SCP plan) in a pretend world that speaks AWS's wire protocols on this machine only. It can never reach real AWS.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.Plan = args[0]
			}
			f.Root = *root
			if err := checkFlight(f, p.Faults); err != nil {
				return err
			}
			if err := needTerminal(f, stdio); err != nil {
				return err
			}
			return p.Rehearse(cmd.Context(), f, pilot(f, stdio))
		},
	}
	flightFlags(c, &f)
	c.Flags().Int64Var(&f.Seed, "seed", 1, "same seed, same pretend world: ids, addresses, boot times")
	c.Flags().StringSliceVar(&f.Faults, "fault", nil, "break the pretend world from the start: "+list(p.Faults))
	return c
}

func resume(p Program, root *string, stdio Stdio) *cobra.Command {
	f := Flight{Err: stdio.Err}
	c := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "Go on with a run after a crash or a break (default: the newest unfinished one)",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.Run = args[0]
			}
			f.Root = *root
			if err := checkFlight(f, p.Faults); err != nil {
				return err
			}
			dir, err := pick(f)
			if err == nil && dir == "" {
				fmt.Fprintf(stdio.Out, "no unfinished run in %s: tminus rehearse starts one\n", safe.Line(f.Root))
				return nil
			}
			if err != nil {
				return err
			}
			if err := needTerminal(f, stdio); err != nil {
				return err
			}
			f.Run = dir
			return p.Resume(cmd.Context(), f, pilot(f, stdio))
		},
	}
	flightFlags(c, &f)
	return c
}

// pick is the folder of the run to go on with; "" when there is none.
func pick(f Flight) (string, error) {
	if f.Run != "" {
		dir, err := run.Find(f.Root, f.Run)
		return dir, code(Precondition, err)
	}
	dir, err := run.Newest(f.Root, true)
	if err == run.ErrNone {
		return "", nil
	}
	return dir, code(Precondition, err)
}

func flightFlags(c *cobra.Command, f *Flight) {
	c.Flags().Float64Var(&f.Speed, "speed", 10, "seconds of run time per real second, 1 to 3600")
	c.Flags().BoolVar(&f.Auto, "auto", false, "fly the whole plan without a terminal; the pretend world plays the people")
	c.Flags().BoolVar(&f.Back, "rollback-on-failure", false, "with --auto: roll back when a task fails")
	c.Flags().StringVar(&f.AWSListen, "aws-listen", "", "address for the pretend AWS, such as 127.0.0.1:4566, for other AWS clients")
	c.Flags().StringVar(&f.As, "as", "", "who you are: initials from the plan's contacts")
}

func checkFlight(f Flight, faults []string) error {
	if !(f.Speed >= 1 && f.Speed <= 3600) { // so that NaN is refused too
		return code(Usage, fmt.Errorf("--speed %g: the pretend clock runs 1 to 3600 times as fast as the real one", f.Speed))
	}
	if f.Back && !f.Auto {
		return code(Usage, fmt.Errorf("--rollback-on-failure goes with --auto; in the cockpit R rolls back"))
	}
	for _, name := range f.Faults {
		if !contains(faults, name) {
			return code(Usage, fmt.Errorf("--fault %s: the pretend world has no such fault; it has %s", name, list(faults)))
		}
	}
	return nil
}

func watchCommand(p Program, root *string) *cobra.Command {
	return &cobra.Command{
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
			return p.Watch(cmd.Context(), dir)
		},
	}
}

// fly refuses until AWS for real is there: a half-flown live run helps nobody.
func fly() *cobra.Command {
	return &cobra.Command{
		Use:   "run PLAN",
		Short: "Fly a plan for real (not in this version)",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := os.Stat(args[0]); err != nil {
				return code(Usage, fmt.Errorf("reading the plan: %w", err))
			}
			return code(Precondition, fmt.Errorf("this version cannot fly %s for real: it has no access to a real AWS account yet. Rehearse it: tminus rehearse %s", args[0], args[0]))
		},
	}
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
			head := ""
			if n := len(records); n > 0 {
				head = records[n-1].Sum
			}
			fmt.Fprintf(stdio.Out, "sound: %d records, head %s\n", len(records), head)
			return nil
		},
	}
}
