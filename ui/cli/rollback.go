package cli

// rollback.go: the cockpit's rollback without a terminal, for the day on which there is
// none. The same review, the same confirmation, the same engine; it can be called again
// after whatever ended it, and goes on.

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

// wayBack is the crew of a rollback: one person, who has said beforehand what they agree to.
type wayBack struct {
	task    string // from its effects on; "" = everything
	confirm string // the change number; "" = nothing is to be undone, only shown
	reason  string
	seat    seat
	agreed  bool // the review was shown and may be acted on
	opened  int  // events there were before
}

func rollbackCommand(p Program, root *string, stdio Stdio) *cobra.Command {
	f, w := Flight{Err: stdio.Err, Still: true}, wayBack{}
	c := &cobra.Command{
		Use:   "rollback RUN",
		Short: "Undo what a run has made, without the cockpit",
		Long: "rollback asks the world what there is to undo and shows it: each effect, by which call, on which resource, what is lost, what stays and costs. With --confirm and --reason it stops what runs and undoes, newest effect first. Killed or interrupted, the same command goes on.\n\n" +
			"Exit codes: 0 undone (what stays by policy is named), 4 stopped or not provable, 6 refused, 74 the journal failed, 130 interrupted.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Root, f.Run, f.As = *root, args[0], w.seat.as
			if err := errors.Join(checkFlight(f, nil), w.seat.check(), w.check()); err != nil {
				return err
			}
			var err error
			if f.Run, err = run.Find(f.Root, f.Run); err != nil {
				return code(Precondition, err)
			}
			return leaveFirst(p.Resume(cmd.Context(), f, func(ctx context.Context, s Session) error {
				err := w.fly(ctx, f, s, stdio)
				return interrupted(ctx, err, fmt.Sprintf("what was sent is in the journal; the same command goes on, or the cockpit: %s", commandLine("resume", f, s.Dir)))
			}))
		},
	}
	w.seat.flags(c)
	speedFlag(c, &f)
	accessFlags(c, &f.Access)
	c.Flags().StringVar(&w.task, "task", "", "undo from the effects of this task on (default: everything)")
	c.Flags().StringVar(&w.confirm, "confirm", "", "the change number: without it the rollback is shown and nothing is undone")
	c.Flags().StringVar(&w.reason, "reason", "", "why; it stays in the journal")
	return c
}

func (w wayBack) check() error {
	if w.confirm != "" && strings.TrimSpace(w.reason) == "" {
		return code(Usage, errors.New("a rollback needs a reason: --reason"))
	}
	return nil
}

// fly shows the review and, where it was confirmed, undoes.
func (w wayBack) fly(ctx context.Context, f Flight, s Session, stdio Stdio) error {
	w.opened = len(s.First.State.Events)
	a := &auto{session: s, out: stdio.Out, seen: s.First, printed: w.opened}
	defer w.seat.leave(ctx, a)
	if why := busy(s.First); why != "" {
		fmt.Fprintln(stdio.Err, safe.Line(why))
	}
	if err := a.fly(ctx, w); err != nil {
		return err
	}
	if over(a.seen.State, w.task) {
		fmt.Fprintf(stdio.Out, "%s is rolled back already, %s\n", filepath.Base(s.Dir), safe.Line(leftover(a.seen.State.WayBack(w.task).Left)))
		return nil
	}
	review(stdio.Out, a.seen, w.task)
	if err := w.unproven(a.seen); err != nil {
		return err
	}
	if w.confirm == "" {
		fmt.Fprintln(stdio.Err, safe.Line("nothing was undone. To undo this: "+w.line(f, s)))
		return nil
	}
	w.agreed = true
	if err := a.fly(ctx, w); err != nil {
		return err
	}
	fmt.Fprintf(stdio.Out, "%s is rolled back, %s\n", filepath.Base(s.Dir), safe.Line(leftover(a.seen.State.WayBack(w.task).Left)))
	return nil
}

// line is the command that undoes what was shown.
func (w wayBack) line(f Flight, s Session) string {
	line := commandLine("rollback", f, s.Dir)
	if w.task != "" {
		line += " --task " + w.task
	}
	line += fmt.Sprintf(` --confirm %s --reason "…" --as %s`, s.First.State.Change, w.seat.as)
	if w.seat.take {
		line += " --take"
	}
	return line
}

