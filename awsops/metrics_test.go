package awsops

// metrics_test.go: what is kept of a series, and when a new point can be there.

import (
	"slices"
	"testing"
	"time"

	"tminus/tasks/reading"
)

func TestLatePointsAreFilledIn(t *testing.T) {
	start := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)
	series := func(at ...int) (all []reading.Point) { // minute and value, by turns
		for n := 0; n < len(at); n += 2 {
			all = append(all, reading.Point{At: start.Add(time.Duration(at[n]) * time.Minute), Value: float64(at[n+1])})
		}
		return all
	}
	for _, tt := range []struct {
		name               string
		known, newer, want []reading.Point
	}{
		{"the first", nil, series(0, 1, 5, 2), series(0, 1, 5, 2)},
		{"one more", series(0, 1, 5, 2), series(10, 3), series(0, 1, 5, 2, 10, 3)},
		{"one that came late", series(0, 1, 10, 3), series(5, 2, 15, 4), series(0, 1, 5, 2, 10, 3, 15, 4)},
		{"one that grew", series(0, 1, 5, 2), series(5, 7, 10, 3), series(0, 1, 5, 7, 10, 3)},
		{"newest first", nil, series(10, 3, 0, 1), series(0, 1, 10, 3)},
		{"nothing came", series(0, 1), nil, series(0, 1)},
		{"what is too old", series(-1, 9, 0, 1), nil, series(0, 1)},
	} {
		before := slices.Clone(tt.known)
		if got := merged(tt.known, tt.newer, start); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if !slices.Equal(before, tt.known) {
			t.Errorf("%s: what was published was changed", tt.name)
		}
	}
}

// TestOnceAPeriod: asked at every second of three hours, a series is due once in each of its periods.
func TestOnceAPeriod(t *testing.T) {
	start := time.Date(2019, 2, 7, 16, 2, 10, 0, time.UTC)
	for period, want := range map[time.Duration]int{metricPeriod: 36, detailedPeriod: 180} {
		g, asked, n := gauge{period: period, since: start}, time.Time{}, 0
		for at := start; at.Before(start.Add(3 * time.Hour)); at = at.Add(time.Second) {
			if g.due(asked, at) {
				if asked.IsZero() && at.Before(start.Truncate(period).Add(period)) {
					t.Errorf("asked at %s, before a first period of %s was over", at, period)
				}
				asked, n = at, n+1
			}
		}
		if n < want-1 || n > want {
			t.Errorf("periods of %s: asked %d times in three hours, want %d", period, n, want)
		}
	}
}
