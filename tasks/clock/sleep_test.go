package clock

// sleep_test.go: what closing the lid and setting the clock do to run time and to
// those who wait in it.

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// opened is when the rehearsals of these tests begin.
func opened() time.Time { return time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC) }

// jumps are what may happen to a wall clock between two looks.
func jumps() []time.Duration {
	var all []time.Duration
	for _, d := range []time.Duration{time.Second, time.Minute, time.Hour, 12 * time.Hour, 24 * time.Hour, 50 * 365 * 24 * time.Hour} {
		all = append(all, d, -d)
	}
	return all
}

// TestTheRealWallIsOnlyAWall asks outside a bubble, whose times have no monotonic part.
func TestTheRealWallIsOnlyAWall(t *testing.T) {
	if wall := Real().Wall(); wall != wall.Round(0) {
		t.Errorf("%v has a monotonic part: one wall less another would hide a jump", wall)
	}
}

func TestTheRealFacesGoTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := Real()
		wall, steady := src.Wall(), src.Steady()
		time.Sleep(time.Minute)
		if got := src.Wall().Sub(wall); got != time.Minute {
			t.Errorf("the wall went %v in a minute", got)
		}
		if got := src.Steady() - steady; got != time.Minute {
			t.Errorf("steady time went %v in a minute", got)
		}
	})
}

func TestARehearsalKnowsNoWall(t *testing.T) {
	for _, jump := range jumps() {
		t.Run(jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lap := newLaptop()
				c := NewFrom(lap.source(), opened(), 60)
				want := func(run time.Duration) {
					t.Helper()
					if got := c.Now().Sub(opened()); got != run {
						t.Errorf("run time went %v, want %v", got, run)
					}
				}
				time.Sleep(time.Second)
				lap.set(jump)
				want(time.Minute)
				c.Pause(true)
				lap.set(jump) // with a confirmation open
				time.Sleep(time.Hour)
				want(time.Minute)
				c.Pause(false)
				time.Sleep(2 * time.Second)
				want(3 * time.Minute)
				if got := c.Wall().Sub(time.Now().Round(0)); got != 2*jump {
					t.Errorf("the wall is off by %v, want %v", got, 2*jump)
				}
				if c.Steady() != time.Hour+3*time.Second || c.Speed() != 60 || c.Paused() {
					t.Errorf("steady %v, speed %g, paused %v", c.Steady(), c.Speed(), c.Paused())
				}
			})
		})
	}
}

func TestALiveRunIsTheWall(t *testing.T) {
	for _, jump := range jumps() {
		t.Run(jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lap := newLaptop()
				time.Sleep(time.Hour) // the source is older than the clock
				c := Live(lap.source())
				c.Pause(true) // reading a confirmation stops no real world
				if c.Paused() || c.Speed() != 1 || c.Steady() != 0 {
					t.Errorf("paused %v, speed %g, steady %v", c.Paused(), c.Speed(), c.Steady())
				}
				before := c.Now()
				time.Sleep(time.Second)
				lap.set(jump)
				if got := c.Now().Sub(before); got != jump+time.Second || !c.Now().Equal(c.Wall()) {
					t.Errorf("run time went %v, want %v", got, jump+time.Second)
				}
				if c.Steady() != time.Second {
					t.Errorf("steady time went %v", c.Steady())
				}
			})
		})
	}
}

// TestWaitAcrossAJump lets the wall jump a little into a wait of ten minutes.
func TestWaitAcrossAJump(t *testing.T) {
	const wait, before = 10 * time.Minute, 30*time.Second + 300*time.Millisecond
	clocks := map[string]func(Source) *Clock{
		"live":      Live,
		"rehearsal": func(src Source) *Clock { return NewFrom(src, opened(), 10) },
	}
	for _, tt := range []struct {
		clock  string
		jump   time.Duration
		most   time.Duration // real time that the wait may take, and is not much below
		margin time.Duration
	}{
		{"live", 0, wait, 0},
		{"live", time.Minute, wait - time.Minute, 0},
		{"live", wait - before, before + time.Second, time.Second},
		{"live", 3 * time.Hour, before + time.Second, time.Second},
		{"live", 50 * 365 * 24 * time.Hour, before + time.Second, time.Second},
		{"live", -time.Minute, wait, 0}, // nobody waits longer because the clock was set back
		{"live", -time.Hour, wait, 0},
		{"live", -50 * 365 * 24 * time.Hour, wait, 0},
		{"rehearsal", 3 * time.Hour, wait / 10, 0},
		{"rehearsal", -3 * time.Hour, wait / 10, 0},
	} {
		t.Run(tt.clock+" "+tt.jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lap := newLaptop()
				c := clocks[tt.clock](lap.source())
				began := time.Now()
				go func() {
					time.Sleep(before)
					lap.set(tt.jump)
				}()
				if err := c.Wait(t.Context(), wait); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began).Truncate(time.Microsecond); took > tt.most || took < tt.most-tt.margin {
					t.Errorf("it took %v of real time, want %v less at most %v", took, tt.most, tt.margin)
				}
			})
		})
	}
}

// TestTheLidIsClosedOverAConfirmation stops a rehearsal, sleeps in the middle of a wait
// and goes on.
func TestTheLidIsClosedOverAConfirmation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lap := newLaptop()
		c := NewFrom(lap.source(), opened(), 10)
		began := time.Now()
		go func() {
			time.Sleep(time.Second)
			c.Pause(true)
			lap.sleep(12 * time.Hour)
			time.Sleep(time.Minute)
			c.Pause(false)
		}()
		if err := c.Wait(t.Context(), 30*time.Second); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began).Truncate(time.Microsecond); took != 63*time.Second {
			t.Errorf("30 s at 10× with a minute's pause took %v", took)
		}
		if got := c.Now().Sub(opened()).Truncate(time.Microsecond); got != 30*time.Second {
			t.Errorf("run time went %v", got)
		}
	})
}

// TestEveryLiveWaiterWakes closes the lid over many waits of different lengths.
func TestEveryLiveWaiterWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lap := newLaptop()
		c := Live(lap.source())
		woke := make(chan time.Duration, 60)
		began := time.Now()
		for n := range 60 {
			go func() {
				if err := c.Wait(t.Context(), time.Duration(n+1)*time.Minute); err != nil {
					t.Error(err)
				}
				woke <- time.Since(began)
			}()
		}
		time.Sleep(30*time.Minute + time.Second/2)
		lap.sleep(time.Hour)
		early, late := 0, 0
		for range 60 {
			switch took := <-woke; {
			case took <= 30*time.Minute:
				early++
			case took <= 30*time.Minute+3*time.Second/2:
				late++
			}
		}
		if early != 30 || late != 30 {
			t.Errorf("%d woke before the sleep and %d within a second after, want 30 and 30", early, late)
		}
	})
}

func TestALiveWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Live(newLaptop().source())
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := c.Wait(ctx, 1<<63-1); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 1500*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if err := c.Wait(t.Context(), -time.Hour); err != nil {
			t.Errorf("waiting for nothing: %v", err)
		}
	})
}
