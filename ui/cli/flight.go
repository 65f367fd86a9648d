package cli

// flight.go: rehearse and resume: the commands that open a cockpit, or fly without one. live.go has run.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

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
			if err := checkFlight(f, p.Fault); err != nil {
				return err
			}
			if err := needTerminal(f, stdio); err != nil {
				return err
			}
			name, src, err := p.Source(f.Plan)
			if err != nil {
				return err
			}
			if f.Plan == "" {
				name = "examples/" + name // where its text is
			}
			f.Notice = mention(name, src, unfinished(f.Root))
			return p.Rehearse(cmd.Context(), f, pilot(f, stdio))
		},
	}
	flightFlags(c, &f)
	c.Flags().Int64Var(&f.Seed, "seed", 1, "same seed, same pretend world: ids, addresses, boot times")
	c.Flags().StringVar(&f.Rebase, "rebase", "", "the day to rehearse, such as 2026-11-24 or \"2026-11-24 18:00\": the window begins then (default: the first unfinished task starts now)")
	c.Flags().StringSliceVar(&f.Faults, "fault", nil, "break the pretend world from the start: "+list(p.Faults))
	return c
}

// mention tells, once somebody asks, what is only worth knowing: a rehearsal is where doubts
// about a plan are met, and it is always a new run. The plan is judged beside the opening of
// the run, because the first frame waits for both.
func mention(name string, src []byte, older *run.Run) func() string {
	judged := make(chan string, 1)
	go func() {
		says, _ := doubts(name, src)
		judged <- says
	}()
	return sync.OnceValue(func() string {
		var notices []string
		if says := <-judged; says != "" {
			notices = append(notices, says)
		}
		if older != nil {
			notices = append(notices, fmt.Sprintf("an older run is unfinished: tminus resume %s goes on with it", filepath.Base(older.Dir)))
		}
		return strings.Join(notices, "\n")
	})
}

// unfinished is the newest run, unless it has ended. No other is read: the first frame waits for this.
func unfinished(root string) *run.Run {
	dir, err := run.Newest(root, false)
	if err != nil {
		return nil
	}
	if r, err := run.Load(dir); err == nil && !tasks.Fold(r.Plan, r.Events).Ended() {
		return r
	}
	return nil
}

func resume(p Program, root *string, stdio Stdio) *cobra.Command {
	f := Flight{Err: stdio.Err}
	c := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "Go on with a run after a crash or a break (default: the newest unfinished one)",
		Long:  "resume goes on with a run where its journal says; what was intended and has no answer is asked of the world first. A run that is released or rolled back is opened when it is named: to look at it, to take it back, to reopen it (O).",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.Run = args[0]
			}
			f.Root = *root
			if err := checkFlight(f, p.Fault); err != nil {
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
			f.Run, f.Paced = dir, cmd.Flags().Changed("speed")
			err = p.Resume(cmd.Context(), f, pilot(f, stdio))
			if locked := (*journal.LockedError)(nil); errors.As(err, &locked) {
				return watchInstead(cmd.Context(), p, f, stdio, locked)
			}
			return err
		},
	}
	flightFlags(c, &f)
	accessFlags(c, &f.Access)
	return c
}

// watchInstead offers a person to watch the run that somebody else flies, and tells anybody how to.
func watchInstead(ctx context.Context, p Program, f Flight, stdio Stdio, locked *journal.LockedError) error {
	if !f.Auto && stdio.terminal() {
		key, err := press(ctx, stdio, filepath.Base(f.Run)+": "+holder(locked)+" has it. Watch it instead? enter = watch, q = leave", "\rq")
		if err != nil {
			return err
		}
		if key == '\r' {
			return p.Watch(ctx, f.Run, theme(f.ASCII))
		}
	}
	return code(Precondition, fmt.Errorf("the run is held by %s: end that one first, or follow it with %s", holder(locked), commandLine("watch", f, f.Run)))
}

// holder names who flies a run.
func holder(locked *journal.LockedError) string {
	if locked.Holder == "" {
		return "another tminus"
	}
	return safe.Line(locked.Holder)
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
	speedFlag(c, f)
	c.Flags().BoolVar(&f.Auto, "auto", false, "fly the whole plan without a terminal; the pretend world plays the people")
	c.Flags().BoolVar(&f.Back, "rollback-on-failure", false, "with --auto: roll back when a task fails")
	c.Flags().StringVar(&f.AWSListen, "aws-listen", "", "address for the pretend AWS, such as 127.0.0.1:4566, for other AWS clients")
	c.Flags().StringVar(&f.As, "as", "", "who you are: initials from the plan's contacts")
	asciiFlag(c, &f.ASCII)
}

func asciiFlag(c *cobra.Command, ascii *bool) {
	c.Flags().BoolVar(ascii, "ascii", false, "draw the cockpit in ASCII, for a terminal that has no other glyphs")
}

func speedFlag(c *cobra.Command, f *Flight) {
	c.Flags().Float64Var(&f.Speed, "speed", 10, "seconds of run time per real second, 1 to 3600")
}

func checkFlight(f Flight, fault func(name string) error) error {
	if !(f.Speed >= 1 && f.Speed <= 3600) { // so that NaN is refused too
		return code(Usage, fmt.Errorf("--speed %g: the pretend clock runs 1 to 3600 times as fast as the real one", f.Speed))
	}
	if f.Back && !f.Auto {
		return code(Usage, fmt.Errorf("--rollback-on-failure goes with --auto; in the cockpit R rolls back"))
	}
	for _, name := range f.Faults {
		if err := fault(name); err != nil {
			return code(Usage, fmt.Errorf("--fault: %w", err))
		}
	}
	return nil
}

// ReadPlan reads a plan's file, a byte more than plan.Load takes, so that it says why.
func ReadPlan(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, code(Usage, fmt.Errorf("reading the plan: %w", err))
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, 4<<20+1))
	if err != nil {
		return nil, code(Usage, fmt.Errorf("reading the plan: %w", err))
	}
	return src, nil
}
