package awsops

// poll.go: waiting for the world, in run time, never for ever and never in silence.
//
// EC2 is eventually consistent: for a while after a change it may answer now as if
// the change had not been made, now as it is. So "not found" is believed of nothing
// younger than two minutes, "still there" of nothing that we ended less than two
// minutes ago, and neither on a single look.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tminus/tasks"
)

const (
	pollEvery   = 5 * time.Second
	patience    = 10 * time.Minute // for a boot, a status check, the console
	notYet      = 2 * time.Minute  // how long an answer that contradicts a change of ours means "not yet"
	enoughLooks = 5

	equalLooks  = 3                // times in a row that a doubtful answer has to be given
	firstWait   = 2 * time.Second  // between two looks; each wait is twice the one before
	longestWait = 30 * time.Second // at most
	maxUnheard  = 3                // looks without a usable answer before nobody can tell
)

// errPatience says that a poll ended without what it waited for.
var errPatience = errors.New("not in time")

// poll looks every five seconds of run time until done, an error that will not
// pass, or the end of patience. Patience counts looks as well as time: under the
// fast clock of a rehearsal one stall must not use it up.
func poll(ctx context.Context, c tasks.Call, limit time.Duration, look func() (done bool, err error)) error {
	end := c.Now().Add(limit)
	for looks := 1; ; looks++ {
		done, err := look()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && (!passing(err) || errors.Is(err, tasks.ErrUnknown)) {
			return err // an unknown outcome is for the engine to settle, not to repeat
		}
		if err == nil && done {
			return nil
		}
		if looks >= enoughLooks && c.Now().After(end) {
			if err != nil {
				return fmt.Errorf("%w within %s: %w", errPatience, limit, err)
			}
			return fmt.Errorf("%w within %s", errPatience, limit)
		}
		if err != nil {
			progress(c, "%v; looking again in %s", err, pollEvery)
		}
		if err := c.Wait(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// view is what one look saw, in words; looks that say the same are equal.
type view struct {
	says string
	// since is when the change was made that this contradicts, if it is stale: what is
	// younger than two minutes is looked at again. Zero: it is believed at once.
	since time.Time
}

// agreed looks until what it sees is to be believed: at once, or when it was said
// three times in a row and is old enough. A look without an answer counts for nothing,
// and three of them are an error, as are ten minutes of this and that. Each wait is told.
func agreed(ctx context.Context, c tasks.Call, look func() (view, error)) error {
	began, last := c.Now(), view{since: intended(c)}
	for looks, equal, unheard := 1, 0, 0; ; looks++ {
		v, err := look()
		why := v.says
		switch {
		case err == nil && v.since.IsZero():
			return nil
		case err == nil && v.says == last.says:
			last, equal = v, equal+1
		case err == nil:
			last, equal = v, 1
		case !passing(err) || unheard+1 == maxUnheard:
			return err
		default:
			equal, unheard, why = 0, unheard+1, err.Error()
		}
		waits := waitsAhead(looks, equal, c.Now().Sub(last.since))
		if len(waits) == 0 {
			return nil
		}
		if looks >= enoughLooks && c.Now().Sub(began) > patience {
			return fmt.Errorf("%s, and that cannot be relied on after %s; look at it in the console, then try again", why, patience)
		}
		progress(c, "%s; looking again in %s (%d of %d)", why, waits[0].Round(time.Second), looks+1, looks+len(waits))
		if err := c.Wait(ctx, waits[0]); err != nil {
			return err
		}
	}
}

// settled looks for what until it is found. "Not found" is believed of what was asked for two minutes ago.
func settled(ctx context.Context, c tasks.Call, what string, look func() (found bool, err error)) (found bool, err error) {
	since := intended(c)
	err = agreed(ctx, c, func() (view, error) {
		if found, err = look(); found {
			return view{}, err
		}
		return view{what + " is not there yet", since}, err
	})
	return found && err == nil, err
}

// waitsAhead are the pauses before the looks that are still needed, after so many
// looks, so many of the last ones equal, at something of this age.
func waitsAhead(looks, equal int, age time.Duration) []time.Duration {
	var waits []time.Duration
	for ; equal < equalLooks || age < notYet; looks, equal = looks+1, equal+1 {
		wait := min(firstWait<<min(looks-1, 10), longestWait)
		if left := notYet - age; left > 0 && left < wait {
			wait = max(left, firstWait)
		}
		waits, age = append(waits, wait), age+wait
	}
	return waits
}

// vanished asks of each thing whether it is gone; look says whether it is still there.
// It is asked after a call of ours that was to end it: "still there" is not believed
// before two minutes of it, no more than "not found" of what was made two minutes ago.
func vanished(ctx context.Context, c tasks.Call, kind string, look func(id string) (there bool, err error)) (bool, error) {
	since, began := intended(c), c.Now()
	for _, id := range made(c, kind) {
		there := false
		err := agreed(ctx, c, func() (v view, err error) {
			if there, err = look(id); there {
				return view{kind + " " + id + " is still there", began}, err
			}
			return view{kind + " " + id + " is not found", since}, err
		})
		if err != nil || there {
			return false, err
		}
	}
	return true, nil
}

// intended is when the effect was intended; now, for one that is being made.
func intended(c tasks.Call) time.Time {
	if c.At.IsZero() {
		return c.Now()
	}
	return c.At
}

// young reports whether "not found" of what the call made still means "not yet".
func young(c tasks.Call) bool { return c.Now().Sub(intended(c)) < notYet }

// fresh makes "not found" of our own new thing a "not yet" for the first two minutes.
func fresh(c tasks.Call, look func() (bool, error)) func() (bool, error) {
	since, looks := intended(c), 0
	return func() (bool, error) {
		done, err := look()
		looks++
		if age := c.Now().Sub(since); missing(err) && (looks < enoughLooks || age < notYet) {
			progress(c, "AWS does not show it yet, after %s; looking again in %s", age.Round(time.Second), pollEvery)
			return false, nil
		}
		return done, err
	}
}

func progress(c tasks.Call, format string, args ...any) {
	if c.Progress != nil {
		c.Progress(fmt.Sprintf(format, args...))
	}
}
