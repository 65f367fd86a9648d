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

func TestAStoppedClockStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
		c := New(from, 10)
		c.Pause(false) // goes on already: nothing
		time.Sleep(time.Second)
		for range 2 { // twice is once
			c.Pause(true)
			time.Sleep(time.Second)
		}
		if got := c.Now().Sub(from); !c.Paused() || got != 10*time.Second {
			t.Errorf("stopped: %v, at %v", c.Paused(), got)
		}
		if c.Steady() != 3*time.Second || c.Speed() != 10 {
			t.Errorf("real time since the start %v, speed %g", c.Steady(), c.Speed())
		}
	})
}

func TestWaitingForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(time.Unix(0, 0), 10)
		c.Pause(true)
		began := time.Now()
		for _, d := range []time.Duration{0, -time.Hour} {
			if err := c.Wait(t.Context(), d); err != nil {
				t.Errorf("%v: %v", d, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.Wait(ctx, 0); !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: %v", err)
		}
		if time.Since(began) != 0 {
			t.Errorf("it took %v", time.Since(began))
		}
	})
}

// TestTimeNeverGoesBack stops and starts a fast clock at odd moments.
func TestTimeNeverGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(time.Unix(0, 0), 3599.7)
		last := c.Now()
		for n := range 10_000 {
			time.Sleep(time.Duration(n%7) * 333 * time.Nanosecond)
			c.Pause(n%3 == 0)
			now := c.Now()
			if now.Before(last) {
				t.Fatalf("after %d steps: %v, after %v", n, now, last)
			}
			last = now
		}
	})
}

// TestManyWaitersOfOneClock wakes all of them at their moment, whatever is stopped meanwhile.
func TestManyWaitersOfOneClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(time.Unix(0, 0), 60)
		woke := make(chan time.Duration, 50)
		for n := range 50 {
			go func() {
				d := time.Duration(n) * time.Minute
				if err := c.Wait(t.Context(), d); err != nil {
					t.Error(err)
				}
				woke <- c.Now().Sub(time.Unix(0, 0)) - d
			}()
		}
		for range 10 {
			time.Sleep(3 * time.Second)
			c.Pause(true)
			time.Sleep(time.Hour)
			c.Pause(false)
		}
		for range 50 {
			if late := <-woke; late < 0 || late > time.Second {
				t.Errorf("somebody woke %v late", late)
			}
		}
	})
}
