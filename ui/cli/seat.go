package cli

// seat.go: the conn, for a command that acts without a cockpit: it takes the conn where
// nobody has it and leaves it as it was found; it takes it from nobody unasked.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// seat is who acts.
type seat struct {
	as   string
	take bool // also from somebody else
}

func (p *seat) flags(c *cobra.Command) {
	c.Flags().StringVar(&p.as, "as", "", "who you are: initials from the plan's contacts")
	c.Flags().BoolVar(&p.take, "take", false, "take the conn even if somebody else has it")
}

func (p seat) check() error {
	if p.as == "" {
		return code(Usage, errors.New("say who you are: --as and your initials as in the plan's contacts"))
	}
	return nil
}

// refused is why the conn cannot be had; nil = it can, or is had.
func (p seat) refused(s *tasks.Snapshot) error {
	switch conn := s.State.Conn; {
	case conn.Holder == p.as:
		return nil
	case conn.Holder != "" && !p.take:
		return tasks.Refusal{Sentence: fmt.Sprintf("%s has the conn since %s: they hand it over in the cockpit (c), or --take takes it",
			conn.Holder, conn.Since.In(s.Plan.Zone).Format(time.TimeOnly))}
	}
	return s.State.Allowed(s.Plan, tasks.Command{Kind: tasks.TakeConn, By: p.as})
}

// known refuses whoever could not take the conn even if nobody had it.
func (p seat) known(st *tasks.State, in *plan.Plan) error {
	return seated(st, "").Allowed(in, tasks.Command{Kind: tasks.TakeConn, By: p.as})
}

// leave gives back the conn that nobody had, unless what was begun still needs somebody.
func (p seat) leave(ctx context.Context, a *auto) {
	if ctx.Err() == nil && a.session.First.State.Conn.Holder == "" && a.seen.State.Conn.Holder == p.as {
		_ = a.session.Send(tasks.Command{Kind: tasks.ReleaseConn, By: p.as}) // refused: something runs
	}
}
