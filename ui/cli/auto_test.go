package cli

// auto_test.go: the pilot's own loop: what it does about refusals, the end of the engine, and being interrupted.

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
)

// session is one whose engine answers every command with err and publishes the same snapshot once a second.
func session(t *testing.T, ctx context.Context, first *tasks.Snapshot, err error) (Session, *int) {
	slot, asked := tasks.NewSlot(), new(int)
	go func() {
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-tick.C:
				s := *first
				s.Wall = first.Wall.Add(time.Since(began(t)))
				slot.Put(&s)
			case <-ctx.Done():
				return
			}
		}
	}()
	return Session{Dir: "TOY1-1", First: first, Slot: slot, Done: make(chan struct{}), Err: func() error { return nil },
		Send: func(tasks.Command) error { *asked++; return err }}, asked
}

// began is when a synctest bubble's clock begins.
func began(*testing.T) time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestAStandingRefusalEndsTheFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s, asked := session(t, ctx, fold(t, four), tasks.Refusal{Sentence: "the conn is glued to the chair"})
		err := (&auto{session: s, out: new(bytes.Buffer), seen: s.First}).fly(ctx, people{})
		if exitCode(ctx, err) != TaskFailed || !strings.Contains(err.Error(), "nothing goes on: the conn is glued") {
			t.Errorf("it ended with %v", err)
		}
		if took := time.Since(began(t)); took < patience || took > patience+5*time.Second || *asked > 40 {
			t.Errorf("it asked %d times in %v", *asked, took)
		}
	})
}

// TestNobodyPlaysThePeopleOfALiveRun: whichever command was given --auto.
func TestNobodyPlaysThePeopleOfALiveRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s, asked := session(t, ctx, fold(t, four), nil)
		s.First.State.Mode = tasks.LiveRun
		err := pilot(Flight{Auto: true}, Stdio{Out: new(bytes.Buffer), Err: new(bytes.Buffer)})(ctx, s)
		if exitCode(ctx, err) != Usage || !strings.Contains(err.Error(), "this run is live") || *asked > 0 {
			t.Errorf("it asked %d times and ended with %v", *asked, err)
		}
	})
}

func TestInterruptedWhileSendingIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, _ := session(t, ctx, fold(t, four), nil)
		s.Send = func(tasks.Command) error { cancel(); return errors.New("the run is closed") }
		var out bytes.Buffer
		err := pilot(Flight{Auto: true}, Stdio{Out: &out, Err: &out})(ctx, s)
		if exitCode(ctx, err) != Interrupted || !strings.Contains(err.Error(), "tminus resume TOY1-1") {
			t.Errorf("it ended with %v", err)
		}
	})
}

func TestTheEngineEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s, _ := session(t, ctx, fold(t, four, all(conn, start)...), nil)
		done, gone := make(chan struct{}), errors.New("the disk is gone")
		s.Done, s.Err = done, func() error { return gone }
		close(done)
		if err := (&auto{session: s, out: new(bytes.Buffer), seen: s.First}).fly(ctx, people{}); !errors.Is(err, gone) {
			t.Errorf("it ended with %v", err)
		}
	})
}

func TestEveryEventIsToldOnce(t *testing.T) {
	var out bytes.Buffer
	a := &auto{out: &out}
	for n := range 3 {
		a.tell(fold(t, four, all(conn, m1, t1)[:n]...))
		a.tell(fold(t, four, all(conn, m1, t1)[:n]...))
	}
	if got := strings.Count(out.String(), "\n"); got != 3 {
		t.Errorf("%d lines of 3 events:\n%s", got, out.String())
	}
}
