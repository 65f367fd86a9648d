package clock

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestClockScalesAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
		c := New(from, 60)
		time.Sleep(2 * time.Second)
		if got := c.Now().Sub(from); got != 2*time.Minute {
			t.Fatalf("after 2 s at 60×: %v", got)
		}
		c.Pause(true)
		time.Sleep(time.Hour)
		if got := c.Now().Sub(from); got != 2*time.Minute {
			t.Fatalf("a stopped clock moved to %v", got)
		}
		c.Pause(false)
		time.Sleep(time.Second)
		if got := c.Now().Sub(from); got != 3*time.Minute {
			t.Fatalf("after going on: %v", got)
		}
	})
}

func TestWaitSpansAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(time.Unix(0, 0), 10)
		start := time.Now()
		go func() {
			time.Sleep(time.Second)
			c.Pause(true)
			time.Sleep(time.Minute)
			c.Pause(false)
		}()
		if err := c.Wait(t.Context(), 30*time.Second); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start).Round(time.Millisecond); got != 63*time.Second {
			t.Fatalf("30 s at 10× with a minute's pause took %v of real time", got)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(time.Unix(0, 0), 1)
		c.Pause(true)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
	})
}