// next takes the conn, stops what runs, asks the world, and then undoes.
func (w wayBack) next(s *tasks.Snapshot, _ time.Time) (tasks.Command, bool) {
	st := s.State
	switch c := (tasks.Command{By: w.seat.as}); {
	case !w.asksWorld(s):
		return tasks.Command{}, false
	case st.Conn.Holder != w.seat.as: // also when a gap took it away: the rollback waits for somebody
		c.Kind = tasks.TakeConn
		return c, len(s.Waking) == 0
	case w.begun(st):
		return tasks.Command{}, false
	case busy(s) != "":
		c.Kind, c.Text = tasks.AbortRunning, w.reason
		return c, true
	case !asked(s, w.task):
		c.Kind, c.Task = tasks.ReviewRollback, w.task
		return c, true
	case w.agreed && s.Review.Done:
		c.Kind, c.Task, c.Confirm, c.Text, c.Head = tasks.RollBack, w.task, w.confirm, w.reason, st.ReviewHead()
		return c, true
	}
	return tasks.Command{}, false
}

// due is never: a rollback waits for answers, not for an hour.
func (w wayBack) due(*tasks.Snapshot, time.Time) time.Time { return time.Time{} }

// ended reports that the review can be shown, or that the rollback has come to an end.
func (w wayBack) ended(s *tasks.Snapshot, now time.Time) (bool, error) {
	st := s.State
	if w.begun(st) {
		switch way := st.WayBack(w.task); way.Phase {
		case tasks.RolledBack:
			return true, nil
		case tasks.RollbackHalted:
			return true, code(TaskFailed, fmt.Errorf("the rollback stopped: %s. The same command goes on with it, or R in the cockpit", way.Stopped))
		}
		return false, nil
	}
	if over(st, w.task) {
		return true, nil
	}
	if err := w.refused(s); err != nil {
		return true, code(Precondition, err)
	}
	switch {
	case !w.asksWorld(s):
		return true, nil
	case busy(s) != "" || !asked(s, w.task) || !s.Review.Done:
		return false, nil
	case !w.agreed:
		return true, nil
	}
	err := w.unproven(s)
	return err != nil, err
}

// unproven is why nothing can be undone on what the world has answered.
func (w wayBack) unproven(s *tasks.Snapshot) error {
	why := s.Review.Unproven(w.task, s.State.ReviewHead())
	if why == "" || !w.asksWorld(s) {
		return nil
	}
	return code(TaskFailed, fmt.Errorf("nothing was undone: it cannot be told what there is to undo: %s. The same command asks again", why))
}

// refused is why this rollback cannot be, known before anything is stopped for it.
func (w wayBack) refused(s *tasks.Snapshot) error {
	st := s.State
	if w.confirm != "" && w.confirm != st.Change {
		return tasks.Refusal{Sentence: fmt.Sprintf("the change number typed is %q, this change is %s", w.confirm, st.Change)}
	}
	if err := w.seat.refused(s); err != nil {
		return err
	}
	if busy(s) != "" { // what it leaves is not known before it is stopped
		return nil
	}
	return seated(st, w.seat.as).Allowed(s.Plan, tasks.Command{Kind: tasks.ReviewRollback, By: w.seat.as, Task: w.task})
}

// begun reports that the rollback was started by this process.
func (w wayBack) begun(st *tasks.State) bool {
	for _, e := range st.Events[w.opened:] {
		if _, ok := e.Body.(tasks.RollbackStarted); ok {
			return true
		}
	}
	return false
}

// asksWorld reports whether the world is asked at all: what only is to be shown stops nothing that runs.
func (w wayBack) asksWorld(s *tasks.Snapshot) bool {
	return w.confirm != "" || busy(s) == ""
}

// busy says what has to be stopped first; "" = nothing.
func busy(s *tasks.Snapshot) string {
	switch running := s.State.Busy(s.Plan); {
	case s.State.Rollback.Phase == tasks.RollbackRunning:
		return "a rollback was interrupted: with --confirm it goes on"
	case len(running) > 0:
		return fmt.Sprintf("%s is running: it is aborted before anything is undone", list(running))
	}
	return ""
}

// over reports that there is nothing left to undo because it was undone.
func over(st *tasks.State, task string) bool {
	way := st.WayBack(task)
	return way.Phase == tasks.RolledBack && (way.From == "" || len(st.Backwards(task)) == 0)
}

// leaveFirst says what to do about a run that is open in a cockpit.
func leaveFirst(err error) error {
	if locked := (*journal.LockedError)(nil); errors.As(err, &locked) {
		return code(Precondition, fmt.Errorf("the run is held by %s: leave the cockpit first (q)", holder(locked)))
	}
	return err
}
