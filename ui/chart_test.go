package ui

import (
	"math"
	"strings"
	"testing"
	"time"

	"tminus/tasks/reading"
)

func points(start time.Time, values ...float64) []reading.Point {
	var all []reading.Point
	for i, v := range values {
		if !math.IsNaN(v) {
			all = append(all, reading.Point{At: start.Add(time.Duration(i) * time.Minute), Value: v})
		}
	}
	return all
}

func TestChartDraws(t *testing.T) {
	start := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	nan := math.NaN()
	for name, c := range map[string]struct {
		values []float64
		rows   int
		want   string
	}{
		"rising":  {[]float64{0, 2, 4, 6, 8}, 2, "  ⡠⠊\n⡠⠊  "},
		"flat":    {[]float64{0, 0, 0, 0, 0}, 1, "▁▁▁▁"},
		"full":    {[]float64{8, 8, 8, 8, 8}, 1, "████"},
		"a step":  {[]float64{0, 0, 8, 8, 8}, 2, ""},
		"missing": {[]float64{8, 8, nan, nan, nan, nan, nan, nan, 8}, 1, "█  "},
		"nothing": {nil, 2, "    \n    "},
	} {
		n := max(len(c.values)-1, 4)
		g := chart{from: start, to: start.Add(time.Duration(n) * time.Minute), lo: 0, hi: 8, cols: 4, rows: c.rows, gap: 3 * time.Minute}
		got := strings.Join(g.draw(points(start, c.values...)), "\n")
		if c.want != "" && !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, l := range strings.Split(got, "\n") {
			if cells(l) != 4 {
				t.Errorf("%s: %q is not four columns", name, l)
			}
		}
	}
}

func TestChartSurvivesStrangeNumbers(t *testing.T) {
	start := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -5, 1e300} {
		s := reading.Series{Unit: "%", Points: []reading.Point{{At: start, Value: v}, {At: start, Value: v}, {At: start.Add(time.Minute), Value: v}}}
		lo, hi := bounds(s)
		g := chart{from: start, to: start.Add(time.Minute), lo: lo, hi: hi, cols: 3, rows: 2}
		for _, l := range g.draw(s.Points) {
			if cells(l) != 3 {
				t.Errorf("%v: %q", v, l)
			}
		}
	}
}

func TestTicksAreRoundInTheZone(t *testing.T) {
	kathmandu := time.FixedZone("+0545", 5*3600+45*60)
	from := time.Date(2026, 11, 23, 16, 7, 0, 0, kathmandu)
	for _, cols := range []int{1, 10, 34, 120} {
		for _, tick := range newScale(from, from.Add(3*time.Hour), cols, kathmandu).ticks() {
			if m := tick.In(kathmandu).Minute(); m%5 != 0 || tick.Before(from) {
				t.Errorf("%d columns: tick at %s", cols, tick.In(kathmandu).Format("15:04"))
			}
		}
	}
}
