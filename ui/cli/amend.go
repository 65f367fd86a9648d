package cli

// amend.go: the plan changes on the day. What changes is shown first, in the dates of the
// file, and so is what cannot change any more; only then is anything written.

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

// amending is one amendment on its way.
type amending struct {
	file   string // as it was named
	reason string
	seat   seat
	yes    bool

	shown  string // SHA-256 of the plan in force when the changes were shown
	change *tasks.Amendment
}

func amendCommand(p Program, root *string, stdio Stdio) *cobra.Command {
	f, w := Flight{Err: stdio.Err, Still: true, Speed: 1}, amending{}
	c := &cobra.Command{
		Use:   "amend RUN PLAN",
		Short: "Change the plan of a run on the day",
		Long: "amend shows what PLAN changes of the plan that RUN is flown by, in the dates of the file, and writes it with --yes or when y is typed. People, times and tasks that have not begun may change; the older plans stay in the run's folder.\n\n" +
			"Exit codes: 0 amended, shown, or nothing to change; 3 the plan is invalid; 6 refused; 74 the journal failed.",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Root, f.As, w.file = *root, w.seat.as, args[1]
			if err := errors.Join(w.seat.check(), w.check()); err != nil {
				return err
			}
			var err error
			if f.Run, err = run.Find(f.Root, args[0]); err != nil {
				return code(Precondition, err)
			}
			agreed, err := w.agree(cmd.Context(), p, f, stdio)
			if !agreed || err != nil {
				return err
			}
			return leaveFirst(p.Resume(cmd.Context(), f, func(ctx context.Context, s Session) error {
				return interrupted(ctx, w.write(s, stdio), "the same command says whether it was written")
			}))
		},
	}
	w.seat.flags(c)
	c.Flags().StringVar(&w.reason, "reason", "", "why; it stays in the journal")
	c.Flags().BoolVar(&w.yes, "yes", false, "write it without asking")
	return c
}

func (w *amending) check() error {
	if strings.TrimSpace(w.reason) == "" {
		return code(Usage, errors.New("an amendment needs a reason: --reason"))
	}
	return nil
}

// agree shows the changes and reports whether they are to be written. It takes no lock: a
// plan can be tried against a run that somebody flies.
func (w *amending) agree(ctx context.Context, p Program, f Flight, stdio Stdio) (bool, error) {
	r, err := run.Load(f.Run)
	if err != nil {
		return false, err
	}
	st := tasks.Fold(r.Plan, r.Events)
	if w.change, err = p.Amendment(w.file, st.Run); err != nil {
		return false, err
	}
	w.shown = st.Plan
	inForce, err := run.Written(r.Dir, r.Events) // the dates of the file, on both sides
	if err != nil {
		return false, err
	}
	changes, retested := w.change.Changes(inForce), w.change.Digest != st.Suite
	if len(changes) == 0 && !retested {
		fmt.Fprintf(stdio.Out, "%s says what %s is flown by: nothing to change\n", safe.Line(w.file), filepath.Base(f.Run))
		return false, nil
	}
	for _, c := range changes {
		fmt.Fprintln(stdio.Out, safe.Line(c.String()))
	}
	if retested {
		fmt.Fprintln(stdio.Out, "the smoke tests' files changed")
	}
	err = errors.Join(w.seat.known(st, r.Plan), seated(st, w.seat.as).Allowed(inForce, w.command(w.change.Plan)))
	if err != nil {
		return false, code(Precondition, err)
	}
	if w.yes || !stdio.terminal() {
		if !w.yes {
			fmt.Fprintln(stdio.Err, w.hint(&tasks.Snapshot{Plan: r.Plan, State: st}))
		}
		return w.yes, nil
	}
	key, err := press(ctx, stdio, "Write it? y = yes, n = no", "yn")
	return key == 'y', err
}

// hint is what would write what was shown, or what is in the way of it.
func (w *amending) hint(s *tasks.Snapshot) string {
	if err := w.seat.refused(s); err != nil {
		return "nothing was written, and --yes would be refused: " + safe.Line(err.Error())
	}
	return "nothing was written: --yes writes it"
}

// command asks for the change, its times as in the plan p.
func (w *amending) command(p *plan.Plan) tasks.Command {
	a := *w.change
	a.Plan = p
	return tasks.Command{Kind: tasks.AmendPlan, By: w.seat.as, Text: w.reason, Amend: &a}
}

// write puts the changed plan in the place of the one that was shown.
func (w *amending) write(s Session, stdio Stdio) error {
	first := s.First.State
	if first.Plan != w.shown {
		return code(Precondition, errors.New("somebody amended the plan meanwhile: look at the changes again"))
	}
	if err := w.seat.refused(s.First); err != nil {
		return code(Precondition, err)
	}
	var asks []tasks.Command
	if first.Conn.Holder != w.seat.as {
		asks = append(asks, tasks.Command{Kind: tasks.TakeConn, By: w.seat.as})
	}
	moved, err := run.Moved(first.Events, w.change.Plan)
	if err != nil {
		return code(Precondition, err)
	}
	asks = append(asks, w.command(moved))
	if first.Conn.Holder == "" {
		asks = append(asks, tasks.Command{Kind: tasks.ReleaseConn, By: w.seat.as})
	}
	for _, c := range asks {
		if err := s.Send(c); errors.As(err, new(tasks.Refusal)) {
			return code(Precondition, err)
		} else if err != nil {
			return err
		}
	}
	fmt.Fprintf(stdio.Out, "amended: %s is flown by %s from now on; the plans before it stay in its folder\n", filepath.Base(s.Dir), safe.Line(w.file))
	return nil
}
