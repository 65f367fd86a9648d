package clock

// watch_test.go: which gaps are seen, which are none, and what they are called.

import (
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

const tick = 250 * time.Millisecond

func TestGaps(t *testing.T) {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	tests := []struct {
		name         string
		wall, steady time.Duration // how far each face goes in one tick
		want         Kind
		says         string
	}{
		{"a tick", tick, tick, "", ""},
		{"a late tick", stall, stall, "", ""},
		{"a nap", tick + drift, tick, "", ""},
		{"a nap too long", tick + drift + 1, tick, Slept, "the machine slept 2 s"},
		{"1 s", tick + time.Second, tick, "", ""},
		{"12 s", tick + 12*time.Second, tick, Slept, "the machine slept 12 s"},
		{"a minute and a half", tick + 90*time.Second, tick, Slept, "the machine slept 90 s"},
		{"5 min", tick + 5*time.Minute, tick, Slept, "the machine slept 5 min"},
		{"almost an hour", tick + time.Hour - time.Second, tick, Slept, "the machine slept 1 h"},
		{"1 h", tick + time.Hour, tick, Slept, "the machine slept 1 h"},
		{"3 h 02", tick + 3*time.Hour + 2*time.Minute, tick, Slept, "the machine slept 3 h 02 min"},
		{"12 h", tick + 12*time.Hour, tick, Slept, "the machine slept 12 h"},
		{"a day", tick + day, tick, Slept, "the machine slept 24 h"},
		{"a weekend", tick + 60*time.Hour, tick, Slept, "the machine slept 3 days"},
		{"a month", tick + 31*day, tick, Slept, "the machine slept 31 days"},
		{"more than a month", tick + 31*day + 1, tick, Slept, "the clock was set ahead 31 days"},
		{"50 y ahead", tick + 50*year, tick, Slept, "the clock was set ahead 18250 days"},
		{"2 s back", tick - drift, tick, "", ""},
		{"more than 2 s back", tick - drift - 1, tick, SetBack, "the clock was set back 2 s"},
		{"1 h back", tick - time.Hour, tick, SetBack, "the clock was set back 1 h"},
		{"a little less than 1 h back", tick - time.Hour + 300*time.Microsecond, tick, SetBack, "the clock was set back 1 h"},
		{"a day back", tick - day, tick, SetBack, "the clock was set back 24 h"},
		{"50 y back", tick - 50*year, tick, SetBack, "the clock was set back 18250 days"},
		{"stopped", 12 * time.Second, 12 * time.Second, Stopped, "the program stood still for 12 s"},
		{"stopped a little too long", stall + 1, stall + 1, Stopped, "the program stood still for 5 s"},
		{"SIGSTOP", 5 * time.Minute, 5 * time.Minute, Stopped, "the program stood still for 5 min"},
		{"stopped, then slept", time.Hour + 12*time.Second, 12 * time.Second, Slept, "the machine slept 1 h"},
		{"stopped, the clock set back", 2 * time.Minute, 3 * time.Minute, SetBack, "the clock was set back 60 s"},
		{"a system that counts sleep as steady", 3 * time.Hour, 3 * time.Hour, Stopped, "the program stood still for 3 h"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var w Watch
			at := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
			if g, away := w.Tick(at, time.Hour); away {
				t.Fatalf("the first tick: %+v", g)
			}
			g, away := w.Tick(at.Add(tt.wall), time.Hour+tt.steady)
			if away != (tt.want != "") || g.Kind != tt.want {
				t.Fatalf("%v: %+v", away, g)
			}
			if again, away := w.Tick(at.Add(tt.wall+tick), time.Hour+tt.steady+tick); away {
				t.Errorf("told twice: %+v", again)
			}
			if !(g == Gap{}) && (g.String() != tt.says || g.Wall != tt.wall || g.Steady != tt.steady) {
				t.Errorf("%q, want %q; %+v", g, tt.says, g)
			}
		})
	}
}

// TestSetBackBeyondCounting sets the clock further back than a Duration can say.
func TestSetBackBeyondCounting(t *testing.T) {
	var w Watch
	w.Tick(time.Date(2026, 2, 7, 16, 0, 0, 0, time.UTC), 0)
	if g, away := w.Tick(time.Time{}, tick); !away || g.Kind != SetBack || g.Length() < 0 {
		t.Errorf("%v %+v, %s", away, g, g)
	}
	if g, away := w.Tick(time.Date(2026, 2, 7, 16, 0, 0, 0, time.UTC), 2*tick); !away || g.Kind != Slept || g.Length() < 0 {
		t.Errorf("%v %+v, %s", away, g, g)
	}
}

// TestSlewingIsNoGap lets NTP correct the wall by 500 ppm for twelve hours, either way.
func TestSlewingIsNoGap(t *testing.T) {
	for _, ppm := range []time.Duration{-500, 500} {
		var w Watch
		start := time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC)
		ticks := 0
		for steady := time.Duration(0); steady < 12*time.Hour; steady += tick {
			if g, away := w.Tick(start.Add(steady+steady/1_000_000*ppm), steady); away {
				t.Fatalf("%d ppm after %v: %+v", ppm, steady, g)
			}
			ticks++
		}
		t.Logf("figure: %d ticks slewed by %d ppm, 0 gaps", ticks, ppm)
	}
}

// TestSummerTimeIsNoGap goes through the nights on which civil clocks change: the wall
// is an instant and does not move.
func TestSummerTimeIsNoGap(t *testing.T) {
	for name, night := range map[string]string{
		"Europe/Berlin":       "2026-03-29T00:30:00Z",
		"Europe/London":       "2026-10-25T00:30:00Z",
		"America/New_York":    "2026-11-01T05:30:00Z",
		"Australia/Lord_Howe": "2026-04-04T14:30:00Z",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, night)
		if err != nil {
			t.Fatal(err)
		}
		_, before := at.In(zone).Zone()
		var w Watch
		for steady := time.Duration(0); steady < time.Hour; steady += tick {
			if g, away := w.Tick(at.Add(steady).In(zone), steady); away {
				t.Fatalf("%s after %v: %+v", name, steady, g)
			}
		}
		if _, after := at.Add(time.Hour).In(zone).Zone(); after == before {
			t.Errorf("%s: the clocks did not change on %s", name, night)
		}
	}
}

// TestWatchOnALaptop ticks as the engine does while the lid is closed, at moments and for
// lengths that rapid draws: each sleep and each setting is told once, with its length.
func TestWatchOnALaptop(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.SliceOfN(rapid.Int64Range(int64(-24*time.Hour), int64(24*time.Hour)), 1, 20).Draw(r, "jumps")
		quiet := rapid.SliceOfN(rapid.IntRange(1, 40), len(steps), len(steps)).Draw(r, "ticks before each")
		synctest.Test(t, func(t *testing.T) {
			lap := newLaptop()
			src := lap.source()
			var w Watch
			w.Tick(src.Wall(), src.Steady())
			for i, jump := range steps {
				for range quiet[i] {
					time.Sleep(tick)
					if g, away := w.Tick(src.Wall(), src.Steady()); away {
						t.Fatalf("nothing happened, yet %+v", g)
					}
				}
				lap.set(time.Duration(jump))
				time.Sleep(tick)
				g, away := w.Tick(src.Wall(), src.Steady())
				length := time.Duration(jump).Abs()
				if away != (length > drift) || away && (g.Length() != length || (g.Kind == Slept) != (jump > 0)) {
					t.Fatalf("a jump of %v: %v %+v", time.Duration(jump), away, g)
				}
			}
		})
	})
}
