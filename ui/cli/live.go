package cli

// live.go: run: a plan is flown for real. It refuses early, and with nothing made, what a
// live run must not be: a plan with errors, another day than the plan's, nobody at the keys.

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

func runCommand(p Program, root *string, stdio Stdio) *cobra.Command {
	f := Flight{Err: stdio.Err, Speed: 1}
	c := &cobra.Command{
		Use:   "run PLAN",
		Short: "Fly a plan for real, in its own AWS account",
		Long: "run opens the cockpit on a plan in the account and region that it pins. Nothing is touched before somebody takes the conn (c) and starts a task; every effect first makes sure that the credentials are still those of the plan's account.\n\n" +
			"It refuses a plan with errors (tminus check), one whose day has passed unless --rebase spells the new one out, and another region than the plan's. tminus doctor PLAN tells beforehand who you are and what you may; tminus check --live PLAN whether the account fits the plan.\n\n" +
			"Exit codes: 0 left or ended, 2 usage, 3 the plan has errors, 6 another region, a passed day or a run held by somebody else, 74 the journal failed.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Plan, f.Root = args[0], *root
			src, err := ReadPlan(f.Plan)
			if err != nil {
				return err
			}
			if err := flyableLive(f, src, time.Now()); err != nil {
				return err
			}
			if err := needTerminal(f, stdio); err != nil {
				return err
			}
			going, err := unfinishedLive(cmd.Context(), f, src, stdio)
			if err != nil {
				return err
			}
			fly := p.Run
			if going != "" {
				f.Run, fly = going, p.Resume
			}
			f.Notice = func() string { says, _ := doubts(f.Plan, src); return says }
			err = fly(cmd.Context(), f, pilot(f, stdio))
			if locked := (*journal.LockedError)(nil); going != "" && errors.As(err, &locked) {
				return watchInstead(cmd.Context(), p, f, stdio, locked)
			}
			return err
		},
	}
	accessFlags(c, &f.Access)
	c.Flags().StringVar(&f.As, "as", "", "who you are: initials from the plan's contacts")
	c.Flags().StringVar(&f.Rebase, "rebase", "", "the new day of a plan whose day has passed, such as 2026-11-24 or \"2026-11-24 18:00\": the window begins then")
	asciiFlag(c, &f.ASCII)
	return c
}

func accessFlags(c *cobra.Command, a *Access) {
	c.Flags().StringVar(&a.Profile, "profile", "", "profile of the shared AWS configuration (default: AWS_PROFILE, else default)")
	c.Flags().StringVar(&a.Region, "region", "", "AWS region (default: the environment's or the profile's, else the plan's)")
}

// flyableLive refuses a plan that must not be flown for real, or not today.
func flyableLive(f Flight, src []byte, now time.Time) error {
	p, err := plan.Load(f.Plan, src)
	if err != nil {
		return err
	}
	if says, errors := doubts(f.Plan, src); errors > 0 {
		return code(PlanInvalid, fmt.Errorf("a live run refuses a plan with errors: %s", says))
	}
	if f.As != "" && p.Contact(f.As) == nil {
		return code(Usage, fmt.Errorf("--as %s: the plan has no such contact; say the initials of one of its people", f.As))
	}
	return onItsDay(p, f.Rebase, now)
}

// onItsDay refuses a plan whose window is over, as moved to the day that was spelled out: a
// live run is never moved silently.
func onItsDay(p *plan.Plan, day string, now time.Time) error {
	if day != "" {
		moved, err := p.RebaseTo(day)
		if err != nil {
			return code(Usage, fmt.Errorf("--rebase: %w", err))
		}
		p = moved
	}
	if end := p.Window.End; now.After(end.Time) {
		return code(Precondition, fmt.Errorf("the window of %s ended at %s: spell the new day out with --rebase, such as --rebase %s",
			p.Change, end.In(p.Zone).Format("2006-01-02 15:04 MST"), now.In(p.Zone).AddDate(0, 0, 1).Format(time.DateOnly)))
	}
	return nil
}

// unfinishedLive is the folder of an unfinished live run of the same change, if whoever asks
// for a new one would rather go on with it; "" = a new one. Two runs of one change at once
// are what nobody wants without having been asked.
func unfinishedLive(ctx context.Context, f Flight, src []byte, stdio Stdio) (string, error) {
	p, err := plan.Load(f.Plan, src)
	if err != nil {
		return "", err
	}
	dir, err := run.UnfinishedLive(f.Root, p.Change)
	if errors.Is(err, run.ErrNone) {
		return "", nil
	}
	if err != nil {
		return "", code(Precondition, err)
	}
	goOn := commandLine("resume", f, dir)
	if !stdio.terminal() {
		return "", code(Precondition, fmt.Errorf("a live run of %s is unfinished: %s goes on with it", p.Change, goOn))
	}
	key, err := press(ctx, stdio, fmt.Sprintf("a live run of %s is unfinished: %s. enter = go on with it, n = begin another, q = leave", p.Change, filepath.Base(dir)), "\rnq")
	switch {
	case err != nil:
		return "", err
	case key == 'n':
		return "", nil
	case key == '\r':
		return dir, nil
	}
	return "", code(WasAborted, fmt.Errorf("nothing was begun; %s goes on with %s", goOn, filepath.Base(dir)))
}
