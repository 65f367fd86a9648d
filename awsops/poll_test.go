package awsops

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tminus/tasks"
)

// leap is a call whose every wait takes as long as told, whatever was asked for:
// the clock of a rehearsal at high speed on a machine that stalls.
func leap(each time.Duration) (tasks.Call, *int) {
	now, waits := time.Unix(0, 0), 0
	return tasks.Call{Now: func() time.Time { return now }, Wait: func(ctx context.Context, d time.Duration) error {
		waits++
		now = now.Add(max(each, d))
		return ctx.Err()
	}}, &waits
}

func TestPoll(t *testing.T) {
	fatal, quiet := errors.New("no such thing"), &silence{text: "no answer"}
	for _, tt := range []struct {
		name  string
		each  time.Duration
		looks []error // one for each look; nil = done, errNoBlock = not yet
		want  error
		waits int
	}{
		{"at once", 0, []error{nil}, nil, 0},
		{"a stall does not use up patience", time.Hour, []error{errNoBlock, errNoBlock, errNoBlock, errNoBlock, nil}, nil, 4},
		{"but looks do", time.Hour, []error{errNoBlock, errNoBlock, errNoBlock, errNoBlock, errNoBlock, nil}, errPatience, 4},
		{"silence passes", 0, []error{quiet, quiet, nil}, nil, 2},
		{"throttling passes", 0, []error{&refused{code: "RequestLimitExceeded"}, nil}, nil, 1},
		{"denial does not", 0, []error{&refused{code: "UnauthorizedOperation", message: "denied"}}, &refused{}, 0},
		{"an unknown outcome is not repeated", 0, []error{tasks.Unknown(quiet), nil}, tasks.ErrUnknown, 0},
		{"anything else ends it", 0, []error{errNoBlock, fatal}, fatal, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, waits := leap(tt.each)
			n := 0
			err := poll(t.Context(), c, time.Minute, func() (bool, error) {
				n++
				if err := tt.looks[n-1]; err != errNoBlock {
					return err == nil, err
				}
				return false, nil
			})
			var r *refused
			if is := errors.Is(err, tt.want) || errors.As(err, &r) && fmt.Sprintf("%T", tt.want) == "*awsops.refused"; !is || *waits != tt.waits {
				t.Errorf("%v after %d waits; want %v after %d", err, *waits, tt.want, tt.waits)
			}
		})
	}
}

func TestPollEndsWithAnAbort(t *testing.T) {
	ctx, abort := context.WithCancel(t.Context())
	c, waits := leap(0)
	err := poll(ctx, c, time.Hour, func() (bool, error) {
		abort()
		return false, nil
	})
	if !errors.Is(err, context.Canceled) || *waits != 0 {
		t.Errorf("%v after %d waits", err, *waits)
	}
}
