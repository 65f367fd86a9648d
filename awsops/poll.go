package awsops

// poll.go: waiting for the world, in run time, never for ever and never in silence.
//
// EC2 is eventually consistent: it may answer "not found" for a while after it
// made a thing. So a "not found" is believed of nothing younger than two minutes,
// and of nothing on a single look.

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
	notYet      = 2 * time.Minute  // how long "not found" of our own new thing means "not yet"
	enoughLooks = 5

	equalLooks  = 3                // times in a row that "not found" has to be said
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

// settled looks for what until it is found. "Not found" counts only when it was
// said three times in a row and the effect is two minutes old; a look without an
// answer counts for nothing, and three of them are an error. Each wait is told.
func settled(ctx context.Context, c tasks.Call, what string, look func() (found bool, err error)) (bool, error) {
	since, unheard := intended(c), 0
	for looks, equal := 1, 0; ; looks++ {
		found, err := look()
		why := what + " is not there yet"
		switch {
		case err == nil && found:
			return true, nil
		case err == nil:
			equal++
		case !passing(err) || unheard+1 == maxUnheard:
			return false, err
		default:
			equal, unheard, why = 0, unheard+1, err.Error()
		}
		waits := waitsAhead(looks, equal, c.Now().Sub(since))
		if len(waits) == 0 {
			return false, nil
		}
		progress(c, "%s; looking again in %s (%d of %d)", why, waits[0].Round(time.Second), looks+1, looks+len(waits))
		if err := c.Wait(ctx, waits[0]); err != nil {
			return false, err
		}
	}
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

// vanished asks of each thing, as patiently as settled, whether it is gone; look
// says whether it is still there.
func vanished(ctx context.Context, c tasks.Call, kind string, look func(id string) (there bool, err error)) (bool, error) {
	for _, id := range made(c, kind) {
		there, err := settled(ctx, c, kind+" "+id, func() (bool, error) { return look(id) })
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
