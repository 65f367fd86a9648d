package awsops

// poll.go: waiting for the world, in run time and never for ever.

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
		if err := c.Wait(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// settled asks until something is found, at 0, 2 and 30 seconds of run time: EC2
// answers "not found" for a while after it made a thing, and only three times
// "not found" is no.
func settled(ctx context.Context, c tasks.Call, look func() (found bool, err error)) (bool, error) {
	for _, wait := range []time.Duration{2 * time.Second, 28 * time.Second, 0} {
		found, err := look()
		if err != nil || found {
			return found, err
		}
		if wait == 0 {
			break
		}
		if err := c.Wait(ctx, wait); err != nil {
			return false, err
		}
	}
	return false, nil
}

// fresh makes "not found" of our own new thing a "not yet" for the first two minutes.
func fresh(c tasks.Call, look func() (bool, error)) func() (bool, error) {
	began, looks := c.Now(), 0
	return func() (bool, error) {
		done, err := look()
		looks++
		if missing(err) && (looks < enoughLooks || c.Now().Sub(began) < notYet) {
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
